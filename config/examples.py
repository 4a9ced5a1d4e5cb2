"""What is wrong with the examples under `tests:` before any rule has seen them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd

from config.positions import Path
from config.problems import Flaw
from rules.examples import FINDING
from rules.invalid import Invalid
from rules.options import Names, nearest
from sync.fields import FIELDS, Kind, header_aliases, normal_header
from sync.typed import typed_column

_WANTED: dict[Kind, tuple[str, str]] = {
    Kind.DATE: ("expected a date such as `2026-11-22`", "应为日期，例如 `2026-11-22`"),
    Kind.MONEY: ("expected an amount such as `500000`", "应为金额，例如 `500000`、`50万`"),
    Kind.PERCENT: ("expected a percentage such as `30%`", "应为百分比，例如 `30%`"),
    Kind.NUMBER: ("expected a number", "应为数字"),
}
_ANY_MOMENT = pd.Timestamp("2026-01-05").as_unit("s")


def example_flaws(data: Any, names: Names) -> Iterator[Flaw]:
    """Yield columns that do not exist and cells that cannot be read.

    Args:
        data: the document as plain data.
        names: fields, custom columns and columns that rules decide.
    """
    tests = data.get("tests")
    for at, test in enumerate(tests if isinstance(tests, list) else ()):
        if not isinstance(test, dict):
            continue
        path: Path = ("tests", at)
        others = test.get("others")
        rows: list[tuple[Path, Any]] = [((*path, "row"), test.get("row"))]
        rows += [
            ((*path, "others", place), row)
            for place, row in enumerate(others if isinstance(others, list) else ())
        ]
        for where, row in rows:
            yield from _row(where, row, data, names)
        expected = test.get("expect")
        for key, value in expected.items() if isinstance(expected, dict) else ():
            yield from _unknown((*path, "expect", key), key, names.fields | {FINDING})
            if isinstance(value, list) and key != FINDING:
                error = Invalid("expected one value", "应为单个值")
                yield Flaw((*path, "expect", key), error)


def _row(path: Path, row: Any, data: Any, names: Names) -> Iterator[Flaw]:
    for key, cell in row.items() if isinstance(row, dict) else ():
        yield from _unknown((*path, key), key, names.fields)
        kind = _kind(key, data)
        if kind in _WANTED and isinstance(cell, (str, int, float)):
            read = typed_column(key, [cell], kind, _ANY_MOMENT, "UTC")
            if read.failed:
                yield Flaw((*path, key), Invalid(*_WANTED[kind]))


def _kind(key: str, data: Any) -> Kind:
    if key in FIELDS:
        return FIELDS[key].kind
    columns = (data.get("spreadsheet") or {}).get("columns") or {}
    given = columns.get(key) if isinstance(columns, dict) else None
    kind = given.get("kind") if isinstance(given, dict) else None
    return Kind(kind) if kind in set(Kind) else Kind.TEXT


def _unknown(path: Path, key: str, known: frozenset[str]) -> Iterator[Flaw]:
    if key in known:
        return
    alias = header_aliases()[0].get(normal_header(key))
    guess = alias[0] if alias else nearest(key, known)
    error = Invalid("unknown column `{key}`", "列 `{key}` 不存在", guess=guess, key=key)
    yield Flaw(path, error, on_key=True)
