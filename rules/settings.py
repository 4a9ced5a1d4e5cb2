"""What a team tells about itself: stages, outcomes, people, calendar. Validated, frozen models.

`config` loads and locates them; rules read them. Names that a rule's options may mention are
checked against `Names`, which is given to pydantic as the validation context.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
)
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from sync.fields import FIELDS

State = Literal["open", "won", "lost", "invalid", "on_hold", "duplicate"]
Unit = Literal["hours", "days", "workhours", "workdays"]
STATES: tuple[State, ...] = ("open", "won", "lost", "invalid", "on_hold", "duplicate")

_UNIT_WORDS: dict[str, Unit] = {
    "h": "hours", "hour": "hours", "hours": "hours", "小时": "hours", "个小时": "hours",
    "d": "days", "day": "days", "days": "days", "天": "days", "日": "days", "自然日": "days",
    "个自然日": "days", "calendarday": "days", "calendardays": "days",
    "workhour": "workhours", "workhours": "workhours", "workinghour": "workhours",
    "workinghours": "workhours", "工作小时": "workhours", "个工作小时": "workhours",
    "workday": "workdays", "workdays": "workdays", "workingday": "workdays",
    "workingdays": "workdays", "businessday": "workdays", "businessdays": "workdays",
    "工作日": "workdays", "个工作日": "workdays",
}  # fmt: skip


class Model(BaseModel):
    """A part of the rules file: unknown keys are errors, values never change after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in calendar or working units, such as `5 workdays`."""

    amount: float
    unit: Unit

    @classmethod
    def parse(cls, value: object) -> Span:
        """Read `5 workdays`, `24 hours`, `8 working hours`, `7 days`, `5个工作日`, `2天`.

        Raises:
            ValueError: not a length of time.
        """
        if isinstance(value, Span):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(.+?)\s*", str(value))
        unit = _UNIT_WORDS.get(re.sub(r"[\s_-]+", "", match[2]).lower()) if match else None
        if match is None or unit is None:
            raise ValueError("expected a length of time such as `5 workdays`, `24 hours`, `7 days`")
        return cls(float(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit}"


Limit = Annotated[Span, BeforeValidator(Span.parse), PlainSerializer(str)]


def _fraction(value: object) -> object:
    if isinstance(value, str) and value.strip().endswith("%"):
        return float(value.strip()[:-1]) / 100
    return value


Fraction = Annotated[float, BeforeValidator(_fraction), Field(ge=0, le=1)]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, value: object) -> DateRange:
        """Read `2026-10-01` or `2026-10-01..2026-10-08`.

        Raises:
            ValueError: not a date or a range of dates, or it ends before it starts.
        """
        if isinstance(value, DateRange):
            return value
        if isinstance(value, dt.date):
            return cls(value, value)
        first, _, last = str(value).partition("..")
        try:
            found = cls(
                dt.date.fromisoformat(first.strip()),
                dt.date.fromisoformat((last or first).strip()),
            )
        except ValueError as error:
            raise ValueError(
                "expected a date `2026-10-01` or a range `2026-10-01..2026-10-08`"
            ) from error
        if found.last < found.first:
            raise ValueError("the range ends before it starts")
        return found

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.first != self.last else str(self.first)


Days = Annotated[DateRange, BeforeValidator(DateRange.parse), PlainSerializer(str)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, (str, int, float)) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_as_list)]


@dataclass(frozen=True, slots=True)
class Names:
    """What rule options may mention; the validation context of the rules list."""

    stages: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset(FIELDS)


def nearest(given: str, known: frozenset[str] | tuple[str, ...]) -> str | None:
    """Return the known name that a misspelt one most likely means, or None."""
    found = process.extractOne(
        given, sorted(known), scorer=JaroWinkler.normalized_similarity, score_cutoff=0.7
    )
    return found[0] if found else None


def _known(kind: Literal["stages", "people", "fields"], what: str) -> AfterValidator:
    def check(value: str, info: ValidationInfo) -> str:
        names = info.context
        if not isinstance(names, Names) or value in getattr(names, kind):
            return value
        guess = nearest(value, getattr(names, kind))
        hint = f"; did you mean `{guess}`?" if guess else ""
        raise ValueError(f"unknown {what} `{value}`{hint}")

    return AfterValidator(check)


StageName = Annotated[str, _known("stages", "stage")]
PersonName = Annotated[str, _known("people", "person")]
FieldName = Annotated[str, _known("fields", "field")]


class Stage(Model):
    """A step of the sales process, in the order in which they stand in the file."""

    name: str
    aliases: Words = ()
    role: str | None = None
    probability: Fraction | None = None
    limit: Limit | None = None
    pause: bool = False


class Outcomes(Model):
    """The words that say how an opportunity stands; common spellings are known without them."""

    open: Words = ()
    won: Words = ()
    lost: Words = ()
    invalid: Words = ()
    on_hold: Words = ()
    duplicate: Words = ()


class Capacity(Model):
    """How many opportunities a person may be given in a period."""

    day: int | None = Field(default=None, ge=0)
    week: int | None = Field(default=None, ge=0)
    month: int | None = Field(default=None, ge=0)


class Member(Model):
    """A person of the team."""

    name: str
    aliases: Words = ()
    roles: Words = ()
    regions: Words = ()
    products: Words = ()
    industries: Words = ()
    max_open: int | None = Field(default=None, ge=0)
    max_new: Capacity = Capacity()
    weight: float = Field(default=1, gt=0)
    leave: tuple[Days, ...] = ()
    active: bool = True
    backup: str | None = None
    manager: str | None = None


class Calendar(Model):
    """When the team works.

    `hours` is one text for every workday (`09:00-18:00`, or `09:00-12:00, 13:30-18:00`) or one per
    weekday (`monday: ...`); days without hours are closed. `off` and `work` win over the official
    holidays and make-up workdays.
    """

    country: str | None = "CN"
    subdivision: str | None = None
    hours: str | dict[str, str] = "09:00-18:00"
    off: tuple[Days, ...] = ()
    work: tuple[Days, ...] = ()


class Settings(Model):
    """The team's own words and people, as every rule sees them."""

    language: Literal["zh", "en"] = "zh"
    timezone: str = "Asia/Shanghai"
    currency: str = "CNY"
    team_name: str = ""
    stages: tuple[Stage, ...] = ()
    outcomes: Outcomes = Outcomes()
    unassigned: Words = ()
    team: tuple[Member, ...] = ()
    calendar: Calendar = Calendar()
    targets: dict[str, float] = Field(default_factory=dict)

    @cached_property
    def names(self) -> Names:
        """Names that rule options may mention."""
        return Names(
            stages=frozenset(stage.name for stage in self.stages),
            people=frozenset(member.name for member in self.team),
        )

    @cached_property
    def stage_order(self) -> Mapping[str, int]:
        """Stage name → its place in the process, from 0."""
        return {stage.name: place for place, stage in enumerate(self.stages)}

    @cached_property
    def members(self) -> Mapping[str, Member]:
        """Name → person."""
        return {member.name: member for member in self.team}
