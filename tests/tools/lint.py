"""A lint for workbooks: what the Open XML SDK validator does not notice.

`python -m tests.tools.lint FILE...` prints one line per fault; exit code 1 where there is any. It
reads packages with zipfile and lxml only, independently of the production code.
"""

from __future__ import annotations

import io
import posixpath
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from lxml import etree

_REL_NAMESPACES = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _Book:
    """The parts of a workbook by folded name."""

    def __init__(self, data: bytes) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = {_fold(name): name for name in self.archive.namelist()}
        self.main = next(
            target for kind, target in self.related("").values() if kind == "officeDocument"
        )
        strings = self.of_kind("sharedStrings")
        self.strings = (
            [_words(item) for item in self.root(strings[0]) if _local(item) == "si"]
            if strings
            else []
        )
        styles = self.of_kind("styles")
        self.formats, self.dxfs = (
            (len(_all(self.root(styles[0]), "cellXfs")), len(_all(self.root(styles[0]), "dxfs")))
            if styles
            else (1, 0)
        )

    def root(self, name: str) -> etree._Element:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
        spelled = self.names.get(_fold(name)) or self.names[_fold(unquote(name))]
        return etree.fromstring(self.archive.read(spelled), parser)

    def related(self, source: str) -> dict[str, tuple[str, str]]:
        """Return id → (kind, target) of a part's references inside the package."""
        folder, _, file = source.rpartition("/")
        rels = posixpath.join(folder, "_rels", f"{file}.rels")
        if _fold(rels) not in self.names:
            return {}
        found = {}
        for rel in self.root(rels):
            if _local(rel) == "Relationship":
                target = rel.get("Target", "").partition("#")[0].replace("\\", "/")
                if rel.get("TargetMode") == "External":
                    target = ""
                else:
                    target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[rel.get("Id", "")] = (rel.get("Type", "").rpartition("/")[2], target)
        return found

    def of_kind(self, kind: str) -> list[str]:
        """Return the parts of a kind that the workbook refers to and that exist."""
        targets = (target for known, target in self.related(self.main).values() if known == kind)
        return [target for target in targets if self.holds(target)]

    def holds(self, name: str) -> bool:
        return _fold(name) in self.names or _fold(unquote(name)) in self.names


def lint(data: bytes) -> list[str]:
    """Return the faults of a workbook, each with the part and the place."""
    book = _Book(data)
    faults = [*_tabs(book), *_references(book), *_content_types(book)]
    for part in book.of_kind("worksheet"):
        faults += [f"{part}: {fault}" for fault in _sheet(book, part)]
    return faults


def _tabs(book: _Book) -> Iterator[str]:
    sheets = [item for item in book.root(book.main).iter() if _local(item) == "sheet"]
    for attribute in ("sheetId", "name"):
        counts = Counter(sheet.get(attribute, "").casefold() for sheet in sheets)
        yield from (f"{attribute} {value} repeats" for value, n in counts.items() if n > 1)
    names = [item for item in book.root(book.main).iter() if _local(item) == "definedName"]
    defined = Counter((n.get("name", "").casefold(), n.get("localSheetId")) for n in names)
    yield from (f"name {value} repeats" for value, n in defined.items() if n > 1)
    for name in names:
        if int(name.get("localSheetId", "0")) >= len(sheets):
            yield f"name {name.get('name')} belongs to no tab"


def _references(book: _Book) -> Iterator[str]:
    for part in book.names.values():
        if not part.lower().endswith((".xml", ".vml")) or part.startswith("["):
            continue
        related = book.related(part)
        for kind, target in related.values():
            if target and not book.holds(target):
                yield f"{part}: {kind} leads to {target}, which is not there"
        try:
            root = book.root(part)
        except etree.XMLSyntaxError as error:
            if not part.lower().endswith(".vml"):
                yield f"{part}: not well-formed: {error.msg}"
            continue
        for item in root.iter(etree.Element):
            for name, value in item.attrib.items():
                space = etree.QName(name).namespace
                if space in _REL_NAMESPACES and value and value not in related:
                    yield f"{part}: {_local(item)} refers to {value!s}, which is not there"


def _content_types(book: _Book) -> Iterator[str]:
    types = book.root("[Content_Types].xml")
    extensions = {item.get("Extension", "").lower() for item in types if _local(item) == "Default"}
    parts = Counter(_fold(i.get("PartName", "")) for i in types if _local(i) == "Override")
    yield from (f"content type of {part} repeats" for part, n in parts.items() if n > 1)
    for name in book.names:
        known = name in parts or name.rpartition(".")[2] in extensions
        if not known and not name.endswith("/") and name != "[content_types].xml":
            yield f"{name} has no content type"


