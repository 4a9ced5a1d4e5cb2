"""What people read in a cell is the same in both programs, as LibreOffice shows the workbook."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path

import pytest

from sync.excel.view import render
from sync.google.ground import TabPlace
from sync.links import KeyPlace
from sync.say import Language
from templates.summary import build
from tests.google.kit import People
from tests.templates.summary_data import make, team
from tests.tools.google_tab import put, tab
from tests.tools.render import available

KEYS = KeyPlace("A")
# comma, quote, UTF-8, from row 1, cells as shown
_AS_SHOWN = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,true,true,true"

pytestmark = [
    pytest.mark.office,
    pytest.mark.skipif(not available(), reason="LibreOffice or poppler is not installed"),
]


def read(workbook: Path) -> list[list[str]]:
    """The first tab as it is shown."""
    home = f"-env:UserInstallation={(workbook.parent / 'user').as_uri()}"
    folder = str(workbook.parent)
    call = ["soffice", "--headless", home, "--convert-to", _AS_SHOWN, "--outdir", folder]
    subprocess.run([*call, str(workbook)], check=True, capture_output=True, timeout=180)
    text = workbook.with_suffix(".csv").read_text(encoding="utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_cells_read_the_same(people: People, tmp_path: Path, language: Language) -> None:
    drawn = build(make(team(language)))
    put(people, drawn, places={"商机": TabPlace(0, KEYS)})
    workbook = tmp_path / "tab.xlsx"
    workbook.write_bytes(render(drawn, {"商机": KEYS}))
    excel = read(workbook)
    (grid,) = tab(people)["data"]
    compared = 0
    for cell in drawn.cells:
        if cell.column >= drawn.hidden_from or any(cell in bars.cells for bars in drawn.bars):
            continue
        shown = grid["rowData"][cell.row]["values"][cell.column].get("formattedValue", "")
        # a number format for Excel leaves the width of a letter free; here padding does
        assert shown.rstrip() == excel[cell.row][cell.column].rstrip(), cell
        compared += cell.value is not None
    assert compared > 300
