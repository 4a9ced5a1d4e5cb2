"""What Google's refusals mean for people: who has to do what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests import Response

from sync.store import Busy, Refused, StoreError, Unreachable

_LONGEST = 300  # characters of Google's own words that are repeated
# Reasons, and words of messages for which Google gives no reason of their own.
_SWITCHED_OFF = frozenset(
    {"SERVICE_DISABLED", "accessNotConfigured", "has not been used in project"}
)
_NO_PROJECT = frozenset({"requires a quota project"})
_NARROW = frozenset({"ACCESS_TOKEN_SCOPE_INSUFFICIENT", "insufficient authentication scopes"})
_OTHER_DOCUMENT = frozenset({"not supported for this document"})
_PROTECTED = frozenset({"protected cell or object"})
_WIDEN = (
    "gcloud auth application-default login --scopes="
    "https://www.googleapis.com/auth/spreadsheets,https://www.googleapis.com/auth/cloud-platform"
)


class Unsure(Exception):
    """A write was sent and no answer came: it may have landed, so it is looked up, not repeated."""


class Rejected(Refused):
    """Google did not accept a request (400): nothing of it was done.

    Attributes:
        status: of Google's answer.
    """

    def __init__(self, message: str, status: int, *, zh: str = "") -> None:
        super().__init__(message, zh=zh)
        self.status = status


def failure(response: Response, spreadsheet: str, identity: str) -> StoreError:
    """Return what an answer other than success means.

    Args:
        response: of status 400 and above.
        spreadsheet: its id.
        identity: whom Google knows us as, "" where we do not know it ourselves.
    """
    status, error = response.status_code, _error(response)
    if status == 401:
        return Unreachable(
            "Google does not accept the credentials; make a new key or sign in again",
            zh="Google 不接受当前凭据；请重新生成密钥或重新登录",
        )
    if status == 403:
        return _forbidden(error, identity)
    if status == 404:
        return Unreachable(
            f"there is no spreadsheet with the id {spreadsheet}; copy the id from its address: "
            "what stands between /d/ and /edit",
            zh=f"没有 id 为 {spreadsheet} 的表格；请从网址中 /d/ 与 /edit 之间复制 id",
        )
    if status == 429:
        return Busy(
            "Google's quota of requests is used up; try again in a minute",
            zh="Google 的请求配额已用完；请一分钟后再试",
        )
    if status >= 500 or status == 408:
        return Unreachable(
            f"Google Sheets does not answer now (status {status}); try again later",
            zh=f"Google 表格暂时没有响应（状态码 {status}）；请稍后再试",
        )
    return _rejected(status, error, spreadsheet, identity)


def _forbidden(error: Mapping[str, Any], identity: str) -> Unreachable:
    """Who has to permit what."""
    if _says(error, _NO_PROJECT):
        return Unreachable(
            "gcloud's credentials need a project that the requests are counted for; run: "
            "gcloud auth application-default set-quota-project PROJECT",
            zh="gcloud 的凭据需要指定计算配额的项目；请执行 "
            "gcloud auth application-default set-quota-project 项目",
        )
    if _says(error, _SWITCHED_OFF):
        return Unreachable(
            "the Google Sheets API is not enabled for the project of these credentials; enable "
            "it at https://console.cloud.google.com/apis/library/sheets.googleapis.com",
            zh="凭据所在的项目尚未启用 Google Sheets API；请在 "
            "https://console.cloud.google.com/apis/library/sheets.googleapis.com 启用",
        )
    if _says(error, _NARROW):
        return Unreachable(
            "the credentials were not made for spreadsheets; use a service account's key, or run: "
            f"{_WIDEN}",
            zh=f"当前凭据不含表格权限；请使用服务账号密钥，或执行 {_WIDEN}",
        )
    return Unreachable(
        f"{identity or 'the account that is used'} may not do this with the spreadsheet; share it "
        "with that address as an editor",
        zh=f"{identity or '所用账号'} 没有权限；请把该表格以“编辑者”身份共享给这个地址",
    )


def _rejected(status: int, error: Mapping[str, Any], spreadsheet: str, identity: str) -> StoreError:
    """What Google does not accept: the document, a protected cell, or a request of ours."""
    said = " ".join(str(error.get("message", "")).split())[:_LONGEST]
    if _says(error, _OTHER_DOCUMENT):
        return Unreachable(
            f"{spreadsheet} is no Google Sheet but another file on the Drive, such as an Excel "
            "workbook; open it there and choose File > Save as Google Sheets",
            zh=f"{spreadsheet} 不是 Google 表格，而是云端硬盘上的其他文件（例如 Excel 工作簿）；"
            "请打开它并选择“文件 > 保存为 Google 表格”",
        )
    if _says(error, _PROTECTED):
        return Refused(
            "somebody has protected cells that would be written; let "
            f"{identity or 'the account that is used'} edit them, or take the protection away "
            "(Data > Protect sheets and ranges)",
            zh=f"要写入的单元格受他人保护；请允许 {identity or '所用账号'} 编辑，或取消保护"
            "（数据 > 保护工作表和范围）",
        )
    return Rejected(
        f"Google refused the request (status {status}): {said}",
        status,
        zh=f"Google 拒绝了请求（状态码 {status}）：{said}",
    )


def no_answer() -> Unreachable:
    """Return what to raise where a change was sent again and again and never landed."""
    return Unreachable(
        "Google Sheets did not carry out the change; nothing was written, try again later",
        zh="Google 表格未能完成写入；未写入任何内容，请稍后再试",
    )


def unconnected() -> Unreachable:
    """Return what to raise where no connection to Google comes about."""
    return Unreachable(
        "Google Sheets cannot be reached; check the network and the proxy",
        zh="无法连接 Google 表格；请检查网络和代理",
    )


def _error(response: Response) -> Mapping[str, Any]:
    """The error object of Google's answer, empty where it has another form."""
    try:
        body = response.json()
    except ValueError:
        return {}
    error = body.get("error") if isinstance(body, dict) else None
    return error if isinstance(error, dict) else {}


def _says(error: Mapping[str, Any], signs: frozenset[str]) -> bool:
    """Whether Google's reasons, or its words where it gives none, are among these."""
    given = [one for one in (*error.get("details", ()), *error.get("errors", ())) if one]
    reasons = {str(one.get("reason", "")) for one in given if isinstance(one, dict)}
    message = str(error.get("message", ""))
    return bool(reasons & signs) or any(sign in message for sign in signs)
