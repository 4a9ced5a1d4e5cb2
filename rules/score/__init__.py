"""How promising an opportunity is: points by conditions, a grade, tags."""

from rules.score.rule import Score

__all__ = ["Score"]
