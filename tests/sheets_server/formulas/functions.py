"""The functions that formulas may call, by name.

Each takes evaluated arguments; those that choose what to evaluate are the engine's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final

from tests.sheets_server.entry import EPOCH, tidy, typed
from tests.sheets_server.formulas.values import (
    Block,
    Error,
    Raised,
    Scalar,
    Value,
    flat,
    number,
    one,
    text,
    truth,
)
from tests.sheets_server.numbers import DATE_TYPES, formatted

Function = Callable[..., Value]


def numbers(*values: Value) -> list[float]:
    """The numbers among some arguments; errors travel, text and blanks of cells do not count."""
    found = []
    for each in flat(values):
        if isinstance(each, Error):
            raise Raised(each.code)
        if isinstance(each, int | float) and not isinstance(each, bool):
            found.append(each)
    return found


def order_key(value: Scalar) -> tuple[int, Any]:
    """Where a value comes in Sheets' order: numbers, text without case, FALSE, TRUE, errors."""
    if isinstance(value, Error):
        return 3, 0
    if isinstance(value, bool):
        return 2, value
    return (1, value.lower()) if isinstance(value, str) else (0, value or 0)


def compare(left: Scalar, right: Scalar) -> int:
    """-1, 0 or 1; a blank is 0 beside numbers and no text beside text."""
    if left is None or right is None:
        zero: Scalar = "" if isinstance(left, str) or isinstance(right, str) else 0
        left, right = zero if left is None else left, zero if right is None else right
    first, second = order_key(left), order_key(right)
    return (first > second) - (first < second)


def matcher(criterion: Value) -> Callable[[Scalar], bool]:
    """What COUNTIF's criterion asks: a value, ``>=5``, ``<>x``, or text with ``*`` and ``?``."""
    wanted = one(criterion)
    sign = "="
    if isinstance(wanted, str):
        found = re.match(r"(<=|>=|<>|=|<|>)?(.*)", wanted, re.DOTALL)
        assert found is not None
        sign, wanted = found[1] or "=", typed(found[2]).value
    if isinstance(wanted, str) and sign in ("=", "<>"):
        pattern = _wildcards(wanted)
        return lambda v: (isinstance(v, str) and bool(pattern.fullmatch(v))) == (sign == "=")
    if wanted is None:
        return lambda v: (v in (None, "")) == (sign == "=")
    return lambda v: _ordered(v, sign, wanted)


def _wildcards(text: str) -> re.Pattern[str]:
    """Text with ``*`` and ``?``, and ``~`` before one that stands for itself."""
    signs = {"*": ".*", "?": "."}
    parts = re.findall(r"~[~*?]|.", text, re.DOTALL)
    shape = "".join(signs.get(part, re.escape(part[-1])) for part in parts)
    return re.compile(shape, re.IGNORECASE | re.DOTALL)


def _ordered(value: Scalar, sign: str, wanted: Scalar) -> bool:
    if (
        value is None
        or isinstance(value, Error)
        or isinstance(value, str) != isinstance(wanted, str)
    ):
        return sign == "<>"
    return COMPARISONS[sign](compare(value, wanted))


COMPARISONS: Final[dict[str, Callable[[int], bool]]] = {
    "=": lambda order: order == 0,
    "<>": lambda order: order != 0,
    "<": lambda order: order < 0,
    ">": lambda order: order > 0,
    "<=": lambda order: order <= 0,
    ">=": lambda order: order >= 0,
}


def _meeting(pairs: tuple[Value, ...]) -> list[int]:
    """Positions (by rows) at which every (block, criterion) pair agrees."""
    columns = [flat([pairs[at]]) for at in range(0, len(pairs), 2)]
    tests = [matcher(pairs[at]) for at in range(1, len(pairs), 2)]
    return [
        at
        for at in range(min(map(len, columns)))
        if all(test(column[at]) for column, test in zip(columns, tests, strict=True))
    ]


def _sum_where(block: Value, *pairs: Value) -> list[float]:
    values = flat([block])
    return numbers(*(values[at] for at in _meeting(pairs) if at < len(values)))


def _average(values: list[float]) -> Value:
    if not values:
        raise Raised("#DIV/0!")
    return tidy(math.fsum(values) / len(values))


def _lookup(key: Value, values: list[Scalar], kind: float) -> int:
    wanted = one(key)
    if kind == 0 and isinstance(wanted, str):
        shape = _wildcards(wanted)
        for at, each in enumerate(values):
            if isinstance(each, str) and shape.fullmatch(each):
                return at
    elif kind == 0:
        for at, each in enumerate(values):
            if type(each) is not Error and each is not None and compare(each, wanted) == 0:
                return at
    else:
        held = [
            at
            for at, each in enumerate(values)
            if each is not None
            and not isinstance(each, Error)
            and compare(each, wanted) * kind <= 0
        ]
        if held:
            return held[-1]
    raise Raised("#N/A")


def _vlookup(key: Value, block: Value, column: Value, near: Value = True) -> Value:
    rows = block if isinstance(block, list) else [[block]]
    at = _lookup(key, [row[0] for row in rows], 1 if truth(near) else 0)
    return rows[at][int(number(column)) - 1]


