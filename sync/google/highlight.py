"""Highlights as conditional formats driven by a status column.

They are made once, follow every sorting, and cost nothing per run. Their formula
`=EXACT($U4;"word")` is the mark by which our own are known again; all others are the team's and
come first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gspread.utils import rowcol_to_a1

from sync.google.book import Sheet, area
from sync.google.looks import colour
from sync.google.marks import Request
from sync.grid import Area
from sync.plan import Highlight, Layout
from sync.source import SheetPlace

# `#REF!` where people deleted the column
_OURS = re.compile(r'=EXACT\((?:\$[A-Z]{1,3}\$?\d+|#REF!)[,;]\s*"(?:[^"]|"")*"\)')
_SEPARATOR = re.compile(r"[,;]\s*")


def highlight(
    sheet: Sheet,
    place: SheetPlace,
    layout: Layout,
    columns: Mapping[str, int],
    last_column: int,
) -> list[Request]:
    """Return what makes a tab's highlights of ours equal to the wanted ones, nothing if they are.

    Args:
        sheet: the tab as it was read.
        place: where its table stands.
        layout: the highlights, strongest first.
        columns: key → column as they will stand.
        last_column: of the table as it will stand.
    """
    wanted = list(_wanted(sheet.id, place, layout, columns, last_column))
    rules = sheet.resource.get("conditionalFormats", ())
    ours = [at for at, rule in enumerate(rules) if _is_ours(rule)]
    shift = last_column - place.last_column
    if _same([rules[at] for at in ours], wanted, sheet, place, shift):
        return []
    gone = [
        {"deleteConditionalFormatRule": {"sheetId": sheet.id, "index": at}} for at in reversed(ours)
    ]
    left = len(rules) - len(ours)
    made = [
        {"addConditionalFormatRule": {"rule": rule, "index": left + at}}
        for at, rule in enumerate(wanted)
    ]
    return [*gone, *made]


def mistaken(replies: Sequence[Mapping[str, Any]]) -> list[Request]:
    """Return what puts the team's rules back that went instead of ours.

    Rules are deleted by their number, and people may add one just then.

    Args:
        replies: Google's, to the batch that deleted some.
    """
    gone = [reply.get("deleteConditionalFormatRule", {}).get("rule") for reply in replies]
    teams = [rule for rule in gone if rule and not _is_ours(rule)]
    return [{"addConditionalFormatRule": {"rule": rule, "index": 0}} for rule in teams]


def _wanted(
    sheet: int,
    place: SheetPlace,
    layout: Layout,
    columns: Mapping[str, int],
    last_column: int,
) -> Iterable[dict[str, Any]]:
    owned = [columns[column.key] for column in layout.columns if column.key in columns]
    for one in layout.highlights:
        if one.column not in columns:
            continue
        span = (place.first_column, last_column)
        if one.scope == "cells":
            span = (min(owned), max(owned))
        first = place.header_row + 1
        # open at the bottom: rows that people add are coloured, too
        reach = {
            "sheetId": sheet,
            "startRowIndex": first,
            "startColumnIndex": span[0],
            "endColumnIndex": span[1] + 1,
        }
        cell = re.sub(r"(\d+)$", rf"{first + 1}", rowcol_to_a1(1, columns[one.column] + 1))
        text = one.value.replace('"', '""')
        # `;` parts arguments in every locale of a spreadsheet, a comma not
        condition = {
            "type": "CUSTOM_FORMULA",
            "values": [{"userEnteredValue": f'=EXACT(${cell};"{text}")'}],
        }
        yield {
            "ranges": [reach],
            "booleanRule": {"condition": condition, "format": _format(one)},
        }


def _format(one: Highlight) -> dict[str, Any]:
    text: dict[str, Any] = {}
    if one.color:
        text["foregroundColorStyle"] = {"rgbColor": colour(one.color)}
    if one.bold:
        text["bold"] = True
    ground: dict[str, Any] = {"backgroundColorStyle": {"rgbColor": colour(one.fill)}}
    return {**ground, "textFormat": text} if text else ground


def _formula(rule: Mapping[str, Any]) -> str:
    values = rule.get("booleanRule", {}).get("condition", {}).get("values", ())
    return str(values[0].get("userEnteredValue", "")) if len(values) == 1 else ""


def _is_ours(rule: Mapping[str, Any]) -> bool:
    return _OURS.fullmatch(_formula(rule)) is not None


def _same(
    standing: Sequence[Mapping[str, Any]],
    wanted: Sequence[Mapping[str, Any]],
    sheet: Sheet,
    place: SheetPlace,
    shift: int,
) -> bool:
    """Whether ours stand as wanted; reaching further down does no harm."""
    if len(standing) != len(wanted) or shift:
        return False
    return all(
        _look(one, sheet) == _look(other, sheet)
        and len(one["ranges"]) == 1
        and area(one["ranges"][0], sheet).last_row >= place.last_row
        for one, other in zip(standing, wanted, strict=True)
    )


def _look(rule: Mapping[str, Any], sheet: Sheet) -> tuple[object, ...]:
    """What makes two highlights the same, apart from the rows that they reach."""
    form = rule["booleanRule"].get("format", {})
    text = form.get("textFormat", {})
    top, left, _, right = area(rule["ranges"][0], sheet) if rule.get("ranges") else Area(0, 0, 0, 0)
    return (
        _SEPARATOR.sub(";", _formula(rule), count=1),
        (top, left, right),
        _rounded(form, "background"),
        _rounded(text, "foreground"),
        bool(text.get("bold")),
    )


def _rounded(form: Mapping[str, Any], ground: str) -> tuple[int, ...] | None:
    """A colour in 255ths: Google rounds what it was given."""
    style = form.get(f"{ground}ColorStyle", {})
    found = style.get("rgbColor", form.get(f"{ground}Color"))
    if found is None:
        return None
    return tuple(round(255 * found.get(name, 0)) for name in ("red", "green", "blue"))
