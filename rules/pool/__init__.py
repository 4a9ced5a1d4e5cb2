"""The pool 公海: opportunities that nobody looks after go back to the team."""

from rules.pool.rule import Pool

__all__ = ["Pool"]
