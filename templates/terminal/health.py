"""The health report 体检报告: one page on a table as it is."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from sync.fields import FIELDS
from sync.say import Language, money
from sync.table import Mask, as_text, column
from templates.terminal.findings import told
from templates.terminal.grids import facts
from templates.terminal.run import Report
from templates.terminal.words import joined, word

UNTOUCHED_DAYS = 90
SHOWN = 8


def render_health(report: Report, header_row: int) -> RenderableType:
    """Lay the health report out.

    Args:
        report: of a plan that nobody applied.
        header_row: as people count it.
    """
    language = report.language
    body = facts()
    tabs = joined(list(dict.fromkeys(report.table.sheets)), language)
    where = f"{report.file} · {tabs} · {word('header_row', language, n=header_row)}"
    body.add_row(word("table", language), where)
    body.add_row(word("opportunities", language), _counts(report))
    body.add_row(word("unreadable", language), _group(report, "reading."))
    body.add_row(word("missing", language), _group(report, "quality."))
    body.add_row(word("duplicates", language), _duplicates(report))
    body.add_row(word("untouched", language), _untouched(report))
    body.add_row(word("load", language), _load(report))
    body.add_row(word("at_risk", language), _at_risk(report))
    return Group(Text(word("health", language), style="bold"), Text(), body)


def _open(report: Report) -> Mask:
    return np.asarray(report.result.frame["state"] == "open", dtype=bool)


def _counts(report: Report) -> str:
    states = report.result.frame["state"]
    is_open, held = int((states == "open").sum()), int((states == "on_hold").sum())
    counts = {"open_count": is_open, "closed_count": len(states) - is_open - held}
    counts |= {"on_hold_count": held} if held else {}
    language = report.language
    parts = [word("opportunity_count", language, n=f"{len(states):,}")]
    return " · ".join(parts + [word(key, language, n=f"{n:,}") for key, n in counts.items()])


def _group(report: Report, prefix: str) -> RenderableType:
    """Findings of one origin, a line a kind."""
    chosen = [finding for finding in report.plan.findings if finding.code.startswith(prefix)]
    return told(chosen, report.phrases, report.language, word("none", report.language))


def _duplicates(report: Report) -> str:
    pairs = report.result.figures.get("dedupe", {}).get("pairs")
    if pairs is None or len(pairs) == 0:
        return word("none", report.language)
    likely = pairs[pairs["kind"].isin(["certain", "possible"])]
    rows = len(np.unique(likely[["left", "right"]].to_numpy()))
    text = word("pairs", report.language, n=len(likely), rows=rows)
    contested = int((pairs["kind"] == "contested").sum())
    joint = "；" if report.language == "zh" else "; "
    return text + (joint + word("contested", report.language, n=contested) if contested else "")


def _last_touch(report: Report) -> tuple[str, pd.Series[Any]] | None:
    """The best sign of life that the table has: activity, stage, creation."""
    frame = report.result.frame
    for key in ("last_activity", "stage_entered", "created"):
        if key in frame.columns and frame[key].notna().any():
            return key, frame[key]
    return None


def _quiet(report: Report) -> Mask:
    touched = _last_touch(report)
    if touched is None:
        return np.zeros(len(report.table), dtype=bool)
    before = report.plan.now - pd.Timedelta(days=UNTOUCHED_DAYS)
    quiet: Mask = _open(report) & np.asarray(touched[1] < before, dtype=bool)
    return quiet


def _untouched(report: Report) -> str:
    touched = _last_touch(report)
    if touched is None:
        return word("untouched_unknown", report.language)
    field = FIELDS[touched[0]].label(report.language)
    count = f"{int(_quiet(report).sum()):,}"
    return word("untouched_detail", report.language, n=count, days=UNTOUCHED_DAYS, field=field)


def _load(report: Report) -> str:
    frame = report.result.frame
    owner = as_text(column(frame, "owner"))[_open(report)]
    counts = owner.value_counts()
    parts = [f"{name} {count}" for name, count in counts.head(SHOWN).items()]
    language = report.language
    if len(counts) > SHOWN:
        parts.append(word("more", language, n=len(counts) - SHOWN))
    if blank := int(owner.isna().sum()):
        parts.append(f"{word('unassigned', language)} {blank}")
    return " · ".join(parts) or word("nobody", language)


def _at_risk(report: Report) -> str:
    frame, language = report.result.frame, report.language
    if "amount" not in frame.columns:
        return word("no_amount", language)
    is_open = _open(report)
    if not frame["amount"][is_open].notna().any():
        return word("no_open_amount", language)
    amount = frame["amount"].fillna(0).astype("int64").to_numpy()
    past = np.asarray(column(frame, "expected_close") < report.plan.now.normalize(), dtype=bool)
    nobody = column(frame, "owner").isna().to_numpy() if "owner" in frame.columns else False
    risky = is_open & (past | _quiet(report) | nobody)
    return word(
        "at_risk_detail",
        language,
        amount=_amount(int(amount[risky].sum()), report.settings.currency, language),
        total=_amount(int(amount[is_open].sum()), report.settings.currency, language),
    )


def _amount(cents: int, currency: str, language: Language) -> str:
    """Whole units are enough for a one-page report."""
    whole = money(round(cents, -2))
    return f"{whole} 元" if language == "zh" and currency == "CNY" else f"{currency} {whole}"
