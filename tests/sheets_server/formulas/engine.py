"""Cells to values: formulas are computed when somebody looks, each once per look."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Final

from tests.sheets_server import a1
from tests.sheets_server.book import Book, Sheet
from tests.sheets_server.entry import EPOCH, tidy
from tests.sheets_server.errors import ApiError
from tests.sheets_server.formulas.functions import COMPARISONS, FUNCTIONS, compare
from tests.sheets_server.formulas.syntax import (
    Call,
    Failure,
    FormulaError,
    Literal,
    Name,
    Node,
    Reference,
    parse,
)
from tests.sheets_server.formulas.values import (
    Block,
    Error,
    Raised,
    Scalar,
    Value,
    number,
    one,
    text,
    truth,
)
from tests.sheets_server.grid import Area, Formula

_DEEPEST: Final = 60  # cells that may wait for one another
Place = tuple[int, int, int]


class _TooDeep(Exception):
    """A cell that too many others wait for."""

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.place = place


class Look:
    """One look at a spreadsheet: the value of any of its cells.

    Args:
        book: the spreadsheet.
        now: the moment that TODAY() and NOW() tell, in its own zone.
    """

    def __init__(self, book: Book, now: datetime) -> None:
        self._book = book
        self._now = now
        self._known: dict[Place, Scalar] = {}
        self._waiting: list[Place] = []

    def value(self, sheet: Sheet, row: int, column: int) -> Scalar:
        """The value of a cell; None if it is blank."""
        entered = sheet.grid[row, column].entered
        if not isinstance(entered, Formula):
            return entered
        place = (sheet.id, row, column)
        if place not in self._known:
            if len(self._waiting) > _DEEPEST:
                raise _TooDeep(place)
            if self._waiting:
                self._known[place] = self._compute(place)
            else:
                self._settle(place)
        return self._known[place]

    def _settle(self, place: Place) -> None:
        """Computes a cell; where too many wait for one another, the last of them goes first."""
        order = [place]
        while order:
            try:
                self._known[order[-1]] = self._compute(order[-1])
                order.pop()
            except _TooDeep as deep:
                self._waiting.clear()
                if deep.place in order:
                    self._known[deep.place] = Error("#REF!")
                else:
                    order.append(deep.place)

    def _compute(self, place: Place) -> Scalar:
        if place in self._waiting:
            return Error("#REF!")
        sheet = self._book.sheet(place[0])
        formula = str(sheet.grid[place[1], place[2]].entered)
        self._waiting.append(place)
        try:
            found = one(self._node(parse(formula), sheet))
        except FormulaError:
            found = Error("#ERROR!")
        except Raised as raised:
            found = raised.error
        except (ArithmeticError, LookupError, TypeError, ValueError):
            found = Error("#VALUE!")
        self._waiting.pop()
        return tidy(found) if isinstance(found, float) and math.isfinite(found) else found

    def _node(self, node: Node, sheet: Sheet) -> Value:
        match node:
            case Literal(value):
                return value
            case Failure(code):
                return Error(code)
            case Reference():
                return self._cells(node, sheet)
            case Name(word):
                return self._name(word)
            case Call(name, arguments):
                return self._call(name, arguments, sheet)

    def _cells(self, node: Reference, sheet: Sheet) -> Value:
        target = sheet if node.sheet is None else self._book.titled(node.sheet)
        span = a1.bounds(node.text.replace("$", ""))
        if target is None or span is None:
            raise Raised("#REF!")
        try:
            area = target.area(span, clip=True)
        except ApiError:
            return None  # beyond the grid all cells are blank
        return self._block(target, area)

    def _block(self, sheet: Sheet, area: Area) -> Value:
        if area.height == area.width == 1:
            return self.value(sheet, area.top, area.left)
        block: Block = []
        for at, row in enumerate(sheet.grid.block(area), area.top):
            values: list[Scalar] = [
                self.value(sheet, at, area.left + offset)
                if isinstance(cell.entered, Formula)
                else cell.entered
                for offset, cell in enumerate(row)
            ]
            block.append(values + [None] * (area.width - len(values)))
        return block

    def _name(self, word: str) -> Value:
        if word.upper() in ("TRUE", "FALSE"):
            return word.upper() == "TRUE"
        for named in self._book.named:
            if named["name"].lower() == word.lower():
                return self._block(*self._book.grid_area(named["range"], clip=True))
        raise Raised("#NAME?")

    def _call(self, name: str, arguments: tuple[Node, ...], sheet: Sheet) -> Value:
        if name in ("IF", "IFERROR", "IFNA"):
            return self._choose(name, arguments, sheet)
        if name in ("ROW", "COLUMN"):
            return self._place(name, arguments)
        if name in ("TODAY", "NOW"):
            days = (self._now.date() - EPOCH).days
            clock = self._now - self._now.replace(hour=0, minute=0, second=0, microsecond=0)
            return days if name == "TODAY" else days + clock.total_seconds() / 86_400
        values = [self._node(each, sheet) for each in arguments]
        if name in _OPERATORS:
            return _OPERATORS[name](*values)
        if name in COMPARISONS:
            return COMPARISONS[name](compare(one(values[0]), one(values[1])))
        if name not in FUNCTIONS:
            raise Raised("#NAME?")
        return FUNCTIONS[name](*values)

    def _choose(self, name: str, arguments: tuple[Node, ...], sheet: Sheet) -> Value:
        first, *others = arguments
        if name == "IF":
            branch = others[:1] if truth(self._node(first, sheet)) else others[1:]
            return self._node(branch[0], sheet) if branch else False
        try:
            return one(self._node(first, sheet))
        except Raised as raised:
            if name == "IFNA" and raised.error.code != "#N/A":
                raise
            return self._node(others[0], sheet) if others else None

    def _place(self, name: str, arguments: tuple[Node, ...]) -> Value:
        _, row, column = self._waiting[-1]
        if arguments and isinstance(arguments[0], Reference):
            span = a1.bounds(arguments[0].text.replace("$", ""))
            row, column = (span.top or 0, span.left or 0) if span else (row, column)
        return (row if name == "ROW" else column) + 1


def _divide(left: Value, right: Value) -> Value:
    by = number(right)
    if by == 0:
        raise Raised("#DIV/0!")
    return number(left) / by


_OPERATORS: Final[dict[str, Callable[..., Value]]] = {
    "+": lambda a, b: number(a) + number(b),
    "-": lambda a, b: number(a) - number(b),
    "*": lambda a, b: number(a) * number(b),
    "/": _divide,
    "^": lambda a, b: number(a) ** number(b),
    "&": lambda a, b: text(a) + text(b),
    "%": lambda a: number(a) / 100,
    "unary-": lambda a: -number(a),
    "unary+": lambda a: one(a),
}
