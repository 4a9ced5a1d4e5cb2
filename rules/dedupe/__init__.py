"""Deduplication 查重: a matcher that needs no training and says why, and the rule built on it."""

from __future__ import annotations

from rules.dedupe.matcher import Matcher, Matches, match
from rules.dedupe.roles import ROLES, Role
from rules.dedupe.rule import Dedupe

__all__ = ["ROLES", "Dedupe", "Matcher", "Matches", "Role", "match"]
