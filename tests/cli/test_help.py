"""`--help` is quick and says of each command what the command says of itself."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from jobs.cli import COMMANDS, cli


@pytest.mark.parametrize("name", COMMANDS)
def test_first_line_of_a_command(name: str) -> None:
    command = cli.get_command(click.Context(cli), name)
    assert command is not None
    assert (command.help or "").splitlines()[0] == COMMANDS[name]


def test_an_unknown_command_is_no_command() -> None:
    assert cli.get_command(click.Context(cli), "rum") is None


def test_help_does_not_load_what_it_does_not_need() -> None:
    code = "import sys, jobs.cli; sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
