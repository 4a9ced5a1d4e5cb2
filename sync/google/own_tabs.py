"""Generated tabs: found by our mark, added once, redrawn in place when their content changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync.google.book import Book
from sync.google.client import SheetsClient
from sync.google.ground import TabPlace, ground
from sync.google.marks import Request, by_id, mark_tab, tab_id, unmark
from sync.google.values import look
from sync.google.view import requests
from sync.plan import Plan
from sync.store import Refused, Stale
from sync.view import SheetView


def draw(views: Sequence[SheetView], book: Book, places: Mapping[str, TabPlace]) -> list[Request]:
    """Return what makes the spreadsheet show generated tabs.

    Args:
        views: those whose content changed.
        book: the spreadsheet as it was read.
        places: tab name → where links lead to.

    Raises:
        Refused: a tab of the team has the name of one that has to be added.
    """
    return [request for view in views for request in _draw(view, book, places)]


def require_unanswered(client: SheetsClient, plan: Plan, book: Book) -> None:
    """Look once more at the tabs that people type into, before they are redrawn.

    Args:
        client: of the spreadsheet.
        plan: with the generated tabs that will be redrawn.
        book: the spreadsheet as it was read.

    Raises:
        Stale: somebody answered since.
    """
    standing = book.answered(plan.layout)
    keys = [view.key for view in plan.tabs if view.key in standing]
    now = look(client, [by_id(tab_id(key)) for key in keys]) if keys else []
    if [one.rows for one in now] != [standing[key] for key in keys]:
        raise Stale("somebody has just answered", zh="期间有人作了答复")


def _draw(view: SheetView, book: Book, places: Mapping[str, TabPlace]) -> list[Request]:
    standing = book.own_tab(view.key)
    mark = tab_id(view.key)
    if standing is not None:
        return [
            *requests(view, ground(standing.id, standing, book, places)),
            unmark(mark),
            mark_tab(standing.id, view.key, view.content_hash()),
        ]
    _require_free(view.name, book)
    taken = {sheet.id for sheet in book.sheets}
    # its own id is chosen, too; a tab that lost its mark keeps it from us
    number = next(n for n in (mark, *range(mark + 1, mark + 2 + len(taken))) if n not in taken)
    return [
        {"addSheet": {"properties": {"sheetId": number, "title": view.name}}},
        *requests(view, ground(number, None, book, places)),
        mark_tab(number, view.key, view.content_hash()),
    ]


def _require_free(name: str, book: Book) -> None:
    if any(sheet.title.casefold() == name.casefold() for sheet in book.sheets):
        raise Refused(
            f"the spreadsheet has a tab {name} that is not ours; rename it, or give the generated "
            "tab another name in the rules file",
            zh=f"表格中已有团队自己的工作表“{name}”；请改名，或在规则文件中另取汇总页名称",
        )
