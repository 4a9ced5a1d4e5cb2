"""Words that the matcher knows: legal forms, regions, trade words, street words, mail providers.

They live in small text files in `data/`, one meaning a line, and are read once at import.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

# Names of the whole country in front of a company's name: compatible with every region in it.
COUNTRY = "中国"

_REGION_SUFFIXES = (
    "特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "自治州", "地区",
    "省", "市", "新区", "区", "县", "盟",
)  # fmt: skip


def _lines(name: str) -> Iterator[str]:
    text = resources.files(__package__).joinpath("data", name).read_text(encoding="utf-8")
    for line in text.splitlines():
        if line and not line.startswith("#"):
            yield line


def _spellings(name: str) -> dict[str, str]:
    """Return spelling → the first spelling of its line."""
    return {word: line.split()[0] for line in _lines(name) for word in line.split()}


def _regions() -> tuple[dict[str, str], dict[str, str]]:
    """Return (spelling → region, region → the region that it lies in)."""
    names: dict[str, str] = {}
    inside: dict[str, str] = {}
    chinese = True
    for line in _lines("regions.txt"):
        own, _, places = line.partition("|")
        spellings = own.split()
        first = spellings[0]
        chinese = chinese and first != "usa"
        names.update(dict.fromkeys(spellings, first))
        if chinese and first != COUNTRY:
            inside[first] = COUNTRY
        for place in places.split(","):
            words = place.split()
            if words:
                names.update({word: words[0] for word in words if len(word) > 1})
                inside[words[0]] = first
    for line in _lines("areas.txt"):
        area, _, provinces = line.partition("|")
        names[area.strip()] = area.strip()
        inside[area.strip()] = COUNTRY
        inside.update(dict.fromkeys(provinces.split(), area.strip()))
    for name in [name for name in names if not name.isascii() and len(name) > 1]:
        for suffix in _REGION_SUFFIXES:
            names.setdefault(name + suffix, names[name])
    return names, inside


LEGAL_FORMS = _spellings("legal_forms.txt")
TRADE_WORDS = _spellings("trade_words.txt")
STREET_WORDS = _spellings("streets.txt")
DEAL_WORDS = frozenset(_spellings("deal_words.txt"))
BLANKS = frozenset(_spellings("blanks.txt"))
FREE_MAIL = frozenset(_spellings("free_mail.txt"))
REGIONS, _INSIDE = _regions()


def region_of(text: str) -> str:
    """Return the region that a word names, "" where it names none that is known."""
    return REGIONS.get(text, "")


def region_line(region: str) -> tuple[str, ...]:
    """Return a region and all that it lies in: 深圳 → (深圳, 广东, 华南, 中国)."""
    line = [region]
    while line[-1] in _INSIDE:
        line.append(_INSIDE[line[-1]])
    return tuple(line)


def regions_conflict(left: str, right: str) -> bool:
    """Say whether two known regions exclude each other: neither lies in the other."""
    return left not in region_line(right) and right not in region_line(left)
