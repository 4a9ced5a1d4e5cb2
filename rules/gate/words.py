"""What the gates say, in both languages."""

from __future__ import annotations

from sync.say import Reason

# Why a stage was not earned: to a person about a row, and to a manager about several.
HELD = {
    "skipped": Reason(
        "gate.skipped",
        "“{claimed}” skips a stage; “{stage}” counts until the ones between are done",
        "「{claimed}」跳过了中间阶段，仍按「{stage}」计时",
    ),
    "returned": Reason(
        "gate.returned",
        "“{claimed}” lies before “{stage}”, which was reached already and still counts",
        "「{claimed}」早于已到达的「{stage}」，仍按「{stage}」计时",
    ),
    "missing": Reason(
        "gate.missing",
        "“{claimed}” needs {fields:fields}; until then “{stage}” counts",
        "进入「{claimed}」须先填写「{fields:fields}」，仍按「{stage}」计时",
    ),
}
FOUND = {
    "skipped": Reason(
        "gate.found.skipped",
        "moved from “{stage}” to “{claimed}”, skipping a stage: {count}",
        "{count} 条商机从「{stage}」跳到「{claimed}」，跳过了中间阶段",
    ),
    "returned": Reason(
        "gate.found.returned",
        "moved back from “{stage}” to “{claimed}”: {count}",
        "{count} 条商机从「{stage}」退回「{claimed}」",
    ),
    "missing": Reason(
        "gate.found.missing",
        "moved to “{claimed}” without {fields:fields}: {count}",
        "{count} 条商机进入「{claimed}」，但未填写「{fields:fields}」",
    ),
}
INCOMPLETE = Reason(
    "gate.incomplete",
    "open opportunities in “{stage}” without {fields:fields}: {count}",
    "{count} 条「{stage}」商机未填写「{fields:fields}」",
)
NO_COLUMN = Reason(
    "gate.missing_column",
    "the sheet has no column for {fields:fields}, which a gate of the rules file requires",
    "表中没有「{fields:fields}」列，而规则文件的推进条件要求填写",
)
NO_STAGES = Reason(
    "gate.no_stages",
    "rule `{stanza}`: a gate stands between two stages, and `stages` does not name two",
    "规则 `{stanza}`：`stages` 不足两个阶段，没有可检查的推进",
)

REASONS = (*HELD.values(), *FOUND.values(), INCOMPLETE, NO_COLUMN, NO_STAGES)
