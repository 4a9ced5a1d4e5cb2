"""The formulas that tests use, and how they follow their cells."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.google_server.conftest import Api
from tests.sheets_server import running
from tests.sheets_server.formulas.references import carried, changed, rewritten
from tests.sheets_server.shifts import Delete, Insert, Move

TABLE = [
    ["编号", "负责人", "金额", "阶段"],
    ["K1", "小张", 100, "赢单"],
    ["K2", "小李", 250.5, "跟进"],
    ["K3", "小张", "", "丢单"],
    ["K4", "王五", "x", "赢单"],
]

CASES: list[tuple[str, Any]] = [
    ("=SUM(C2:C5)", 350.5),
    ("=sum(C:C, 1)", 351.5),
    ('=COUNT(C2:C5)&"/"&COUNTA(C2:C5)', "2/3"),
    ('=COUNTIF(D2:D5,"赢*")', 2),
    ('=COUNTIF(C2:C5,">=100")', 2),
    ('=COUNTIF(B2:B5,"<>小张")', 2),
    ('=COUNTIFS(B2:B5,"小张",D2:D5,"赢单")', 1),
    ('=SUMIF(B2:B5,"小张",C2:C5)', 100),
    ('=SUMIFS(C2:C5,B2:B5,"小李",D2:D5,"跟进")', 250.5),
    ("=AVERAGE(C2:C3)", 175.25),
    ("=MIN(C2:C5)+MAX(C2:C5)", 350.5),
    ('=IF(C2>=100,"大","小")', "大"),
    ('=IF(C2="x",1)', False),
    ('=IFERROR(C2/0,"无")', "无"),
    ('=MATCH("K3",A1:A5,0)', 4),
    ('=MATCH("K9",A1:A5,0)', "#N/A"),
    ('=MATCH("?3",A1:A5,0)', 4),
    ('=MATCH("~?3",A1:A5,0)', "#N/A"),
    ('=MATCH("a~*~~";{"ab~";"a*~"};0)', 2),
    ('=TEXT(1200;"[>=999.5]"">999×"";0""×""")', ">999×"),
    ('=TEXT(12;"[>=999.5]"">999×"";0""×""")', "12×"),
    ('=TEXT(1.5;"0.0_w;-0.0_w")', "1.5 "),
    ('=VLOOKUP("k2",A2:D5,4,FALSE)', "跟进"),
    ("=INDEX(A1:D5,2,4)", "赢单"),
    ('=INDEX(C2:C5,MATCH("K2",A2:A5,0))', 250.5),
    ("=AND(TRUE,C2=100)", True),
    ("=OR(FALSE,NOT(TRUE))", False),
    ("=-2^2", 4),
    ("=2^3^2", 64),
    ("=10%+1", 1.1),
    ("=1+2*3-4/2", 5),
    ('="a"&1.5&TRUE', "a1.5TRUE"),
    ("=ROUND(2.5)+ROUND(-1.25,1)", 1.7),
    ('=LEFT("商机管家",2)&MID("abcd",2,2)&RIGHT("xyz")', "商机bcz"),
    ('=TEXT(1234.5,"#,##0.00")', "1,234.50"),
    ('=TEXT(DATE(2025,9,5),"yyyy-mm-dd")', "2025-09-05"),
    ("=DATE(2025,14,1)", 46054),
    ("=YEAR(45905)*100+MONTH(45905)", 202509),
    ('=HYPERLINK("https://example.com","链接")', "链接"),
    ("=SPARKLINE(C2:C5)", ""),
    ('=SPARKLINE(4;HSTACK({"charttype";"max"};{"bar";9}))', ""),
    ("=SUM({1,2;3,4})", 10),
    ("=INDEX(HSTACK({1;2};{3;4});2;2)", 4),
    ("=INDEX({1,2;3,4};1;2)", 2),
    ("=ROW()+COLUMN()", 16),
    ("=ROW(C7)", 7),
    ("=ISBLANK(C4)", True),
    ("=C4+1", 1),
    ("=C5+1", "#VALUE!"),
    ("=NOPE(1)", "#NAME?"),
    ("=unknown", "#NAME?"),
    ("=Nope!A1", "#REF!"),
    ("=1+", "#ERROR!"),
    ("=F10", "#REF!"),
    ("=Sheet1!C2*2", 200),
    ("='Sheet1'!C2*2", 200),
    ("=ZZ9999", ""),
]


