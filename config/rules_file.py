"""A rules file that was loaded and found right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

import pandas as pd

from config import positions
from config.document import ColumnOf, Document, GoogleAccess, Job, Safety
from config.layout import layout
from rules.examples import Example
from rules.rule import Rule
from rules.settings import Settings
from sync.excel.limits import Limits
from sync.fields import FIELDS, Kind
from sync.plan import Layout
from sync.source import Activities, Reading, TableTabs
from sync.store import Mismatch


@dataclass(frozen=True, eq=False)
class RulesFile:
    """Everything that an admin said, in the types that the other layers speak.

    Attributes:
        path: of the file, absolute.
        hash: SHA-256 of its bytes, hexadecimal.
        document: its content.
        rules: its stanzas in order, disabled ones included.
        places: where its parts stand.
    """

    path: Path
    hash: str
    document: Document
    rules: tuple[Rule, ...]
    places: positions.Positions

    @property
    def id(self) -> str:
        """What the history follows."""
        return self.document.id

    @property
    def state(self) -> str | None:
        """Folder or database URL of the history as written, None for the default."""
        return self.document.state

    @property
    def safety(self) -> Safety:
        """How much one run may change."""
        return self.document.safety

    @property
    def limits(self) -> Limits:
        """How large a workbook may be to be opened."""
        most = self.document.safety
        return Limits(most.max_file, most.max_unpacked, most.max_ratio, most.max_cells)

    @property
    def jobs(self) -> tuple[Job, ...]:
        """When the schedule runs."""
        return self.document.jobs

    @property
    def when_open(self) -> Literal["wait", "report_only", "side_file"]:
        """What to do while somebody has the workbook open."""
        return self.document.spreadsheet.when_open

    @property
    def wait_seconds(self) -> float:
        """How long to wait for a workbook that somebody has open."""
        return float(self.document.spreadsheet.wait)

    @cached_property
    def settings(self) -> Settings:
        """The team's own words and people."""
        return Settings.model_construct(
            **{key: getattr(self.document, key) for key in Settings.model_fields}
        )

    @cached_property
    def layout(self) -> Layout:
        """Our own columns and highlights."""
        return layout(self.document, self.rules)

    @cached_property
    def custom(self) -> dict[str, Kind]:
        """The team's own columns: key → what they hold."""
        source = self.document.spreadsheet
        tables = [table.columns for table in source.tables]
        others = [other.columns for other in source.others]
        return {
            key: column.kind
            for columns in (source.columns, *tables, *others)
            for key, column in columns.items()
            if key not in FIELDS and column.kind is not None
        }

    @property
    def tests(self) -> tuple[Example, ...]:
        """What the rules must make of given rows."""
        return self.document.tests

    @property
    def spreadsheet_path(self) -> Path:
        """The workbook.

        Raises:
            Mismatch: the file names a Google Sheet, or no spreadsheet at all.
        """
        if self.document.spreadsheet.excel is None:
            raise Mismatch(
                "expected a workbook here, such as `excel: deals.xlsx`",
                ("spreadsheet",),
                zh="此处应为工作簿，例如 `excel: 商机表.xlsx`",
            )
        return self._beside(self.document.spreadsheet.excel)

    @property
    def google_id(self) -> str | None:
        """The Google Sheet, None where the file names a workbook."""
        return self.document.spreadsheet.google

    @property
    def google(self) -> GoogleAccess:
        """How it is reached."""
        return self.document.google

    @property
    def key_path(self) -> Path | None:
        """The key file that it is reached with, where the file names one."""
        return self._beside(self.google.key_file) if self.google.key_file else None

    @property
    def spreadsheet_name(self) -> str:
        """What people call the spreadsheet."""
        return f"Google Sheet {self.google_id}" if self.google_id else self.spreadsheet_path.name

    def in_zone(self, zone: str) -> RulesFile:
        """Return the file with the time zone that the spreadsheet itself tells."""
        if zone == self.document.timezone:
            return self
        return replace(self, document=self.document.model_copy(update={"timezone": zone}))

    @property
    def summary_path(self) -> Path | None:
        """The workbook of its own that the summary tab goes to, where there is one."""
        tab = self.document.summary
        return self._beside(tab.excel) if tab and tab.excel else None

    @property
    def owner_folder(self) -> Path | None:
        """Where each person's own workbook goes, where the file asks for them."""
        tab = self.document.summary
        return self._beside(tab.owner_files) if tab and tab.owner_files else None

    @property
    def files(self) -> tuple[Path, ...]:
        """The workbook, then every other file that a run depends on; none for a Google Sheet."""
        if self.document.spreadsheet.excel is None:
            return ()
        others = (self._beside(other.excel) for other in self.document.spreadsheet.others)
        own = [self.summary_path] if self.summary_path else []
        return (self.spreadsheet_path, *own, *others)

    def reading(self, now: pd.Timestamp) -> Reading:
        """Return what to look for in the spreadsheet.

        Args:
            now: the moment of the run, naive local time.
        """
        source = self.document.spreadsheet
        tab = source.activities
        return Reading(
            now=now,
            zone=self.document.timezone,
            sheets=source.sheet,
            archive=source.archive,
            columns=_headers(source.columns),
            custom=self.custom,
            activities=Activities(tab.sheet, tab.key, tab.date) if tab else None,
            header_row=source.header_row,
            tables=tuple(
                TableTabs(table.sheet, _headers(table.columns), table.header_row)
                for table in source.tables
            ),
            layout=self.layout,
        )

    def others(self, now: pd.Timestamp) -> tuple[tuple[Path, Reading], ...]:
        """Return the workbooks that are only read, and what to look for in each.

        Args:
            now: the moment of the run, naive local time.
        """
        return tuple(
            (
                self._beside(other.excel),
                Reading(
                    now=now,
                    zone=self.document.timezone,
                    sheets=other.sheet,
                    columns=_headers(other.columns),
                    custom=self.custom,
                    header_row=other.header_row,
                ),
            )
            for other in self.document.spreadsheet.others
        )

    def locate(self, path: positions.Path) -> tuple[int, int]:
        """Return (line, column) of a path, or of the nearest thing around it; both from 1."""
        place = self.places.value(path)
        return place.line, place.column

    def _beside(self, name: str) -> Path:
        return (self.path.parent / Path(name).expanduser()).resolve()


def _headers(columns: Mapping[str, ColumnOf]) -> dict[str, str]:
    return {key: column.header for key, column in columns.items()}
