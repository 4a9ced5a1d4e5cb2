"""Every command on a Google Sheet, over HTTP against the local server."""

from __future__ import annotations

import json
from pathlib import Path

import keyring
import pytest
from keyring import core

from config.load import load
from tests.cli.google_team import ROWS, Team
from tests.cli.kit import Answer, dealkeeper, small
from tests.google.kit import calls
from tests.google.test_auth import ROBOT, Memory
from tests.sheets_server import kinds


@pytest.fixture
def team(google_team: Team) -> Team:
    return google_team


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Memory:
    made = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    monkeypatch.setattr(core, "get_keyring", lambda: made)
    return made


def test_the_way_of_a_run(team: Team) -> None:
    assert team.says("check").code == 0
    plan = team.says("plan", "--exit-code")
    assert plan.code == 1
    assert "D2" in plan.out
    assert calls(team.people.server)[1] == 0
    assert team.says("run").code == 4  # nobody can answer
    assert calls(team.people.server)[1] == 0
    run = team.says("run", "--yes", "--verbose")
    assert (run.code, run.err) == (0, "")
    assert team.people.id in run.out
    assert "Requests to Google:" in run.out
    header, *rows = team.people.look()
    status = header.index("DK status")
    assert [row[status] for row in rows] == ["OK", "Overdue", "OK"]
    assert rows[1][4] in ("Ann", "Bob")
    titles = [sheet.title for sheet in team.people.server.spreadsheet(team.people.id).sheets]
    assert titles == ["Deals", "DK Summary"]
    team.people.server.log.clear()
    again = team.says("run")
    assert (again.code, again.err) == (0, "")
    assert calls(team.people.server) == (1, 0)
    assert "Overdue" in team.says("explain", "D2").out
    assert "D2" in team.says("history", "D2").out
    assert "the team's own" in team.says("reattach").err


def test_runs_are_taken_back_cell_by_cell(team: Team) -> None:
    assert "nothing was written" in team.says("restore").out
    team.says("run", "--yes")
    team.people.type(3, 7, [["my own word"]])
    assert team.says("restore", "7").code == 2
    assert team.says("restore", "1").code == 4
    done = team.says("restore", "1", "--yes")
    assert done.code == 0
    assert "1 cells were left" in done.out
    header, *rows = team.people.look()
    assert [row[:5] for row in [header, *rows]] == [row[:5] for row in ROWS]
    assert [row[7:8] for row in rows] == [[], [], ["my own word"]]
    assert "undo" in team.says("history").out
    assert team.says("plan", "--exit-code").code == 1
    again = team.says("run", "--yes")
    assert again.code == 0
    assert team.people.look()[2][7] == "Overdue"


def test_doctor_says_who_signs_in_and_what_is_missing(team: Team) -> None:
    fine = team.says("doctor")
    assert f"{ROBOT}; the secret is kept in the file {team.key}" in fine.out
    assert "✓ it may be edited" in fine.out
    team.people.book.access = "reader"
    reader = team.says("doctor")
    assert reader.code == 1
    assert f"✗ {ROBOT} may not" in reader.out
    assert "share it" in reader.out
    assert calls(team.people.server)[1] == 2  # both change nothing


def test_doctor_tries_what_is_assumed(team: Team) -> None:
    before = team.people.ask("", verb="get", includeGridData="true")
    told = team.says("doctor", "--probe")
    assert (told.code, told.err) == (0, "")
    assert "✓ a table's range can be widened by a column (seen: A1:C3)" in told.out
    assert "0 did not hold, 0 could not be told" in told.out
    assert "--keep" in told.out
    assert team.people.ask("", verb="get", includeGridData="true") == before


