"""Every refusal of the stores is in the documentation, in its own words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ERRORS = {"Refused", "Unreachable", "Busy", "Stale", "Mismatch"}
PAGES = {"excel": "refusals.md", "google": "google.md"}
SPARED = {"excel/office.py"}  # touches no workbook of people's


def refusals() -> Iterator[tuple[str, str, str]]:
    """Yield (page, place, longest stretch of fixed words) of every error that is raised."""
    for store, page in PAGES.items():
        for file in sorted((ROOT / "sync" / store).rglob("*.py")):
            place = f"{store}/{file.name}"
            if place in SPARED:
                continue
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
                    yield page, f"{place}:{node.lineno}", max(_words(node.args[0]), key=len)


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else ""


def _words(message: ast.expr) -> list[str]:
    parts = message.values if isinstance(message, ast.JoinedStr) else [message]
    return [str(part.value).strip() for part in parts if isinstance(part, ast.Constant)]


@pytest.mark.parametrize(("page", "place", "words"), list(refusals()))
def test_a_refusal_is_documented(page: str, place: str, words: str) -> None:
    documented = re.sub(r"\s+", " ", (ROOT / "docs" / page).read_text("utf-8"))
    assert len(words) > 5, "a sentence for people"
    assert words in documented, place
