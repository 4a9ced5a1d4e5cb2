"""A spreadsheet that no rules file names yet, read, and how a first one shall name it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.document import GoogleAccess
from jobs.stores import client_of, google_identity
from sync.excel.reader import read_grids
from sync.grid import Grid


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """What was read.

    Attributes:
        grids: its tabs.
        version: of their content.
        excel: path of the workbook, relative to the rules file; "" for a Google Sheet.
        google: id of the Google Sheet, "" for a workbook.
        access: how the Google Sheet is reached, option → value.
        id: name of the history, "" where the workbook's name makes one.
        zone: time zone that the spreadsheet itself tells, "" for none.
    """

    grids: Sequence[Grid]
    version: str
    excel: str = ""
    google: str = ""
    access: Mapping[str, str] = field(default_factory=dict)
    id: str = ""
    zone: str = ""


def from_workbook(path: Path, folder: Path) -> Source:
    """Read a workbook.

    Args:
        path: of the workbook.
        folder: that the rules file will stand in.

    Raises:
        StoreError: it cannot be read.
    """
    grids, version = read_grids(path)
    return Source(grids, version, excel=_relative(path, folder))


def from_google(number: str, access: GoogleAccess, folder: Path) -> Source:
    """Read a Google Sheet.

    Args:
        number: its id.
        access: how it is reached; a key file is named as from here.
        folder: that the rules file will stand in.

    Raises:
        StoreError: it cannot be reached or read, or there are no credentials.
    """
    from sync.google.reader import read_grids as read_google

    key = Path(access.key_file).expanduser() if access.key_file else None
    grids, version, zone = read_google(client_of(number, access, google_identity(access, key)))
    said = {name: str(value) for name, value in access if name in access.model_fields_set}
    if key:
        said["key_file"] = _relative(key, folder)
    digest = hashlib.sha256(number.encode()).hexdigest()[:6]
    return Source(grids, version, google=number, access=said, id=f"deals-{digest}", zone=zone)


def _relative(path: Path, folder: Path) -> str:
    resolved = path.resolve()
    try:
        return resolved.relative_to(folder.resolve()).as_posix()
    except ValueError:
        return resolved.as_posix()
