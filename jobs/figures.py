"""One KPI for people: found by its name, by a dimension, with the rows that it counted."""

from __future__ import annotations

import numpy as np
import pandas as pd

from config.load import RulesFile
from jobs.planner import Prepared
from rules.invalid import Invalid
from rules.kpi import MEASURES, Book, Figure, Kpi, Measure, Period
from rules.kpi.evaluate import WHOLE, counted, days_of, dimensions, figures
from rules.kpi.evaluate import groups as groups_of
from rules.kpi.pipeline import BANDS, MOVEMENTS
from rules.kpi.process import GAPS
from rules.options import nearest
from sync.fields import FIELDS
from sync.table import Table
from templates.terminal.kpi import Answer


def book_of(prepared: Prepared, rules_file: RulesFile) -> Book:
    """Open the book of a plan, under the definitions of the rules file."""
    stanzas = [rule for rule in rules_file.rules if isinstance(rule, Kpi)]
    result = prepared.result
    return Book(result.frame, result.ctx, stanzas[0] if stanzas else Kpi())


def measure_of(name: str) -> Measure:
    """Find a KPI by its code or its name in either language.

    Raises:
        Invalid: there is none; the nearest one is named.
    """
    words = {word.casefold(): m for m in MEASURES.values() for word in (m.code, m.en, m.zh)}
    found = words.get(name.strip().casefold().replace("-", "_"))
    if found is None:
        guess = nearest(name.casefold(), tuple(words))
        raise Invalid(
            "there is no KPI `{name}`; `dealkeeper kpi` lists them all",
            "没有指标 `{name}`；`dealkeeper kpi` 可列出全部",
            guess=words[guess].code if guess else None,
            name=name,
        )
    return found


def dimension_of(name: str, measure: Measure) -> str:
    """Find a dimension of a KPI by its key or its name in either language.

    Raises:
        Invalid: the KPI is not told by it; those that it is told by are named.
    """
    known = dimensions(measure)
    words = {key: key for key in known}
    for key in known:
        if key in FIELDS:
            words |= dict.fromkeys((FIELDS[key].en.casefold(), FIELDS[key].zh), key)
    found = words.get(name.strip().casefold())
    if found is None:
        guess = nearest(name.casefold(), tuple(words))
        raise Invalid(
            "`{measure}` is not told by `{name}`, but by {known}",
            "`{measure}` 不能按 `{name}` 统计；可用：{known}",
            guess=words[guess] if guess else None,
            measure=measure.code,
            name=name,
            known=", ".join(known),
        )
    return found


def answer(book: Book, table: Table, measure: Measure, period: Period, by: str) -> Answer:
    """Compute a KPI with its groups and its rows.

    Args:
        book: the opportunities.
        table: as read, for the places of the rows.
        measure: which KPI.
        period: over which, and against which.
        by: a dimension, or "" for none.
    """
    options = book.options
    return Answer(
        measure,
        period,
        figures(book, measure.code, period)[WHOLE],
        by,
        _in_order(book, by, figures(book, measure.code, period, by)) if by else {},
        _rows(book, table, measure, period, by),
        {"commit": options.commit, "best_case": options.best_case},
    )


def _in_order(book: Book, by: str, found: dict[str, Figure]) -> dict[str, Figure]:
    """Groups in the order that people know, else the largest first; "" comes last."""
    known = {
        "stage": tuple(book.ctx.settings.stage_order), "movement": MOVEMENTS, "gap": GAPS,
        "band": BANDS, "month": tuple(found),
    }  # fmt: skip
    order = {name: place for place, name in enumerate(known.get(by, ()))}
    names = sorted(
        found, key=lambda name: (name == "", order.get(name, len(order)), -found[name].count, name)
    )
    return {name: found[name] for name in names}


def _rows(book: Book, table: Table, measure: Measure, period: Period, by: str) -> pd.DataFrame:
    entries = counted(book, measure, days_of(measure, period))
    at = entries.rows
    inside = at < book.size
    archived = book.col["archived"][at]
    place, number = np.where(archived, "archive", "deleted").astype(object), np.zeros(len(at), int)
    place[inside], number[inside] = table.sheets[at[inside]], table.numbers[at[inside]]
    shown = {key: book.col[key][at] for key in ("key", "customer", "owner", "stage")}
    codes, names = groups_of(book, entries, by) if by else (np.zeros(len(at), int), [""])
    return pd.DataFrame(
        {
            "place": place,
            "row": number,
            **shown,
            "amount": book.rows["amount"].iloc[at].reset_index(drop=True),
            "part": np.ones(len(at)) if entries.top is None else entries.top,
            "whole": np.full(len(at), np.nan) if entries.base is None else entries.base,
            "group": np.asarray(names, dtype=object)[codes],
        }
    )
