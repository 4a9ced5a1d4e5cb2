"""Read a workbook while everything else is still being loaded."""

from __future__ import annotations

import ctypes
import logging
import sys
from contextlib import suppress
from pathlib import Path
from threading import Thread

from sync.excel.files import version_of
from sync.excel.reader import content_of, grids_of
from sync.grid import Grid
from sync.store import StoreError

log = logging.getLogger(__name__)

# Seconds after which a thread that runs hands over to one that waits. Reading is a thousand short
# calls that each wait for their turn: with Python's 0.005 it hardly moves while others load.
_TURN = 0.0005
_ARENA_MAX = -8  # glibc's M_ARENA_MAX


class ReadAhead:
    """Tabs that are read before anybody asks for them, in a thread.

    Most of that time goes by in libraries that leave the interpreter to other threads.
    """

    def __init__(self, path: Path) -> None:
        """Begin to read a workbook; whatever is wrong with it is left to the store to tell."""
        _share_memory()
        self._found: tuple[list[Grid], str] | None = None
        self._thread = Thread(target=self._read, args=(path,), daemon=True)
        self._turn = sys.getswitchinterval()
        sys.setswitchinterval(_TURN)
        self._thread.start()

    def _read(self, path: Path) -> None:
        try:
            data = content_of(path)
            self._found = grids_of(path.name, data), version_of(data)
        except StoreError:
            return
        except Exception:
            log.exception("%s could not be read ahead", path.name)

    def take(self, version: str) -> list[Grid] | None:
        """Return the tabs, once; None where another content was read, or none could be.

        Args:
            version: of the content that is wanted.
        """
        self._thread.join()
        sys.setswitchinterval(self._turn)
        found, self._found = self._found, None
        return found[0] if found and found[1] == version else None


def _share_memory() -> None:
    """Let all threads take memory from one place, so that what this one frees serves the rest.

    Otherwise glibc keeps a place for each, and a run on 100,000 rows holds a tenth more.
    """
    # other C libraries have no such switch, and need none
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
