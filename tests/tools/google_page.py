"""The assumptions in docs/google.md, made from the probe: `python -m tests.tools.google_page`."""

from __future__ import annotations

from pathlib import Path

from sync.google.probe import ASSUMPTIONS, Assumption
from sync.google.probe.drawing import LOOK

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "google.md"
_BEGIN, _END = "from sync/google/probe -->\n", "<!-- end -->"
_HEAD = (
    "| what is assumed | how it is tried, and what is written down | what agrees |\n|---|---|---|"
)
_EYES = """\
What only eyes can judge stays on the tab with `dealkeeper doctor --probe --keep`, until the next \
probe:
"""
_LEFT = """\
And what no probe of one account can show:

- whether a batch that was given up after the time limit lands later;
- which status Google gives when a cell is protected by somebody else: whoever protects a cell may \
always edit it;
- the wording of most errors; the product goes by status and reason, and repeats Google's words.
"""


def page(text: str) -> str:
    """Return the page with the assumptions as the probe has them now.

    Args:
        text: the page as it is.
    """
    head, _, rest = text.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    table = "\n".join([_HEAD, *map(_row, ASSUMPTIONS)])
    eyes = "\n".join(f"- {english};" for english, _ in LOOK)
    made = "\n".join(["", table, "", _EYES, f"{eyes.removesuffix(';')}.", "", _LEFT])
    return f"{head}{_BEGIN}{made}{_END}{tail}"


def _row(one: Assumption) -> str:
    expected = " or ".join(f"`{text}`" for text in one.expects)
    return f"| {one.en} | {one.does} | {expected} |"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), encoding="utf-8")
    print(PAGE)
