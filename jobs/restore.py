"""Put a backup of the workbook back, and the history to where it was at that moment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from jobs.history import Deed, History, RunLine
from jobs.history.codec import moment
from sync.excel.files import PRISTINE, STAMP, read_bytes, version_of
from sync.excel.store import ExcelStore
from sync.store import Unreachable

KIND = "restore"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of the workbook as it was before a run wrote.

    Attributes:
        path: of the copy.
        taken: its moment, None for the pristine copy, which stands before everything.
        size: in bytes.
        version: of its content.
        run: the latest run that began with this content, None where none is known.
    """

    path: Path
    taken: pd.Timestamp | None
    size: int
    version: str
    run: RunLine | None

    @property
    def name(self) -> str:
        """What people call it by."""
        return self.path.stem

    @property
    def whole(self) -> bool:
        """Whether it still holds what was put into it; its name tells what that was."""
        return self.taken is None or self.version.startswith(self.name.rpartition("-")[2])


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did.

    Attributes:
        changed: whether the workbook is another one than before.
        undone: numbers of the runs that no longer count.
    """

    changed: bool
    undone: tuple[int, ...]


def backups(folder: Path, suffix: str, runs: Sequence[RunLine]) -> list[Backup]:
    """Return the backups of a workbook, newest first, the pristine copy last.

    Args:
        folder: where they are kept.
        suffix: of the workbook's name.
        runs: all that the history knows, newest first.

    Raises:
        Unreachable: one cannot be read.
    """
    began = {line.version_before: line for line in reversed(runs)}
    found = []
    for path in folder.glob(f"*{suffix}"):
        taken = _taken(path)
        if taken is None and path.stem != PRISTINE:
            continue
        data = read_bytes(path)
        version = version_of(data)
        found.append(Backup(path, taken, len(data), version, began.get(version)))
    rolling = sorted((one for one in found if one.taken is not None), key=lambda one: one.name)
    return [*reversed(rolling), *(one for one in found if one.taken is None)]


def restore(
    store: ExcelStore, history: History, backup: Backup, now: pd.Timestamp, rules_hash: str
) -> Restored:
    """Put a backup in the workbook's place; what stands there now is backed up first.

    The history goes back with it: what we decided since no longer stands in the cells and must not
    make old values of ours look like a person's. Asked again after a crash in between, it finishes.

    Args:
        store: the workbook, lock taken.
        history: of the workbook.
        backup: one of `backups`.
        now: the moment, naive local time.
        rules_hash: of the rules file.

    Returns:
        What was done; where the workbook held the backup's content already, maybe nothing.

    Raises:
        StoreError: the backup is damaged, or the workbook is busy or cannot be written.
    """
    if not backup.whole:
        raise Unreachable(
            f"the backup {backup.name} is damaged: its content is not what its name says; nothing "
            "was changed, choose another one",
            zh=f"备份 {backup.name} 已损坏：内容与文件名不符；未做任何改动，请选择另一份备份",
        )
    before, after = store.put_back(read_bytes(backup.path), now)
    deed = Deed(KIND, now, before, after, rules_hash, {"backup": backup.name})
    taken = None if backup.taken is None else moment(backup.taken)
    return Restored(before != after, tuple(history.take_back(deed, taken)))


def _taken(path: Path) -> pd.Timestamp | None:
    """The moment in the name of a rolling backup, None where there is none."""
    try:
        at = dt.datetime.strptime(path.stem.partition("-")[0], STAMP)  # noqa: DTZ007 - local
    except ValueError:
        return None
    return pd.Timestamp(at).as_unit("s")
