"""A tab of a Google Sheet as a workbook, to look at: `python -m tests.tools.google_tab OUTDIR`.

Reads what the Sheets API tells of a spreadsheet, nothing else, so that a picture shows what was
really drawn there: values as formatted, looks, sizes, sparklines and charts.
"""

from __future__ import annotations

import argparse
import io
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

from xlsxwriter import Workbook
from xlsxwriter.utility import quote_sheetname, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from sync.google.ground import Ground, TabPlace
from sync.google.view import requests
from sync.links import KeyPlace
from sync.say import Language
from sync.view import SheetView
from templates.summary import build
from tests.google.kit import People
from tests.sheets_server import running
from tests.templates.summary_data import make, team
from tests.tools.render import render

Json = Mapping[str, Any]
TAB = 7  # id of the tab that is drawn
_BORDERS = {"SOLID": 1, "SOLID_MEDIUM": 2, "SOLID_THICK": 5}
_FONTS = {"Noto Sans SC": "Microsoft YaHei"}  # what `render` knows to draw
_OPTION = re.compile(r"HSTACK\(\{(.*?)\};\{(.*?)\}\)")


def put(people: People, view: SheetView, **more: Any) -> list[dict[str, Any]]:
    """Draw a view on a tab of its own and return the requests that did it."""
    sheet = {"properties": {"sheetId": TAB, "title": view.name}}
    drawn = requests(view, Ground(TAB, places=more.pop("places", {}), **more))
    people.do({"addSheet": sheet}, *drawn)
    return drawn


def tab(people: People, number: int = TAB) -> dict[str, Any]:
    """Return a tab with its cells as the API tells it."""
    found: dict[str, Any] = people.ask("", verb="get", includeGridData="true")
    return next(one for one in found["sheets"] if one["properties"].get("sheetId", 0) == number)


