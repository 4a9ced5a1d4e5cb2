"""What each kind of request does, told by what can be read afterwards."""

from __future__ import annotations

from typing import Any

import pytest

from tests.google_server.conftest import Api

SPAN = {
    "sheetId": 0,
    "startRowIndex": 0,
    "endRowIndex": 2,
    "startColumnIndex": 0,
    "endColumnIndex": 2,
}
RED = {"red": 1}
ROW = {**SPAN, "endRowIndex": 1}
COLUMN = {**SPAN, "endColumnIndex": 1}
PAST_THE_END = {"dimension": "ROWS", "startIndex": 1000, "endIndex": 1001}


def sheet(api: Api, at: int = 0) -> Any:
    return api("GET", "").json()["sheets"][at]


def cells(api: Api, place: str, fields: str) -> Any:
    found = api("GET", "", ranges=place, fields=f"sheets.data.rowData.values({fields})").json()
    return [row.get("values", []) for row in found["sheets"][0]["data"][0].get("rowData", [])]


def lines(api: Api, key: str, count: int) -> Any:
    found = api("GET", "", fields=f"sheets.data.{key}").json()
    return found["sheets"][0]["data"][0][key][:count]


def test_tabs_come_go_and_change_places(api: Api) -> None:
    added, copied = api.batch(
        addSheet={"properties": {"title": "甲", "sheetId": 5, "index": 0}},
        duplicateSheet={"sourceSheetId": 5, "insertSheetIndex": 2, "newSheetName": "乙"},
    )
    assert added["properties"]["gridProperties"] == {"rowCount": 1000, "columnCount": 26}
    api.batch(updateSheetProperties={"properties": {"sheetId": 0, "index": 3}, "fields": "index"})
    titles = [one["properties"]["title"] for one in api("GET", "").json()["sheets"]]
    assert titles == ["甲", "乙", "Sheet1"]
    api.batch(deleteSheet={"sheetId": copied["properties"]["sheetId"]})
    name = {
        "updateSheetProperties": {"properties": {"sheetId": 0, "title": "甲"}, "fields": "title"}
    }
    assert api.error("POST", ":batchUpdate", {"requests": [name]})[1].endswith(
        'A sheet with the name "甲" already exists. Please enter another name.'
    )


def test_a_tab_goes_with_all_that_speaks_of_it(api: Api) -> None:
    api.batch(addSheet={"properties": {"sheetId": 5, "title": "x"}})
    api.batch(addNamedRange={"namedRange": {"name": "n", "range": {**SPAN, "sheetId": 5}}})
    made = {"metadataKey": "k", "location": {"sheetId": 5}, "visibility": "DOCUMENT"}
    api.batch(createDeveloperMetadata={"developerMetadata": made})
    api.batch(deleteSheet={"sheetId": 5})
    assert "namedRanges" not in api("GET", "").json()
    lookup = [{"developerMetadataLookup": {"metadataKey": "k"}}]
    assert api("POST", "/developerMetadata:search", {"dataFilters": lookup}).json() == {}


def test_the_spreadsheets_own_properties(api: Api) -> None:
    wanted = {"title": "新", "timeZone": "Asia/Shanghai", "locale": "zh_CN"}
    api.batch(updateSpreadsheetProperties={"properties": wanted, "fields": "title,timeZone,locale"})
    found = api("GET", "").json()["properties"]
    assert {key: found[key] for key in wanted} == wanted


def test_cells_are_updated_by_mask(api: Api) -> None:
    cell = {
        "userEnteredValue": {"stringValue": "x"},
        "note": "n",
        "userEnteredFormat": {"textFormat": {"bold": True}, "backgroundColor": RED},
    }
    start = {"rowIndex": 1, "columnIndex": 1}
    api.batch(updateCells={"start": start, "rows": [{"values": [cell]}], "fields": "*"})
    clear = {"range": {**SPAN, "startRowIndex": 1}, "fields": "note,userEnteredFormat.textFormat"}
    api.batch(updateCells=clear)
    (row,) = cells(api, "B2", "userEnteredValue,note,userEnteredFormat")
    look = {"backgroundColor": RED, "backgroundColorStyle": {"rgbColor": RED}}
    assert row == [{"userEnteredValue": {"stringValue": "x"}, "userEnteredFormat": look}]


