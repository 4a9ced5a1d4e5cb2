"""The one loss that no client can exclude: what is typed after our last look, where we write then.

Nothing in the Sheets API lets a write depend on what stands in a cell. So a person who types an
owner between the answer that we know and the write that follows may find it overwritten, and no
answer will ever tell us what it was. Such an owner is recognized here by its very moment: it was
typed since the last answer that reached us, and it is gone when the next request has been met.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from tests.sheets_server import Act, Crowd, Server
from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud
from tests.simulation import team


class Typed(NamedTuple):
    """An owner that a person typed: what stood there when we last looked, and what stands now."""

    before: Any
    after: Any


class Watched(Crowd):
    """People at work, and an eye on what they type that nobody can have seen.

    Attributes:
        overwritten: name of a row → the owner that stood there when we last looked, of each owner
            that was overwritten unseen and not typed again.
    """

    def __init__(self, server: Server, key: str, *args: Any, **options: Any) -> None:
        """Begin.

        Args:
            server: whose requests they work between.
            key: header of the column that names a row.
            *args: of `Crowd`.
            **options: of `Crowd`.
        """
        super().__init__(*args, key=key, **options)
        self.overwritten: dict[Any, Any] = {}
        self._server = server
        self._names = key
        self._unseen: dict[Any, Typed] = {}

    def before(self, cloud: Cloud, book: Book) -> Book:
        """See what the last request did, then do what people do before this one."""
        self.settle(book)
        known = len(self.log)
        after = super().before(cloud, book)
        for act in self.log[known:]:
            self._note(act)
        return after

    def _note(self, act: Act) -> None:
        """Keep an owner that somebody types."""
        facts, name = act.facts, act.facts.get("row")
        match act.kind:
            case "edit" if facts["column"] == team.OWNER and name is not None:
                before = self._unseen[name].before if name in self._unseen else facts["before"]
                self._unseen[name] = Typed(self.overwritten.pop(name, before), facts["after"])
            case "append" | "insert" if team.OWNER in facts["cells"]:
                self._unseen[name] = Typed(None, facts["cells"][team.OWNER])
            case "delete":
                self._unseen.pop(name, None)
                self.overwritten.pop(name, None)

    def settle(self, book: Book) -> None:
        """See what the last request did.

        Args:
            book: the spreadsheet as the request left it.
        """
        owners = self._owners(book) if self._unseen else {}
        for name, typed in list(self._unseen.items()):
            if owners.get(name) != typed.after:
                self.overwritten[name] = typed.before
                del self._unseen[name]
        if self._server.log and self._server.log[-1].status == 200:
            self._unseen.clear()

    def _owners(self, book: Book) -> dict[Any, Any]:
        """Name of a row → its owner."""
        sheet = book.titled(team.TAB)
        assert sheet is not None
        grid = sheet.grid
        header = [cell.entered for cell in grid.rows[0]]
        name, owner = header.index(self._names), header.index(team.OWNER)
        return {grid[row, name].entered: grid[row, owner].entered for row in range(1, grid.height)}
