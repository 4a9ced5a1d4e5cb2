"""The matcher behind `dedupe`: what is normalised, what matches, what only looks alike."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dedupe import Dedupe, Matcher, Matches, Role, match
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


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        ("rec_id,givenname,surname,suburb,dob", "given family city date"),
        ("First Name,Last Name,Address 1,Address 2,Zip", "given family street street postcode"),
        ("name,dob,ssn", "date id person"),
        ("name,address,city,type", "street city type customer"),
        ("Company Name,Registered address,Post town,Fax", "customer street city phone"),
        ("客户名称,商机名称,地址,邮编", "customer street postcode title"),
        ("Beer_Name,Brew_Factory_Name,ABV", "customer"),
        ("title,authors,year", "contact customer"),
        ("x,y", ""),
    ],
)
def test_columns_are_known_by_their_headers(headers: str, roles: str) -> None:
    assert " ".join(recognise(headers.split(",")).values()) == roles


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


def same(one: Matches, other: Matches) -> None:
    pd.testing.assert_frame_equal(one.pairs, other.pairs)
    np.testing.assert_array_equal(one.labels, other.labels)
    np.testing.assert_array_equal(one.certain, other.certain)
    for name, frame in other.kept.items():
        pd.testing.assert_frame_equal(one.kept[name], frame)


@st.composite
def edits(draw: st.DrawFn, most: int) -> list[tuple[str, int, int]]:
    """What people do to a table: rows changed, copied, removed, added, put in another order."""
    kinds = st.sampled_from(["change", "copy", "remove", "add", "shuffle"])
    places = st.integers(0, 10_000)
    return draw(st.lists(st.tuples(kinds, places, places), min_size=1, max_size=most))


def edited(frame: pd.DataFrame, edit: tuple[str, int, int], spare: pd.DataFrame) -> pd.DataFrame:
    kind, one, other = edit
    rows = frame.to_dict("records")
    at, column = one % len(rows), frame.columns[other % len(frame.columns)]
    match kind:
        case "change":
            rows[at] = {**rows[at], column: rows[other % len(rows)][column]}
        case "copy":
            rows.insert(other % len(rows), rows[at])
        case "remove":
            # several at once: they may have parted neighbours of a large block
            rows = [row for place, row in enumerate(rows) if abs(place - at) > other % 9] or rows
        case "add":
            rows += spare.iloc[one % len(spare) :][:40].to_dict("records")
        case "shuffle":
            order = np.random.default_rng(one).permutation(len(rows))
            rows = [rows[place] for place in order]
    return pd.DataFrame(rows, columns=frame.columns, dtype="str")


CRM = crm.table(700, seed=5).drop(columns="cluster")
# many rows share a key: more than a row is compared with, and more than a weak key may have
CROWD = pd.concat([CRM[:150], CRM[:60].assign(phone="13800138000", region="华东")]).assign(
    contact=[f"王{chr(0x4E00 + at % 7)}" for at in range(210)]
)
CRM_ROLES: dict[str, Role] = {**COMPANY, "contact": "contact", "region": "region"}


def follow(steps: list[tuple[str, int, int]], *, crowded: bool) -> None:
    """Edit a table step by step, and compare a later run with a full one after each."""
    table = (CROWD if crowded else CRM[:250]).reset_index(drop=True)
    found = match(table, CRM_ROLES)
    for step in steps:
        table = edited(table, step, CRM[300:])
        found = match(table, CRM_ROLES, kept=found.kept)
        same(found, match(table, CRM_ROLES))


@settings(max_examples=8, deadline=None)
@given(edits(6), st.booleans())
def test_a_later_run_finds_what_a_full_run_finds(
    steps: list[tuple[str, int, int]], crowded: bool
) -> None:
    follow(steps, crowded=crowded)


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(edits(25), st.booleans())
def test_many_later_runs_find_what_full_runs_find(
    steps: list[tuple[str, int, int]], crowded: bool
) -> None:
    follow(steps, crowded=crowded)


def test_a_later_run_compares_new_and_changed_rows_only() -> None:
    table = crm.table(2_000, seed=9)
    first = match(table, CRM_ROLES)
    assert match(table, CRM_ROLES, kept=first.kept).weighed == 0
    changed = table.copy()
    changed.loc[:4, "phone"] = "13912345678"
    again = match(changed, CRM_ROLES, kept=first.kept)
    assert 0 < again.weighed < first.weighed / 50
    same(again, match(changed, CRM_ROLES))


@pytest.mark.parametrize(
    "options",
    [{"certain": 0.95}, {"possible": 0.7}, {"roles": {**CRM_ROLES, "contact": "person"}}],
)
def test_what_was_kept_under_other_options_counts_for_nothing(options: dict[str, Any]) -> None:
    table = CRM[:250]
    kept = match(table, CRM_ROLES).kept
    chosen = {"roles": CRM_ROLES, **options}
    again = match(table, **chosen, kept=kept)
    same(again, match(table, **chosen))
    assert again.weighed


def test_the_same_question_is_answered_once() -> None:
    frame = resolve(
        kit.frame_of(
            """
            id | customer             | phone       | owner | need
            A1 | 深圳华讯科技有限公司 | 13800138000 | 甲    | 上云
            A2 | 华讯科技             | 13800138000 | 乙    | 上云
            A3 | 北京云帆商贸有限公司 | 13900139000 | 甲    | 报表
            """
        ),
        Settings(),
    )
    rule, ctx = Dedupe(), kit.context({}, frame)
    first = kit.decide(rule, frame, ctx)
    again = kit.decide(rule, frame, replace(ctx, kept=first.kept))
    assert again.kept is first.kept, "what holds is handed on as it is, so nothing is stored"
    pd.testing.assert_frame_equal(again.figures["pairs"], first.figures["pairs"])
    assert kit.plain(again.findings) == kit.plain(first.findings)
    sold = frame.assign(owner=frame["owner"].astype("str").replace("乙", "甲").astype("category"))
    later = kit.decide(rule, sold, replace(ctx, kept=first.kept))
    assert kit.plain(later.findings) == kit.plain(kit.decide(rule, sold, ctx).findings)
    assert kit.plain(later.findings) != kit.plain(first.findings)
