"""What a rules file may say, key by key; the descriptions are what editors show."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from config.sizes import Size
from config.times import Between, Interval, Seconds
from rules.examples import Example
from rules.invalid import Invalid
from rules.options import Fraction, Model, Words
from rules.settings import Settings
from sync.fields import Kind

# Columns that decisions are kept in, in the order in which they stand beside the table.
OWNED = (
    "id", "status", "due", "stage_since", "earned_stage", "current_handler", "suggested_owner",
    "returns_on", "duplicate_of", "risk", "score", "score_grade", "tags", "win_probability",
    "next_action", "why",
)  # fmt: skip
# Those of them that exist only with a rule that decides them.
WITH_THEIR_RULE = frozenset(
    {
        "earned_stage", "current_handler", "risk", "score", "score_grade", "tags",
        "win_probability", "returns_on",
    }
)  # fmt: skip
# Columns that exist besides the sheet's own: `state` is the resolved outcome.
RESERVED = frozenset({*OWNED, "key", "state"}) - WITH_THEIR_RULE - {"id"}


def _slug(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,63}", value):
        raise Invalid(
            "expected up to 64 small letters, digits, `-` or `_`, such as `east-sales`",
            "应为小写字母、数字、`-` 或 `_`（最多 64 个），例如 `east-sales`",
        )
    return value


class ColumnOf(Model):
    """Where a field stands, or a column of the team's own that conditions may use."""

    header: str = Field(min_length=1)
    """The header's text in the sheet."""
    kind: Kind | None = None
    """What a column of your own holds; fields that the product knows need none."""


def _column(value: object) -> object:
    return {"header": value} if isinstance(value, str) else value


Column = Annotated[ColumnOf, BeforeValidator(_column, json_schema_input_type=str | ColumnOf)]


class TableOf(Model):
    """One of several tables of a spreadsheet."""

    sheet: Annotated[Words, Field(min_length=1)]
    """Its tab, several tabs, or a pattern such as `2026-*`."""
    columns: dict[str, Column] = Field(default_factory=dict)
    """Field → header, where this table has another than the others."""
    header_row: int | None = Field(default=None, ge=1)
    """The row of its header, counted from 1, where it is not found by itself."""


class OtherWorkbook(Model):
    """A workbook that is only read, such as that of another team."""

    excel: str
    """The workbook, relative to this file."""
    sheet: Words = ()
    """The tab, several tabs, or a pattern; by default found by its header."""
    columns: dict[str, Column] = Field(default_factory=dict)
    """Field → header, where it is not found by itself."""
    header_row: int | None = Field(default=None, ge=1)
    """The row of the header, counted from 1, where it is not found by itself."""


class ActivitySheet(Model):
    """A tab with a row per follow-up."""

    sheet: str
    """Its name."""
    key: str
    """Header of its column with the opportunity's id, or its customer."""
    date: str
    """Header of its column with the day of the follow-up."""


def sheet_id(value: str) -> str:
    """Return the id of a Google Sheet, out of its address where that is given.

    Raises:
        Invalid: it is neither.
    """
    found = re.search(r"/spreadsheets/(?:u/\d+/)?d/(?!e/)([A-Za-z0-9_-]+)", value) or re.fullmatch(
        r"([A-Za-z0-9_-]+)", value
    )
    if found is None:
        raise Invalid(
            "expected the id or the address of a Google Sheet, such as "
            "https://docs.google.com/spreadsheets/d/…/edit",
            "应为 Google 表格的 id 或网址，例如 https://docs.google.com/spreadsheets/d/…/edit",
        )
    return found[1]


class GoogleAccess(Model):
    """How a Google Sheet is reached; no secret belongs into this file."""

    sign_in: Literal["default", "keyring", "user"] = "default"
    """`default`: a service account's key, else what gcloud or the machine gives; `keyring`: the key
    that `dealkeeper login KEY_FILE --keyring` keeps in the system's keyring; `user`: a person who
    signed in by the browser, for a trial."""
    key_file: str | None = None
    """Key of a service account, relative to this file and readable by nobody else; by default the
    environment variable `DEALKEEPER_GOOGLE_KEY` names it."""
    impersonate: str = ""
    """E-mail address of a service account to act for."""
    address: str = "https://sheets.googleapis.com"
    """Of the Sheets API, where it is reached through a gateway: https, or http on this computer."""


