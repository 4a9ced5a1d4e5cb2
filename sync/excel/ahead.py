"""Read a workbook before anything else is there: the libraries are loaded meanwhile."""

from __future__ import annotations

from pathlib import Path

from sync.excel.files import version_of
from sync.excel.reader import content_of, grids_of
from sync.grid import Grid
from sync.store import StoreError


class ReadAhead:
    """Tabs that were read before anybody asked for them.

    Most of that time goes by in a library that leaves the interpreter to other threads.
    """

    def __init__(self, path: Path) -> None:
        """Read a workbook; whatever is wrong with it is left to the store to tell."""
        self._found: tuple[list[Grid], str] | None = None
        try:
            data = content_of(path)
            self._found = grids_of(path.name, data), version_of(data)
        except StoreError:
            return

    def take(self, version: str) -> list[Grid] | None:
        """Return the tabs, once; None where another content was read, or none could be.

        Args:
            version: of the content that is wanted.
        """
        found, self._found = self._found, None
        return found[0] if found and found[1] == version else None
