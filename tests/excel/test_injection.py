"""Text from cells stays text: in our columns, on the summary tab, in its links, notes and names."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from lxml import etree

from tests.cli import kit
from tests.cli.kit import BOOK, NOW, deal, dealkeeper

# openpyxl, which only looks here, does not know the summary's newest elements
pytestmark = pytest.mark.filterwarnings("ignore:.* extension is not supported")
RULES = """\
  - {use: quality, required: [customer, amount, owner]}
  - {use: dedupe}
  - {use: assign_owner, mode: fill, assign: [{to: [Ann, Bob], method: least_loaded}]}
  - {use: stage_sla, start: stage_entered, escalate_after: null}
  - {use: kpi}"""
SUMMARY = "{sheet: Summary}"
PAYLOADS = (
    '=HYPERLINK("http://evil.example","click")',
    "=cmd|' /C calc'!A0",
    "+1+cmd|'/C calc'!A0",
    "-2+3+evil()",
    "@SUM(evil)",
    '"&evil()&"',
    '"),evil(),("',
    "'=evil()",
    "\t=evil()",
    "\n=evil()",
    "{=evil()}",
    "evil</t></is></c><c><f>evil()</f></c>",
    "_x003D_evil()",
    "&#61;evil()",
    "{page}&Aevil",
)
LITERAL = re.compile(r'"(?:[^"]|"")*"')
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workbook full of payloads after a run."""
    for name in ("HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    path = tmp_path / BOOK
    _write(path)
    kit.write_rules(tmp_path, rules=RULES, summary=SUMMARY, lead="1 days")
    answer = dealkeeper("run", tmp_path / kit.RULES, "--now", NOW, "--yes", "--force")
    assert answer.code == 0, answer.said
    return path


def _write(path: Path) -> None:
    """Write a workbook whose ids, customers, stages and owners are payloads, as texts."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = kit.SHEET
    sheet.append(kit.HEADERS)
    for number, text in enumerate(PAYLOADS * 2, 1):
        name = f"{text}{number % 5}"
        sheet.append(deal(number, Customer=name, Owner=text if number % 2 else None))
        sheet.cell(sheet.max_row, 1).value = f"{text}{number}"
        for cell in sheet[sheet.max_row][:7]:
            if isinstance(cell.value, str):
                cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula
    book.save(path)


def test_only_formulas_of_the_team_and_links_of_ours_are_evaluated(after: Path) -> None:
    links = 0
    for sheet in openpyxl.load_workbook(after).worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                formula = str(cell.value)
                if sheet.title == kit.SHEET:
                    assert re.fullmatch(r"=C\d+\*2", formula)
                    continue
                links += 1
                bare = LITERAL.sub("", formula)
                assert re.fullmatch(
                    r"=HYPERLINK\(&IFERROR\(MATCH\(,'Deals'!\$A:\$A,0\),1\),\)", bare
                )
    assert links, "the summary links to rows"


def test_every_other_formula_in_the_package_is_ours(after: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(after.read_bytes())) as archive:
        parts = {name: archive.read(name) for name in archive.namelist() if name.endswith(".xml")}
    for name, text in parts.items():
        for element in etree.fromstring(text).iter(etree.Element):
            tag = etree.QName(element).localname
            if tag in ("definedName", "formula", "formula1", "formula2"):
                assert "evil" not in LITERAL.sub("", element.text or ""), (name, element.text)
            if tag in ("oddFooter", "oddHeader"):
                assert "&Aevil" not in (element.text or "").replace("&&", ""), (name, element.text)
            assert "evil" not in str(element.get("formula", "")), name


def test_names_reach_the_summary_as_they_are(after: Path) -> None:
    summary = openpyxl.load_workbook(after)["Summary"]
    said = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.data_type == "s"]
    shown = "\n".join(said)
    assert "=cmd|' /C calc'!A0" in shown
    assert "@SUM(evil)" in shown


def test_cells_of_the_team_still_hold_their_texts(after: Path) -> None:
    rows = kit.cells(after)
    ids = [f"{text}{number}" for number, text in enumerate(PAYLOADS * 2, 1)]
    assert [row["Deal ID"] for row in rows] == ids
    assert all(row["DK why"] for row in rows)


def test_a_second_run_writes_nothing(after: Path) -> None:
    before = kit.sha(after)
    answer = dealkeeper("run", after.parent / kit.RULES, "--now", NOW, "--yes")
    assert answer.code == 0, answer.said
    assert kit.sha(after) == before
