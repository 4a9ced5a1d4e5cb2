"""Bring cells to a form that can be compared; each distinct text once.

Every function maps one text to one text, "" where nothing comparable is left.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import opencc
import pandas as pd
import phonenumbers

from rules.dedupe.lexicon import BLANKS, FREE_MAIL
from sync.table import as_text

Codes = np.ndarray[tuple[int], np.dtype[np.int32]]

_NO_WORD = re.compile(r"[^\w]+|_")
_MARKS = re.compile(r"[\u0300-\u036f]")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|extension|#|(?<=\d)\s*x)\s*\d{1,6}\s*$")
# Mainland numbers, the fast path: mobile, 400/800 service, landline with its area code.
_MAINLAND = re.compile(r"(?:0086|\+86|86)?(?:(1[3-9]\d{9})|([48]00\d{7})|0([1-9]\d{8,10}))")
# And North American ones, which phonenumbers reads alike but a hundred times slower.
_AMERICAN = re.compile(r"(?:\+|00)1([2-9]\d{9})")
_SHORTEST = 7  # digits of a telephone number
_SEVERAL = re.compile(r"[;,、/|]|\s{2,}")
# Providers that ignore dots in the local part; plus tags are ignored by nearly all of them.
_DOTLESS = frozenset({"gmail.com", "googlemail.com"})


@cache
def _simplifier() -> Any:
    return opencc.OpenCC("t2s")


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """A column as codes of its distinct normalised texts.

    Attributes:
        codes: (rows) index into `values`, -1 where blank.
        values: distinct normalised texts, sorted, so that row order does not matter.
        counts: (distinct) rows that hold each.
    """

    codes: Codes
    values: tuple[str, ...]
    counts: np.ndarray[Any, np.dtype[np.int64]]

    @classmethod
    def of(cls, texts: list[str], codes: Codes) -> Coded:
        """Make a column from texts that may repeat, and (rows) codes into them, -1 for blank."""
        distinct = sorted(set(texts) - {""})
        place = {text: at for at, text in enumerate(distinct)}
        lookup = np.array([*(place.get(text, -1) for text in texts), -1], dtype=np.int32)
        found = lookup[codes]
        return cls(found, tuple(distinct), np.bincount(found[found >= 0], minlength=len(distinct)))

    def __len__(self) -> int:
        return len(self.codes)

    def map(self, normal: Callable[[str], str]) -> Coded:
        """Return the column with every distinct text normalised further."""
        return Coded.of([normal(text) for text in self.values], self.codes)


def folded(column: pd.Series[Any]) -> Coded:
    """Return a column folded: width, case, simplified Chinese, single spaces; placeholders blank.

    Args:
        column: (rows) of any dtype; missing values are blank.
    """
    codes, distinct = pd.factorize(as_text(column))
    return Coded.of(folds(np.asarray(distinct, dtype=object).tolist()), codes.astype(np.int32))


def folds(texts: list[str]) -> list[str]:
    """Return texts folded as `folded` does."""
    texts = list(texts)
    foreign = [at for at, text in enumerate(texts) if not text.isascii()]
    wide = [" ".join(unicodedata.normalize("NFKC", texts[at]).split()) for at in foreign]
    # one call for all: converting text by text costs more than the conversion
    simple = str(_simplifier().convert("\n".join(wide))).split("\n") if wide else []
    for at, text in zip(foreign, simple, strict=True):
        texts[at] = text
    folded = [" ".join(text.casefold().split()) for text in texts]
    return ["" if text in BLANKS else text for text in folded]


def words(text: str) -> str:
    """Return words only: punctuation becomes a space, `l'orange & co.` → `l orange co`."""
    return _NO_WORD.sub(" ", text.replace("'", "").replace("’", "").replace(".", "")).strip()


def plain(text: str) -> str:
    """Return letters without accents: `müller` → `muller`."""
    return _MARKS.sub("", unicodedata.normalize("NFD", text)) if not text.isascii() else text


def solid(text: str) -> str:
    """Return letters and digits only, without spaces: dates, postcodes, identifiers."""
    return _NO_WORD.sub("", text)


def phone(text: str) -> str:
    """Return the national digits of a phone number: no country code, separators, extension.

    Mainland numbers go by pattern (`+86 138-0013-8000` → 13800138000, `0755-88886666转801` →
    75588886666), others with a country code by phonenumbers; what even that cannot read keeps its
    digits, if there are seven or more. Of several numbers in a cell the first counts.
    """
    first = _SEVERAL.split(text)[0]
    alone = len(re.sub(r"\D", "", first)) >= _SHORTEST  # else the mark stands inside the number
    bare = _EXTENSION.sub("", (first if alone else text).strip())
    digits = re.sub(r"[^\d+]", "", bare)
    found = _MAINLAND.fullmatch(digits)
    found = found or _AMERICAN.fullmatch(digits)
    if found:
        return str(found[found.lastindex or 0])
    if digits.startswith(("+", "00")):
        try:
            return str(phonenumbers.parse(re.sub(r"^00", "+", digits), None).national_number)
        except phonenumbers.NumberParseException:
            pass
    national = digits.lstrip("+0")
    return national if len(national) >= _SHORTEST else ""


def email(text: str) -> str:
    """Return an address without tag, and without dots where the provider ignores them."""
    found = re.search(r"([\w.+'-]+)@([\w-]+(?:\.[\w-]+)+)", text.replace(" ", ""))
    if not found:
        return ""
    local, domain = found[1].split("+")[0], found[2]
    return f"{local.replace('.', '') if domain in _DOTLESS else local}@{domain}"


def domain(address: str) -> str:
    """Return the domain of a normalised address, "" for providers that everybody uses."""
    place = address.rpartition("@")[2]
    return "" if place in FREE_MAIL else place
