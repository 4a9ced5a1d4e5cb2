"""What the rules say of themselves: the one source of the reference, printed or on a page."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, get_args

from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from rules.rule import Rule, discover
from rules.when import Test

# What a rule counts for the summary is for those who read its code.
_INSIDE = "Figures:"


@dataclass(frozen=True, slots=True)
class Option:
    """An option of a rule.

    Attributes:
        path: its key; `assign[].when` for a key of the entries of a list, `caps.*` of a mapping.
        default: as JSON, "" where it must be given.
        meaning: what it is for, in English.
    """

    path: str
    default: str
    meaning: str


@dataclass(frozen=True, slots=True)
class About:
    """A rule as people read of it.

    Attributes:
        use: its name in the rules file.
        title: one sentence.
        before, after: what is to be said before and after the example.
        example: a stanza, YAML.
        decides: the columns that it decides by default.
        options: those of the entries of lists stand behind the list's own.
    """

    use: str
    title: str
    before: str
    example: str
    after: str
    decides: tuple[str, ...]
    options: tuple[Option, ...]


def about(kind: type[Rule]) -> About:
    """Tell of a rule what its docstring and its options say."""
    text = (inspect.getdoc(kind) or "").partition(_INSIDE)[0].rstrip()
    told, _, rest = text.partition("```yaml\n")
    example, _, after = rest.partition("```")
    title, _, before = told.partition("\n")
    rule = kind.model_validate({"use": (use := _use(kind))})
    return About(
        use=use,
        title=title,
        before=before.strip(),
        example=textwrap.dedent(example).strip(),
        after=after.strip(),
        decides=tuple(sorted(rule.writes())),
        options=tuple(_options(kind, "", skip=frozenset(Rule.model_fields))),
    )


def every() -> tuple[About, ...]:
    """Tell of every rule, by name."""
    return tuple(about(kind) for kind in discover().values())


def _use(kind: type[Rule]) -> str:
    found: str = get_args(kind.model_fields["use"].annotation)[0]
    return found


def _options(
    model: type[BaseModel], prefix: str, skip: frozenset[str] = frozenset()
) -> Iterator[Option]:
    for name, field in model.model_fields.items():
        if name in skip:
            continue
        path = f"{prefix}{field.alias or name}"
        meaning = " ".join((field.description or "").split())
        yield Option(path, _default(field), meaning)
        for joint, below in _models(field.annotation):
            yield from _options(below, f"{path}{joint}.")


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    kind: Any = field.annotation
    for part in field.metadata:
        kind = Annotated[kind, part]
    value = field.get_default(call_default_factory=True)
    adapter = TypeAdapter(kind)
    written = adapter.dump_python(value, mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(written, ensure_ascii=False)


def _models(kind: Any, joint: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the models inside a type; conditions are explained once, with the rules file."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        if kind is not Test:
            yield joint, kind
        return
    origin = getattr(kind, "__origin__", None)
    below = "[]" if origin in (tuple, list) else ".*" if origin is dict else joint
    for part in get_args(kind):
        yield from _models(part, below)
