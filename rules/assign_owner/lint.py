"""What is doubtful about the assignment lines themselves, before any row is seen."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from rules.assign_owner.people import COVERS, Line, Roster, on_leave
from rules.assign_owner.reasons import (
    LINT_AWAY,
    LINT_BACKUP,
    LINT_CATCH_ALL,
    LINT_EMPTY,
    LINT_LEFT,
    LINT_UNCOVERED,
    LINT_UNREACHABLE,
)
from rules.assign_owner.rule import AssignOwner
from rules.resolve import fold
from rules.settings import Settings
from rules.when import Test
from sync.say import Reason
from sync.table import Finding, Level


def lint(rule: AssignOwner, settings: Settings, today: dt.date) -> tuple[Finding, ...]:
    """Look for lines that cannot work.

    Args:
        rule: the stanza.
        settings: the team.
        today: leave before this day no longer matters.

    Returns:
        One finding each, in the order of the lines; `facts["place"]` is the line's place from 0,
        -1 for the team as a whole.
    """
    roster = Roster(settings.team, today)
    found: list[Finding] = []
    for place, line in enumerate(rule.assign):
        for reason, level, facts in _line(rule, place, line, roster, today):
            known = {"line": line.label(place), "place": place, **facts}
            found.append(Finding(rule.use, reason.code, level, facts=known))
    for member in settings.team:
        backup = settings.members.get(member.backup or "")
        if member.active and backup is not None and not backup.active:
            known = {"person": member.name, "backup": backup.name, "place": -1}
            found.append(Finding(rule.use, LINT_BACKUP.code, "warning", facts=known))
    return tuple(found)


_Doubt = tuple[Reason, Level, dict[str, Any]]


def _line(
    rule: AssignOwner, place: int, line: Line, roster: Roster, today: dt.date
) -> Iterator[_Doubt]:
    for earlier, other in enumerate(rule.assign[:place]):
        if _covers(other.when, line.when):
            yield LINT_UNREACHABLE, "error", {"earlier": other.label(earlier)}
            break
    if place == len(rule.assign) - 1 and line.when:
        yield LINT_CATCH_ALL, "warning", {}
    for name in line.to:
        member = roster.place.get(name)
        if member is not None and not roster.team[member].active:
            yield LINT_LEFT, "error", {"person": name}
    there = [at for at in _reached(line, roster) if roster.team[at].active]
    if not there:
        yield LINT_EMPTY, "error", {}
        return
    for value in _uncovered(rule, line, there, roster):
        yield LINT_UNCOVERED, "warning", {"value": value}
    day = _all_away(there, roster, today)
    if day is not None:
        yield LINT_AWAY, "warning", {"day": day}


def _reached(line: Line, roster: Roster) -> list[int]:
    """The people of a line, with the backups of those whom it names outright."""
    named = roster.named(line)
    if line.chooses != "fixed":
        return named
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


def _uncovered(rule: AssignOwner, line: Line, there: list[int], roster: Roster) -> Iterator[str]:
    """Values that the line's conditions take and nobody of its pool covers."""
    if line.chooses == "fixed":
        return
    for name in rule.match if line.match is None else line.match:
        test = line.when.get(name)
        lists = [getattr(roster.team[at], COVERS[name]) for at in there]
        if test is None or not all(lists):
            continue
        covered = {fold(value) for values in lists for value in values}
        for value in (*(test.is_ or ()), *(test.in_ or ())):
            if fold(value) not in covered:
                yield value


def _all_away(there: list[int], roster: Roster, today: dt.date) -> dt.date | None:
    """The first day from today on which the whole pool is on leave."""
    team = [roster.team[at] for at in there]
    starts = {max(days.first, today) for member in team for days in member.leave}
    for day in sorted(starts):
        if all(on_leave(member, day) for member in team):
            return day
    return None
