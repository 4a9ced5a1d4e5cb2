"""`dealkeeper doctor --probe`: try on a scratch tab what we could not try without Google."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import click

from jobs.cli.screen import tell
from jobs.cli.session import Session
from jobs.stores import google_client
from sync.say import Language

if TYPE_CHECKING:  # what speaks with Google takes half a second to load
    from sync.google.probe import Finding, Verdict

_SIGNS: dict[Verdict, str] = {"held": "✓", "failed": "✗", "unknown": "?"}
_WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "workbook": "--probe 只用于 Google 表格；规则文件指定的是工作簿",
        "begin": "正在这份表格的试验页上逐项验证 {count} 项假设，试验页随后删除，其余内容不动"
        "（– 表示没有内容）：",
        "held": "{what}（看到 {seen}）",
        "failed": "{what}：不成立，看到 {seen}，应为 {expected}",
        "unknown": "{what}：无法判断（{seen}）",
        "sum": "成立 {held} 项，不成立 {failed} 项，无法判断 {unknown} 项",
        "or": " 或 ",
        "look": "请打开工作表“{tab}”，用眼睛核对（下次试验时自动删除，也可手工删除）：",
        "eyes": "另有 {count} 项只能用眼睛判断：加上 --keep 会把它们留在试验页上",
    },
    "en": {
        "workbook": "--probe tries a Google Sheet; the rules file names a workbook",
        "begin": "Trying {count} assumptions on a scratch tab of this spreadsheet, which is then "
        "deleted; nothing else is touched (– is a cell or a mark that is not there):",
        "held": "{what} (seen: {seen})",
        "failed": "{what}: did not hold; seen {seen}, expected {expected}",
        "unknown": "{what}: could not tell ({seen})",
        "sum": "{held} held, {failed} did not hold, {unknown} could not be told",
        "or": " or ",
        "look": "Look at these on the tab {tab} (the next probe deletes it, and so may you):",
        "eyes": "{count} more can only be judged by eye: --keep leaves them on the scratch tab",
    },
}


def probe_google(session: Session, *, keep: bool) -> bool:
    """Try the assumptions on the spreadsheet of a rules file, and tell each finding.

    Args:
        session: with the rules file.
        keep: leave the tab standing that people shall look at.

    Returns:
        Whether all held.

    Raises:
        UsageError: the rules file names no Google Sheet.
        StoreError: Google does not let us, or does not answer any more.
    """
    words, language = _WORDS[session.language], session.language
    if not session.rules_file.google_id:
        raise click.UsageError(words["workbook"])
    from sync.google.probe import ASSUMPTIONS, drawing, probe
    from sync.google.values import require_editor

    client = google_client(session.rules_file)
    require_editor(client)
    verdicts: Counter[Verdict] = Counter()

    def told(finding: Finding) -> None:
        verdicts[finding.verdict] += 1
        line = words[finding.verdict].format(
            what=finding.assumption.say(language),
            seen=finding.seen,
            expected=words["or"].join(finding.assumption.expects),
        )
        style = "" if finding.verdict == "held" else "yellow"
        tell(f"{_SIGNS[finding.verdict]} {line}", style=style)

    tell(words["begin"].format(count=len(ASSUMPTIONS)))
    kept = probe(client, language, told, keep=keep)
    tell(words["sum"].format(**{verdict: verdicts[verdict] for verdict in _SIGNS}))
    if kept:
        sentences = [f"○ {zh if language == 'zh' else en}" for en, zh in drawing.LOOK]
        tell(words["look"].format(tab=kept), *sentences)
    else:
        tell(words["eyes"].format(count=len(drawing.LOOK)))
    return set(verdicts) == {"held"}
