"""What most commands are told: the rules file and the moment. Nothing heavy is loaded here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

import click

P = ParamSpec("P")
R = TypeVar("R")

RULES_FILE = "dealkeeper.yaml"


class Moment(click.ParamType[dt.datetime]):
    """`2026-11-22T09:00` or `2026-11-22`, local to the rules file's time zone."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        """Parse the text of the option."""
        if isinstance(value, dt.datetime):
            return value
        try:
            moment = dt.datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"expected a moment such as 2026-11-22T09:00, got {value!r}", param, ctx)
        if moment.tzinfo is not None:
            self.fail("leave out the zone: it is the rules file's `timezone`", param, ctx)
        return moment.replace(microsecond=0)


def named(word: str | None, rules_path: Path | None) -> tuple[str | None, Path | None]:
    """Return a command's optional first argument and the rules file, whichever was typed."""
    if word and rules_path is None and word.endswith((".yaml", ".yml")):
        return None, Path(word)
    return word, rules_path


def now_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--now`."""
    return click.option(
        "--now",
        type=Moment(),
        help="Run as if it were this moment (2026-11-22T09:00); makes any result reproducible.",
    )(command)


def verbose_option(command: Callable[P, R]) -> Callable[P, R]:
    """Add `--verbose`."""
    return click.option(
        "--verbose", "-v", is_flag=True, help="Tell what is used of Google's quota of requests."
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
