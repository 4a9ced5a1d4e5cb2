"""Put generated tabs into the team's workbook, or a new one in its place.

Each comes as a complete workbook of its own. Its sheet, drawing, charts and notes become parts
with names of ours, its formats are appended to the team's, its shared strings become inline. A tab
that is replaced keeps its part, its id, its place in the tab order and people's references to it.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import replace

from sync.excel.edits import DrawnTab
from sync.excel.names import Name, Names
from sync.excel.package import Package, pack
from sync.excel.parts import Parts
from sync.excel.styles import Styles
from sync.excel.widths import rescaled
from sync.excel.workbook import Tab, Workbook
from sync.store import Refused

_MARK = "_dk_tab"  # hidden name on each tab of ours; holds the hash of its content and its key
_FIGURE = "DK_"  # beginning of the names of our figures
_BUILT_IN = "_xlnm."  # of print areas and filters
_SHARED = re.compile(rb' t="s"><v>(\d+)</v></c>')
_STRING = re.compile(rb"<si>(.*?)</si>", re.DOTALL)
_STYLE = re.compile(rb'(<(?:c|row) [^>]*?\bs=")(\d+)(?=")|(<col [^>]*?\bstyle=")(\d+)(?=")')
_DXF = re.compile(rb'(?<= dxfId=")\d+')
_SELECTED = b' tabSelected="1"'  # two selected tabs would be edited together
_STRICT_NAMES = (
    (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        b"http://purl.oclc.org/ooxml/spreadsheetml/main",
    ),
    (
        b"http://schemas.openxmlformats.org/drawingml/2006/",
        b"http://purl.oclc.org/ooxml/drawingml/",
    ),
    (
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
    ),
)


def standing_tabs(parts: Parts) -> list[tuple[str, Tab, str]]:
    """Return the key, tab and content hash of each generated tab, copies by people included.

    Each is known by a hidden name of its own, so that people may rename and move it.

    Args:
        parts: of the workbook.
    """
    tabs = {tab.index: tab for tab in Workbook(parts).tabs}
    found = []
    for name in Names(parts).all():
        content_hash, _, key = name.formula[1:-1].partition(" ")
        if name.name == _MARK and name.index in tabs and key:
            found.append((key.replace('""', '"'), tabs[name.index], content_hash))
    return found


def put_tab(parts: Parts, book: Workbook, styles: Styles, drawn: DrawnTab) -> str:
    """Write a generated tab, unless the one that stands there says the same.

    Args:
        parts: of the team's workbook.
        book: its tabs.
        styles: its formats.
        drawn: the tab.

    Returns:
        What the tab is called, "" where nothing was written.

    Raises:
        Refused: a tab of the team has this name, or the workbook's structure is locked.
    """
    standing = next(((t, h) for key, t, h in standing_tabs(parts) if key == drawn.key), None)
    if standing and standing[1] == drawn.content_hash:
        return ""
    if not standing and book.tab(drawn.name):
        raise Refused(
            f"the workbook has a tab {drawn.name} that is not ours;"
            " rename it, or give our tab another name in the rules file",
            zh=f"工作簿中已有团队自己的工作表“{drawn.name}”；请改名，或在规则文件中为生成的工作表另取名称",
        )
    name = standing[0].name if standing else drawn.name
    source = Parts(Package(drawn.draw(name, book.date1904)))
    new = Workbook(source)
    if standing:
        tab = standing[0]
        _clear(parts, tab)
    else:
        tab = book.add_tab(name, parts.free_name(f"{book.folder}/worksheets/sheetDK*.xml"))
    copier = _Copier(source, parts, book.folder)
    copier.copy(new.tabs[0].part, tab.part, _translate(source, new, styles))
    mark_tab(parts, tab, drawn, Names(source).all())
    return name


def mark_tab(parts: Parts, tab: Tab, drawn: DrawnTab, wanted: list[Name]) -> None:
    """Mark a tab as ours and name its figures and print settings; names that are gone go.

    Args:
        parts: of the workbook.
        tab: ours.
        drawn: what was written there.
        wanted: names as they were drawn; local ones get the tab's index.
    """
    names = Names(parts)
    key = drawn.key.replace('"', '""')
    names.set(Name(_MARK, f'"{drawn.content_hash} {key}"', tab.index, hidden=True))
    known = {name.name.casefold() for name in wanted}
    for name in names.all():
        figure = name.index is None and name.name.startswith(_FIGURE) and name.sheet == tab.name
        setting = name.index == tab.index and name.name.startswith(_BUILT_IN)
        if (figure or setting) and name.name.casefold() not in known:
            names.drop(name)
    for name in wanted:
        index = None if name.index is None else tab.index
        standing = names.find(name.name, index)
        # a name of the team's own that means something else stays theirs
        if standing is None or index is not None or standing.sheet == tab.name:
            names.set(replace(name, index=index))


def _clear(parts: Parts, tab: Tab) -> None:
    """Remove what only the tab refers to: its drawing, charts and notes."""
    references = [(source, rel.target) for source, rel in parts.referred() if not rel.external]
    ours = {tab.part}
    while more := {target for source, target in references if source in ours} - ours:
        ours |= more
    while shared := {
        target for source, target in references if source not in ours and target in ours
    } - {tab.part}:
        ours -= shared
    for name in ours - {tab.part}:
        parts.remove(name)


def _translate(source: Parts, drawn: Workbook, styles: Styles) -> bytes:
    """Return the generated sheet with the team's format indexes and without shared strings."""
    sheet = source.read(drawn.tabs[0].part).replace(_SELECTED, b"")
    sheet = rescaled(sheet, *styles.default_font())
    used = {int(match[2] or match[4]) for match in _STYLE.finditer(sheet)}
    cells, dxfs = styles.adopt(source.root(drawn.related("styles")), used)
    shared = drawn.related("sharedStrings")
    strings = _STRING.findall(source.read(shared)) if shared else []

    def restyled(match: re.Match[bytes]) -> bytes:
        return b"%s%d" % (match[1] or match[3], cells[int(match[2] or match[4])])

    sheet = _STYLE.sub(restyled, sheet)
    sheet = _DXF.sub(lambda match: b"%d" % dxfs[int(match[0])], sheet)
    return _SHARED.sub(
        lambda match: b' t="inlineStr"><is>%s</is></c>' % strings[int(match[1])], sheet
    )


