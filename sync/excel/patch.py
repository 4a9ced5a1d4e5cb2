"""The patcher: changes a workbook's package and leaves everything else byte for byte as it was."""

from __future__ import annotations

from functools import cached_property
from typing import BinaryIO

from sync.excel.edits import CellRefusal, Patched, WorkbookEdit
from sync.excel.graft import put_tab, strict
from sync.excel.limits import DEFAULT, Limits
from sync.excel.package import Package, normal_name, pack
from sync.excel.parts import Parts
from sync.excel.scan import SharedStrings
from sync.excel.styles import Styles
from sync.excel.tab import change_tab
from sync.excel.workbook import Workbook

_STYLES_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_NO_STYLES = (
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border/></borders>'
    b'<cellStyleXfs count="1"><xf/></cellStyleXfs>'
    b'<cellXfs count="1"><xf xfId="0"/></cellXfs></styleSheet>'
)


def patch_workbook(
    source: bytes, edit: WorkbookEdit, target: BinaryIO, limits: Limits = DEFAULT
) -> Patched:
    """Write a changed copy of a workbook.

    Cells are compared with what they should hold before; formulas and everything unexpected are
    left alone and reported. Members of the package that are not changed keep their bytes.

    Args:
        source: the workbook's file.
        edit: the changes, in places.
        target: an empty file; nothing is written to it where nothing changes.
        limits: how large the workbook may be.

    Returns:
        What was done.

    Raises:
        Refused: the changes cannot be made safely.
        Unreachable: the source is no whole workbook.
    """
    package = Package(source, limits)
    work = _Work(package)
    written, refused = 0, list[CellRefusal]()
    for tab in edit.tabs:
        cells, left = change_tab(work.parts, work.book, work.styles, work.shared, tab)
        written += cells
        refused += left
    if written:
        work.book.recalculate()
    names = (put_tab(work.parts, work.book, work.styles, tab) for tab in edit.drawn)
    drawn = tuple(name for name in names if name)
    changed, removed = work.parts.changes()
    if changed or removed:
        package.write(target, changed, removed)
    touched = frozenset({*map(normal_name, changed), *removed})
    return Patched(touched, written, tuple(refused), drawn)


class _Work:
    """What the changes of one workbook share; each part is read when it is first needed."""

    def __init__(self, package: Package) -> None:
        self.parts = Parts(package)
        self.book = Workbook(self.parts)

    @cached_property
    def styles(self) -> Styles:
        """The workbook's formats; a minimal stylesheet is added where it has none."""
        name = self.book.related("styles")
        if not name:
            name = self.parts.free_name(f"{self.book.folder}/styles*.xml")
            content = strict(_NO_STYLES) if self.parts.strict else _NO_STYLES
            self.parts.put(name, pack([content]), _STYLES_TYPE)
            self.parts.relate(self.parts.workbook, "styles", name)
        return Styles(self.parts.root(name), lambda: self.parts.root(name, change=True))

    @cached_property
    def _strings(self) -> SharedStrings:
        name = self.book.related("sharedStrings")
        return SharedStrings(self.parts.read(name) if name else b"")

    def shared(self, index: int) -> str:
        """Return the text of a shared string."""
        return self._strings(index)