@pytest.mark.parametrize(("formula", "value"), CASES)
def test_formulas(api: Api, formula: str, value: Any) -> None:
    api.put("A1:D5", TABLE)
    api.put("F10", [[formula]])
    found = api.values("F10", valueRenderOption="UNFORMATTED_VALUE")
    assert found == ([[pytest.approx(value)]] if value != "" else [])
    assert api.values("F10", valueRenderOption="FORMULA") == [[formula]]


def test_today_is_the_spreadsheets_own() -> None:
    late = datetime(2026, 9, 7, 20, tzinfo=UTC)
    with running(clock=lambda: late) as server:
        book = server.create()
        api = Api(server, book.id)
        api.put("A1", [["=TODAY()"]])
        assert api.values("A1") == [["9/7/2026"]]
        book.properties["timeZone"] = "Asia/Shanghai"
        assert api.values("A1") == [["9/8/2026"]]
        api.put("A2", [["=NOW()"]])
        assert api.values("A2") == [["9/8/2026 4:00:00"]]


def test_errors_and_links_in_cell_data(api: Api) -> None:
    api.put("A1", [["=1/0", '=HYPERLINK("https://example.com","x")']])
    data = api("GET", "", includeGridData="true", ranges="A1:B1").json()["sheets"][0]["data"][0]
    first, second = data["rowData"][0]["values"]
    assert first["effectiveValue"] == {
        "errorValue": {"type": "DIVIDE_BY_ZERO", "message": "#DIV/0!"}
    }
    assert first["userEnteredValue"] == {"formulaValue": "=1/0"}
    assert second["hyperlink"] == "https://example.com"
    assert second["formattedValue"] == "x"


@pytest.mark.parametrize(
    ("reference", "change", "expected"),
    [
        ("A5", Insert(2, 3), "A8"),
        ("$A$5", Insert(2, 3), "$A$8"),
        ("A2:B5", Insert(3, 1), "A2:B6"),
        ("A2:A", Insert(0, 1), "A3:A"),
        ("A:B", Insert(0, 1), "A:B"),
        ("3:4", Insert(0, 1), "4:5"),
        ("A5", Delete(4, 5), "#REF!"),
        ("A2:A5", Delete(3, 9), "A2:A3"),
        ("A5", Move(4, 5, 0), "A1"),
        ("A1:A3", Move(0, 1, 3), "A1:A3"),
        ("A1:A3", Move(0, 1, 5), "A1:A2"),
    ],
)
def test_references_follow_rows(reference: str, change: Any, expected: str) -> None:
    assert changed(reference, "ROWS", change) == expected


@pytest.mark.parametrize(
    ("reference", "expected"),
    [("A1", "B3"), ("$A1", "$A3"), ("A$1", "B$1"), ("A1:$B$2", "B3:$B$2"), ("A:A", "B:B")],
)
def test_references_go_along_with_copies(reference: str, expected: str) -> None:
    assert carried(reference, 2, 1) == expected
    assert carried("A1", -1, 0) == "#REF!"


def test_only_references_are_rewritten() -> None:
    formula = "=SUM(A1)&\"A1\"&LOG10(5)&'一 月'!A1&Total_A1"
    seen: list[tuple[str | None, str]] = []

    def note(title: str | None, text: str) -> str:
        seen.append((title, text))
        return "Z9"

    assert rewritten(formula, note) == "=SUM(Z9)&\"A1\"&LOG10(5)&'一 月'!Z9&Total_A1"
    assert seen == [(None, "A1"), ("一 月", "A1")]


def test_long_chains_and_circles(api: Api) -> None:
    api.put("A1", [["1"], *([f"=A{row}+1"] for row in range(1, 900))])
    assert api.values("A900") == [["900"]]
    api.put("B1", [[f"=B{row % 300 + 1}"] for row in range(1, 301)])
    assert api.values("B300") == [["#REF!"]]
    api.put("C1", [["=C1"]])
    assert api.values("C1") == [["#REF!"]]
