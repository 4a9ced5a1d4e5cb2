"""The matcher behind `dedupe`: what is normalised, what matches, what only looks alike."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dedupe import Dedupe, Matcher, Role, match
from rules.dedupe.company import parse
from rules.dedupe.normalise import email, folded, phone
from rules.resolve import resolve
from rules.settings import Settings
from tests import kit
from tests.benchmarks import crm
from tests.benchmarks.columns import named, recognise
from tests.benchmarks.dedupe import link, measure

SHARED = Path(os.environ.get("DEALKEEPER_SHARED", "../shared")) / "data" / "entity_resolution"
COMPANY: dict[str, Role] = {"customer": "customer", "phone": "phone", "email": "email"}


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+86 138-0013-8000", "13800138000"),
        ("0086 13800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("0755-88886666转801", "75588886666"),
        ("(0755) 8888 6666 ext. 12", "75588886666"),
        ("13800138000/13900139000", "13800138000"),
        ("400-800-1234", "4008001234"),
        ("+1 (415) 555-2671", "4155552671"),
        ("310/859-8744", "3108598744"),
        ("+49 30 123456", "30123456"),
        ("12345", ""),
        ("无", ""),
    ],
)
def test_phone_numbers_lose_everything_but_the_national_number(written: str, number: str) -> None:
    values = folded(pd.Series([written])).map(phone).values
    assert values == ((number,) if number else ())


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("A.B+crm@Gmail.com", "ab@gmail.com"),
        ("Wang.Wei@Acme.example", "wang.wei@acme.example"),
        ("mailto: a@b.cn;c@d.cn", "a@b.cn"),
        ("none", ""),
    ],
)
def test_addresses_lose_what_the_provider_ignores(written: str, address: str) -> None:
    values = folded(pd.Series([written])).map(email).values
    assert values == ((address,) if address else ())


@pytest.mark.parametrize(
    ("name", "brand", "trades", "region", "branch"),
    [
        ("深圳市华讯(集团)科技有限公司上海分公司", "华讯", "集团 科技", "深圳", "上海"),
        ("广东省深圳市南山区云帆商贸有限公司", "云帆", "商贸", "深圳", ""),
        ("华启技术（苏州）有限公司", "华启", "技术", "苏州", ""),
        ("北京银行", "北京", "银行", "", ""),
        ("上海电气集团股份有限公司", "上海", "电气 集团", "", ""),
        ("Acme Technologies (Shanghai) Co., Ltd.", "acme", "科技", "上海", ""),
        ("S.A.P. Deutschland GmbH & Co. KG", "sap", "", "germany", ""),
        ("Müller Logistik AG", "mullerlogistik", "", "", ""),
    ],
)
def test_company_names_come_apart(
    name: str, brand: str, trades: str, region: str, branch: str
) -> None:
    found = parse(folded(pd.Series([name])).values[0])
    assert ("".join(found.brand), " ".join(found.trades), found.region, found.branch) == (
        brand, trades, region, branch,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("left", "right", "tier"),
    [
        # name, phone, e-mail of each; the tier that they reach together
        (("云帆信息技术有限公司", "", ""), ("雲帆信息技術", "", ""), "certain"),
        (("云帆信息技术有限公司", "", ""), ("云帆信息技术股份公司", "", ""), "certain"),
        (("云帆信息技术有限公司", "", ""), ("云帆信息技木有限公司", "", ""), None),
        (("云帆信息技术有限公司", "", ""), ("云帆信息术技有限公司", "", ""), "possible"),
        (("云帆信息技术有限公司", "", ""), ("帆云信息技术有限公司", "", ""), "possible"),
        (("云帆信息技术有限公司", "", ""), ("云帆食品有限公司", "", ""), None),
        (("云帆信息技术", "13800138000", ""), ("云帆食品", "13800138000", ""), "possible"),
        (("Nordwind Logistics", "", ""), ("Nord Wind Logistics Inc.", "", ""), "possible"),
        (("Nordwind Logistics", "", ""), ("Nordwnid Logistics", "", ""), "possible"),
        (("International Turbine Makers", "", ""), ("ITM", "", "a@itm.example"), None),
        (
            ("International Turbine Makers", "", "b@itm.example"),
            ("ITM Ltd", "", "a@itm.example"),
            "possible",
        ),
        (("华远", "13800138000", "li@hy.cn"), ("Huayuan", "13800138000", "li@hy.cn"), "possible"),
        (("Harbour 12 Foods", "", ""), ("Harbour 13 Foods", "", ""), None),
        (("江城第二医院", "", ""), ("江城第三医院", "", ""), None),
        (("Alder", "4155552671", ""), ("Birch", "4155552671", ""), "related"),
        (("Alder", "", "sales1@alder.example"), ("Birch", "", "sales2@birch.example"), None),
    ],
)  # fmt: skip
def test_two_rows(
    left: tuple[str, str, str], right: tuple[str, str, str], tier: str | None
) -> None:
    frame = pd.DataFrame([left, right], columns=list(COMPANY), dtype="str")
    found = match(frame, COMPANY)
    assert list(found.pairs["kind"]) == ([tier] if tier else [])


def test_rows_that_are_equal_are_one_only_if_they_say_enough() -> None:
    frame = pd.DataFrame(
        {"customer": ["云帆科技", "云帆科技", "", ""], "region": ["", "", "上海", "上海"]},
        dtype="str",
    )
    labels = match(frame, {"customer": "customer", "region": "region"}).labels
    assert labels.tolist() == [0, 0, 2, 3]


def test_no_rows_and_no_columns() -> None:
    assert (
        len(match(pd.DataFrame({"customer": []}, dtype="str"), {"customer": "customer"}).pairs) == 0
    )
    assert match(pd.DataFrame({"note": ["a", "a"]}), {}).labels.tolist() == [0, 1]


def test_people_with_given_and_family_name_the_wrong_way_round() -> None:
    frame = pd.DataFrame(
        {
            "given": ["Anna", "Lindqvist", "Anna"],
            "family": ["Lindqvist", "Ana", "Lindqvist"],
            "born": ["1984-02-11", "1984/02/11", "1951-09-30"],
            "zip": ["40217", "40217", "99999"],
        },
        dtype="str",
    )
    roles: dict[str, Role] = {
        "given": "given",
        "family": "family",
        "born": "date",
        "zip": "postcode",
    }
    assert match(frame, roles).labels.tolist() == [0, 0, 2]


def test_house_numbers_tell_neighbours_apart() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Cafe Lindner", "Lindner's Cafe", "Bar Moreno", "Moreno Grill"],
            "address": ["120 N. Port Blvd.", "120 North Port Boulevard", "7 Mill St", "93 Mill St"],
        },
        dtype="str",
    )  # fmt: skip
    labels = match(frame, {"name": "customer", "address": "street"}).labels
    assert labels.tolist() == [0, 0, 2, 3]


ROW = st.tuples(
    st.sampled_from(
        ["云帆科技", "上海云帆科技有限公司", "云帆", "Acme Ltd", "ACME", "青禾食品", ""]
    ),
    st.sampled_from(["13800138000", "+86 13800138000", "13900139000", ""]),
    st.sampled_from(["a.b@acme.example", "info@yunfan.example", ""]),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(ROW, min_size=2, max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[str, str, str]], dice: object) -> None:
    order = list(range(len(rows)))
    dice.shuffle(order)  # type: ignore[attr-defined]
    frame = pd.DataFrame(rows, columns=list(COMPANY), dtype="str")
    straight = match(frame, COMPANY).labels
    shuffled = match(frame.iloc[order].reset_index(drop=True), COMPANY).labels
    back = np.empty(len(rows), dtype=np.int64)
    back[order] = np.array(order)[shuffled]
    assert (straight[:, None] == straight).tolist() == (back[:, None] == back).tolist()


def test_score_and_fields_of_any_two_rows() -> None:
    frame = pd.DataFrame(
        {"customer": ["云帆科技", "青禾食品"], "phone": ["13800138000", "13800138000"]}, dtype="str"
    )
    matcher = Matcher(frame, {"customer": "customer", "phone": "phone"})
    found = matcher.weigh(np.array([0]), np.array([1])).iloc[0]
    assert found["same"] == ("phone",)
    assert found["different"] == ("customer",)
    assert 0 <= found["score"] < 0.8


def test_pairs_of_the_rule_point_at_rows_of_the_table() -> None:
    frame = kit.frame_of(
        """
        id | customer | owner | outcome
        A1 | 云帆科技 | 销售甲 | 赢单
        A2 | 青禾食品 | 销售甲 |
        A3 | 云帆科技 | 销售甲 |
        A4 | 云帆科技 | 销售乙 |
        """
    )
    outcome = kit.decide(Dedupe(), resolve(frame, Settings()), kit.context({}, frame))
    pairs = outcome.figures["pairs"]
    assert list(pairs.columns) == ["kind", "score", "left", "right", "same", "different"]
    assert pairs[["kind", "left", "right"]].values.tolist() == [
        ["certain", 2, 3],
        ["contested", 2, 3],
    ]


def test_many_findings_are_counted_not_listed() -> None:
    copies = [{"id": f"{at:04}", "customer": f"Brand{at // 2:03}x Foods"} for at in range(500)]
    frame = kit.frame_of(copies)
    outcome = kit.decide(Dedupe(), resolve(frame, Settings()), kit.context({}, frame))
    assert outcome.figures["certain"] == 250
    assert [f.code for f in outcome.findings].count("dedupe.certain") == 200
    assert outcome.findings[-1].facts == {"count": 50, "kind": "certain"}


def test_generated_companies() -> None:
    ours = measure(crm.table(2_000), "cluster", recognise(crm.COLUMNS[:-1]))
    assert ours["f1"] >= 0.95
    assert ours["certain"]["precision"] >= 0.99


def test_columns_are_named_in_either_order() -> None:
    headers = ["name", "address", "city"]
    assert named("name=customer,street=address", headers) == {
        "name": "customer",
        "address": "street",
    }
    with pytest.raises(ValueError, match="expected COLUMN=ROLE"):
        named("town=nothing", headers)


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent")
@pytest.mark.parametrize(
    ("file", "least"), [("febrl1", 0.995), ("febrl3", 0.995), ("fodors_zagat", 0.90)]
)
def test_public_tables(file: str, least: float) -> None:
    frame = pd.read_csv(SHARED / f"{file}.csv", dtype="str")
    ours = measure(frame, "cluster", recognise(map(str, frame.columns.drop("cluster"))))
    assert ours["f1"] >= least
    assert ours["certain"]["precision"] >= 0.99


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason=f"{SHARED} is absent")
def test_short_names_find_their_full_name() -> None:
    frame = pd.read_csv(SHARED / "zh_company_short_full.csv", dtype="str").head(600)
    assert link(frame, "short", "full")["best_hit"] >= 0.90


@pytest.mark.slow
def test_a_hundred_thousand_rows() -> None:
    ours = measure(crm.table(100_000), "cluster", recognise(crm.COLUMNS[:-1]))
    assert ours["f1"] >= 0.95
    assert ours["seconds"] <= 30
