"""The words that options of the rules file are written in: lengths of time, days, shares, names.

Each is an annotated type: pydantic reads and checks it where it stands, so that the position in
the file comes for free. Names that an option may mention are checked against `Names`, which is
given to pydantic as the validation context.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationInfo,
)
from rapidfuzz import process
from rapidfuzz.distance import JaroWinkler

from rules.invalid import Invalid
from sync.fields import FIELDS

Unit = Literal["hours", "days", "workhours", "workdays"]

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
