"""What a column may mean to the matcher, and how a column of each role is compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

import pandas as pd

from rules.dedupe import normalise
from rules.dedupe.evidence import Compared
from rules.dedupe.names import Names
from rules.dedupe.normalise import Coded, folded
from rules.dedupe.places import Region, Street
from rules.dedupe.titles import Titles
from rules.dedupe.values import Email, SwappedNames, Trait, Values

Role = Literal[
    "customer", "title", "person", "contact", "given", "family", "date", "id",
    "registration", "phone", "email", "street", "number", "city", "postcode", "region", "type",
]  # fmt: skip

_TRAITS: dict[Role, Trait] = {
    "person": Trait("who", 12, 6, "words", key=True),
    "contact": Trait("person", 9, 1, "words", near=0.5),
    "given": Trait("who", 7, 4, "words", near=0.5),
    "family": Trait("who", 10, 5, "words", near=0.5),
    "date": Trait("when", 13, 6, "digits", near=0.6, key=True),
    "id": Trait("who", 16, 6, "digits", near=0.6, key=True),
    "registration": Trait("who", 16, 10, "digits", near=0.3, key=True, decisive=True),
    "phone": Trait("contact", 16, 1, "exact", key=True),
    "number": Trait("where", 7, 3, "digits", near=0.3),
    "city": Trait("where", 7, 2.5, "words"),
    "postcode": Trait("where", 9, 2.5, "digits", near=0.5),
    "type": Trait("what", 3, 0.5, "exact"),
}
_MORE: dict[Role, Callable[[Coded], Compared]] = {
    "customer": Names,
    "title": Titles,
    "email": Email,
    "street": Street,
    "region": Region,
}
_BEFORE: dict[Role, Callable[[str], str]] = {
    "phone": normalise.phone,
    "person": lambda text: " ".join(sorted(normalise.words(normalise.plain(text)).split())),
    "given": normalise.plain,
    "family": normalise.plain,
    "city": normalise.plain,
}
ROLES: tuple[Role, ...] = (*_MORE, *_TRAITS)


def fold_column(column: pd.Series[Any], role: Role) -> Coded:
    """Return a column normalised as its role asks; what then is equal is equal to the matcher."""
    coded = folded(column)
    return coded.map(_BEFORE[role]) if role in _BEFORE else coded


def ready(
    columns: Mapping[str, Coded], roles: Mapping[str, Role]
) -> dict[tuple[str, ...], Compared]:
    """Make folded columns ready for comparison.

    Args:
        columns: column name → folded column.
        roles: column name → role.

    Returns:
        Names of the columns that are compared together → how; given and family name are one.
    """
    made: dict[tuple[str, ...], Compared] = {}
    for name, column in columns.items():
        role = roles[name]
        made[name,] = Values(column, _TRAITS[role]) if role in _TRAITS else _MORE[role](column)
    given = next((name for name, role in roles.items() if role == "given"), None)
    family = next((name for name, role in roles.items() if role == "family"), None)
    if given and family:
        first, second = made.pop((given,)), made.pop((family,))
        if isinstance(first, Values) and isinstance(second, Values):
            made[given, family] = SwappedNames(first, second)
    return made
