"""What a changed workbook lost: parts, elements of any kind, names, cells.

Counts are compared part by part; the changes that the production writer makes only ever add.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter

from lxml import etree

# the value that is replaced: from `v` to an inline string, whose inside is not counted
_MAY_SHRINK = {"v", "is"}


def losses(before: bytes, after: bytes) -> list[str]:
    """Return what is missing in the second workbook, in words."""
    found = []
    with zipfile.ZipFile(io.BytesIO(before)) as old, zipfile.ZipFile(io.BytesIO(after)) as new:
        names = {name.lower(): name for name in new.namelist()}
        for name in old.namelist():
            if name.lower() not in names:
                found.append(f"the part {name}")
                continue
            one, other = old.read(name), new.read(names[name.lower()])
            if one != other:
                found += [f"{name}: {what}" for what in _fewer(one, other)]
    return found


def _fewer(before: bytes, after: bytes) -> list[str]:
    old, new = _counts(before), _counts(after)
    return [
        f"{count - new[what]} × {what}"
        for what, count in old.items()
        if new[what] < count and what.rpartition("}")[2] not in _MAY_SHRINK
    ]


def _counts(data: bytes) -> Counter[str]:
    """Return how often each element occurs; defined names and extensions one by one."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    counts: Counter[str] = Counter()
    root = etree.fromstring(data, parser)
    for text in list(root.iter("{*}is")):
        text.clear()
    for element in root.iter(etree.Element):
        label = element.get("name") or element.get("uri") or ""
        counts[f"{label}{element.tag}" if label else str(element.tag)] += 1
    return counts
