"""Examples that admins write: a row, a moment, and what the rules must make of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, NamedTuple

import numpy as np
import pandas as pd
from pydantic import BeforeValidator, Field, PlainSerializer

from rules import chain
from rules.invalid import Invalid
from rules.options import Model
from rules.resolve import fold, resolve
from rules.rule import Context, Rule, catalogue
from rules.settings import Settings
from sync.fields import FIELDS, Kind
from sync.say import Language, day, money, say
from sync.typed import Cell, typed_column, typed_frame

FINDING = "finding"
"""What an example may expect besides columns: findings about its row."""
# Who would get the row is told in one word, whether the owner is filled in or only suggested.
_ELSE: Mapping[str, str] = {"owner": "suggested_owner"}


def _moment(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value
    try:
        return dt.datetime.fromisoformat(str(value).strip())
    except ValueError as error:
        raise Invalid(
            "expected a moment such as `2026-11-22 09:00`", "应为时刻，例如 `2026-11-22 09:00`"
        ) from error


Moment = Annotated[
    dt.datetime,
    BeforeValidator(_moment, json_schema_input_type=str),
    PlainSerializer(dt.datetime.isoformat),
]
Row = dict[str, Cell]


class Example(Model):
    """A test of the rules: they run over the row as if it stood in the sheet at that moment.

    Nothing is known of earlier runs. A column that no row names is one that the sheet lacks.
    """

    name: str | None = None
    """What it shows; `#2` by its place where there is none."""
    now: Moment
    """The moment of the run: `2026-11-22 09:00`."""
    row: Annotated[Row, Field(min_length=1)]
    """Field → cell as people would type it; amounts in whole currency."""
    others: tuple[Row, ...] = ()
    """Further rows of the table, where the outcome depends on them."""
    expect: Annotated[dict[str, Cell | tuple[str, ...]], Field(min_length=1)]
    """Column → the value that the rules must leave in it, blank for none; `owner` may be a
    suggestion. `finding` names findings about the row by their code or a part of their sentence;
    an empty list says that there are none."""

    def label(self, place: int) -> str:
        """Return its name, or its place counted from 1."""
        return self.name or f"#{place + 1}"


class Miss(NamedTuple):
    """An expectation that was not met.

    Attributes:
        asked: the key of the expectation.
        key: the column that was looked at.
        expected, got: as people read them.
        why: the rule's reason, "" for none.
    """

    asked: str
    key: str
    expected: str
    got: str
    why: str


def misses(
    example: Example, rules: Sequence[Rule], settings: Settings, custom: Mapping[str, Kind]
) -> list[Miss]:
    """Run the rules over an example.

    Args:
        example: the row and what is expected of it.
        rules: stanzas in order.
        settings: the team; findings and reasons are worded in its language.
        custom: kinds of the team's own columns.

    Returns:
        The expectations that were not met, in their order.
    """
    now = pd.Timestamp(example.now).as_unit("s")
    read = typed_frame([example.row, *example.others], custom, now, settings.timezone)
    keys = read.get("id", pd.Series(np.nan, index=read.index, dtype="str")).astype("str")
    given = pd.Series([f"#{at + 1}" for at in range(len(read))], dtype="str")
    frame = resolve(read, settings).assign(key=keys.fillna(given))
    ctx = Context(now=now, settings=settings, present=frozenset(read.columns))
    result = chain.run(_needed(rules, example.expect), frame, ctx, {})
    return [
        miss
        for key, wanted in example.expect.items()
        for miss in (
            _findings(wanted, result, settings.language)
            if key == FINDING
            else _value(key, wanted, result, ctx)
        )
    ]


def _needed(rules: Sequence[Rule], expected: Mapping[str, object]) -> list[Rule]:
    """The rules that decide what is expected, or what such rules look at; for findings, all."""
    if FINDING in expected:
        return list(rules)
    columns = {*expected, *(_ELSE[key] for key in expected if key in _ELSE)}
    needed: list[Rule] = []
    for rule in reversed(rules):
        if rule.writes() & columns:
            needed.insert(0, rule)
            columns |= rule.reads()
    return needed


def _value(key: str, wanted: object, result: chain.ChainResult, ctx: Context) -> Iterator[Miss]:
    """What the rules leave in a column of the first row, against what was expected."""
    asked, value = key, _first(key, result)
    if pd.isna(value) and key in _ELSE:
        key, value = _ELSE[key], _first(_ELSE[key], result)
    expected = wanted if isinstance(wanted, (str, int, float)) else None
    if not _same(key, value, expected, ctx):
        language = ctx.settings.language
        blank = "空白" if language == "zh" else "blank"
        shown = blank if expected in (None, "") else str(expected)
        yield Miss(asked, key, shown, _shown(key, value) or blank, _why(key, result, language))


def _first(key: str, result: chain.ChainResult) -> Any:
    return result.frame[key].iloc[0] if key in result.frame.columns else None


def _same(key: str, value: Any, expected: str | float | None, ctx: Context) -> bool:
    """Compare in the column's own terms: a day means the whole day, texts are folded."""
    text = "" if expected is None else str(expected).strip()
    if pd.isna(value) or not text:
        return bool(pd.isna(value)) and not text
    if isinstance(value, str):
        return fold(value) == fold(text)
    kind = Kind.DATE if isinstance(value, pd.Timestamp) else _number_kind(key)
    wanted = typed_column(key, [expected], kind, ctx.now, ctx.settings.timezone).values.iloc[0]
    if isinstance(value, pd.Timestamp) and wanted == wanted.normalize():
        return bool(value.normalize() == wanted)
    return bool(wanted == value)


def _number_kind(key: str) -> Kind:
    """What a column of numbers holds; those that rules decide hold plain ones."""
    kind = FIELDS[key].kind if key in FIELDS else Kind.NUMBER
    return kind if kind in (Kind.MONEY, Kind.PERCENT) else Kind.NUMBER


def _shown(key: str, value: Any) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, pd.Timestamp):
        return day(value)
    if isinstance(value, str) or _number_kind(key) is not Kind.MONEY:
        return str(value)
    return money(value)


def _why(key: str, result: chain.ChainResult, language: Language) -> str:
    """The reason for what stands in a column of the first row, "" where none was given."""
    for made in reversed(result.decided.get(key, ())):
        if made.decision.mask[0]:
            first = made.decision.reasons.take(np.array([0]))
            return str(first.render(catalogue(), language)[0])
    return ""


def _findings(wanted: object, result: chain.ChainResult, language: Language) -> Iterator[Miss]:
    """Findings about the first row, against those that were expected."""
    known = {**catalogue(), **{reason.code: reason for reason in chain.REASONS}}
    found = [
        (finding.code, say(known[finding.code], finding.facts, language))
        for finding in result.findings
        if 0 in finding.rows
    ]
    nothing = "无" if language == "zh" else "none"
    got = ("；" if language == "zh" else "; ").join(said for _, said in found) or nothing
    parts = wanted if isinstance(wanted, tuple) else [] if wanted is None else [str(wanted)]
    if not parts and found:
        yield Miss(FINDING, FINDING, nothing, got, "")
    for part in parts:
        if not any(part == code or part in said for code, said in found):
            yield Miss(FINDING, FINDING, part, got, "")
