"""What the score says, in both languages."""

from __future__ import annotations

from sync.say import Reason

GIVEN = Reason(
    "score.given",
    "{score} points for {parts:fields}",
    "{score} 分：{parts:fields}",
)
WORN = Reason(
    "score.worn",
    "{score} points for {parts:fields}, after {lost:percent} lost to time",
    "{score} 分：{parts:fields}，已随时间扣减 {lost:percent}",
)
NOTHING = Reason("score.nothing", "no points", "未得分")
GRADE = Reason(
    "score.grade",
    "{score} points; {grade} begins at {least}",
    "{score} 分，{grade} 级自 {least} 分起",
)
NO_COLUMN = Reason(
    "score.missing_column",
    "the sheet has no column for {fields:fields}; points for it are never given",
    "表中没有「{fields:fields}」列，相应的分不会计入",
)

REASONS = (GIVEN, WORN, NOTHING, GRADE, NO_COLUMN)

CAP = {"zh": "「{group}」上限", "en": "cap of “{group}”"}
"""What a line of the sum says where a group gave more than it may."""
DECAY = {"zh": "随时间扣减", "en": "lost to time"}
"""What a line of the sum says for the points that have worn off."""
