"""The one way to Google: gspread's client with limits, retries and sentences for people."""

from __future__ import annotations

import ipaddress
import json as jsonlib
import logging
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError, TransportError
from gspread.http_client import FileType, HTTPClient, ParamsType
from gspread.urls import SPREADSHEETS_API_V4_BASE_URL
from requests import RequestException, Response
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)
from urllib3.exceptions import NewConnectionError

from sync.google.budget import Budget, Kind
from sync.google.errors import Unsure, failure, unconnected
from sync.store import StoreError, Unreachable

log = logging.getLogger(__name__)

DEFAULT_URL = "https://sheets.googleapis.com"
TIMEOUT = (5.0, 180.0)  # seconds to connect, and between two bytes of the answer
PATIENCE = 120.0  # seconds for all attempts of one request together
_ATTEMPTS = 8
_LONGEST_WAIT = 64.0  # seconds between two attempts; Google advises 32 or 64
_GONE = (404, 501)
# Questions that have a body and are therefore posted.
_ASKING = (":getByDataFilter", ":batchGetByDataFilter", "developerMetadata:search")


class _Again(Exception):
    """An attempt failed in a way that may pass; `why` is what to raise when it does not."""

    def __init__(self, why: StoreError, after: float | None = None) -> None:
        super().__init__(str(why))
        self.why = why
        self.after = after


def base_url(given: str) -> str:
    """Return the address of the API without its trailing slash.

    Args:
        given: from the settings.

    Raises:
        Unreachable: it is neither https nor this very computer; a token must not travel in clear.
    """
    parts = urlsplit(given)
    if parts.hostname and (parts.scheme == "https" or _is_here(parts.scheme, parts.hostname)):
        return given.rstrip("/")
    raise Unreachable(
        f"the address {given} of the Sheets API is not safe; expected one that begins with https://",
        zh=f"Sheets API 的地址 {given} 不安全；应以 https:// 开头",
    )


def _is_here(scheme: str, host: str) -> bool:
    try:
        return scheme == "http" and ipaddress.ip_address(host).is_loopback
    except ValueError:
        return scheme == "http" and host == "localhost"


