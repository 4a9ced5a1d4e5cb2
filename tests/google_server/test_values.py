"""The values methods: what goes in, what comes out, and how places are named."""

from __future__ import annotations

from typing import Any

import pytest

from tests.google_server.conftest import Api

TYPED: list[tuple[str, Any, str]] = [
    # typed, unformatted, formatted
    ("abc", "abc", "abc"),
    ("'00123", "00123", "00123"),
    ("0042", 42, "42"),
    ("1,234.5", 1234.5, "1,234.50"),
    ("2,000,000.01", 2000000.01, "2,000,000.01"),
    ("-3.10", -3.1, "-3.1"),
    ("80%", 0.8, "80%"),
    ("12.5%", 0.125, "12.50%"),
    ("$1,200", 1200, "$1,200"),
    ("￥1,200.50", 1200.5, "￥1,200.50"),
    ("1e3", 1000, "1.00E+03"),
    ("TRUE", True, "TRUE"),
    ("true", True, "TRUE"),
    ("2025-09-05", 45905, "2025-09-05"),
    ("2025/9/5", 45905, "2025/9/5"),
    ("9/5/2025", 45905, "9/5/2025"),
    ("2025年9月5日", 45905, "2025年9月5日"),
    ("Sep 5, 2025", 45905, "Sep 5, 2025"),
    ("5-Sep-2025", 45905, "5-Sep-2025"),
    ("2025-09-05 18:00", 45905.75, "2025-09-05 18:00:00"),
    ("6:30 PM", 18.5 / 24, "6:30 PM"),
    ("18:30", 18.5 / 24, "18:30"),
    ("2025-02-30", "2025-02-30", "2025-02-30"),
    ("25:00", 25 / 24, "25:00:00"),
    ("3_1_0", "3_1_0", "3_1_0"),
    ("120万", "120万", "120万"),
    ("=1/4", 0.25, "0.25"),
    ("=1/3", 1 / 3, "0.3333333333"),
    ("= 1 / 1024", 1 / 1024, "0.0009765625"),
    ("=1/0", "#DIV/0!", "#DIV/0!"),
    ("=TODAY()-TODAY()", 0, "0"),
]


@pytest.mark.parametrize(("typed", "value", "shown"), TYPED)
def test_what_sheets_makes_of_typed_text(api: Api, typed: str, value: Any, shown: str) -> None:
    api.put("A1", [[typed]])
    assert api.values("A1", valueRenderOption="UNFORMATTED_VALUE") == [[pytest.approx(value)]]
    assert api.values("A1") == [[shown]]


def test_raw_values_stay_as_they_are(api: Api) -> None:
    values = [["=1+1", "2025-09-05", "80%", "TRUE", 5, 0.5, True]]
    api.put("A1", values, "RAW")
    assert api.values("A1:G1", valueRenderOption="UNFORMATTED_VALUE") == values
    assert api.values("A1:G1") == [["=1+1", "2025-09-05", "80%", "TRUE", "5", "0.5", "TRUE"]]


@pytest.mark.parametrize(
    ("pattern", "kind", "value", "shown"),
    [
        ("yyyy-mm-dd", "DATE", 45905.75, "2025-09-05"),
        ("m/d/yy h:mm am/pm", "DATE_TIME", 45905.75, "9/5/25 6:00 PM"),
        ("dddd, mmmm d", "DATE", 45905, "Friday, September 5"),
        ("[h]:mm", "TIME", 1.5, "36:00"),
        ("hh:mm:ss", "TIME", 0.5, "12:00:00"),
        ("#,##0.00", "NUMBER", 1234567.891, "1,234,567.89"),
        ("0.0#", "NUMBER", 2, "2.0"),
        ("#,##0,", "NUMBER", 1234567, "1,235"),
        ("0.00;(0.00);zero", "NUMBER", -3, "(3.00)"),
        ("0.00;(0.00);zero", "NUMBER", 0, "zero"),
        ('"¥"#,##0', "CURRENCY", -1200, "-¥1,200"),
        ('0"万"', "NUMBER", 12, "12万"),
        ("", "PERCENT", 0.125, "12.50%"),
        ("00000", "NUMBER", 42, "00042"),
    ],
)
def test_number_formats(api: Api, pattern: str, kind: str, value: float, shown: str) -> None:
    look = {"numberFormat": {"type": kind, "pattern": pattern}}
    cell = {"userEnteredValue": {"numberValue": value}, "userEnteredFormat": look}
    start = {"sheetId": 0, "rowIndex": 0, "columnIndex": 0}
    api.batch(updateCells={"start": start, "rows": [{"values": [cell]}], "fields": "*"})
    assert api.values("A1") == [[shown]]


