"""What stands in the cells of a generated tab: values, formulas of links and bars, notes.

Formulas are written so that they are read alike in every locale of a spreadsheet: `;` between
arguments, and no decimal point.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

from gspread.utils import rowcol_to_a1

from sync.google.cell import LONGEST, serial
from sync.google.ground import TabPlace
from sync.google.looks import text_format
from sync.links import literal, sought, tab_literal
from sync.say import Language
from sync.view import Bars, Cell, Link, Range, Rich, Run, SheetView, Spark, Value

_WHOLE = 10_000  # parts that a bar's full length is counted in
_LITERAL = 5_000  # characters of a text in a formula; a cell's formula may have ten times as many


def contents(
    view: SheetView, cells: Iterable[Cell], places: Mapping[str, TabPlace]
) -> dict[tuple[int, int], dict[str, Any]]:
    """Return (row, column) → what is written into a cell; cells with nothing are left out.

    Args:
        view: with its bars and sparklines.
        cells: of the view, and those that its charts need besides.
        places: tab name → where links lead to.
    """
    found = {(spark.row, spark.column): _formula(spark_formula(spark)) for spark in view.sparks}
    for cell in cells:
        bars = next((bars for bars in view.bars if cell in bars.cells), None)
        made = _cell(cell, bars, view.language, places)
        if made:
            place = cell.row, cell.column
            found[place] = {**made, **found.get(place, {})}
    return found


def entered(
    value: Value, bars: Bars | None = None, places: Mapping[str, TabPlace] | None = None
) -> dict[str, Any]:
    """Return a cell's content as Google takes it, {} for none; text is never read as a formula."""
    match value:
        case None | "":
            return {}
        case bool():
            return {"boolValue": value}
        case int() | float() if bars is not None:
            return {"formulaValue": bar_formula(value, bars)}
        case int() | float():
            return {"numberValue": value}
        case dt.date():
            return {"numberValue": serial(value)}
        case Rich():
            return entered("".join(run.text for run in value.runs))
        case Link() if places and value.sheet in places:
            return {"formulaValue": link_formula(value, places[value.sheet])}
        case Link():
            return entered(value.text)
    return {"stringValue": value[:LONGEST]}


def link_formula(link: Link, place: TabPlace) -> str:
    """Return the formula that jumps to a key's row wherever sorting has put it.

    Without a key, or with one that is gone, it leads to the top of the tab.

    Args:
        link: text, tab and key.
        place: the tab, and where its keys stand.
    """
    column = place.keys.column
    target = literal(f"#gid={place.sheet}&range={column}", _LITERAL)
    row = "1"
    if link.key:
        key = sought(link.key, place.keys, _LITERAL)
        keys = f"{tab_literal(link.sheet)}!${column}:${column}"
        row = f"IFERROR(MATCH({key};{keys};0);1)"
    return f"=HYPERLINK({target}&{row};{literal(link.text, _LITERAL)})"


def bar_formula(value: float, bars: Bars) -> str:
    """Return the formula that draws a bar as long as a data bar of this value is."""
    length = round(min(max(value / bars.maximum, 0), 1) * _WHOLE)
    options = _options(charttype="bar", max=_WHOLE, color1=f"#{bars.color}")
    return f"=SPARKLINE({length};{options})"


def spark_formula(spark: Spark) -> str:
    """Return the formula that draws a small column chart; its axis starts at 0."""
    options = _options(
        charttype="column", ymin=0, color=f"#{spark.color}", lastcolor=f"#{spark.last_color}"
    )
    return f"=SPARKLINE({_a1(spark.data)};{options})"


def _options(**options: str | int) -> str:
    """Two columns side by side: the sign between columns of an array differs between locales."""
    names = ";".join(f'"{name}"' for name in options)
    values = ";".join(f'"{one}"' if isinstance(one, str) else str(one) for one in options.values())
    return f"HSTACK({{{names}}};{{{values}}})"


def _a1(cells: Range) -> str:
    first = rowcol_to_a1(cells.first_row + 1, cells.first_column + 1)
    return f"{first}:{rowcol_to_a1(cells.last_row + 1, cells.last_column + 1)}"


def _formula(text: str) -> dict[str, Any]:
    return {"userEnteredValue": {"formulaValue": text}}


def _cell(
    cell: Cell, bars: Bars | None, language: Language, places: Mapping[str, TabPlace]
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    if value := entered(cell.value, bars, places):
        made["userEnteredValue"] = value
    if isinstance(cell.value, Rich) and value:
        made["textFormatRuns"] = list(_runs(cell.value, language))
    if cell.note:
        made["note"] = cell.note
    return made


def _runs(rich: Rich, language: Language) -> Iterator[dict[str, Any]]:
    """Stretches of text by where each begins, counted in UTF-16."""
    runs: list[Run] = [run for run in rich.runs if run.text]
    lengths = (len(run.text.encode("utf-16-le")) // 2 for run in runs)
    for start, run in zip(accumulate(lengths, initial=0), runs, strict=False):
        form = {"bold": False, **text_format(run, language)}
        yield {"startIndex": start, "format": form} if start else {"format": form}
