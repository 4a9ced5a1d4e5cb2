"""The generated tab opens in LibreOffice and prints as it was laid out."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from sync.excel.view import render
from sync.view import Cell, SheetView
from templates.starter import write_demo
from tests.tools.render import available
from tests.tools.render import render as picture

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not available(), reason="LibreOffice or poppler is not installed"),
]


def test_a_page_ends_before_each_break(tmp_path: Path) -> None:
    drawn = SheetView(
        key="summary", name="汇总", language="zh", widths=(16, 92), heights=(),
        rows=30, columns=2, hidden_from=2,
        cells=tuple(Cell(row, 1, f"第 {row + 1} 行") for row in range(30)),
        breaks=(10, 20), footer=("R&D", "{page} / {pages}", ""),
    )  # fmt: skip
    workbook = tmp_path / "tab.xlsx"
    workbook.write_bytes(render(drawn, {}))
    assert len(picture(workbook, tmp_path / "out")) == 3


def test_only_one_tab_is_printed(tmp_path: Path) -> None:
    files = write_demo(tmp_path, "en", dt.date(2026, 11, 22), rows=20)
    assert len(picture(files.workbook, tmp_path / "out", "Statistics")) == 1
    with pytest.raises(ValueError, match="no tab called Nowhere; there are Opportunities"):
        picture(files.workbook, tmp_path / "out", "Nowhere")
