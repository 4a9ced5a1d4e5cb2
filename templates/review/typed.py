"""Read back what people typed into the review tab, wherever sorting has put it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd

from templates.review.texts import HEADERS

_CODE = re.compile(r"[A-Z][A-Z2-7]{8}-[A-Z2-7]{4}")
_READ = ("code", "answer", "note")


def typed(rows: Sequence[Sequence[Any]]) -> pd.DataFrame:
    """Return (questions × code, answer, note), all text, "" where nothing was typed.

    Columns are found by their headers and questions by their codes, so that a tab that people
    sorted, filtered or moved columns in is read the same.

    Args:
        rows: raw values of the tab from A1.
    """
    columns: dict[str, int] = {}
    found: dict[str, list[str]] = {}
    for row in rows:
        texts = [_text(value) for value in row]
        columns = _headers(texts) or columns
        if columns:
            code, answer, note = (texts[columns[name]] for name in _READ)
            if _CODE.fullmatch(code):
                found.setdefault(code, [code, answer, note])
    return pd.DataFrame(list(found.values()), columns=list(_READ), dtype=object)


def _headers(texts: Sequence[str]) -> dict[str, int] | None:
    """Column → place, where a row holds the headers that are read."""
    found = {
        name: texts.index(header) for name in _READ for header in HEADERS[name] if header in texts
    }
    return found if len(found) == len(_READ) else None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