class _Copier:
    """Copies parts from one package into another, with all that they refer to."""

    def __init__(self, source: Parts, target: Parts, folder: str) -> None:
        self._source = source
        self._target = target
        self._folder = folder

    def copy(self, name: str, new_name: str, content: bytes) -> None:
        """Copy a part under a new name; its references keep their ids."""
        if self._target.strict and new_name.endswith(".xml"):
            content = strict(content)
        self._target.put(new_name, pack([content]), self._source.content_type(name))
        references = []
        for rel in self._source.relationships(name):
            if not rel.external:
                copied = self._free_name(rel.target)
                self.copy(rel.target, copied, self._source.read(rel.target))
                rel = replace(rel, target=copied)
            references.append(rel)
        if references:
            self._target.set_relationships(new_name, references)

    def _free_name(self, name: str) -> str:
        """Return a name of ours for a part: `xl/charts/chart1.xml` → `xl/charts/chartDK.xml`."""
        folder, _, file = name.partition("/")[2].rpartition("/")
        stem, dot, extension = file.partition(".")
        mine = f"{stem.rstrip('0123456789')}DK*{dot}{extension}"
        return self._target.free_name(posixpath.join(self._folder, folder, mine))


def strict(content: bytes) -> bytes:
    """Return a part with the names of strict workbooks (ISO 29500-1) for the transitional ones."""
    for transitional, name in _STRICT_NAMES:
        content = content.replace(transitional, name)
    return content
