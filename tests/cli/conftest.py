"""Every test has a home of its own: nothing is read from or written to the real one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from google.auth.credentials import CredentialsWithRegionalAccessBoundary

from sync.google import budget
from sync.say import Language
from templates.starter import DemoFiles, write_demo
from tests.cli.google_team import ROWS, Team
from tests.cli.kit import NOW, RULES, dealkeeper, small
from tests.google.kit import People
from tests.sheets_server import running

PLAN = "plan.json"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def _move_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("HOME", str(home))
    for name in ("XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        patch.setenv(name, str(home / name))
    for name in ("LC_ALL", "LC_MESSAGES", "FORCE_COLOR", "COLUMNS"):
        patch.delenv(name, raising=False)
    patch.setenv("LANG", "en_US.UTF-8")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of this test."""
    place = tmp_path_factory.mktemp("home")
    _move_home(monkeypatch, place)
    return place


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one."""
    place = tmp_path / "team"
    place.mkdir()
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def team(folder: Path) -> Path:
    """The folder with a small workbook and its rules file, which is the current one."""
    small(folder)
    return folder


@pytest.fixture
def google_team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Team]:
    """The folder of a team that keeps a Google Sheet; nobody waits for the quota."""
    monkeypatch.setattr(budget, "shared", lambda _: budget.Budget(1_000_000))
    # google-auth asks another address for it in the background
    boundary = "_is_regional_access_boundary_lookup_required"
    monkeypatch.setattr(CredentialsWithRegionalAccessBoundary, boundary, lambda _: False)
    with running() as server:
        people = People(server, "Deals", "Etc/UTC")
        people.book.properties["timeZone"] = "UTC"
        people.type(0, 0, ROWS)
        yield Team(tmp_path, people)


@pytest.fixture(scope="session")
def fresh_demos(tmp_path_factory: pytest.TempPathFactory) -> dict[Language, DemoFiles]:
    """The demo in both languages, nothing run on it yet; to be copied."""
    place = tmp_path_factory.mktemp("demos")
    return {each: write_demo(place / each, each, pd.Timestamp(NOW)) for each in LANGUAGES}


@pytest.fixture(scope="session")
def run_demos(
    fresh_demos: dict[Language, DemoFiles], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[Language, Path]]:
    """The folders of the demos after one run; to be copied where a test changes them."""
    place = tmp_path_factory.mktemp("run-demos")
    with pytest.MonkeyPatch.context() as patch:
        _move_home(patch, place / "home")
        folders = {}
        for language, files in fresh_demos.items():
            folders[language] = place / language
            shutil.copytree(files.rules.parent, folders[language])
            rules = folders[language] / RULES
            asked = dealkeeper("plan", rules, "--now", NOW, "--json", folders[language] / PLAN)
            done = dealkeeper("run", rules, "--yes", "--now", NOW)
            assert (asked.code, done.code) == (0, 0), done.said
        yield folders
