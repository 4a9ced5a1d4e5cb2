"""The demo's rules file: the one place that names its team, stages and limits."""

from __future__ import annotations

import datetime as dt
import string
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from rules.options import Span
from rules.settings import Settings
from rules.worktime import WorkTime
from sync.say import Language

_HISTORY = 400  # days before the moment that workdays are counted for


@dataclass(frozen=True)
class Rulebook:
    """The rules file of a demo.

    Attributes:
        text: the file.
        workbook: name of the workbook that it is about.
        settings: team, stages, outcomes, calendar.
        escalate_after: how long overdue before a manager hears of it, in workdays.
        now: the moment of the demo, naive local time.
    """

    text: str
    workbook: str
    settings: Settings
    escalate_after: float
    now: pd.Timestamp

    @cached_property
    def workdays(self) -> list[tuple[dt.date, int]]:
        """Workdays before today, latest first, each with the workdays from it until yesterday."""
        worktime = WorkTime(self.settings.calendar, self.settings.timezone, self.now)
        today = np.datetime64(self.now.date())
        days = today - np.arange(1, _HISTORY)
        worked = days[worktime.is_workday(days)]
        return [(day.item(), used) for used, day in enumerate(worked, start=1)]


def rulebook(language: Language, now: pd.Timestamp) -> Rulebook:
    """Return the demo's rules file for a moment; somebody is on leave then.

    Args:
        language: `zh` or `en`.
        now: the moment, naive local time.
    """
    first, last = (now - pd.Timedelta(days=3)).date(), (now + pd.Timedelta(days=5)).date()
    source = resources.files(__package__).joinpath(f"rules.{language}.yaml")
    text = string.Template(source.read_text("utf-8")).substitute(leave=f"{first}..{last}")
    document = YAML(typ="safe").load(text)
    known = Settings.model_fields.keys() & document.keys()
    sla = next(stanza for stanza in document["rules"] if stanza["use"] == "stage_sla")
    return Rulebook(
        text=text,
        workbook=document["spreadsheet"]["excel"],
        settings=Settings.model_validate({key: document[key] for key in known}),
        escalate_after=Span.parse(sla["escalate_after"]).amount,
        now=now,
    )
