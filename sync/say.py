"""Words for reasons: a code and its facts become one sentence in the reader's language.

A `Reason` stands beside the code that decides; nothing stores a sentence, only the code and the
facts, so that an old decision can be explained in either language.
"""

from __future__ import annotations

import datetime as dt
import string
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from sync.fields import FIELDS

Language = Literal["zh", "en"]

# A sentence names this many items of a list; the facts hold all of them.
LISTED = 5

_UNITS: dict[str, tuple[str, str, str]] = {
    # unit: Chinese, English singular, English plural
    "hours": ("小时", "hour", "hours"),
    "days": ("天", "day", "days"),
    "workhours": ("个工作小时", "working hour", "working hours"),
    "workdays": ("个工作日", "workday", "workdays"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """A code and its sentence in both languages.

    Facts are named in braces; a format after the colon renders the fact:
    `{amount:money}` (whole cents), `{at:date}`, `{limit:span}` ("5 workdays"), `{who:list}`,
    `{share:percent}` (a fraction), `{same:fields}` (keys of fields, by their names for people).
    """

    code: str
    en: str
    zh: str


def span(text: object, language: Language) -> str:
    """Render a length of time such as `5 workdays` in the reader's language."""
    number, _, unit = str(text).partition(" ")
    if unit not in _UNITS:
        return str(text)
    chinese, one, many = _UNITS[unit]
    if language == "zh":
        return f"{number} {chinese}"
    return f"{number} {one if number == '1' else many}"


def money(cents: object) -> str:
    """Render whole cents as an amount with separators, without cents where they are zero."""
    whole, rest = divmod(abs(int(cents)), 100)  # type: ignore[call-overload]
    sign = "-" if int(cents) < 0 else ""  # type: ignore[call-overload]
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def day(value: object) -> str:
    """Render a date, with its time only where there is one."""
    import pandas as pd  # errors are told without it

    if value is None or value is pd.NaT:
        return "–"
    stamp = pd.Timestamp(value)  # type: ignore[arg-type]
    whole = stamp.isoformat(" ", "minutes")  # ten times as fast as strftime
    return whole if stamp.second else whole.removesuffix(" 00:00")


def listed(items: Sequence[str], language: Language) -> str:
    """Join items; of a long list the first ones and how many more there are."""
    joint = "、" if language == "zh" else ", "
    if len(items) <= LISTED + 1:
        return joint.join(items)
    rest = len(items) - LISTED
    more = f" 等 {len(items)} 项" if language == "zh" else f" and {rest:,} more"
    return joint.join(items[:LISTED]) + more


@cache
def _pieces(sentence: str) -> tuple[tuple[str, str | None, str], ...]:
    """Text, the fact behind it (None at the end) and its format: what stands in braces is a name.

    No attribute, no index, no conversion reaches into a value.
    """
    parsed = string.Formatter().parse(sentence)
    return tuple((text, name, form or "") for text, name, form, _ in parsed)


def _shown(value: Any, form: str, language: Language) -> str:
    """A fact in the format that its sentence wants."""
    match form:
        case "":
            return day(value) if isinstance(value, dt.date) else str(value)
        case "money":
            return money(value)
        case "date":
            return day(value)
        case "span":
            return span(value, language)
        case "percent":
            return f"{round(float(value) * 100)}%"
        case "list":
            return listed([str(item) for item in value], language)
        case "fields":
            known = {key: FIELDS[key].label(language) for key in value if key in FIELDS}
            return listed([known.get(key, key) for key in value], language)
    return format(value, form)


def say(reason: Reason, facts: Mapping[str, Any], language: Language) -> str:
    """Render a reason with its facts.

    Args:
        reason: the code with its sentence in both languages.
        facts: the values named in the sentence.
        language: `zh` or `en`.

    Returns:
        One sentence; a fact that is missing is a programming error and raises KeyError.
    """
    sentence = reason.zh if language == "zh" else reason.en
    return "".join(
        text if name is None else text + _shown(facts[name], form, language)
        for text, name, form in _pieces(sentence)
    )
