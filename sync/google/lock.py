"""The run's lock between schedulers on different machines: a mark that only one can make.

It is a lease: taken together with the first change of a run, and left to run out, so that a run
that died locks nobody out and giving it back costs no request. Runs of one machine exclude each
other by a file.
"""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Self

from sync.google.marks import RUN_ID, Request, mark_run, unmark
from sync.store import Busy

LEASE = 30.0  # seconds; the write follows within a few


@dataclass(frozen=True, slots=True)
class Lease:
    """Who works on a spreadsheet, and until when.

    Attributes:
        until: seconds since 1970.
        nonce: one run's own word.
        holder: the machine.
    """

    until: float
    nonce: str
    holder: str

    @classmethod
    def new(cls, holder: str, now: float, length: float = LEASE) -> Self:
        """Return the lease of a run that begins to write now, for so many seconds."""
        return cls(round(now + length), secrets.token_hex(8), holder)

    @classmethod
    def parse(cls, value: str) -> Self | None:
        """Return the lease that a mark's value tells, None where there is none or it is garbled."""
        until, _, rest = value.partition(" ")
        nonce, _, holder = rest.partition(" ")
        try:
            return cls(float(until), nonce, holder) if holder else None
        except ValueError:
            return None

    @property
    def value(self) -> str:
        """Text of the mark."""
        return f"{self.until:.0f} {self.nonce} {self.holder}"

    def requests(self, standing: str) -> list[Request]:
        """Return what takes the lock, or fails as a whole where somebody took it meanwhile.

        Args:
            standing: value of the lock as it was read, "" where there was none.
        """
        return [*([unmark(RUN_ID, standing)] if standing else []), mark_run(self.value)]


def wait_for(standing: str, holder: str, now: float) -> float:
    """Return for how many seconds somebody else still has the lock.

    Args:
        standing: value of the lock.
        holder: this machine.
        now: seconds since 1970.
    """
    lease = Lease.parse(standing)
    if lease is None or lease.holder == holder:
        return 0.0
    # a clock that goes wrong on the other machine must not lock us out for long
    return min(max(0.0, lease.until - now), LEASE)


def taken(standing: str) -> Busy:
    """Return what to raise where somebody else has the lock."""
    lease = Lease.parse(standing)
    who = lease.holder if lease else "?"
    until = dt.datetime.fromtimestamp(lease.until if lease else 0, dt.UTC).astimezone()
    return Busy(
        f"another run, on {who}, is writing to the spreadsheet until {until:%H:%M:%S}; try again "
        "then",
        zh=f"{who} 上的另一次运行正在写入该表格，至 {until:%H:%M:%S}；请稍后再试",
    )