def _index(block: Value, row: Value = 0, column: Value = 0) -> Value:
    rows = block if isinstance(block, list) else [[block]]
    down, right = int(number(row)), int(number(column))
    if len(rows) == 1 and not right:
        down, right = 1, down
    if down > len(rows) or right > len(rows[0]):
        raise Raised("#REF!")
    chosen: Block = [rows[down - 1]] if down else rows
    return [line[right - 1 : right] for line in chosen] if right else chosen


def _side_by_side(*blocks: Value) -> Value:
    tables: list[Block] = [block if isinstance(block, list) else [[block]] for block in blocks]
    height = max(map(len, tables))
    joined: Block = [[] for _ in range(height)]
    for table in tables:
        lacking: list[Scalar] = [Error("#N/A")] * len(table[0])
        for at, row in enumerate(joined):
            row += table[at] if at < len(table) else lacking
    return joined


def _day(value: Value) -> date:
    return EPOCH + timedelta(days=math.floor(number(value)))


def _date(year: Value, month: Value, day: Value) -> Value:
    years, months = divmod(int(number(month)) - 1, 12)
    first = date(int(number(year)) + years, months + 1, 1)
    return (first - EPOCH).days + int(number(day)) - 1


def _round(value: Value, places: Value = 0) -> Value:
    scale = 10 ** int(number(places))
    found = number(value) * scale
    return tidy(math.copysign(math.floor(abs(found) + 0.5), found) / scale)


def _as_text(value: Value, pattern: Value) -> Value:
    shape = text(pattern)
    kind = DATE_TYPES[0] if re.search("[ymdhs]", shape, re.IGNORECASE) else "NUMBER"
    return formatted(number(value), kind, shape)


FUNCTIONS: Final[dict[str, Function]] = {
    "SUM": lambda *v: tidy(math.fsum(numbers(*v))),
    "COUNT": lambda *v: sum(
        isinstance(x, int | float) and not isinstance(x, bool) for x in flat(v)
    ),
    "COUNTA": lambda *v: sum(x is not None for x in flat(v)),
    "COUNTBLANK": lambda block: sum(x in (None, "") for x in flat([block])),
    "COUNTIF": lambda *v: len(_meeting(v)),
    "COUNTIFS": lambda *v: len(_meeting(v)),
    "SUMIF": lambda block, test, values=None: tidy(
        math.fsum(_sum_where(block if values is None else values, block, test))
    ),
    "SUMIFS": lambda *v: tidy(math.fsum(_sum_where(*v))),
    "AVERAGE": lambda *v: _average(numbers(*v)),
    "AVERAGEIF": lambda block, test, values=None: _average(
        _sum_where(block if values is None else values, block, test)
    ),
    "MIN": lambda *v: min(numbers(*v), default=0),
    "MAX": lambda *v: max(numbers(*v), default=0),
    "ABS": lambda v: abs(number(v)),
    "INT": lambda v: math.floor(number(v)),
    "MOD": lambda a, b: tidy(number(a) % number(b)),
    "ROUND": _round,
    "AND": lambda *v: all(truth(x) for x in flat(v) if x is not None),
    "OR": lambda *v: any(truth(x) for x in flat(v) if x is not None),
    "NOT": lambda v: not truth(v),
    "ISBLANK": lambda v: one(v) is None,
    "ISNUMBER": lambda v: isinstance(one(v), int | float) and not isinstance(one(v), bool),
    "ISTEXT": lambda v: isinstance(one(v), str),
    "MATCH": lambda key, block, kind=1: _lookup(key, flat([block]), number(kind)) + 1,
    "VLOOKUP": _vlookup,
    "INDEX": _index,
    "CONCATENATE": lambda *v: "".join(map(text, flat(v))),
    "CONCAT": lambda *v: "".join(map(text, flat(v))),
    "JOIN": lambda mark, *v: text(mark).join(map(text, flat(v))),
    "LEN": lambda v: len(text(v)),
    "LEFT": lambda v, n=1: text(v)[: int(number(n))],
    "RIGHT": lambda v, n=1: text(v)[-int(number(n)) :] if number(n) else "",
    "MID": lambda v, at, n: text(v)[int(number(at)) - 1 :][: int(number(n))],
    "UPPER": lambda v: text(v).upper(),
    "LOWER": lambda v: text(v).lower(),
    "TRIM": lambda v: " ".join(text(v).split()),
    "SUBSTITUTE": lambda v, old, new: text(v).replace(text(old), text(new)),
    "TEXT": _as_text,
    "VALUE": lambda v: tidy(number(v)),
    "DATE": _date,
    "YEAR": lambda v: _day(v).year,
    "MONTH": lambda v: _day(v).month,
    "DAY": lambda v: _day(v).day,
    "HYPERLINK": lambda url, label=None: url if label is None else label,
    "SPARKLINE": lambda *_: None,
    "HSTACK": _side_by_side,
    "VSTACK": lambda *v: [
        row for block in v for row in (block if isinstance(block, list) else [[block]])
    ],
    "IMAGE": lambda *_: None,
    "NA": lambda: Error("#N/A"),
    "TRUE": lambda: True,
    "FALSE": lambda: False,
}
