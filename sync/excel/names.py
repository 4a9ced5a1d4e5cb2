"""The defined names of a workbook (ECMA-376-1, 18.2.5)."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from sync.excel.parts import Parts
from sync.excel.refs import format_area
from sync.excel.trees import beside, child, children, insert_ordered, integer
from sync.grid import Area

ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr",
    "absPath", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames", "calcPr", "oleSize", "customWorkbookViews",
    "pivotCaches", "smartTagPr", "smartTagTypes", "webPublishing", "fileRecoveryPr",
    "webPublishObjects", "extLst",
)  # fmt: skip
_FILTER = "_xlnm._FilterDatabase"


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name.

    Attributes:
        name: as formulas write it.
        formula: what it stands for.
        index: of the tab that it is local to, None for the whole workbook.
        hidden: whether people do not see it.
    """

    name: str
    formula: str
    index: int | None = None
    hidden: bool = False

    @property
    def sheet(self) -> str:
        """Name of the tab that it refers to, "" where it refers to none."""
        return self.formula.rpartition("!")[0].strip("'").replace("''", "'")


class Names:
    """Reads and sets the names of one workbook."""

    def __init__(self, parts: Parts) -> None:
        """Take the parts of the workbook."""
        self._parts = parts

    def all(self) -> list[Name]:
        """Return the names in their order."""
        return [_name(item) for item in self._items()]

    def find(self, name: str, index: int | None = None) -> Name | None:
        """Return a name, None where it is not defined."""
        item = self._item(name, index)
        return None if item is None else _name(item)

    def set(self, name: Name) -> None:
        """Define a name, or redefine it where it stands."""
        if self.find(name.name, name.index) == name:
            return
        root = self._parts.root(self._parts.workbook, change=True)
        item = self._item(name.name, name.index)
        if item is None:
            holder = child(root, "definedNames")
            if holder is None:
                holder = insert_ordered(root, "definedNames", ORDER)
            item = etree.SubElement(holder, beside(holder, "definedName"), {"name": name.name})
        if name.index is not None:
            item.set("localSheetId", str(name.index))
        if name.hidden:
            item.set("hidden", "1")
        item.text = name.formula

    def drop(self, name: Name) -> None:
        """Forget a name."""
        item = self._item(name.name, name.index)
        holder = item.getparent() if item is not None else None
        if item is not None and holder is not None:
            self._parts.root(self._parts.workbook, change=True)
            holder.remove(item)

    def move_filter(self, index: int, area: Area) -> None:
        """Let the hidden name that goes with a sheet's filter say its new area.

        Args:
            index: of the tab.
            area: of its filter.
        """
        name = self.find(_FILTER, index)
        if name:
            sheet = name.formula.rpartition("!")[0]
            formula = f"{sheet}!{format_area(area, absolute=True)}"
            self.set(Name(name.name, formula, index, name.hidden))

    def _items(self) -> list[etree._Element]:
        holder = child(self._parts.root(self._parts.workbook), "definedNames")
        return [] if holder is None else children(holder, "definedName")

    def _item(self, name: str, index: int | None) -> etree._Element | None:
        wanted = (name.casefold(), None if index is None else str(index))
        for item in self._items():
            if (item.get("name", "").casefold(), item.get("localSheetId")) == wanted:
                return item
        return None


def _name(item: etree._Element) -> Name:
    local = item.get("localSheetId") is not None
    return Name(
        item.get("name", ""),
        item.text or "",
        integer(item, "localSheetId", 0) if local else None,
        item.get("hidden") in ("1", "true"),
    )
