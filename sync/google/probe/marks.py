"""What is assumed of marks (developer metadata), by which columns and the lock are found."""

from __future__ import annotations

from sync.google.marks import unmark
from sync.google.probe.assumption import assumed
from sync.google.probe.scratch import NOTHING, Scratch


@assumed(
    "a mark is found by its id and value together, not by its id alone",
    "书签须编号与取值都相符才会被找到",
    f"B {NOTHING}",
)
def by_value(tab: Scratch) -> str:
    """Mark column B; delete the mark of its id and another value, then that of its id and value.

    Where it stands after each.
    """
    tab.do(tab.mark("B", "one", "right"))
    tab.status(unmark(tab.number_of("one"), "wrong"))
    first = tab.marked("one")
    tab.do(unmark(tab.number_of("one"), "right"))
    return f"{first} {tab.marked('one')}"


@assumed(
    "a second mark of the same id is refused, and with it the whole batch",
    "编号重复的书签被拒绝，整批请求都不执行",
    f"400 {NOTHING}",
)
def taken(tab: Scratch) -> str:
    """Mark column B; in one batch type into A1 and mark column C under the same id.

    The status of the answer, and what stands in A1.
    """
    tab.do(tab.mark("B", "one"))
    status = tab.status(tab.typed("A1", ["x"]), tab.mark("C", "one"))
    return f"{status} {tab.texts('A1')}"


@assumed(
    "a column's mark goes with it when columns are inserted, moved and deleted",
    "插入、移动、删除列时，书签跟随所在的列",
    f"C F {NOTHING}",
)
def through_columns(tab: Scratch) -> str:
    """Mark columns B, C and D; insert one before B, move the second to the right, delete the third.

    Where the three marks stand.
    """
    tab.do(tab.mark("B", "one"), tab.mark("C", "two"), tab.mark("D", "three"))
    tab.do(
        tab.inserted("B"),
        tab.moved("D", 7),
        {"deleteDimension": {"range": tab.lines("D")}},
    )
    return " ".join(tab.marked(name) for name in ("one", "two", "three"))


@assumed(
    "sorting leaves a column's mark alone, and a row's mark at its row number",
    "排序不影响列上的书签，行上的书签留在原行号",
    "B 2",
)
def through_sorting(tab: Scratch) -> str:
    """Type 3, 1, 2 into A2:A4, mark column B and row 2, sort rows 2 to 4.

    Where the two marks stand.
    """
    tab.do(tab.typed("A2", [3], [1], [2]), tab.mark("B", "column"), tab.mark("2", "row"))
    tab.do(tab.sorted("A2:C4"))
    return f"{tab.marked('column')} {tab.marked('row')}"
