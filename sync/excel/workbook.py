"""The workbook part: its tabs and its defined names (ECMA-376-1, 18.2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from lxml import etree

from sync.excel.parts import Parts
from sync.excel.refs import format_area
from sync.excel.trees import beside, child, children, insert_ordered, integer, local
from sync.source import Area
from sync.store import Refused

_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr",
    "absPath", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews",
    "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr",
    "webPublishObjects", "extLst",
)  # fmt: skip
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_MARK = "_dk_summary"  # hidden name on our tab; holds the hash of its content
_OURS = "DK_"  # beginning of the names of our figures
_FILTER = "_xlnm._FilterDatabase"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab.

    Attributes:
        name: as people see it.
        part: name of its part.
        kind: `worksheet`, `chartsheet`, ...
        index: its place among the tabs, from 0.
    """

    name: str
    part: str
    kind: str
    index: int


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name: its formula, the tab that it is local to, whether people see it."""

    name: str
    formula: str
    index: int | None = None
    hidden: bool = False


class Workbook:
    """Tabs and names of one workbook.

    Attributes:
        date1904: whether it counts days from 1904.
        folder: where its parts lie.
    """

    def __init__(self, parts: Parts) -> None:
        """Read the main part."""
        self._parts = parts
        root = parts.root(parts.workbook)
        settings = child(root, "workbookPr")
        self.date1904 = settings is not None and settings.get("date1904") in ("1", "true")
        self.folder = posixpath.dirname(parts.workbook)

    @property
    def tabs(self) -> list[Tab]:
        """The tabs in their order."""
        holder = child(self._parts.root(self._parts.workbook), "sheets")
        sheets = [] if holder is None else children(holder, "sheet")
        rels = {rel.id: rel for rel in self._parts.relationships(self._parts.workbook)}
        found = []
        for index, sheet in enumerate(sheets):
            rel = rels.get(sheet.get(f"{{{_R}}}id") or sheet.get(f"{{{_R_STRICT}}}id") or "")
            if rel is not None:
                found.append(Tab(sheet.get("name", ""), rel.target, rel.kind, index))
        return found

    def tab(self, name: str) -> Tab | None:
        """Return the tab of a name, None where there is none."""
        return next((tab for tab in self.tabs if tab.name.casefold() == name.casefold()), None)

    def related(self, kind: str) -> str:
        """Return the part of a kind (`styles`, `sharedStrings`), "" where there is none."""
        for rel in self._parts.relationships(self._parts.workbook):
            if rel.kind == kind and self._parts.has(rel.target):
                return rel.target
        return ""

    def add_tab(self, name: str, part: str) -> Tab:
        """Add a worksheet after the last tab.

        Raises:
            Refused: the structure of the workbook is locked.
        """
        root = self._parts.root(self._parts.workbook, change=True)
        lock = child(root, "workbookProtection")
        if lock is not None and lock.get("lockStructure") in ("1", "true"):
            raise Refused(
                f"the structure of the workbook is protected, so the tab {name} cannot be added;"
                " unprotect it (Review → Protect Workbook) or leave the summary out",
                zh=f"工作簿结构受保护,无法新增工作表“{name}”;"
                "请取消“审阅 → 保护工作簿”,或不写汇总页",
            )
        holder = child(root, "sheets")
        if holder is None:
            holder = insert_ordered(root, "sheets", _ORDER)
        taken = [integer(sheet, "sheetId", 0) for sheet in children(holder, "sheet")]
        made = etree.SubElement(
            holder,
            beside(holder, "sheet"),
            {"name": name, "sheetId": str(max(taken, default=0) + 1)},
        )
        namespace = _R_STRICT if self._parts.strict else _R
        made.set(f"{{{namespace}}}id", self._parts.relate(self._parts.workbook, "worksheet", part))
        self._add_title(name)
        return Tab(name, part, "worksheet", len(taken))

    def names(self) -> list[Name]:
        """Return the defined names."""
        holder = child(self._parts.root(self._parts.workbook), "definedNames")
        found = []
        for item in [] if holder is None else children(holder, "definedName"):
            index = item.get("localSheetId")
            found.append(
                Name(
                    item.get("name", ""),
                    item.text or "",
                    integer(item, "localSheetId", 0) if index is not None else None,
                    item.get("hidden") in ("1", "true"),
                )
            )
        return found

    def set_name(self, name: Name) -> None:
        """Define a name, or redefine it where it stands."""
        if name in self.names():
            return
        root = self._parts.root(self._parts.workbook, change=True)
        holder = child(root, "definedNames")
        if holder is None:
            holder = insert_ordered(root, "definedNames", _ORDER)
        item = self._find(name.name, name.index)
        if item is None:
            item = etree.SubElement(holder, beside(holder, "definedName"), {"name": name.name})
        if name.index is not None:
            item.set("localSheetId", str(name.index))
        if name.hidden:
            item.set("hidden", "1")
        item.text = name.formula

    def drop_name(self, name: str, index: int | None) -> None:
        """Forget a name."""
        item = self._find(name, index)
        holder = item.getparent() if item is not None else None
        if item is not None and holder is not None:
            self._parts.root(self._parts.workbook, change=True)
            holder.remove(item)

    def move_filter(self, tab: Tab, area: Area) -> None:
        """Let the hidden name that goes with a sheet's filter say its new area."""
        for name in self.names():
            if name.name == _FILTER and name.index == tab.index:
                sheet = name.formula.rpartition("!")[0]
                formula = f"{sheet}!{format_area(area, absolute=True)}"
                self.set_name(Name(_FILTER, formula, tab.index, name.hidden))

    def summary(self) -> tuple[Tab, str] | None:
        """Return our generated tab and the hash of its content, None where there is none."""
        tabs = {tab.index: tab for tab in self.tabs}
        for name in self.names():
            if name.name == _MARK and name.index in tabs:
                return tabs[name.index], name.formula.strip('"')
        return None

    def mark_summary(self, tab: Tab, content_hash: str, names: list[Name]) -> None:
        """Mark a tab as ours and give it the names of its figures; those that are gone are dropped.

        Args:
            tab: ours.
            content_hash: of what people see on it.
            names: of its figures and its print settings; local ones get the tab's index.
        """
        self.set_name(Name(_MARK, f'"{content_hash}"', tab.index, hidden=True))
        wanted = {name.name.casefold() for name in names}
        sheets = (tab.name, tab.name.replace("'", "''"))
        for name in self.names():
            sheet = name.formula.rpartition("!")[0].strip("'")
            ours = name.name.startswith(_OURS) and name.index is None and sheet in sheets
            if ours and name.name.casefold() not in wanted:
                self.drop_name(name.name, None)
        for name in names:
            index = tab.index if name.index is not None else None
            standing = self._find(name.name, index)
            sheet = (
                (standing.text or "").rpartition("!")[0].strip("'") if standing is not None else ""
            )
            if standing is None or sheet in sheets or index is not None:
                self.set_name(Name(name.name, name.formula, index, name.hidden))

    def _find(self, name: str, index: int | None) -> etree._Element | None:
        holder = child(self._parts.root(self._parts.workbook), "definedNames")
        wanted = None if index is None else str(index)
        for item in [] if holder is None else children(holder, "definedName"):
            known = item.get("name", "").casefold(), item.get("localSheetId")
            if known == (name.casefold(), wanted):
                return item
        return None

    def _add_title(self, name: str) -> None:
        """Count the tab among the titles of the document's properties, where they list tabs."""
        for rel in self._parts.relationships(""):
            if rel.kind != "extended-properties" or not self._parts.has(rel.target):
                continue
            root = self._parts.root(rel.target)
            pairs, titles = (
                next((item for item in root.iter() if local(item) == wanted), None)
                for wanted in ("HeadingPairs", "TitlesOfParts")
            )
            vector = child(titles, "vector") if titles is not None else None
            if pairs is None or vector is None:
                continue
            count = next((item for item in pairs.iter() if local(item) == "i4"), None)
            tabs = len(self.tabs) - 1
            if count is None or count.text != str(tabs) or len(vector) < tabs:
                continue  # it says something else than we know: left alone
            self._parts.root(rel.target, change=True)
            count.text = str(tabs + 1)
            title = etree.Element(beside(vector, "lpstr"))
            title.text = name
            vector.insert(tabs, title)
            vector.set("size", str(len(vector)))
