"""Three real workbooks: lossless, idempotent, and every figure as plain pandas computes it."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest
from openpyxl.utils import column_index_from_string
from python_calamine import CalamineWorkbook

from tests.cli.kit import dealkeeper, plan_of, retype, sha
from tests.real.package import VALIDATOR, members, opened_by_libreoffice, part, sdk_errors
from tests.real.truth import READERS, Page, Truth, full, truth

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SHARED = Path(os.environ.get("DEALKEEPER_SHARED", ROOT.parent / "shared")) / "data/opportunities"

pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared,
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),  # extensions it does not know
]


@dataclass(frozen=True, slots=True)
class Real:
    """A workbook, the moment of the run, and what is known of it."""

    name: str
    workbook: str
    sheet: str
    now: str
    period: str
    headers: int
    rows: int
    ours: frozenset[str]

    @property
    def id(self) -> str:
        return f"{self.name} {self.now}"


def real(name: str, workbook: str, sheet: str, now: str, period: str, headers: int, rows: int,
         *ours: str) -> Real:  # fmt: skip
    usual = {"[Content_Types].xml", "docProps/app.xml", "xl/workbook.xml", "xl/styles.xml",
             "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"}  # fmt: skip
    return Real(name, workbook, sheet, now, period, headers, rows, frozenset(usual | {*ours}))


MAVEN = ("maven", "maven_sales_pipeline.xlsx", "sales_pipeline")
AYUSOPHIA = ("ayusophia", "ayusophia_Sales_Pipeline.xlsx", "Sales Pipeline")
RUPANI = ("rupani", "rupani_CRM_Data.xlsx", "Sheet1")
FILES = (
    real(*MAVEN, "2018-01-15", "Q", 1, 8800),
    real(*MAVEN, "2017-12-31T18:00", "Q", 1, 8800),
    real(*AYUSOPHIA, "2025-01-10", "Q", 2, 9994),
    real(*AYUSOPHIA, "2024-12-20T12:00", "Q", 2, 9994),
    real(*RUPANI, "2015-12-15", "Y", 1, 123, "xl/tables/table1.xml"),
)


def source(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not in {SHARED}")
    return path


def put(folder: Path, case: Real) -> Path:
    """Copy a workbook and its rules file into a folder; return the workbook."""
    original = source(case.workbook)
    folder.mkdir(parents=True)
    shutil.copyfile(original, folder / case.workbook)
    shutil.copyfile(HERE / f"{case.name}.yaml", folder / "dealkeeper.yaml")
    return folder / case.workbook


@pytest.fixture(scope="module", params=FILES, ids=lambda case: case.id)
def case(request: pytest.FixtureRequest) -> Real:
    found: Real = request.param
    return found


@pytest.fixture(scope="module")
def done(case: Real, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The workbook after one run."""
    place = tmp_path_factory.mktemp("real")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(place / "home"))
        patch.setenv("XDG_STATE_HOME", str(place / "home"))
        workbook = put(place / "team", case)
        rules = workbook.parent / "dealkeeper.yaml"
        answer = dealkeeper("run", rules, "--yes", "--now", case.now)
        assert (answer.code, answer.err) == (0, "")
        assert f"{case.rows:,} opportunities" in answer.out
        yield workbook


@cache
def grid(path: Path, sheet: str) -> list[list[Any]]:
    """The cells of a tab; a file stays as it is once a test looks into it."""
    book = CalamineWorkbook.from_path(path)
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def table(path: Path, case: Real) -> pd.DataFrame:
    """The table with our columns, cells as they are."""
    lines = grid(path, case.sheet)[case.headers - 1 :]
    return pd.DataFrame(lines[1 : case.rows + 1], columns=lines[0], dtype=object).replace("", None)


@cache
def page_of(path: Path) -> Page:
    return Page(path, "Summary")


