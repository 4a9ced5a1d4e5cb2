"""The generated tab in a workbook of its own, for managers who shall not see the team's file."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path

from sync.excel.edits import SummaryEdit, WorkbookEdit
from sync.excel.files import create_file, read_bytes, replace_file, version_of
from sync.excel.graft import mark_summary, standing_summary
from sync.excel.locks import require_free
from sync.excel.names import Names
from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.excel.patch import patch_workbook
from sync.excel.verify import verify
from sync.excel.view import render
from sync.excel.workbook import Workbook
from sync.view import SheetView


class SummaryFile:
    """A workbook that holds the generated tab, and whatever else managers keep in it.

    Attributes:
        path: of the workbook; it is made where it is missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def content(self) -> str:
        """Return the content hash of the tab that stands there, "" where there is none.

        Raises:
            Unreachable: the file is there and cannot be read.
        """
        if not self.path.exists():
            return ""
        standing = standing_summary(Parts(Package(read_bytes(self.path))))
        return standing[1] if standing else ""

    def write(self, view: SheetView) -> bool:
        """Write the tab, unless the one that stands there says the same.

        Links into the team's workbook become plain text: they would lead nowhere from here.

        Args:
            view: the tab.

        Returns:
            Whether anything was written.

        Raises:
            Busy: somebody has the workbook open.
            Refused: a tab of somebody else's has this name.
            Unreachable: the workbook cannot be read or written.
        """
        if not self.path.exists():
            create_file(self.path, _marked(view))
            return True
        source = read_bytes(self.path)
        edit = SummaryEdit(view.name, view.content_hash(), partial(_draw, view))
        target = io.BytesIO()
        patched = patch_workbook(source, WorkbookEdit(summary=edit), target)
        if not patched.changed:
            return False
        require_free(self.path)
        check = partial(verify, source, changed=patched.changed)
        replace_file(self.path, target.getvalue(), version_of(source), check)
        return True


def _draw(view: SheetView, name: str, date1904: bool) -> bytes:
    return render(replace(view, name=name), {}, date1904=date1904)


def _marked(view: SheetView) -> bytes:
    """A new workbook with the tab alone, marked as ours so that it is found again."""
    package = Package(_draw(view, view.name, date1904=False))
    parts = Parts(package)
    mark_summary(parts, Workbook(parts).tabs[0], view.content_hash(), Names(parts).all())
    changed, removed = parts.changes()
    target = io.BytesIO()
    package.write(target, changed, removed)
    return target.getvalue()
