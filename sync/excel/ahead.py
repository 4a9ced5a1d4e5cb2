"""Read a workbook in a process of its own while everything else is still being loaded."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from sync.grid import Grid

log = logging.getLogger(__name__)

_NO_WINDOW: int = getattr(subprocess, "CREATE_NO_WINDOW", 0)  # only Windows has it


class ReadAhead:
    """Tabs that are read before anybody asks for them; a context manager.

    A process and not a thread: reading and loading would wait for each other's turn, and what
    reading takes of memory on its way is given back when it is done.
    """

    def __init__(self, path: Path) -> None:
        """Begin to read a workbook; whatever is wrong with it is left to the store to tell."""
        # as this process finds its modules, and never in the folder that people are in
        found = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        command = [sys.executable, "-P", "-m", __name__, str(path)]
        self._process: subprocess.Popen[bytes] | None = None
        try:
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                command,
                env=found,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=_NO_WINDOW,
            )
        except OSError as error:
            log.info("%s is not read ahead: %s", path.name, error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, should it still be at work."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.communicate()

    def take(self, version: str) -> list[Grid] | None:
        """Return the tabs, once; None where another content was read, or none could be.

        Args:
            version: of the content that is wanted.
        """
        process, self._process = self._process, None
        if process is None:
            return None
        with process:
            try:
                grids, read = pickle.load(cast("IO[bytes]", process.stdout))  # noqa: S301 - our own
            except (EOFError, pickle.UnpicklingError) as error:
                log.info("the workbook was not read ahead: %s", error)
                return None
        return grids if read == version else None


def main() -> None:
    """Read the workbook that is named, and hand it over."""
    from sync.excel.reader import read_grids

    gc.disable()
    found = read_grids(Path(sys.argv[1]))
    pickle.dump(found, sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    sys.stdout.flush()
    gc.freeze()  # so that the process ends at once


if __name__ == "__main__":
    main()
