"""What other programs take for the workbook, each a process of its own: the measures of ours.

python -m tests.benchmarks.others (calamine | openpyxl) FOLDER
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from tests.benchmarks.files import BESIDE, TAB, WORKBOOK


def calamine(folder: Path) -> None:
    """Read every cell: what no program that works on the workbook can do without."""
    import python_calamine

    with python_calamine.load_workbook(folder / WORKBOOK) as book:
        for name in book.sheet_names:
            book.get_sheet_by_name(name).to_python()


def openpyxl(folder: Path) -> None:
    """Load the workbook, fill four columns, save a copy; prints the processor's seconds."""
    from openpyxl import load_workbook

    started = time.process_time()
    book = load_workbook(folder / WORKBOOK)
    sheet = book[TAB]
    first, last = sheet.max_column + 1, sheet.max_row
    for row in range(2, last + 1):
        for column in range(first, first + len(BESIDE)):
            sheet.cell(row, column, f"value {row % 100}")
    book.save(folder / "openpyxl.xlsx")
    print(time.process_time() - started)


if __name__ == "__main__":
    {"calamine": calamine, "openpyxl": openpyxl}[sys.argv[1]](Path(sys.argv[2]))
