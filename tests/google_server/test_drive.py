"""Drive through gspread: files, copies, sharing, comments and exports."""

from __future__ import annotations

import gspread
import pytest

from tests.google_server.conftest import Api
from tests.sheets_server import Server


def test_files_are_found_by_name(client: gspread.Client) -> None:
    made = client.create("查找")
    assert client.open("查找").id == made.id
    assert [one["id"] for one in client.list_spreadsheet_files("查找")] == [made.id]
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open("没有")
    client.del_spreadsheet(made.id)
    assert client.list_spreadsheet_files("查找") == []
    with pytest.raises(gspread.SpreadsheetNotFound):
        client.open_by_key(made.id)


def test_folders_hold_files(client: gspread.Client) -> None:
    inside, outside = client.create("同名", folder_id="F1"), client.create("同名")
    assert client.open("同名", folder_id="F1").id == inside.id
    assert {one["id"] for one in client.list_spreadsheet_files("同名")} == {inside.id, outside.id}


def test_pages_of_files(server: Server, api: Api) -> None:
    found, token = [], ""
    while True:
        page = api("GET", "/drive/v3/files", pageSize=2, pageToken=token).json()
        found += [one["id"] for one in page["files"]]
        token = page.get("nextPageToken")
        if token is None:
            break
    assert sorted(found) == sorted(server.cloud.files)


def test_a_copy_has_all_and_is_its_own(client: gspread.Client, book: gspread.Spreadsheet) -> None:
    book.sheet1.update([["x"]], "A1")
    book.share("boss@example.com", "user", "writer")
    address = f"https://www.googleapis.com/drive/v3/files/{book.id}/comments"
    client.http_client.request("post", address, params={"fields": "id"}, json={"content": "看"})
    twin = client.copy(book.id, "副本", copy_permissions=True)
    assert twin.sheet1.acell("A1").value == "x"
    assert {one["emailAddress"] for one in twin.list_permissions()} == {
        "robot@example-project.iam.gserviceaccount.com",
        "boss@example.com",
    }
    address = f"https://www.googleapis.com/drive/v3/files/{twin.id}/comments"
    found = client.http_client.request("get", address, params={"fields": "comments"}).json()
    assert [one["content"] for one in found["comments"]] == ["看"]
    twin.sheet1.update([["y"]], "A1")
    assert book.sheet1.acell("A1").value == "x"


def test_sharing_ends_and_changes_hands(book: gspread.Spreadsheet) -> None:
    book.share("", "anyone", "reader")
    book.share("example.com", "domain", "reader")
    made = book.share("heir@example.com", "user", "writer").json()["id"]
    book.transfer_ownership(made)
    book.accept_ownership(made)
    roles = {one.get("emailAddress", one["type"]): one["role"] for one in book.list_permissions()}
    assert (roles["heir@example.com"], roles["anyone"]) == ("owner", "reader")
    assert book.remove_permissions("example.com") != []
    assert "domain" not in {one["type"] for one in book.list_permissions()}


def test_times_and_titles(book: gspread.Spreadsheet) -> None:
    before = book.get_lastUpdateTime()
    book.update_title("改名")
    book.sheet1.update([["x"]], "A1")
    assert book.get_lastUpdateTime() >= before
    book.update_drive_metadata()
    assert book.title == "改名"


def test_files_go_out_and_come_in(client: gspread.Client, book: gspread.Spreadsheet) -> None:
    client.import_csv(book.id, "编号,金额\nK1,12\n")
    assert book.sheet1.get_all_values() == [["编号", "金额"], ["K1", "12"]]
    assert book.export(gspread.utils.ExportFormat.CSV).decode() == "编号,金额\r\nK1,12"
    with pytest.raises(gspread.exceptions.APIError, match="conversion is not supported"):
        book.export(gspread.utils.ExportFormat.PDF)