class Spreadsheet(Model):
    """The team's workbook, and what is where in it."""

    excel: str | None = None
    """The workbook, relative to this file."""
    google: Annotated[str, AfterValidator(sheet_id)] | None = None
    """The id or address of a Google Sheet."""
    sheet: Words = ()
    """The tab, several tabs, or a pattern such as `2026-*`; by default found by its header."""
    tables: tuple[TableOf, ...] = ()
    """Several tables instead of `sheet`, such as marketing's and sales' own, each with its own
    headers; they are compared together."""
    others: tuple[OtherWorkbook, ...] = ()
    """Workbooks that are only read; their rows count as those of archive tabs do."""
    archive: Words = ()
    """Tabs (or patterns) that are read only: they count for KPIs, duplicates and sticky owners."""
    activities: ActivitySheet | None = None
    """A tab with a row per follow-up, joined by id or customer."""
    header_row: int | None = Field(default=None, ge=1)
    """The row of the header, counted from 1, where it is not found by itself."""
    columns: dict[str, Column] = Field(default_factory=dict)
    """Field → header, where it is not found by itself; columns of your own need a `kind`."""
    when_open: Literal["wait", "report_only", "side_file"] = "wait"
    """While somebody has the workbook open: wait, only report, or write to a file beside it."""
    wait: Seconds = 30
    """How long to wait for the workbook to be closed: `30 seconds`, `10 minutes`."""


Header = str | Literal[False] | None


class Owned(Model):
    """Headers of the product's own columns; `false` leaves one out."""

    prefix: Annotated[str, StringConstraints(strip_whitespace=False)] | None = None
    """Put before each header, so that none meets a team column; by default `管家·` or `DK `."""
    id: str | None = None
    """The key of each row, added only where the sheet has no usable id."""
    status: Header = None
    """How the opportunity stands against its time limit."""
    due: Header = None
    """When the limit ends."""
    stage_since: Header = None
    """Since when the opportunity is in its stage."""
    earned_stage: Header = None
    """The stage that counts where the one in the sheet was not earned."""
    current_handler: Header = None
    """Who must act in the stage."""
    suggested_owner: Header = None
    """Who should own it."""
    returns_on: Header = None
    """When it goes back to the pool without a follow-up."""
    duplicate_of: Header = None
    """The key of the opportunity that it repeats."""
    risk: Header = None
    """How likely it is to be lost by neglect."""
    score: Header = None
    """How promising the opportunity is, in points."""
    score_grade: Header = None
    """The grade that its points make."""
    tags: Header = None
    """What stands out about it."""
    win_probability: Header = None
    """The learned probability of winning, in percent."""
    next_action: Header = None
    """What should happen next."""
    why: Header = None
    """A short reason."""


def _colour(value: object) -> str:
    text = str(value).removeprefix("#").upper()
    if not isinstance(value, str) or not re.fullmatch(r"[0-9A-F]{6}", text):
        raise Invalid(
            'expected a colour of six hexadecimal digits in quotes, such as "FBE9E1"',
            '应为引号中的六位十六进制颜色，例如 "FBE9E1"',
        )
    return text


Colour = Annotated[str, BeforeValidator(_colour, json_schema_input_type=str)]


class Style(Model):
    """Colours of a highlight: six hexadecimal digits in quotes."""

    fill: Colour
    """Colour of the ground."""
    color: Colour = ""
    """Colour of the text; without it the text keeps its own."""
    bold: bool = False
    """Whether the text is bold."""


def _style(value: object) -> object:
    """A bare colour is the ground; `false` switches the highlight off."""
    if value is False:
        return None
    return value if isinstance(value, (Mapping, Style)) else {"fill": value}


Colours = Annotated[
    Style | None, BeforeValidator(_style, json_schema_input_type=str | Style | Literal[False])
]


class HighlightOf(Model):
    """How rows that need attention are marked."""

    scope: Literal["row", "cells"] = "row"
    """The whole row of the table, or only the product's own cells."""
    escalated: Colours = Style(fill="FBE9E1", color="B8431A")
    """Overdue for so long that the manager is told."""
    overdue: Colours = Style(fill="FBE9E1")
    """Past the limit."""
    due_soon: Colours = Style(fill="FCF2DA", color="8A5A00")
    """Near the limit."""


