"""The files of the people: who gets one, with which rows, and which are left alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd

from config.layout import OWN_ROWS
from jobs.boards import NOBODY, Desks, Person, key_of, standing_names
from jobs.tab_reasons import FILE_FOREIGN, FILE_LEFT
from sync.excel.owner_file import OwnerFile, Shown, files_in
from sync.fields import FIELDS, Kind
from sync.naming import file_stems
from sync.table import Finding, column
from sync.view import Link, SheetView
from templates.board import build
from templates.board.texts import TEXTS
from templates.words import Words

# Our columns that speak of their own row alone: others quote rows that belong to somebody else.
_OURS = {
    "status": Kind.TEXT, "due": Kind.DATE, "stage_since": Kind.DATE, "risk": Kind.TEXT,
    "score": Kind.NUMBER, "score_grade": Kind.TEXT, "next_action": Kind.TEXT,
}  # fmt: skip


def owner_files(
    desks: Desks, folder: Path, asked: bool | Sequence[str]
) -> tuple[tuple[OwnerFile, ...], tuple[Finding, ...]]:
    """Return the files as they should stand in a folder, and what is to be told.

    Args:
        desks: what boards are made from.
        folder: which may be missing.
        asked: the people whom the rules file names, or whether everybody who owns something.
    """
    spreadsheet = desks.rules_file.id
    standing = files_in(folder, spreadsheet)
    there = standing_names(list(standing), list(desks.owned))
    holding = [name for name in desks.owned if desks.is_there(name)]
    named = not isinstance(asked, bool)
    people = desks.people(asked if named else True, [*there, *holding])
    staying = [p for p in people if not p.left and (named or p.name in desks.owned)]
    findings = list(_left([person for person in people if person.left], standing))
    files = []
    stems = file_stems([person.name for person in staying])
    for person, stem in zip(staying, stems, strict=True):
        path, content = standing.get(key_of(person.name), (folder / f"{stem}.xlsx", ""))
        if not content and path.exists():
            facts = {"file": path.name}
            findings.append(Finding("summary", FILE_FOREIGN.code, "warning", facts=facts))
        else:
            files.append(_file(desks, person, path, content))
    return tuple(files), tuple(findings)


def _left(people: Sequence[Person], standing: Mapping[str, tuple[Path, str]]) -> Iterator[Finding]:
    if people:
        facts = {
            "people": tuple(person.name for person in people),
            "files": tuple(standing[key_of(person.name)][0].name for person in people),
        }
        yield Finding("summary", FILE_LEFT.code, "info", facts=facts)


def _file(desks: Desks, person: Person, path: Path, standing: str) -> OwnerFile:
    """One person's file: nothing in it tells of anybody else's rows, nor of the team's sums."""
    language = desks.settings.language
    name = desks.rules_file.spreadsheet_name
    columns, frame = _rows(desks)
    nothing = desks.given.part(NOBODY, {})
    return OwnerFile(
        path=path,
        spreadsheet=desks.rules_file.id,
        owner=key_of(person.name),
        board=_leading_to(
            OWN_ROWS[language],
            build(replace(desks.board(person), steps=nothing, team={}, file=name)),
        ),
        tab=OWN_ROWS[language],
        notice=Words(language, TEXTS)("read_only", file=name),
        columns=columns,
        rows=frame.iloc[desks.owned.get(person.name, NOBODY)].reset_index(drop=True),
        standing=standing,
    )


def _leading_to(tab: str, view: SheetView) -> SheetView:
    """The view with links that lead to a tab beside it."""
    cells = tuple(
        replace(cell, value=replace(cell.value, sheet=tab))
        if isinstance(cell.value, Link)
        else cell
        for cell in view.cells
    )
    return replace(view, cells=cells)


def _rows(desks: Desks) -> tuple[tuple[Shown, ...], pd.DataFrame]:
    """The team's columns as they were read, then ours that speak of their own row alone."""
    table, frame = desks.prepared.table, desks.prepared.result.frame
    headers = {owned.key: owned.header for owned in desks.rules_file.layout.columns}
    shown, found = {}, {}
    if "id" not in table.frame.columns:
        shown["id"] = Shown(headers.get("id", "id"), Kind.TEXT)
        found["id"] = pd.Series(table.keys, dtype="str")
    order = {key: place for place, key in enumerate(FIELDS)}
    for key in sorted(table.columns, key=lambda key: order.get(key, len(order))):
        if key in table.frame.columns:
            known = table.columns[key]
            shown[key] = Shown(known.header, known.kind, known.unit)
            found[key] = table.frame[key]
    for key, kind in _OURS.items():
        if key in headers and key in frame.columns and key not in found:
            shown[key] = Shown(headers[key], kind)
            found[key] = column(frame, key, kind)
    return tuple(shown.values()), pd.DataFrame(found)
