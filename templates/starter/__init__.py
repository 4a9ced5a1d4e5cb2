"""The demo: a workbook as a real team keeps it, and its rules file."""

from __future__ import annotations

from templates.starter.demo import DemoFiles, write_demo

__all__ = ["DemoFiles", "write_demo"]