class SheetsClient(HTTPClient):
    """gspread's HTTP client for one spreadsheet, with time limits, a quota budget and retries.

    Questions are repeated after 408, 429, 5xx and lost connections. A change is repeated only where
    it surely did not land (429, or no connection was made); else `Unsure` is raised, and the
    protocol looks the change up.
    """

    def __init__(
        self,
        credentials: Credentials,
        spreadsheet: str,
        *,
        url: str = DEFAULT_URL,
        identity: str = "",
        budget: Budget | None = None,
        patience: float = PATIENCE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the spreadsheet; nothing is sent yet.

        Args:
            credentials: with the scope of spreadsheets.
            spreadsheet: its id.
            url: of the API; https, or http on this computer.
            identity: whom Google knows us as, for sentences.
            budget: the quota, shared with other clients.
            patience: seconds for all attempts of one request together.
            sleep: waits so many seconds.

        Raises:
            Unreachable: the address is not safe.
        """
        super().__init__(credentials)
        self.set_timeout(TIMEOUT)
        self.spreadsheet = spreadsheet
        self.identity = identity
        self.budget = budget or Budget()
        self._base = base_url(url)
        self._patience = patience
        self._sleep = sleep

    def ask(self, method: str, path: str, *, params: ParamsType | None = None,
            json: Mapping[str, Any] | None = None) -> bytes:  # fmt: skip
        """Send a request about the spreadsheet and return the answer's body.

        Args:
            method: of HTTP.
            path: what follows the spreadsheet's id in the address, such as `:batchUpdate`.
            params: of the query.
            json: body of the request.
        """
        endpoint = f"{SPREADSHEETS_API_V4_BASE_URL}/{self.spreadsheet}{path}"
        return self.request(method, endpoint, params=params, json=json).content

    def request(
        self,
        method: str,
        endpoint: str,
        params: ParamsType | None = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: FileType = None,
        headers: Any = None,
    ) -> Response:
        """Send a request, again and again where that is safe; see `HTTPClient.request`.

        Raises:
            StoreError: it did not succeed, said for people.
            Unsure: a change was sent and may have landed.
        """
        asking = method.lower() == "get" or endpoint.endswith(_ASKING)
        if json is not None:
            # Chinese as it is: half the bytes of what requests would escape
            data = jsonlib.dumps(json, ensure_ascii=False, separators=(",", ":")).encode()
            headers = {**(headers or {}), "Content-Type": "application/json; charset=utf-8"}
        send = {"params": {"prettyPrint": "false", **(params or {})}, "data": data}
        target = self._base + endpoint.removeprefix(DEFAULT_URL)
        attempts = Retrying(
            retry=retry_if_exception_type(_Again),
            wait=_pause,
            stop=stop_before_delay(self._patience) | stop_after_attempt(_ATTEMPTS),
            sleep=self._sleep,
            retry_error_callback=_given_up,
        )
        response: Response = attempts(
            self._attempt, method, target, asking=asking, files=files, headers=headers, **send
        )
        return response

    def _attempt(self, method: str, url: str, *, asking: bool, **send: Any) -> Response:
        kind: Kind = "read" if asking else "write"
        self.budget.take(kind)
        try:
            response = self.session.request(method, url, timeout=self.timeout, **send)
        except GoogleAuthError as error:
            raise _signing(error) from error
        except RequestException as error:
            log.debug("%s failed: %s", kind, type(error).__name__)
            if asking or _never_sent(error):
                raise _Again(unconnected()) from error
            raise Unsure from error
        log.debug("%s: status %d, %d bytes", kind, response.status_code, len(response.content))
        status = response.status_code
        if response.ok:
            return response
        why = failure(response, self.spreadsheet, self.identity)
        if status == 429 or (asking and _may_pass(status)):
            raise _Again(why, _retry_after(response))
        if _may_pass(status):
            raise Unsure
        raise why


def _may_pass(status: int) -> bool:
    return status == 408 or (status >= 500 and status not in _GONE)


def _signing(error: GoogleAuthError) -> StoreError | _Again:
    """What a failure to get a token means; Google's words may hold parts of it and are not told."""
    if isinstance(error, TransportError) or error.retryable:
        return _Again(unconnected())
    return Unreachable(
        "Google does not give these credentials a token: they are revoked, expired, or not allowed "
        "to act for the other account; make a new key or sign in again",
        zh="无法用当前凭据取得访问令牌：凭据已撤销、过期，或无权代表该账号；请重新生成密钥或重新登录",
    )


def _never_sent(error: RequestException) -> bool:
    """Whether no connection came about, so that nothing can have landed."""
    if isinstance(error, ConnectTimeout):
        return True
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, NoConnection) and isinstance(reason, NewConnectionError)


_backing_off = wait_random_exponential(multiplier=1, max=_LONGEST_WAIT)


def _pause(state: RetryCallState) -> float:
    """Seconds until the next attempt: what Google asks for, else ever longer, with jitter."""
    error = state.outcome.exception() if state.outcome else None
    jittered = _backing_off(state)
    if isinstance(error, _Again) and error.after is not None:
        return max(error.after, min(jittered, 1.0))
    return jittered


def _given_up(state: RetryCallState) -> Response:
    error = state.outcome.exception() if state.outcome else None
    raise error.why if isinstance(error, _Again) else unconnected()


def _retry_after(response: Response) -> float | None:
    """Seconds that the answer asks to wait, None where it does not say."""
    said = response.headers.get("Retry-After", "")
    if said.isdigit():
        return float(said)
    try:
        return max(0.0, parsedate_to_datetime(said).timestamp() - time.time())
    except ValueError:
        return None
