"""Rules tried on past states: what would have been late, whose it would have been."""

from __future__ import annotations

from jobs.replay.compare import compare
from jobs.replay.past import PastStates, moments

__all__ = ["PastStates", "compare", "moments"]
