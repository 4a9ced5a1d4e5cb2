"""Whatever is wrong with a Google Sheet: one clear sentence, the right exit code, no change."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from jobs.cli.errors import Exit
from tests.cli.google_team import Team
from tests.cli.kit import check, dealkeeper
from tests.google.test_auth import ROBOT
from tests.sheets_server import api
from tests.sheets_server.errors import ApiError
from tests.sheets_server.tokens import Tokens

Patch = pytest.MonkeyPatch
Spoil = Callable[[Team, Patch], object]
both = pytest.mark.parametrize("language", ["en", "zh"])


@dataclass(frozen=True, slots=True)
class Case:
    """What is wrong, and what is answered."""

    name: str
    spoil: Spoil
    code: int
    says: str
    chinese: str


def rules(old: str, new: str) -> Spoil:
    """Change the rules file."""

    def spoil(team: Team, patch: Patch) -> None:
        file = team.folder / "dealkeeper.yaml"
        text = file.read_text("utf-8").replace("{id}", team.people.id)
        assert old.replace("{id}", team.people.id) in text
        file.write_text(text.replace(old.replace("{id}", team.people.id), new), "utf-8")

    return spoil


def key(text: str) -> Spoil:
    """Write another key file."""
    return lambda team, patch: team.key.write_text(text)


def access(role: str) -> Spoil:
    return lambda team, patch: setattr(team.people.book, "access", role)


def answers(message: str, status: int, *, reason: str = "") -> Spoil:
    """Google answers every request with an error."""

    def spoil(team: Team, patch: Patch) -> None:
        def fail(*_: Any) -> Any:
            raise ApiError(message, status, reason=reason)

        patch.setattr(api, "answer", fail)

    return spoil


def deleted(team: Team, patch: Patch) -> None:
    team.people.server.cloud.delete(team.people.id)


def no_token(team: Team, patch: Patch) -> None:
    """Google's sign-in does not know the key any more."""

    def refuse(self: Tokens, form: bytes) -> Any:
        raise ApiError("invalid_grant: SECRET", 400)

    patch.setattr(Tokens, "grant", refuse)


def other_kind(kind: str) -> Spoil:
    def spoil(team: Team, patch: Patch) -> None:
        content = json.loads(team.key.read_text())
        team.key.write_text(json.dumps({**content, "type": kind}))

    return spoil


def headless(team: Team, patch: Patch) -> None:
    team.people.type(0, 0, [[f"x{n}" for n in range(7)]])


def protected(team: Team, patch: Patch) -> None:
    """A colleague locks the owner column."""
    place = {"sheetId": 0, "startColumnIndex": 4, "endColumnIndex": 5}
    guard = {"protectedRangeId": 5, "range": place, "requestingUserCanEdit": False}
    team.people.server.spreadsheet(team.people.id).sheets[0].parts["protectedRanges"].append(guard)


