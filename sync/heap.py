"""Memory that is free, but still held."""

from __future__ import annotations

import ctypes
from contextlib import suppress


def give_back() -> None:
    """Give free memory back to the system, before much more is asked for.

    What a million values left in pieces is of no use for a text of a hundred megabytes. Only glibc
    has a call for it.
    """
    with suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
