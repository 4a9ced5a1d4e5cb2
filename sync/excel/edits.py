"""What to change in a workbook, in places instead of keys: the patcher's input and answer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from sync.grid import Area
from sync.plan import OwnedKind
from sync.table import Objects, Rows


@dataclass(frozen=True, slots=True, eq=False)
class CellEdits:
    """Changes in one column of a tab; rows and columns count from 0.

    Attributes:
        column: where.
        rows: (n) rows, ascending.
        before: (n) what must stand in the cell, None where blank.
        after: (n) what shall stand there: str, pd.Timestamp, number, or None to blank it.
    """

    column: int
    rows: Rows
    before: Objects
    after: Objects


@dataclass(frozen=True, slots=True)
class NewColumn:
    """A column to add directly beside the table.

    Attributes:
        header: its text.
        kind: what it will hold.
        width: in characters.
        choices: values offered as a list.
    """

    header: str
    kind: OwnedKind = "text"
    width: float = 14
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """A highlight: a conditional format of an area, driven by the text in one of our columns.

    Attributes:
        driver: the column whose text decides.
        value: the text.
        area: what is coloured, its first row the first row of data.
        fill: ground colour, hex without `#`.
        color: text colour, "" to leave it.
        bold: whether the text is bold.
    """

    driver: int
    value: str
    area: Area
    fill: str
    color: str = ""
    bold: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class TabEdit:
    """Changes on one tab.

    Attributes:
        sheet: its name.
        area: of the table as it stands, header included, total row excluded.
        columns: to add directly right of `area`, in this order.
        cells: changes, those of added columns included.
        marks: highlights, strongest first.
        owned_from: first of our columns; cells from there on take the look of their left neighbour.
    """

    sheet: str
    area: Area
    columns: tuple[NewColumn, ...] = ()
    cells: tuple[CellEdits, ...] = ()
    marks: tuple[Mark, ...] = ()
    owned_from: int | None = None

    @property
    def full_area(self) -> Area:
        """The table with the added columns."""
        return self.area._replace(last_column=self.area.last_column + len(self.columns))

    @property
    def added_area(self) -> Area | None:
        """The added columns, header included; None where there are none."""
        if not self.columns:
            return None
        return self.full_area._replace(first_column=self.area.last_column + 1)


@dataclass(frozen=True, slots=True)
class DrawnTab:
    """A generated tab to add or to replace.

    Attributes:
        key: what it is; the one that stands there is known by it.
        name: of the tab when it is added.
        content_hash: of what people see; a tab that carries the same one is left alone.
        draw: (the tab's name as it is now, whether days count from 1904) → a complete workbook
            whose first sheet is the tab.
    """

    key: str
    name: str
    content_hash: str
    draw: Callable[[str, bool], bytes]


@dataclass(frozen=True, slots=True, eq=False)
class WorkbookEdit:
    """Changes in a workbook."""

    tabs: tuple[TabEdit, ...] = ()
    drawn: tuple[DrawnTab, ...] = ()


class CellRefusal(NamedTuple):
    """A cell that was left alone, and the code of the reason."""

    sheet: str
    row: int
    column: int
    code: str


@dataclass(frozen=True, slots=True)
class Patched:
    """What the patcher did.

    Attributes:
        changed: names of the parts that were changed, added or removed; empty: nothing was written.
        cells: number of cells written.
        refused: cells left as they were.
        drawn: names of the generated tabs that were written.
    """

    changed: frozenset[str] = frozenset()
    cells: int = 0
    refused: tuple[CellRefusal, ...] = ()
    drawn: tuple[str, ...] = ()
