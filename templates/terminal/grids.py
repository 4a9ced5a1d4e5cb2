"""Tables without lines: clear on a terminal, and plain columns in a pipe."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table as Grid


def grid(columns: Sequence[str], *, title: str = "", numbers: Sequence[str] = ()) -> Grid:
    """Return an empty table.

    Args:
        columns: their headers.
        title: above the table, "" for none.
        numbers: the headers of columns that are aligned at the right.
    """
    made = Grid(
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
        pad_edge=False,
        padding=(0, 2),
    )
    for column in columns:
        made.add_column(column, overflow="fold", justify="right" if column in numbers else "left")
    return made


def facts() -> Grid:
    """Return an empty table of two columns: a word in bold, and what there is to say about it."""
    made = Grid.grid(padding=(0, 2))
    made.add_column(no_wrap=True, style="bold")
    made.add_column(overflow="fold")
    return made