def workbook(*sheets: Json) -> bytes:
    """Return tabs as a workbook."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        for sheet in sheets:
            _draw(book, book.add_worksheet(sheet["properties"]["title"]), sheet)
    return out.getvalue()


def _draw(book: Workbook, page: Worksheet, sheet: Json) -> None:
    (grid,) = sheet["data"]
    _lay_out(page, grid)
    frozen = sheet["properties"]["gridProperties"]
    page.freeze_panes(frozen.get("frozenRowCount", 0), frozen.get("frozenColumnCount", 0))
    for row, line in enumerate(grid.get("rowData", ())):
        for column, cell in enumerate(line.get("values", ())):
            _write(book, page, row, column, cell)
    for chart in sheet.get("charts", ()):
        _insert(book, page, chart)
    for rule in sheet.get("conditionalFormats", ()):
        _highlight(book, page, rule, len(grid["rowMetadata"]))


def _lay_out(page: Worksheet, grid: Json) -> None:
    for row, told in enumerate(grid["rowMetadata"]):
        page.set_row_pixels(row, told["pixelSize"])
    for column, told in enumerate(grid["columnMetadata"]):
        page.set_column_pixels(
            column, column, told["pixelSize"], None, {"hidden": told.get("hiddenByUser", False)}
        )
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    shown = [at for at, told in enumerate(grid["columnMetadata"]) if not told.get("hiddenByUser")]
    page.print_area(0, 0, len(grid["rowMetadata"]) - 1, max(shown))


def _write(book: Workbook, page: Worksheet, row: int, column: int, cell: Json) -> None:
    look = book.add_format(_look(cell.get("userEnteredFormat", {})))
    formula = cell.get("userEnteredValue", {}).get("formulaValue", "")
    if formula.startswith("=SPARKLINE"):
        page.write_blank(row, column, None, look)
        _spark(page, row, column, formula, look)
    elif runs := cell.get("textFormatRuns"):
        text = cell["formattedValue"]
        starts = [run.get("startIndex", 0) for run in runs]
        parts: list[Any] = []
        for run, start, end in zip(runs, starts, [*starts[1:], len(text)], strict=True):
            parts += [book.add_format(_type(run["format"])), text[start:end]]
        if len(parts) > 2:
            page.write_rich_string(row, column, *parts, look)
        else:
            page.write_string(row, column, text, parts[0])
    elif "numberValue" in cell.get("effectiveValue", {}):
        page.write_number(row, column, cell["effectiveValue"]["numberValue"], look)
    elif text := cell.get("formattedValue"):
        page.write_string(row, column, text, look)
    else:
        page.write_blank(row, column, None, look)
    if note := cell.get("note"):
        page.write_comment(row, column, note)


def _highlight(book: Workbook, page: Worksheet, rule: Json, rows: int) -> None:
    """Put a conditional format of ours; it parts the arguments of its formula by a semicolon."""
    told = rule["booleanRule"]
    formula = told["condition"]["values"][0]["userEnteredValue"].replace(";", ",", 1)
    form = told["format"]
    made: dict[str, Any] = {"bg_color": _colour(form["backgroundColorStyle"])}
    if text := form.get("textFormat"):
        made["bold"] = text.get("bold", False)
        made["font_color"] = _colour(text.get("foregroundColorStyle", {}))
    shape = {"type": "formula", "criteria": formula, "format": book.add_format(made)}
    for reach in rule["ranges"]:
        first, last = reach["startRowIndex"], reach.get("endRowIndex", rows) - 1
        page.conditional_format(
            first, reach["startColumnIndex"], last, reach["endColumnIndex"] - 1, shape
        )


def _look(form: Json) -> dict[str, Any]:
    """A look in XlsxWriter's words; padding on the right becomes what a space takes."""
    padding = form.get("padding", {})
    align = form.get("horizontalAlignment", "LEFT").lower()
    pattern = form.get("numberFormat", {}).get("pattern", "General")
    wider = padding.get("right", 3) > 3
    shapes = ";".join(f"{part}_w" for part in pattern.split(";")) if wider else pattern
    if wider and pattern == "General":
        shapes = "@_w"
    made = {
        **_type(form.get("textFormat", {})),
        "align": align,
        "valign": "vcenter",
        "num_format": shapes,
        "text_wrap": form.get("wrapStrategy") == "WRAP",
        "indent": (padding.get("left", 3) - 3) // 9,
    }
    if ground := form.get("backgroundColorStyle"):
        made["bg_color"] = _colour(ground)
    for side, line in form.get("borders", {}).items():
        made[side] = _BORDERS[line["style"]]
        made[f"{side}_color"] = _colour(line["colorStyle"])
    return made


def _type(form: Json) -> dict[str, Any]:
    family = form.get("fontFamily", "Arial")
    return {
        "font_name": _FONTS.get(family, family),
        "font_size": form.get("fontSize", 10),
        "bold": form.get("bold", False),
        "underline": int(form.get("underline", False)),
        "font_color": _colour(form.get("foregroundColorStyle", {})),
    }


def _colour(style: Json) -> str:
    parts = (style.get("rgbColor", {}).get(name, 0) for name in ("red", "green", "blue"))
    return "#" + "".join(f"{round(255 * part):02X}" for part in parts)


def sparkline(formula: str) -> tuple[str, dict[str, str]]:
    """Return what a SPARKLINE formula draws, and its options."""
    found = _OPTION.search(formula)
    assert found, formula
    names, values = ([one.strip('"') for one in part.split(";")] for part in found.groups())
    data = formula.removeprefix("=SPARKLINE(").partition(";")[0]
    return data, dict(zip(names, values, strict=True))


def _spark(page: Worksheet, row: int, column: int, formula: str, look: Any) -> None:
    data, options = sparkline(formula)
    if options["charttype"] == "bar":
        page.write_number(row, column, int(data), look)
        bar = {"bar_color": options["color1"], "max_type": "num", "max_value": int(options["max"])}
        shape = {"data_bar_2010": True, "bar_only": True, "bar_solid": True, "bar_no_border": True}
        low = {"type": "data_bar", "min_type": "num", "min_value": 0}
        page.conditional_format(row, column, row, column, {**low, **shape, **bar})
        return
    page.add_sparkline(
        row,
        column,
        {
            "range": f"{quote_sheetname(page.get_name())}!{data}",
            "type": "column", "min": 0, "show_hidden": True,
            "series_color": options["color"], "last_point": True,
            "last_color": options["lastcolor"],
        },
    )  # fmt: skip


