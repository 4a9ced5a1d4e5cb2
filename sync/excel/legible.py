"""A workbook as calamine shall see it: the parts that hold values, and nothing else.

calamine finds parts in its own way, reads XML in UTF-8 only and believes what a container claims.
It is shown the very parts that were resolved and inflated within bounds here, so that both read the
same cells, whatever the package says about folders, case, encoding and sizes.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

from sync.excel.package import Packed, bundle, pack
from sync.excel.parts import Parts
from sync.excel.sheetxml import utf8
from sync.excel.workbook import Workbook

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"


def legible(parts: Parts, book: Workbook, sheets: Sequence[Packed]) -> io.BytesIO:
    """Return a container of a workbook's values.

    Args:
        parts: of the workbook.
        book: its tabs.
        sheets: the worksheets in their order; they become tabs 1, 2, 3, ...

    Raises:
        Unreachable: the formats or the shared strings are damaged.
        Refused: they are too large.
    """
    files = {f"worksheets/sheet{at}.xml": sheet for at, sheet in enumerate(sheets, 1)}
    kinds = dict.fromkeys(files, "worksheet")
    for kind in ("styles", "sharedStrings"):
        if name := book.related(kind):
            content = parts.read(name)
            text = utf8(content, name)
            files[f"{kind}.xml"] = parts.packed(name) if text is content else pack([text])
            kinds[f"{kind}.xml"] = kind
    made = {f"xl/{file}": packed for file, packed in files.items()}
    made["_rels/.rels"] = _relationships({"xl/workbook.xml": "officeDocument"})
    made["xl/_rels/workbook.xml.rels"] = _relationships(kinds)
    made["xl/workbook.xml"] = _main(len(sheets), book.date1904)
    return bundle(made)


def _main(tabs: int, date1904: bool) -> Packed:
    sheets = "".join(
        f'<sheet name="{at}" sheetId="{at}" r:id="rId{at}"/>' for at in range(1, tabs + 1)
    )
    return pack(
        [
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_R}"><workbookPr date1904="{date1904:d}"/>'
            f"<sheets>{sheets}</sheets></workbook>".encode()
        ]
    )


def _relationships(kinds: Mapping[str, str]) -> Packed:
    body = "".join(
        f'<Relationship Id="rId{at}" Type="{_R}/{kind}" Target="{target}"/>'
        for at, (target, kind) in enumerate(kinds.items(), 1)
    )
    return pack([f'<Relationships xmlns="{_RELS}">{body}</Relationships>'.encode()])