def test_doctor_tells_what_does_not_hold(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(kinds.KINDS, "updateTable", lambda batch, body: None)
    told = team.says("doctor", "--probe")
    assert (told.code, told.err) == (1, "")
    assert "✗ a table's range can be widened by a column: did not hold; seen A1:B3, expected " in (
        told.out
    )
    assert "1 did not hold" in told.out


def test_doctor_keeps_what_eyes_must_judge(team: Team) -> None:
    file = team.folder / "dealkeeper.yaml"
    file.write_text(file.read_text().replace("language: en", "language: zh"))
    told = team.says("doctor", "--probe", "--keep")
    assert told.code == 0
    assert "请打开工作表“管家·试验”" in told.out
    assert "○ 数值轴从 10 开始" in told.out
    titles = [sheet.title for sheet in team.people.server.spreadsheet(team.people.id).sheets]
    assert titles == ["Deals", "管家·试验"]


def test_a_probe_that_cannot_begin_says_why(team: Team, tmp_path: Path) -> None:
    team.people.book.access = "reader"
    told = team.says("doctor", "--probe")
    assert told.code == 5
    assert f"{ROBOT} may not" in told.err
    assert team.says("doctor", "--keep").code == 2
    folder = tmp_path / "workbook"
    folder.mkdir()
    small(folder)
    answer = dealkeeper("doctor", "--probe", folder / "dealkeeper.yaml")
    assert answer.code == 2
    assert "names a workbook" in answer.err


def test_a_key_in_the_keyring(team: Team, ring: Memory) -> None:
    rules = team.folder / "dealkeeper.yaml"
    told = dealkeeper("login", team.key)
    assert told.code == 2
    assert "needs no signing in" in told.err
    told = dealkeeper("login", team.key, "--keyring")
    assert (told.code, told.err) == (0, "")
    assert "google: {sign_in: keyring}" in told.out
    assert "may be deleted" in told.out
    team.key.unlink()
    rules.write_text(rules.read_text().replace("key_file: key.json", "sign_in: keyring"))
    fine = team.says("doctor")
    assert fine.code == 0
    assert f"{ROBOT}; the secret is kept in the system's keyring (memory)" in fine.out
    assert team.says("run", "--yes").code == 0


def test_doctor_notices_another_time_zone(team: Team) -> None:
    team.write(zone="Asia/Shanghai")
    told = team.says("doctor")
    assert told.code == 1
    assert "time zone is UTC" in told.out


@pytest.mark.parametrize(
    "given", ["{id}", "https://docs.google.com/spreadsheets/d/{id}/edit#gid=0"]
)
def test_a_first_rules_file_for_a_google_sheet(
    team: Team, monkeypatch: pytest.MonkeyPatch, given: str
) -> None:
    people, rules = team.people, team.folder / "dealkeeper.yaml"
    rules.unlink()
    monkeypatch.chdir(team.folder)
    before = people.ask("", verb="get", includeGridData="true")
    answer = dealkeeper(
        *("init", "--google", given.format(id=people.id), "--key-file", "key.json"),
        *("--address", people.server.url, "--now", "2026-11-22T09:00"),
    )
    assert (answer.code, answer.err) == (0, "")
    assert "3" in answer.out
    assert calls(people.server) == (1, 0)
    assert people.ask("", verb="get", includeGridData="true") == before
    written = load(rules)
    assert written.google_id == people.id
    assert written.key_path == team.key
    assert written.settings.timezone == "UTC"
    assert written.document.spreadsheet.sheet == ("Deals",)
    assert [stage.name for stage in written.settings.stages] == ["Lead", "Offer"]
    assert written.document.spreadsheet.columns["customer"].header == "Customer"
    assert "private_key" not in rules.read_text()
    assert team.says("check").code == 0
    assert team.says("run", "--yes").code == 0


def test_a_first_rules_file_is_not_written_where_the_sheet_is_not_read(team: Team) -> None:
    rules, url = team.folder / "first.yaml", team.people.server.url

    def init(*more: object) -> Answer:
        given = ("--google", team.people.id, "--address", url, "--key-file", team.key)
        return dealkeeper("init", *given, "--output", rules, *more)

    misspelt = init("--sheet", "Deels")
    assert misspelt.code == 2
    assert "did you mean `Deals`" in misspelt.err
    team.people.book.access = "none"
    unshared = init()
    assert unshared.code == 5
    assert f"{ROBOT} may not" in unshared.err
    team.key.chmod(0o644)
    assert init().code == 4
    assert not rules.exists()


def test_today_is_the_spreadsheets(team: Team) -> None:
    team.write(zone="Asia/Shanghai")
    assert team.says("run", "--yes", now="2026-11-22T01:00").code == 0
    assert "2026-11-21 17:00" in team.says("history").out


def test_a_tab_that_is_missing_is_said_with_its_place(team: Team) -> None:
    team.write(sheet="Deels")
    answer = team.says("plan")
    assert answer.code == 2
    assert "dealkeeper.yaml:5:" in answer.err
    assert "did you mean `Deals`" in answer.err


def test_not_shared(team: Team) -> None:
    team.people.book.access = "none"
    answer = team.says("plan")
    assert answer.code == 5
    assert ROBOT in answer.err
    assert "Traceback" not in answer.err


def test_an_open_key_is_refused(team: Team) -> None:
    team.key.chmod(0o644)
    answer = team.says("plan")
    assert answer.code == 4
    assert "chmod 600" in answer.err
    assert team.people.server.log == []


def test_nothing_secret_is_kept(team: Team) -> None:
    team.says("run", "--yes")
    secret = json.loads(team.key.read_text())["private_key"][100:140].encode()
    for path in team.folder.rglob("*"):
        if path.is_file() and path != team.key:
            content = path.read_bytes()
            assert secret not in content, path
            assert b"ya29" not in content, path


@pytest.mark.parametrize(
    "given",
    ["not an id!", "https://example.com/x", "https://docs.google.com/spreadsheets/d/e/2PACX-1/pub"],
)
def test_an_address_that_is_none_is_said_with_its_place(team: Team, given: str) -> None:
    file = team.folder / "dealkeeper.yaml"
    lines = file.read_text().splitlines()
    lines[4] = f'spreadsheet: {{google: "{given}"}}'
    file.write_text("\n".join(lines))
    answer = team.says("check")
    assert answer.code == 2
    assert "dealkeeper.yaml:5:23: spreadsheet.google: expected the id or the address" in answer.err