def test_nulls_leave_cells_alone_and_empty_text_clears(api: Api) -> None:
    api.put("A1", [["a", "b", "c"]])
    answer = api.put("A1:C1", [[None, "", "x"]], includeValuesInResponse=True)
    assert answer["updatedData"] == {
        "range": "Sheet1!A1:C1",
        "majorDimension": "ROWS",
        "values": [["a", "", "x"]],
    }
    assert (answer["updatedRows"], answer["updatedColumns"], answer["updatedCells"]) == (1, 2, 2)


def test_values_that_do_not_fit_are_refused(api: Api) -> None:
    wide = api.error("PUT", "/values/A1:B1", {"values": [[1, 2, 3]]}, valueInputOption="RAW")
    assert wide == (
        400,
        "Requested writing within range [Sheet1!A1:B1], but tried writing to column [C]",
    )
    below = api.error("PUT", "/values/A999", {"values": [[1]] * 3}, valueInputOption="RAW")
    assert below == (
        400,
        "Range (Sheet1!A999:A1001) exceeds grid limits. Max rows: 1000, max columns: 26",
    )
    assert api.values("Sheet1") == []


def test_trailing_blanks_are_left_out(api: Api) -> None:
    api.put("B2", [["x", "", ""], ["", "", ""], ["", "y", ""]])
    assert api.values("A1:Z9") == [[], ["", "x"], [], ["", "", "y"]]
    assert api.values("A1:Z9", majorDimension="COLUMNS") == [[], ["", "x"], ["", "", "", "y"]]
    assert api.values("D1:E9") == []


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("Sheet1", "Sheet1!A1:Z1000"),
        ("sheet1!b2:a1", "Sheet1!A1:B2"),
        ("A:B", "Sheet1!A1:B1000"),
        ("2:3", "Sheet1!A2:Z3"),
        ("C5:C", "Sheet1!C5:C1000"),
        ("R2C3:R4C4", "Sheet1!C2:D4"),
        ("$A$1:$A$1", "Sheet1!A1"),
        ("A1:Z2000", "Sheet1!A1:Z1000"),
        ("客户", "Sheet1!B2:C3"),
        ("'客 户''s'!A1", "'客 户''s'!A1"),
        ("客 户's", "'客 户''s'!A1:B2"),
        ("'D3'!A1", "'D3'!A1"),
        ("D3", "Sheet1!D3"),
    ],
)
def test_how_places_are_named(api: Api, place: str, name: str) -> None:
    small = {"rowCount": 2, "columnCount": 2}
    span = {"startRowIndex": 1, "endRowIndex": 3, "startColumnIndex": 1, "endColumnIndex": 3}
    for title in ("客 户's", "D3"):
        api.batch(addSheet={"properties": {"title": title, "gridProperties": small}})
    api.batch(addNamedRange={"namedRange": {"name": "客户", "range": span}})
    assert api("GET", f"/values/{place}").json()["range"] == name


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ("Sheet1", "B7:B7"),
        ("B4", "B7:B7"),
        ("C5:D5", "B7:B7"),
        ("B2:D4", "B7:B7"),
        ("A3:G10", "B7:B7"),
        ("A1", "A3:A3"),
        ("E4", "E4:E4"),
    ],
)
def test_where_rows_are_appended(api: Api, place: str, start: str) -> None:
    """The example of https://developers.google.com/workspace/sheets/api/guides/values."""
    api.put("A1:C2", [["x"] * 3] * 2)
    api.put("B4:D6", [["y"] * 3] * 3)
    found = api("POST", f"/values/{place}:append", {"values": [["z"]]}, valueInputOption="RAW")
    assert found.json()["updates"]["updatedRange"] == f"Sheet1!{start.split(':')[0]}"


def test_appending_makes_room(api: Api) -> None:
    api.put("A1:A1000", [["x"]] * 1000)
    found = api("POST", "/values/A1:append", {"values": [["y"], ["z"]]}, valueInputOption="RAW")
    assert found.json()["tableRange"] == "Sheet1!A1:A1000"
    assert api.values("A1000:A1002") == [["x"], ["y"], ["z"]]
    more = {"valueInputOption": "RAW", "insertDataOption": "INSERT_ROWS"}
    api.put("C3", [["below"]])
    api("POST", "/values/C3:append", {"values": [["new"]]}, **more)
    assert api.values("C3:C5") == [["below"], ["new"]]
    assert api.values("A1003") == [["z"]]
    wide = {"values": [["w"] * 30]}
    found = api("POST", "/values/A1003:append", wide, valueInputOption="RAW").json()
    assert found["updates"]["updatedRange"] == "Sheet1!A1004:AD1004"


def test_several_places_at_once_or_none(api: Api) -> None:
    data = [{"range": "A1", "values": [["x"]]}, {"range": "Nope!A1", "values": [["y"]]}]
    body: Any = {"valueInputOption": "RAW", "data": data}
    assert api.error("POST", "/values:batchUpdate", body)[0] == 400
    assert api.values("A1") == []
    data[1] = {"range": "B1:B2", "majorDimension": "COLUMNS", "values": [["y", "z"]]}
    answer = api("POST", "/values:batchUpdate", body).json()
    assert [answer[f"totalUpdated{what}"] for what in ("Rows", "Columns", "Cells", "Sheets")] == [
        2,
        2,
        3,
        1,
    ]
    assert api.values("A1:B2") == [["x", "y"], ["", "z"]]
    api("POST", "/values:batchClear", {"ranges": ["A1", "B2"]})
    assert api.values("A1:B2") == [["", "y"]]


