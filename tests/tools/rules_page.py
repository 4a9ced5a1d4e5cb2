"""The reference of the rules, made from the rules: `python -m tests.tools.rules_page` writes it."""

from __future__ import annotations

from pathlib import Path

from rules.reference import About, every

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "rules.md"
_HEAD = """# The rules

What each rule decides, its options and their defaults; `dealkeeper rules` prints the same. This
page is made from the rules themselves. `assign[].when` is the `when` of the entries of `assign`.
"""


def page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *map(_rule, every())])


def _rule(about: About) -> str:
    example = f"```yaml\n{about.example}\n```"
    told = [about.title, about.before, example, about.after]
    rows = [
        f"| `{option.path}` | {_code(option.default)} | {option.meaning} |"
        for option in about.options
    ]
    table = "\n".join(["| option | default | meaning |", "|---|---|---|", *rows])
    return "\n\n".join([f"## {about.use}", *(text for text in told if text), table]) + "\n"


def _code(text: str) -> str:
    return f"`{text}`" if text else "required"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(PAGE)
