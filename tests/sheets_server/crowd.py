"""People who work in a spreadsheet while a program does: between any two of its requests.

They sort, insert, delete and move rows, type, rename headers, add and move columns and filter.
Who does what is drawn from a seed, and every act is written down with what the person wanted, so
that a test can tell afterwards whether it is still so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from tests.sheets_server import kinds
from tests.sheets_server.acts import ACTS, Desk
from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.sheets_server.errors import ApiError

WEIGHTS: Final[Mapping[str, float]] = {
    "edit": 6,
    "append": 2,
    "insert": 2,
    "delete": 1,
    "move": 1,
    "sort": 2,
    "filter": 1,
    "unfilter": 1,
    "rename": 0.3,
    "add_column": 0.3,
    "move_column": 0.3,
    "copy_row": 0,  # both leave a table that asks for a person, so they come only when asked for
    "sort_part": 0,
}


@dataclass(frozen=True)
class Act:
    """What one person did.

    Attributes:
        kind: a key of ``WEIGHTS``.
        sheet: the sheetId.
        facts: what it was about; rows are named by their key, columns by their header.
    """

    kind: str
    sheet: int
    facts: Mapping[str, Any]


class Crowd:
    """People at work.

    Args:
        seed: the same seed and the same requests give the same acts.
        intensity: how many acts come before a request, on average.
        sheet: the title of the tab they work in; None is the first.
        key: the header of the column that names a row; such cells are not edited. None names
            rows by number.
        header: the header's row, counted from 0.
        spared: headers of columns that nobody edits, renames or moves.
        named: headers that nobody renames.
        weights: how often they do what, against one another (see ``WEIGHTS``).
        most: after so many acts they go home; None is never.
    """

    def __init__(
        self,
        seed: int,
        intensity: float = 0.5,
        *,
        sheet: str | None = None,
        key: str | None = None,
        header: int = 0,
        spared: frozenset[str] = frozenset(),
        named: frozenset[str] = frozenset(),
        weights: Mapping[str, float] = WEIGHTS,
        most: int | None = None,
    ) -> None:
        self.log: list[Act] = []
        self._random = Random(seed)  # noqa: S311 people, not secrets
        self._intensity = intensity
        self._title = sheet
        self._key = key
        self._header = header
        self._spared = spared
        self._named = named
        self._weights = dict(weights)
        self._most = most
        self._made = 0

    def before(self, cloud: Cloud, book: Book) -> Book:
        """What people do before a request.

        Args:
            cloud: everything there is.
            book: the spreadsheet that the request is about.

        Returns:
            The spreadsheet as they leave it.
        """
        chance = self._intensity
        while chance > 0:
            if self._random.random() < min(chance, 1) and len(self.log) != self._most:
                book = self.act(cloud, book)
            chance -= 1
        return book

    def act(self, cloud: Cloud, book: Book, kind: str = "") -> Book:
        """One act: of a kind, or of any.

        Args:
            cloud: everything there is.
            book: the spreadsheet.
            kind: a key of ``WEIGHTS``; empty draws one.

        Returns:
            The spreadsheet afterwards; as it was where the act is impossible.
        """
        chosen = kind or self._random.choices(list(self._weights), list(self._weights.values()))[0]
        sheet = book.titled(self._title) if self._title else book.sheets[0]
        if sheet is None:
            return book
        kept = (self._spared, self._named)
        desk = Desk(self._random, sheet, self._header, self._key, *kept, self._word)
        found = ACTS[chosen](desk)
        if found is None:
            return book
        requests, facts = found
        after = book.copy()
        try:
            kinds.apply(cloud, after, requests)
        except ApiError:
            return book  # the spreadsheet does not let them
        self.log.append(Act(chosen, sheet.id, facts))
        return after

    def _word(self) -> str:
        """A text that nobody else types."""
        self._made += 1
        return f"人{self._made}"