ADDRESS = "https://docs.google.com/spreadsheets/d/{id}/edit#gid=0"
NO_ID = (
    "dealkeeper.yaml:5:23: spreadsheet.google: expected the id or the address of a Google Sheet",
    "应为 Google 表格的 id 或网址",
)
NO_KEY = ("no key of a Google account; expected the JSON", "不是 Google 账号密钥")
CASES = (
    Case("no id", rules(ADDRESS, "not an id"), Exit.USAGE, *NO_ID),
    Case("another site", rules(ADDRESS, "https://example.com/d/x"), Exit.USAGE, *NO_ID),
    Case(
        "a published copy",
        rules(ADDRESS, "https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml"),
        Exit.USAGE,
        *NO_ID,
    ),
    Case("blank id", rules(ADDRESS, ""), Exit.USAGE, *NO_ID),
    Case(
        "the tab is misspelt",
        rules("sheet: Deals", "sheet: Deels"),
        Exit.USAGE,
        "did you mean `Deals`",
        "是不是“Deals”？",
    ),
    Case("no header", headless, Exit.USAGE, "header", "表头"),
    Case(
        "the key is missing",
        lambda team, patch: team.key.unlink(),
        Exit.UNREACHABLE,
        "there is no key file ",
        "key.json 不存在",
    ),
    Case(
        "the key is open to others",
        lambda team, patch: team.key.chmod(0o644),
        Exit.REFUSED,
        "can be read by others; close it with: chmod 600",
        "可被其他用户读取；请执行 chmod 600",
    ),
    Case("the key is no JSON", key("{"), Exit.UNREACHABLE, *NO_KEY),
    Case("the key is a list", key("[]"), Exit.UNREACHABLE, *NO_KEY),
    Case("the key is cut short", key('{"type": "service_account"}'), Exit.UNREACHABLE, *NO_KEY),
    Case(
        "the key is a client's",
        key('{"installed": {"client_secret": "SECRET"}}'),
        Exit.UNREACHABLE,
        "holds an OAuth client, which is no key: run dealkeeper login with it",
        "中是 OAuth 客户端，不是密钥",
    ),
    Case("the key is of another kind", other_kind("external_account"), Exit.UNREACHABLE, *NO_KEY),
    Case(
        "nobody has signed in",
        rules("key_file: key.json", "sign_in: user"),
        Exit.UNREACHABLE,
        "run: dealkeeper login CLIENT_FILE",
        "请先执行 dealkeeper login",
    ),
    Case(
        "the key was revoked",
        no_token,
        Exit.UNREACHABLE,
        "Google does not give these credentials a token",
        "无法用当前凭据取得访问令牌",
    ),
    Case(
        "not shared",
        access("none"),
        Exit.UNREACHABLE,
        f"{ROBOT} may not do this with the spreadsheet; share it with that address",
        f"{ROBOT} 没有权限；请把该表格以“编辑者”身份共享给这个地址",
    ),
    Case(
        "the spreadsheet is gone",
        deleted,
        Exit.UNREACHABLE,
        "there is no spreadsheet with the id 1",
        "没有 id 为 1",
    ),
    Case(
        "the API is not enabled",
        answers("Google Sheets API has not been used in project 7 before or it is disabled.", 403),
        Exit.UNREACHABLE,
        "the Google Sheets API is not enabled",
        "尚未启用 Google Sheets API",
    ),
    Case(
        "the API is not enabled, by reason",
        answers("Access Not Configured.", 403, reason="accessNotConfigured"),
        Exit.UNREACHABLE,
        "the Google Sheets API is not enabled",
        "尚未启用 Google Sheets API",
    ),
    Case(
        "gcloud's credentials without a project",
        answers("The sheets.googleapis.com API requires a quota project.", 403),
        Exit.UNREACHABLE,
        "need a project that the requests are counted for",
        "set-quota-project 项目",
    ),
    Case(
        "the credentials are for something else",
        answers("Request had insufficient authentication scopes.", 403),
        Exit.UNREACHABLE,
        "were not made for spreadsheets",
        "不含表格权限",
    ),
    Case(
        "an Excel workbook on the Drive",
        answers("This operation is not supported for this document", 400),
        Exit.UNREACHABLE,
        "is no Google Sheet but another file on the Drive",
        "不是 Google 表格",
    ),
    Case(
        "an address that is not safe",
        rules('address: "http://127', 'address: "http://10'),
        Exit.UNREACHABLE,
        "expected one that begins with https://",
        "应以 https:// 开头",
    ),
)


@both
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_run_says_what_is_wrong(
    google_team: Team, monkeypatch: Patch, case: Case, language: str
) -> None:
    team = google_team
    rules("language: en", f"language: {language}")(team, monkeypatch)
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    case.spoil(team, monkeypatch)
    answer = team.says("run", "--yes")
    check(answer, case.code, case.says if language == "en" else case.chinese)
    assert "SECRET" not in answer.said
    assert not any(asked.method.endswith("pdate") for asked in team.people.server.log)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_doctor_says_the_same(google_team: Team, monkeypatch: Patch, case: Case) -> None:
    case.spoil(google_team, monkeypatch)
    answer = google_team.says("doctor")
    assert case.says in answer.said
    assert "Traceback" not in answer.said
    assert answer.code == (Exit.USAGE if "dealkeeper.yaml:5:23" in case.says else Exit.PENDING)


@both
def test_cells_that_somebody_protected(
    google_team: Team, monkeypatch: Patch, language: str
) -> None:
    team = google_team
    rules("language: en", f"language: {language}")(team, monkeypatch)
    protected(team, monkeypatch)
    answer = team.says("run", "--yes")
    says = {
        "en": f"somebody has protected cells that would be written; let {ROBOT} edit them",
        "zh": f"要写入的单元格受他人保护；请允许 {ROBOT} 编辑",
    }
    check(answer, Exit.REFUSED, says[language])
    assert team.people.look()[2][4] == ""


@pytest.mark.parametrize("content", ["{", "[]", '{"type": "other", "k": "SECRET"}'])
def test_login_says_what_is_no_client(google_team: Team, content: str) -> None:
    google_team.key.write_text(content)
    answer = dealkeeper("login", google_team.key)
    check(answer, Exit.UNREACHABLE, "no key of a Google account")
    assert "SECRET" not in answer.said
