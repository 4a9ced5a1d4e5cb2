"""Whom Google knows us as, and that nothing secret is told."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import keyring
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from keyring import core
from keyring.backend import KeyringBackend
from keyring.backends import fail as no_keyring
from keyring.errors import KeyringLocked, PasswordSetError

from sync.google import auth, keys
from sync.google.auth import KEY_VARIABLE, SCOPES, Access, permit, sign_in
from sync.google.keys import user_file
from sync.store import Mismatch, Refused, Unreachable

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
    monkeypatch.setattr(keyring, "get_keyring", no_keyring.Keyring)
    monkeypatch.setattr(core, "get_keyring", no_keyring.Keyring)


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
    with pytest.raises(Unreachable, match="there is no key file"):
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


class Memory(KeyringBackend):
    """A keyring of this test alone."""

    priority = 1
    name = "memory"

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[str, str] = {}
        self.error: Exception | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.error:
            raise self.error
        return self.kept.get(username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.error:
            raise self.error
        self.kept[username] = password


@pytest.fixture
def ring(_nobody: None, monkeypatch: pytest.MonkeyPatch) -> Memory:
    made = Memory()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    monkeypatch.setattr(core, "get_keyring", lambda: made)
    return made


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of an OAuth client, and somebody who permits in the browser what is asked."""
    permission = {
        "type": "authorized_user", "client_id": "c", "client_secret": "s",
        "refresh_token": "SECRET", "account": "ann@example.com",
    }  # fmt: skip
    monkeypatch.setattr(auth, "_asked", lambda client: json.dumps(permission))
    file = tmp_path / "client.json"
    file.write_text('{"installed": {}}')
    file.chmod(0o600)
    return file


def test_a_key_is_kept_in_the_keyring(key: Path, ring: Memory) -> None:
    with pytest.raises(Unreachable, match="keeps no key yet; run: dealkeeper login"):
        sign_in(Access("keyring"))
    way, kept = permit(key, keyring=True)
    key.unlink()
    assert (way, kept.en) == ("keyring", "the system's keyring (memory)")
    found = sign_in(Access("keyring"))
    assert (found.name, found.kept) == (ROBOT, kept)
    assert list(found.credentials.scopes) == list(SCOPES)  # type: ignore[attr-defined]
    assert sign_in(Access("keyring", impersonate="a@b.c")).name == "a@b.c"


def test_a_key_needs_no_signing_in(key: Path, ring: Memory) -> None:
    with pytest.raises(Mismatch, match="needs no signing in"):
        permit(key)
    assert ring.kept == {}


def test_a_permission_is_kept_in_a_file_or_in_the_keyring(person: Path, ring: Memory) -> None:
    assert permit(person)[0] == "user"
    assert user_file().stat().st_mode & 0o777 == 0o600
    assert sign_in(Access("user")).kept.en == f"the file {user_file()}"
    assert permit(person, keyring=True)[0] == "user"
    assert not user_file().exists()
    found = sign_in(Access("user"))
    assert (found.name, found.kept.en) == ("ann@example.com", "the system's keyring (memory)")
    permit(person)
    assert sign_in(Access("user")).kept.en == f"the file {user_file()}"


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (KeyringLocked("SECRET"), "it is locked"),
        (PasswordSetError("SECRET"), "it answers PasswordSetError"),
        (ZeroDivisionError("SECRET"), "it answers ZeroDivisionError"),
    ],
)
def test_a_keyring_that_refuses_is_said_without_its_words(
    key: Path, ring: Memory, error: Exception, says: str
) -> None:
    ring.error = error
    for act in (lambda: permit(key, keyring=True), lambda: sign_in(Access("keyring"))):
        with pytest.raises(Unreachable, match=says) as caught:
            act()
        assert "SECRET" not in str(caught.value)
        assert caught.value.__cause__ is None


def test_a_computer_without_a_keyring_is_said(key: Path, person: Path) -> None:
    for act in (
        lambda: permit(key, keyring=True),
        lambda: permit(person, keyring=True),
        lambda: sign_in(Access("keyring")),
    ):
        with pytest.raises(Unreachable, match="has none that can be used"):
            act()
    with pytest.raises(Unreachable, match="nobody has signed in"):
        sign_in(Access("user"))


def test_the_library_is_named_where_it_is_missing(
    key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    monkeypatch.setattr(keys, "find_spec", lambda _: None)
    with pytest.raises(Unreachable, match=r"pip install 'dealkeeper\[keyring\]'"):
        permit(key, keyring=True)
    with pytest.raises(Unreachable, match="nobody has signed in"):
        sign_in(Access("user"))


@pytest.mark.parametrize("kept", ["", "[]", "{}", '{"type": "service_account", "k": "SECRET"}'])
def test_a_keyring_that_keeps_no_key_is_said_without_its_content(ring: Memory, kept: str) -> None:
    ring.kept[keys.KEY] = kept
    with pytest.raises(Unreachable, match="no key of a Google account") as caught:
        sign_in(Access("keyring"))
    assert "SECRET" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_secret_does_not_show_itself(key: Path) -> None:
    assert "PRIVATE KEY" not in repr(keys.from_file(key))