def test_one_cell_over_a_range_and_more_at_the_end(api: Api) -> None:
    api.put("A1", [["a"], ["b"]])
    number = {"userEnteredValue": {"numberValue": 3}}
    api.batch(
        repeatCell={
            "range": {**SPAN, "startColumnIndex": 1},
            "cell": number,
            "fields": "userEnteredValue",
        },
        appendCells={"sheetId": 0, "rows": [{"values": [number]}], "fields": "userEnteredValue"},
    )
    assert api.values("A1:B3") == [["a", "3"], ["b", "3"], ["3"]]


def test_dropdowns_and_borders(api: Api) -> None:
    values = [{"userEnteredValue": "是"}, {"userEnteredValue": "否"}]
    rule = {"condition": {"type": "ONE_OF_LIST", "values": values}, "strict": True}
    line = {"style": "SOLID", "width": 1}
    api.batch(
        setDataValidation={"range": SPAN, "rule": rule},
        updateBorders={"range": SPAN, "top": line, "innerVertical": line},
    )
    first, second = cells(api, "A1:B2", "dataValidation,userEnteredFormat.borders")[0]
    assert first["dataValidation"] == second["dataValidation"] == rule
    assert set(first["userEnteredFormat"]["borders"]) == {"top", "right"}
    assert set(second["userEnteredFormat"]["borders"]) == {"top", "left"}
    api.batch(setDataValidation={"range": SPAN})
    assert cells(api, "A1:B2", "dataValidation") == []


def test_merging_keeps_the_first_value(api: Api) -> None:
    api.put("A1", [["a", "b"], ["c", "d"]])
    api.batch(mergeCells={"range": SPAN, "mergeType": "MERGE_ROWS"})
    assert api.values("A1:B2") == [["a"], ["c"]]
    part = {**SPAN, "endColumnIndex": 1}
    status, message = api.error(
        "POST", ":batchUpdate", {"requests": [{"unmergeCells": {"range": part}}]}
    )
    assert (status, "select all cells in a merged range" in message) == (400, True)
    api.batch(unmergeCells={"range": SPAN})
    assert "merges" not in sheet(api)


def test_lines_have_looks_and_groups(api: Api) -> None:
    span = {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}
    marks = {"pixelSize": 40, "hiddenByUser": True}
    api.batch(
        updateDimensionProperties={"range": span, "properties": marks, "fields": "*"},
        addDimensionGroup={"range": span},
    )
    api.batch(
        addDimensionGroup={"range": {**span, "startIndex": 2}},
        insertDimension={"range": {**span, "endIndex": 2}, "inheritFromBefore": True},
    )
    assert lines(api, "rowMetadata", 4) == [{"pixelSize": 21}, {"pixelSize": 21}, marks, marks]
    groups = sheet(api)["rowGroups"]
    assert [(one["range"]["startIndex"], one["depth"]) for one in groups] == [(2, 1), (3, 2)]
    deep = {"range": {**span, "startIndex": 3, "endIndex": 4}, "depth": 2, "collapsed": True}
    api.batch(updateDimensionGroup={"dimensionGroup": deep, "fields": "collapsed"})
    assert sheet(api)["rowGroups"][1]["collapsed"] is True
    api.batch(appendDimension={"sheetId": 0, "dimension": "COLUMNS", "length": 4})
    assert sheet(api)["properties"]["gridProperties"]["columnCount"] == 30


