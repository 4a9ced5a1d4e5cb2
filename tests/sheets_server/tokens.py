"""Access tokens: any is accepted; those given out here know what they are for."""

from __future__ import annotations

import base64
import json
from typing import Any, Final
from urllib.parse import parse_qs

from tests.sheets_server.errors import ApiError

Json = dict[str, Any]
_PREFIX: Final = "https://www.googleapis.com/auth/"
_ENOUGH: Final = {
    "sheets": ("spreadsheets", "spreadsheets.readonly", "drive", "drive.readonly", "drive.file"),
    "drive": ("drive", "drive.readonly", "drive.file"),
}


class Tokens:
    """Which scopes the tokens given out have."""

    def __init__(self) -> None:
        self._scopes: dict[str, set[str]] = {}

    def grant(self, form: bytes) -> Json:
        """A token for what a service account's signed request asks for.

        The signature is not checked: whoever can reach this server may use it.

        Args:
            form: the form that google-auth posts, with its ``assertion``.

        Raises:
            ApiError: an assertion that cannot be read.
        """
        asked = parse_qs(form.decode())
        token = f"ya29.local-{len(self._scopes)}"
        if "assertion" in asked:
            self._scopes[token] = _claimed(asked["assertion"][0])
        return {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}

    def check(self, header: str, service: str) -> None:
        """That a caller may use a service.

        Args:
            header: the Authorization header; empty if there is none.
            service: "sheets" or "drive".

        Raises:
            ApiError: 401 without a token, 403 with one that is for something else.
        """
        word, _, token = header.partition(" ")
        if word != "Bearer" or not token:
            raise ApiError(
                "Request is missing required authentication credential. Expected OAuth 2 access "
                "token, login cookie or other valid authentication credential.",
                401,
            )
        scopes = self._scopes.get(token)
        if scopes is not None and not scopes & {_PREFIX + each for each in _ENOUGH[service]}:
            raise ApiError("Request had insufficient authentication scopes.", 403)


def _claimed(assertion: str) -> set[str]:
    try:
        claims = assertion.split(".")[1]
        read = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        return set(read["scope"].split())
    except (LookupError, ValueError, AttributeError, TypeError):
        raise ApiError("Invalid JWT: it must hold a scope.") from None
