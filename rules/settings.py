"""What a team tells about itself: stages, outcomes, people, calendar. Validated, frozen models.

`config` loads and locates them; rules read them. Names that a rule's options may mention are
checked against `Names`, which is given to pydantic as the validation context.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationInfo,
    field_validator,
    model_validator,
)
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from rules.hours import weekly_hours
from rules.invalid import Invalid
from rules.official import check_country
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

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, use_attribute_docstrings=True
    )


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time in calendar or working units, such as `5 workdays`."""

    amount: float
    unit: Unit

    @classmethod
    def parse(cls, value: object) -> Span:
        """Read `5 workdays`, `24 hours`, `8 working hours`, `7 days`, `5个工作日`, `2天`.

        Raises:
            Invalid: not a length of time.
        """
        if isinstance(value, Span):
            return value
        match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(.+?)\s*", str(value))
        unit = _UNIT_WORDS.get(re.sub(r"[\s_-]+", "", match[2]).lower()) if match else None
        if match is None or unit is None:
            raise Invalid(
                "expected a length of time such as `5 workdays`, `24 hours`, `7 days`",
                "应为时间长度，例如 `5 workdays`、`24 hours`、`5个工作日`",
            )
        return cls(float(match[1]), unit)

    def __str__(self) -> str:
        return f"{self.amount:g} {self.unit}"


Limit = Annotated[
    Span, BeforeValidator(Span.parse, json_schema_input_type=str), PlainSerializer(str)
]


def _fraction(value: object) -> object:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(%?)", text)
    fraction = float(match[1]) / (100 if match[2] else 1) if match else None
    if fraction is None or fraction > 1:
        raise Invalid(
            "expected a percentage from `0%` to `100%`", "应为 `0%` 到 `100%` 之间的百分比"
        )
    return fraction


def _percent(fraction: float) -> str:
    return f"{round(fraction * 100, 4):g}%"


Fraction = Annotated[
    float,
    BeforeValidator(_fraction, json_schema_input_type=float | str),
    PlainSerializer(_percent, when_used="json"),
]


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def parse(cls, value: object) -> DateRange:
        """Read `2026-10-01` or `2026-10-01..2026-10-08`.

        Raises:
            Invalid: not a date or a range of dates, or it ends before it starts.
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
            raise Invalid(
                "expected a date `2026-10-01` or a range `2026-10-01..2026-10-08`",
                "应为日期 `2026-10-01` 或区间 `2026-10-01..2026-10-08`",
            ) from error
        if found.last < found.first:
            raise Invalid(
                "expected a range that ends after it starts", "应为结束不早于开始的日期区间"
            )
        return found

    def __str__(self) -> str:
        return f"{self.first}..{self.last}" if self.first != self.last else str(self.first)


Days = Annotated[
    DateRange,
    BeforeValidator(DateRange.parse, json_schema_input_type=dt.date | str),
    PlainSerializer(str),
]


def _date(value: object) -> object:
    if isinstance(value, dt.date):
        return value
    try:
        return dt.date.fromisoformat(str(value).strip())
    except ValueError as error:
        raise Invalid(
            "expected a date such as `2026-12-31`", "应为日期，例如 `2026-12-31`"
        ) from error


Date = Annotated[dt.date, BeforeValidator(_date, json_schema_input_type=str)]


def _as_list(value: object) -> object:
    return [value] if isinstance(value, (str, int, float)) else value


Words = Annotated[
    tuple[str, ...], BeforeValidator(_as_list, json_schema_input_type=str | list[str])
]


@dataclass(frozen=True, slots=True)
class Names:
    """What rule options may mention; the validation context of the rules list."""

    stages: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    fields: frozenset[str] = frozenset(FIELDS)


def nearest(given: str, known: frozenset[str] | tuple[str, ...]) -> str | None:
    """Return the known name that a misspelt one most likely means, or None."""
    # one of two characters of a Chinese name may be wrong
    least = 0.65 if len(given) <= 3 else 0.7
    found = process.extractOne(
        given, sorted(known), scorer=JaroWinkler.normalized_similarity, score_cutoff=least
    )
    return found[0] if found else None


def _known(kind: Literal["stages", "people", "fields"], en: str, zh: str) -> AfterValidator:
    def check(value: str, info: ValidationInfo) -> str:
        names = info.context
        if not isinstance(names, Names) or value in getattr(names, kind):
            return value
        guess = nearest(value, getattr(names, kind))
        raise Invalid(
            f"unknown {en} `{{name}}`", f"{zh} `{{name}}` 不存在", guess=guess, name=value
        )

    return AfterValidator(check)


StageName = Annotated[str, _known("stages", "stage", "阶段")]
PersonName = Annotated[str, _known("people", "person", "人员")]
FieldName = Annotated[str, _known("fields", "field", "字段")]


class Stage(Model):
    """A step of the sales process, in the order in which they stand in the file."""

    name: str
    """The stage's name, as the sheet spells it."""
    aliases: Words = ()
    """Other spellings in the sheet that mean this stage."""
    role: str | None = None
    """The role that is responsible in this stage."""
    probability: Fraction | None = None
    """Chance of winning from here, `20%`, where an opportunity has none of its own."""
    limit: Limit | None = None
    """How long an opportunity may stay: `5 workdays`, `24 hours`, `7 days`."""
    pause: bool = False
    """Whether clocks stand still in this stage."""


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


