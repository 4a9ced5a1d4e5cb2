"""The Google store: a spreadsheet that people edit while we read and write."""

from __future__ import annotations

import hashlib
import platform
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Self

import platformdirs
from filelock import FileLock, Timeout

from sync.google import batch
from sync.google.book import Book, version_of
from sync.google.budget import Budget
from sync.google.client import SheetsClient
from sync.google.highlight import mistaken
from sync.google.lock import LEASE, Lease, taken, wait_for
from sync.google.own_tabs import draw, require_unanswered
from sync.google.protocol import write
from sync.google.tab_edit import (
    link_places,
    put_back,
    require_marked,
    tab_edit,
    version_left,
)
from sync.google.work import locate
from sync.plan import Plan
from sync.reading import read_table
from sync.source import Places, Reading
from sync.store import Busy, Receipt, Stale
from sync.table import Standing, Table


class GoogleStore:
    """A Google Sheet. As a context manager it holds the run's lock among the runs of this machine.

    Satisfies `sync.store.Store`. Reading is one request; writing is two: one takes the lock among
    machines and changes what is structural, one writes values and is verified.

    Attributes:
        astray: number of cells that had to be put right so far, because people moved rows.
    """

    def __init__(
        self,
        client: SheetsClient,
        reading: Reading,
        *,
        wait: float = 0,
        holder: str = "",
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Name the spreadsheet; nothing is sent yet.

        Args:
            client: of the spreadsheet.
            reading: what to look for in it; its zone gives way to the spreadsheet's own.
            wait: seconds to wait for another run.
            holder: name of this machine, by default its own.
            clock: seconds since 1970.
            sleep: waits so many seconds.
        """
        self._client = client
        self._reading = reading
        self._wait = wait
        self._holder = holder or platform.node() or "?"
        self._clock = clock
        self._sleep = sleep
        folder = platformdirs.user_state_path("dealkeeper", appauthor=False, ensure_exists=True)
        name = hashlib.sha256(client.spreadsheet.encode()).hexdigest()[:16]
        self._lock = FileLock(folder / f"google-{name}.lock")
        self._book: Book | None = None
        self._places: Places | None = None
        self._version = ""
        self.astray = 0

    @property
    def budget(self) -> Budget:
        """The quota of requests, with what was spent of it."""
        return self._client.budget

    def __enter__(self) -> Self:
        """Take the lock.

        Raises:
            Busy: another run on this machine has it, also after waiting.
        """
        try:
            self._lock.acquire(timeout=self._wait)
        except Timeout as error:
            raise Busy(
                "another run on this computer is working on the spreadsheet",
                zh="本机的另一次运行正在处理该表格",
            ) from error
        return self

    def __exit__(self, *exc: object) -> None:
        """Give the lock back."""
        self._lock.release()

    def read(self) -> Table:
        """Read the table.

        Raises:
            Unreachable: the spreadsheet cannot be reached or read.
            Mismatch: it does not have what the rules file names.
            Busy: a run on another machine is writing to it, also after waiting.
        """
        book = batch.read(self._client)
        if self._lock.is_locked:
            book = self._free(book)
        layout = self._reading.layout
        answered = book.answered(layout)
        headers = {column.key: column.header for column in layout.columns}
        grids = [sheet.grid(headers) for sheet in book.team_sheets]
        reading = replace(self._reading, zone=book.zone or self._reading.zone)
        self._version = version_of(book.team_sheets, answered)
        table, self._places = read_table(grids, reading, self._version)
        self._book = book
        standing = {
            key: Standing(content, _even(answered.get(key, ())))
            for key, content in book.contents(layout).items()
        }
        return replace(table, tabs=standing)

    def _free(self, book: Book) -> Book:
        """The spreadsheet once no other machine writes to it."""
        waited = 0.0
        while wait := wait_for(book.lock, self._holder, self._clock()):
            if waited + wait > self._wait:
                raise taken(book.lock)
            self._sleep(wait)
            waited += wait
            book = batch.read(self._client)
        return book

    def apply(self, plan: Plan) -> Receipt:
        """Write a plan: our missing columns, highlights and tabs in one batch, then its cells.

        Args:
            plan: based on the version that was read.

        Returns:
            What was written; cells that no longer hold what was read, or whose row could not be
            held, are refused.

        Raises:
            Stale: the plan is not based on what was read, another run began, or a column that
                would be written was moved or deleted meanwhile.
            Refused: writing would not be safe.
            Unreachable: Google does not answer.
        """
        book, places = self._book, self._places
        if book is None or places is None or plan.based_on != self._version:
            raise Stale("the plan is based on another reading", zh="计划所依据的读取结果已过期")
        if not plan.cells and not plan.tabs:
            return Receipt(0, self._version)
        require_unanswered(self._client, plan, book)
        tabs = [tab_edit(book, places, number, plan) for number in range(len(places.sheets))]
        requests = [
            *(one for tab in tabs for one in tab.requests),
            *draw(plan.tabs, book, link_places(tabs)),
        ]
        ranges = [name for tab in tabs for name in tab.ranges]
        length = LEASE if ranges else 0.0
        lease = Lease.new(self._holder, self._clock(), length)
        self._book = None  # what was read is no longer what stands there
        after, replies = batch.take(self._client, lease, book, requests, ranges)
        put_back(self._client, mistaken(replies))
        require_marked(self._client, tabs, after)
        works = [locate(tab.target, after) for tab in tabs if tab.target.wishes]
        write(self._client, works)
        self.astray += sum(work.astray for work in works)
        refused = tuple(refusal for work in works for refusal in work.refused)
        wanted = sum(len(patch) for patch in plan.patches)
        version = version_left(book, plan, tabs, works)
        names = tuple(view.name for view in plan.tabs)
        return Receipt(wanted - len(refused), version, refused, names)


def _even(rows: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """Rows of the same length."""
    wide = max(map(len, rows), default=0)
    return [[*row, *([""] * (wide - len(row)))] for row in rows]