@pytest.mark.parametrize(
    ("request_", "message"),
    [
        (
            {"insertDimension": {"range": {"dimension": "ROWS", "startIndex": 0, "endIndex": 1},
                                 "inheritFromBefore": True}},
            "inheritFromBefore cannot be true if startIndex is 0",
        ),
        (
            {"deleteDimension": {"range": PAST_THE_END}},
            (
                "Cannot delete a row that doesn't exist. Tried to delete row index 1000 "
                "but there are only 1000 rows."
            ),
        ),
        (
            {"deleteDimension": {"range": {"dimension": "COLUMNS"}}},
            "You can't delete all the columns on the sheet.",
        ),
        (
            {"moveDimension": {"source": {"dimension": "ROWS", "startIndex": 1, "endIndex": 4},
                               "destinationIndex": 2}},
            "The destination index is inside the range that is being moved.",
        ),
        ({"deleteNamedRange": {"namedRangeId": "x"}}, "No namedRange with id: x"),
        ({"addNamedRange": {"namedRange": {"name": "A1", "range": SPAN}}},
         "The name of the named range is invalid: A1"),
        ({"updateCells": {"range": {"startRowIndex": 2000}, "fields": "*"}},
         "Range (Sheet1!A2001:Z1000) exceeds grid limits. Max rows: 1000, max columns: 26"),
        ({"deleteSheet": {"sheetId": 0}}, "You can't remove all the sheets in a document."),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_refused(api: Api, request_: Any, message: str) -> None:
    (kind,) = request_
    found = api.error("POST", ":batchUpdate", {"requests": [request_]})
    assert found == (400, f"Invalid requests[0].{kind}: {message}")


def test_conditional_formats_have_an_order(api: Api) -> None:
    def rule(color: str) -> Any:
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "=$A1=1"}]}
        look = {"backgroundColor": {color: 1}}
        return {"ranges": [SPAN], "booleanRule": {"condition": condition, "format": look}}

    def order() -> list[str]:
        formats = sheet(api)["conditionalFormats"]
        return [next(iter(one["booleanRule"]["format"]["backgroundColor"])) for one in formats]

    for at, color in enumerate(("red", "green", "blue")):
        api.batch(addConditionalFormatRule={"rule": rule(color), "index": at})
    api.batch(updateConditionalFormatRule={"index": 0, "newIndex": 2, "sheetId": 0})
    assert order() == ["green", "blue", "red"]
    api.batch(updateConditionalFormatRule={"index": 1, "rule": rule("red")})
    (gone,) = api.batch(deleteConditionalFormatRule={"index": 0, "sheetId": 0})
    assert "green" in gone["rule"]["booleanRule"]["format"]["backgroundColor"]
    assert order() == ["red", "red"]


def test_things_with_ids_are_added_changed_and_deleted(api: Api) -> None:
    protected = {"range": SPAN, "warningOnly": True, "protectedRangeId": 9, "description": "ours"}
    band = {"range": SPAN, "rowProperties": {"firstBandColor": RED, "secondBandColor": {"blue": 1}}}
    view, table = (
        {"title": "v", "range": SPAN},
        {"name": "t", "range": {**SPAN, "startColumnIndex": 1}},
    )
    added = api.batch(
        addProtectedRange={"protectedRange": protected},
        addBanding={"bandedRange": band},
        addFilterView={"filter": view},
        addTable={"table": table},
    )
    ids = {
        "protectedRangeId": added[0]["protectedRange"]["protectedRangeId"],
        "bandedRangeId": added[1]["bandedRange"]["bandedRangeId"],
        "filterViewId": added[2]["filter"]["filterViewId"],
        "tableId": added[3]["table"]["tableId"],
    }
    assert ids["protectedRangeId"] == 9
    (twin,) = api.batch(duplicateFilterView={"filterId": ids["filterViewId"]})
    wide = {**SPAN, "endRowIndex": 5}
    api.batch(
        updateProtectedRange={
            "protectedRange": {"protectedRangeId": 9, "range": wide},
            "fields": "range",
        },
        deleteBanding={"bandedRangeId": ids["bandedRangeId"]},
        deleteFilterView={"filterId": ids["filterViewId"]},
        deleteTable={"tableId": ids["tableId"]},
    )
    found = sheet(api)
    assert found["protectedRanges"][0]["range"]["endRowIndex"] == 5
    assert found["protectedRanges"][0]["description"] == "ours"
    assert [one["filterViewId"] for one in found["filterViews"]] == [twin["filter"]["filterViewId"]]
    assert not found.keys() & {"bandedRanges", "tables"}


