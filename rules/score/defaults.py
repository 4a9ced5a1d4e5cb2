"""Points and tags of a rules file that names none of its own, in words of both languages."""

from __future__ import annotations

from collections.abc import Mapping

from rules.score.points import Line
from rules.score.tags import Tag
from sync.say import Language

_LEADERS = ["总", "董事", "院长", "校长", "主任", "局长", "chief", "ceo", "cfo", "cto", "cio",
            "coo", "president", "director", "founder", "owner", "head of", "vp"]  # fmt: skip
_MANAGERS = ["经理", "部长", "处长", "科长", "主管", "manager", "lead", "head"]
_HIGH = ["高", "很高", "紧急", "非常紧急", "急", "high", "urgent", "critical", "asap"]
_MIDDLE = ["中", "一般", "较急", "medium", "normal"]
_REFERRED = [
    "转介绍",
    "介绍",
    "推荐",
    "老客户",
    "referral",
    "referred",
    "existing",
    "word of mouth",
]

POINTS = tuple(
    Line.model_validate(line)
    for line in (
        {"when": {"title": {"contains": _LEADERS}}, "points": 20, "group": "title"},
        {"when": {"title": {"contains": _MANAGERS}}, "points": 10, "group": "title"},
        {"when": {"decision_maker": True}, "points": 10},
        {"when": {"budget": {"more_than": 0}}, "points": 15},
        {"when": {"urgency": _HIGH}, "points": 15},
        {"when": {"urgency": _MIDDLE}, "points": 8},
        {"when": {"source": {"contains": _REFERRED}}, "points": 10},
        {"when": {"last_activity": {"within": "14 days"}}, "points": 20, "group": "recency"},
        {"when": {"last_activity": {"within": "30 days"}}, "points": 10, "group": "recency"},
        {"when": {"next_step": True}, "points": 10},
    )
)
"""They make 100 together."""
CAPS: Mapping[str, float] = {"title": 20, "recency": 20}

_WORDS: Mapping[Language, tuple[str, str, str]] = {
    "zh": ("高意向", "需跟进", "易流失"),
    "en": ("keen", "follow up", "at risk"),
}


def tags(best: str, language: Language) -> tuple[Tag, ...]:
    """Return the usual tags.

    Args:
        best: the best grade.
        language: `zh` or `en`.
    """
    keen, waiting, leaving = _WORDS[language]
    lines = (
        (keen, {"score_grade": [best]}),
        (waiting, {"last_activity": {"older_than": "7 days"}}),
        (leaving, {"risk": ["高", "High"]}),
        (leaving, {"last_activity": {"older_than": "30 days"}}),
    )
    return tuple(Tag.model_validate({"tag": tag, "when": when}) for tag, when in lines)
