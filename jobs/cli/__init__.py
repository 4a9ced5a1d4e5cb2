"""The command line, a file per command."""

from __future__ import annotations

import atexit
import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from importlib import import_module
from importlib.metadata import version
from typing import NoReturn

import click

from jobs.cli.errors import LANGUAGE, Exit, exit_codes, user_language

EPILOG = (
    "Exit codes: 0 ok · 1 changes pending or findings, where asked · 2 wrong usage or rules file · "
    "3 unexpected · 4 refused as unsafe · 5 spreadsheet busy or unreachable · 130 interrupted"
)


# Name and first line of each command: `--help` shows them without loading a single one.
COMMANDS = {
    "check": "Check that the rules file is right and fits the spreadsheet.",
    "demo": "Make a sample workbook with its rules file, and run on it.",
    "doctor": "Look whether installation and spreadsheet are well.",
    "explain": "Tell why our cells of the row KEY say what they say.",
    "history": "Show the latest runs or, with KEY, one opportunity's life.",
    "init": "Write a first rules file, and report on the table.",
    "kpi": "Show the figures with their definition, basis and previous value.",
    "login": "Sign in to Google, or keep a key in the system's keyring.",
    "plan": "Show every cell that a run would change, with rule and reason.",
    "reattach": "Put ids back to their rows after a sort has left them behind.",
    "replay": "Try changed rules on the past, beside those in force.",
    "restore": "List the backups of the workbook, or put one back.",
    "rules": "Show what each rule decides, its options, and an example.",
    "run": "Run the rules once and write the result back.",
    "schema": "Print the JSON Schema of the rules file, for editors.",
    "serve": "Run the `jobs:` of the rules file on time, until stopped.",
    "summary": "Write the summary to files for mailing.",
}


class Commands(click.Group):
    """The commands, each loaded only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command from the module of its name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"jobs.cli.{cmd_name}"), cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed; one that does not exist is answered with the nearest."""
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            ctx.fail(f"there is no command `{args[0]}`{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Show what each command does."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=Commands, epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("dealkeeper"), "-V", "--version", prog_name="dealkeeper")
def cli() -> None:
    """Dealkeeper 商机管家: keeps your opportunity spreadsheet and makes it run itself.

    Start with `dealkeeper init YOUR.xlsx`: it looks at the workbook, writes a rules file beside it
    and changes nothing else. Then `dealkeeper plan` shows what a run would change, and
    `dealkeeper run` does it.
    """


@contextmanager
def uncollected() -> Iterator[None]:
    """Leave garbage in cycles alone: looking for it among millions of cells costs a tenth of a run.

    What runs on and on collects it by itself.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every failure becomes one sentence and an exit code.

    Args:
        args: without the program's name; by default those that it was called with.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # pipes on Windows are not UTF-8
    LANGUAGE.set(user_language())
    # Arrow's own pool keeps what it freed, and a large run holds a tenth more
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    atexit.register(gc.freeze)  # looking for garbage once more, at the end, takes a quarter second
    with uncollected(), exit_codes():
        # click answers an interrupt with 1 when it is left to itself
        sys.exit(cli.main(args, prog_name="dealkeeper", standalone_mode=False) or Exit.OK)
