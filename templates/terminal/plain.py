"""Reports as plain text, for whatever reads a pipe or keeps them."""

from __future__ import annotations

import io

from rich.console import Console, RenderableType

WIDTH = 120


def plain(*shown: RenderableType) -> str:
    """Return reports as lines of text of a steady width, without trailing blanks.

    Args:
        shown: sentences and reports in their order, each on lines of its own; sentences stay on one
            line.
    """
    made = io.StringIO()
    sheet = Console(file=made, width=WIDTH, highlight=False, markup=False, emoji=False)
    for item in shown:
        sheet.print(item, soft_wrap=isinstance(item, str))
    return "\n".join(line.rstrip() for line in made.getvalue().splitlines())
