"""Faults, quotas and people: each is met as asked, and a change that landed has landed."""

from __future__ import annotations

import gspread
import pytest
import requests

from tests.sheets_server import PERSON, Crowd, Fault, Quota, Server, running

UPDATE = "sheets.spreadsheets.values.update"


@pytest.fixture(autouse=True)
def calm(server: Server) -> None:
    server.faults.clear()
    server.crowd = None
    server.log.clear()


@pytest.mark.parametrize("landed", [False, True])
def test_a_write_that_fails_may_have_landed(
    server: Server, book: gspread.Spreadsheet, *, landed: bool
) -> None:
    server.faults.add(Fault(status=503, landed=landed, methods=UPDATE))
    with pytest.raises(gspread.exceptions.APIError) as caught:
        book.sheet1.update([["x"]], "A1")
    assert caught.value.code == 503
    assert book.sheet1.acell("A1").value == ("x" if landed else None)


def test_retry_after_is_sent_only_when_asked(server: Server, book: gspread.Spreadsheet) -> None:
    server.faults.add(Fault(status=429, retry_after=7), Fault(status=429))
    for expected in ("7", None):
        with pytest.raises(gspread.exceptions.APIError) as caught:
            book.fetch_sheet_metadata()
        assert caught.value.response.headers.get("Retry-After") == expected
        assert caught.value.error["status"] == "RESOURCE_EXHAUSTED"
    assert book.fetch_sheet_metadata()["spreadsheetId"] == book.id


@pytest.mark.parametrize("kind", ["reset", "silence"])
def test_connections_break(server: Server, book: gspread.Spreadsheet, kind: str) -> None:
    server.faults.add(Fault(kind, landed=True, methods=UPDATE, seconds=5 * (kind == "silence")))
    book.client.set_timeout(0.3)
    with pytest.raises(requests.RequestException):
        book.sheet1.update([["there"]], "A1")
    assert server.spreadsheet(book.id).sheets[0].grid[0, 0].entered == "there"


def test_slow_answers_are_right(server: Server, book: gspread.Spreadsheet) -> None:
    server.faults.add(Fault("slow", seconds=0.2))
    sheet = book.sheet1
    assert sheet.title == "Sheet1"


def test_faults_come_when_and_where_they_are_told(
    server: Server, book: gspread.Spreadsheet
) -> None:
    server.faults.add(Fault(status=500, methods="*.values.get", skip=1, times=2))
    seen = []
    for _ in range(5):
        book.fetch_sheet_metadata()
        try:
            book.values_get("A1")
            seen.append(200)
        except gspread.exceptions.APIError as error:
            seen.append(error.code)
    assert seen == [200, 500, 500, 200, 200]


def test_a_quota_counts_reads_and_writes_apart(server: Server, book: gspread.Spreadsheet) -> None:
    server.faults.quota = Quota(per_minute=2, retry_after=True)
    for _ in range(2):
        book.values_get("A1")
        book.values_update("A1", {"valueInputOption": "RAW"}, {"values": [["x"]]})
    with pytest.raises(gspread.exceptions.APIError, match="Read requests per minute per user"):
        book.values_get("A1")
    assert server.counts["sheets.spreadsheets.values.get"] == 3


def test_faults_can_be_set_over_http(server: Server, book: gspread.Spreadsheet) -> None:
    wanted = {"faults": [{"status": 503}], "crowd": {"seed": 1, "intensity": 0}}
    told = requests.post(f"{server.url}/control", json=wanted, timeout=5)
    assert told.json()["acts"] == []
    with pytest.raises(gspread.exceptions.APIError):
        book.fetch_sheet_metadata()
    refused = requests.post(f"{server.url}/control", json={"faults": [{"kind": "x"}]}, timeout=5)
    assert (refused.status_code, refused.json()["error"]["message"]) == (
        400,
        "a fault is one of status, reset, silence, slow, not 'x'",
    )


def test_sharing_can_be_set_over_http(server: Server, book: gspread.Spreadsheet) -> None:
    control = f"{server.url}/control"
    bad = requests.post(control, json={"access": {book.id: "king"}}, timeout=5).json()
    assert bad["error"]["message"] == "Access is one of owner, writer, reader, none."
    requests.post(control, json={"access": {book.id: "none"}}, timeout=5)
    with pytest.raises(gspread.exceptions.APIError, match="does not have permission"):
        book.fetch_sheet_metadata()


def filled(book: gspread.Spreadsheet) -> None:
    rows = [[f"K{at}", f"客户{at}", at] for at in range(1, 9)]
    book.sheet1.update([["编号", "客户", "金额"], *rows], "A1")


def test_people_leave_what_they_wanted(server: Server, book: gspread.Spreadsheet) -> None:
    filled(book)
    crowd = server.crowd = Crowd(7, 1.5, key="编号")
    for _ in range(60):
        book.values_get("Sheet1")
    server.crowd = None
    assert {one.kind for one in crowd.log} >= {"edit", "insert", "delete", "move", "sort", "filter"}
    sheet = server.spreadsheet(book.id).sheets[0]
    titles = [cell.entered for cell in sheet.grid.rows[0]]
    keys = [row[titles.index("编号")].entered for row in sheet.grid.rows[1:] if row]
    gone = {one.facts["row"] for one in crowd.log if one.kind == "delete"}
    added = {one.facts["row"] for one in crowd.log if one.kind in ("insert", "append")}
    assert {key for key in keys if key} == ({f"K{at}" for at in range(1, 9)} | added) - gone


def test_the_same_seed_gives_the_same_people() -> None:
    logs = []
    for _ in range(2):
        with running(seed=3) as server:
            book = server.create()
            server.crowd = Crowd(5, 1, key=None)
            for at in range(30):
                url = f"{server.url}/v4/spreadsheets/{book.id}/values/A{at + 1}"
                requests.get(url, headers={"Authorization": "Bearer x"}, timeout=5)
            logs.append(server.crowd.log)
    assert logs[0] == logs[1]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [("copy_row", ["K1", "K2", "K3", "K4", "K5", "K6", "K7", "K8"]), ("sort_part", None)],
)
def test_habits_and_mishaps_come_only_when_asked_for(
    server: Server, book: gspread.Spreadsheet, kind: str, keys: list[str] | None
) -> None:
    filled(book)
    crowd = server.crowd = Crowd(4, 1, key="编号", weights={kind: 1}, most=1)
    book.values_get("A1")
    book.values_get("A1")
    (act,) = crowd.log
    server.crowd = None
    rows = server.values(book.id)[1:]
    if keys:
        assert sorted(str(row[0]) for row in rows) == sorted([*keys, str(act.facts["row"])])
    else:
        assert len({row[0] for row in rows}) == 8
        assert act.facts["columns"][0] == "编号"


def test_persons_are_neither_counted_nor_disturbed(
    server: Server, book: gspread.Spreadsheet
) -> None:
    before = server.counts.total()
    server.faults.add(Fault(times=None))
    url = f"{server.url}/v4/spreadsheets/{book.id}"
    headers = {"Authorization": "Bearer me", PERSON: "yes"}
    assert requests.get(url, headers=headers, timeout=5).status_code == 200
    assert server.counts.total() == before
