"""A demo on a Google Sheet that needs no account: `python -m tests.demo_google`."""

from __future__ import annotations
