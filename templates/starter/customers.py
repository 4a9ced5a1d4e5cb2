"""Customers of the demo: companies and contacts whose names are put together from syllables."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

from rules.settings import Member, Settings
from templates.starter.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Customer:
    """A company, as one of the team typed it, and the person who is spoken to."""

    brand: str
    trade: str
    form: str
    city: str
    region: str
    industry: str
    name: str
    contact: str
    title: str
    phone: str
    email: str
    number: tuple[str, str, str]
    owner: str


def make_customers(
    words: Vocabulary, settings: Settings, count: int, rng: random.Random
) -> list[Customer]:
    """Return different customers, each looked after by somebody who covers its region.

    Args:
        words: the language's words.
        settings: the team.
        count: how many, at most as many as there are brands.
        rng: decides everything.
    """
    firsts, seconds = words.brands
    brands = [(a + b, c + d) for a, c in firsts for b, d in seconds]
    chosen = rng.sample(brands, min(count, len(brands)))
    lines = rng.sample(range(len(words.phone_parts) * 10**words.phone_digits), len(chosen))
    return [
        _customer(words, settings, brand, line, rng)
        for brand, line in zip(chosen, lines, strict=True)
    ]


def retyped(customer: Customer, words: Vocabulary, rng: random.Random) -> Customer:
    """Return the customer as somebody else types it: another form of its name and number."""
    name = rng.choice(words.variants)
    phone = rng.choice(words.phones[1:])
    a, b, c = customer.number
    return replace(customer, name=_spell(name, customer), phone=phone.format(a=a, b=b, c=c))


def overheard(customer: Customer, colleague: Customer) -> Customer:
    """Return the customer as noted after a call: its brand only, and somebody else spoke.

    Args:
        customer: the company.
        colleague: whose contact's name stands for the one who spoke.
    """
    return replace(
        customer,
        name=customer.brand,
        contact=colleague.contact,
        title=colleague.title,
        phone="",
        email="",
    )


def sellers(settings: Settings, region: str = "") -> list[Member]:
    """Return those who sell, in a region where one is given; those who left included."""
    return [m for m in settings.team if m.regions and (not region or region in m.regions)]


def _customer(
    words: Vocabulary, settings: Settings, brand: tuple[str, str], line: int, rng: random.Random
) -> Customer:
    region = rng.choices(tuple(words.cities), weights=(5, 3, 3, 2))[0]
    industry, trade = rng.choice(tuple(words.trades.items()))
    family, given = rng.choice(words.families), rng.choice(words.givens)
    part, digits = divmod(line, 10**words.phone_digits)
    a, b, c = words.phone_parts[part]
    number = (a, b, f"{c}{digits:0{words.phone_digits}d}")
    customer = Customer(
        brand=brand[0],
        trade=trade,
        form=rng.choice(words.forms),
        city=rng.choice(words.cities[region]),
        region=region,
        industry=industry,
        name="",
        contact=words.contact.format(family=family[0], given=given[0]),
        title=rng.choice(words.titles),
        phone=words.phones[0].format(a=a, b=b, c=number[2]),
        email=f"{given[1]}.{family[1]}@{brand[1]}.example",
        number=number,
        owner=rng.choice(sellers(settings, region)).name,
    )
    return replace(customer, name=_spell(words.company, customer))


def _spell(pattern: str, customer: Customer) -> str:
    return pattern.format(
        brand=customer.brand, trade=customer.trade, form=customer.form, city=customer.city
    )
