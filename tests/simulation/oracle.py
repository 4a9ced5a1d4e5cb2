"""What the spreadsheet must say, told by what people did; nothing here asks the product."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.sheets_server import Act
from tests.simulation import team

_EPOCH = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - spreadsheets count days from here
_SECOND = dt.timedelta(seconds=1)
_NOTE = 2  # cells of a row that may be a note: its name and one more


@dataclass
class Oracle:
    """The team's table as people made it.

    Attributes:
        key: header of the column by which people name a row.
        rows: key → header → what people typed.
        ours: header as it is now → header that we gave it, of our columns.
        typed: (key, header that we gave) → what people typed into our columns.
        regions: key → every region that the row ever had.
        ids: key → the id that we gave it.
        headers: of the columns that people made.
        nameless: text that people typed into a row without a name → whether it must stay: not in a
            column of ours, where a rule may know better.
    """

    key: str
    rows: dict[str, dict[str, Any]]
    ours: dict[str, str]
    typed: defaultdict[tuple[str, str], set[Any]] = field(default_factory=lambda: defaultdict(set))
    regions: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    ids: dict[str, Any] = field(default_factory=dict)
    headers: list[str] = field(default_factory=list)
    nameless: dict[Any, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.headers = list(next(iter(self.rows.values())))
        for key, row in self.rows.items():
            self.regions[key].add(row[team.REGION])

    def learn(self, acts: Iterable[Act]) -> None:
        """Take in what people did."""
        for act in acts:
            facts = act.facts
            match act.kind:
                case "edit" if facts["row"] is None:
                    self.nameless.pop(facts["before"], None)
                    self.nameless[facts["after"]] = facts["column"] not in self.ours
                case "edit":
                    self._type(facts["row"], facts["column"], facts["after"])
                case "append" | "insert":
                    self.rows[facts["row"]] = {self.key: facts["row"]}
                    for header, value in facts["cells"].items():
                        self._type(facts["row"], header, value)
                case "delete":
                    self.rows.pop(facts["row"], None)
                    for text in facts["cells"].values() if facts["row"] is None else ():
                        self.nameless.pop(text, None)
                case "add_column":
                    self.headers.append(facts["column"])
                case "rename":
                    self._rename(facts["before"], facts["after"])

    def forget(self, overwritten: Mapping[str, Any]) -> None:
        """Take back owners that nobody but who typed them can know.

        Args:
            overwritten: key → the owner that stood there before.
        """
        for key, owner in overwritten.items():
            self.rows[key][team.OWNER] = owner or ""

    def _type(self, key: str, header: str, value: Any) -> None:
        if header in self.ours:
            self.typed[key, self.ours[header]].add(value)
        else:
            self.rows[key][header] = value
        if header == team.REGION:
            self.regions[key].add(value)

    def _rename(self, before: str, after: str) -> None:
        if before in self.ours:
            self.ours[after] = self.ours.pop(before)
            return
        self.headers[self.headers.index(before)] = after
        for row in self.rows.values():
            if before in row:
                row[after] = row.pop(before)

    def strangers(self, table: Sequence[Sequence[Any]]) -> list[str]:
        """Return what stands in a row and can only belong to another one."""
        found = []
        for key, row in self._by_key(table).items():
            own = self.rows.get(key, {})
            value = row.get(team.DUE, "")
            if isinstance(value, (int, float)) and _minute(value) != _minute_of(own):
                found.append(f"{key}: due {value}")
            owner = row.get(team.OWNER, "")
            if owner not in self._owners(key):
                found.append(f"{key}: owner {owner}, not {self._owners(key)}")
            given = self.ids.get(key)
            if given and row.get(team.OUR_KEY) != given:
                found.append(f"{key}: id {row.get(team.OUR_KEY)}, not {given}")
        return found

    def _owners(self, key: str) -> set[Any]:
        typed = self.rows.get(key, {}).get(team.OWNER, "")
        if typed:
            return {typed}
        return {"", *(team.OWNERS.get(region, "") for region in self.regions[key])}

    def lost(self, table: Sequence[Sequence[Any]]) -> list[str]:
        """Return the cells, rows and columns of people that do not stand as they left them."""
        header = [str(cell) for cell in table[0]]
        found = [f"column {one}" for one in self.headers if header.count(one) != 1]
        at = header.index(self.key)
        keys = Counter(row[at] for row in table[1:] if len(row) > at and row[at])
        found += [f"row {key}: {count}" for key, count in keys.items() if count > 1]
        found += [f"row {key} appeared" for key in keys if key not in self.rows]
        found += self._without_name(table)
        by_key = self._by_key(table)
        for key, row in self.rows.items():
            stands = by_key.get(key)
            if stands is None:
                found.append(f"row {key} is gone")
                continue
            found += [
                f"{key}.{name}: {stands.get(name)!r}, not {value!r}"
                for name, value in row.items()
                if not _same(stands.get(name, ""), value) and not (name == team.OWNER and not value)
            ]
        return found

    def _without_name(self, table: Sequence[Sequence[Any]]) -> list[str]:
        """Rows without a name hold what people typed into them, and an id of ours beside it."""
        header = [self.ours.get(str(cell), str(cell)) for cell in table[0]]
        rows = [dict(zip(header, row, strict=False)) for row in table[1:]]
        said = [
            {cell for name, cell in row.items() if name != team.OUR_KEY and cell != ""}
            for row in rows
            if any(row.values()) and not row.get(self.key)
        ]
        found = [
            f"a row without a name says {one}"
            for one in said
            if not one or one - self.nameless.keys()
        ]
        kept = {text for text, must_stay in self.nameless.items() if must_stay}
        return found + [f"{text} is gone" for text in kept - set().union(*said)]

    def wrong(self, table: Sequence[Sequence[Any]], now: dt.datetime) -> list[str]:
        """Return what a row should say after a quiet run, and does not."""
        found = self.strangers(table)
        header = [str(cell) for cell in table[0]]
        found += [f"column {one}" for one in self.ours if header.count(one) != 1]
        found += [f"header {one}" for one in header if one not in {*self.headers, *self.ours}]
        for key, row in self._by_key(table).items():
            due = team.due(self.rows[key])
            for name, right in ((team.DUE, _due(due)), (team.STATUS, _status(due, now))):
                stands = row.get(name, "")
                stands = round(stands, 4) if isinstance(stands, float) else stands
                if stands not in right | self.typed[key, name]:
                    found.append(f"{key}: {name} is {stands!r}, not {right}")
            region = self.rows[key].get(team.REGION, "")
            if not row.get(team.OWNER) and region in team.OWNERS:
                found.append(f"{key}: no owner")
        return found + self._ids(table)

    def _ids(self, table: Sequence[Sequence[Any]]) -> list[str]:
        """Remember the ids that we gave; each stays with its row, and no two are the same."""
        if team.OUR_KEY not in self.ours.values():
            return []
        found = []
        notes = self._notes(table)
        for key, row in self._by_key(table).items():
            given = row.get(team.OUR_KEY, "")
            if not given and key not in notes:
                found.append(f"{key}: no id")
            if given:
                self.ids.setdefault(key, given)
        here = [self.ids[key] for key in self.rows if key in self.ids]
        return found + [f"id {one} twice" for one, count in Counter(here).items() if count > 1]

    def _notes(self, table: Sequence[Sequence[Any]]) -> set[str]:
        """Rows behind a blank one that say next to nothing: to a reader, notes below the table."""
        blank = next((at for at, row in enumerate(table) if not any(row)), len(table))
        found = self._by_key([table[0], *table[blank:]])
        ours = {*self.ours.values()}
        return {
            key
            for key, row in found.items()
            if sum(cell != "" for name, cell in row.items() if name not in ours) <= _NOTE
        }

    def _by_key(self, table: Sequence[Sequence[Any]]) -> dict[str, dict[str, Any]]:
        """Key → header → value; our columns by the header that we gave."""
        header = [self.ours.get(str(cell), str(cell)) for cell in table[0]]
        at = header.index(self.key)
        return {
            str(row[at]): dict(zip(header, row, strict=False))
            for row in table[1:]
            if len(row) > at and row[at] != ""
        }


def _same(stands: Any, typed: Any) -> bool:
    """Whether a cell says what was typed: moments come back as numbers."""
    if isinstance(stands, float) and isinstance(typed, str):
        return f"{_moment(stands):%Y-%m-%d %H:%M}" == typed
    return bool(stands == typed)


def _moment(serial: float) -> dt.datetime:
    return _EPOCH + round(serial * 86_400) * _SECOND


def _minute(serial: float) -> int:
    moment = _moment(serial)
    return 60 * moment.hour + moment.minute


def _minute_of(row: dict[str, Any]) -> int | None:
    text = str(row.get(team.SINCE, ""))
    return 60 * int(text[11:13]) + int(text[14:16]) if text[13:14] == ":" else None


def _due(due: dt.datetime | None) -> set[Any]:
    return {""} if due is None else {round((due - _EPOCH) / dt.timedelta(days=1), 4)}


def _status(due: dt.datetime | None, now: dt.datetime) -> set[Any]:
    if due is None:
        return {""}
    return {team.OVERDUE} if now > due else set(team.IN_TIME)
