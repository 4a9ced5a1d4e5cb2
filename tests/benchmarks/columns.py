"""What the columns of a foreign table mean to the matcher, from their headers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import cast

from rules.dedupe import ROLES, Role
from sync.fields import header_aliases, normal_header

_WORDS: dict[Role, str] = {
    "customer": "company|organisation|organization|business|firm|employer|restaurant|hotel|shop",
    "person": "full name|person|姓名",
    "given": "given name|first name|fname|forename|given|名",
    "family": "surname|last name|lname|family name|sname|姓",
    "date": "date of birth|birth date|birthday|dob|born|出生日期",
    "id": "soc sec id|ssn|social security|national id|nhs number|passport|身份证|身份证号",
    "registration": "tax id|vat|vat number|duns|company number|税号|统一社会信用代码",
    "street": "address|street|addr|street address|address line|street name|地址",
    "number": "street number|house number|street no|number|st num",
    "city": "city|suburb|town|post town|locality|place|城市",
    "postcode": "postcode|zip|zip code|postal code|post code|邮编",
    "phone": "telephone|tel|phone no|fax",
    "contact": "author|authors|artist",
    "region": "state|province|region|county|country|地区|省份",
    "type": "type|cuisine|category|sex|gender|kind",
}
_OF_FIELD: dict[str, Role] = {
    "customer": "customer",
    "contact": "contact",
    "phone": "phone",
    "email": "email",
    "region": "region",
    "need": "title",
    "product": "title",
}
_PEOPLE = frozenset({"date", "given", "family", "id"})
_WHO = frozenset({"customer", "person", "given", "family"})
# what a header may end with, for want of a better word: BusinessName, registered address, 店铺名称
_ENDS: dict[str, Role] = {"address": "street", "地址": "street"}
_NAMES = ("name", "title", "名称")


def recognise(headers: Iterable[str]) -> dict[str, Role]:
    """Return header → role for the headers that are known; ids of records are left out.

    A column `name` is a title where there is a customer, a person where other columns are those of
    people, else a company or place. Where no column says who, the first one whose header ends with
    `name` or `title` does.
    """
    known: dict[str, Role] = {}
    for role, words in _WORDS.items():
        known.update({normal_header(word): role for word in words.split("|")})
    strong, _ = header_aliases()
    fields = {header: field for header, (field, _) in strong.items()}
    found: dict[str, Role] = {}
    titles: list[str] = []
    headers = list(headers)
    for header in headers:
        plain = re.sub(r"\d+$", "", normal_header(header))
        field = fields.get(plain, "")
        meant = known.get(plain) or known.get(plain.removesuffix("name")) or _OF_FIELD.get(field)
        meant = meant or next((role for end, role in _ENDS.items() if plain.endswith(end)), None)
        if meant:
            found[header] = meant
        elif field == "name" or plain == "name":
            titles.append(header)
    for header in titles:
        given = set(found.values())
        named = "person" if given & _PEOPLE else "customer"
        found[header] = "title" if "customer" in given else cast("Role", named)
    if not _WHO & set(found.values()):
        others = (name for name in headers if name not in found)
        best = next((name for name in others if normal_header(name).endswith(_NAMES)), None)
        if best:
            found[best] = "customer"
    return found


def named(text: str, headers: Iterable[str]) -> dict[str, Role]:
    """Read `name=customer,street=address`: column and role in either order.

    Raises:
        ValueError: neither side is a column, or the other side is no role.
    """
    columns = set(headers)
    found: dict[str, Role] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        left, _, right = (word.strip() for word in part.partition("="))
        for column, role in ((left, right), (right, left)):
            if column in columns and _role(role):
                found[column] = _role(role)
                break
        else:
            raise ValueError(
                f"`{part}`: expected COLUMN=ROLE with a column of {sorted(columns)} "
                f"and a role of {sorted(ROLES)}"
            )
    return found


_ALSO: Mapping[str, str] = {
    "address": "street", "suburb": "city", "town": "city", "zip": "postcode", "name": "customer",
    "company": "customer", "place": "customer", "birth": "date", "dob": "date", "state": "region",
    "surname": "family", "need": "title", "product": "title", "category": "type", "ssn": "id",
}  # fmt: skip


def _role(word: str) -> Role:
    """The role that a word names, "" where it names none."""
    return cast("Role", word if word in ROLES else _ALSO.get(word, ""))
