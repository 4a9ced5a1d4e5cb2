"""How the demo's table stood on the mornings of the weeks before."""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from sync.grid import Grid
from templates.starter.deals import Deal
from templates.starter.rulebook import Rulebook
from templates.starter.slips import Row, type_in_one
from templates.starter.vocabulary import Vocabulary
from templates.starter.workbook import HEADER_ROW

_WEEKS = 12  # before the week of the demo
_LOOKED = dt.timedelta(hours=9)  # a Monday at nine
_MOVED, _REPRICED, _REOPENED = 0.2, 0.25, 0.05  # shares of the open deals
_STEP = 8  # days that a deal stays in a stage at least
_WATCHED = 75  # days within which things were changed
_DELETED = 2  # lost deals whose rows somebody deleted last week


@dataclass(frozen=True, slots=True)
class Morning:
    """The table as it stood at a moment, naive local time."""

    moment: pd.Timestamp
    table: Grid


@dataclass(frozen=True, slots=True)
class _Life:
    """What happened to a deal before it came to stand as it does.

    Attributes:
        deal: as it stands.
        row: its cells as they stand.
        begun: the place of the stage in which it was entered.
        entered: the days on which it came to that stage and each later one, up to its own.
        contacts: the days of its follow-ups.
        amounts, closes: (day of the change, value before), latest first.
        lost: from when until when it was given up, where it was reopened.
        gone: the day on which its row was deleted, where it was.
    """

    deal: Deal
    row: Row
    begun: int
    entered: tuple[dt.date, ...]
    contacts: tuple[dt.date, ...]
    amounts: tuple[tuple[dt.date, float], ...] = ()
    closes: tuple[tuple[dt.date, dt.date], ...] = ()
    lost: tuple[dt.date, dt.date] | None = None
    gone: dt.date | None = None


def mornings(
    deals: Sequence[Deal],
    rows: Sequence[Row],
    words: Vocabulary,
    book: Rulebook,
    rng: random.Random,
) -> tuple[Morning, ...]:
    """Return the table as it stood on the Mondays before, oldest first.

    Deals went through their stages one after the other, were called on again and again, some became
    dearer or cheaper, some closings were put off, a few were given up and taken up again; and of a
    few that were lost the rows were deleted last week.

    Args:
        deals: as they stand, in the order of the rows.
        rows: the cells as they stand.
        words: the language's words.
        book: the team, its stages, and the moment.
        rng: decides everything.
    """
    lives = [_life(deal, row, book, rng) for deal, row in zip(deals, rows, strict=True)]
    lives += _deleted(deals, words, book, rng)
    monday = book.now.normalize() - pd.Timedelta(days=book.now.weekday())
    moments = [monday - pd.Timedelta(weeks=back) + _LOOKED for back in range(_WEEKS, -1, -1)]
    head: list[list[object]] = [[] for _ in range(HEADER_ROW)]
    head.append([column.header for column in words.columns])
    made = []
    for moment in moments:
        day = moment.date()
        stood = [_at(life, day, words, book) for life in lives if _is_there(life, day)]
        cells = [[_cell(row, column.key) for column in words.columns] for row in stood]
        made.append(Morning(moment, Grid(words.table, [*(list(row) for row in head), *cells])))
    return tuple(morning for morning in made if morning.moment < book.now)


def _life(deal: Deal, row: Row, book: Rulebook, rng: random.Random) -> _Life:
    life = _Life(deal, row, *_entries(deal, book), _contacts(deal, rng))
    if deal.closed is not None:
        return life
    today = book.now.date()
    first = max(deal.created, today - dt.timedelta(days=_WATCHED))
    days = sorted(rng.sample(range(3, 80), 4))
    changed = [day for ago in days if (day := today - dt.timedelta(days=ago)) > first]
    if rng.random() < _MOVED:
        weeks = rng.choice((2, 3, 4))
        closes = [deal.expected_close - dt.timedelta(weeks=weeks * n) for n in (1, 2, 3)]
        closes = [close for close in closes if isinstance(row["expected_close"], dt.date)]
        life = replace(life, closes=tuple(zip(changed[::2], closes, strict=False)))
    if rng.random() < _REPRICED and isinstance(row["amount"], float):
        before = max(round(row["amount"] * rng.choice((0.6, 0.75, 0.8, 1.25, 1.5)), 1), 1.0)
        life = replace(life, amounts=tuple(zip(changed[:1], (before,), strict=False)))
    if rng.random() < _REOPENED and len(changed) > 1 and deal.state == "open":
        life = replace(life, lost=(changed[-1], today - dt.timedelta(days=rng.randint(5, 15))))
    return life


