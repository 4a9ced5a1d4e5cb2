"""A seeded CRM-like workbook of any size and the rules file that goes with it.

    python -m tests.benchmarks.generate FOLDER [--rows 100000] [--cells clean|dirty]

20 columns as a CRM exports them, one of formulas, shared strings as Excel writes them, a filter,
date formats. Companies (with their duplicates) come from `tests.benchmarks.crm`; a company has
three deals on average. About a fifth of the deals is open, one in fifty has no owner. Dirty cells
hold what people type (`tests.benchmarks.dirt`).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xlsxwriter

from tests.benchmarks import crm
from tests.benchmarks.dirt import soiled
from tests.benchmarks.files import CELLS, NOW, RULES, TAB, WORKBOOK

_DEALS = 3  # a company, on average
_REGIONS = ("North", "East", "South", "West", "Central")
_PRODUCTS = tuple(f"{name} {size}" for name in ("Atlas", "Borealis", "Cirrus", "Delta")
                  for size in ("S", "M", "L"))  # fmt: skip
_STAGES = ("Lead", "First contact", "Solution", "Negotiation", "Contract")
_STEPS = ("Send the offer", "Call again", "Arrange a demo", "Visit", "Send references")
_FIRST = ("Ada", "Ben", "Cleo", "Dirk", "Elsa", "Finn", "Gwen", "Hugo")
_LAST = ("Ashdown", "Birkett", "Calloway", "Drummond", "Eastwick")
_PEOPLE = tuple(f"{first} {last}" for last in _LAST for first in _FIRST)
_DATES = ("Created", "Stage since", "Last activity", "Next step date", "Expected close", "Closed")
_FORMULA = "Weighted"
_FORTNIGHT = pd.Timedelta(days=14)

_HEAD = """\
version: 1
id: benchmark
language: en
timezone: Asia/Shanghai
currency: CNY
spreadsheet: {{excel: {workbook}, sheet: {tab}}}
stages:
  - {{name: Lead, probability: 10%, limit: 5 workdays}}
  - {{name: First contact, probability: 20%, limit: 7 workdays}}
  - {{name: Solution, probability: 40%, limit: 15 workdays}}
  - {{name: Negotiation, probability: 60%, limit: 20 workdays}}
  - {{name: Contract, probability: 90%, limit: 10 workdays}}
outcomes: {{open: [Open], won: [Won], lost: [Lost]}}
unassigned: [Pool]
calendar: {{country: CN, hours: "09:00-18:00"}}
rules:
  - use: quality
    required: [customer, contact, phone, amount, expected_close]
    from_stage: {{Negotiation: [next_step]}}
  - use: dedupe
  - use: assign_owner
    mode: fill
    assign:
      - {{name: by region, role: Sales, match: [region], method: least_loaded}}
      - {{name: the rest, role: Sales, method: round_robin}}
  - use: stage_sla
    start: stage_entered
    warn_at: 80%
    escalate_after: 8 workdays
  - use: kpi
state: state
summary: {{sheet: Summary}}
team:
"""


def deals(rows: int, seed: int = 11) -> pd.DataFrame:
    """Return (rows × 19) the cells of the table by header, the formula column excepted.

    Args:
        rows: number of deals.
        seed: the same seed gives the same deals.
    """
    dice = np.random.default_rng(seed)
    companies = crm.table(max(1, rows // _DEALS), seed)
    company = companies.iloc[dice.integers(len(companies), size=rows)].reset_index(drop=True)
    days = [
        dice.integers(low, high, rows) for low, high in ((1, 1100), (0, 60), (0, 40), (20, 200))
    ]
    since, in_stage, silent, taken = (pd.Series(pd.to_timedelta(n, unit="D")) for n in days)
    now = pd.Timestamp(NOW)
    today = now.normalize()
    created = today - since
    # a deal is decided 20 to 200 days after it began, most of them
    closed = created + taken
    is_open = (closed > now) | (dice.random(rows) < 0.12)
    won = ~is_open & (dice.random(rows) < 0.35)
    entered = _until(created + in_stage, today)
    active = _until(entered + silent, today)
    product = dice.choice(_PRODUCTS, rows)
    stage = dice.choice(_STAGES, rows, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    return pd.DataFrame({
        "Opportunity ID": [f"OP-{number:06d}" for number in range(1, rows + 1)],
        "Opportunity": pd.Series(product, dtype="str") + " for " + company["customer"],
        "Customer": company["customer"],
        "Contact": company["contact"],
        "Phone": company["phone"],
        "E-mail": company["email"],
        "Region": dice.choice(_REGIONS, rows),
        "Product": product,
        "Amount": np.round(dice.lognormal(11, 1, rows), -2),
        "Stage": stage,
        "Outcome": np.where(is_open, "Open", np.where(won, "Won", "Lost")),
        "Owner": np.where(dice.random(rows) < 0.02, "", dice.choice(_PEOPLE, rows)),
        "Created": created,
        "Stage since": entered,
        "Last activity": active,
        "Next step": np.where(is_open, dice.choice(_STEPS, rows), ""),
        "Next step date": (active + _FORTNIGHT).where(is_open),
        "Expected close": created + 8 * _FORTNIGHT,
        "Closed": closed.where(~is_open),
    })  # fmt: skip


def _until(days: pd.Series[Any], last: pd.Timestamp) -> pd.Series[Any]:
    return days.where(days <= last, last)


def write(folder: Path, rows: int, cells: str) -> None:
    """Write the workbook, its cells clean or dirty, and its rules file into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_workbook(folder / WORKBOOK, deals(rows), dirty=cells == "dirty")
    team = [
        f"  - {{name: {name}, roles: [Sales], regions: [{_REGIONS[at % len(_REGIONS)]}]}}\n"
        for at, name in enumerate(_PEOPLE)
    ]
    rules = _HEAD.format(workbook=WORKBOOK, tab=TAB) + "".join(team)
    (folder / RULES).write_text(rules, encoding="utf-8")


def _write_workbook(path: Path, table: pd.DataFrame, *, dirty: bool) -> None:
    plain = {name: _cells(_serials(table[name])) for name in table.columns}
    cells = soiled(plain, _DATES) if dirty else plain
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet(TAB)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        headers = [*table.columns, _FORMULA]
        sheet.write_row(0, 0, headers, book.add_format({"bold": True, "bg_color": "#DDEBF7"}))
        for at, (name, column) in enumerate(cells.items()):
            sheet.write_column(1, at, column, day if name in _DATES else None)
        last, amounts = len(headers) - 1, table["Amount"].tolist()
        for row, amount in enumerate(amounts, 1):
            sheet.write_formula(row, last, f"=K{row + 1}*0.3", None, round(amount * 0.3, 2))
        sheet.autofilter(0, 0, len(table), last)
        sheet.freeze_panes(1, 0)


def _serials(values: pd.Series[Any]) -> pd.Series[Any]:
    """Days as Excel counts them; other values as they are."""
    return (values - pd.Timestamp(1899, 12, 30)).dt.days if values.name in _DATES else values


def _cells(values: pd.Series[Any]) -> list[Any]:
    return list(values.astype(object).where(values.notna(), None))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--cells", choices=CELLS, default=CELLS[0])
    wanted = parser.parse_args()
    write(wanted.folder, wanted.rows, wanted.cells)
