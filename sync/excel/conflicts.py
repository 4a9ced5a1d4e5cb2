"""Conflict copies beside a workbook: what sync clients leave when two people saved at once.

Names as the clients make them: Dropbox, Nextcloud, Box `x (… conflicted copy …)`, Nutstore
`x-NSConflict-…` and `x(…冲突…)`, Seafile `x.xlsx (SFConflict …)`, Syncthing `x.sync-conflict-…`,
Resilio `x.Conflict`, Synology `x_PC_…_Conflict`, OneDrive `x-DESKTOP-4F7K2QL`, Google Drive
`x (1)`.
"""

from __future__ import annotations

import re
import time
from pathlib import Path

from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.excel.workbook import Workbook
from sync.say import listed
from sync.store import Busy, StoreError

# What follows the workbook's own name. A word for conflict, or the name that Windows gives a PC:
_TELLING = re.compile(
    r"[\s(（\[._-].*(conflict|冲突|衝突)|-(DESKTOP|LAPTOP|WIN)-[A-Z0-9]{6,}(-\d+)?$", re.IGNORECASE
)
# A number may be a conflict of Google Drive, or a download: only a newer file says which.
_NUMBERED = re.compile(r"\s?[(（]\d{1,2}[)）]$")
_OPEN_QUESTION = 30 * 86_400  # seconds; an older copy is left from a conflict long settled


def conflict_copies(path: Path) -> list[Path]:
    """Return the files beside a workbook that hold another version of it, by name.

    A copy counts while it is newer than the workbook, or for 30 days; a file that merely carries a
    number only while it is newer. A readable workbook with other tabs is another workbook.

    Args:
        path: of the workbook.
    """
    try:
        written = path.stat().st_mtime
        beside = sorted(path.parent.iterdir())
    except OSError:  # reading the workbook tells it better
        return []
    recent = min(written, time.time() - _OPEN_QUESTION)
    found = []
    for other in beside:
        rest = _rest(path, other)
        since = recent if _TELLING.match(rest) else written if _NUMBERED.match(rest) else None
        if since is not None and _modified(other) > since and _same_tabs(path, other):
            found.append(other)
    return found


def require_single(path: Path) -> None:
    """Make sure that no conflict copy of a workbook waits to be merged.

    Raises:
        Busy: there is one; writing now would make people's choice between the two harder.
    """
    copies = [copy.name for copy in conflict_copies(path)]
    if copies:
        raise Busy(
            f"beside {path.name} lies what looks like a conflict copy of a sync client: "
            f"{listed(copies, 'en')}; take over what is missing, move it away, and run again "
            "(or --force)",
            zh=f"{path.name} 旁边有同步软件留下的冲突副本：{listed(copies, 'zh')}；"
            "请合并其中的内容并移走副本后再运行（或用 --force）",
        )


def _rest(path: Path, other: Path) -> str:
    """What a file's name adds to the workbook's, "" where it does not begin with it."""
    if other.name.startswith(path.name):
        return other.name[len(path.name) :]
    if other.suffix.lower() == path.suffix.lower() and other.stem.startswith(path.stem):
        return other.stem[len(path.stem) :]
    return ""


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:  # gone meanwhile
        return 0.0


def _same_tabs(path: Path, other: Path) -> bool:
    """Whether two workbooks share most of their tabs; one that cannot be read yet may be a copy."""
    try:
        ours, theirs = _tabs(path), _tabs(other)
    except (StoreError, OSError):
        return True
    return 2 * len(ours & theirs) >= min(len(ours), len(theirs))


def _tabs(path: Path) -> frozenset[str]:
    tabs = Workbook(Parts(Package(path.read_bytes()))).tabs
    return frozenset(tab.name for tab in tabs)
