"""The container: members that do not change keep their bytes, whatever wrote them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sync.excel import limits, package
from sync.excel.package import Package, Packed, pack, unpack
from sync.excel.verify import verify
from sync.store import Refused, Unreachable
from tests.excel.kit import part, workbook

TEXT = b"the same bytes " * 400


class _Pipe(io.RawIOBase):
    """A target that cannot seek: zipfile then writes data descriptors, like many exporters."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.data += data
        return len(data)


def _streamed() -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", TEXT)
        archive.writestr("目录/b.xml", TEXT)
    return bytes(pipe.data)


def _zip64() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("a.xml", "目录/b.xml"):
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(TEXT)
    return out.getvalue()


def _plain() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"a comment"
        stored = zipfile.ZipInfo("a.xml", (2026, 11, 22, 9, 2, 4))
        stored.external_attr = 0o644 << 16
        stored.extra = struct.pack("<HHI", 0xABCD, 4, 7)
        archive.writestr(stored, TEXT)
        archive.writestr("目录/b.xml", TEXT)
    return out.getvalue()


@pytest.mark.parametrize("source", [_streamed(), _zip64(), _plain()])
def test_other_members_keep_their_bytes_order_and_dates(source: bytes) -> None:
    before = Package(source)
    target = io.BytesIO()
    before.write(target, {"A.XML": pack([b"changed"]), "new.xml": pack([b"new"])})
    result = target.getvalue()
    with zipfile.ZipFile(io.BytesIO(result)) as archive, zipfile.ZipFile(io.BytesIO(source)) as old:
        assert archive.testzip() is None
        assert archive.namelist() == ["a.xml", "目录/b.xml", "new.xml"]
        assert archive.read("a.xml") == b"changed"
        assert archive.comment == old.comment
        assert [item.date_time for item in archive.infolist()[:2]] == [
            item.date_time for item in old.infolist()
        ]
        assert archive.infolist()[0].external_attr == old.infolist()[0].external_attr
    after = Package(result)
    assert bytes(after.packed(after.members[1]).data) == bytes(
        before.packed(before.members[1]).data
    )


def test_removed_members_are_gone() -> None:
    target = io.BytesIO()
    Package(_plain()).write(target, {}, {"目录/B.xml"})
    assert zipfile.ZipFile(io.BytesIO(target.getvalue())).namelist() == ["a.xml"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_part_that_exists_twice_is_copied_but_not_changed() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for text in (b"1", b"2"):
            archive.writestr("a.xml", text)
        archive.writestr("b.xml", b"3")
    target = io.BytesIO()
    Package(out.getvalue()).write(target, {"b.xml": pack([b"4"])})
    assert zipfile.ZipFile(io.BytesIO(target.getvalue())).namelist() == ["a.xml", "a.xml", "b.xml"]
    with pytest.raises(Refused, match="twice"):
        Package(out.getvalue()).write(io.BytesIO(), {"A.xml": pack([b"4"])})


def _broken() -> Iterator[tuple[str, bytes]]:
    whole = workbook()
    yield "no zip", b"PK but not really"
    yield "empty", b""
    yield "cut", whole[: len(whole) // 2]
    yield "compound", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 64
    yield "lying size", _lie(whole, 24, 3)
    yield "lying checksum", _lie(whole, 16, 3)
    yield "encrypted", _lie(whole, 8, 1)


def _lie(data: bytes, offset: int, value: int) -> bytes:
    """Change a field of the first entry of the directory (the content types)."""
    place = data.index(b"PK\1\2") + offset
    return data[:place] + struct.pack("<H", value) + data[place + 2 :]


@pytest.mark.parametrize("data", list(dict(_broken()).values()), ids=list(dict(_broken())))
def test_broken_files_are_told_in_one_sentence(data: bytes) -> None:
    with pytest.raises(Unreachable) as error:
        Package(data).read("[Content_Types].xml")
    assert "\n" not in str(error.value)
    assert error.value.zh


def test_a_bomb_is_refused_before_it_is_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "_SMALL", 1 << 10)
    bomb = Packed(zlib.compress(b"0" * (1 << 20), 9)[2:-4], 0, 1 << 20)
    with pytest.raises(Refused, match="too large"):
        unpack(bomb, "xl/worksheets/sheet1.xml")
    with pytest.raises(Refused, match="too large"):
        unpack(Packed(b"", 0, limits.DEFAULT.part + 1), "xl/worksheets/sheet1.xml")


def test_an_unknown_compression_is_copied_but_not_read() -> None:
    with pytest.raises(Refused, match="method 12"):
        unpack(Packed(b"", 0, 0, 12), "a.xml")


def test_verify_notices_a_foreign_change_and_a_broken_part() -> None:
    source = workbook()
    target = io.BytesIO()
    Package(source).write(target, {"xl/styles.xml": pack([b"<a>"])})
    with pytest.raises(Unreachable, match="differs"):
        verify(source, target.getvalue(), frozenset())
    with pytest.raises(Unreachable, match="not well-formed"):
        verify(source, target.getvalue(), frozenset({"xl/styles.xml"}))


def test_reading_finds_parts_in_any_case() -> None:
    assert Package(workbook()).read("XL\\Styles.xml") == part(workbook(), "xl/styles.xml")
    with pytest.raises(Unreachable, match="no part"):
        Package(workbook()).read("xl/none.xml")


@pytest.mark.parametrize("content", [b"", b"a", b"ab" * 500, b"ab" * 50_000])
@pytest.mark.parametrize("make", [package.pack, package.store])
def test_pieces_make_the_whole(
    make: Callable[[list[bytes]], Packed], content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(package, "_PIECE", 1_000)
    packed = make([content])
    assert b"".join(package.unpacked(packed, "part")) == content
    assert package.unpack(packed, "part") == content


@pytest.mark.parametrize(
    "change",
    [
        lambda packed: replace(packed, crc=packed.crc ^ 1),
        lambda packed: replace(packed, size=packed.size - 1),
        lambda packed: replace(packed, size=packed.size + 1),
        lambda packed: replace(packed, data=packed.data[:-2]),
        lambda packed: replace(packed, data=b"\xff" + packed.data[1:]),
    ],
)
def test_damage_shows_in_pieces_as_in_the_whole(change: Callable[[Packed], Packed]) -> None:
    damaged = change(package.pack([bytes(range(256)) * 40]))
    with pytest.raises(Unreachable):
        unpack(damaged, "part")
    with pytest.raises(Unreachable):
        list(package.unpacked(damaged, "part"))
