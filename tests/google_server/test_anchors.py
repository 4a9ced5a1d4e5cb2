"""What stands on rows and columns goes with them, whatever happens to the lines.

The model: each line carries a name in its first cell. Anchors are made under the same names, so
after any changes an anchor must stand where its name is, and nowhere if its line is gone.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sheets_server import a1, kinds
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.errors import ApiError
from tests.sheets_server.grid import Area, Cell, Formula

SIZE = 8
Json = dict[str, Any]


class Stage:
    """A sheet whose lines are named r0, r1, ... (rows) or c0, c1, ... (columns)."""

    def __init__(self, dimension: str) -> None:
        self.cloud = Cloud(0, lambda: datetime(2026, 9, 7, tzinfo=UTC))
        self.book: Book = self.cloud.create().book
        self.dimension = dimension
        sheet = self.sheet
        sheet.grid.resize(SIZE, SIZE)
        for at in range(SIZE):
            sheet.grid[at, 0] = Cell(f"r{at}")
            sheet.grid[0, at] = Cell(f"c{at}")
        sheet.grid[0, 0] = Cell("r0" if dimension == "ROWS" else "c0")

    @property
    def sheet(self) -> Sheet:
        return self.book.sheets[0]

    def do(self, kind: str, body: Json) -> Json:
        after = self.book.copy()
        (reply,) = kinds.apply(self.cloud, after, [{kind: body}])
        self.book = after
        return reply

    def span(self, start: int, end: int) -> Json:
        return {"sheetId": 0, "dimension": self.dimension, "startIndex": start, "endIndex": end}

    def range(self, start: int, end: int) -> Json:
        word = "Row" if self.dimension == "ROWS" else "Column"
        return {"sheetId": 0, f"start{word}Index": start, f"end{word}Index": end}

    def ends(self, value: Json) -> tuple[int, int]:
        word = "Row" if self.dimension == "ROWS" else "Column"
        return value[f"start{word}Index"], value[f"end{word}Index"]

    def names(self) -> list[Any]:
        """The name on each line now; None on a new one."""
        grid = self.sheet.grid
        if self.dimension == "ROWS":
            return [grid[at, 0].entered for at in range(grid.height)]
        return [grid[0, at].entered for at in range(grid.width)]


def line(at: int) -> st.SearchStrategy[int]:
    return st.integers(0, at)


@st.composite
def change(draw: st.DrawFn) -> tuple[str, int, int, int]:
    kind = draw(st.sampled_from(["insert", "delete", "move"]))
    return kind, draw(line(SIZE)), draw(st.integers(1, 3)), draw(line(SIZE + 3))


def perform(stage: Stage, one: tuple[str, int, int, int]) -> None:
    kind, start, count, to = one
    size = stage.sheet.size(stage.dimension)
    start = min(start, size - 1)
    end = min(start + count, size)
    if kind == "insert":
        stage.do("insertDimension", {"range": stage.span(start, start + count)})
    elif kind == "delete" and end - start < size:
        stage.do("deleteDimension", {"range": stage.span(start, end)})
    elif kind == "move" and not start < min(to, size) < end:
        body = {"source": stage.span(start, end), "destinationIndex": min(to, size)}
        stage.do("moveDimension", body)


dimensions = st.sampled_from(["ROWS", "COLUMNS"])
histories = st.lists(change(), min_size=1, max_size=6)


@settings(deadline=None, max_examples=60)
@given(dimensions, histories)
def test_metadata_stands_on_its_line(
    dimension: str, history: list[tuple[str, int, int, int]]
) -> None:
    stage = Stage(dimension)
    for at, name in enumerate(stage.names()):
        made = {"metadataKey": name, "visibility": "DOCUMENT"}
        made["location"] = {"dimensionRange": stage.span(at, at + 1)}
        stage.do("createDeveloperMetadata", {"developerMetadata": made})
    for one in history:
        perform(stage, one)
    found = {
        one["metadataKey"]: one["location"]["dimensionRange"]["startIndex"]
        for one in stage.book.metadata
    }
    assert found == {name: at for at, name in enumerate(stage.names()) if name is not None}


@settings(deadline=None, max_examples=60)
@given(dimensions, histories, line(SIZE - 1), st.integers(1, SIZE))
def test_conditional_formats_stay_on_their_cells(
    dimension: str, history: list[tuple[str, int, int, int]], start: int, count: int
) -> None:
    stage = Stage(dimension)
    end = min(start + count, SIZE)
    covered = set(stage.names()[start:end])
    condition = {"type": "NOT_BLANK"}
    rule = {"ranges": [stage.range(start, end)], "booleanRule": {"condition": condition}}
    stage.do("addConditionalFormatRule", {"rule": rule})
    for one in history:
        perform(stage, one)
    names = stage.names()
    now = [
        stage.ends(one)
        for rule in stage.sheet.parts["conditionalFormats"]
        for one in rule["ranges"]
    ]
    lines = [at for low, high in now for at in range(low, high)]
    assert len(lines) == len(set(lines))
    assert {names[at] for at in lines} - {None} == covered & set(names)


@settings(deadline=None, max_examples=60)
@given(dimensions, histories, line(SIZE - 1), st.integers(1, SIZE))
def test_ranges_grow_shrink_and_vanish(
    dimension: str, history: list[tuple[str, int, int, int]], start: int, count: int
) -> None:
    stage = Stage(dimension)
    end = min(start + count, SIZE)
    stage.do("addNamedRange", {"namedRange": {"name": "mine", "range": stage.range(start, end)}})
    for one in history:
        if one[0] == "move":
            continue
        before = set(stage.names())
        perform(stage, one)
        assert set(stage.names()) - {None} <= before
    names = stage.names()
    left = {f"{dimension[0].lower()}{at}" for at in range(start, end)} & set(names)
    if left:
        low, high = stage.ends(stage.book.named[0]["range"])
        inside = names[low:high]
        assert set(inside) - {None} == left
        assert inside.count(None) == high - low - len(left)
    elif stage.book.named:  # only new lines are left in it
        low, high = stage.ends(stage.book.named[0]["range"])
        assert set(names[low:high]) == {None}


@settings(deadline=None, max_examples=60)
@given(dimensions, histories, line(SIZE - 1))
def test_formulas_look_at_the_same_cell(
    dimension: str, history: list[tuple[str, int, int, int]], at: int
) -> None:
    stage = Stage(dimension)
    name = stage.names()[at]
    other = Sheet(9, {"title": "看 板", "sheetType": "GRID"}, stage.sheet.grid.copy())
    stage.book.sheets.append(other)
    place = a1.name("Sheet1", *((at, at + 1, 0, 1) if dimension == "ROWS" else (0, 1, at, at + 1)))
    other.grid[5, 5] = Cell(Formula(f"={place}"))
    for one in history:
        perform(stage, one)
    look = stage.cloud.look(stage.book)
    value = look.value(stage.book.sheets[1], 5, 5)
    if name in stage.names():
        assert value == name
    else:
        assert value == ("#REF!",)


@settings(deadline=None, max_examples=60)
@given(st.permutations(range(SIZE - 1)), st.sampled_from(["ASCENDING", "DESCENDING"]))
def test_sorting_keeps_rows_whole(values: list[int], order: str) -> None:
    stage = Stage("ROWS")
    for at, value in enumerate(values, 1):
        stage.sheet.grid[at, 1] = Cell(value, {"note": f"r{at}"})
        stage.sheet.grid[at, 2] = Cell(Formula(f"=B{at + 1}*2"))
    area = a1.to_grid_range(0, a1.Bounds(1, SIZE, 0, 3))
    specs = [{"dimensionIndex": 1, "sortOrder": order}]
    stage.do("sortRange", {"range": area, "sortSpecs": specs})
    grid, look = stage.sheet.grid, stage.cloud.look(stage.book)
    found = [grid[at, 1].entered for at in range(1, SIZE)]
    assert found == sorted(values, reverse=order == "DESCENDING")
    for at in range(1, SIZE):
        assert grid[at, 1].facets["note"] == grid[at, 0].entered
        assert look.value(stage.sheet, at, 2) == 2 * int(str(grid[at, 1].entered))


def test_a_pasted_block_splits_conditional_formats() -> None:
    stage = Stage("ROWS")
    condition = {"type": "NOT_BLANK"}
    ranges = [a1.to_grid_range(0, a1.Bounds(0, 8, 2, 4))]
    body = {"ranges": ranges, "booleanRule": {"condition": condition}}
    stage.do("addConditionalFormatRule", {"rule": body})
    source = a1.to_grid_range(0, a1.Bounds(0, 1, 0, 1))
    goal = a1.to_grid_range(0, a1.Bounds(3, 4, 3, 4))
    stage.do("copyPaste", {"source": source, "destination": goal, "pasteType": "PASTE_NORMAL"})
    boxes = [
        stage.book.grid_area(one)[1] for one in stage.sheet.parts["conditionalFormats"][0]["ranges"]
    ]
    assert boxes == [Area(0, 3, 2, 4), Area(4, 8, 2, 4), Area(3, 4, 2, 3)]


def test_a_cut_block_takes_along_what_stands_on_it() -> None:
    stage = Stage("ROWS")
    area = a1.to_grid_range(0, a1.Bounds(1, 2, 0, 1))
    stage.do("addNamedRange", {"namedRange": {"name": "mine", "range": area}})
    stage.sheet.grid[7, 7] = Cell(Formula("=$A2&A3"))
    stage.do("cutPaste", {"source": area, "destination": {"rowIndex": 4, "columnIndex": 5}})
    assert stage.book.named[0]["range"] == a1.to_grid_range(0, a1.Bounds(4, 5, 5, 6))
    assert stage.sheet.grid[7, 7].entered == "=$F5&A3"
    assert (stage.sheet.grid[4, 5].entered, stage.sheet.grid[1, 0].entered) == ("r1", None)


@pytest.mark.parametrize(
    ("kind", "column"),
    [
        ("insertRange", ["r0", "r1", None, None, "r2", "r3", "r4", "r5", "r6", "r7"]),
        ("deleteRange", ["r0", "r1", "r4", "r5", "r6", "r7", None, None]),
    ],
)
def test_blocks_of_cells_make_room_and_close_up(kind: str, column: list[str | None]) -> None:
    stage = Stage("ROWS")
    stage.sheet.grid[0, 7] = Cell(Formula("=A7"))
    area = a1.to_grid_range(0, a1.Bounds(2, 4, 0, 1))
    stage.do(kind, {"range": area, "shiftDimension": "ROWS"})
    assert stage.names() == column
    assert stage.cloud.look(stage.book).value(stage.sheet, 0, 7) == "r6"


def test_what_is_left_of_filters_merges_and_charts() -> None:
    stage = Stage("ROWS")
    whole = a1.to_grid_range(0, a1.Bounds(0, 8, 0, 8))
    specs = [{"columnIndex": 3, "filterCriteria": {"hiddenValues": ["x"]}}]
    stage.do("setBasicFilter", {"filter": {"range": whole, "filterSpecs": specs}})
    merged = a1.to_grid_range(0, a1.Bounds(5, 6, 5, 7))
    stage.do("mergeCells", {"range": merged, "mergeType": "MERGE_ALL"})
    source = {"sourceRange": {"sources": [a1.to_grid_range(0, a1.Bounds(0, 8, 2, 3))]}}
    chart = {
        "spec": {"basicChart": {"chartType": "COLUMN", "series": [{"series": source}]}},
        "position": {"overlayPosition": {"anchorCell": {"rowIndex": 4, "columnIndex": 2}}},
    }
    stage.do("addChart", {"chart": chart})
    gone = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 3}
    stage.do("deleteDimension", {"range": gone})
    parts = stage.sheet.parts
    assert parts["basicFilter"][0]["filterSpecs"][0]["columnIndex"] == 1
    assert parts["merges"] == [a1.to_grid_range(0, a1.Bounds(5, 6, 3, 5))]
    (kept,) = parts["charts"]
    assert kept["position"]["overlayPosition"]["anchorCell"]["columnIndex"] == 1
    assert kept["spec"]["basicChart"]["series"][0]["series"]["sourceRange"] == {"sources": []}
    gone = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 4, "endIndex": 5}
    stage.do("deleteDimension", {"range": gone})
    assert parts["merges"] == [a1.to_grid_range(0, a1.Bounds(5, 6, 3, 5))]
    assert stage.sheet.parts["merges"] == []  # one cell is no merge


def test_protected_cells_stay_as_they_are() -> None:
    stage = Stage("ROWS")
    area = a1.to_grid_range(0, a1.Bounds(2, 3, 0, 1))
    stage.sheet.parts["protectedRanges"] = [{"protectedRangeId": 1, "range": area}]
    for kind, body in (
        ("deleteDimension", {"range": stage.span(2, 3)}),
        ("repeatCell", {"range": area, "cell": {}, "fields": "userEnteredValue"}),
        ("sortRange", {"range": a1.to_grid_range(0, a1.Bounds(1, 8, 0, 8)), "sortSpecs": []}),
    ):
        with pytest.raises(ApiError, match="protected cell"):
            stage.do(kind, body)
    stage.sheet.parts["protectedRanges"][0]["warningOnly"] = True
    stage.do("deleteDimension", {"range": stage.span(2, 3)})
    assert "r2" not in stage.names()


def test_filters_name_columns_wherever_they_go() -> None:
    stage = Stage("COLUMNS")
    whole = a1.to_grid_range(0, a1.Bounds(0, 8, 0, 8))
    specs = [
        {"columnIndex": at, "filterCriteria": {"hiddenValues": [f"v{at}"]}} for at in (0, 2, 5)
    ]
    criteria = {"0": {"hiddenValues": ["v0"]}, "2": {"hiddenValues": ["v2"]}}
    sorts = [{"dimensionIndex": 0}, {"dimensionIndex": 2}]
    wanted = {"range": whole, "filterSpecs": specs, "criteria": criteria, "sortSpecs": sorts}
    stage.do("setBasicFilter", {"filter": wanted})
    stage.do("insertDimension", {"range": stage.span(0, 1)})
    stage.do("deleteDimension", {"range": stage.span(3, 4)})
    (found,) = stage.sheet.parts["basicFilter"]
    assert [
        (one["columnIndex"], one["filterCriteria"]["hiddenValues"]) for one in found["filterSpecs"]
    ] == [(1, ["v0"]), (5, ["v5"])]
    assert found["criteria"] == {"1": {"hiddenValues": ["v0"]}}
    assert found["sortSpecs"] == [{"dimensionIndex": 1}]
