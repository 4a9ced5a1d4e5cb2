"""The reference of the rules, made from the rules: `python -m tests.tools.rules_page` writes it."""

from __future__ import annotations

import inspect
import json
from pathlib import Path

from rules.rule import Rule, discover

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "rules.md"
_HEAD = """# The rules

What each rule decides, its options and their defaults. This page is made from the rules themselves.
"""
_EVERYWHERE = ("use", *(name for name in Rule.model_fields if name != "use"))


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *(_rule(use, kind) for use, kind in discover().items())])


def _rule(use: str, kind: type[Rule]) -> str:
    # what a rule counts for the summary is for those who read its code
    told = (inspect.getdoc(kind) or "").partition("Figures:")[0].rstrip()
    parts = [f"## {use}\n", told, "\n| option | default | meaning |\n|---|---|---|"]
    defaults = kind.model_validate({"use": use}).model_dump(mode="json", by_alias=True)
    for name, field in kind.model_fields.items():
        if name not in _EVERYWHERE:
            meaning = " ".join((field.description or "").split())
            value = json.dumps(defaults[name], ensure_ascii=False)
            parts.append(f"| `{name}` | `{value}` | {meaning} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
