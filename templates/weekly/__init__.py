"""The report of a week: a tab that is made once and then kept."""

from templates.weekly.build import build
from templates.weekly.report import WeekReport

__all__ = ["WeekReport", "build"]
