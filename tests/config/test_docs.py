"""The examples in the documentation are rules files that load."""

from __future__ import annotations

import re
from pathlib import Path

from config.load import RulesFile, load

DOCS = Path(__file__).parents[2] / "docs"


def examples(page: str) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", (DOCS / page).read_text("utf-8"), re.DOTALL)


def loaded(folder: Path, text: str) -> RulesFile:
    file = folder / "dealkeeper.yaml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def test_the_example_loads(tmp_path: Path) -> None:
    found = loaded(tmp_path, examples("rules-file.md")[0])
    assert [rule.use for rule in found.rules] == ["dedupe", "assign_owner", "stage_sla", "kpi"]
    assert [tab.name for tab in found.layout.tabs] == ["管理汇总"]


def test_several_tables_are_named_as_told(tmp_path: Path) -> None:
    _, tables = examples("rules-file.md")
    found = loaded(tmp_path, "version: 1\nid: east\n" + tables).document.spreadsheet
    assert [table.sheet for table in found.tables] == [("市场线索",), ("2026-*月",)]
    assert [str(other.excel) for other in found.others] == ["渠道.xlsx"]


def test_reports_and_boards_are_switched_on_as_told(tmp_path: Path) -> None:
    head = "version: 1\nid: east\nspreadsheet: {excel: deals.xlsx}\n"
    [boards] = examples("boards.md")
    summary = loaded(tmp_path, head + boards).document.summary
    assert summary is not None
    assert (summary.weekly, summary.owners, summary.owner_files) == (True, True, "个人/")
