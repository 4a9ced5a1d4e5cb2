"""Assign owners 分配: ordered lines, gates, methods, sticky customers, duplicates, backups."""

from __future__ import annotations

from rules.assign_owner.rule import AssignOwner

__all__ = ["AssignOwner"]
