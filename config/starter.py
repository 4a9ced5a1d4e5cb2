"""The first rules file of a spreadsheet: what was found in it, every default spelled out."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from config.document import OWNED, Document, GoogleAccess
from config.layout import HEADERS, PREFIXES, SUMMARY
from config.scalars import scalar
from config.starter_words import BLOCKS, OPTIONS, Pair
from rules.resolve import fold
from rules.rule import Rule, discover
from rules.settings import STATES, State
from sync.fields import FIELDS
from sync.say import Language

# The order in which the rules build on one another; rules that are not named come last.
_ORDER = (
    "quality",
    "dedupe",
    "gate",
    "risk",
    "score",
    "win_probability",
    "pool",
    "assign_owner",
    "assign_handler",
    "stage_sla",
    "kpi",
)
# Every rule has these; they are left out until somebody needs them.
_COMMON = frozenset(Rule.model_fields)
_LIMIT = "10 workdays"


@dataclass(frozen=True, slots=True)
class Seen:
    """A word found in a column: how often, and its other spellings."""

    word: str
    count: int = 0
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found in a spreadsheet.

    Attributes:
        excel: path of the workbook, relative to the rules file; "" for a Google Sheet.
        sheet: the tab with the table.
        header_row: as people count it, from 1; None where it is found by itself.
        language: of the headers, and so of the rules file's comments.
        timezone: IANA name.
        currency: three letters.
        team_name: shown on the summary.
        columns: field → header.
        doubtful: field → headers that could be meant as well, for a person to choose.
        stages: in the order of the process as far as it can be told.
        outcomes: state → words found for it.
        owners: people found as owners, with their numbers of open opportunities.
        unassigned: words found in the owner column that mean nobody.
        colored: whether the team uses fill colours of its own in the table.
        id: name of the history; made from the workbook's name by default.
        google: id of the Google Sheet, "" for a workbook.
        access: how the Google Sheet is reached, option → value.
    """

    excel: str
    sheet: str
    header_row: int | None = None
    language: Language = "zh"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    team_name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    doubtful: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stages: tuple[Seen, ...] = ()
    outcomes: Mapping[State, tuple[str, ...]] = field(default_factory=dict)
    owners: tuple[Seen, ...] = ()
    unassigned: tuple[str, ...] = ()
    colored: bool = False
    id: str = ""
    google: str = ""
    access: Mapping[str, str] = field(default_factory=dict)


def starter(found: Found) -> str:
    """Write the commented rules file of a spreadsheet.

    Args:
        found: what was detected in it.

    Returns:
        YAML that loads without errors; no team cell is written until somebody switches that on.
    """
    parts = (_head, _spreadsheet, _words, _team, _calendar, _rules, _looks, _jobs)
    return "\n".join("\n".join(part(found)) + "\n" for part in parts)


def slug(excel: str) -> str:
    """Return an id for a workbook: its name in small letters, or a hash of another script's."""
    stem = PurePath(excel.replace("\\", "/")).stem
    name = re.sub(r"[^a-z0-9]+", "-", stem.lower()).strip("-")[:48]
    digest = hashlib.sha256(stem.encode("utf-8", "replace")).hexdigest()[:6]
    return name if name and stem.isascii() else f"deals-{digest}"


def _comment(found: Found, pair: Pair) -> str:
    return pair[found.language == "zh"]


def _block(found: Found, name: str) -> Iterator[str]:
    """The lines of comment above a part."""
    for line in _comment(found, BLOCKS[name]).splitlines():
        yield f"# {line}"


def _line(text: str, comment: str, indent: int = 0) -> str:
    return " " * indent + text + (f"  # {comment}" if comment else "")


def _option(found: Found, name: str, key: str, value: Any, indent: int) -> str:
    """`key: value  # what it is for`."""
    comment = _comment(found, OPTIONS.get(f"{name}.{key}", ("", "")))
    return _line(f"{key}: {scalar(value)}", comment, indent)


def _head(found: Found) -> Iterator[str]:
    yield from _block(found, "head")
    yield _option(found, "", "version", 1, 0)
    yield _option(found, "", "id", found.id or slug(found.excel), 0)
    for key in ("language", "timezone", "currency", "team_name"):
        yield _option(found, "", key, getattr(found, key), 0)


def _spreadsheet(found: Found) -> Iterator[str]:
    if found.google:
        yield from _access(found)
    yield from _block(found, "spreadsheet")
    yield "spreadsheet:"
    place = "google" if found.google else "excel"
    yield _option(found, "spreadsheet", place, found.google or found.excel, 2)
    yield _option(found, "spreadsheet", "sheet", found.sheet, 2)
    if found.header_row is not None:
        yield _option(found, "spreadsheet", "header_row", found.header_row, 2)
    yield _option(found, "spreadsheet", "archive", (), 2)
    if not found.google:
        yield _option(found, "spreadsheet", "when_open", "wait", 2)
    yield _option(found, "spreadsheet", "wait", "30 seconds", 2)
    taken: set[str] = set()
    lines = []
    for key, header in found.columns.items():
        if header.strip() and header.strip() not in taken:
            taken.add(header.strip())
            meaning = _meaning(found, key)
            comment = meaning if meaning != header.strip() else ""
            lines.append(_line(f"{key}: {scalar(header)}", comment, 4))
    yield _line("columns:" if lines else "columns: {}", _comment(found, OPTIONS["columns"]), 2)
    yield from lines
    for key, headers in found.doubtful.items():
        others = ", ".join(map(scalar, headers))
        yield f"    # {key}: {_comment(found, OPTIONS['doubtful'])} {others}"


