"""The figures of the summary, computed from the raw files by plain pandas alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
from openpyxl.utils import get_column_letter

Frame = pd.DataFrame
UNITS = {"": 1, "thousand": 10**3, "million": 10**6, "billion": 10**9}


def maven(path: Path) -> Frame:
    """Return opportunities of the first file: a lost deal has no value, an open one no amount."""
    raw = pd.read_excel(path, engine="calamine")
    return pd.DataFrame(
        {
            "key": raw["opportunity_id"],
            "state": raw["deal_stage"].map({"Won": "won", "Lost": "lost"}).fillna("open"),
            "stage": raw["deal_stage"],
            "owner": raw["sales_agent"],
            "amount": raw["close_value"],
            "created": raw["engage_date"],
            "closed": raw["close_date"],
            "chance": raw["deal_stage"].map({"Prospecting": 0.1, "Engaging": 0.4}),
        }
    )


def ayusophia(path: Path) -> Frame:
    """Return opportunities of the second file; it has no owners."""
    raw = pd.read_excel(path, sheet_name="Sales Pipeline", header=1, engine="calamine")
    stage = raw["Deal Stage"]
    return pd.DataFrame(
        {
            "key": raw["index"].astype("str"),
            "state": stage.map({"Closed Won": "won", "Closed Lost": "lost"}).fillna("open"),
            "stage": stage,
            "owner": "",
            "amount": raw["Sales Amount"],
            "created": raw["Created Date"],
            "closed": raw["Closed Date"],
            "chance": stage.map({"Proposing": 0.3, "Negotiating": 0.6}),
        }
    )


def rupani(path: Path) -> Frame:
    """Return opportunities of the third file, whose notes below the table do not count."""
    raw = pd.read_excel(path, nrows=123, engine="calamine")
    return pd.DataFrame(
        {
            "key": range(len(raw)),
            "state": raw["Status"].str.lower(),
            "stage": raw["Pipeline Phase"],
            "owner": raw["Account Owner"],
            "amount": raw["Estimated Revenue"],
            "created": raw["Created On"],
            "closed": raw["Actual Close Date"],
            "chance": raw["Probability"] / 100,
        }
    )


@dataclass(frozen=True, slots=True)
class Truth:
    """What the summary must say.

    Attributes:
        figures: defined name → value, amounts in whole currency; None where nothing can be said.
        stages: (stage × open, amount) of what is open.
        owners: (owner × won, deals, open, open_amount, new).
    """

    figures: dict[str, float | None]
    stages: Frame
    owners: Frame


def _in_cents(amount: float) -> float:
    """Round an amount half up to whole cents, as it is written in decimals."""
    if np.isnan(amount):
        return amount
    return float(Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def truth(deals: Frame, now: pd.Timestamp, period: str, duplicates: np.ndarray[Any, Any]) -> Truth:
    """Compute the figures by their definitions.

    Args:
        deals: as one of the readers above returns them.
        now: the moment of the run; the period is counted up to it.
        period: `Q` or `Y`.
        duplicates: (rows) which rows were marked as duplicates of others, and so do not count.
    """
    deals = deals.assign(amount=deals["amount"].map(_in_cents))
    start = now.to_period(period).start_time
    until = now.normalize() + pd.Timedelta(days=1)
    is_open = (deals["state"] == "open") & ~duplicates
    ended = deals["closed"].between(start, until, inclusive="left")
    won = (deals["state"] == "won") & ended & ~duplicates
    lost = (deals["state"] == "lost") & ended & ~duplicates
    new = deals["created"].between(start, until, inclusive="left") & ~duplicates
    days = (deals["closed"].dt.normalize() - deals["created"].dt.normalize()).dt.days[won]
    pipe, has_amount = deals[is_open], bool(deals["amount"][is_open].notna().any())
    decided = int(won.sum() + lost.sum())
    figures = {
        "DK_Won": float(deals["amount"][won].sum()),
        "DK_WinRate": float(won.sum() / decided) if decided else None,
        "DK_Open": float(pipe["amount"].sum()) if has_amount else None,
        "DK_Weighted": float((pipe["amount"] * pipe["chance"]).sum()) if has_amount else None,
        "DK_New": float(new.sum()),
        "DK_Cycle": float(days[days >= 0].median()) if (days >= 0).any() else None,
    }
    stages = pipe.groupby("stage")["amount"].agg(["size", "sum"])
    owners = pd.DataFrame(
        {
            "won": deals["amount"][won].groupby(deals["owner"]).sum(),
            "deals": won.groupby(deals["owner"]).sum(),
            "open": is_open.groupby(deals["owner"]).sum(),
            "open_amount": pipe["amount"].groupby(deals["owner"]).sum(),
            "new": new.groupby(deals["owner"]).sum(),
        }
    ).fillna(0)
    return Truth(figures, stages, owners)


class Page:
    """The summary tab as people read it."""

    def __init__(self, path: Path, tab: str) -> None:
        book = openpyxl.load_workbook(path, read_only=True)
        self.lines = [
            {get_column_letter(at): value for at, value in enumerate(row, 1) if value is not None}
            for row in book[tab].iter_rows(values_only=True)
        ]
        self._names = {name: found.attr_text for name, found in book.defined_names.items()}
        book.close()
        text = " ".join(str(value) for value in self.lines[2].values())
        word = re.search(r"amounts in [A-Z]{3} ?(\w*)", text)
        assert word is not None, text
        self.unit = UNITS[word[1]]

    def named(self, name: str) -> Any:
        """Return what stands in the cell of a defined name."""
        place = re.fullmatch(r".+!\$([A-Z]+)\$(\d+)", str(self._names[name]))
        assert place is not None
        return self.lines[int(place[2]) - 1].get(place[1])

    def table(self, head: str, total: str) -> dict[str, dict[str, Any]]:
        """Return a table by the first column: `head` in its header, `total` in its last row.

        Columns are named by their headers; names that were cut short end in `…`.
        """
        starts = [at for at, line in enumerate(self.lines) if line.get("B") == head]
        assert len(starts) >= 1, head
        header, found = self.lines[starts[0]], {}
        for line in self.lines[starts[0] + 1 :]:
            name = re.sub(r"^\d+ (?!others)", "", str(line.get("B")))
            found[name] = {str(title): line.get(letter) for letter, title in header.items()}
            if name == total:
                return found
        raise AssertionError(f"no row {total} below {head}")


def full(cut: str, names: pd.Index[Any]) -> str:
    """Return the name that a name cut short stands for."""
    fits = [str(name) for name in names if str(name).startswith(cut.removesuffix("…"))]
    assert len(fits) == 1, (cut, fits)
    return fits[0]


READERS: dict[str, Callable[[Path], Frame]] = {
    "maven": maven, "ayusophia": ayusophia, "rupani": rupani,
}  # fmt: skip
