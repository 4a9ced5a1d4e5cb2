"""What a team tells about itself: stages, outcomes, people, calendar. Validated, frozen models.

`config` loads and locates them; rules read them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)

from rules.hours import weekly_hours
from rules.invalid import Invalid
from rules.official import check_country
from rules.options import Date, Days, Fraction, Limit, Model, Names, Words, nearest

# Columns whose cells hold one word of a list that nobody wrote down.
Listed = Literal["product", "industry", "source", "region", "customer_type"]
State = Literal["open", "won", "lost", "invalid", "on_hold", "duplicate"]
STATES: tuple[State, ...] = ("open", "won", "lost", "invalid", "on_hold", "duplicate")


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
    spellings: dict[Listed, dict[str, Words]] = Field(default_factory=dict)
    """Other spellings of products and the like: `{product: {GTX Pro: [GTXPro]}}`."""
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
