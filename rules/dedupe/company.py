"""Take company names apart: region, brand 字号, trade words, legal form, branch 分公司."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rules.dedupe.lexicon import COUNTRY, LEGAL_FORMS, REGIONS, TRADE_WORDS, region_of
from rules.dedupe.normalise import plain

_CJK = "\u3400-\u9fff\uf900-\ufaff\u3040-\u30ff\uac00-\ud7a3"
_PIECES = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_HAS_CJK = re.compile(rf"[{_CJK}]")
_BRACKETED = re.compile(r"[(\[{<【《「]([^)\]}>】》」]*)[)\]}>】》」]?")
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.\s?){2,}(?:[^\W\d_]\b)?")
_BRANCH = re.compile(
    rf"(?P<head>.*?)(?P<place>[{_CJK}\d]{{0,8}}?)(?:第[一二三四五六七八九十\d]+)?"
    r"(?P<kind>分公司|分行|支行|分店|分部|营业部|办事处|代表处|分校|分院)$"
)
_LATIN_BRANCH = re.compile(
    r"\b(?P<place>\w+)\s+(?:branch|representative office|rep office)\b(?:\s+office)?"
)
# A district after a known city: 深圳市南山区某某商贸 → 某某商贸
_DISTRICT = re.compile(rf"^[{_CJK}]{{2,3}}?(?:新区|开发区|区|县|镇)(?=[{_CJK}]{{2}})")
_SMALL = frozenset({"the", "and", "of", "for"})
_NUMBER = re.compile(r"\d+|第[一二三四五六七八九十百]+|(?<![a-z])[a-z](?![a-z])")

_CHINESE_FORMS = sorted((w for w in LEGAL_FORMS if _HAS_CJK.search(w)), key=len, reverse=True)
_FORM_ENDS = frozenset(word[-1] for word in _CHINESE_FORMS)
_CHINESE_TRADES = sorted((w for w in TRADE_WORDS if _HAS_CJK.search(w)), key=len, reverse=True)
_TRADES_BY_HEAD: dict[str, list[str]] = {}
for _word in _CHINESE_TRADES:
    _TRADES_BY_HEAD.setdefault(_word[0], []).append(_word)
_LONGEST_REGION = max(len(word) for word in REGIONS if _HAS_CJK.search(word))
_REGION_HEADS = frozenset(word[:2] for word in REGIONS if _HAS_CJK.search(word))


@dataclass(frozen=True, slots=True)
class Company:
    """A company's name in parts.

    Attributes:
        brand: what is left when everything else is taken away, in order; a Chinese character or a
            Latin word each.
        trades: trade words under their first spelling, in order.
        region: the narrowest region named, "" where none.
        form: legal form under its first spelling, "" where none.
        branch: the place of a branch, "" for a head office.
        chinese, latin: whether the brand is written in that script.
        text: the whole name in letters and digits, legal form included.
        initials: of the Latin words that are neither region nor legal form.
        number: numbers and single letters in it: 第二医院 is not 第三医院, client A not client B.
    """

    brand: tuple[str, ...]
    trades: tuple[str, ...]
    region: str
    form: str
    branch: str
    chinese: bool
    latin: bool
    text: str
    initials: str = ""
    number: str = ""

    @property
    def core(self) -> str:
        """Brand and trade words as one text."""
        return _join(self.brand + self.trades)


def _join(words: tuple[str, ...]) -> str:
    return "".join(word if _HAS_CJK.match(word) else f" {word} " for word in words).strip()


# customers are taken apart as names of companies and again as parts of titles
@lru_cache(maxsize=1 << 16)
def parse(name: str) -> Company:
    """Take a folded name (see `normalise.folded`) apart.

    `深圳市华讯(集团)科技有限公司上海分公司` has region 深圳, brand 华讯, trades 集团 and 科技, form
    有限公司 and branch 上海. A brand that would be left empty takes the region, then the trade
    words: 北京银行 and 上海电气 stay themselves.
    """
    bare = plain(name).replace("'", "").replace("’", "")
    text = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", bare)
    text, branch = _cut_branch(text)
    inner = " ".join(_BRACKETED.findall(text))
    found = _PIECES.findall(_BRACKETED.sub(r" \1 ", text))
    whole = "".join(_PIECES.findall(name))
    brand: list[str] = []
    trades: list[str] = []
    regions: list[str] = []
    forms: list[str] = []
    for piece in found:
        if _HAS_CJK.match(piece):
            _take_chinese(piece, brand, trades, regions, forms)
        else:
            _take_latin(piece, bool(brand), piece in inner, (brand, trades, regions, forms))
    if not brand and regions:
        brand = list(regions[-1]) if _HAS_CJK.match(regions[-1]) else [regions[-1]]
        regions = regions[:-1]
    if not brand:
        brand, trades = trades, []
    specific = [region for region in regions if region != COUNTRY]
    return Company(
        tuple(brand),
        tuple(dict.fromkeys(trades)),
        (specific or regions or [""])[-1],
        forms[0] if forms else "",
        branch,
        any(_HAS_CJK.match(word) for word in brand),
        any(not _HAS_CJK.match(word) for word in brand),
        whole,
        "".join(
            piece[0]
            for piece in found
            if not is_chinese(piece)
            and piece not in REGIONS
            and piece not in LEGAL_FORMS
            and piece not in _SMALL
        ),
        " ".join(_NUMBER.findall(text)),
    )


def acronym(name: Company) -> str:
    """Return the initials of a Latin name of three words or more, "" for others."""
    return name.initials if len(name.initials) >= 3 else ""


def pieces(text: str) -> list[str]:
    """Return runs of Chinese characters, and Latin words."""
    return _PIECES.findall(text)


def is_chinese(piece: str) -> bool:
    """Say whether a piece begins with a Chinese character."""
    return bool(_HAS_CJK.match(piece))


def _cut_branch(text: str) -> tuple[str, str]:
    """Return (name of the head office, place of the branch)."""
    found = _BRANCH.fullmatch(text)
    if found:
        head = found["head"] + found["place"]
        for form in _CHINESE_FORMS:
            before, cut, after = head.rpartition(form)
            if cut and before:
                return before + cut, _place(after) or found["kind"]
        for size in range(min(_LONGEST_REGION, len(head) - 2), 1, -1):
            if region_of(head[-size:]):
                return head[:-size], region_of(head[-size:])
        return head, found["kind"]
    latin = _LATIN_BRANCH.search(text)
    if latin:
        return (text[: latin.start()] + text[latin.end() :]).strip(" ,-"), _place(latin["place"])
    return text, ""


def _place(text: str) -> str:
    return region_of(text) or text


def _take_chinese(
    piece: str, brand: list[str], trades: list[str], regions: list[str], forms: list[str]
) -> None:
    """Sort a run of Chinese characters into the four lists."""
    for form in _CHINESE_FORMS if piece[-1] in _FORM_ENDS else ():
        if piece.endswith(form) and (len(piece) > len(form) or brand or trades):
            forms.append(LEGAL_FORMS[form])
            piece = piece[: -len(form)]
            break
    while (size := _region_prefix(piece)) and (len(piece) > size or brand):
        regions.append(region_of(piece[:size]))
        piece = _DISTRICT.sub("", piece[size:])
    at = 0
    while at < len(piece):
        trade = next((w for w in _TRADES_BY_HEAD.get(piece[at], ()) if piece.startswith(w, at)), "")
        if trade:
            trades.append(TRADE_WORDS[trade])
        else:
            brand.append(piece[at])
        at += len(trade) or 1


def _region_prefix(piece: str) -> int:
    """Return how many characters in front name a region (of two or more), 0 where none do."""
    if piece[:2] in _REGION_HEADS:
        for size in range(min(_LONGEST_REGION, len(piece)), 1, -1):
            if piece[:size] in REGIONS:
                return size
    return 0


def _take_latin(
    word: str,
    later: bool,
    bracketed: bool,
    lists: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    """Sort a Latin word into the four lists; a legal form never stands first."""
    brand, trades, regions, forms = lists
    if word in LEGAL_FORMS and (later or trades or regions):
        forms.append(LEGAL_FORMS[word])
    elif word in TRADE_WORDS:
        trades.append(TRADE_WORDS[word])
    elif len(word) > 1 and word in REGIONS and (later or bracketed or len(word) > 3):
        regions.append(REGIONS[word])
    else:
        brand.append(word)
