"""Put a new workbook in the place of the old one, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from sync.store import Refused, Stale, Unreachable

_KEPT = 5  # rolling backups
PRISTINE = "pristine"
STAMP = "%Y%m%dT%H%M%S"  # how a rolling copy's name begins: its moment
_PART = ".part"  # a copy that is not whole yet


def read_bytes(path: Path) -> bytes:
    """Return a file's content.

    Raises:
        Unreachable: it is missing or cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreachable(f"{path}: there is no such file", zh=f"{path}：文件不存在") from error
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreachable(
            f"{path} cannot be read: {reason}", zh=f"{path} 无法读取：{reason}"
        ) from error


def version_of(data: bytes) -> str:
    """Return what identifies a file's content."""
    return hashlib.sha256(data).hexdigest()


def replace_file(path: Path, data: bytes, version: str, check: Callable[[bytes], None]) -> None:
    """Replace a file's content in one step, keeping permissions; symbolic links are followed.

    Args:
        path: the file.
        data: its new content.
        version: of the content that the new one was made from.
        check: looks at the new content as it was written, and raises where it is wrong.

    Raises:
        Stale: the file is not the one any more that `version` means.
        Refused: it is read-only.
        Unreachable: it cannot be written; nothing is left behind.
    """
    real = path.resolve()
    status = real.stat()
    if not status.st_mode & stat.S_IWUSR or not os.access(real, os.W_OK):
        raise Refused(
            f"{path} is read-only; allow writing to it, or write to a copy",
            zh=f"{path} 为只读文件；请取消只读属性，或改用副本",
        )
    try:
        sweep(real)
        with _temporary(real) as temporary:
            _write(temporary, data)
            _dress(temporary, status)
            check(temporary.read_bytes())
            if version_of(read_bytes(real)) != version:
                raise Stale(f"{path} was changed meanwhile", zh=f"{path} 在此期间被修改")
            temporary.replace(real)
        _sync_folder(real.parent)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreachable(
            f"{path} cannot be written: {reason}; the workbook is unchanged",
            zh=f"{path} 无法写入：{reason}；工作簿未改动",
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder where it is missing.

    Raises:
        Unreachable: it cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreachable(
            f"the folder {folder} cannot be made: {reason}", zh=f"无法创建文件夹 {folder}：{reason}"
        ) from error


def create_file(path: Path, data: bytes) -> None:
    """Write a file that appears under its name only when it is whole; an older one is replaced.

    Args:
        path: the file.
        data: its content.

    Raises:
        Unreachable: it cannot be written; nothing is left behind.
    """
    try:
        _save(path, data)
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreachable(
            f"{path} cannot be written: {reason}", zh=f"{path} 无法写入：{reason}"
        ) from error


def back_up(path: Path, data: bytes, folder: Path, stamp: str) -> None:
    """Keep a copy of a workbook before it is written: the first one for ever, the last five.

    Args:
        path: of the workbook, for the names of the copies.
        data: its content.
        folder: where copies are kept; made where it is missing.
        stamp: begins the name of a rolling copy, so that names sort by age.

    Raises:
        Unreachable: the copy cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(f"*{_PART}"):  # by a run that was killed
            left.unlink()
        pristine = folder / f"{PRISTINE}{path.suffix}"
        if not pristine.exists():
            _save(pristine, data)
        _save(folder / f"{stamp}-{version_of(data)[:8]}{path.suffix}", data)
        rolling = [item for item in folder.glob(f"*-*{path.suffix}") if item != pristine]
        for old in sorted(rolling)[:-_KEPT]:
            old.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise Unreachable(
            f"no backup can be kept in {folder}: {reason}; the workbook is unchanged",
            zh=f"无法在 {folder} 保存备份：{reason}；工作簿未改动",
        ) from error


def _save(path: Path, data: bytes) -> None:
    """Write a copy under its name only when it is whole."""
    partial = path.with_name(f"{path.name}{_PART}")
    try:
        _write(partial, data)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


@contextlib.contextmanager
def _temporary(real: Path) -> Iterator[Path]:
    """Give a file in the same folder that is gone afterwards, unless it took its place."""
    handle, name = tempfile.mkstemp(prefix=_prefix(real), suffix=".tmp", dir=real.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
    finally:
        temporary.unlink(missing_ok=True)


def _write(path: Path, data: bytes) -> None:
    """Write to the disk itself."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _dress(temporary: Path, status: os.stat_result) -> None:
    """Give it the permissions and the owner of the old file."""
    temporary.chmod(stat.S_IMODE(status.st_mode))
    if hasattr(os, "chown"):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)


def sweep(path: Path) -> None:
    """Remove what a run that was killed has left beside a workbook; the run's lock is held."""
    real = path.resolve()
    for left in real.parent.iterdir():
        if left.name.startswith(_prefix(real)) and left.suffix == ".tmp":
            left.unlink(missing_ok=True)


def _prefix(real: Path) -> str:
    return f".{real.name}.dealkeeper-"


def _sync_folder(folder: Path) -> None:
    """Make the replacement itself survive a power cut, where the system can."""
    if hasattr(os, "O_DIRECTORY"):
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