def _entries(deal: Deal, book: Rulebook) -> tuple[int, tuple[dt.date, ...]]:
    """The first stage, and the days on which the deal came to it and to each later one.

    It took even steps of more than a week, so that no morning sees it skip a stage.
    """
    place = [stage.name for stage in book.settings.stages].index(deal.stage)
    span = (deal.stage_entered - deal.created).days
    steps = min(place, span // _STEP)
    days = [deal.created + dt.timedelta(days=span * n // max(steps, 1)) for n in range(steps)]
    return place - steps, (*days, deal.stage_entered)


def _contacts(deal: Deal, rng: random.Random) -> tuple[dt.date, ...]:
    """The days of its follow-ups, back from the last one."""
    step, days = rng.randint(3, 7), [deal.last_activity]
    while (before := days[-1] - dt.timedelta(days=step)) > deal.created:
        days.append(before)
    return tuple(reversed(days))


def _deleted(
    deals: Sequence[Deal], words: Vocabulary, book: Rulebook, rng: random.Random
) -> list[_Life]:
    """Lost deals that are told of no more, with the numbers after the last ones."""
    today = book.now.date()
    lost = [deal for deal in deals if deal.state == "lost"][-_DELETED:]
    count = sum(deal.created.year == today.year for deal in deals)
    lives = []
    for at, other in enumerate(lost, count + 1):
        product = rng.choice([product for product in words.products if product != other.product])
        ended = today - dt.timedelta(days=rng.randint(8, 18))
        begun = ended - dt.timedelta(days=rng.randint(20, 60))
        deal = replace(
            other, product=product, created=begun, closed=ended,
            stage_entered=begun + (ended - begun) / 2, last_activity=ended,
            expected_close=ended + dt.timedelta(days=9),
        )  # fmt: skip
        row = type_in_one(deal, f"{words.id_prefix}{today:%y}-{at:03d}", words, book, rng)
        life = _Life(deal, row, *_entries(deal, book), _contacts(deal, rng))
        lives.append(replace(life, gone=today - dt.timedelta(days=today.weekday() + 4)))
    return lives


def _is_there(life: _Life, day: dt.date) -> bool:
    return life.deal.created < day and (life.gone is None or day <= life.gone)


def _at(life: _Life, day: dt.date, words: Vocabulary, book: Rulebook) -> Row:
    """The cells of a deal on the morning of a day."""
    deal, row = life.deal, dict(life.row)
    given_up = life.lost is not None and life.lost[0] < day <= life.lost[1]
    closed = deal.closed is not None and deal.closed < day
    step = max(bisect_left(life.entered, day) - 1, 0)
    if step < len(life.entered) - 1 or (deal.closed is not None and not closed):
        place = life.begun + step
        stage = book.settings.stages[place]
        row |= {
            "stage": stage.name, "stage_entered": life.entered[step],
            "probability": stage.probability, "next_step_date": None,
            "snooze": None, "snooze_reason": None,
        }  # fmt: skip
        if deal.closed is not None or row["next_step"] is not None:
            row["next_step"] = words.steps[place]
    if deal.closed is not None and not closed:
        row |= {"outcome": words.outcomes["open"], "closed": None, "loss_reason": None}
    if given_up and life.lost:
        row |= {
            "outcome": words.outcomes["lost"], "closed": life.lost[0],
            "loss_reason": words.losses[0],
        }  # fmt: skip
    for key, changes in (("amount", life.amounts), ("expected_close", life.closes)):
        before = [value for changed, value in changes if changed >= day]
        row[key] = before[-1] if before else row[key]
    known = bisect_left(life.contacts, day)
    if known < len(life.contacts):
        row["last_activity"] = life.contacts[known - 1] if known else None
        row["follow_ups"] = deal.follow_ups * known // len(life.contacts)
    return row


def _cell(row: Row, key: str) -> object:
    """A cell as a store reads it; the team's own formula is left out."""
    value = row.get(key)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return "" if value is None else value
