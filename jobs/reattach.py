"""Put ids that were torn from their rows back, by what the history knows of each id.

A sort that leaves our columns behind keeps them together and gives them to the wrong rows. Every
row is found again by its fingerprint (customer, name, need, product, created, amount), and our
columns follow their id.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from config.load import RulesFile
from jobs import identity
from jobs.coded import Coded
from jobs.history import Deed, History, changes
from jobs.history.codec import texts
from jobs.identity import FINGERPRINT
from jobs.threeway import standing
from rules.resolve import resolve
from sync.plan import Patch, Plan, Reasons
from sync.store import Receipt, Refused, Store
from sync.table import Objects, Rows, Table

KIND = "reattach"
# A row is recognised by one of these at least, and by another field that agrees.
_NAMES = ("customer", "name")


@dataclass(frozen=True, slots=True, eq=False)
class Reattachment:
    """Which id belongs to which row.

    Attributes:
        rows: (n) rows whose id changes, ascending.
        now: (n) the id that stands there, "" where blank.
        ids: (n) the id that belongs there, "" where the row is new or cannot be told.
        agreed: (n) how many of `fields` agree with what the history knows of the id.
        fields: those that are compared: sheet and history both have them.
        doubtful: row → the ids that fit it equally; they are left for people to decide.
    """

    rows: Rows
    now: Objects
    ids: Objects
    agreed: Rows
    fields: tuple[str, ...]
    doubtful: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class Reattached:
    """What was done.

    Attributes:
        table: as it was read.
        found: which id belongs to which row.
        receipt: what was written, None where every id stood right.
    """

    table: Table
    found: Reattachment
    receipt: Receipt | None


_TEAMS = {
    "zh": "编号列「{header}」是团队自己的列，这里不会改动；请撤销那次排序，"
    "或用 `dealkeeper restore` 恢复排序前的备份",
    "en": "the id column `{header}` is the team's own and is left alone; undo that sort, or put a "
    "backup from before it back with `dealkeeper restore`",
}
_UNKNOWN = {
    "zh": "还没有运行记录，无从比对；请先运行 `dealkeeper run`",
    "en": "no run is known, so there is nothing to compare with; run `dealkeeper run` first",
}
_NOT_CONFIRMED = {
    "zh": "写入需要确认：请在终端中运行，或加上 --yes；工作簿未改动",
    "en": "writing wants a confirmation: use a terminal, or --yes; the workbook is untouched",
}


def find(table: Table, resolved: pd.DataFrame, snapshot: pd.DataFrame) -> Reattachment:
    """Find the id of every row.

    A row takes an id only where all the compared fields agree and no other row and no other id has
    the same values: first all fields, then all but one, then customer and name. An id that was
    found elsewhere leaves its row, and so does one whose row is known by other ids. Every other row
    that is not recognised was rewritten by people, and keeps its id.

    Args:
        table: as read.
        resolved: (rows × columns) the table in the team's names.
        snapshot: (known keys × fields) what the history knows; the index is the key.
    """
    known = snapshot[snapshot[changes.GONE].isna()]
    fields = tuple(f for f in FINGERPRINT if f in resolved.columns and f in known.columns)
    here, there = _fingerprints(resolved, fields), _fingerprints(known, fields)
    keys = np.asarray(known.index, dtype=object)
    owner = pd.Index(keys).get_indexer(pd.Index(table.keys)).astype(np.int64)
    # a row whose own id fits it whole keeps it, also where another row is the same
    whole = (_agreeing(here, there, owner) == len(fields)) & (owner >= 0)
    found = np.where(whole & ~pd.Index(owner).duplicated(keep=False), owner, -1)
    for turn in _turns(fields):
        _match(here, there, turn, found)
    options = _options(here, there, [f for f in _NAMES if f in fields], found)
    fitting = {row: tuple(str(keys[at]) for at in ats) for row, ats in options.items()}
    ids = table.keys.copy()
    ids[np.isin(table.keys, keys[found[found >= 0]])] = ""
    doubtful = {row: fits for row, fits in fitting.items() if ids[row] not in fits}
    ids[list(doubtful)] = ""
    ids[found >= 0] = keys[found[found >= 0]]
    rows = np.flatnonzero(ids != table.keys)
    agreed = _agreeing(here, there, found)
    return Reattachment(rows, table.keys[rows], ids[rows], agreed[rows], fields, doubtful)


def reattach(
    store: Store,
    rules_file: RulesFile,
    history: History,
    now: pd.Timestamp,
    confirm: Callable[[Table, Reattachment], bool],
) -> Reattached:
    """Put the ids back, where the id column is ours, and our other columns with them.

    Args:
        store: the spreadsheet, lock taken.
        rules_file: what the admin says.
        history: what earlier runs left.
        now: the moment, naive local time.
        confirm: asked before anything is written; False stops.

    Raises:
        Refused: the id column is the team's, nothing is known of the rows, or not confirmed.
        StoreError: the spreadsheet could not be read or written; nothing was written.
    """
    table = store.read()
    layout = rules_file.layout
    if not identity.is_ours(table, identity.header_in(layout)):
        header = table.columns["id"].header if "id" in table.columns else "id"
        raise Refused(_TEAMS["en"].format(header=header), zh=_TEAMS["zh"].format(header=header))
    snapshot = history.snapshot()
    if "id" not in table.columns or not len(snapshot):
        raise Refused(_UNKNOWN["en"], zh=_UNKNOWN["zh"])
    found = find(table, resolve(table.frame, rules_file.settings), snapshot)
    owned = [column.key for column in layout.columns]
    mended = patches(table, found, owned, history.decided())
    if not mended:
        return Reattached(table, found, None)
    if not confirm(table, found):
        raise Refused(_NOT_CONFIRMED["en"], zh=_NOT_CONFIRMED["zh"])
    receipt = store.apply(Plan(table.version, now, layout, mended, keys=table.keys))
    counts = {"rows": len(table), "written": receipt.written, "refused": len(receipt.refused)}
    history.note(Deed(KIND, now, table.version, receipt.version, rules_file.hash, counts))
    return Reattached(table, found, receipt)


def patches(
    table: Table, found: Reattachment, owned: Sequence[str], decided: pd.DataFrame
) -> tuple[Patch, ...]:
    """Return the changes in our columns: each cell goes where its id goes.

    A column of ours that took part in the sort stands right already, and stays.

    Args:
        table: as read.
        found: which id belongs where.
        owned: keys of our columns, `id` among them.
        decided: (keys × owned columns) what we last decided; the index is the key.
    """
    origin = pd.Index(table.keys[~pd.Index(table.keys).duplicated()])
    places = np.flatnonzero(~pd.Index(table.keys).duplicated())
    at = np.where(found.ids == "", -1, origin.get_indexer(pd.Index(found.ids)))
    made = []
    for column in owned:
        stands = standing(table, column).cells()
        before = stands[found.rows]
        if column == "id":
            after = found.ids.copy()
            after[after == ""] = None
        else:
            after = stands[places[at]]
            after[at < 0] = None
            if _fits(column, found.ids, before, decided) > _fits(column, found.ids, after, decided):
                continue
        changed = np.flatnonzero(before != after)
        if len(changed):
            made.append(
                Patch(
                    KIND, column, found.rows[changed], found.ids[changed], before[changed],
                    after[changed], Reasons.blank(len(changed)),
                )
            )  # fmt: skip
    return tuple(made)


def _fits(column: str, ids: Objects, cells: Objects, decided: pd.DataFrame) -> int:
    """How many cells hold what we last decided for the ids beside them."""
    if column not in decided.columns:
        return 0
    last = Coded.of(decided[column].reindex(ids))
    return int(np.count_nonzero(~Coded.of(cells).differs(last)))


def _fingerprints(frame: pd.DataFrame, fields: Sequence[str]) -> pd.DataFrame:
    """(rows × fields) as text, "" where blank; RangeIndex."""
    columns = {field: pd.Series(texts(frame[field]), dtype=object).fillna("") for field in fields}
    return pd.DataFrame(columns, index=range(len(frame)), dtype=object)


def _agreeing(here: pd.DataFrame, there: pd.DataFrame, other: Rows) -> Rows:
    """(rows) how many fields agree with those of the known row `other`, 0 where that is -1."""
    rows = np.flatnonzero(other >= 0)
    agreed: Rows = np.zeros(len(here), dtype=np.int64)
    agreed[rows] = (here.to_numpy()[rows] == there.to_numpy()[other[rows]]).sum(axis=1)
    return agreed


def _turns(fields: Sequence[str]) -> list[list[str]]:
    """Field lists to compare by, the strictest first; each holds a name and another field."""
    but_one = [[f for f in fields if f != left] for left in reversed(fields)]
    turns = [list(fields), *but_one, [f for f in fields if f in _NAMES]]
    return [turn for turn in turns if len(turn) > 1 and set(_NAMES) & set(turn)]


def _match(here: pd.DataFrame, there: pd.DataFrame, fields: list[str], found: Rows) -> None:
    """Note in `found` the known rows that have the same values in some fields, and alone do."""
    mine, theirs = _left(here, there, fields, found)
    mine, theirs = mine[~mine.duplicated(keep=False)], theirs[~theirs.duplicated(keep=False)]
    both = mine[mine.isin(theirs)]
    place = pd.Series(theirs.index, index=theirs.array)
    found[both.index.to_numpy()] = place.reindex(both).to_numpy(dtype=np.int64)


def _options(
    here: pd.DataFrame, there: pd.DataFrame, names: list[str], found: Rows
) -> dict[int, tuple[int, ...]]:
    """Row that is not found → the known rows that are left and have its customer and name."""
    if not names:
        return {}
    mine, theirs = _left(here, there, names, found)
    groups = pd.Series(theirs.index, index=theirs.array).groupby(level=0).agg(tuple)
    fitting = mine[mine.isin(theirs)]
    return dict(zip(fitting.index.tolist(), groups.reindex(fitting).tolist(), strict=True))


def _left(
    here: pd.DataFrame, there: pd.DataFrame, fields: list[str], found: Rows
) -> tuple[pd.Series[str], pd.Series[str]]:
    """Some fields as one text, of the rows that are not found yet and of the known ones left.

    Only of rows that have a name; the index is the row.
    """
    rows = np.flatnonzero(found < 0)
    return _joined(here, fields, rows), _joined(
        there, fields, np.setdiff1d(np.arange(len(there)), found)
    )


def _joined(frame: pd.DataFrame, fields: list[str], rows: Rows) -> pd.Series[str]:
    part = frame.loc[rows, fields].astype("str")
    part = part[(part[[f for f in fields if f in _NAMES]] != "").all(axis=1)]
    text, *others = [part[field] for field in fields]
    for other in others:
        text = text + "\x1f" + other
    return text
