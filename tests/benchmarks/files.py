"""How the files of a benchmark are called, and the moment of its runs; imports nothing heavy."""

from __future__ import annotations

WORKBOOK, RULES, TAB = "opportunities.xlsx", "dealkeeper.yaml", "Opportunities"
NOW = "2026-11-22T09:00"
