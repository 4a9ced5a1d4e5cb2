"""KPIs as people read them on a terminal, and as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from rich.console import Group, RenderableType
from rich.text import Text

from rules.kpi import DEFINITIONS, MEASURES, Figure, Measure, Period, Window
from sync.fields import FIELDS
from sync.say import Language, day, money, say
from templates.terminal.grids import facts, grid
from templates.terminal.words import word
from templates.words import Words

TEXTS: dict[str, tuple[str, str]] = {
    "kpi": ("KPI", "指标"),
    "code": ("Name", "名称"),
    "value": ("Value", "数值"),
    "basis": ("Basis", "计算依据"),
    "previous": ("Before", "上期"),
    "count": ("Counted", "计入条数"),
    "definition": ("Definition", "口径"),
    "period": ("Period", "期间"),
    "compared": ("Compared with", "对比期"),
    "stands": ("at the end of {day}", "截至 {day}"),
    "none": ("–", "–"),
    "blank": ("(not given)", "（未填写）"),
    "where": ("Where", "位置"),
    "row": ("{place} row {row}", "{place} 第 {row} 行"),
    "archive": ("archive", "归档"),
    "deleted": ("deleted", "已删除"),
    "amount": ("Amount", "金额"),
    "part": ("Adds", "计入"),
    "days": ("{n} days", "{n} 天"),
    "hours": ("{n} working hours", "{n} 工作小时"),
    "a_day": ("{n} a day", "{n}/天"),
    "more": ("{n} more rows; --all shows them", "另有 {n} 行，--all 全部显示"),
    "nothing": ("No row was counted.", "没有计入任何行。"),
    "currency": ("amounts in {currency}", "金额单位：{currency}"),
    # dimensions that are no field, and their groups
    "by.team": ("Team", "团队"),
    "by.movement": ("Movement", "变动"),
    "by.gap": ("Days without activity", "未跟进天数"),
    "by.month": ("Month", "月份"),
    "by.band": ("Confidence", "把握"),
    "movement.start": ("Start", "期初"),
    "movement.new": ("New", "新增"),
    "movement.reopened": ("Reopened", "重开"),
    "movement.increased": ("Increased", "增额"),
    "movement.decreased": ("Decreased", "减额"),
    "movement.won": ("Won", "赢单"),
    "movement.lost": ("Lost", "丢单"),
    "movement.removed": ("Removed", "移除"),
    "band.committed": ("Committed", "承诺"),
    "band.best_case": ("Best case", "乐观"),
    "band.pipeline": ("Pipeline", "其他"),
}
SHOWN = 20  # rows


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """A KPI as it was asked for.

    Attributes:
        measure: which.
        period: over which, and against which.
        figure: the whole.
        by: the dimension that it is told by, "" for none.
        groups: group → figure, by name.
        rows: (counted × place, row, key, customer, owner, stage, amount, part, whole, group):
            `place` is the tab, `archive` or `deleted`, `row` its number for people, 0 for none;
            amounts are whole cents; `part` and `whole` are what the entry adds to the figure.
        meaning: the facts of its definition.
    """

    measure: Measure
    period: Period
    figure: Figure
    by: str
    groups: Mapping[str, Figure]
    rows: pd.DataFrame
    meaning: Mapping[str, object]


def render_all(
    shown: Mapping[str, Figure], period: Period, currency: str, language: Language
) -> RenderableType:
    """Lay every KPI out, a line each.

    Args:
        shown: code → figure.
        period: over which, and against which.
        currency: of all amounts.
        language: of the words.
    """
    say_ = Words(language, TEXTS)
    titles = [say_(key) for key in ("kpi", "code", "value", "basis", "previous")]
    made = grid(titles, numbers=(titles[2], titles[4]))
    for code, figure in shown.items():
        name = MEASURES[code].label(language)
        made.add_row(name, code, *_told(figure, say_), _value(figure, figure.previous, say_))
    return Group(_heading(period, currency, say_), Text(), made)


def render_one(
    answer: Answer, currency: str, language: Language, *, rows: bool, everything: bool
) -> RenderableType:
    """Lay one KPI out: its value, basis, definition, groups, and the rows that it counted.

    Args:
        answer: the KPI.
        currency: of all amounts.
        language: of the words.
        rows: whether to list the rows.
        everything: whether to list all of them.
    """
    say_ = Words(language, TEXTS)
    figure, made = answer.figure, facts()
    value, basis = _told(figure, say_)
    for key, text in (
        ("value", value),
        ("basis", basis),
        ("previous", _value(figure, figure.previous, say_)),
        ("count", f"{figure.count:,}"),
        ("definition", _definition(answer, language)),
        ("period", _when(answer, say_)),
        ("compared", _days(answer.period.previous) if figure.previous is not None else ""),
    ):
        if text:
            made.add_row(say_(key), text)
    title = f"{answer.measure.label(language)} ({answer.measure.code})"
    parts: list[RenderableType] = [Text(title, style="bold"), made]
    if "money" in figure.unit:
        parts.append(Text(say_("currency", currency=currency), style="dim"))
    if answer.by:
        parts += [Text(), _groups(answer, say_)]
    if rows:
        parts += [Text(), *_rows(answer, say_, everything=everything)]
    return Group(*parts)


def as_json(answer: Answer, currency: str, language: Language, *, rows: bool) -> dict[str, Any]:
    """Return a KPI as data: amounts in currency units, rates as fractions."""
    made: dict[str, Any] = {
        "code": answer.measure.code,
        "name": answer.measure.label(language),
        "unit": answer.measure.unit,
        "currency": currency,
        "period": _bounds(answer.period.to_date),
        "compared_with": _bounds(answer.period.previous),
        "definition": _definition(answer, language),
        **_data(answer.figure),
    }
    if answer.by:
        made["by"] = answer.by
        made["groups"] = [{"name": n, **_data(each)} for n, each in answer.groups.items()]
    if rows:
        made["rows"] = [_row_data(row) for row in answer.rows.to_dict("records")]
    return made


def all_json(shown: Mapping[str, Figure], period: Period, currency: str) -> dict[str, Any]:
    """Return every KPI as data, by its code."""
    return {
        "period": _bounds(period.to_date),
        "compared_with": _bounds(period.previous),
        "currency": currency,
        "figures": {code: {"unit": figure.unit, **_data(figure)} for code, figure in shown.items()},
    }


def _heading(period: Period, currency: str, say_: Words) -> Text:
    text = f"{_days(period.to_date)} · {say_('compared')} {_days(period.previous)}"
    return Text(f"{text} · {say_('currency', currency=currency)}", style="dim")


def _days(window: Window) -> str:
    return f"{day(window.start)} … {day(window.last)}"


def _when(answer: Answer, say_: Words) -> str:
    window = answer.period.to_date
    if answer.figure.stands:
        return say_("stands", day=day(window.last))
    return _days(window)


def _definition(answer: Answer, language: Language) -> str:
    return say(DEFINITIONS[answer.figure.definition], answer.meaning, language)


def _told(figure: Figure, say_: Words) -> tuple[str, str]:
    """The value of a figure, and what it was divided by."""
    basis = ""
    if figure.numerator is not None and figure.denominator is not None:
        above, below = (_part(figure, each) for each in (figure.numerator, figure.denominator))
        basis = f"{above} ÷ {below}" if figure.code != "weighted" else f"Σ {below}"
    return _value(figure, figure.value, say_), basis


def _part(figure: Figure, value: float) -> str:
    if figure.code == "velocity":
        return money(round(value)) if value == figure.numerator else f"{value:,.1f}"
    of_money = figure.unit == "money" or (isinstance(value, int) and figure.code in _OF_MONEY)
    return money(round(value)) if of_money else f"{value:,.4g}" if value % 1 else f"{value:,.0f}"


# Rates whose parts are amounts.
_OF_MONEY = ("win_rate_value", "coverage", "attainment", "collection")


def _value(figure: Figure, value: float | None, say_: Words) -> str:
    if value is None:
        return say_("none")
    match figure.unit:
        case "money":
            return money(round(value))
        case "money_per_day":
            return say_("a_day", n=money(round(value)))
        case "rate":
            return f"{value:.1%}"
        case "times":
            return f"{value:,.1f}×"
        case "days" | "hours":
            return say_(figure.unit, n=f"{value:,.1f}".removesuffix(".0"))
    return f"{value:,.2f}".removesuffix(".00")


def _label(by: str, say_: Words) -> str:
    if by == "state":
        return word("state", say_.language)
    return FIELDS[by].label(say_.language) if by in FIELDS else say_(f"by.{by}")


def _group(name: str, by: str, say_: Words) -> str:
    """The name of a group for people."""
    if by == "state":
        return word(f"state.{name}", say_.language)
    known = f"{by}.{name}"
    return say_(known) if known in TEXTS else name or say_("blank")


def _groups(answer: Answer, say_: Words) -> RenderableType:
    by = answer.by
    titles = [_label(by, say_), *(say_(key) for key in ("value", "basis", "previous", "count"))]
    made = grid(titles, numbers=(titles[1], titles[3], titles[4]))
    for name, figure in answer.groups.items():
        before = _value(figure, figure.previous, say_)
        told = (*_told(figure, say_), before, f"{figure.count:,}")
        made.add_row(_group(name, by, say_), *told)
    return made


def _rows(answer: Answer, say_: Words, *, everything: bool) -> list[RenderableType]:
    rows = answer.rows if everything else answer.rows.head(SHOWN)
    if rows.empty:
        return [Text(say_("nothing"))]
    fields = [FIELDS[key].label(say_.language) for key in ("id", "customer", "owner", "stage")]
    group = [_label(answer.by, say_)] if answer.by else []
    titles = [say_("where"), *fields, say_("amount"), say_("part"), *group]
    made = grid(titles, numbers=(say_("amount"), say_("part")))
    for row in rows.to_dict("records"):
        place = row["place"] if row["row"] else say_(row["place"])
        where = say_("row", place=place, row=row["row"]) if row["row"] else place
        amount = "" if pd.isna(row["amount"]) else money(row["amount"])
        shown = [where, row["key"], row["customer"], row["owner"], row["stage"], amount]
        named = [_group(row["group"], answer.by, say_)] if answer.by else []
        made.add_row(*shown, _adds(answer.measure, row), *named)
    left = len(answer.rows) - len(rows)
    return [made, *([Text(say_("more", n=f"{left:,}"), style="dim")] if left else [])]


def _adds(measure: Measure, row: Mapping[Any, Any]) -> str:
    """What a row adds to the figure: its amount, its days, or 1 ÷ 1."""
    of_money = measure.unit == "money" or measure.code in _OF_MONEY
    parts = [row["part"], *([] if pd.isna(row["whole"]) else [row["whole"]])]
    if measure.unit == "money":
        parts = parts[:1]
    told = [money(round(each)) if of_money else f"{each:,.10g}" for each in parts]
    return " ÷ ".join(told)


def _bounds(window: Window) -> dict[str, str]:
    return {"first": day(window.start), "last": day(window.last)}


def _data(figure: Figure) -> dict[str, Any]:
    """The numbers of a figure, amounts in currency units."""

    def units(value: float | None, key: str) -> float | None:
        of_money = "money" in figure.unit or (key != "value" and figure.code in _OF_MONEY)
        return value if value is None or not of_money else round(value) / 100

    parts = ("value", "numerator", "denominator", "previous")
    made: dict[str, Any] = {
        key: units(getattr(figure, key), "value" if key == "previous" else key) for key in parts
    }
    return {**made, "count": figure.count, "facts": dict(figure.facts)}


def _row_data(row: Mapping[Any, Any]) -> dict[str, Any]:
    kept = {key: row[key] for key in ("place", "row", "key", "customer", "owner", "stage", "group")}
    return {**kept, "amount": None if pd.isna(row["amount"]) else row["amount"] / 100}
