"""The values methods."""

from __future__ import annotations

from typing import Any

from tests.sheets_server import filters, lines, writing
from tests.sheets_server.book import Sheet
from tests.sheets_server.call import Call
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Area
from tests.sheets_server.render import Style, value_range
from tests.sheets_server.shifts import Insert

Json = dict[str, Any]


def get(call: Call) -> Json:
    """values.get: one ValueRange."""
    sheet, area = call.book.area(call.path["range"], clip=True)
    return value_range(call.look, sheet, area, Style.of(call.parameters))


def batch_get(call: Call) -> Json:
    """values.batchGet: a ValueRange per range."""
    style = Style.of(call.parameters)
    places = [call.book.area(text, clip=True) for text in call.parameters.get("ranges", [])]
    return _with_id(call, "valueRanges", [value_range(call.look, *one, style) for one in places])


def batch_get_by_data_filter(call: Call) -> Json:
    """values.batchGetByDataFilter: a ValueRange per place, with the filter that found it."""
    style = Style.of(call.body)
    found = [
        {"valueRange": value_range(call.look, *place, style), "dataFilters": [one]}
        for one in call.body.get("dataFilters", [])
        for place in filters.areas(call.book, one)
    ]
    return _with_id(call, "valueRanges", found)


def update(call: Call) -> Json:
    """values.update: one block of values."""
    _same_range(call)
    sheet, area = call.book.area(call.path["range"])
    rows = writing.by_rows(call.body)
    done = writing.write(
        call.book,
        sheet,
        writing.fit(sheet, area, rows, exact=False),
        rows,
        call.parameters.get("valueInputOption", ""),
    )
    return _updated(call, done, area, call.parameters, call.body)


def batch_update(call: Call) -> Json:
    """values.batchUpdate: several blocks, all of them or none."""
    todo = []
    for data in call.body.get("data", []):
        sheet, area = call.book.area(data.get("range", ""))
        rows = writing.by_rows(data)
        todo.append((data, sheet, area, writing.fit(sheet, area, rows, exact=False), rows))
    option = call.body.get("valueInputOption", "")
    done = [
        (writing.write(call.book, sheet, fitted, rows, option), area, data)
        for data, sheet, area, fitted, rows in todo
    ]
    answers = [_updated(call, one, area, call.body, data) for one, area, data in done]
    return _totals(call, [one for one, _, _ in done], answers)


def batch_update_by_data_filter(call: Call) -> Json:
    """values.batchUpdateByDataFilter: several blocks where filters find their places."""
    todo = []
    for data in call.body.get("data", []):
        rows = writing.by_rows(data)
        for sheet, area in filters.areas(call.book, data.get("dataFilter", {}), clip=False):
            fitted = writing.fit(sheet, area, rows, exact=True)
            todo.append((data, sheet, area, fitted, rows))
    option = call.body.get("valueInputOption", "")
    done = [
        (writing.write(call.book, sheet, fitted, rows, option), area, data)
        for data, sheet, area, fitted, rows in todo
    ]
    answers = []
    for one, area, data in done:
        answer = _updated(call, one, area, call.body, data)
        del answer["spreadsheetId"]
        answers.append({**answer, "dataFilter": data["dataFilter"]})
    return _totals(call, [one for one, _, _ in done], answers)


def append(call: Call) -> Json:
    """values.append: below the last table in the range."""
    _same_range(call)
    sheet, area = call.book.area(call.path["range"])
    rows = writing.by_rows(call.body)
    table = writing.table_around(sheet, area)
    start = (table.bottom, table.left) if table else (area.top, area.left)
    height, width = len(rows), max(map(len, rows), default=0)
    _make_room(call, sheet, (start[0], start[1] + width), height)
    target = Area(start[0], start[0] + max(height, 1), start[1], start[1] + max(width, 1))
    option = call.parameters.get("valueInputOption", "")
    done = writing.write(call.book, sheet, target, rows, option)
    answer = _with_id(call)
    if table:
        answer["tableRange"] = sheet.name(table)
    answer["updates"] = _updated(call, done, target, call.parameters, call.body)
    return answer


def _make_room(call: Call, sheet: Sheet, corner: tuple[int, int], height: int) -> None:
    """Rows for what is appended from a row on, up to a column; the sheet is widened too."""
    at, right = corner
    if call.parameters.get("insertDataOption") == "INSERT_ROWS" and at < sheet.grid.height:
        lines.insert(call.book, sheet, "ROWS", Insert(at, height, before=at > 0))
    rows, columns = max(sheet.grid.height, at + height), max(sheet.grid.width, right)
    call.book.check_size(rows * columns - sheet.grid.height * sheet.grid.width)
    sheet.grid.resize(rows, columns)


def clear(call: Call) -> Json:
    """values.clear: one range."""
    sheet, area = call.book.area(call.path["range"], clip=True)
    writing.clear(call.book, sheet, area)
    return {**_with_id(call), "clearedRange": sheet.name(area)}


def batch_clear(call: Call) -> Json:
    """values.batchClear: several ranges."""
    places = [call.book.area(text, clip=True) for text in call.body.get("ranges", [])]
    return _cleared(call, places)


def batch_clear_by_data_filter(call: Call) -> Json:
    """values.batchClearByDataFilter: where filters find their places."""
    wanted = call.body.get("dataFilters", [])
    return _cleared(call, [p for one in wanted for p in filters.areas(call.book, one)])


def _cleared(call: Call, places: list[tuple[Sheet, Area]]) -> Json:
    for sheet, area in places:
        writing.clear(call.book, sheet, area)
    return _with_id(call, "clearedRanges", [sheet.name(area) for sheet, area in places])


def _updated(call: Call, done: writing.Written, area: Area, asked: Json, data: Json) -> Json:
    answer = {**_with_id(call), "updatedRange": done.sheet.name(done.area)}
    if done.cells:
        answer |= {
            "updatedRows": done.rows,
            "updatedColumns": done.columns,
            "updatedCells": done.cells,
        }
    if asked.get("includeValuesInResponse"):
        style = Style.of(asked, "response")._replace(major=Style.of(data).major)
        whole = area if area.holds(done.area) else done.area
        answer["updatedData"] = value_range(call.fresh_look(), done.sheet, whole, style)
    return answer


def _totals(call: Call, done: list[writing.Written], answers: list[Json]) -> Json:
    answer = _with_id(call)
    touched = [one for one in done if one.cells]
    if touched:
        rows = {
            (one.sheet.id, row) for one in touched for row in range(one.area.top, one.area.bottom)
        }
        columns = {
            (one.sheet.id, at) for one in touched for at in range(one.area.left, one.area.right)
        }
        answer |= {
            "totalUpdatedRows": len(rows),
            "totalUpdatedColumns": len(columns),
            "totalUpdatedCells": sum(one.cells for one in touched),
            "totalUpdatedSheets": len({one.sheet.id for one in touched}),
        }
    return answer | ({"responses": answers} if answers else {})


def _with_id(call: Call, key: str = "", found: list[Any] | None = None) -> Json:
    answer: Json = {"spreadsheetId": call.book.id}
    if found:
        answer[key] = found
    return answer


def _same_range(call: Call) -> None:
    """The range in the body, where there is one, must be the range in the address."""
    inside = call.body.get("range")
    if inside is not None and inside != call.path["range"]:
        raise ApiError(
            f"Requested writing within range [{call.path['range']}], but the body says [{inside}]."
        )
