"""Names for tabs and files that are made from people's names, whatever stands in these."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

TAB = 31  # UTF-16 code units that Excel allows in a tab's name
FILE = 80  # letters of a file's name, which keeps it below 255 bytes in UTF-8
_ELLIPSIS = "…"
_TAB_SIGNS = re.compile(r"[\[\]:*?/\\]")
_FILE_SIGNS = re.compile(r'[<>:"/\\|?*]')
_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


def tab_names(texts: Sequence[str]) -> list[str]:
    """Return a name for a tab for each text: of at most 31 characters, none like another.

    Excel takes names that differ in case only for the same one, and keeps some characters for
    itself. A name depends on the texts alone that are like it, not on their order.

    Args:
        texts: what the tabs should be called, distinct.
    """
    return _distinct(
        texts, lambda text, room: _short(_clean(text, _TAB_SIGNS).strip("'"), room), TAB
    )


def file_stems(texts: Sequence[str]) -> list[str]:
    """Return a file name without its ending for each text, that every system takes; none alike.

    Args:
        texts: what the files should be called, distinct.
    """

    def stem(text: str, room: int) -> str:
        name = _clean(text, _FILE_SIGNS).lstrip(".~$").rstrip(". ")
        return _short(f"_{name}" if _DEVICES.fullmatch(name) else name, room)

    return _distinct(texts, stem, FILE)


def _distinct(texts: Sequence[str], name: Callable[[str, int], str], room: int) -> list[str]:
    """The names; those that would be alike end in a mark of the text that each is made from."""
    names = [name(text, room) or "_" for text in texts]
    alike = Counter(map(_same, names))
    return [
        f"{name(text, room - 7)} {_mark(text)}" if alike[_same(made)] > 1 else made
        for text, made in zip(texts, names, strict=True)
    ]


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()


def _mark(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]


def _clean(text: str, signs: re.Pattern[str]) -> str:
    """The text without signs that are not allowed and what cannot be seen."""
    seen = "".join(letter if letter.isprintable() else " " for letter in signs.sub("-", text))
    return " ".join(seen.split())


def _short(text: str, room: int) -> str:
    """The text cut to so many UTF-16 code units."""
    if _units(text) <= room:
        return text
    while _units(text) > room - 1:
        text = text[:-1]
    return text.rstrip() + _ELLIPSIS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
