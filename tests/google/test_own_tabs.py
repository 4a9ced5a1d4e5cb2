"""Generated tabs through the store: one batch, in place, and nothing where nothing is new."""

from __future__ import annotations

import dataclasses

from sync.google.marks import tab_id
from sync.plan import OwnTab, Plan
from sync.store import Receipt
from sync.view import Cell, Chart, Link, Range, Series, SheetView
from tests.google.desk import LAYOUT, NOW, READING, fill, wants
from tests.google.kit import People, calls, inserted, store
from tests.tools.google_tab import tab

TABS = dataclasses.replace(LAYOUT, tabs=(OwnTab("summary", "管理汇总"),))
WITH_TABS = dataclasses.replace(READING, layout=TABS)


def summary(won: int) -> SheetView:
    place = Range(2, 3, 3, 3)
    chart = Chart("clustered", 5, 0, 300, 200, place, (Series("赢单", place, "1F5F99"),), "图")
    cells = (
        Cell(0, 0, won, name="DK_Won"), Cell(1, 0, Link("客户07", "商机", "A07")),
        Cell(2, 3, won), Cell(3, 3, 2),
    )  # fmt: skip
    return SheetView(
        "summary", "管理汇总", "zh", (80, 80, 80), (), cells, 9, 3, 3, charts=(chart,)
    )  # fmt: skip


def redraw(people: People, drawn: SheetView) -> Receipt:
    """A run that writes the table, too, as far as it is not yet as wanted."""
    with store(people, WITH_TABS) as one:
        table = one.read()
        plan = Plan(table.version, NOW, TABS, wants(table), (drawn,), keys=table.keys)
        return one.apply(plan)


def test_a_tab_is_drawn_in_the_batch_that_changes_the_table(people: People) -> None:
    fill(people)
    assert redraw(people, summary(3)).tabs == ("管理汇总",)
    assert calls(people.server) == (1, 2)
    redraw(people, summary(4))
    assert calls(people.server) == (2, 3)
    sheet = tab(people, tab_id("summary"))
    (mark,) = sheet["developerMetadata"]
    assert mark["metadataValue"] == f"{summary(4).content_hash()} summary"
    assert len(sheet["charts"]) == len(sheet["protectedRanges"]) == 1


def test_links_lead_to_the_key_column_where_it_stands_afterwards(people: People) -> None:
    fill(people, keyed=False)
    redraw(people, summary(3))
    assert people.look()[0][4] == "管家·编号"
    formula = people.look("管理汇总", rendered="FORMULA")[1][0]
    assert formula == (
        """=HYPERLINK("#gid=0&range=E"&IFERROR(MATCH("A07";'商机'!$E:$E;0);1);"客户07")"""
    )
    people.do(inserted("COLUMNS", 0))
    redraw(people, summary(4))
    assert "'商机'!$F:$F" in people.look("管理汇总", rendered="FORMULA")[1][0]


def test_a_tab_of_many_changes_of_hands_is_one_tab(people: People) -> None:
    fill(people)
    redraw(people, summary(3))
    number = tab_id("summary")
    renamed = {"sheetId": number, "title": "老板看板", "index": 0}
    people.do(
        {"updateSheetProperties": {"properties": renamed, "fields": "title,index"}},
        {"insertDimension": {"range": {
            "sheetId": number, "dimension": "ROWS", "startIndex": 0, "endIndex": 3,
        }}},
    )  # fmt: skip
    people.type(20, 20, [["=DK_Won"]])
    assert people.look()[20][20] == 3
    redraw(people, summary(5))
    sheet = tab(people, number)
    assert sheet["properties"]["title"] == "老板看板"
    assert [row[:1] for row in people.look("老板看板")[:2]] == [[5], ["客户07"]]
    assert people.look()[20][20] == 5
    assert sheet["charts"][0]["position"]["overlayPosition"]["anchorCell"]["rowIndex"] == 5


def test_a_deleted_tab_comes_again_with_its_names(people: People) -> None:
    fill(people)
    redraw(people, summary(3))
    people.do({"deleteSheet": {"sheetId": tab_id("summary")}})
    redraw(people, summary(3))
    assert people.look("管理汇总")[0][0] == 3
    (name,) = people.ask("", verb="get")["namedRanges"]
    assert (name["name"], name["range"]["sheetId"]) == ("DK_Won", tab_id("summary"))
