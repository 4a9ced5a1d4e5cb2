"""Look into a workbook's package without any code of the product's."""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path
from typing import NamedTuple

VALIDATOR = os.environ.get("OOXML_VALIDATOR") or shutil.which("ooxml-validator")


class Member(NamedTuple):
    """A member of a package as it is stored."""

    stored: bytes
    method: int
    check: int
    date: tuple[int, int, int, int, int, int]


def members(path: Path) -> dict[str, Member]:
    """Return the members of a package in their order, with their bytes as they are stored."""
    found = {}
    data = path.read_bytes()
    with zipfile.ZipFile(path) as package:
        for info in package.infolist():
            # local file header: lengths of name and extra field at 26, APPNOTE.TXT 4.3.7
            name, extra = struct.unpack_from("<HH", data, info.header_offset + 26)
            start = info.header_offset + 30 + name + extra
            stored = data[start : start + info.compress_size]
            found[info.filename] = Member(stored, info.compress_type, info.CRC, info.date_time)
    return found


def part(path: Path, name: str) -> str:
    """Return the text of a part."""
    with zipfile.ZipFile(path) as package:
        return package.read(name).decode()


def sdk_errors(path: Path) -> set[str]:
    """Return what the Open XML SDK validator says about a workbook."""
    told = subprocess.run([str(VALIDATOR), str(path)], capture_output=True, check=False).stdout
    return {f"{e['path']}: {e['description']} ({e['id']})" for e in json.loads(told)["errors"]}


def opened_by_libreoffice(path: Path, folder: Path) -> str:
    """Return the first tab as LibreOffice reads it, as CSV text."""
    profile = (folder / "user").as_uri()
    subprocess.run(
        [
            "soffice", "--headless", f"-env:UserInstallation={profile}", "--convert-to", "csv",
            "--outdir", str(folder / "csv"), str(path),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )  # fmt: skip
    return (folder / "csv" / f"{path.stem}.csv").read_text("utf-8", "replace")
