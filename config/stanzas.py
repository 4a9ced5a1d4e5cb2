"""The `rules:` list: each stanza validated as the rule that its `use` names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from pydantic import ValidationError

from config.checks import columns_in, each, names_of, words
from config.document import RESERVED
from config.messages import flaws
from config.positions import Path
from config.problems import Flaw
from rules.invalid import Invalid
from rules.options import Names, nearest
from rules.resolve import fold
from rules.rule import Rule, discover
from sync.fields import FIELDS


def read_rules(data: Any) -> tuple[tuple[Rule, ...], list[Flaw]]:
    """Make the rules of a document.

    Args:
        data: the document as plain data.

    Returns:
        The stanzas that are right, in order, and what is wrong with the others or between them.
    """
    names = names_of(data)
    found: dict[int, Rule] = {}
    wrong: list[Flaw] = []
    stanzas = data["rules"] if isinstance(data.get("rules"), list) else []
    for at, stanza in enumerate(stanzas):
        if not isinstance(stanza, dict):
            continue
        path: Path = ("rules", at)
        kind = discover().get(str(stanza.get("use")))
        if kind is None:
            wrong.append(_no_rule(path, stanza))
            continue
        wrong.extend(_conditions(data, path, stanza))
        try:
            rule = kind.model_validate(stanza, context=names)
        except ValidationError as error:
            wrong.extend(flaws(error, stanza, kind, path))
            continue
        found[at] = rule
        names = replace(names, fields=names.fields | rule.writes())
    return tuple(found.values()), [
        *wrong,
        *_labels(found),
        *_order(found, names),
        *_taken(data, found),
    ]


def _no_rule(path: Path, stanza: dict[str, Any]) -> Flaw:
    known = tuple(discover())
    given = stanza.get("use")
    guess = nearest(str(given), known) if given is not None else None
    if guess is not None:
        error = Invalid("expected the name of a rule", "应为规则名称", guess=guess)
    else:
        error = Invalid(
            "expected `use` with the name of a rule: {known}",
            "应填写 `use` 与规则名称：{known}",
            known=" / ".join(known),
        )
    return Flaw((*path, "use"), error)


def _conditions(data: Any, path: Path, stanza: Any) -> Iterator[Flaw]:
    """Stages that conditions mention: cells carry the team's names there, never an alias."""
    stages = names_of(data).stages
    spelled = {
        fold(alias): str(entry.get("name"))
        for _, entry in each(data, "stages", "*")
        if isinstance(entry, dict)
        for _, alias in words(entry, "aliases")
    }
    for where, text in _stage_words(stanza):
        if stages and fold(text) not in {fold(stage) for stage in stages}:
            guess = spelled.get(fold(text)) or nearest(text, stages)
            error = Invalid(
                "unknown stage `{text}`", "阶段 `{text}` 不存在", guess=guess, text=text
            )
            yield Flaw((*path, *where), error)


def _stage_words(part: Any) -> Iterator[tuple[Path, str]]:
    """Yield (path, text) of every stage named under a `when`, however deep it stands."""
    for place, value in each(part, "*"):
        if place == ("when",):
            for where, text in words(value, "stage"):
                yield ("when", *where), text
            for test in ("is", "in", "not_in"):
                for where, text in words(value, "stage", test):
                    yield ("when", *where), text
        elif isinstance(value, (dict, list)):
            for where, text in _stage_words(value):
                yield (*place, *where), text


def _labels(found: dict[int, Rule]) -> Iterator[Flaw]:
    """Two stanzas of one label would share their memory."""
    seen: set[str] = set()
    for at, rule in found.items():
        if rule.label in seen:
            error = Invalid(
                "there is another rule `{label}`; give each a `name` of its own",
                "规则 `{label}` 重复；请分别填写 `name`",
                label=rule.label,
            )
            yield Flaw(("rules", at), error)
        seen.add(rule.label)


def _taken(data: Any, found: dict[int, Rule]) -> Iterator[Flaw]:
    """A column of the team's own by the name of one that a rule decides would be lost to it."""
    decided = {key: rule for rule in found.values() if rule.enabled for key in rule.writes()}
    for path, _ in columns_in(data):
        key = str(path[-1])
        if key in decided.keys() - FIELDS.keys() - RESERVED:
            error = Invalid(
                "rule `{rule}` decides `{key}`; name your own column otherwise",
                "`{key}` 由规则 `{rule}` 决定；请为自己的列另取名称",
                rule=decided[key].label,
                key=key,
            )
            yield Flaw(path, error, on_key=True)


def _order(found: dict[int, Rule], names: Names) -> Iterator[Flaw]:
    """A rule that reads what only a later one decides would see blanks."""
    enabled = {at: rule for at, rule in found.items() if rule.enabled}
    for at, rule in enabled.items():
        before = {key for place, other in enabled.items() if place < at for key in other.writes()}
        for key in sorted((rule.reads() & names.fields) - FIELDS.keys() - before):
            later = [
                other for place, other in enabled.items() if place > at and key in other.writes()
            ]
            if later and key not in rule.writes():
                error = Invalid(
                    "`{rule}` looks at `{key}`, which `{later}` decides only after it; move "
                    "`{later}` above it",
                    "`{rule}` 需要 `{key}`，而它由后面的 `{later}` 决定；请把 `{later}` 移到前面",
                    rule=rule.label,
                    key=key,
                    later=later[0].label,
                )
                yield Flaw(("rules", at), error)
