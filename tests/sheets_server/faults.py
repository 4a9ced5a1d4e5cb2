"""What goes wrong on demand: refused, lost, slow and late answers, and used-up quotas."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatchcase
from random import Random
from typing import Final, NamedTuple

from tests.sheets_server.errors import ApiError

KINDS: Final = ("status", "reset", "silence", "slow")
_MESSAGES: Final = {
    408: "The request timed out.",
    429: "Resource has been exhausted (e.g. check quota).",
    500: "Internal error encountered.",
    502: "Bad gateway.",
    503: "The service is currently unavailable.",
    504: "Deadline expired before operation could complete.",
}


class Reply(NamedTuple):
    """What goes back over the wire.

    Attributes:
        status: the HTTP status.
        answer: JSON, text, or None for no body.
        headers: further headers.
        delay: seconds to wait before anything is sent.
        lost: whether the connection is reset instead of an answer.
    """

    status: int
    answer: object = None
    headers: tuple[tuple[str, str], ...] = ()
    delay: float = 0
    lost: bool = False


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: "status" (an error answer), "reset" (the connection breaks), "silence" (no answer
            for ``seconds``, then the connection breaks) or "slow" (the right answer, late).
        status: of an error answer.
        landed: whether the request is carried out all the same before it goes wrong.
        retry_after: seconds for a Retry-After header; None sends none.
        seconds: of silence or delay.
        methods: which methods, as a pattern: ``sheets.spreadsheets.values.*``.
        times: for how many requests; None for all.
        skip: how many fitting requests pass before it begins.
        chance: with which probability each fitting request meets it.
    """

    kind: str = "status"
    status: int = 503
    landed: bool = False
    retry_after: int | None = None
    seconds: float = 0
    methods: str = "*"
    times: int | None = 1
    skip: int = 0
    chance: float = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"a fault is one of {', '.join(KINDS)}, not {self.kind!r}")
        if self.kind == "status" and self.status not in _MESSAGES:
            raise ValueError(f"a fault's status is one of {sorted(_MESSAGES)}, not {self.status}")

    @property
    def runs(self) -> bool:
        """Whether the request is carried out."""
        return self.landed or self.kind == "slow"

    def spoil(self, reply: Reply | None) -> Reply:
        """The reply that the client gets instead of the right one."""
        if self.kind == "slow":
            assert reply is not None
            return reply._replace(delay=self.seconds)
        if self.kind in ("reset", "silence"):
            return Reply(0, delay=self.seconds, lost=True)
        after = () if self.retry_after is None else (("Retry-After", str(self.retry_after)),)
        return Reply(self.status, ApiError(_MESSAGES[self.status], self.status).body(), after)


@dataclass
class Quota:
    """Requests a minute for each caller, reads and writes counted apart, as Google counts them.

    Attributes:
        per_minute: how many of each.
        retry_after: whether a refusal says how long to wait.
    """

    per_minute: int = 60
    retry_after: bool = False
    _used: Counter[tuple[str, str]] = field(default_factory=Counter)
    _minute: datetime | None = None

    def spend(self, caller: str, now: datetime, *, read: bool) -> Reply | None:
        """Counts a request; the refusal if there were too many in this minute."""
        minute = now.replace(second=0, microsecond=0)
        if minute != self._minute:
            self._used.clear()
            self._minute = minute
        word = "Read" if read else "Write"
        self._used[caller, word] += 1
        if self._used[caller, word] <= self.per_minute:
            return None
        error = ApiError(
            f"Quota exceeded for quota metric '{word} requests' and limit '{word} requests per "
            "minute per user' of service 'sheets.googleapis.com' for consumer 'project_number:1'.",
            429,
        )
        after = (("Retry-After", str(60 - now.second)),) if self.retry_after else ()
        return Reply(429, error.body(), after)


class Faults:
    """The faults in force; each request meets at most one, the first that fits.

    Args:
        seed: for those that come by chance.
    """

    def __init__(self, seed: int = 0) -> None:
        self.quota: Quota | None = None
        self._random = Random(seed)  # noqa: S311 faults, not secrets
        self._waiting: list[tuple[Fault, Counter[str]]] = []

    def add(self, *faults: Fault) -> None:
        """More that goes wrong from now on."""
        self._waiting.extend((one, Counter()) for one in faults)

    def clear(self) -> None:
        """All goes well again."""
        self._waiting.clear()
        self.quota = None

    def next(self, method: str) -> Fault | None:
        """What goes wrong with a request of this method."""
        for fault, done in self._waiting:
            if not fnmatchcase(method, fault.methods):
                continue
            done["met"] += 1
            used_up = fault.times is not None and done["used"] >= fault.times
            if used_up or done["met"] <= fault.skip or self._random.random() >= fault.chance:
                continue
            done["used"] += 1
            return fault
        return None
