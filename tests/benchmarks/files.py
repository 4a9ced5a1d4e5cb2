"""What the files of a benchmark hold, for all of its processes; imports nothing heavy."""

from __future__ import annotations

WORKBOOK, RULES, TAB = "opportunities.xlsx", "dealkeeper.yaml", "Opportunities"
CELLS = ("clean", "dirty")
NOW = "2026-11-22T09:00"
BESIDE = ("status", "due", "next_action", "why")  # the columns that `write` fills
