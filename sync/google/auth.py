"""Whom Google knows us as: credentials from files that are named, never from the rules file."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import google.auth
import platformdirs
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.oauth2 import credentials as user
from google.oauth2 import service_account

from sync.store import Refused, Unreachable

# All that is ever asked for: no Drive, no e-mail.
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
KEY_VARIABLE = "DEALKEEPER_GOOGLE_KEY"

Way = Literal["default", "user"]


@dataclass(frozen=True, slots=True)
class Access:
    """How to get credentials; no secret in it.

    Attributes:
        way: `default` takes a key file, else what `gcloud` or the machine gives; `user` signs a
            person in by the browser, for a trial.
        key: file of a service account; the environment variable `DEALKEEPER_GOOGLE_KEY` names it
            where None.
        impersonate: service account to act for, "" for none.
    """

    way: Way = "default"
    key: Path | None = None
    impersonate: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Identity:
    """Credentials and the address that a spreadsheet has to be shared with.

    Attributes:
        credentials: with the scope of spreadsheets only.
        name: e-mail address, "" where the credentials do not tell it.
    """

    credentials: Credentials
    name: str


def sign_in(access: Access) -> Identity:
    """Return the credentials that the settings and the environment name.

    Args:
        access: what the settings say.

    Raises:
        Unreachable: there are none, or the file is no key.
        Refused: the key file can be read by others.
    """
    if access.way == "user":
        return _signed_in(user_file())
    named = os.environ.get(KEY_VARIABLE)
    path = access.key or (Path(named) if named else None)
    identity = _from_file(path) if path else _default()
    return _acting_for(identity, access.impersonate) if access.impersonate else identity


def user_file() -> Path:
    """Return where the permission that a person gave is kept."""
    folder = platformdirs.user_config_path("dealkeeper", appauthor=False)
    return folder / "google-user.json"


def require_private(path: Path) -> None:
    """Refuse a key that others on this computer can read.

    Raises:
        Refused: group or world may read it.
        Unreachable: it is not there.
    """
    try:
        mode = path.stat().st_mode
    except OSError as error:
        raise Unreachable(
            f"the key file {path} cannot be read: {error.strerror}",
            zh=f"无法读取密钥文件 {path}：{error.strerror}",
        ) from error
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused(
            f"the key file {path} can be read by others; close it with: chmod 600 {path}",
            zh=f"密钥文件 {path} 可被其他用户读取；请执行 chmod 600 {path}",
        )


def _content(path: Path) -> dict[str, Any]:
    require_private(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise _no_key(path)
    return content


def _no_key(path: Path) -> Unreachable:
    # without the cause: a parser's words may repeat parts of a key
    return Unreachable(
        f"{path} is no key of a Google account; expected the JSON file that the Google Cloud "
        "console gives for a service account",
        zh=f"{path} 不是 Google 账号密钥；应为 Google Cloud 控制台为服务账号生成的 JSON 文件",
    )


def _from_file(path: Path) -> Identity:
    content = _content(path)
    try:
        if content.get("type") == "service_account":
            made = service_account.Credentials.from_service_account_info(content, scopes=SCOPES)
            return Identity(made, str(made.service_account_email))
        if content.get("type") == "authorized_user":
            return _of_person(content)
    except (ValueError, GoogleAuthError):
        raise _no_key(path) from None
    raise _no_key(path)


def _of_person(content: Mapping[str, Any]) -> Identity:
    made = user.Credentials.from_authorized_user_info(dict(content), scopes=list(SCOPES))
    return Identity(made, str(content.get("account") or ""))


def _default() -> Identity:
    """What the machine gives: GOOGLE_APPLICATION_CREDENTIALS, gcloud, or the cloud around it."""
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if named:
        require_private(Path(named))
    try:
        found, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError:
        raise Unreachable(
            f"there are no Google credentials; name a service account's key file in {KEY_VARIABLE} "
            "or under `google: key_file`, or run: gcloud auth application-default login",
            zh=f"没有 Google 凭据；请在 {KEY_VARIABLE} 或 `google: key_file` 中给出服务账号"
            "密钥文件，或执行 gcloud auth application-default login",
        ) from None
    return Identity(found, _name_of(found))


def _name_of(credentials: Credentials) -> str:
    for attribute in ("service_account_email", "account"):
        name = getattr(credentials, attribute, "")
        # a machine in the cloud learns its address with its first token
        if name and name != "default":
            return str(name)
    return ""


def _acting_for(identity: Identity, account: str) -> Identity:
    made = impersonated_credentials.Credentials(
        source_credentials=identity.credentials,
        target_principal=account,
        target_scopes=list(SCOPES),
    )
    return Identity(made, account)


def _signed_in(path: Path) -> Identity:
    """What a person permitted in the browser earlier."""
    if not path.exists():
        raise Unreachable(
            "nobody has signed in to Google yet; run: dealkeeper login CLIENT_FILE",
            zh="尚未登录 Google；请先执行 dealkeeper login 客户端文件",
        )
    try:
        return _of_person(_content(path))
    except ValueError:
        raise _no_key(path) from None


def permit(client_file: Path) -> Path:
    """Let a person sign in by the browser, and keep the permission for the user only.

    Args:
        client_file: of an OAuth client of the kind "desktop app".

    Returns:
        Where the permission is kept.

    Raises:
        Refused: others can read the client file.
        Unreachable: it is no client file.
    """
    from google_auth_oauthlib.flow import InstalledAppFlow

    try:
        flow = InstalledAppFlow.from_client_config(_content(client_file), scopes=list(SCOPES))
    except ValueError:
        raise _no_key(client_file) from None
    found = flow.run_local_server(port=0)
    path = user_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(found.to_json())
    path.chmod(0o600)
    return path
