"""What a command works with, opened: the rules file, its history, its spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click
import pandas as pd

from config.load import RulesFile, load
from jobs.cli.errors import LANGUAGE, user_language
from jobs.cli.options import RULES_FILE
from jobs.history import History
from jobs.reports import near
from jobs.state import State, state_of
from jobs.stores import open_google, open_workbook
from sync.excel.ahead import ReadAhead
from sync.excel.conflicts import require_single
from sync.excel.locks import holder
from sync.excel.store import ExcelStore
from sync.say import Language
from sync.store import Mismatch

if TYPE_CHECKING:
    from sync.google.store import GoogleStore

_WAITING = {
    "zh": "{file} 正被打开（{who}），最多等待 {seconds} 秒……",
    "en": "{file} is open elsewhere ({who}); waiting up to {seconds} seconds …",
}


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """Everything that a command works with.

    Attributes:
        rules_file: loaded and checked.
        state: where history and backups live.
        history: open.
        now: the moment of the run.
        ahead: has read the workbook already, None where nothing has.
    """

    rules_file: RulesFile
    state: State
    history: History
    now: pd.Timestamp
    ahead: ReadAhead | None = None

    @classmethod
    def open(cls, rules_path: Path | None, now: dt.datetime | None) -> Session:
        """Load the rules file and open what it names.

        Raises:
            ConfigErrors: the rules file has errors.
            StoreError: the state folder cannot be made.
        """
        rules_file = load(rules_path or Path(RULES_FILE), user_language())
        LANGUAGE.set(rules_file.settings.language)
        state = state_of(rules_file.id, rules_file.state, rules_file.path.parent)
        return cls(
            rules_file,
            state,
            History(state.url, rules_file.id),
            moment(now, rules_file.settings.timezone),
        )

    @property
    def language(self) -> Language:
        """The rules file's language."""
        return self.rules_file.settings.language

    def store(self) -> ExcelStore | GoogleStore:
        """Return the spreadsheet, lock not yet taken."""
        if self.rules_file.google_id:
            return open_google(self.rules_file, self.now)
        return self.workbook()

    def workbook(self) -> ExcelStore:
        """Return the workbook, lock not yet taken.

        Raises:
            Mismatch: the rules file names a Google Sheet.
        """
        return open_workbook(self.rules_file, self.state, self.now, self.ahead)

    def _located(self, error: Mismatch) -> Mismatch:
        """Put `file:line:column` before a mismatch that a place in the rules file caused."""
        if not error.path:
            return error
        line, column = self.rules_file.locate(error.path)
        place = f"{near(self.rules_file.path)}:{line}:{column}: "
        return Mismatch(place + str(error), error.path, zh=place + error.say("zh"))

    @contextmanager
    def reading(self) -> Iterator[ExcelStore | GoogleStore]:
        """Yield the spreadsheet for reading only; no lock is taken."""
        with self.locating():
            yield self.store()

    @contextmanager
    def writing(self, *, alone: bool = True) -> Iterator[ExcelStore | GoogleStore]:
        """Yield the spreadsheet with its lock taken; somebody else's is waited for, and told.

        Args:
            alone: hold where a sync client has left a conflict copy beside the workbook.
        """
        if not self.rules_file.google_id:
            self._look_around(alone=alone)
        with self.locating(), self.store() as store:
            yield store

    @contextmanager
    def locating(self) -> Iterator[None]:
        """Put the place in the rules file before a mismatch that comes from it."""
        try:
            yield
        except Mismatch as error:
            raise self._located(error) from error

    def _look_around(self, *, alone: bool) -> None:
        """Tell who has the workbook open, and hold where a conflict copy stands beside it."""
        if alone:
            require_single(self.rules_file.spreadsheet_path)
        who = holder(self.rules_file.spreadsheet_path)
        if who and self.rules_file.when_open == "wait" and self.rules_file.wait_seconds:
            facts = {"file": self.rules_file.spreadsheet_path.name, "who": who}
            seconds = round(self.rules_file.wait_seconds)
            click.echo(_WAITING[self.language].format(seconds=seconds, **facts), err=True)


def moment(now: dt.datetime | None, zone: str) -> pd.Timestamp:
    """Return the given moment, else the present one in the zone, without its zone, in seconds."""
    given = now or dt.datetime.now(ZoneInfo(zone)).replace(tzinfo=None)
    return pd.Timestamp(given).as_unit("s").floor("s")
