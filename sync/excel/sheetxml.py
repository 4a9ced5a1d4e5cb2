"""A sheet's XML taken apart: its frame as a small tree, its rows as bytes.

The rows of 100,000 opportunities are 75 MB: a tree of them costs 2.5 GB, a scan of the bytes half a
second. What stands before and after the rows is small and goes through lxml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree

from sync.excel.trees import hostile, parse_xml, serialize
from sync.store import Refused, Unreachable

_ROOT = re.compile(rb"<(?!\?|!)(?:([A-Za-z_][\w.-]*):)?worksheet[\s>/]")
_HEAD = 65_536  # bytes that the beginning of a part fits into
_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_BOMS = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"\xef\xbb": "utf-8-sig"}


@dataclass(frozen=True, slots=True, eq=False)
class SheetXml:
    """One worksheet part.

    Attributes:
        name: of the part, for messages.
        prefix: of its namespace with the colon, "" for none.
        frame: tree of the part without its rows.
        text: the part in UTF-8.
        start, end: of the rows in `text`, between the tags of sheetData.
        head, tail: bytes before and after the rows, sheetData's tags included.
        opening: attributes of sheetData as they stand.
    """

    name: str
    prefix: str
    frame: etree._Element
    text: bytes
    start: int
    end: int
    head: bytes
    tail: bytes
    opening: bytes

    def assemble(self, rows: Iterable[bytes], *, reframed: bool) -> Iterator[bytes]:
        """Yield the part again with other rows.

        Args:
            rows: what stands between the tags of sheetData.
            reframed: whether the frame was changed; otherwise its bytes stay as they are.
        """
        head, tail = self.head, self.tail
        if reframed:
            tag = f"{self.prefix}sheetData".encode()
            before, after = re.split(rb"<" + tag + rb"[^>]*/>", serialize(self.frame), maxsplit=1)
            head, tail = before + b"<" + tag + self.opening + b">", b"</" + tag + b">" + after
        yield head
        yield from rows
        yield tail


def take_apart(data: bytes, name: str) -> SheetXml:
    """Split a worksheet part.

    Args:
        data: its content, in any encoding.
        name: of the part, for messages.

    Raises:
        Unreachable: it is not well-formed.
        Refused: it is not a worksheet as spreadsheet programs write them.
    """
    text = utf8(data, name)
    prefix = prefix_of(text)
    root = _ROOT.search(text, 0, _HEAD)
    if root is None:
        raise Refused(f"{name} is not a worksheet", zh=f"{name} 不是工作表")
    tag = f"{prefix}sheetData".encode()
    opening = re.compile(rb"<" + tag + rb"((?:\s[^>]*?)?)(/?)>").search(text, root.end())
    if opening is None:
        raise Refused(f"{name} has no cell data element", zh=f"{name} 缺少单元格数据")
    start = end = after = opening.end()
    if not opening[2]:
        closing = b"</" + tag + b">"
        end = text.rfind(closing, start)
        if end < 0:
            raise Unreachable(
                f"the workbook is damaged: {name} ends in the middle; restore a whole copy",
                zh=f"工作簿已损坏：{name} 不完整；请恢复完整的副本",
            )
        after = end + len(closing)
    if text.find(b"<!", start, end) >= 0:
        return take_apart(_without_comments(text, name), name)
    head, attributes, tail = text[: opening.start()], opening[1].rstrip(), text[after:]
    frame = parse_xml(head + b"<" + tag + attributes + b"/>" + tail, name)
    tagged = b"<" + tag + attributes + b">"
    closed = b"</" + tag + b">" + tail
    return SheetXml(name, prefix, frame, text, start, end, head + tagged, closed, attributes)


def prefix_of(text: bytes) -> str:
    """Return the prefix of a worksheet's namespace with the colon, "" for none."""
    root = _ROOT.search(text, 0, _HEAD)
    return f"{root[1].decode()}:" if root and root[1] else ""


def utf8(data: bytes, name: str) -> bytes:
    """Return a part in UTF-8, whatever its encoding; the very same bytes where they are that.

    Args:
        data: its content.
        name: of the part, for messages.

    Raises:
        Unreachable: it is not in the encoding that it declares.
        Refused: it declares a document type.
    """
    declared = _DECLARED.match(data[:200])
    encoding = _BOMS.get(data[:2]) or (declared[1].decode().lower() if declared else "utf-8")
    text = data
    if encoding not in ("utf-8", "utf8", "us-ascii", "ascii"):
        try:
            decoded = data.decode(encoding)
        except (LookupError, UnicodeDecodeError) as error:
            raise Unreachable(
                f"{name} is written in an unreadable encoding ({encoding})",
                zh=f"{name} 的文字编码无法读取（{encoding}）",
            ) from error
        text = re.sub(r"^\s*<\?xml[^>]*\?>", "", decoded.lstrip("\ufeff"), count=1).encode()
    if b"<!DOCTYPE" in text[:_HEAD]:
        raise hostile(name)
    return text


def _without_comments(text: bytes, name: str) -> bytes:
    """Return a part with comments dropped and character sections as plain text.

    They may hold anything that looks like a cell; only hand-made files have them.
    """
    parse_xml(text, name)  # refuses what is hostile
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, strip_cdata=True
    )
    return serialize(etree.fromstring(text, parser))
