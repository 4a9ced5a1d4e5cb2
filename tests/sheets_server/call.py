"""One call of the Sheets API, as its handler sees it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from tests.sheets_server.book import Book
from tests.sheets_server.cloud import Cloud, File
from tests.sheets_server.discovery import Method
from tests.sheets_server.formulas.engine import Look

Json = dict[str, Any]


@dataclass
class Call:
    """A request that has been read through the discovery document.

    Attributes:
        cloud: everything there is.
        method: which method.
        path: the parameters in the address.
        parameters: the query.
        body: the body, without nulls.
    """

    cloud: Cloud
    method: Method
    path: dict[str, str]
    parameters: Json
    body: Json

    @cached_property
    def file(self) -> File:
        """The file that is meant."""
        return self.cloud.file(self.path["spreadsheetId"], write=not self.method.reads)

    @property
    def book(self) -> Book:
        """The spreadsheet that is meant."""
        return self.file.book

    @cached_property
    def look(self) -> Look:
        """The spreadsheet's values as they are when first asked for."""
        return self.cloud.look(self.book)

    def fresh_look(self) -> Look:
        """The values after a change."""
        return self.cloud.look(self.book)
