"""Gates between stages: what an opportunity needs before the next stage counts."""

from rules.gate.rule import Gate

__all__ = ["Gate"]
