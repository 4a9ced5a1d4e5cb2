"""What Google's refusals mean for people: who has to do what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from requests import Response

from sync.store import Busy, Refused, StoreError, Unreachable

_LONGEST = 300  # characters of Google's own words that are repeated


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
    error = _error(response)
    who_en, who_zh = identity or "the account that is used", identity or "所用账号"
    match response.status_code:
        case 401:
            return Unreachable(
                "Google does not accept the credentials; make a new key or sign in again",
                zh="Google 不接受当前凭据；请重新生成密钥或重新登录",
            )
        case 403 if _switched_off(error):
            return Unreachable(
                "the Google Sheets API is not enabled for the project of these credentials; enable "
                "it at https://console.cloud.google.com/apis/library/sheets.googleapis.com",
                zh="凭据所在的项目尚未启用 Google Sheets API；请在 "
                "https://console.cloud.google.com/apis/library/sheets.googleapis.com 启用",
            )
        case 403:
            return Unreachable(
                f"{who_en} may not do this with the spreadsheet; share it with that address as an "
                "editor",
                zh=f"{who_zh}没有权限；请把该表格以“编辑者”身份共享给这个地址",
            )
        case 404:
            return Unreachable(
                f"there is no spreadsheet with the id {spreadsheet}; copy the id from its address: "
                "what stands between /d/ and /edit",
                zh=f"没有 id 为 {spreadsheet} 的表格；请从网址中 /d/ 与 /edit 之间复制 id",
            )
        case 429:
            return Busy(
                "Google's quota of requests is used up; try again in a minute",
                zh="Google 的请求配额已用完；请一分钟后再试",
            )
        case status if status >= 500 or status == 408:
            return Unreachable(
                f"Google Sheets does not answer now (status {status}); try again later",
                zh=f"Google 表格暂时没有响应（状态码 {status}）；请稍后再试",
            )
    said = " ".join(str(error.get("message", "")).split())[:_LONGEST]
    status = response.status_code
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


def _switched_off(error: Mapping[str, Any]) -> bool:
    details = [detail for detail in error.get("details", ()) if isinstance(detail, dict)]
    reasons = {detail.get("reason") for detail in (*details, *error.get("errors", ()))}
    return bool(reasons & {"SERVICE_DISABLED", "accessNotConfigured"}) or (
        "has not been used in project" in str(error.get("message", ""))
    )
