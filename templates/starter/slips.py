"""How people type opportunities into a sheet: shortcuts, gaps and slips, a few of each kind."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import Counter
from collections.abc import Callable, Sequence

from templates.starter.deals import Deal
from templates.starter.rulebook import Rulebook
from templates.starter.vocabulary import Vocabulary

CellValue = str | float | int | dt.date | None
Row = dict[str, CellValue]
"""The cells of one opportunity by column key."""

_ALIAS_SHARE = 0.08
_GAPS = {"contact": 0.03, "title": 0.08, "phone": 0.04, "email": 0.12, "source": 0.04, "note": 0.6}
_TEXT_DATES, _SCALE = 9, 300  # a kind of slip happens so often in this many rows


def type_in(
    deals: Sequence[Deal], words: Vocabulary, book: Rulebook, rng: random.Random
) -> list[Row]:
    """Return the rows of the sheet as the team typed them, numbered in their order.

    Args:
        deals: the truth, in the order in which it was entered.
        words: the language's words.
        book: the team with its aliases.
        rng: decides everything.

    Returns:
        One row a deal, with every column but the team's own formula.
    """
    numbers: Counter[int] = Counter()
    rows: list[Row] = []
    for deal in deals:
        numbers[deal.created.year] += 1
        number = f"{words.id_prefix}{deal.created:%y}-{numbers[deal.created.year]:03d}"
        rows.append(type_in_one(deal, number, words, book, rng))
    _Slips(rows, deals, words, book.now.date(), rng).make()
    return rows


def type_in_one(
    deal: Deal, number: str, words: Vocabulary, book: Rulebook, rng: random.Random
) -> Row:
    """Return the row of one deal under its number, with gaps but without slips."""
    customer = deal.customer
    row: Row = {
        "id": number,
        "name": words.deal.format(brand=customer.brand, product=deal.product),
        "customer": customer.name,
        "contact": customer.contact,
        "title": customer.title,
        "phone": customer.phone or None,
        "email": customer.email or None,
        "product": deal.product,
        "source": deal.source,
        "industry": customer.industry,
        "region": customer.region,
        "amount": deal.amount,
        "probability": deal.probability,
        "stage": deal.stage,
        "outcome": words.outcomes[deal.state],
        "owner": _owner(deal.owner, book, rng),
        "created": deal.created,
        "stage_entered": deal.stage_entered,
        "last_activity": deal.last_activity,
        "follow_ups": deal.follow_ups,
        "next_step": deal.next_step or None,
        "next_step_date": deal.next_step_date,
        "expected_close": deal.expected_close,
        "closed": deal.closed,
        "loss_reason": deal.loss_reason or None,
        "snooze": None,
        "snooze_reason": None,
        "note": rng.choice(words.notes),
    }
    for key, share in _GAPS.items():
        if rng.random() < share:
            row[key] = None
    return row


def _owner(name: str, book: Rulebook, rng: random.Random) -> str | None:
    if not name:
        return None
    aliases = book.settings.members[name].aliases
    return rng.choice(aliases) if aliases and rng.random() < _ALIAS_SHARE else name


class _Slips:
    """Spoils a few cells of each kind; no row twice, so that each slip can be told apart."""

    def __init__(
        self,
        rows: list[Row],
        deals: Sequence[Deal],
        words: Vocabulary,
        today: dt.date,
        rng: random.Random,
    ) -> None:
        self._rows = rows
        self._deals = deals
        self._words = words
        self._today = today
        self._rng = rng
        self._untouched = set(range(len(rows)))

    def make(self) -> None:
        """Make all of them."""
        slips = self._words.slips
        self._set("expected_close", _in_turn(slips.dates), 2, self._open)
        self._set("amount", _in_turn(slips.amounts), 2, self._open)
        self._set("amount", self._worded, 4, self._any)
        if slips.magnitude:
            self._set("amount", lambda row: _number(row) * slips.magnitude, 1, self._long_lost)
        self._set("amount", lambda _: None, 2, self._open)
        self._set("created", self._written, _TEXT_DATES, self._decided)
        self._set("created", _next_year, 1, self._open)
        self._set("expected_close", lambda _: None, 3, self._open)
        self._set("next_step", lambda _: None, 6, self._open)
        self._set("closed", lambda _: None, 2, self._decided)
        self._set("loss_reason", lambda _: None, 4, self._lost)
        self._set("source", _in_turn(slips.blanks), 5, self._any)
        self._set("owner", self._helped, 4, self._owned)
        self._set("owner", _in_turn(slips.nobody), 2, self._unowned)
        for wrong, right in slips.stages.items():
            self._set("stage", _always(wrong), 1, self._open_at(right))
        for other, usual in slips.outcomes.items():
            self._set("outcome", _always(other), 3, self._ended(usual))
        self._set("id", lambda _: None, 1, self._open)
        pair = self._pick(2, self._decided)
        for first, again in zip(pair[::2], pair[1::2], strict=False):
            self._rows[again]["id"] = self._rows[first]["id"]
        self._snooze(slips.snoozes)

    def _snooze(self, reasons: Sequence[str]) -> None:
        """Ask for no reminders about some deals; no slip, but what people tell the product."""
        for place, reason in zip(self._pick(len(reasons), self._open), reasons, strict=False):
            until = self._today + dt.timedelta(days=self._rng.randint(6, 20))
            self._rows[place] |= {"snooze": until, "snooze_reason": reason}

    def _set(
        self,
        key: str,
        value: Callable[[Row], CellValue],
        times: int,
        which: Callable[[int], bool],
    ) -> None:
        for place in self._pick(times, which):
            self._rows[place][key] = value(self._rows[place])

    def _pick(self, times: int, which: Callable[[int], bool]) -> list[int]:
        """Return untouched rows of a kind, and touch them."""
        fitting = [place for place in sorted(self._untouched) if which(place)]
        wanted = max(1, round(times * len(self._rows) / _SCALE))
        chosen = sorted(self._rng.sample(fitting, min(wanted, len(fitting))))
        self._untouched.difference_update(chosen)
        return chosen

    def _any(self, place: int) -> bool:
        return bool(self._rows[place]["source"])

    def _open(self, place: int) -> bool:
        return self._deals[place].state == "open"

    def _decided(self, place: int) -> bool:
        return self._deals[place].closed is not None

    def _lost(self, place: int) -> bool:
        return self._deals[place].state == "lost"

    def _long_lost(self, place: int) -> bool:
        """So long ago that the figures of today are not about it."""
        return self._lost(place) and place < len(self._rows) // 3

    def _owned(self, place: int) -> bool:
        return self._open(place) and bool(self._deals[place].owner)

    def _unowned(self, place: int) -> bool:
        return not self._deals[place].owner

    def _open_at(self, stage: str) -> Callable[[int], bool]:
        return lambda place: self._open(place) and self._rows[place]["stage"] == stage

    def _ended(self, outcome: str) -> Callable[[int], bool]:
        return lambda place: self._rows[place]["outcome"] == outcome

    def _worded(self, row: Row) -> CellValue:
        return self._rng.choice(self._words.slips.worded_amounts).format(_number(row))

    def _written(self, row: Row) -> CellValue:
        created = row["created"]
        if not isinstance(created, dt.date):
            return created
        pattern = self._rng.choice(self._words.slips.written_dates)
        return pattern.format(created.year, created.month, created.day)

    def _helped(self, row: Row) -> CellValue:
        """Return the owner with a helper, as two names in one cell."""
        helpers = [deal.owner for deal in self._deals if deal.owner and deal.owner != row["owner"]]
        return f"{row['owner']}/{self._rng.choice(helpers)}"


def _in_turn(values: Sequence[str]) -> Callable[[Row], CellValue]:
    """Return what gives one value after another, from the first again after the last."""
    turns = itertools.cycle(values)
    return lambda _: next(turns)


def _always(value: CellValue) -> Callable[[Row], CellValue]:
    return lambda _: value


def _number(row: Row) -> float:
    amount = row["amount"]
    return amount if isinstance(amount, float) else 0.0


def _next_year(row: Row) -> CellValue:
    """Return the day of entry in the wrong year."""
    created = row["created"]
    return created + dt.timedelta(days=364) if isinstance(created, dt.date) else created
