"""The Excel store: a workbook on disk, read by its values and written by patching its package."""

from __future__ import annotations

import contextlib
import hashlib
import io
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Self

import pandas as pd
import platformdirs
from filelock import FileLock, Timeout

from sync.columns import Columns
from sync.excel.ahead import ReadAhead
from sync.excel.edits import Patched, WorkbookEdit
from sync.excel.files import (
    STAMP,
    back_up,
    create_file,
    read_bytes,
    replace_file,
    sweep,
    version_of,
)
from sync.excel.graft import standing_tabs
from sync.excel.limits import DEFAULT, Limits
from sync.excel.locks import holder, require_free
from sync.excel.package import Package
from sync.excel.parts import Parts
from sync.excel.patch import patch_workbook
from sync.excel.placing import columns_of, named_refusals, tab_edits
from sync.excel.reader import content_of, grids_of
from sync.excel.refs import letters
from sync.excel.verify import require_whole, verify
from sync.excel.view import drawn_tab
from sync.grid import Grid
from sync.links import KeyPlace, mostly_numbers
from sync.plan import Layout, Plan
from sync.reading import read_table
from sync.source import Places, Reading
from sync.store import Busy, Receipt, Refusal, Stale, about
from sync.table import Standing, Table

_POLL = 0.5  # seconds between two looks at somebody else's lock


