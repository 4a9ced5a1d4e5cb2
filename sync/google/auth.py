"""Whom Google knows us as: credentials from where they are kept, never from the rules file."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import google.auth
from google.auth import impersonated_credentials
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from google.oauth2 import credentials as user
from google.oauth2 import service_account

from sync.google import keys
from sync.google.keys import Kept, Secret
from sync.store import Mismatch, Unreachable

# All that is ever asked for: no Drive, no e-mail.
SCOPES = ("https://www.googleapis.com/auth/spreadsheets",)
KEY_VARIABLE = "DEALKEEPER_GOOGLE_KEY"

Way = Literal["default", "user", "keyring"]
_SERVICE_ACCOUNT = "service_account"


@dataclass(frozen=True, slots=True)
class Access:
    """How to get credentials; no secret in it.

    Attributes:
        way: `default` takes a key file, else what `gcloud` or the machine gives; `keyring` the key
            that the system's keyring keeps; `user` what a person permitted by the browser, for a
            trial.
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
        kept: where the secret behind them is kept.
    """

    credentials: Credentials
    name: str
    kept: Kept


def sign_in(access: Access) -> Identity:
    """Return the credentials that the settings and the environment name.

    Args:
        access: what the settings say.

    Raises:
        Unreachable: there are none, or what is kept is no key.
        Refused: the key file can be read by others.
    """
    if access.way == "user":
        return _permitted()
    named = os.environ.get(KEY_VARIABLE)
    path = access.key or (Path(named) if named else None)
    if access.way == "keyring":
        identity = _identity(_kept_key())
    else:
        identity = _identity(keys.from_file(path)) if path else _default()
    return _acting_for(identity, access.impersonate) if access.impersonate else identity


def _identity(secret: Secret) -> Identity:
    content = secret.content
    try:
        if content.get("type") == _SERVICE_ACCOUNT:
            made = service_account.Credentials.from_service_account_info(content, scopes=SCOPES)
            return Identity(made, str(made.service_account_email), secret.kept)
        if content.get("type") == "authorized_user":
            return _of_person(secret)
    except (ValueError, GoogleAuthError):
        raise keys.no_key(secret.kept) from None
    raise keys.no_key(secret.kept, content)


def _of_person(secret: Secret) -> Identity:
    content = dict(secret.content)
    made = user.Credentials.from_authorized_user_info(content, scopes=list(SCOPES))
    return Identity(made, str(content.get("account") or ""), secret.kept)


def _kept_key() -> Secret:
    found = keys.from_keyring(keys.KEY)
    if found is None:
        raise Unreachable(
            "the system's keyring keeps no key yet; run: dealkeeper login KEY_FILE --keyring",
            zh="系统密钥环中还没有密钥；请先执行 dealkeeper login 密钥文件 --keyring",
        )
    return found


def _default() -> Identity:
    """What the machine gives: GOOGLE_APPLICATION_CREDENTIALS, gcloud, or the cloud around it."""
    named = os.environ.get("GOOGLE_APPLICATION_CREDENTIALS")
    if named:
        keys.require_private(Path(named))
    try:
        found, _ = google.auth.default(scopes=SCOPES)
    except DefaultCredentialsError:
        raise Unreachable(
            f"there are no Google credentials; name a service account's key file in {KEY_VARIABLE} "
            "or under `google: key_file`, or run: gcloud auth application-default login",
            zh=f"没有 Google 凭据；请在 {KEY_VARIABLE} 或 `google: key_file` 中给出服务账号"
            "密钥文件，或执行 gcloud auth application-default login",
        ) from None
    machine = Kept("what gcloud or this machine gives", "gcloud 或本机环境")
    kept = Kept(f"the file {named}", f"文件 {named}") if named else machine
    return Identity(found, _name_of(found), kept)


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
    return Identity(made, account, identity.kept)


def _permitted() -> Identity:
    """What a person permitted in the browser earlier: a file, else what the keyring keeps."""
    path = keys.user_file()
    kept = keys.from_keyring if keys.has_keyring() else lambda _: None
    secret = keys.from_file(path) if path.exists() else kept(keys.PERSON)
    if secret is None:
        raise Unreachable(
            "nobody has signed in to Google yet; run: dealkeeper login CLIENT_FILE",
            zh="尚未登录 Google；请先执行 dealkeeper login 客户端文件",
        )
    try:
        return _of_person(secret)
    except ValueError:
        raise keys.no_key(secret.kept) from None


def permit(file: Path, *, keyring: bool = False) -> tuple[Way, Kept]:
    """Let a person sign in by the browser, or take a service account's key into the keyring.

    Args:
        file: of an OAuth client of the kind "desktop app", or with a service account's key.
        keyring: keep the secret in the system's keyring, not in a file for the user only.

    Returns:
        How the rules file names it, and where it is kept.

    Raises:
        Refused: others can read the file.
        Unreachable: it is neither, or there is no keyring.
        Mismatch: it holds a service account's key, which needs no signing in.
    """
    given = keys.from_file(file)
    if given.content.get("type") == _SERVICE_ACCOUNT:
        if not keyring:
            raise Mismatch(
                f"{file} is a service account's key, which needs no signing in: name it under "
                "`google: key_file`, or keep it in the system's keyring with --keyring",
                zh=f"{file} 是服务账号密钥，无需登录：请写在 `google: key_file` 下，"
                "或加上 --keyring 存入系统密钥环",
            )
        _identity(given)  # what is no key is said now, not at the first run
        return "keyring", keys.to_keyring(keys.KEY, json.dumps(dict(given.content)))
    permission = _asked(given)
    if not keyring:
        return "user", keys.to_file(keys.user_file(), permission)
    kept = keys.to_keyring(keys.PERSON, permission)
    keys.user_file().unlink(missing_ok=True)
    return "user", kept


def _asked(client: Secret) -> str:
    """What a person permits in the browser now, as JSON."""
    from google_auth_oauthlib.flow import InstalledAppFlow

    try:
        flow = InstalledAppFlow.from_client_config(dict(client.content), scopes=list(SCOPES))
    except ValueError:
        raise keys.no_key(client.kept) from None
    return str(flow.run_local_server(port=0).to_json())
