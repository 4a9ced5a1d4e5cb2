"""Where the history and the backups of a spreadsheet live."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import platformdirs

from sync.store import Unreachable


@dataclass(frozen=True, slots=True)
class State:
    """The places of one rules file's `id`; the folder follows the id, not the workbook's path.

    Attributes:
        folder: for backups, locks and logs.
        url: of the history's database.
        database: the file that it is in, None where the rules file names a URL.
    """

    folder: Path
    url: str
    database: Path | None

    @property
    def backups(self) -> Path:
        """The folder of pristine copies and backups."""
        return self.folder / "backups"

    @property
    def log(self) -> Path:
        """The log file that reports name when something unexpected happens."""
        return self.folder / "dealkeeper.log"


def state_of(spreadsheet_id: str, place: str | None, base: Path) -> State:
    """Return the state of a spreadsheet, and make its folder.

    Args:
        spreadsheet_id: the `id` of the rules file.
        place: what the rules file says: a folder (relative to it), a database URL, or None for the
            user's own state folder.
        base: the rules file's folder.

    Raises:
        Unreachable: the folder cannot be made or written.
    """
    state = place_of(spreadsheet_id, place, base)
    try:
        state.folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unreachable(
            f"cannot make the state folder {state.folder}: {error.strerror}",
            zh=f"无法建立状态文件夹 {state.folder}：{error.strerror}",
        ) from error
    return state


def place_of(spreadsheet_id: str, place: str | None, base: Path) -> State:
    """Return the state of a spreadsheet as `state_of` does, and make nothing."""
    if place and "://" in place:
        return State(_users(spreadsheet_id), place, None)
    folder = base / Path(place).expanduser() / spreadsheet_id if place else _users(spreadsheet_id)
    database = folder / "history.sqlite"
    return State(folder, f"sqlite:///{database}", database)


def _users(spreadsheet_id: str) -> Path:
    return Path(platformdirs.user_state_dir("dealkeeper", appauthor=False)) / spreadsheet_id