class ExcelStore:
    """A workbook. As a context manager it holds the run's lock on it.

    Satisfies `sync.store.Store`. Reading needs no lock; `apply` looks again for programs that have
    the workbook open.
    """

    def __init__(
        self,
        path: Path,
        reading: Reading,
        *,
        wait: float = 0,
        backups: Path | None = None,
        limits: Limits = DEFAULT,
        ahead: ReadAhead | None = None,
    ) -> None:
        """Name the workbook; nothing is touched yet.

        Args:
            path: of the workbook.
            reading: what to look for in it.
            wait: seconds to wait for somebody else to close it.
            backups: folder for copies taken before it is written, None for none.
            limits: how large it may be.
            ahead: has read it already, where somebody knew early that it would be read.
        """
        self._path = path
        self._reading = reading
        self._wait = wait
        self._backups = backups
        self._limits = limits
        self._ahead = ahead
        self._lock = FileLock(_lock_path(path))
        self._places: Places | None = None
        self._numeric: Mapping[str, bool] = {}

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            Busy: another run or another program has the workbook, also after waiting.
        """
        started = time.monotonic()
        try:
            self._lock.acquire(timeout=self._wait)
        except Timeout as error:
            raise Busy(
                f"another run is working on {self._path}", zh=f"另一次运行正在处理 {self._path}"
            ) from error
        try:
            while holder(self._path) and time.monotonic() - started < self._wait:
                time.sleep(_POLL)
            require_free(self._path)
        except BaseException:
            self._lock.release()
            raise
        with contextlib.suppress(OSError):  # a folder that cannot be written is told when writing
            sweep(self._path)
        return self

    def __exit__(self, *exc: object) -> None:
        """Give the lock back."""
        self._lock.release()

    def read(self) -> Table:
        """Read the table.

        Raises:
            Unreachable: the workbook is missing, damaged or protected by a password.
            Mismatch: it does not have what the rules file names.
        """
        data = content_of(self._path, self._limits)
        version = version_of(data)
        grids = self._ahead.take(version) if self._ahead else None
        grids = grids or grids_of(self._path.name, data, self._limits)
        ours = standing_tabs(Parts(Package(data, self._limits)))
        names = {tab.name for _, tab, _ in ours}
        team = [grid for grid in grids if grid.name not in names]
        table, self._places = read_table(team, self._reading, version)
        self._numeric = _numeric_keys(team, self._places)
        rows = {grid.name: grid.rows for grid in grids if grid.name in names}
        answered = {tab.key for tab in self._reading.layout.tabs if tab.answered}
        standing = {
            key: Standing(content_hash, rows.get(tab.name, ()) if key in answered else ())
            # of copies that people made the first counts, as it does in writing
            for key, tab, content_hash in reversed(ours)
        }
        return replace(table, tabs=standing)

    def apply(self, plan: Plan) -> Receipt:
        """Write a plan: its cells, our missing columns, highlights and generated tabs.

        Args:
            plan: based on the version that was read.

        Returns:
            What was written; cells that no longer hold what was read are refused.

        Raises:
            Stale: the workbook changed since it was read.
            Busy: somebody has it open.
            Refused: writing would not be safe; nothing was touched.
            Unreachable: it cannot be written; nothing was touched.
        """
        source, version = self._source(plan)
        patched, result, refused = self._patch(plan, source)
        if not patched.changed:
            return Receipt(0, version, refused)
        require_free(self._path)
        self._back_up(source, plan.now)
        check = partial(verify, source, changed=patched.changed, limits=self._limits)
        replace_file(self._path, result, version, check)
        return Receipt(patched.cells, version_of(result), refused, patched.drawn)

    def save_copy(self, plan: Plan, target: Path) -> Receipt:
        """Write a plan to a copy; the workbook itself, which may be open elsewhere, is left alone.

        Args:
            plan: based on the version that was read.
            target: the copy; an older one is replaced.

        Returns:
            What was written to the copy.

        Raises:
            Stale: the workbook changed since it was read.
            Refused: writing would not be safe.
            Unreachable: the copy cannot be written.
        """
        source, _ = self._source(plan)
        patched, result, refused = self._patch(plan, source)
        written = result if patched.changed else source
        verify(source, written, patched.changed, self._limits)
        create_file(target, written)
        return Receipt(patched.cells, version_of(written), refused, patched.drawn)

    def put_back(self, data: bytes, now: pd.Timestamp) -> tuple[str, str]:
        """Put an earlier content in the workbook's place; what stands there is backed up first.

        Args:
            data: a whole workbook.
            now: the moment, for the name of the backup.

        Returns:
            The versions before ("" where there was no workbook) and after.

        Raises:
            Stale: the workbook changed meanwhile.
            Busy: somebody has it open.
            Refused: it is read-only.
            Unreachable: the content is damaged, or the workbook cannot be written.
        """
        require_whole(data)
        after = version_of(data)
        require_free(self._path)
        if not self._path.exists():
            create_file(self._path, data)
            return "", after
        source = read_bytes(self._path)
        before = version_of(source)
        if before != after:
            self._back_up(source, now)
            replace_file(
                self._path,
                data,
                before,
                partial(verify, data, changed=frozenset(), limits=self._limits),
            )
        return before, after

    def _back_up(self, source: bytes, now: pd.Timestamp) -> None:
        if self._backups:
            back_up(self._path, source, self._backups, f"{now:{STAMP}}")

    def _source(self, plan: Plan) -> tuple[bytes, str]:
        """Return the workbook's content and its version, which must be the plan's."""
        source = read_bytes(self._path)
        version = version_of(source)
        if plan.based_on != version:
            raise Stale(
                f"{self._path} was changed since it was read", zh=f"{self._path} 读取后又被修改"
            )
        return source, version

    def _patch(self, plan: Plan, source: bytes) -> tuple[Patched, bytes, tuple[Refusal, ...]]:
        """Return what a plan changes, the new content, and the cells that were left alone."""
        if self._places is None:
            self.read()
        assert self._places is not None  # noqa: S101 - read has set it
        keys = _key_places(plan.layout, self._places, self._numeric)
        edit = WorkbookEdit(
            tab_edits(plan, self._places), tuple(drawn_tab(view, keys) for view in plan.tabs)
        )
        target = io.BytesIO()
        with about(self._path.name):
            patched = patch_workbook(source, edit, target, self._limits)
        return patched, target.getvalue(), named_refusals(plan, self._places, patched.refused)


def _lock_path(path: Path) -> Path:
    """Return the lock of a workbook: the same for every rules file that names it."""
    folder = platformdirs.user_state_path("dealkeeper", appauthor=False, ensure_exists=True)
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:16]
    return folder / f"{name}.lock"


def _numeric_keys(grids: Sequence[Grid], places: Places) -> Mapping[str, bool]:
    """Return, per tab, whether most of its keys are numbers in their cells."""
    columns = {grid.name: Columns.of(grid.rows) for grid in grids}
    numeric = {}
    for place in places.sheets:
        column = place.columns.get("id")
        if column is None:
            continue
        tab = columns[place.name]
        codes = tab.column(column)[place.first_row : place.last_row + 1]
        numeric[place.name] = mostly_numbers(tab.values[codes].tolist())
    return numeric


def _key_places(
    layout: Layout, places: Places, numeric: Mapping[str, bool]
) -> Mapping[str, KeyPlace]:
    """Return, per tab, where its keys stand, so that links find their rows."""
    found = {}
    for place in places.sheets:
        column = columns_of(layout, place).get("id")
        if column is not None:
            found[place.name] = KeyPlace(letters(column), numeric.get(place.name, False))
    return found