def _sheet(book: _Book, part: str) -> Iterator[str]:
    root = book.root(part)
    texts: dict[str, str] = {}
    number = 0
    for row in (item for data in _all_of(root, "sheetData") for item in data):
        if _local(row) != "row":
            continue
        before, number = number, int(row.get("r", number + 1))
        if number <= before:
            yield f"row {number} after row {before}"
        yield from _row(book, row, number, texts)
    yield from _formats(book, root)
    for kind, target in book.related(part).values():
        if kind == "table" and book.holds(target):
            yield from _table(book.root(target), texts)


def _row(book: _Book, row: etree._Element, number: int, texts: dict[str, str]) -> Iterator[str]:
    column = 0
    for cell in row:
        if _local(cell) != "c":
            continue
        name = cell.get("r", "")
        before, column = column, _column(name) if name else column + 1
        if column <= before or (name and name.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != str(number)):
            yield f"cell {name or column} of row {number} is out of order"
        kind = cell.get("t", "n")
        inner = {_local(item): item for item in cell}
        if kind == "inlineStr":
            if "is" not in inner:
                yield f"cell {name} is an inline string without text"
            else:
                texts[name] = _words(inner["is"])
        elif "v" in inner:
            value = inner["v"].text or ""
            texts[name] = value
            if kind == "s":
                if not value.strip().isdigit() or int(value) >= len(book.strings):
                    yield f"cell {name} refers to shared string {value}, which is not there"
                else:
                    texts[name] = book.strings[int(value)]
        if int(cell.get("s", "0")) >= max(book.formats, 1):
            yield f"cell {name} has format {cell.get('s')}, which is not there"


def _formats(book: _Book, root: etree._Element) -> Iterator[str]:
    rules = _all_of(root, "cfRule")
    priorities = Counter(rule.get("priority") for rule in rules if rule.get("priority"))
    # a 2010 data bar and its extension share an id, not a priority
    yield from (f"priority {value} repeats" for value, n in priorities.items() if n > 1)
    for rule in rules:
        if int(rule.get("dxfId", "-1")) >= book.dxfs:
            yield f"conditional format {rule.get('dxfId')} is not there"
    for holder in ("cols", "autoFilter", "dataValidations", "mergeCells", "dimension"):
        if sum(1 for item in root if _local(item) == holder) > 1:
            yield f"{holder} repeats"
    last = 0
    for col in _all(root, "cols"):
        if int(col.get("min", "0")) <= last:
            yield f"column {col.get('min')} has two widths"
        last = int(col.get("max", "0"))


def _table(root: etree._Element, texts: dict[str, str]) -> Iterator[str]:
    name = root.get("displayName", "")
    columns = _all(root, "tableColumns")
    for attribute in ("id", "name"):
        counts = Counter(column.get(attribute, "").casefold() for column in columns)
        yield from (f"table {name}: {attribute} {v} repeats" for v, n in counts.items() if n > 1)
    first, _, last = root.get("ref", "").partition(":")
    width = _column(last or first) - _column(first) + 1
    if width != len(columns):
        yield f"table {name}: {len(columns)} columns on {width}"
    if root.get("headerRowCount", "1") == "0":
        return
    row = first.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    for at, column in enumerate(columns):
        cell = f"{_letters(_column(first) + at)}{row}"
        wanted = _plain(column.get("name", ""))
        if _plain(texts.get(cell, "")) != wanted:
            yield f"table {name}: {cell} says {texts.get(cell, '')!r}, not {wanted!r}"


def _plain(text: str) -> str:
    plain = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return plain.replace("\r\n", "\n").replace("\r", "\n")


def _words(item: etree._Element) -> str:
    return "".join(
        text.text or ""
        for text in item.iter()
        if _local(text) == "t" and _local(text.getparent()) != "rPh"
    )


def _all_of(root: etree._Element, name: str) -> list[etree._Element]:
    return [item for item in root.iter() if _local(item) == name]


def _all(root: etree._Element, name: str) -> list[etree._Element]:
    """Return the elements in the first holder of a name."""
    holder = next((item for item in root.iter() if _local(item) == name), None)
    return [] if holder is None else [item for item in holder if _local(item)]


def _local(item: etree._Element | None) -> str:
    return "" if item is None or not isinstance(item.tag, str) else etree.QName(item).localname


def _column(reference: str) -> int:
    column = 0
    for letter in reference:
        if letter.isalpha():
            column = column * 26 + ord(letter) - 64
    return column


def _letters(column: int) -> str:
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(65 + digit) + name
    return name


def _fold(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def main() -> int:
    """Lint the files named on the command line."""
    found = 0
    for file in sys.argv[1:]:
        for fault in lint(Path(file).read_bytes()):
            print(f"{file}: {fault}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
