"""What is doubtful about the assignment lines themselves, before any row is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rules.assign_owner.people import COVERS, Attribute, Line, Roster, on_leave
from rules.assign_owner.reasons import (
    LINT_AWAY,
    LINT_BACKUP,
    LINT_CATCH_ALL,
    LINT_EMPTY,
    LINT_FULL,
    LINT_LEFT,
    LINT_UNCOVERED,
    LINT_UNREACHABLE,
)
from rules.resolve import fold
from rules.settings import Member, Settings
from rules.when import Test
from sync.say import Reason
from sync.table import Finding, Level


def lint(
    lines: Sequence[Line], match: Sequence[Sequence[Attribute]], settings: Settings
) -> tuple[Finding, ...]:
    """Look for lines that cannot work.

    Args:
        lines: of a stanza, in order.
        match: per line, what people must cover of a row.
        settings: the team.

    Returns:
        One finding each, in the order of the lines.
    """
    roster = Roster(settings.team)
    found = [
        Finding("assign_owner", reason.code, level, facts={"line": line.label(place), **facts})
        for place, line in enumerate(lines)
        for reason, level, facts in _line(lines, place, match[place], roster)
    ]
    for member in settings.team:
        backup = settings.members.get(member.backup or "")
        if member.active and backup is not None and not backup.active:
            facts = {"person": member.name, "backup": backup.name}
            found.append(Finding("assign_owner", LINT_BACKUP.code, "warning", facts=facts))
    return tuple(found)


_Doubt = tuple[Reason, Level, dict[str, Any]]


def _line(
    lines: Sequence[Line], place: int, match: Sequence[Attribute], roster: Roster
) -> Iterator[_Doubt]:
    line = lines[place]
    for earlier, other in enumerate(lines[:place]):
        if _covers(other.when, line.when):
            yield LINT_UNREACHABLE, "error", {"earlier": other.label(earlier)}
            break
    if place == len(lines) - 1 and line.when:
        yield LINT_CATCH_ALL, "warning", {}
    for name in line.to:
        member = roster.place.get(name)
        if member is not None and not roster.team[member].active:
            yield LINT_LEFT, "error", {"person": name}
    yield from _pool(line, match, roster)


def _pool(line: Line, match: Sequence[Attribute], roster: Roster) -> Iterator[_Doubt]:
    """What keeps a line's pool empty, always or on a day."""
    there = [at for at in _reached(line, roster) if roster.team[at].active]
    if not there:
        yield LINT_EMPTY, "error", {}
    elif all(_closed(roster.team[at]) for at in there):
        yield LINT_FULL, "error", {}
    elif day := _nobody_on(roster.team[at] for at in there):
        yield LINT_AWAY, "warning", {"day": day}
    if there and line.chooses != "fixed":
        for value in _uncovered(line, match, there, roster):
            yield LINT_UNCOVERED, "warning", {"value": value}


def _closed(member: Member) -> bool:
    """Whether limits of 0 keep a person from ever being given anything."""
    new = member.max_new
    return 0 in (member.max_open, new.day, new.week, new.month)


def _nobody_on(members: Iterable[Member]) -> dt.date | None:
    """The last day on which all of them are on leave, None where somebody always is there."""
    pool = list(members)
    last_days = sorted({days.last for member in pool for days in member.leave}, reverse=True)
    return next((day for day in last_days if all(on_leave(each, day) for each in pool)), None)


def _reached(line: Line, roster: Roster) -> list[int]:
    """The people of a line, with the backups of those whom it names outright."""
    named = roster.named(line)
    if line.chooses != "fixed":
        return [at for at in named if roster.skilled(at, line)]
    backups = [roster.place.get(roster.team[at].backup or "") for at in named]
    return [*named, *(at for at in backups if at is not None)]


def _covers(earlier: Mapping[str, Test], later: Mapping[str, Test]) -> bool:
    """Whether every row that satisfies `later` satisfies `earlier`, as far as is plain to see."""
    return all(key in later and _wider(test, later[key]) for key, test in earlier.items())


def _wider(test: Test, other: Test) -> bool:
    if test == other:
        return True
    if {*test.model_fields_set, *other.model_fields_set} <= {"is_", "in_"}:
        return _values(other) <= _values(test)
    if test.model_fields_set != {"at_least"} or other.model_fields_set != {"at_least"}:
        return False
    least, most = test.at_least, other.at_least
    return isinstance(least, float) and isinstance(most, float) and least <= most


def _values(test: Test) -> frozenset[str]:
    return frozenset(fold(value) for value in (*(test.is_ or ()), *(test.in_ or ())))


def _uncovered(
    line: Line, match: Sequence[Attribute], there: Sequence[int], roster: Roster
) -> Iterator[str]:
    """Values that the line's conditions take and nobody of its pool covers."""
    for name in match:
        test = line.when.get(name)
        lists = [getattr(roster.team[at], COVERS[name]) for at in there]
        if test is None or not all(lists):
            continue
        covered = {fold(value) for values in lists for value in values}
        for value in (*(test.is_ or ()), *(test.in_ or ())):
            if fold(value) not in covered:
                yield value
