"""What most commands share: the rules file, the moment, and what they open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import click
import pandas as pd

from config.load import RulesFile, load
from jobs.cli.errors import LANGUAGE, user_language
from jobs.history import History
from jobs.reports import near
from jobs.state import State, state_of
from jobs.stores import open_google, open_workbook
from sync.excel.conflicts import require_single
from sync.excel.locks import holder
from sync.excel.store import ExcelStore
from sync.say import Language
from sync.store import Mismatch

if TYPE_CHECKING:
    from sync.google.store import GoogleStore

P = ParamSpec("P")
R = TypeVar("R")

RULES_FILE = "dealkeeper.yaml"


class Moment(click.ParamType[pd.Timestamp]):
    """`2026-11-22T09:00` or `2026-11-22`, local to the rules file's time zone."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> pd.Timestamp:
        """Parse the text of the option."""
        if isinstance(value, pd.Timestamp):
            return value
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a moment such as 2026-11-22T09:00, got {value!r}", param, ctx)
        if moment.tzinfo is not None:
            self.fail("leave out the zone: it is the rules file's `timezone`", param, ctx)
        return pd.Timestamp(moment).as_unit("s")


def now_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--now`."""
    return click.option(
        "--now",
        type=Moment(),
        help="Run as if it were this moment (2026-11-22T09:00); makes any result reproducible.",
    )(command)


def rules_option(command: Callable[..., R]) -> Callable[..., R]:
    """Add the rules file, as `--rules FILE` or as the last argument, and `--now`."""

    @now_option
    @click.option(
        "--rules",
        "rules_option",
        type=click.Path(dir_okay=False, path_type=Path),
        help="The rules file, by another name for the argument.",
    )
    @click.argument(
        "rules_path",
        metavar=f"[RULES_FILE={RULES_FILE}]",
        required=False,
        type=click.Path(dir_okay=False, path_type=Path),
    )
    @wraps(command)
    def wrapped(*args: Any, rules_option: Path | None, rules_path: Path | None, **kw: Any) -> R:
        if rules_option and rules_path:
            raise click.UsageError("give the rules file once: as the argument or with --rules")
        return command(*args, rules_path=rules_path or rules_option, **kw)

    return wrapped


def moment(now: pd.Timestamp | None, zone: str) -> pd.Timestamp:
    """Return the given moment, else the present one in the zone, without its zone, in seconds."""
    if now is not None:
        return now
    return (
        pd.Timestamp(dt.datetime.now(ZoneInfo(zone)).replace(tzinfo=None)).as_unit("s").floor("s")
    )


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
    """

    rules_file: RulesFile
    state: State
    history: History
    now: pd.Timestamp

    @classmethod
    def open(cls, rules_path: Path | None, now: pd.Timestamp | None) -> Session:
        """Load the rules file and open what it names.

        Raises:
            ConfigErrors: the rules file has errors.
            StoreError: the state folder cannot be made.
        """
        rules_file = load(rules_path or Path(RULES_FILE), user_language())
        LANGUAGE.set(rules_file.settings.language)
        state = state_of(rules_file.id, rules_file.state, rules_file.path.parent)
        return cls(rules_file, state, History(state.url), moment(now, rules_file.settings.timezone))

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
        return open_workbook(self.rules_file, self.state, self.now)

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
