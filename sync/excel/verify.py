"""The last look before a written workbook takes the place of the old one."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Any

from lxml import etree

from sync.excel.limits import DEFAULT, Limits
from sync.excel.package import Package, normal_name, unpacked
from sync.store import Unreachable


def verify(source: bytes, result: bytes, changed: frozenset[str], limits: Limits = DEFAULT) -> None:
    """Make sure that a written workbook is whole and that nothing else has changed.

    Args:
        source: the workbook before.
        result: the workbook as it was written.
        changed: folded names of the parts that were meant to change.
        limits: how large both may be.

    Raises:
        Unreachable: a changed part is not well-formed, or another part differs.
    """
    before, after = Package(source, limits), Package(result, limits)
    if _others(before, changed) != _others(after, changed):
        raise _broken("another part than those meant to change differs")
    for member in after.members:
        if normal_name(member.orig_filename) in changed:
            # a fifth faster than expat, as strict, and without a tree
            silent: Any = _Nobody()
            parser = etree.XMLParser(target=silent, huge_tree=True, resolve_entities=False)
            try:
                for piece in unpacked(after.packed(member), member.orig_filename, limits):
                    parser.feed(piece)
                parser.close()
            except etree.XMLSyntaxError as error:
                raise _broken(f"{member.orig_filename} is not well-formed") from error


class _Nobody:
    """Is told nothing of what a parser reads."""

    def close(self) -> None:
        """End without a result."""


def require_whole(data: bytes) -> None:
    """Make sure that every member of a workbook can be unpacked and holds what its checksum says.

    Raises:
        Unreachable: it is truncated or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            damaged = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise _damaged(str(error)) from error
    if damaged:
        raise _damaged(damaged)


def _damaged(what: str) -> Unreachable:
    return Unreachable(
        f"the backup is damaged ({what}); nothing was changed, choose another one",
        zh=f"该备份已损坏（{what}）；未做任何改动，请选择另一份备份",
    )


def _others(package: Package, changed: frozenset[str]) -> list[tuple[str, bytes]]:
    """Return (name, compressed bytes) of the members that must be the same, in their order."""
    return [
        (member.orig_filename, _bytes(package, member))
        for member in package.members
        if normal_name(member.orig_filename) not in changed
    ]


def _bytes(package: Package, member: zipfile.ZipInfo) -> bytes:
    return bytes(package.packed(member).data)


def _broken(what: str) -> Unreachable:
    return Unreachable(
        f"the workbook was not written correctly ({what}); the original is untouched",
        zh=f"写入结果未通过检查（{what}），原文件未改动",
    )
