"""Try on a scratch tab of a real spreadsheet what could not be verified without Google.

Each assumption is a small function in one of the modules of topics; `ASSUMPTIONS` is found from
them, and docs/google.md is made from it.
"""

from __future__ import annotations

from collections.abc import Callable

from sync.google.client import SheetsClient
from sync.google.errors import Rejected, Unsure
from sync.google.probe import drawing, marks, ranges, tables, writing
from sync.google.probe.assumption import Assumption, CannotTell, Finding, Verdict
from sync.google.probe.scratch import Scratch
from sync.say import Language
from sync.store import StoreError, Unreachable

__all__ = ["ASSUMPTIONS", "Assumption", "Finding", "Verdict", "probe"]

TITLES: dict[Language, str] = {"zh": "管家·试验", "en": "Dealkeeper probe"}
ASSUMPTIONS: tuple[Assumption, ...] = tuple(
    found
    for topic in (marks, writing, ranges, tables, drawing)
    for found in vars(topic).values()
    if isinstance(found, Assumption)
)


def probe(
    client: SheetsClient,
    language: Language,
    found: Callable[[Finding], None],
    *,
    keep: bool = False,
) -> str:
    """Try every assumption, each on a blank tab of its own, which is taken away whatever happens.

    Args:
        client: of the spreadsheet; it must be allowed to edit it.
        language: of the tab's title.
        found: told of each finding as soon as there is one.
        keep: leave a tab standing with what only eyes can judge (`drawing.LOOK`); the next probe
            takes it away.

    Returns:
        The title of the tab that was kept, "" for none.

    Raises:
        StoreError: Google does not let us, or does not answer any more.
    """
    tab = Scratch(client, TITLES[language])
    kept = False
    try:
        for assumption in ASSUMPTIONS:
            found(_tried(assumption, tab.renew()))
        if keep:
            drawing.draw(tab.renew(), language)
            kept = True
    finally:
        if not kept:
            _cleared(tab)
    return tab.title if kept else ""


def _tried(assumption: Assumption, tab: Scratch) -> Finding:
    """What one trial shows; only what makes all further ones pointless is raised."""
    try:
        seen = assumption.trial(tab)
    except Rejected as error:
        return Finding(assumption, "failed", str(error.status))
    except CannotTell as error:
        return Finding(assumption, "unknown", str(error))
    except (Unsure, LookupError, ValueError) as error:  # no answer, or one of another form
        return Finding(assumption, "unknown", type(error).__name__)
    return Finding(assumption, "held" if seen in assumption.expects else "failed", seen)


def _cleared(tab: Scratch) -> None:
    try:
        tab.clear()
    except StoreError as error:
        raise Unreachable(
            f"the tab {tab.title} could not be taken away ({error}); the next probe does it",
            zh=f"未能删除工作表“{tab.title}”（{error.say('zh')}）；下次试验时会自动删除",
        ) from error
