"""The zip container of a workbook: members are copied compressed, byte for byte, in their order.

Layout of headers: PKWARE APPNOTE.TXT 4.3.7 (local), 4.3.12 (central), 4.3.16 (end). Headers are
written afresh (sizes in place of data descriptors and zip64 fields); a member's compressed bytes
are never touched unless its content changes.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO

from isal import isal_zlib

from sync.excel.limits import DEFAULT, Limits
from sync.store import Refused, Unreachable

_MAX_MEMBERS = 65_534  # without zip64, which is never written
_MAX_SIZE = (1 << 32) - 1
_LEVEL = 2  # of isal, on 70 MB of sheet: 0.1 s; zlib takes 0.55 s for the same size (level 4)
_PIECE = 8 << 20  # bytes
_LOCAL = struct.Struct("<4sHHHHHIIIHH")
_CENTRAL = struct.Struct("<4sBBHHHHHIIIHHHHHII")
_END = struct.Struct("<4sHHHHIIH")
_ENTRY = b"PK\1\2"  # begins each entry of the directory
_UTF8, _DESCRIPTOR, _ENCRYPTED = 0x800, 0x8, 0x1
_ZIP64 = 1  # id of the extra field
_STORED, _DEFLATED = zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED


@dataclass(frozen=True, slots=True)
class Packed:
    """A part's content as it stands in the container.

    Attributes:
        data: compressed bytes.
        crc: checksum of the content.
        size: bytes of the content.
        method: how it is compressed.
    """

    data: bytes | memoryview
    crc: int
    size: int
    method: int = _DEFLATED


def pack(chunks: Iterable[bytes]) -> Packed:
    """Compress a part's content, chunk by chunk."""
    press = isal_zlib.compressobj(_LEVEL, isal_zlib.DEFLATED, -15)
    crc = size = 0
    packed = []
    for chunk in chunks:
        crc = isal_zlib.crc32(chunk, crc)
        size += len(chunk)
        packed.append(press.compress(chunk))
    packed.append(press.flush())
    return Packed(b"".join(packed), crc, size)


def store(chunks: Iterable[bytes]) -> Packed:
    """Return a part's content as it is, not compressed."""
    content = b"".join(chunks)
    return Packed(content, isal_zlib.crc32(content), len(content), _STORED)


def unpack(packed: Packed, name: str, limits: Limits = DEFAULT) -> bytes:
    """Inflate a part within bounds.

    Args:
        packed: as it stands in the container.
        name: of the part, for messages.
        limits: the bounds.

    Raises:
        Unreachable: the content is damaged.
        Refused: it is too large, or compressed in a way that workbooks are not.
    """
    limits.require_size(name, packed.size, len(packed.data), limits.part)
    if packed.method == _STORED:
        content = bytes(packed.data)
    elif packed.method == _DEFLATED:
        try:
            content = isal_zlib.decompressobj(-15).decompress(packed.data, packed.size + 1)
        except isal_zlib.error as error:  # type: ignore[misc]  # the stubs take it for an instance
            raise _damaged(name) from error
    else:
        raise Refused(
            f"{name} is compressed with method {packed.method}; save the workbook again in Excel",
            zh=f"{name} 使用了不支持的压缩方式 {packed.method}；请用 Excel 重新保存",
        )
    if len(content) != packed.size or isal_zlib.crc32(content) != packed.crc:
        raise _damaged(name)
    return content


def unpacked(packed: Packed, name: str, limits: Limits = DEFAULT) -> Iterator[bytes]:
    """Yield a part's content in pieces, so that it never stands in memory as a whole.

    Args and errors are those of `unpack`; that the content is damaged may show at the end only.
    """
    if packed.method != _DEFLATED:
        yield unpack(packed, name, limits)
        return
    limits.require_size(name, packed.size, len(packed.data), limits.part)
    press, data = isal_zlib.decompressobj(-15), packed.data
    crc = size = 0
    try:
        while (piece := press.decompress(data, _PIECE)) and size <= packed.size:
            data, size = press.unconsumed_tail, size + len(piece)
            crc = isal_zlib.crc32(piece, crc)
            yield piece
    except isal_zlib.error as error:  # type: ignore[misc]  # the stubs take it for an instance
        raise _damaged(name) from error
    if size != packed.size or crc != packed.crc:
        raise _damaged(name)