def test_charts_and_slicers_float(api: Api) -> None:
    spec = {"title": "月", "pieChart": {"legendPosition": "BOTTOM_LEGEND"}}
    place = {"overlayPosition": {"anchorCell": {"sheetId": 0, "rowIndex": 3}, "widthPixels": 300}}
    chart, slicer = api.batch(
        addChart={"chart": {"chartId": 77, "spec": spec, "position": place}},
        addSlicer={"slicer": {"spec": {"dataRange": SPAN, "title": "s"}, "position": place}},
    )
    assert chart["chart"]["chartId"] == 77
    move = {"overlayPosition": {"anchorCell": {"sheetId": 0, "columnIndex": 4}}}
    api.batch(
        updateChartSpec={"chartId": 77, "spec": {**spec, "title": "季"}},
        updateEmbeddedObjectPosition={"objectId": 77, "newPosition": move, "fields": "anchorCell"},
        updateSlicerSpec={
            "slicerId": slicer["slicer"]["slicerId"],
            "spec": {"title": "t"},
            "fields": "title",
        },
    )
    found = sheet(api)
    overlay = found["charts"][0]["position"]["overlayPosition"]
    assert (found["charts"][0]["spec"]["title"], overlay["anchorCell"]) == (
        "季",
        {"columnIndex": 4},
    )
    assert (overlay["widthPixels"], overlay["heightPixels"]) == (300, 371)
    assert found["slicers"][0]["spec"]["title"] == "t"
    api.batch(deleteEmbeddedObject={"objectId": 77})
    alone = {"spec": spec, "position": {"newSheet": True}}
    (own,) = api.batch(addChart={"chart": alone})
    assert sheet(api, 1)["properties"]["sheetType"] == "OBJECT"
    api.batch(deleteEmbeddedObject={"objectId": own["chart"]["chartId"]})
    assert len(api("GET", "").json()["sheets"]) == 1


def test_filters_hide_and_sort(api: Api) -> None:
    api.put("A1", [["n", "s"], [2, "x"], [1, "y"], [3, "x"]])
    specs = [{"columnIndex": 1, "filterCriteria": {"hiddenValues": ["x"]}}]
    area = {**SPAN, "endRowIndex": 4}
    wanted = {"range": area, "filterSpecs": specs, "sortSpecs": [{"dimensionIndex": 0}]}
    api.batch(setBasicFilter={"filter": wanted})
    assert api.values("A1:A4") == [["n"], ["1"], ["2"], ["3"]]
    hidden = [one.get("hiddenByFilter", False) for one in lines(api, "rowMetadata", 4)]
    assert hidden == [False, False, True, True]
    api.batch(clearBasicFilter={"sheetId": 0})
    assert not any("hiddenByFilter" in one for one in lines(api, "rowMetadata", 4))


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        (
            "findReplace",
            {"find": "a", "replacement": "z", "allSheets": True},
            [["z b", "=X"], ["bz", "z b"]],
        ),
        (
            "findReplace",
            {"find": "^(.) ", "replacement": "$1-", "searchByRegex": True, "sheetId": 0},
            [["a-b", "=X"], ["ba", "a-b"]],
        ),
        (
            "findReplace",
            {"find": "a b", "replacement": "", "matchEntireCell": True, "range": SPAN},
            [["", "=X"], ["ba"]],
        ),
        ("trimWhitespace", {"range": SPAN}, [["a b", "=X"], ["ba", "a b"]]),
        (
            "textToColumns",
            {"source": COLUMN, "delimiterType": "SPACE"},
            [["a", "b"], ["ba", "a b"]],
        ),
        (
            "pasteData",
            {"coordinate": {"sheetId": 0}, "data": "1,2\n3", "delimiter": ","},
            [["1", "2"], ["3", "a b"]],
        ),
        ("copyPaste", {"source": ROW, "destination": SPAN}, [["a b", "=X"], ["a b", "=X"]]),
        (
            "copyPaste",
            {"source": ROW, "destination": COLUMN, "pasteOrientation": "TRANSPOSE"},
            [["a b", "=X"], ["=X", "a b"]],
        ),
        ("cutPaste", {"source": ROW, "destination": {"rowIndex": 1}}, [[], ["a b", "=X"]]),
        (
            "autoFill",
            {"sourceAndDestination": {"source": ROW, "dimension": "ROWS", "fillLength": 1}},
            [["a b", "=X"], ["a b", "=X"]],
        ),
    ],
)
def test_blocks_of_text(api: Api, kind: str, body: Any, expected: Any) -> None:
    api.put("A1", [["a b", "=X"], ["ba", "a b"]], "RAW")
    api.batch(**{kind: body})
    assert api.values("A1:B2") == expected