def anchored(api: Api, column: int, key: str) -> int:
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": column, "endIndex": column + 1}
    made = {"metadataKey": key, "location": {"dimensionRange": span}, "visibility": "DOCUMENT"}
    (reply,) = api.batch(createDeveloperMetadata={"developerMetadata": made})
    found: int = reply["developerMetadata"]["metadataId"]
    return found


def test_metadata_finds_columns_wherever_they_are(api: Api) -> None:
    api.put("A1:C2", [["编号", "客户", "金额"], ["K1", "甲", 5]])
    anchored(api, 0, "dk.key")
    number = anchored(api, 2, "dk.amount")
    span = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 1}
    api.batch(insertDimension={"range": span})
    wanted = [{"developerMetadataLookup": {"metadataKey": key}} for key in ("dk.key", "dk.amount")]
    body: Any = {"dataFilters": wanted, "majorDimension": "COLUMNS"}
    found = api("POST", "/values:batchGetByDataFilter", body).json()["valueRanges"]
    assert [one["valueRange"]["range"] for one in found] == ["Sheet1!B1:B1000", "Sheet1!D1:D1000"]
    assert [one["valueRange"]["values"] for one in found] == [[["编号", "K1"]], [["金额", "5"]]]
    assert found[1]["dataFilters"] == [wanted[1]]
    data = [{"dataFilter": wanted[1], "majorDimension": "COLUMNS", "values": [[None, 7]]}]
    body = {"valueInputOption": "RAW", "includeValuesInResponse": True, "data": data}
    (answer,) = api("POST", "/values:batchUpdateByDataFilter", body).json()["responses"]
    assert answer["updatedData"]["values"] == [["金额", "7"]]
    assert (answer["updatedRange"], answer["updatedCells"]) == ("Sheet1!D1:D2", 1)
    api("POST", "/values:batchClearByDataFilter", {"dataFilters": [wanted[0]]})
    assert api.values("A1:D2") == [["", "", "客户", "金额"], ["", "", "甲", "7"]]
    assert api("GET", f"/developerMetadata/{number}").json()["metadataKey"] == "dk.amount"


def test_searching_metadata(api: Api) -> None:
    anchored(api, 0, "a")
    anchored(api, 3, "b")
    sheet = {"metadataKey": "c", "location": {"sheetId": 0}, "visibility": "PROJECT"}
    api.batch(createDeveloperMetadata={"developerMetadata": sheet})

    def keys(**wanted: Any) -> list[str]:
        found = api("POST", "/developerMetadata:search", {"dataFilters": [wanted]}).json()
        matched = found.get("matchedDeveloperMetadata", [])
        return [one["developerMetadata"]["metadataKey"] for one in matched]

    assert keys(developerMetadataLookup={"locationType": "COLUMN"}) == ["a", "b"]
    assert keys(developerMetadataLookup={"visibility": "PROJECT"}) == ["c"]
    assert keys(a1Range="D1:E2") == ["b", "c"]
    assert keys(gridRange={"sheetId": 0, "startColumnIndex": 5}) == ["c"]
    place = {"dimensionRange": {"dimension": "COLUMNS", "startIndex": 3, "endIndex": 4}}
    near = {"metadataLocation": place, "locationMatchingStrategy": "INTERSECTING_LOCATION"}
    assert keys(developerMetadataLookup=near) == ["b", "c"]
    lookup = {"developerMetadataLookup": {"metadataKey": "b"}}
    changed = {"metadataValue": "v"}
    api.batch(
        updateDeveloperMetadata={
            "dataFilters": [lookup],
            "developerMetadata": changed,
            "fields": "metadataValue",
        }
    )
    assert keys(developerMetadataLookup={"metadataValue": "v"}) == ["b"]
    api.batch(deleteDeveloperMetadata={"dataFilter": lookup})
    assert keys(developerMetadataLookup={"locationType": "COLUMN"}) == ["a"]


@pytest.mark.slow
def test_a_million_cells_come_whole(api: Api) -> None:
    size = {"rowCount": 50_000, "columnCount": 20}
    fields = "gridProperties.rowCount,gridProperties.columnCount"
    wanted = {"properties": {"sheetId": 0, "gridProperties": size}, "fields": fields}
    api.batch(updateSheetProperties=wanted)
    api.put("A1", [[f"K{row}", *range(19)] for row in range(50_000)], "RAW")
    found = api("GET", "/values/Sheet1", valueRenderOption="UNFORMATTED_VALUE")
    assert len(found.json()["values"]) == 50_000
