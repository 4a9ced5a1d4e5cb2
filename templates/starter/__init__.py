"""The demo: a workbook as a real team keeps it, and its rules file."""

from __future__ import annotations

from templates.starter.demo import DemoFiles, demo_past, write_demo

__all__ = ["DemoFiles", "demo_past", "write_demo"]