def test_rows_that_repeat_go(api: Api) -> None:
    api.put("A1", [["a", 1], ["A", 2], ["b", 3]])
    columns = [{"dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}]
    body = {"range": {**SPAN, "endRowIndex": 3}, "comparisonColumns": columns}
    assert api.batch(deleteDuplicates=body) == [{"duplicatesRemovedCount": 1}]
    assert api.values("A1:B3") == [["a", "1"], ["b", "3"]]
    api.batch(randomizeRange={"range": SPAN})
    assert sorted(api.values("A1:B2")) == [["a", "1"], ["b", "3"]]


def test_pasting_takes_what_is_asked(api: Api) -> None:
    api.put("A1", [["=1+1"]])
    look = {"userEnteredFormat": {"textFormat": {"italic": True}}}
    one = {**SPAN, "endRowIndex": 1, "endColumnIndex": 1}
    api.batch(repeatCell={"range": one, "cell": look, "fields": "userEnteredFormat"})
    for at, kind in enumerate(("PASTE_VALUES", "PASTE_FORMAT", "PASTE_FORMULA"), 1):
        goal = {**one, "startColumnIndex": at, "endColumnIndex": at + 1}
        api.batch(copyPaste={"source": one, "destination": goal, "pasteType": kind})
    values, formats, formulas = cells(api, "B1:D1", "userEnteredValue,userEnteredFormat")[0]
    assert values == {"userEnteredValue": {"numberValue": 2}}
    assert formats == look
    assert formulas == {"userEnteredValue": {"formulaValue": "=1+1"}}


def test_a_new_spreadsheet_comes_as_described(api: Api) -> None:
    rows = [{"values": [{"userEnteredValue": {"stringValue": "x"}}]}]
    tab = {"properties": {"title": "表", "sheetId": 8}, "data": [{"startRow": 1, "rowData": rows}]}
    body = {"properties": {"title": "新", "timeZone": "Asia/Shanghai"}, "sheets": [tab]}
    made = api("POST", "/v4/spreadsheets", body).json()
    assert made["properties"]["timeZone"] == "Asia/Shanghai"
    assert [one["properties"]["sheetId"] for one in made["sheets"]] == [8]
    other = Api(api.server, made["spreadsheetId"])
    assert other.values("表") == [[], ["x"]]
    body = {"destinationSpreadsheetId": api.book_id}
    copied = other("POST", "/sheets/8:copyTo", body).json()
    assert (copied["title"], copied["index"]) == ("Copy of 表", 1)
    assert api.values("Copy of 表") == [[], ["x"]]


def test_cells_found_by_filters(api: Api) -> None:
    api.put("A1", [["a", "b"]])
    body = {"dataFilters": [{"a1Range": "B1"}], "includeGridData": True}
    (data,) = api("POST", ":getByDataFilter", body).json()["sheets"][0]["data"]
    assert data["startColumn"] == 1
    assert data["rowData"][0]["values"][0]["formattedValue"] == "b"
    body = {"requests": [{"repeatCell": {"range": SPAN, "cell": {}, "fields": "note"}}],
            "includeSpreadsheetInResponse": True}  # fmt: skip
    assert api("POST", ":batchUpdate", body).json()["updatedSpreadsheet"]["sheets"]


def test_tab_colours_come_in_both_forms_and_go(api: Api) -> None:
    color = {
        "properties": {"sheetId": 0, "tabColorStyle": {"rgbColor": RED}},
        "fields": "tabColorStyle",
    }
    api.batch(updateSheetProperties=color)
    found = sheet(api)["properties"]
    assert (found["tabColor"], found["tabColorStyle"]) == (RED, {"rgbColor": RED})
    none = {"properties": {"sheetId": 0, "tabColorStyle": {}}, "fields": "tabColorStyle"}
    api.batch(updateSheetProperties=none)
    assert not sheet(api)["properties"].keys() & {"tabColor", "tabColorStyle"}
