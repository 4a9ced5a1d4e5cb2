"""Everything that Google would keep: the spreadsheets, their Drive files, and the time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.sheets_server.book import ROBOT, Book, new_sheet
from tests.sheets_server.errors import forbidden, not_found
from tests.sheets_server.formulas.engine import Look

Json = dict[str, Any]
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_WHITE: Final[Json] = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: Final[Json] = {
    "backgroundColor": _WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": _WHITE},
}


@dataclass
class File:
    """A spreadsheet as Drive sees it."""

    book: Book
    created: datetime
    modified: datetime
    parents: list[str] = field(default_factory=list)
    permissions: list[Json] = field(default_factory=list)
    comments: list[Json] = field(default_factory=list)


class Cloud:
    """All files by id.

    Args:
        seed: for every id that is made up.
        clock: tells the time; aware, in UTC.
    """

    def __init__(self, seed: int, clock: Callable[[], datetime]) -> None:
        self.ids = Random(seed)  # noqa: S311 ids, not secrets
        self.clock = clock
        self.files: dict[str, File] = {}
        self.deleted: set[str] = set()

    def now(self) -> datetime:
        """The time, in UTC."""
        return self.clock().astimezone(UTC)

    def new_file_id(self) -> str:
        """An id as long as Google's."""
        return "1" + "".join(self.ids.choices(_LETTERS, k=43))

    def create(self, title: str = "Untitled spreadsheet") -> File:
        """A new spreadsheet with one empty tab, owned by the caller."""
        properties = {
            "title": title,
            "locale": "en_US",
            "autoRecalc": "ON_CHANGE",
            "timeZone": "Etc/GMT",
            "defaultFormat": DEFAULT_FORMAT,
        }
        book = Book(self.new_file_id(), properties, [new_sheet(0, "Sheet1")], ids=self.ids)
        return self.adopt(book)

    def adopt(self, book: Book) -> File:
        """A file for a spreadsheet, owned by the caller."""
        now = self.now()
        file = File(book, now, now)
        file.permissions.append(permission(self, "user", "owner", ROBOT))
        self.files[book.id] = file
        return file

    def delete(self, file_id: str) -> None:
        """The file is gone for good."""
        del self.files[file_id]
        self.deleted.add(file_id)

    def file(self, book_id: str, *, write: bool = False) -> File:
        """The file of a spreadsheet that the caller may read (or write).

        An id that looks like Google's and was never given out here belongs to somebody else.

        Raises:
            ApiError: 404 where there is none, 403 where it is not shared.
        """
        file = self.files.get(book_id)
        if file is None:
            others = len(book_id) == 44 and book_id not in self.deleted
            raise forbidden() if others else not_found()
        if file.book.access == "none" or (write and file.book.access == "reader"):
            raise forbidden()
        return file

    def look(self, book: Book) -> Look:
        """A look at a spreadsheet now, in its own zone."""
        try:
            zone = ZoneInfo(book.properties["timeZone"])
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("Etc/UTC")
        return Look(book, self.now().astimezone(zone).replace(tzinfo=None))


def permission(cloud: Cloud, kind: str, role: str, address: str = "") -> Json:
    """A Drive permission: for a user or group by e-mail, a domain, or anyone."""
    made = {"kind": "drive#permission", "id": str(cloud.ids.randrange(10**19, 10**20))}
    made |= {"type": kind, "role": role}
    if kind in ("user", "group"):
        made |= {"emailAddress": address, "displayName": address.split("@")[0]}
    elif kind == "domain":
        made |= {"domain": address, "displayName": address}
    else:
        made["id"] = "anyoneWithLink"
    return made
