"""How cells look, in Google's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import groupby
from typing import Any

from sync.say import Language
from sync.view import Border, Range, Run, Style

FONTS: Mapping[Language, str] = {"zh": "Noto Sans SC", "en": "Calibri"}

_BORDERS = {"thin": "SOLID", "medium": "SOLID_MEDIUM", "thick": "SOLID_THICK"}
_PADDING = {"top": 2, "right": 3, "bottom": 2, "left": 3}  # px, what a cell has by itself
_INDENT = 9  # px of a step
_GAP = 8  # px, for the width of a letter that a number format leaves free
_FREE = re.compile(r"_.")
_TEXT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_LOOSE = re.compile(r"[^\x00-\x7f]+")
_CLOCK, _CALENDAR = re.compile(r"[hs]", re.IGNORECASE), re.compile(r"[yd]|m", re.IGNORECASE)


def colour(text: str) -> dict[str, float]:
    """Return a colour of six hexadecimal digits as Google writes it, shares of 1."""
    shares = (int(text[at : at + 2], 16) / 255 for at in (0, 2, 4))
    return dict(zip(("red", "green", "blue"), shares, strict=True))


def colour_style(text: str) -> dict[str, Any]:
    """Return a colour of six hexadecimal digits as the newer fields of Google's take it."""
    return {"rgbColor": colour(text)}


@cache
def cell_format(style: Style, language: Language) -> dict[str, Any]:
    """Return the look of a cell.

    Google takes whole points only, and knows no indent: padding does the same, also on the right,
    where number formats of other programs leave the width of a letter free.
    """
    form: dict[str, Any] = {
        "horizontalAlignment": style.align.upper(),
        "verticalAlignment": "MIDDLE",
        "wrapStrategy": "WRAP" if style.wrap else "OVERFLOW_CELL",
        "textFormat": text_format(style, language),
    }
    if style.underline:
        form["textFormat"]["underline"] = True
    if style.fill:
        form["backgroundColorStyle"] = colour_style(style.fill)
    number, freed = number_format(style.format)
    if number:
        form["numberFormat"] = number
    side = "right" if style.align == "right" else "left"
    padding = {side: _INDENT * style.indent} if style.indent else {}
    if freed:
        padding["right"] = padding.get("right", 0) + _GAP
    if padding:
        form["padding"] = {name: px + padding.get(name, 0) for name, px in _PADDING.items()}
    sides: dict[str, Border | None] = {
        "top": style.top, "bottom": style.bottom, "left": style.left, "right": style.right,
    }  # fmt: skip
    if borders := {side: _border(line) for side, line in sides.items() if line}:
        form["borders"] = borders
    return form


def text_format(look: Style | Run, language: Language) -> dict[str, Any]:
    """Return the look of text; Google takes whole points, so halves are rounded up."""
    form: dict[str, Any] = {
        "fontFamily": FONTS[language],
        "fontSize": int(look.size + 0.5),
        "foregroundColorStyle": colour_style(look.color),
    }
    return {**form, "bold": True} if look.bold else form


def number_format(pattern: str) -> tuple[dict[str, str] | None, bool]:
    """Return a number format as Google takes it, None for the usual one, and what it left out.

    Args:
        pattern: in the syntax that spreadsheets share.

    Returns:
        The format, and whether it leaves the width of a letter free on the right (`_w`).
    """
    shape = _FREE.sub("", pattern)
    freed = shape != pattern
    if shape in ("", "General"):
        return None, freed
    if shape == "@":
        return {"type": "TEXT"}, freed
    # letters beyond Latin stand for themselves; quoted they do so in every locale
    parts = _TEXT.split(shape)
    quoted = [_LOOSE.sub(lambda found: f'"{found[0]}"', part) for part in parts]
    texts = [*_TEXT.findall(shape), ""]
    pattern = "".join(part + text for part, text in zip(quoted, texts, strict=True))
    return {"type": _kind("".join(parts)), "pattern": pattern}, freed


def _kind(shape: str) -> str:
    """The type of a number format, told by what is left of it without quoted text."""
    clock, calendar = bool(_CLOCK.search(shape)), bool(_CALENDAR.search(shape))
    if clock:
        return "DATE_TIME" if re.search(r"[yd]", shape, re.IGNORECASE) else "TIME"
    if calendar:
        return "DATE"
    return "PERCENT" if "%" in shape else "NUMBER"


def _border(line: Border) -> dict[str, Any]:
    return {"style": _BORDERS[line.weight], "colorStyle": colour_style(line.color)}


def areas(looks: Mapping[tuple[int, int], Style]) -> Iterator[tuple[Range, Style]]:
    """Return rectangles that cover cells of one look each, as few as are found quickly.

    Args:
        looks: (row, column) → look; cells that are missing are not covered.
    """
    rows = groupby(sorted(looks), key=lambda place: place[0])
    open_: dict[tuple[int, int, Style], int] = {}  # first column, last column, look → first row
    above = -1
    for row, places in rows:
        strips = set(_strips([column for _, column in places], row, looks))
        kept = strips if row == above + 1 else set()
        for strip, first in list(open_.items()):
            if strip not in kept:
                yield Range(first, strip[0], above, strip[1]), strip[2]
                del open_[strip]
        for strip in sorted(strips, key=lambda one: one[0]):
            open_.setdefault(strip, row)
        above = row
    for strip, first in open_.items():
        yield Range(first, strip[0], above, strip[1]), strip[2]


def _strips(
    columns: list[int], row: int, looks: Mapping[tuple[int, int], Style]
) -> Iterator[tuple[int, int, Style]]:
    """Neighbours of one look in a row."""
    first = columns[0]
    for left, right in zip(columns, [*columns[1:], None], strict=True):
        look = looks[row, left]
        if right != left + 1 or looks[row, right] != look:
            yield first, left, look
            if right is not None:
                first = right
