"""The workbook part and its tabs (ECMA-376-1, 18.2)."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass

from lxml import etree

from sync.excel.names import ORDER
from sync.excel.parts import Parts
from sync.excel.trees import beside, child, children, insert_ordered, integer, local
from sync.store import Refused

_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
MAX_TABS = 5_000  # Excel itself gives up far earlier


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab.

    Attributes:
        name: as people see it.
        part: name of its part.
        kind: `worksheet`, `chartsheet`, ...
        index: its place among the tabs, from 0.
        visible: whether people see it.
    """

    name: str
    part: str
    kind: str
    index: int
    visible: bool = True


class Workbook:
    """The tabs of one workbook.

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
        """The tabs in their order.

        Raises:
            Refused: there are absurdly many, or two of one name or part.
        """
        holder = child(self._parts.root(self._parts.workbook), "sheets")
        sheets = [] if holder is None else children(holder, "sheet")
        if len(sheets) > MAX_TABS:
            raise Refused(
                f"the workbook has {len(sheets):,} tabs, more than the {MAX_TABS:,} that are read",
                zh=f"工作簿有 {len(sheets):,} 个工作表，超过可读取的 {MAX_TABS:,} 个",
            )
        rels = {rel.id: rel for rel in self._parts.relationships(self._parts.workbook)}
        found = []
        for index, sheet in enumerate(sheets):
            rel = rels.get(sheet.get(f"{{{_R}}}id") or sheet.get(f"{{{_R_STRICT}}}id") or "")
            if rel is not None:
                visible = sheet.get("state", "visible") == "visible"
                found.append(Tab(sheet.get("name", ""), rel.target, rel.kind, index, visible))
        for what in ({tab.name.casefold() for tab in found}, {tab.part for tab in found}):
            if len(what) < len(found):
                raise Refused(
                    "the workbook lists a tab twice; open it in Excel and save it again",
                    zh="工作簿中有重复的工作表；请用 Excel 打开后重新保存",
                )
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
                " unprotect it (Review → Protect Workbook) or leave the tab out in the rules file",
                zh=f"工作簿结构受保护，无法新增工作表“{name}”；"
                "请取消“审阅 → 保护工作簿”，或在规则文件中关闭该页",
            )
        holder = child(root, "sheets")
        if holder is None:
            holder = insert_ordered(root, "sheets", ORDER)
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

    def recalculate(self) -> None:
        """Have the team's formulas computed anew when the workbook is opened.

        Their stored values are those of before our cells changed. Left alone: workbooks without
        formulas, and those that people calculate by hand.
        """
        settings = child(self._parts.root(self._parts.workbook), "calcPr")
        by_hand = settings is not None and settings.get("calcMode") == "manual"
        asked = settings is not None and settings.get("fullCalcOnLoad") in ("1", "true")
        if by_hand or asked or not self.related("calcChain"):
            return
        root = self._parts.root(self._parts.workbook, change=True)
        settings = child(root, "calcPr")
        if settings is None:
            settings = insert_ordered(root, "calcPr", ORDER)
        settings.set("fullCalcOnLoad", "1")

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
