"""The quota of Google's API: so many requests a minute, shared by all spreadsheets of a process."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from typing import Literal

Kind = Literal["read", "write"]

# Google's own limit for each user of a project, of reads and of writes alike
# (https://developers.google.com/workspace/sheets/api/limits).
PER_MINUTE = 60


class _Bucket:
    """Tokens that fill up evenly; a request takes one."""

    def __init__(self, size: int, clock: Callable[[], float]) -> None:
        self._size = size
        self._rate = size / 60
        self._clock = clock
        self._tokens = float(size)
        self._at = clock()

    def take(self) -> float:
        """Take a token, on credit where there is none, and return how long to wait for it (s)."""
        now = self._clock()
        self._tokens = min(self._size, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= 1
        return max(0.0, -self._tokens / self._rate)

    @property
    def left(self) -> int:
        """Requests that may be sent at once."""
        return max(0, int(self._tokens))


class Budget:
    """A token bucket for reads and one for writes; safe between threads.

    Attributes:
        spent: requests sent so far, by kind.
        waited: seconds that requests had to wait.
    """

    def __init__(
        self,
        per_minute: int = PER_MINUTE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Begin with full buckets.

        Args:
            per_minute: reads, and writes, that are allowed in a minute.
            clock: seconds, never going back.
            sleep: waits so many seconds.
        """
        self.spent: dict[Kind, int] = {"read": 0, "write": 0}
        self.waited = 0.0
        self._buckets = {kind: _Bucket(per_minute, clock) for kind in self.spent}
        self._sleep = sleep
        self._lock = threading.Lock()

    def take(self, kind: Kind) -> None:
        """Wait until a request may be sent, and count it."""
        with self._lock:
            wait = self._buckets[kind].take()
            self.spent[kind] += 1
            self.waited += wait
        if wait:
            self._sleep(wait)

    def left(self, kind: Kind) -> int:
        """Return how many requests may be sent at once."""
        with self._lock:
            return self._buckets[kind].left


@functools.cache
def shared(identity: str) -> Budget:
    """Return the one budget of this process for an identity: Google counts by user."""
    del identity
    return Budget()
