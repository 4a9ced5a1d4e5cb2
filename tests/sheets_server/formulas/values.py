"""What formulas compute with: scalars, errors that travel as values, and blocks of cells."""

from __future__ import annotations

from typing import Final, NamedTuple

from tests.sheets_server.entry import typed
from tests.sheets_server.numbers import automatic


class Error(NamedTuple):
    """An error as a cell shows it."""

    code: str

    @property
    def kind(self) -> str:
        """ErrorValue's type."""
        return _KINDS.get(self.code, "ERROR")


_KINDS: Final = {
    "#NULL!": "NULL_VALUE",
    "#DIV/0!": "DIVIDE_BY_ZERO",
    "#VALUE!": "VALUE",
    "#REF!": "REF",
    "#NAME?": "NAME",
    "#NUM!": "NUM",
    "#N/A": "N_A",
}

Scalar = int | float | str | bool | None | Error
Block = list[list[Scalar]]
Value = Scalar | Block


class Raised(Exception):
    """An error on its way to the cell."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.error = Error(code)


def one(value: Value) -> Scalar:
    """A single value; a block gives its first cell."""
    if isinstance(value, list):
        value = value[0][0] if value and value[0] else None
    if isinstance(value, Error):
        raise Raised(value.code)
    return value


def number(value: Value) -> float:
    """A value as a number.

    Raises:
        Raised: ``#VALUE!`` where it is none.
    """
    found = one(value)
    if found is None:
        return 0
    if isinstance(found, str):
        read = typed(found).value
        if isinstance(read, str) or read is None:
            raise Raised("#VALUE!")
        return read
    return found if not isinstance(found, Error) else 0


def text(value: Value) -> str:
    """A value as text, as ``&`` sees it."""
    found = one(value)
    if found is None:
        return ""
    if isinstance(found, bool):
        return str(found).upper()
    if isinstance(found, int | float):
        return automatic(found)
    return str(found)


def truth(value: Value) -> bool:
    """A value as TRUE or FALSE."""
    found = one(value)
    if isinstance(found, str):
        if found.upper() in ("TRUE", "FALSE"):
            return found.upper() == "TRUE"
        raise Raised("#VALUE!")
    return bool(found)


def flat(values: tuple[Value, ...] | list[Value]) -> list[Scalar]:
    """All scalars of some arguments, blocks laid out by rows."""
    found: list[Scalar] = []
    for value in values:
        if isinstance(value, list):
            for row in value:
                found.extend(row)
        else:
            found.append(value)
    return found