class Package:
    """A workbook's container, held in memory.

    Attributes:
        members: its entries, in their order, duplicates included.
        limits: how much it may unpack to.
    """

    def __init__(self, data: bytes, limits: Limits = DEFAULT) -> None:
        """Read the directory.

        Args:
            data: the whole file.
            limits: how much it may unpack to.

        Raises:
            Unreachable: it is not a whole zip container.
            Refused: its directory is absurdly long.
        """
        self._data = memoryview(data)
        self.limits = limits
        # each entry of the directory costs memory: counted before they are made
        _require_few(data.count(_ENTRY))
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                self.members = tuple(archive.infolist())
                self._comment = archive.comment
        except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error, OSError) as bad:
            raise not_a_workbook() from bad
        _require_few(len(self.members))
        if sum(member.compress_size for member in self.members) > len(data):
            raise _damaged("a part that overlaps another one")
        total = sum(member.file_size for member in self.members)
        limits.require_size("the workbook", total, len(data), limits.unpacked, "工作簿")
        self._names: dict[str, zipfile.ZipInfo] = {}
        for member in self.members:
            self._names[normal_name(member.orig_filename)] = member
        counts = Counter(normal_name(member.orig_filename) for member in self.members)
        self.repeated = frozenset(name for name, count in counts.items() if count > 1)

    def __contains__(self, name: str) -> bool:
        return normal_name(name) in self._names

    def member(self, name: str) -> zipfile.ZipInfo:
        """Return the entry of a part, the last one where there are several.

        Raises:
            Unreachable: there is none.
        """
        found = self._names.get(normal_name(name))
        if found is None:
            raise Unreachable(
                f"the workbook has no part {name}; open it in Excel and save it again",
                zh=f"工作簿缺少部件 {name}；请用 Excel 打开后重新保存",
            )
        return found

    def name_of(self, name: str) -> str:
        """Return a part's name as the container spells it."""
        return self.member(name).orig_filename

    def packed(self, member: zipfile.ZipInfo) -> Packed:
        """Return a member as it stands.

        Raises:
            Unreachable: the file ends before the member does, or the member is encrypted.
        """
        name, start = member.orig_filename, member.header_offset
        if member.flag_bits & _ENCRYPTED:
            raise Unreachable(
                "the file is protected by a password; save it without one",
                zh="文件受密码保护；请取消密码后另存",
            )
        header = self._data[start : start + _LOCAL.size]
        if len(header) < _LOCAL.size or bytes(header[:4]) != b"PK\3\4":
            raise _damaged(name)
        *_, name_length, extra_length = _LOCAL.unpack(header)
        begin = start + _LOCAL.size + name_length + extra_length
        data = self._data[begin : begin + member.compress_size]
        if len(data) < member.compress_size:
            raise _damaged(name)
        return Packed(data, member.CRC, member.file_size, member.compress_type)

    def read(self, name: str) -> bytes:
        """Inflate a part.

        Raises:
            Unreachable: it is missing or damaged.
            Refused: it is too large.
        """
        return unpack(self.packed(self.member(name)), name, self.limits)

    def write(
        self, target: BinaryIO, changed: Mapping[str, Packed], removed: Collection[str] = ()
    ) -> None:
        """Write the container with some parts changed, removed or added.

        Args:
            target: written from its present position 0.
            changed: part name → new content; names that the container lacks are added at the end.
            removed: names of parts left out.

        Raises:
            Refused: a part to change exists twice, or the file would be too large.
        """
        wanted = {normal_name(name): packed for name, packed in changed.items()}
        gone = {normal_name(name) for name in removed}
        for name in (wanted.keys() | gone) & self.repeated:
            raise Refused(
                f"the workbook holds the part {name} twice; save it again in Excel",
                zh=f"工作簿中部件 {name} 重复；请用 Excel 重新保存",
            )
        out = _Writer(target)
        for member in self.members:
            name = normal_name(member.orig_filename)
            if name not in gone:
                out.add(member, wanted.pop(name) if name in wanted else self.packed(member))
        for name, packed in changed.items():
            if normal_name(name) in wanted:
                member = zipfile.ZipInfo(name, self.members[0].date_time)
                member.flag_bits = _UTF8
                out.add(member, packed)
        out.finish(self._comment)


