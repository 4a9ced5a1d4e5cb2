"""Warnings that an opportunity is slipping away, each with its evidence."""

from rules.risk.rule import Risk
from rules.risk.words import LEVELS

__all__ = ["LEVELS", "Risk"]
