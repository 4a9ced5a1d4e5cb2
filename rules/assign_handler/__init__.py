"""Handlers 当前处理人: who must act in the stage, by the stage's role; the owner keeps the deal."""

from __future__ import annotations

from rules.assign_handler.rule import AssignHandler

__all__ = ["AssignHandler"]