def _hours(value: str | dict[str, str]) -> str | dict[str, str]:
    weekly_hours(value)
    return value


class Member(Model):
    """A person of the team."""

    name: str
    """The person's name, as the sheet spells it."""
    aliases: Words = ()
    """Other spellings in the sheet that mean this person."""
    roles: Words = ()
    """Roles that the person can take on."""
    team: str | None = None
    """The team that the person belongs to, for figures by team."""
    regions: Words = ()
    """Regions that the person works in; empty means all."""
    products: Words = ()
    """Products that the person knows; empty means all."""
    industries: Words = ()
    """Industries that the person knows; empty means all."""
    skills: Words = ()
    """What else the person can do; lines may ask for it."""
    max_open: int | None = Field(default=None, ge=0)
    """How many open opportunities the person may own."""
    max_new: Capacity = Capacity()
    """How many opportunities the person may be given in a day, week, month."""
    weight: float = Field(default=1, gt=0)
    """Share of new opportunities against the others, for the method `weighted`."""
    hours: Annotated[str | dict[str, str], AfterValidator(_hours)] | None = None
    """The person's own working hours, where they are not the team's; as under `calendar`."""
    leave: tuple[Days, ...] = ()
    """Days away: `2026-10-01` or `2026-10-01..2026-10-08`."""
    active: bool = True
    """False for somebody who has left: known by name, given nothing."""
    backup: str | None = None
    """Who takes over while the person is away."""
    manager: str | None = None
    """Who is told when something of this person's escalates."""


def _zone(value: str) -> str:
    if value not in available_timezones():
        raise Invalid(
            "expected an IANA time zone such as `Asia/Shanghai`",
            "应为 IANA 时区名，例如 `Asia/Shanghai`",
            guess=nearest(value, frozenset(available_timezones())),
        )
    return value


class Calendar(Model):
    """When the team works."""

    country: str | None = "CN"
    """Two letters of the country whose official holidays apply; `null` for weekdays only."""
    subdivision: str | None = None
    """Its province or state, where holidays differ."""
    hours: Annotated[str | dict[str, str], AfterValidator(_hours)] = "09:00-18:00"
    """For every workday (`09:00-18:00`, or `09:00-12:00, 13:30-18:00`) or one text per weekday
    (`monday: ...`); days without hours are closed."""
    hours_on: dict[Date, Annotated[str, AfterValidator(_hours)]] = Field(default_factory=dict)
    """Hours of single workdays, such as a half one: `{2026-12-31: "09:00-12:00"}`."""
    off: tuple[Days, ...] = ()
    """Days on which the team does not work; wins over the official calendar."""
    work: tuple[Days, ...] = ()
    """Days on which the team works; wins over the official calendar."""

    @field_validator("subdivision")
    @classmethod
    def _known_place(cls, value: str | None, info: ValidationInfo) -> str | None:
        check_country(info.data.get("country"), value)
        return value

    @field_validator("country")
    @classmethod
    def _known_country(cls, value: str | None) -> str | None:
        check_country(value)
        return value


class Goal(BaseModel):
    """Amounts to be won, in whole currency: by kind of period, or in one named `2026-Q4`."""

    model_config = ConfigDict(extra="allow", frozen=True, use_attribute_docstrings=True)
    __pydantic_extra__: dict[str, float]

    month: float | None = None
    """In every month."""
    quarter: float | None = None
    """In every quarter."""
    year: float | None = None
    """In every year."""

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        """A bare number is a month's; a year is a number to YAML."""
        if isinstance(given, Mapping):
            return {str(key): value for key, value in given.items()}
        return {"month": given} if isinstance(given, (int, float)) else given

    @property
    def named(self) -> Mapping[str, float]:
        """What has a name of its own → its amount."""
        return self.__pydantic_extra__


class Targets(Goal):
    """Amounts to be won by the team, and by parts of it; a person's name means a month's."""

    owners: dict[str, Goal] = Field(default_factory=dict)
    """By person: `Ann: 200000` a month, or `Ann: {quarter: 700000}`."""
    products: dict[str, Goal] = Field(default_factory=dict)
    """By product, likewise."""
    customer_types: dict[str, Goal] = Field(default_factory=dict)
    """By type of customer, likewise."""


class Settings(Model):
    """The team's own words and people, as every rule sees them."""

    language: Literal["zh", "en"] = "zh"
    """Language of headers, the summary tab and messages."""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    """IANA name of the zone that dates in the sheet are in."""
    currency: str = "CNY"
    """Currency of amounts without one, and of all figures."""
    rates: dict[str, Annotated[float, Field(gt=0)]] = Field(default_factory=dict)
    """What one unit of another currency is worth in that of the team: `USD: 7.12`. Amounts in a
    currency without a rate are told, never added."""
    team_name: str = ""
    """Shown on the summary tab."""
    stages: tuple[Stage, ...] = ()
    """The steps of the sales process, in order."""
    outcomes: Outcomes = Outcomes()
    """Words for won, lost and so on, beyond the common ones."""
    unassigned: Words = ()
    """Words in the owner column that mean nobody."""
    team: tuple[Member, ...] = ()
    """The people who own opportunities, and their managers."""
    calendar: Calendar = Calendar()
    """Working hours, holidays, make-up workdays."""
    targets: Targets = Targets()
    """Amounts to be won, in whole currency: `month: 1000000`, `2026-11: 1200000`; a person's name,
    or `owners`, `products`, `customer_types` with a number or periods each."""

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
