"""A probability of winning, learned from the spreadsheet's own closed deals where they suffice."""

from rules.win_probability.rule import WinProbability

__all__ = ["WinProbability"]