@cache
def expected(case: Real, workbook: Path) -> Truth:
    marked = table(workbook, case).get("DK duplicate of")
    duplicates = np.zeros(case.rows, bool) if marked is None else marked.notna().to_numpy()
    deals = READERS[case.name](source(case.workbook))
    return truth(deals, pd.Timestamp(case.now), case.period, duplicates)


def test_rules_files_are_short() -> None:
    for name in READERS:
        assert len((HERE / f"{name}.yaml").read_text("utf-8").splitlines()) <= 40


def test_a_second_run_leaves_every_byte(case: Real, done: Path) -> None:
    before = sha(done)
    plan = plan_of(done.parent, "--now", case.now)
    assert (plan["cells"], plan["tabs"]) == (0, [])
    answer = dealkeeper("run", done.parent / "dealkeeper.yaml", "--now", case.now)
    assert answer.code == 0
    assert sha(done) == before


def test_whatever_is_not_ours_is_untouched(case: Real, done: Path) -> None:
    before, after = members(source(case.workbook)), members(done)
    assert [name for name in after if name in before] == list(before), "the same order"
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= case.ours
    added = set(after) - set(before)
    assert all(re.match(r"xl/(worksheets|drawings|charts|comments)|xl/comments", n) for n in added)


def test_the_cells_of_the_team_are_untouched(case: Real, done: Path) -> None:
    original = source(case.workbook)
    for sheet in CalamineWorkbook.from_path(original).sheet_names:
        before, after = grid(original, sheet), grid(done, sheet)
        assert len(after) == len(before)
        for old, new in zip(before, after, strict=True):
            assert new[: len(old)] == old


def test_figures_agree_with_plain_pandas(case: Real, done: Path) -> None:
    page, right = page_of(done), expected(case, done)
    for name, value in right.figures.items():
        shown = page.named(name)
        if value is None:
            assert shown == "–", name
            continue
        scale = page.unit if name in ("DK_Won", "DK_Open", "DK_Weighted") else 1
        assert shown * scale == pytest.approx(value, rel=1e-9, abs=0.01), name
    # no target, or the target reached, or no open deal with a date
    assert page.named("DK_Coverage") in ("–", 0)


def test_the_share_in_time_agrees_with_the_dates(case: Real, done: Path) -> None:
    page, status = page_of(done), table(done, case)["DK status"].value_counts()
    met = status.get("OK", 0) + status.get("Due soon", 0)
    running = status.drop("Paused", errors="ignore").sum()
    assert page.named("DK_SLA") == pytest.approx(met / running)


@pytest.mark.parametrize("case", FILES[:4], ids=lambda case: case.id, indirect=True)
def test_statuses_agree_with_the_dates(case: Real, done: Path) -> None:
    limits = {"Engaging": 60, "Proposing": 60, "Negotiating": 90}
    deals = READERS[case.name](source(case.workbook))
    today = pd.Timestamp(case.now).normalize()
    due = deals["created"] + pd.to_timedelta(deals["stage"].map(limits), unit="D")
    status = table(done, case)["DK status"]
    sure = status.notna() & (due.dt.normalize() != today)  # of today it depends on the hour
    in_time = status.isin(["OK", "Due soon"])
    assert sure.sum() > 1000
    pd.testing.assert_series_equal(in_time[sure], ~(due < today)[sure], check_names=False)


def test_stages_and_owners_agree_with_plain_pandas(case: Real, done: Path) -> None:
    page, right = page_of(done), expected(case, done)
    stages = page.table("Stage", "Open, total")
    total = stages.pop("Open, total")
    shown = {full(name, right.stages.index): line for name, line in stages.items() if line["Open"]}
    assert set(shown) == set(right.stages.index)
    for name, line in shown.items():
        assert line["Open"] == right.stages["size"][name]
        assert (line["Amount"] or 0) == pytest.approx(right.stages["sum"][name] / page.unit)
    assert total["Open"] == right.stages["size"].sum()
    if case.name == "ayusophia":
        return
    owners = page.table("Owner", "Team")
    team, rest = owners.pop("Team"), [name for name in owners if name.endswith(" others")]
    for name in owners.keys() - set(rest):
        line, one = owners[name], right.owners.loc[full(name, right.owners.index)]
        assert line["Won"] * page.unit == pytest.approx(one["won"])
        found = {"Deals": "deals", "Open": "open", "New": "new"}
        assert {title: line[title] for title in found} == {t: one[k] for t, k in found.items()}
    assert (team["Won"] * page.unit, team["Open"]) == (
        pytest.approx(right.owners["won"].sum()), right.owners["open"].sum(),
    )  # fmt: skip


