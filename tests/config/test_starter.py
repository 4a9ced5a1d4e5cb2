"""The first rules file loads, whatever stands in the spreadsheet."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from config.document import GoogleAccess
from config.load import RulesFile, load
from config.schema import schema
from config.starter import Found, Seen, slug, starter
from config.starter_words import BLOCKS, OPTIONS
from rules.rule import Rule, discover
from sync.say import Language

HOSTILE = (
    "yes", "No", "null", "~", "1.0", "001", "0x1F", "1e3", "2026-10-01", "12:30", "true", ".inf",
    "a: b", "a # b", "# a", "- a", "? a", "'", '"', "it's", 'say "hi"', "\\", "C:\\new", "@a",
    "`a`", "%a", "&a", "*a", "!a", "|", ">", "{a}", "[a]", "a, b", "a\nb", "tab\there", "😀 客户",
    "=", "<<", "王(大)", "华东·一部", "a\u2028b", "\ufeffa", "\x7f", "nbsp\xa0", "……", "50%",
    "5 days",
    "管家：甲", "=HYPERLINK(1)", "--- a", "...", "ｆｕｌｌ",
)  # fmt: skip
FOUND = Found(
    excel="商机表.xlsx",
    sheet="商机",
    header_row=4,
    team_name="华东",
    columns={"customer": "客户名称", "amount": "金额(万元)", "id": "编号"},
    doubtful={"amount": ("合同额", "含税\n金额")},
    stages=(Seen("初步沟通", 12, ("初步接触",)), Seen("方案定制", 5), Seen("赢单", 3)),
    outcomes={"won": ("赢单",), "lost": ("丢单", "赢单")},
    owners=(Seen("张三", 4, ("小张",)), Seen("公海", 2), Seen("小张", 1)),
    unassigned=("公海",),
)


def loaded(folder: Path, found: Found) -> RulesFile:
    """Write a starter file and load it."""
    file = folder / "dealkeeper.yaml"
    file.write_text(starter(found), encoding="utf-8")
    return load(file)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_says_what_was_found_and_stays_modest(tmp_path: Path, language: Language) -> None:
    found = loaded(tmp_path, replace(FOUND, language=language))
    assert found.settings.language == language
    assert [stage.name for stage in found.settings.stages] == ["初步沟通", "方案定制"]
    assert found.settings.stages[0].aliases == ("初步接触",)
    assert found.settings.outcomes.won == ("赢单",)
    assert found.settings.outcomes.lost == ("丢单",)
    assert [member.name for member in found.settings.team] == ["张三"]
    assert found.settings.unassigned == ("公海",)
    assert found.document.spreadsheet.header_row == 4
    assert found.document.spreadsheet.columns["amount"].header == "金额(万元)"
    assert {rule.use for rule in found.rules} == set(discover())
    assert found.layout.fillable == ()
    assert all(highlight.scope == "row" for highlight in found.layout.highlights)


def test_every_default_is_the_products_own(tmp_path: Path) -> None:
    found = loaded(tmp_path, FOUND)
    for rule in found.rules:
        default = type(rule).model_validate({"use": rule.use})
        apart = {"assign", "enabled"}
        assert rule.model_dump(exclude=apart) == default.model_dump(exclude=apart)
        assert rule.enabled is not rule.opt_in
    assert found.safety == type(found.safety)()


def test_a_sheet_without_owners_begins_without_assignment(tmp_path: Path) -> None:
    found = loaded(tmp_path, replace(FOUND, owners=()))
    assert [rule.use for rule in found.rules if not (rule.enabled or rule.opt_in)] == [
        "assign_owner"
    ]


def test_own_fill_colours_limit_ours_to_our_cells(tmp_path: Path) -> None:
    highlights = loaded(tmp_path, replace(FOUND, colored=True)).layout.highlights
    assert highlights
    assert all(highlight.scope == "cells" for highlight in highlights)


def test_doubtful_columns_are_left_to_a_person() -> None:
    assert '    # amount: 也可能是 合同额, "含税\\n金额"' in starter(FOUND).splitlines()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    "access",
    [
        {},
        {"key_file": "keys/robot key.json"},
        {"sign_in": "keyring"},
        {"sign_in": "user", "address": "https://gateway.example.com"},
    ],
)
def test_a_google_sheet(tmp_path: Path, language: Language, access: dict[str, str]) -> None:
    wanted = replace(FOUND, excel="", google="1AbC-d_9", id="deals-1", access=access)
    found = loaded(tmp_path, replace(wanted, language=language))
    assert (found.google_id, found.id, found.files) == ("1AbC-d_9", "deals-1", ())
    assert found.google == GoogleAccess.model_validate(access)
    text = found.path.read_text("utf-8")
    assert "when_open" not in text
    assert ("\n  address: " in text) == ("address" in access)


def test_nothing_found(tmp_path: Path) -> None:
    found = loaded(tmp_path, Found("deals.xlsx", "Sheet1", language="en", timezone="Europe/Berlin"))
    assert (found.id, found.settings.stages, found.settings.team) == ("deals", (), ())
    assert found.settings.calendar.country is None


@pytest.mark.parametrize("word", HOSTILE)
def test_hostile_words_come_back_as_they_were(tmp_path: Path, word: str) -> None:
    seen = (Seen(word, 3, (f"{word} two",)),)
    found = loaded(
        tmp_path,
        Found(
            excel=f"{word}.xlsx",
            sheet=word,
            columns={"customer": word},
            doubtful={"amount": (word,)},
            stages=seen,
            outcomes={"lost": (f"no {word}",)},
            owners=seen,
            unassigned=(f"un {word}",),
            team_name=word,
        ),
    )
    assert found.settings.stages[0].name == word.strip()
    assert found.settings.team[0].name == word.strip()
    assert found.document.spreadsheet.sheet == (word.strip(),)
    assert found.document.spreadsheet.columns["customer"].header == word.strip()
    assert found.settings.outcomes.lost == (f"no {word}".strip(),)
    assert found.settings.unassigned == (f"un {word}".strip(),)


words = st.text(st.characters(codec="utf-8"), max_size=12)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(stages=st.lists(words, max_size=5), people=st.lists(words, max_size=5), won=words)
def test_any_words_load(tmp_path: Path, stages: list[str], people: list[str], won: str) -> None:
    loaded(
        tmp_path,
        Found(
            "a.xlsx",
            "s",
            stages=tuple(Seen(stage, aliases=tuple(people)) for stage in stages),
            outcomes={"won": (won,), "lost": (*stages, won)},
            owners=tuple(Seen(person) for person in people),
            unassigned=tuple(people[:1]),
        ),
    )


@pytest.mark.parametrize(
    ("excel", "found"),
    [
        ("deals.xlsx", "deals"),
        ("East Sales 2026.xlsx", "east-sales-2026"),
        ("folder\\Deals.xlsx", "deals"),
        ("___.xlsx", None),
        ("商机表.xlsx", None),
    ],
)
def test_slug(excel: str, found: str | None) -> None:
    made = slug(excel)
    assert made == found if found else made.startswith("deals-")
    assert made == slug(excel)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_starter_fits_the_schema(language: Language) -> None:
    document = YAML(typ="safe", pure=True).load(starter(replace(FOUND, language=language)))
    jsonschema.validate(document, schema())


def test_every_option_has_its_comment_in_both_languages() -> None:
    options = {
        f"{use}.{key}"
        for use, kind in discover().items()
        for key in kind.model_fields.keys() - Rule.model_fields.keys()
    }
    assert options - OPTIONS.keys() - BLOCKS.keys() == set()
    assert all(en and zh for en, zh in [*OPTIONS.values(), *BLOCKS.values()])
