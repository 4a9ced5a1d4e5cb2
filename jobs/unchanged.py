"""Whether a run would find everything as the last one left it, and so has nothing to do.

A run that stands notes the hashes of the files that it left, and the moment until which its
decisions hold. Before that moment the same bytes, rules and program decide the same again. The note
is looked at before anything heavy is loaded: this module and what it imports do without pandas.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import re
import sqlite3
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from zoneinfo import ZoneInfo

from config.parse import Unreadable, decode, parse
from jobs.state import State, place_of
from sync.excel.conflicts import conflict_copies
from sync.excel.locks import holder
from sync.say import Language

log = logging.getLogger(__name__)

_NAME = "unchanged"  # of the note among the history's `meta`
_READ = "SELECT value, (SELECT max(id) FROM runs) FROM meta WHERE name = :name"
_FORGET = "DELETE FROM meta WHERE name = :name"
_KEEP = "INSERT INTO meta (name, value) VALUES (:name, :value)"
_REQUIREMENT = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True)
class LastRun:
    """What a run noted.

    Attributes:
        run: its number in the history; any later run, restore or reattach takes the note's place.
        now: its moment, naive local time in ISO form.
        until: the first moment at which something may be decided otherwise.
        zone: IANA name of the zone of both.
        language: of the rules file.
        rules: hash of the rules file.
        files: path → SHA-256 as the run left it: of the workbook, then of every other file that
            counts.
        program: `program()` of the run.
        report: what a run that finds everything so tells, as plain text.
    """

    run: int
    now: str
    until: str
    zone: str
    language: Language
    rules: str
    files: Mapping[str, str]
    program: str
    report: str

    @property
    def workbook(self) -> Path:
        """The team's workbook."""
        return Path(next(iter(self.files)))

    def holds(self, moment: dt.datetime | None) -> bool:
        """Return whether the decisions of the run still hold.

        Args:
            moment: naive local time, the present one by default.
        """
        if moment is None:
            moment = dt.datetime.now(ZoneInfo(self.zone)).replace(tzinfo=None)
        first, end = map(dt.datetime.fromisoformat, (self.now, self.until))
        return first <= moment < end

    def found(self) -> bool:
        """Return whether every file is as the run left it, and the workbook in nobody's hands."""
        workbook = self.workbook
        return (
            all(file_hash(Path(path)) == known for path, known in self.files.items())
            and holder(workbook) is None
            and not conflict_copies(workbook)
        )


def unchanged(rules_path: Path, moment: dt.datetime | None) -> LastRun | None:
    """Return the last run where one at this moment would change nothing, None where it might.

    Args:
        rules_path: the rules file.
        moment: of the run, naive local time; the present one by default.
    """
    last = last_run(rules_path)
    return last if last and last.holds(moment) and last.found() else None


def last_run(rules_path: Path) -> LastRun | None:
    """Return what the last run by these very rules left, None where nothing can be relied on.

    Whatever is wrong with the rules file or the history is left to the run to tell.
    """
    try:
        content = rules_path.read_bytes()
        said = parse(decode(content)).data
    except (OSError, Unreadable):
        return None
    state = _state(said, rules_path)
    last = _noted(state) if state else None
    return last if last and last.rules == hashlib.sha256(content).hexdigest() else None


def note(url: str, last: LastRun) -> None:
    """Keep what a run left.

    Args:
        url: SQLAlchemy URL of the history, which has the run.
        last: what it left.
    """
    import sqlalchemy as sa  # a run has it loaded
    from sqlalchemy.pool import NullPool

    try:
        with sa.create_engine(url, poolclass=NullPool).begin() as db:
            db.execute(sa.text(_FORGET), {"name": _NAME})
            db.execute(sa.text(_KEEP), {"name": _NAME, "value": json.dumps(asdict(last))})
    except sa.exc.SQLAlchemyError as error:  # the run itself is done and recorded
        log.info("the next run starts from the beginning: %s", error)


def _in_file(database: Path) -> tuple[str, int] | None:
    """The note and the number of the last run in a file, without a library that takes its time."""
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as db:
            found: tuple[str, int] | None = db.execute(_READ, {"name": _NAME}).fetchone()
    except sqlite3.Error:
        return None
    return found


def _in_database(url: str) -> tuple[str, int] | None:
    """The same from any other database."""
    import sqlalchemy as sa
    from sqlalchemy.pool import NullPool

    try:
        with sa.create_engine(url, poolclass=NullPool).connect() as db:
            row = db.execute(sa.text(_READ), {"name": _NAME}).one_or_none()
    except (sa.exc.SQLAlchemyError, ImportError):
        return None
    return row and (row[0], row[1])


def program() -> str:
    """Return a hash of the versions of the program and everything that it needs.

    Calendars and name tables are libraries, too: a newer one may decide otherwise.
    """
    needs = metadata.requires("dealkeeper") or []
    names = {"dealkeeper", *(found[0] for need in needs if (found := _REQUIREMENT.match(need)))}
    versions = [sys.version, *(f"{name} {_version(name)}" for name in sorted(names))]
    return hashlib.sha256("\n".join(versions).encode()).hexdigest()


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, "" where it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:  # of an extra that is not installed
        return ""


def _state(said: object, rules_path: Path) -> State | None:
    """Where the history that a rules file names lives, None where there is none yet."""
    if not isinstance(said, dict) or not isinstance(said.get("id"), str):
        return None
    place = said.get("state") if isinstance(said.get("state"), str) else None
    state = place_of(said["id"], place, rules_path.resolve().parent)
    return state if state.database is None or state.database.exists() else None


def _noted(state: State) -> LastRun | None:
    """What the last run that stands noted, None where it noted nothing or was another program."""
    row = _in_file(state.database) if state.database else _in_database(state.url)
    if row is None:
        return None
    noted = json.loads(row[0])
    if noted["program"] != program() or noted["run"] != row[1]:
        return None
    return LastRun(**noted)
