"""The command line, a file per command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import NoReturn

import click

from jobs.cli.check import check
from jobs.cli.demo import demo
from jobs.cli.doctor import doctor
from jobs.cli.errors import LANGUAGE, Exit, exit_codes, user_language
from jobs.cli.explain import explain
from jobs.cli.history import history
from jobs.cli.init import init
from jobs.cli.plan import plan
from jobs.cli.run import run
from jobs.cli.schema import schema
from jobs.cli.serve import serve

EPILOG = (
    "Exit codes: 0 ok · 1 changes pending or findings, where asked · 2 wrong usage or rules file · "
    "3 unexpected · 4 refused as unsafe · 5 spreadsheet busy or unreachable · 130 interrupted"
)


@click.group(epilog=EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version("dealkeeper"), "-V", "--version", prog_name="dealkeeper")
def cli() -> None:
    """Dealkeeper 商机管家: keeps your opportunity spreadsheet and makes it run itself.

    Start with `dealkeeper init YOUR.xlsx`: it looks at the workbook, writes a rules file beside it
    and changes nothing else. Then `dealkeeper plan` shows what a run would change, and
    `dealkeeper run` does it.
    """


for command in (init, check, plan, run, serve, history, explain, demo, schema, doctor):
    cli.add_command(command)


def main(args: Sequence[str] | None = None) -> NoReturn:
    """Run the command line; every failure becomes one sentence and an exit code.

    Args:
        args: without the program's name; by default those that it was called with.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")  # pipes on Windows are not UTF-8
    LANGUAGE.set(user_language())
    with exit_codes():
        # click answers an interrupt with 1 when it is left to itself
        sys.exit(cli.main(args, prog_name="dealkeeper", standalone_mode=False) or Exit.OK)