def _insert(book: Workbook, page: Worksheet, chart: Json) -> None:
    tab, basic = page.get_name(), chart["spec"]["basicChart"]
    bars = [one for one in basic["series"] if one.get("type") != "LINE"]
    lines = [one for one in basic["series"] if one.get("type") == "LINE"]
    kind = {"type": "bar" if basic["chartType"] == "BAR" else "column"}
    stacked = {"STACKED": "stacked", "PERCENT_STACKED": "percent_stacked"}
    if basic.get("stackedType") in stacked:
        kind["subtype"] = stacked[basic["stackedType"]]
    drawn = book.add_chart(kind)
    for one in bars:
        fill = {"fill": {"color": _colour(one["colorStyle"])}}
        drawn.add_series({**_series(tab, basic, one), **fill})
    if lines:
        over = book.add_chart({"type": "line"})
        for one in lines:
            hidden = one["lineStyle"]["type"] == "INVISIBLE"
            line = {"none": True} if hidden else {"color": _colour(one["colorStyle"])}
            over.add_series({**_series(tab, basic, one), "line": line})
        drawn.combine(over)
    place = chart["position"]["overlayPosition"]
    drawn.set_size({"width": place["widthPixels"], "height": place["heightPixels"]})
    drawn.set_legend({"position": "top"} if "TOP" in basic["legendPosition"] else {"none": True})
    drawn.set_title({"none": True})
    low = basic["axis"][0]["viewWindowOptions"].get("viewWindowMin", 0)
    drawn.set_y_axis({"min": low} if basic["chartType"] != "BAR" else {"reverse": True})
    drawn.show_hidden_data()
    corner = place["anchorCell"]
    offsets = {"x_offset": place["offsetXPixels"], "y_offset": place["offsetYPixels"]}
    page.insert_chart(corner["rowIndex"], corner["columnIndex"], drawn, offsets)


def _series(tab: str, basic: Json, one: Json) -> dict[str, Any]:
    up = basic.get("headerCount", 0)
    (values,) = one["series"]["sourceRange"]["sources"]
    (names,) = basic["domains"][0]["domain"]["sourceRange"]["sources"]
    made: dict[str, Any] = {"values": _area(tab, values, up), "categories": _area(tab, names, up)}
    if up:
        made["name"] = [tab, values["startRowIndex"], values["startColumnIndex"]]
    if label := one.get("dataLabel"):
        made["data_labels"] = {"value": True}
        if label["type"] == "CUSTOM":
            (texts,) = label["customLabelData"]["sourceRange"]["sources"]
            _, first, column, last, _ = _area(tab, texts, up)
            cells = [
                f"={quote_sheetname(tab)}!{xl_rowcol_to_cell(row, column, True, True)}"
                for row in range(first, last + 1)
            ]
            made["data_labels"] = {"value": True, "custom": [{"value": cell} for cell in cells]}
    return made


def _area(tab: str, cells: Json, up: int) -> list[Any]:
    first, column = cells["startRowIndex"] + up, cells["startColumnIndex"]
    return [tab, first, column, cells["endRowIndex"] - 1, cells["endColumnIndex"] - 1]


def main() -> None:
    """Draw the summary in both languages on the local server, and make pictures of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with running() as server:
        for language in get_args(Language):
            people = People(server)
            put(people, build(make(team(language))), places={"商机": TabPlace(0, KeyPlace("A"))})
            path = folder / f"google-{language}.xlsx"
            path.write_bytes(workbook(tab(people)))
            for picture in render(path, folder):
                print(picture)


if __name__ == "__main__":
    main()