def bundle(parts: Mapping[str, Packed]) -> io.BytesIO:
    """Return a container of the given parts, in their order, ready to be read."""
    target = io.BytesIO()
    out = _Writer(target)
    for name, packed in parts.items():
        out.add(zipfile.ZipInfo(name), packed)
    out.finish(b"")
    target.seek(0)
    return target


class _Writer:
    """Writes members one after another, then the directory."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._position = 0
        self._entries: list[bytes] = []

    def add(self, member: zipfile.ZipInfo, packed: Packed) -> None:
        """Write a member with fresh headers and the given content."""
        flags = member.flag_bits & ~_DESCRIPTOR
        name = member.orig_filename.encode("utf-8" if flags & _UTF8 else "cp437")
        year, month, day, hour, minute, second = member.date_time
        moment = (
            hour << 11 | minute << 5 | second // 2,
            max(year - 1980, 0) << 9 | month << 5 | day,
        )
        sizes = (packed.crc, len(packed.data), packed.size)
        if self._position + len(packed.data) > _MAX_SIZE:
            raise Refused("the workbook would exceed 4 GB", zh="工作簿将超过 4 GB，没有写入")
        common = (flags, packed.method, *moment, *sizes, len(name))
        extra = _plain_extra(member.extra)
        self._entries.append(
            _CENTRAL.pack(
                _ENTRY, 20, member.create_system, 20, *common, len(extra),
                len(member.comment), 0, member.internal_attr, member.external_attr, self._position,
            ) + name + extra + member.comment
        )  # fmt: skip
        self._emit(_LOCAL.pack(b"PK\3\4", 20, *common, 0) + name)
        self._emit(packed.data)

    def finish(self, comment: bytes) -> None:
        """Write the directory."""
        start, count = self._position, len(self._entries)
        directory = b"".join(self._entries)
        self._emit(directory)
        self._emit(
            _END.pack(b"PK\5\6", 0, 0, count, count, len(directory), start, len(comment)) + comment
        )

    def _emit(self, data: bytes | memoryview) -> None:
        self._target.write(data)
        self._position += len(data)


def normal_name(name: str) -> str:
    """Fold a part's name as packages compare them: no leading slash, any slash, any case."""
    return name.replace("\\", "/").lstrip("/").lower()


def not_a_workbook() -> Unreachable:
    """Return the error for a file that is no workbook, or only part of one."""
    return Unreachable(
        "the file is not a whole .xlsx workbook (truncated, protected by a password, or another"
        " format); open it in Excel and save it as .xlsx without a password",
        zh="文件不是完整的 .xlsx 工作簿（可能被截断、带密码或为其他格式）；"
        "请用 Excel 打开并另存为不带密码的 .xlsx",
    )


def _require_few(members: int) -> None:
    """Refuse a container of more members than can be written back."""
    if members > _MAX_MEMBERS:
        raise Refused(
            f"the file has {members:,} parts: too many to be a workbook",
            zh=f"文件含 {members:,} 个部件，不像是正常的工作簿",
        )


def _damaged(name: str) -> Unreachable:
    return Unreachable(
        f"the workbook is damaged: {name} cannot be unpacked; restore a whole copy",
        zh=f"工作簿已损坏：无法解压 {name}；请恢复完整的副本",
    )


def _plain_extra(extra: bytes) -> bytes:
    """Return the extra fields without zip64; nothing where they are malformed."""
    kept = []
    while len(extra) >= 4:
        number, length = struct.unpack_from("<HH", extra)
        field, extra = extra[: 4 + length], extra[4 + length :]
        if len(field) < 4 + length:
            return b""
        if number != _ZIP64:
            kept.append(field)
    return b"".join(kept)
