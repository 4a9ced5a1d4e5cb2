"""The workbook's formats: only ever appended to, so that every index in use keeps its meaning.

Cell formats (`cellXfs`) refer to fonts, fills, borders and number formats by index; conditional
formats (`dxfs`) hold theirs inside (ECMA-376-1, 18.8).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Collection, Mapping

from lxml import etree

from sync.excel.edits import Mark
from sync.excel.trees import beside, child, insert_ordered, integer, local
from sync.store import Refused

MAX_FORMATS = 65_490  # Excel's limit of cell formats
DAY_FORMAT, MOMENT_FORMAT = "yyyy\\-mm\\-dd", "yyyy\\-mm\\-dd\\ hh:mm"
_ORDER = (
    "numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs",
    "tableStyles", "colors", "extLst",
)  # fmt: skip
_FIRST_CUSTOM = 164
_BUILT_IN_DATES = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_BUILT_IN_TIMES = {18, 19, 20, 21, 22, 32, 33, 34, 35, 45, 46, 47, 55, 56}
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?![hms]+\])[^\]]*\]', re.IGNORECASE)
_KINDS = (("fontId", "fonts"), ("fillId", "fills"), ("borderId", "borders"))


class Styles:
    """Appends formats to a stylesheet, each distinct one once."""

    def __init__(self, root: etree._Element, changing: Callable[[], object]) -> None:
        """Take a stylesheet.

        Args:
            root: its tree, changed in place.
            changing: called before each change.
        """
        self._root = root
        self._changing = changing
        self._known: dict[str, dict[bytes, int]] = {}

    def default_font(self) -> tuple[str, float]:
        """Return (name, points) of the font that column widths count the digits of."""
        normal = _items(self._root, "cellStyleXfs")
        fonts = _items(self._root, "fonts")
        at = integer(normal[0], "fontId", 0) if normal else 0
        parts = {local(part): part.get("val", "") for part in fonts[at]} if at < len(fonts) else {}
        try:
            return parts.get("name", "Calibri"), float(parts.get("sz", "11"))
        except ValueError:  # a size that is no number is drawn as the usual one
            return parts.get("name", "Calibri"), 11.0

    def plain(self, base: int) -> int:
        """Return a cell format like `base` for text."""
        if base >= len(_items(self._root, "cellXfs")):
            return 0
        form = self._format(base)
        quoted = form.get("quotePrefix") in ("1", "true")
        if form.get("numFmtId", "0") in ("0", "49") and not quoted:
            return base
        return self._with_format(base, 0)

    def dated(self, base: int, *, time: bool) -> int:
        """Return a cell format like `base` that shows a date, with its time where asked."""
        shown = self._shows(base)
        if shown == "moment" or (shown == "day" and not time):
            return base
        return self._with_format(base, self._number_format(MOMENT_FORMAT if time else DAY_FORMAT))

    def mark(self, mark: Mark) -> int:
        """Return the conditional format that shows a highlight."""
        dxf = etree.Element(beside(self._root, "dxf"))
        if mark.bold or mark.color:
            font = etree.SubElement(dxf, beside(dxf, "font"))
            if mark.bold:
                etree.SubElement(font, beside(dxf, "b"))
                etree.SubElement(font, beside(dxf, "i"), {"val": "0"})
            if mark.color:
                etree.SubElement(font, beside(dxf, "color"), {"rgb": f"FF{mark.color}"})
        if mark.fill:
            fill = etree.SubElement(dxf, beside(dxf, "fill"))
            pattern = etree.SubElement(fill, beside(dxf, "patternFill"))
            etree.SubElement(pattern, beside(dxf, "bgColor"), {"rgb": f"FF{mark.fill}"})
        return self._append("dxfs", dxf)

    def look_of(self, dxf: int) -> tuple[str, str, bool]:
        """Return (fill, text colour, bold) of a conditional format."""
        dxfs = child(self._root, "dxfs")
        if dxfs is None or not 0 <= dxf < len(dxfs):
            return "", "", False
        font, fill = child(dxfs[dxf], "font"), child(dxfs[dxf], "fill")
        colors = [] if fill is None else [item for item in fill.iter() if local(item) == "bgColor"]
        ink = child(font, "color") if font is not None else None
        bold = child(font, "b") if font is not None else None
        return (
            colors[0].get("rgb", "")[-6:].upper() if colors else "",
            ink.get("rgb", "")[-6:].upper() if ink is not None else "",
            bold is not None and bold.get("val", "1") not in ("0", "false"),
        )

    def adopt(
        self, other: etree._Element, cells: Collection[int]
    ) -> tuple[Mapping[int, int], Mapping[int, int]]:
        """Append formats of another stylesheet.

        Args:
            other: root of a stylesheet.
            cells: the cell formats wanted; conditional formats are all taken.

        Returns:
            (cell formats, conditional formats): index there → index here.
        """
        held = {name: _items(other, name) for _, name in _KINDS}
        codes = {
            item.get("numFmtId"): item.get("formatCode", "") for item in _items(other, "numFmts")
        }
        formats = {}
        for at, item in enumerate(_items(other, "cellXfs")):
            if at not in cells:
                continue
            made = self._own(item)
            for attribute, name in _KINDS:
                part = self._own(held[name][integer(made, attribute, 0)])
                made.set(attribute, str(self._append(name, part)))
            if (number := made.get("numFmtId", "0")) in codes:
                made.set("numFmtId", str(self._number_format(codes[number])))
            if _items(self._root, "cellStyleXfs"):
                made.set("xfId", "0")
            elif "xfId" in made.attrib:
                del made.attrib["xfId"]
            formats[at] = self._append("cellXfs", made)
        dxfs = {
            at: self._append("dxfs", self._own(item))
            for at, item in enumerate(_items(other, "dxfs"))
        }
        return formats, dxfs

    def _own(self, item: etree._Element) -> etree._Element:
        """Return a copy of another stylesheet's item in the namespace of this one."""
        made = etree.Element(
            beside(self._root, local(item)),
            {str(name): str(value) for name, value in item.attrib.items()},
        )
        made.extend([self._own(part) for part in _elements(item)])
        return made

    def _format(self, index: int) -> etree._Element:
        """Return a cell format; an index out of range means an empty one, as in Excel."""
        formats = _items(self._root, "cellXfs")
        return formats[index] if index < len(formats) else etree.Element(beside(self._root, "xf"))

    def _with_format(self, base: int, number: int) -> int:
        """Return a cell format like another one with its own number format."""
        made = copy.deepcopy(self._format(base))
        made.set("numFmtId", str(number))
        made.set("applyNumberFormat", "1")
        if "quotePrefix" in made.attrib:
            del made.attrib["quotePrefix"]
        return self._append("cellXfs", made)

    def _number_format(self, code: str) -> int:
        """Return the id of a custom number format."""
        used = {
            item.get("formatCode"): integer(item, "numFmtId", 0)
            for item in _items(self._root, "numFmts")
        }
        if code in used:
            return used[code]
        number = max([_FIRST_CUSTOM - 1, *used.values()]) + 1
        made = etree.Element(
            beside(self._root, "numFmt"), {"numFmtId": str(number), "formatCode": code}
        )
        self._append("numFmts", made)
        return number

    def _shows(self, base: int) -> str:
        """Return `day`, `moment` or "": what a cell format makes of a number."""
        number = integer(self._format(base), "numFmtId", 0)
        codes = {
            item.get("numFmtId"): item.get("formatCode", "")
            for item in _items(self._root, "numFmts")
        }
        code = codes.get(str(number))
        if code is None:
            if number not in _BUILT_IN_DATES:
                return ""
            return "moment" if number in _BUILT_IN_TIMES else "day"
        letters = _LITERAL.sub("", code).lower()
        if not re.search(r"[ydhs]", letters) or "general" in letters:
            return ""
        return "moment" if re.search(r"[hs]", letters) else "day"

    def _append(self, name: str, item: etree._Element) -> int:
        """Append an item to one of the lists unless it is there; return its index."""
        holder = child(self._root, name)
        if holder is None:
            self._changing()
            holder = insert_ordered(self._root, name, _ORDER)
        if name not in self._known:
            self._known[name] = {}
            for at, known in enumerate(_elements(holder)):
                self._known[name].setdefault(_canonical(known), at)
        known_items = self._known[name]
        key = _canonical(item)
        if key not in known_items:
            count = len(_elements(holder))
            if name == "cellXfs" and count >= MAX_FORMATS:
                raise Refused(
                    "the workbook has more cell formats than Excel allows to add to;"
                    " remove unused formats first",
                    zh="工作簿的单元格格式数量已到 Excel 上限，无法新增；请先清理多余格式",
                )
            self._changing()
            holder.append(item)
            holder.set("count", str(count + 1))
            known_items[key] = count
        return known_items[key]


def _items(root: etree._Element, name: str) -> list[etree._Element]:
    holder = child(root, name)
    return [] if holder is None else _elements(holder)


def _elements(holder: etree._Element) -> list[etree._Element]:
    return [item for item in holder if local(item)]


def _canonical(item: etree._Element) -> bytes:
    """Return what makes two items equal: names, attributes and order, whatever the prefixes."""
    parts = [local(item), *(f"{name!s}={value!s}" for name, value in sorted(item.attrib.items()))]
    inner = b"".join(_canonical(part) for part in _elements(item))
    return "\x1f".join(parts).encode() + b"(" + inner + b")"