def _access(found: Found) -> Iterator[str]:
    """How a Google Sheet is reached; what only a gateway needs is left out."""
    yield from _block(found, "google")
    yield "google:"
    defaults = GoogleAccess().model_dump()
    for key, value in defaults.items():
        if key in found.access or key != "address":
            yield _option(found, "google", key, found.access.get(key, value), 2)
    yield ""


def _meaning(found: Found, key: str) -> str:
    return FIELDS[key].label(found.language) if key in FIELDS else ""


def _words(found: Found) -> Iterator[str]:
    yield from _block(found, "stages")
    outcomes = {fold(word) for words in found.outcomes.values() for word in words if word.strip()}
    stages = list(_distinct(found.stages, outcomes))
    yield "stages:" if stages else "stages: []"
    for stage in stages:
        entry = {"name": stage.word, **_aliases(stage), "limit": _LIMIT}
        yield _line(f"- {scalar(entry)}", _count(found, stage), 2)
    yield ""
    yield from _block(found, "outcomes")
    yield "outcomes:"
    taken: set[str] = set()
    for state in STATES:
        words = [Seen(word) for word in found.outcomes.get(state, ())]
        kept = [seen.word for seen in _distinct(words, taken)]
        taken |= set(map(fold, kept))
        yield _option(found, "outcomes", state, kept, 2)


def _team(found: Found) -> Iterator[str]:
    yield from _block(found, "team")
    nobody = [word for word in dict.fromkeys(found.unassigned) if word.strip()]
    yield _option(found, "", "unassigned", nobody, 0)
    people = list(_distinct(found.owners, set(map(fold, nobody))))
    yield "team:" if people else "team: []"
    for person in people:
        yield _line(
            f"- {scalar({'name': person.word, **_aliases(person)})}", _count(found, person), 2
        )


def _distinct(words: Iterable[Seen], taken: set[str]) -> Iterator[Seen]:
    """Entries that no other one, and none of the taken words, is spelled like."""
    used = set(taken)
    for seen in words:
        if not seen.word.strip() or fold(seen.word) in used:
            continue
        used.add(fold(seen.word))
        aliases = []
        for alias in seen.aliases:
            if alias.strip() and fold(alias) not in used:
                used.add(fold(alias))
                aliases.append(alias)
        yield Seen(seen.word, seen.count, tuple(aliases))


def _aliases(seen: Seen) -> dict[str, tuple[str, ...]]:
    return {"aliases": seen.aliases} if seen.aliases else {}


def _count(found: Found, seen: Seen) -> str:
    if not seen.count:
        return ""
    return f"{seen.count} 条" if found.language == "zh" else f"{seen.count} rows"


def _calendar(found: Found) -> Iterator[str]:
    yield from _block(found, "calendar")
    yield "calendar:"
    country = "CN" if found.timezone in ("Asia/Shanghai", "Asia/Urumqi") else None
    given: dict[str, Any] = {
        "country": country,
        "hours": "09:00-18:00",
        "hours_on": {},
        "off": (),
        "work": (),
    }
    for key, value in given.items():
        yield _option(found, "calendar", key, value, 2)
    yield ""
    yield from _block(found, "targets")
    yield "targets: {}"


def _rules(found: Found) -> Iterator[str]:
    yield from _block(found, "rules")
    yield "rules:"
    kinds = discover()
    for use in (*_ORDER, *(use for use in kinds if use not in _ORDER)):
        if use in kinds:
            yield _line(f"- use: {use}", _comment(found, OPTIONS.get(use, ("", ""))), 2)
            ownerless = use == "assign_owner" and found.columns and not found.owners
            if kinds[use].opt_in or ownerless:
                yield _option(found, use if ownerless else "", "enabled", False, 4)
            yield from _stanza(found, use, kinds[use])


def _stanza(found: Found, use: str, kind: type[Rule]) -> Iterator[str]:
    """The options of a rule with their defaults; lists of lines begin empty or as an example."""
    defaults = kind.model_validate({"use": use}).model_dump(mode="json", by_alias=True)
    for key, value in defaults.items():
        if key in _COMMON:
            continue
        example = BLOCKS.get(f"{use}.{key}")
        if example is None:
            yield _option(found, use, key, value, 4)
        else:
            yield from ("    " + line for line in _comment(found, example).splitlines())


def _looks(found: Found) -> Iterator[str]:
    zh = found.language == "zh"
    yield from _block(found, "owned")
    yield "owned:"
    yield _option(found, "owned", "prefix", PREFIXES[found.language], 2)
    for key in OWNED:
        yield _option(found, "owned", key, HEADERS[key][zh], 2)
    yield ""
    yield from _block(found, "highlight")
    yield "highlight:"
    defaults = Document.model_fields
    highlight = defaults["highlight"].default.model_dump()
    highlight["scope"] = "cells" if found.colored else "row"
    for key, value in highlight.items():
        kept = {k: v for k, v in value.items() if v} if isinstance(value, dict) else value
        yield _option(found, "highlight", key, kept, 2)
    yield ""
    yield from _block(found, "safety")
    yield "safety:"
    for key, value in defaults["safety"].default.model_dump(mode="json").items():
        yield _option(found, "safety", key, value, 2)
    yield ""
    yield from _block(found, "summary")
    yield "summary:"
    yield _option(found, "summary", "sheet", SUMMARY[found.language], 2)
    summary = defaults["summary"].default.model_dump(exclude={"sheet", "excel"})
    for key, value in summary.items():
        yield _option(found, "summary", key, value, 2)
    yield ""
    yield from _block(found, "review")
    yield "review: false"


def _jobs(found: Found) -> Iterator[str]:
    yield from _block(found, "jobs")
    yield "jobs:"
    yield '  - {every: 30 minutes, between: "08:00-20:00", on: workdays}'
