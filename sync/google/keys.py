"""Secrets as they are kept: in files that nobody else can read, or in the system's keyring.

Nothing here tells a part of a secret, neither in sentences nor as the cause of an error.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import platformdirs

from sync.store import Refused, StoreError, Unreachable

if TYPE_CHECKING:
    from types import ModuleType

_SERVICE = "dealkeeper"
_CLIENT = frozenset({"installed", "web"})  # what the JSON of an OAuth client begins with
KEY, PERSON = "google-key", "google-user"  # a service account's key; what a person permitted


class Kept(NamedTuple):
    """Where a secret is kept, in both languages."""

    en: str
    zh: str


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret that was read, and where it is kept."""

    content: Mapping[str, Any] = field(repr=False)
    kept: Kept


def user_file() -> Path:
    """Return where the permission that a person gave is kept, unless in the keyring."""
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
    except FileNotFoundError:
        raise Unreachable(f"there is no key file {path}", zh=f"密钥文件 {path} 不存在") from None
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


def from_file(path: Path) -> Secret:
    """Read a secret from a file.

    Raises:
        Refused: others can read it.
        Unreachable: it is not there, or holds no JSON object.
    """
    require_private(path)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    kept = Kept(f"the file {path}", f"文件 {path}")
    return _secret(content, kept)


def to_file(path: Path, text: str) -> Kept:
    """Keep a secret in a file that nobody else can read, and return where."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    path.chmod(0o600)
    return Kept(f"the file {path}", f"文件 {path}")


def has_keyring() -> bool:
    """Return whether the system has a keyring, and the library for it is installed."""
    if find_spec("keyring") is None:
        return False
    from keyring import get_keyring

    return bool(get_keyring().priority > 0)  # that of the library's "no keyring" is 0


def from_keyring(name: str) -> Secret | None:
    """Read a secret from the system's keyring, None where it keeps none.

    Args:
        name: `KEY` or `PERSON`.

    Raises:
        Unreachable: there is no keyring, it is locked, or what it keeps is no JSON object.
    """
    with _keyring() as keyring:
        text = keyring.get_password(_SERVICE, name)
        kept = _kept(keyring)
    if text is None:
        return None
    try:
        content = json.loads(text)
    except ValueError:
        content = None
    return _secret(content, kept)


def to_keyring(name: str, text: str) -> Kept:
    """Keep a secret in the system's keyring, and return where.

    Args:
        name: `KEY` or `PERSON`.
        text: the secret, JSON.

    Raises:
        Unreachable: there is no keyring, it is locked, or it does not take the secret.
    """
    with _keyring() as keyring:
        keyring.set_password(_SERVICE, name, text)
        return _kept(keyring)


def no_key(kept: Kept, content: object = None) -> Unreachable:
    """Return what to raise where something else than a key is kept.

    Without the cause: a parser's words may repeat parts of a key.

    Args:
        kept: where.
        content: what is kept instead, where it could be read.
    """
    if isinstance(content, Mapping) and content.keys() & _CLIENT:
        return Unreachable(
            f"{kept.en} holds an OAuth client, which is no key: run dealkeeper login with it and "
            "write google: {sign_in: user}, or use a service account's key",
            zh=f"{kept.zh} 中是 OAuth 客户端，不是密钥：请用它执行 dealkeeper login，并写 "
            "google: {sign_in: user}；或改用服务账号密钥",
        )
    return Unreachable(
        f"{kept.en} holds no key of a Google account; expected the JSON that the Google Cloud "
        "console gives for a service account",
        zh=f"{kept.zh} 中不是 Google 账号密钥；应为 Google Cloud 控制台为服务账号生成的 JSON 文件",
    )


def _secret(content: object, kept: Kept) -> Secret:
    if not isinstance(content, dict):
        raise no_key(kept)
    return Secret(content, kept)


@contextmanager
def _keyring() -> Iterator[ModuleType]:
    """Yield the library; whatever it says is told in our words, without its own."""
    try:
        import keyring
        from keyring.errors import KeyringLocked, NoKeyringError
    except ImportError:
        raise _without(
            "it needs a library: pip install 'dealkeeper[keyring]'",
            "需要安装支持库：pip install 'dealkeeper[keyring]'",
        ) from None
    try:
        yield keyring
    except NoKeyringError:
        raise _without(
            "this computer has none that can be used; keep the key in a file instead",
            "本机没有可用的密钥环；请改用密钥文件",
        ) from None
    except KeyringLocked:
        raise _without("it is locked; unlock it", "密钥环已锁定；请先解锁") from None
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 - each system's keyring raises errors of its own
        name = type(error).__name__
        raise _without(f"it answers {name}", f"密钥环返回 {name}") from None


def _without(en: str, zh: str) -> Unreachable:
    return Unreachable(f"the system's keyring cannot be used: {en}", zh=f"无法使用系统密钥环：{zh}")


def _kept(keyring: ModuleType) -> Kept:
    name = keyring.get_keyring().name
    return Kept(f"the system's keyring ({name})", f"系统密钥环（{name}）")
