"""Whom Google knows us as, and that nothing secret is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from sync.google.auth import KEY_VARIABLE, SCOPES, Access, sign_in, user_file
from sync.store import Refused, Unreachable

ROBOT = "robot@example-project.iam.gserviceaccount.com"


def pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (KEY_VARIABLE, "GOOGLE_APPLICATION_CREDENTIALS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CLOUDSDK_CONFIG", str(tmp_path / "gcloud"))
    monkeypatch.setenv("NO_GCE_CHECK", "true")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    content = {
        "type": "service_account", "client_email": ROBOT, "private_key": pem(),
        "private_key_id": "1", "token_uri": "http://127.0.0.1:1/token",
    }  # fmt: skip
    path.write_text(json.dumps(content))
    path.chmod(0o600)
    return path


def test_a_key_file_names_who_we_are(key: Path) -> None:
    found = sign_in(Access(key=key))
    assert found.name == ROBOT
    assert list(found.credentials.scopes) == list(SCOPES)  # type: ignore[attr-defined]


@pytest.mark.parametrize("variable", [KEY_VARIABLE, "GOOGLE_APPLICATION_CREDENTIALS"])
def test_the_environment_names_a_key(
    key: Path, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, str(key))
    assert sign_in(Access()).name == ROBOT


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
@pytest.mark.parametrize("variable", ["", KEY_VARIABLE, "GOOGLE_APPLICATION_CREDENTIALS"])
def test_a_key_that_others_can_read_is_refused(
    key: Path, mode: int, variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.chmod(mode)
    if variable:
        monkeypatch.setenv(variable, str(key))
    with pytest.raises(Refused, match="chmod 600"):
        sign_in(Access(key=None if variable else key))


def test_acting_for_another_account(key: Path) -> None:
    assert sign_in(Access(key=key, impersonate="sales@example.com")).name == "sales@example.com"


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"type": "service_account", "private_key": "SECRET"}',
     '{"type": "authorized_user", "refresh_token": "SECRET"}', '{"type": "other", "k": "SECRET"}'],
)  # fmt: skip
def test_what_is_no_key_is_said_without_its_content(key: Path, content: str) -> None:
    key.write_text(content)
    with pytest.raises(Unreachable, match="no key of a Google account") as caught:
        sign_in(Access(key=key))
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_there_are_no_credentials() -> None:
    with pytest.raises(Unreachable, match="no Google credentials"):
        sign_in(Access())


def test_a_missing_key_is_said(tmp_path: Path) -> None:
    with pytest.raises(Unreachable, match="cannot be read"):
        sign_in(Access(key=tmp_path / "none.json"))


def test_a_person_who_signed_in() -> None:
    with pytest.raises(Unreachable, match="dealkeeper login"):
        sign_in(Access("user"))
    path = user_file()
    path.parent.mkdir(parents=True)
    path.write_text(
        json.dumps(
            {
                "type": "authorized_user", "client_id": "c", "client_secret": "s",
                "refresh_token": "r", "account": "ann@example.com",
            }
        )
    )  # fmt: skip
    path.chmod(0o600)
    assert sign_in(Access("user")).name == "ann@example.com"
    path.chmod(0o644)
    with pytest.raises(Refused):
        sign_in(Access("user"))
