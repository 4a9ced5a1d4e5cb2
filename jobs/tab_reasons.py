"""What is told about generated tabs and files."""

from __future__ import annotations

from sync.say import Reason

WEEKLY_MANY = Reason(
    "tabs.weekly_many",
    "{count} weekly reports stand in the spreadsheet, the oldest of {week}; delete those that "
    "nobody needs, or raise `summary.weekly_tabs`",
    "表格中已有 {count} 页周报，最早的是 {week}；不需要的可自行删除，或调高 `summary.weekly_tabs`",
)
REASONS = (WEEKLY_MANY,)
