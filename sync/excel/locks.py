"""Who else has the workbook open: the lock files of Excel, WPS and LibreOffice beside it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from sync.store import Busy

_OFFICE_NAMES = ("~${name}", ".~{name}")  # Excel, WPS
_LIBRE_NAME = ".~lock.{name}#"
_ANSI, _WIDE = 1, 55  # where the user's name stands in Excel's lock file, in two encodings
_DAY = 86_400
_FORGOTTEN = 7 * _DAY  # seconds after which a lock file counts as left behind by a crash


_Reader = Callable[[bytes], str]  # content of a lock file → the user's name


def holder(path: Path) -> str | None:
    """Return who has a workbook open, None where nobody has.

    Args:
        path: of the workbook.

    Returns:
        The name in the lock file, or the lock file's own name where it cannot be read.
    """
    found = _found(path)
    return found.who if found else None


def require_free(path: Path) -> None:
    """Make sure that nobody has a workbook open.

    Raises:
        Busy: somebody has.
    """
    found = _found(path)
    if found is None:
        return
    hint, tip = "", ""
    if found.old:
        hint = f"; if nobody has it open, delete its lock file {found.lock.name}"
        tip = f"；若确认无人打开，可删除锁文件 {found.lock.name}"
    raise Busy(
        f"{path} is open elsewhere ({found.who}); close it and run again{hint}",
        zh=f"{path} 正被打开（{found.who}）；请关闭后再运行{tip}",
    )


class _Found(NamedTuple):
    """A lock file that counts, who made it, and whether that is more than a day ago."""

    lock: Path
    who: str
    old: bool


def _found(path: Path) -> _Found | None:
    for lock, read in _candidates(path):
        try:
            age = time.time() - lock.stat().st_mtime
            content = lock.read_bytes()
        except FileNotFoundError:
            continue
        except OSError:  # held open without sharing
            return _Found(lock, lock.name, False)
        if age < _FORGOTTEN and not _is_stale(lock):
            return _Found(lock, read(content) or lock.name, age > _DAY)
    return None


def _candidates(path: Path) -> list[tuple[Path, _Reader]]:
    office = [(path.with_name(form.format(name=path.name)), _office_user) for form in _OFFICE_NAMES]
    # Excel cuts the first two letters of long names
    cut = (path.with_name(f"~${path.name[2:]}"), _office_user)
    libre = (path.with_name(_LIBRE_NAME.format(name=path.name)), _libre_user)
    return [*office, *([cut] if len(path.stem) > 8 else []), libre]


def _is_stale(lock: Path) -> bool:
    """Tell whether the program that made a lock file is gone: it would not let us open it."""
    if sys.platform != "win32":
        return False
    try:
        os.close(os.open(lock, os.O_RDWR))
    except OSError:
        return False
    return True


def _office_user(content: bytes) -> str:
    """Return the user's name in Excel's lock file: a length, then the name, in two encodings."""
    if len(content) > _WIDE + 1:
        length = int.from_bytes(content[_WIDE : _WIDE + 2], "little")
        wide = content[_WIDE + 2 : _WIDE + 2 + 2 * length]
        if 0 < length <= 54 and len(wide) == 2 * length:
            return wide.decode("utf-16-le", errors="replace").strip("\0 ")
    length = content[0] if content else 0
    return content[_ANSI : _ANSI + length].decode("ascii", errors="replace").strip("\0 ")


def _libre_user(content: bytes) -> str:
    """Return the user's name in LibreOffice's lock file: fields separated by commas."""
    fields = content.decode(errors="replace").split(",")
    return next((field.strip() for field in fields[:2] if field.strip()), "")
