"""What docs/life-of-a-row.md quotes is what the product does."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from jobs.cli import cli
from templates.starter import write_demo

TEXT = (Path(__file__).resolve().parent.parent / "docs" / "life-of-a-row.md").read_text("utf-8")
NOW = "2026-11-22T09:00"
KEY = "OP26-073"


def quoted(language: str) -> str:
    """Return the code block of a language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)
    return str(block).rstrip("\n")


def call(*arguments: str) -> str:
    done = CliRunner().invoke(cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, object]]:
    """The demo after its first run, and the change that was planned before it."""
    folder = tmp_path_factory.mktemp("demo")
    files = write_demo(folder, "en", pd.Timestamp(NOW))
    saved = folder / "plan.json"
    call("plan", str(files.rules), "--now", NOW, "--json", str(saved))
    plan = json.loads(saved.read_text("utf-8"))
    (change,) = [c for c in plan["changes"] if (c["key"], c["field"]) == (KEY, "status")]
    call("run", str(files.rules), "--now", NOW, "--yes")
    return files.rules, change


def test_the_change_is_planned_as_quoted(demo: tuple[Path, dict[str, object]]) -> None:
    assert demo[1] == json.loads(quoted("json"))


def test_the_stage_stands_in_the_rules_file_as_quoted(demo: tuple[Path, dict[str, object]]) -> None:
    assert quoted("yaml") in demo[0].read_text("utf-8")


def test_the_cell_is_written_as_quoted(demo: tuple[Path, dict[str, object]]) -> None:
    workbook = demo[0].parent / "opportunities.xlsx"
    with zipfile.ZipFile(workbook) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
    assert quoted("xml") in sheet


def test_the_row_is_explained_as_quoted(demo: tuple[Path, dict[str, object]]) -> None:
    explained = call("explain", KEY, str(demo[0]), "--now", NOW)
    lines = [line.rstrip() for line in explained.splitlines()]
    for line in quoted("text").splitlines():
        assert line in lines