class Safety(Model):
    """How much one run may change, and how large a workbook may be to be opened."""

    team_columns: Fraction = 0.05
    """Largest share of a column of the team's that a rule may fill; counts from 50 rows on."""
    status: Fraction = 0.4
    """Largest share of a column of the product's own."""
    max_file: Size = 1 << 30
    """Largest file that is opened: `1 GB`."""
    max_unpacked: Size = 4 << 30
    """Largest content, which a workbook packs: `4 GB`; one part may have a quarter of it."""
    max_ratio: int = Field(default=400, ge=1)
    """How many times smaller than its content a file may be."""
    max_cells: int = Field(default=40_000_000, ge=1)
    """Most cells, blank ones between the first and the last included, of all tabs together."""


def _tab_name(value: str) -> str:
    if not 0 < len(value) <= 31 or re.search(r"[][:*?/\\]|^'|'$", value):
        raise Invalid(
            "expected the name of a tab: up to 31 characters, none of `[ ] : * ? / \\`",
            "应为工作表名称：最多 31 个字符，不含 `[ ] : * ? / \\`",
        )
    return value


TabName = Annotated[str, AfterValidator(_tab_name)]


class SummaryTab(Model):
    """The generated tab for managers."""

    sheet: TabName | None = None
    """Its name; `管理汇总` or `DK Summary` by default."""
    excel: str | None = None
    """A workbook of its own for it, relative to this file, for managers only."""
    weekly: bool = False
    """Whether each week gets a tab of its own that is kept, made by the first run after it."""
    weekly_tabs: int = Field(default=26, ge=1)
    """From how many weekly tabs on the oldest is mentioned; none is ever deleted."""
    owners: bool | Words = False
    """Whether everybody with open deals gets a board in a tab of its own, or the names of those who
    do."""
    owner_files: str | None = Field(default=None, min_length=1)
    """A folder, relative to this file, in which each person gets a workbook with a board and the
    person's own rows alone; by default none."""


class ReviewTab(Model):
    """The tab in which a supervisor answers what the rules ask."""

    sheet: TabName | None = None
    """Its name; `待复核` or `DK Review` by default."""


def _tab(value: object) -> object:
    if isinstance(value, bool):
        return {} if value else None
    return value


class Job(Model):
    """A scheduled run."""

    name: str | None = None
    """What it is called in the history; by default its `every`."""
    every: Interval
    """`30 minutes`, `monday at 09:00`, `workday at 18:00`."""
    between: Between | None = None
    """Hours of the day within which it may start: `08:00-20:00`."""
    on: Literal["days", "workdays"] = "days"
    """Every day, or only on workdays of the team's calendar."""

    @property
    def label(self) -> str:
        """Its name in the history."""
        return self.name or str(self.every)


def _no_secret(place: str) -> str:
    # a sentence that does not begin with "expected" does not repeat what was given
    if re.search(r"://[^/@]*:[^/]*@", place):
        raise Invalid(
            "a rules file keeps no password; leave it out of the address and say it in `PGPASSWORD`"
            " or `~/.pgpass`",
            "规则文件不保存密码；请从地址中删去，改用 `PGPASSWORD` 或 `~/.pgpass`",
        )
    return place


class Document(Settings):
    """The rules file as a whole: everything that an admin can say."""

    version: Literal[1]
    """Version of this format."""
    id: Annotated[str, AfterValidator(_slug)]
    """Short name of this spreadsheet; its history follows this, not the path."""
    spreadsheet: Spreadsheet
    """The team's workbook."""
    google: GoogleAccess = GoogleAccess()
    """How a Google Sheet is reached."""
    rules: tuple[dict[str, Any], ...] = ()
    """The rules, in the order in which they decide; each names its module in `use`."""
    owned: Owned = Owned()
    """Headers of the product's own columns."""
    highlight: HighlightOf = HighlightOf()
    """Colours for rows that need attention."""
    safety: Safety = Safety()
    """How much one run may change."""
    summary: Annotated[
        SummaryTab | None,
        BeforeValidator(_tab, json_schema_input_type=SummaryTab | bool),
    ] = SummaryTab()
    """The generated tab for managers, or `false` for none."""
    review: Annotated[
        ReviewTab | None,
        BeforeValidator(_tab, json_schema_input_type=ReviewTab | bool),
    ] = None
    """The tab for questions to the supervisor, such as likely duplicates; none by default."""
    state: Annotated[str, AfterValidator(_no_secret)] | None = None
    """Folder or database URL of the history; the user's own state folder by default."""
    jobs: tuple[Job, ...] = ()
    """When `dealkeeper serve` runs."""
    tests: tuple[Example, ...] = ()
    """What the rules must make of given rows; no run starts while one of them fails."""
