"""Exit codes as a contract, and the one place that turns an exception into a short report."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum
from pathlib import Path
from typing import TYPE_CHECKING

import click
import platformdirs

if TYPE_CHECKING:
    from sync.say import Language
    from sync.store import StoreError

log = logging.getLogger(__name__)


def user_language() -> Language:
    """Return the language of the user's environment, for what no rules file speaks for."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "zh" if value.lower().startswith("zh") else "en"
    return "en"


# The language that failures are told in: the rules file's as soon as it is known.
LANGUAGE: ContextVar[Language] = ContextVar("language", default="en")


class Exit(IntEnum):
    """What a command's exit code means."""

    OK = 0
    PENDING = 1
    USAGE = 2
    UNEXPECTED = 3
    REFUSED = 4
    UNREACHABLE = 5
    INTERRUPTED = 130


def log_file() -> Path:
    """Return the log file that reports name; it stands in the user's own log folder."""
    folder = Path(platformdirs.user_log_dir("dealkeeper", appauthor=False))
    folder.mkdir(parents=True, exist_ok=True)
    return folder / "dealkeeper.log"


@contextmanager
def exit_codes() -> Iterator[None]:
    """Answer every failure with one clear sentence and the right exit code; never a traceback."""
    try:
        yield
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        click.echo(err=True)
        sys.exit(Exit.INTERRUPTED)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{error.strerror or error}", err=True)
        sys.exit(Exit.UNREACHABLE)
    except Exception as error:  # noqa: BLE001 - the last resort, so that no traceback is shown
        sys.exit(_told(error))


def _told(error: Exception) -> Exit:
    """Tell what a command was refused for; these types need not be loaded before one is raised."""
    from config.problems import ConfigErrors
    from sync.store import StoreError

    if isinstance(error, ConfigErrors):
        click.echo(str(error), err=True)
        return Exit.USAGE
    if isinstance(error, StoreError):
        click.echo(error.say(LANGUAGE.get()), err=True)
        return _code(error)
    return _unexpected(error)


def _code(error: StoreError) -> Exit:
    from sync.store import Mismatch, Refused

    match error:
        case Mismatch():
            return Exit.USAGE
        case Refused():
            return Exit.REFUSED
    return Exit.UNREACHABLE


def _unexpected(error: Exception) -> Exit:
    """Write the details to the log file and name it."""
    try:
        place = log_file()
        handler = logging.FileHandler(place, encoding="utf-8")
        handler.setFormatter(logging.Formatter("%(asctime)s %(name)s %(levelname)s %(message)s"))
        log.addHandler(handler)
        log.error("unexpected: %s", error, exc_info=error)
        handler.close()
        log.removeHandler(handler)
        details = f"details: {place}"
    except OSError as unwritable:
        details = f"details could not be logged: {unwritable.strerror}"
    click.echo(f"unexpected {type(error).__name__}: {error}\n{details}", err=True)
    return Exit.UNEXPECTED
