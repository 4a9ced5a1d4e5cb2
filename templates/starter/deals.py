"""Three years of a team's opportunities, before anybody mistyped anything."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from dataclasses import dataclass, replace

from rules.settings import State
from templates.starter.customers import Customer, make_customers, overheard, retyped, sellers
from templates.starter.rulebook import Rulebook
from templates.starter.vocabulary import Vocabulary

_YEARS = 3 * 365  # days that the sheet reaches back
_CLOSED: dict[State, float] = {"won": 0.44, "lost": 0.45, "invalid": 0.11}
# shares of the open deals; the rest is well within its limit
_LEVELS = {"escalated": 0.08, "overdue": 0.13, "due_soon": 0.10, "neglected": 0.02, "on_hold": 0.05}
_STAGE_WEIGHTS = (9, 19, 32, 26, 14)
_COPIES, _CONTESTED, _UNASSIGNED = 0.09, 0.04, 0.07  # shares of the open deals
_KEPT = 0.6  # share of the expected dates that are moved before they pass
_CLOSING = (8, 26, 27, 22, 12, 5)  # weights of the months from last month on


@dataclass(frozen=True, slots=True)
class Deal:
    """One opportunity as it really is. Days are workdays; None where there is none yet."""

    customer: Customer
    product: str
    source: str
    amount: float
    probability: float
    stage: str
    state: State
    owner: str
    created: dt.date
    stage_entered: dt.date
    last_activity: dt.date
    follow_ups: int
    next_step: str
    next_step_date: dt.date | None
    expected_close: dt.date
    closed: dt.date | None = None
    loss_reason: str = ""


def make_deals(words: Vocabulary, book: Rulebook, rows: int, rng: random.Random) -> list[Deal]:
    """Return the team's opportunities in the order in which they were entered.

    A third of them is open: most on time, some late, some entered twice, some worked on by two,
    some with nobody.

    Args:
        words: the language's words.
        book: team, stages, limits, and the moment.
        rows: how many.
        rng: decides everything.
    """
    customers = make_customers(words, book.settings, max(rows * 11 // 20, 1), rng)
    maker = _Maker(words, book, customers, rng)
    open_count = rows // 3
    copies, contested = round(open_count * _COPIES), round(open_count * _CONTESTED)
    originals = open_count - copies - contested
    levels = [level for level, share in _LEVELS.items() for _ in range(round(open_count * share))]
    levels = (levels + ["ok"] * originals)[:originals]
    deals = [
        maker.open(customer, level)
        for customer, level in zip(itertools.cycle(customers), levels, strict=False)
    ]
    calm = [deal for deal, level in zip(deals, levels, strict=True) if level == "ok"]
    rng.shuffle(calm)
    deals += [maker.copy(deal, way) for way, deal in enumerate(calm[:copies])]
    deals += [maker.contest(deal) for deal in calm[copies : copies + contested]]
    alone = calm[copies + contested :][: round(open_count * _UNASSIGNED)]
    deals = [replace(deal, owner="") if deal in alone else deal for deal in deals]
    deals += [maker.closed(rng.choice(customers)) for _ in range(rows - len(deals))]
    return sorted(deals, key=lambda deal: (deal.created, deal.customer.name, deal.product))


class _Maker:
    """Makes single deals around a moment."""

    def __init__(
        self, words: Vocabulary, book: Rulebook, customers: list[Customer], rng: random.Random
    ) -> None:
        self._words = words
        self._book = book
        self._customers = customers
        self._rng = rng
        self._today = book.now.date()
        self._stages = book.settings.stages

    def open(self, customer: Customer, level: str) -> Deal:
        """Return an open deal that stands at a level of its stage's clock."""
        rng = self._rng
        late = level in ("overdue", "escalated", "due_soon")
        place = rng.choices(range(len(self._stages)), weights=_STAGE_WEIGHTS)[0]
        entered = self._entered(place, level)
        created = self._before(entered, sum(rng.randint(3, 18) for _ in range(place)))
        quiet = rng.randint(6, 16) if late else min(int(rng.expovariate(0.25)), 15)
        last = max(self._before(self._today, quiet + 1), entered)
        if level == "neglected":
            last = entered
        stage = self._stages[place]
        ahead = self._today + dt.timedelta(days=rng.randint(1, 12))
        return Deal(
            customer=customer,
            product=rng.choice(self._words.products),
            source=rng.choice(self._words.sources),
            amount=max(self._amount() for _ in range(3 if level == "escalated" else 1)),
            probability=_jitter(stage.probability or 0.1, rng),
            stage=stage.name,
            state="on_hold" if level == "on_hold" else "open",
            owner=self._present(customer.owner),
            created=created,
            stage_entered=entered,
            last_activity=last,
            follow_ups=place * 2 + rng.randint(0, 4),
            next_step=self._words.steps[place],
            next_step_date=self._workday(ahead) if rng.random() < 0.7 else None,
            expected_close=self._expected(place),
        )

    def closed(self, customer: Customer) -> Deal:
        """Return a decided deal; there are more of them in recent months."""
        rng = self._rng
        age = 1 + int((_YEARS - 60) * rng.random() ** 1.7)
        closed = self._before(self._today, age)
        created = self._before(closed, min(int(rng.lognormvariate(4.2, 0.5)) + 5, _YEARS - age))
        state = rng.choices(tuple(_CLOSED), weights=tuple(_CLOSED.values()))[0]
        reach = {"won": (4, 4), "lost": (0, 4), "invalid": (0, 1)}[state]
        place = rng.randint(*reach)
        entered = max(self._before(closed, rng.randint(2, 14)), created)
        return Deal(
            customer=customer,
            product=rng.choice(self._words.products),
            source=rng.choice(self._words.sources),
            amount=self._amount(),
            probability=1.0 if state == "won" else 0.0,
            stage=self._stages[place].name,
            state=state,
            owner=customer.owner,
            created=created,
            stage_entered=entered,
            last_activity=max(self._before(closed, rng.randint(0, 4)), entered),
            follow_ups=place * 2 + rng.randint(1, 6),
            next_step="",
            next_step_date=None,
            expected_close=self._workday(closed + dt.timedelta(days=rng.randint(-20, 25))),
            closed=closed,
            loss_reason=rng.choice(self._words.losses) if state == "lost" else "",
        )

    def copy(self, deal: Deal, way: int) -> Deal:
        """Return the deal as a colleague entered it again, with the customer typed another way.

        Args:
            deal: the deal.
            way: counts the copies; every third has no owner, every third comes from a short call.
        """
        again = self._fresh(deal)
        if way % 3 == 1:
            other = self._rng.choice(self._customers)
            return replace(again, customer=overheard(deal.customer, other))
        customer = retyped(deal.customer, self._words, self._rng)
        return replace(again, customer=customer, owner=deal.owner if way % 3 else "")

    def contest(self, deal: Deal) -> Deal:
        """Return another deal of the same customer that somebody else works on."""
        others = [m.name for m in sellers(self._book.settings) if m.active and m.name != deal.owner]
        products = [product for product in self._words.products if product != deal.product]
        again = self._fresh(deal)
        return replace(
            again,
            product=self._rng.choice(products),
            owner=self._rng.choice(others),
            amount=self._amount(),
        )

    def _fresh(self, deal: Deal) -> Deal:
        """Return the deal as it is entered some days later, in an early stage."""
        place = self._rng.randint(0, 1)
        entered = max(self._entered(place, "ok"), deal.created)
        return replace(
            deal,
            stage=self._stages[place].name,
            probability=_jitter(self._stages[place].probability or 0.1, self._rng),
            source=self._rng.choice(self._words.sources),
            created=entered,
            stage_entered=entered,
            last_activity=max(self._before(self._today, self._rng.randint(1, 5)), entered),
            follow_ups=self._rng.randint(0, 2),
            next_step=self._words.steps[place],
        )

    def _entered(self, place: int, level: str) -> dt.date:
        """Return a day from which the stage's clock stands at a level now."""
        limit = self._stages[place].limit
        days = limit.amount if limit else 20
        late = days + self._book.escalate_after
        low, high = {
            "due_soon": (0.8 * days, days - 1),
            "overdue": (days + 1, late - 2),
            "escalated": (late + 1, late + 18),
            "neglected": (days + 80, days + 110),
        }.get(level, (1, 0.7 * days))
        fitting = [day for day, used in self._book.workdays if low <= used <= high]
        return self._rng.choice(fitting)

    def _expected(self, place: int) -> dt.date:
        """Return when an open deal is expected to close: the later its stage, the sooner."""
        ahead = self._rng.choices(range(-1, 5), weights=_CLOSING)[0]
        ahead = max(ahead, 1) if place < 2 else ahead
        month = self._today.month - 1 + ahead
        first = dt.date(self._today.year + month // 12, month % 12 + 1, 1)
        day = self._workday(first + dt.timedelta(days=self._rng.randint(4, 27)))
        if day < self._today and self._rng.random() < _KEPT:
            day = self._workday(self._today + dt.timedelta(days=self._rng.randint(2, 12)))
        return day

    def _amount(self) -> float:
        words = self._words
        drawn = words.typical_amount * self._rng.lognormvariate(0, 0.75)
        return float(max(round(drawn / words.grain), 4) * words.grain)

    def _present(self, owner: str) -> str:
        """Return the owner, or mostly the backup where the owner has left."""
        member = self._book.settings.members[owner]
        if member.active or self._rng.random() < 0.4 or not member.backup:
            return owner
        return member.backup

    def _before(self, day: dt.date, days: int) -> dt.date:
        return self._workday(day - dt.timedelta(days=days))

    @staticmethod
    def _workday(day: dt.date) -> dt.date:
        """Return the day, or the Friday before where it falls on a weekend."""
        return day - dt.timedelta(days=max(day.weekday() - 4, 0))


def _jitter(probability: float, rng: random.Random) -> float:
    """Return a probability as people put it, in steps of 5 %."""
    return min(max(round(probability * 20) + rng.choice((-1, 0, 0, 0, 1)), 1), 19) / 20
