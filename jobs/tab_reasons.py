"""What is told about generated tabs and files."""

from __future__ import annotations

from sync.say import Reason

WEEKLY_MANY = Reason(
    "tabs.weekly_many",
    "{count} weekly reports stand in the spreadsheet, the oldest of {week}; delete those that "
    "nobody needs, or raise `summary.weekly_tabs`",
    "表格中已有 {count} 页周报，最早的是 {week}；不需要的可自行删除，或调高 `summary.weekly_tabs`",
)
BOARDS_MANY = Reason(
    "tabs.boards_many",
    "{count} people have open deals, more than the {most} boards that are made; name those who "
    "shall have one under `summary.owners`",
    "有在途商机的共 {count} 人，超过可生成的 {most} 页看板；请在 `summary.owners` 中列出需要的人",
)
REASONS = (WEEKLY_MANY, BOARDS_MANY)