once = pytest.mark.parametrize("case", FILES[::2], ids=lambda case: case.name, indirect=True)


@once
@pytest.mark.skipif(not VALIDATOR, reason="no Open XML SDK validator (OOXML_VALIDATOR)")
def test_the_sdk_finds_no_new_error(case: Real, done: Path) -> None:
    assert sdk_errors(done) - sdk_errors(source(case.workbook)) == set()


@once
@pytest.mark.office
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_it(case: Real, done: Path, tmp_path: Path) -> None:
    text = opened_by_libreoffice(done, tmp_path)
    header = text.splitlines()[case.headers - 1]
    assert "DK status,DK due" in header
    assert text.count("Escalated") >= (table(done, case)["DK status"] == "Escalated").sum()


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "home"))
    return tmp_path / "team"


def test_a_unique_column_is_preferred_as_the_id(team: Path) -> None:
    case = FILES[2]
    put(team, case)
    plan = plan_of(team, "--now", case.now)
    index = {str(row[0]) for row in grid(source(case.workbook), case.sheet)[2:]}
    assert {change["key"] for change in plan["changes"]} <= {str(int(float(i))) for i in index if i}


@pytest.mark.parametrize(("header", "repeated"), [("Row ID", 2), ("Opportunity ID", 7456)])
def test_repeated_ids_are_reported_and_not_written_to(
    team: Path, header: str, repeated: int
) -> None:
    case = FILES[2]
    workbook = put(team, case)
    rules = team / "dealkeeper.yaml"
    retype(
        rules,
        "  sheet: Sales Pipeline\n",
        f"  sheet: Sales Pipeline\n  columns: {{id: {header}}}\n",
    )
    answer = dealkeeper("run", rules, "--yes", "--now", case.now)
    assert answer.code == 0
    assert f"{repeated} rows share their id in column “{header}”" in answer.out
    written = table(workbook, case)
    again = written[header].duplicated(keep=False)
    assert again.sum() == repeated
    assert (
        written.loc[again, [c for c in written if str(c).startswith("DK ")]].isna().all(axis=None)
    )
    is_open = written["Deal Stage"].isin(["Proposing", "Negotiating"])
    assert written.loc[is_open & ~again, "DK status"].notna().all()


def test_a_list_object_grows_by_our_columns_and_notes_below_stay(team: Path) -> None:
    case = FILES[4]
    workbook = put(team, case)
    assert dealkeeper("run", team / "dealkeeper.yaml", "--yes", "--now", case.now).code == 0
    definition = part(workbook, "xl/tables/table1.xml")
    ref = re.search(r'<table[^>]* ref="A1:([A-Z]+)124"', definition)
    assert ref is not None
    titles = re.findall(r'<tableColumn [^>]*name="([^"]*)"', definition)
    book = openpyxl.load_workbook(workbook)
    sheet = book[case.sheet]
    last = column_index_from_string(ref[1])
    assert [cell.value for cell in sheet[1][:last]] == titles
    assert titles[28] == "DK id"
    ids = [sheet.cell(row, 29).value for row in range(2, 125)]
    assert len(set(ids)) == 123
    before = openpyxl.load_workbook(source(case.workbook))[case.sheet]
    for row in range(125, before.max_row + 1):
        assert [c.value for c in sheet[row]][:28] == [c.value for c in before[row]][:28]
        assert all(cell.value is None for cell in sheet[row][28:])
