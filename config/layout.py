"""Our own columns beside the table, and the highlights that they drive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from config.document import OWNED, WITH_THEIR_RULE, Document, HighlightOf, Owned
from rules.risk import LEVELS as RISKS
from rules.rule import Rule
from rules.stage_sla import LEVELS
from sync.plan import Highlight, Layout, OwnedColumn, OwnedKind, OwnTab
from sync.say import Language

# Owned column → its header in English and Chinese, before the prefix.
HEADERS: dict[str, tuple[str, str]] = {
    "id": ("id", "编号"),
    "status": ("status", "时效"),
    "due": ("due", "截止"),
    "stage_since": ("stage since", "阶段起始"),
    "earned_stage": ("earned stage", "应处阶段"),
    "current_handler": ("handler", "当前处理人"),
    "suggested_owner": ("suggested owner", "建议负责人"),
    "returns_on": ("returns on", "收回日期"),
    "duplicate_of": ("duplicate of", "重复于"),
    "risk": ("risk", "流失预警"),
    "score": ("score", "评分"),
    "score_grade": ("grade", "评级"),
    "tags": ("tags", "标签"),
    "win_probability": ("win %", "赢单预测%"),
    "next_action": ("next action", "下一步"),
    "why": ("why", "原因"),
}
PREFIXES: dict[Language, str] = {"en": "DK ", "zh": "管家·"}
_KINDS: dict[str, OwnedKind] = {
    "id": "id",
    "due": "date",
    "stage_since": "date",
    "returns_on": "date",
}
_WIDTHS = {"id": 12.0, "next_action": 28.0, "why": 72.0}
# A date may stand with its time: `2026-11-27 17:30`, or it shows as ####.
_KIND_WIDTHS: dict[OwnedKind, float] = {"date": 17.0}
# Owned column → its words, offered as a list.
_CHOICES = {"status": LEVELS, "risk": RISKS}
# Team columns that a rule may fill; `id` is added, never filled.
_FILLABLE = ("owner", "backup")
SUMMARY: dict[Language, str] = {"en": "DK Summary", "zh": "管理汇总"}
REVIEW: dict[Language, str] = {"en": "DK Review", "zh": "待复核"}
OWN_ROWS: dict[Language, str] = {"en": "My deals", "zh": "我的商机"}
BOARD: dict[Language, str] = {"en": "Board · {name}", "zh": "个人看板·{name}"}
WEEKLY: dict[Language, str] = {"en": "Weekly {week}", "zh": "周报 {week}"}


def layout(document: Document, rules: Sequence[Rule]) -> Layout:
    """Return the columns, highlights and generated tabs that a rules file asks for.

    Args:
        document: the validated file.
        rules: its stanzas; only a rule that decides a team column may fill it, and some of our
            columns stand there only where a rule decides them.
    """
    language = document.language
    used = [rule for rule in rules if rule.enabled]
    written = {key for rule in used for key in rule.writes()}
    if document.review is None:  # where nobody can answer, nothing waits for an answer
        filled = {key for rule in used for key in rule.writes() - rule.answered()}
    else:
        filled = written
    columns = tuple(
        _column(key, header, language)
        for key in OWNED
        if key in written or key not in WITH_THEIR_RULE
        if (header := _header(document.owned, key, language))
    )
    driven = any(column.key == "status" for column in columns)
    tabs = []
    if summary := document.summary:
        tabs.append(OwnTab("summary", summary.sheet or SUMMARY[language]))
    if review := document.review:
        tabs.append(OwnTab("review", review.sheet or REVIEW[language], answered=True))
    return Layout(
        columns,
        _highlights(document.highlight, language) if driven else (),
        tuple(key for key in _FILLABLE if key in filled),
        tuple(tabs),
    )


def _column(key: str, header: str, language: Language) -> OwnedColumn:
    kind = _KINDS.get(key, "text")
    width = _WIDTHS.get(key, _KIND_WIDTHS.get(kind, 14.0))
    choices = _words(_CHOICES[key], language) if key in _CHOICES else ()
    return OwnedColumn(key, header, kind, width, choices)


def _words(levels: Mapping[str, tuple[str, str]], language: Language) -> tuple[str, ...]:
    return tuple(words[language == "zh"] for words in levels.values())


def _header(owned: Owned, key: str, language: Language) -> str:
    """The header with its prefix, "" where the column is switched off."""
    given = getattr(owned, key)
    if given is False:
        return ""
    prefix = PREFIXES[language] if owned.prefix is None else owned.prefix
    word = given or HEADERS[key][language == "zh"]
    return word if word.startswith(prefix) else prefix + word


def _highlights(chosen: HighlightOf, language: Language) -> tuple[Highlight, ...]:
    """Strongest first: a row that matches two shows the first."""
    return tuple(
        Highlight(
            "status",
            LEVELS[level][language == "zh"],
            style.fill,
            style.color,
            style.bold,
            chosen.scope,
        )
        for level in ("escalated", "overdue", "due_soon")
        if (style := getattr(chosen, level)) is not None
    )
