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
FILE_FOREIGN = Reason(
    "tabs.file_foreign",
    "{file} in the folder of owner files is not ours and was left alone; rename it, or name "
    "another folder under `summary.owner_files`",
    "个人文件夹中的 {file} 不是本产品生成的文件，已保持原样；请改名，或在 "
    "`summary.owner_files` 中另选文件夹",
)
FILE_LEFT = Reason(
    "tabs.file_left",
    "{people:list} have left the team; their files stay as they are: {files:list}",
    "{people:list} 已不在团队，其个人文件保持原样：{files:list}",
)
REASONS = (WEEKLY_MANY, BOARDS_MANY, FILE_FOREIGN, FILE_LEFT)
