"""Generated tabs in a workbook of their own, for those who shall not see the team's file."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from sync.excel.edits import DrawnTab, WorkbookEdit
from sync.excel.files import create_file, read_bytes, replace_file, version_of
from sync.excel.graft import mark_tab, standing_tabs
from sync.excel.locks import require_free
from sync.excel.names import Names
from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.excel.patch import patch_workbook
from sync.excel.verify import verify
from sync.excel.view import drawn_tab
from sync.excel.workbook import Workbook
from sync.view import SheetView


class SummaryFile:
    """A workbook that holds generated tabs, and whatever else managers keep in it.

    Attributes:
        path: of the workbook; it is made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def contents(self) -> Mapping[str, str]:
        """Return the content hashes of the tabs that stand there, by key.

        Raises:
            Unreachable: the file is there and cannot be read.
        """
        if not self.path.exists():
            return {}
        standing = standing_tabs(Parts(Package(read_bytes(self.path))))
        return {key: content_hash for key, _, content_hash in reversed(standing)}

    def write(self, views: Sequence[SheetView]) -> tuple[str, ...]:
        """Write tabs, except those that stand there and say the same.

        Links into the team's workbook become plain text: they would lead nowhere from here.

        Args:
            views: the tabs, one at least.

        Returns:
            The names of those that were written.

        Raises:
            Busy: somebody has the workbook open.
            Refused: a tab of somebody else's has this name.
            Unreachable: the workbook cannot be read or written.
        """
        tabs = tuple(drawn_tab(view, {}) for view in views)
        new = not self.path.exists()
        source = _marked(tabs[0]) if new else read_bytes(self.path)
        target = io.BytesIO()
        patched = patch_workbook(source, WorkbookEdit(drawn=tabs), target)
        result = target.getvalue() if patched.changed else source
        if new:
            create_file(self.path, result)
            return tuple(tab.name for tab in tabs)
        if patched.changed:
            require_free(self.path)
            check = partial(verify, source, changed=patched.changed)
            replace_file(self.path, result, version_of(source), check)
        return patched.drawn


def _marked(tab: DrawnTab) -> bytes:
    """A new workbook with the tab alone, marked as ours so that it is found again."""
    package = Package(tab.draw(tab.name, False))
    parts = Parts(package)
    mark_tab(parts, Workbook(parts).tabs[0], tab, Names(parts).all())
    changed, removed = parts.changes()
    target = io.BytesIO()
    package.write(target, changed, removed)
    return target.getvalue()
