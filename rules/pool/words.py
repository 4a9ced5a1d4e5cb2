"""What the pool says, in both languages."""

from __future__ import annotations

from sync.say import Reason

KEPT = Reason(
    "pool.kept",
    "{owner} keeps it until {date:date}: {after:span} without follow-up since {since:date}",
    "{owner} 可保留至 {date:date}（自 {since:date} 起 {after:span} 未跟进则收回）",
)
RETURNED = Reason(
    "pool.returned",
    "{owner} did not follow up for {after:span} since {since:date}; it went back to the pool",
    "{owner} 自 {since:date} 起超过 {after:span} 未跟进，已收回公海",
)
SOON = Reason(
    "pool.soon",
    "soon going back to the pool without a follow-up, of {owner}: {count}",
    "{owner} 有 {count} 条商机即将收回公海，请尽快跟进",
)
DUE = Reason(
    "pool.due",
    "due to go back to the pool, of {owner}: {count}",
    "{owner} 有 {count} 条商机已到收回公海的期限",
)
GONE = Reason(
    "pool.gone",
    "went back to the pool, of {owner}: {count}",
    "{owner} 有 {count} 条商机已收回公海",
)
HOPS = Reason(
    "pool.hops",
    "went back to the pool {hops} times already, so a manager decides: {count}",
    "{count} 条商机已收回公海 {hops} 次，请主管决定去留",
)
NO_WORD = Reason(
    "pool.no_word",
    "rule `{stanza}`: `unassigned` names no word for the pool, so nothing can be written there",
    "规则 `{stanza}`：`unassigned` 没有写表示公海的词，无法填写",
)

REASONS = (KEPT, RETURNED, SOON, DUE, GONE, HOPS, NO_WORD)
