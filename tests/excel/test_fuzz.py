"""Damage at random: reading and writing raise nothing but sentences, and what is written is whole.

Damage is drawn from fixed seeds. It is done in a process of its own, so that a crash of the reader
itself would be seen as well; a failing seed is repeated by `python -m tests.excel.test_fuzz SEED`.
"""

from __future__ import annotations

import io
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.excel.fixtures.hostile import answer, read
from tests.excel.fixtures.unusual import unusual
from tests.excel.kit import pack
from tests.tools.edit_workbook import edit_workbook
from tests.tools.lint import lint

ROOT = Path(__file__).parents[2]
SHARED = Path(os.environ.get("DEALKEEPER_SHARED", ROOT.parent / "shared")) / "data" / "workbooks"
FEW, MANY = 80, 1_000
SMALL = 300_000  # bytes of a public workbook that is worth damaging often

_ATTRIBUTE = re.compile(rb'\s[\w:]+="([^"]*)"')
_TAG = re.compile(rb"<[^<>]+>")
_TEXT = re.compile(r"\.(xml|rels|vml)$", re.IGNORECASE)
_ABSURD = (
    b"", b"-1", b"0", b"A0", b"XFE1", b"1e999", b"99999999999999", b"true", b"A1:XFD1048576",
    b"&#0;", b"../../x", b"rId999", b"<", b"\xff",
)  # fmt: skip

Damage = Callable[[bytes, random.Random], bytes]


def _flipped(data: bytes, chance: random.Random) -> bytes:
    made = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made)


def _truncated(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _of_a_part(change: Callable[[bytes, random.Random], bytes]) -> Damage:
    """Return damage inside one part, in a container that is in order."""

    def damage(data: bytes, chance: random.Random) -> bytes:
        parts = _parts(data)
        texts = [name for name, text in parts.items() if text and _TEXT.search(name)]
        name = chance.choice(texts)
        return pack({**parts, name: change(parts[name], chance)})

    return damage


def _spoilt_attribute(text: bytes, chance: random.Random) -> bytes:
    return _spliced(
        text, [m.span(1) for m in _ATTRIBUTE.finditer(text)], chance.choice(_ABSURD), chance
    )


def _lost_attribute(text: bytes, chance: random.Random) -> bytes:
    return _spliced(text, [m.span() for m in _ATTRIBUTE.finditer(text)], b"", chance)


def _lost_tag(text: bytes, chance: random.Random) -> bytes:
    return _spliced(text, [m.span() for m in _TAG.finditer(text)], b"", chance)


def _doubled_tag(text: bytes, chance: random.Random) -> bytes:
    spans = [m.span() for m in _TAG.finditer(text)]
    start, end = chance.choice(spans or [(0, 0)])
    return text[:end] + text[start:end] + text[end:]


def _spliced(text: bytes, spans: list[tuple[int, int]], new: bytes, chance: random.Random) -> bytes:
    start, end = chance.choice(spans or [(0, 0)])
    return text[:start] + new + text[end:]


def _swapped(data: bytes, chance: random.Random) -> bytes:
    """Return a workbook with the contents of two parts exchanged."""
    parts = _parts(data)
    one, other = chance.choice(list(parts)), chance.choice(list(parts))
    return pack({**parts, one: parts[other], other: parts[one]})


def _lost_part(data: bytes, chance: random.Random) -> bytes:
    parts = _parts(data)
    parts.pop(chance.choice(list(parts)))
    return pack(parts)


def _parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


DAMAGES: tuple[Damage, ...] = (
    _flipped, _truncated, _swapped, _lost_part, _of_a_part(_spoilt_attribute),
    _of_a_part(_spoilt_attribute), _of_a_part(_lost_attribute), _of_a_part(_lost_tag),
    _of_a_part(_doubled_tag), _of_a_part(_flipped), _of_a_part(_truncated),
)  # fmt: skip


def _sources(wanted: str) -> Mapping[str, bytes]:
    """Return the workbooks to damage: our own, or public ones that are small and whole."""
    if wanted == "ours":
        return {name: make() for name, make in unusual().items()}
    small = [file for file in sorted(SHARED.rglob("*.xls[xm]")) if file.stat().st_size < SMALL]
    return {
        str(file): data
        for file in small
        if zipfile.is_zipfile(io.BytesIO(data := file.read_bytes()))
    }


def _spoil(seed: int, sources: Mapping[str, bytes], folder: Path) -> list[str]:
    """Damage one workbook and return what went wrong."""
    chance = random.Random(seed)  # noqa: S311 - the same damage every time
    name = chance.choice(list(sources))
    damage = chance.choice(DAMAGES)
    try:
        data = damage(sources[name], chance)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, LookupError):
        return []  # the public file is damaged itself
    written: list[bytes] = []
    told = answer(lambda: read(data, folder))
    refused = answer(lambda: written.append(edit_workbook(data)[0]))
    again = answer(lambda: read(written[0], folder)) if written and not told else ""
    faults = [said for said in (told, refused) if said.startswith("!")]
    faults += [f"! written, but: {again}"] if again else []
    faults += [f"! linted: {fault}" for fault in _new_faults(data, written) if not told]
    return [f"seed {seed}, {name}: {fault}" for fault in faults]


def _new_faults(before: bytes, after: list[bytes]) -> set[str]:
    """Return what the lint finds after writing and not before; nothing where it cannot judge."""
    try:
        return set(lint(after[0])) - set(lint(before)) if after else set()
    except Exception:  # noqa: BLE001 - the lint reads whole workbooks only
        return set()


def main(wanted: str, first: int, count: int) -> None:
    """Damage workbooks with a range of seeds and print what went wrong as JSON."""
    sources = _sources(wanted)
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            print(f"seed {seed}", file=sys.stderr, flush=True)
            faults += _spoil(seed, sources, Path(folder))
    print(json.dumps(faults))


def _fuzz(wanted: str, count: int) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.excel.test_fuzz", wanted, "0", str(count)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.strip().splitlines()[-3:]
    faults: list[str] = json.loads(done.stdout)
    return faults


def test_damaged_workbooks_of_ours() -> None:
    assert _fuzz("ours", FEW) == []


@pytest.mark.slow
def test_damaged_workbooks_of_ours_at_length() -> None:
    assert _fuzz("ours", MANY) == []


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.skipif(not SHARED.exists(), reason=f"no workbooks in {SHARED}")
def test_damaged_public_workbooks() -> None:
    assert _fuzz("public", MANY) == []


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
