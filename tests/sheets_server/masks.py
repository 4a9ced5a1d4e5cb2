"""Field masks: which parts of an answer are wanted, which parts of a request count."""

from __future__ import annotations

import re
from typing import Any, Final

from tests.sheets_server.errors import ApiError

Mask = dict[str, "Mask"]
"""A tree of names; a leaf (an empty tree) is everything below it."""

TWINS: Final = {  # the old colour fields and the new ones say the same
    "backgroundColor": "backgroundColorStyle",
    "foregroundColor": "foregroundColorStyle",
    "tabColor": "tabColorStyle",
    "headerColor": "headerColorStyle",
    "firstBandColor": "firstBandColorStyle",
    "secondBandColor": "secondBandColorStyle",
    "footerColor": "footerColorStyle",
    "color": "colorStyle",
}
_OTHER: Final = {**TWINS, **{new: old for old, new in TWINS.items()}}
_TOKEN: Final = re.compile(r"\s*([\w$*-]+|[().,/])\s*")


def parse(text: str) -> Mask:
    """A mask such as ``a,b(c,d.e)`` as a tree; ``*`` alone is everything.

    Raises:
        ApiError: text that is no mask.
    """
    tokens = _TOKEN.findall(text)
    if not text.strip() or "".join(tokens) != re.sub(r"\s", "", text):
        raise _bad(text)
    mask: Mask = {}
    if _list(tokens, 0, mask, text) != len(tokens):
        raise _bad(text)
    return {} if "*" in mask else mask


def _list(tokens: list[str], at: int, into: Mask, text: str) -> int:
    while True:
        at = _path(tokens, at, into, text)
        if at >= len(tokens) or tokens[at] != ",":
            return at
        at += 1


def _path(tokens: list[str], at: int, into: Mask, text: str) -> int:
    while True:
        if at >= len(tokens) or tokens[at] in "().,/":
            raise _bad(text)
        name = tokens[at]
        at += 1
        ends = at >= len(tokens) or tokens[at] not in "./("
        into = _step(into, name, ends=ends)
        if ends:
            return at
        if tokens[at] == "(":
            at = _list(tokens, at + 1, into, text)
            if at >= len(tokens) or tokens[at] != ")":
                raise _bad(text)
            return at + 1
        at += 1


def _step(into: Mask, name: str, *, ends: bool) -> Mask:
    if name == "*":
        return into
    whole = name in into and not into[name]
    below = into.setdefault(name, {})
    if ends:
        below.clear()
    return {} if whole else below  # a part of what is wanted whole adds nothing


def _bad(text: str) -> ApiError:
    words = f"Request contains an invalid argument. Invalid field mask: {text}"
    return ApiError(words)


def pick(value: Any, mask: Mask) -> Any:
    """The parts of an answer that the mask names."""
    if not mask:
        return value
    if isinstance(value, list):
        return [pick(one, mask) for one in value]
    if isinstance(value, dict):
        return {key: pick(below, mask[key]) for key, below in value.items() if key in mask}
    return value


def merge(old: dict[str, Any], new: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """``old`` with the parts that the mask names taken from ``new``.

    What the mask names and ``new`` lacks is cleared. An empty mask takes everything.
    """
    if not mask:
        return dict(new)
    merged = dict(old)
    for key, below in mask.items():
        if _OTHER.get(key) not in mask:
            merged.pop(_OTHER.get(key, ""), None)
        if below:
            merged[key] = merge(old.get(key, {}), new.get(key, {}), below)
            if not merged[key]:
                del merged[key]
        elif key in new:
            merged[key] = new[key]
        else:
            merged.pop(key, None)
    return merged


def names(mask: Mask, path: str) -> bool:
    """Whether a dotted path is among what the mask takes (the mask of everything takes all)."""
    for name in path.split("."):
        if not mask:
            return True
        if name not in mask:
            return False
        mask = mask[name]
    return True
