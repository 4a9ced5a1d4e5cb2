"""The terminal: reports as people see them, and plain text for whatever reads a pipe."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from rich.console import Console, RenderableType
from rich.progress import Progress, SpinnerColumn, TextColumn

from sync.say import Language
from sync.store import Store
from templates.terminal.plain import WIDTH, plain

_STEPS = {
    "read": ("读取表格", "reading the table"),
    "decide": ("执行规则", "applying the rules"),
    "summary": ("生成汇总", "drawing the summary"),
    "review": ("整理待复核", "listing what to review"),
    "weekly": ("生成周报", "drawing the weekly report"),
    "owner_files": ("整理个人文件", "preparing the owner files"),
    "boards": ("生成个人看板", "drawing the boards"),
    "write": ("写回表格", "writing back"),
    "replay": ("重演历史", "replaying the past"),
    "remember": ("记录历史", "recording the history"),
}


def console(*, err: bool = False) -> Console:
    """Return the terminal, of a steady width when it is piped; text from cells is never markup."""
    shown = Console(stderr=err, highlight=False, markup=False, emoji=False)
    if not shown.is_terminal:
        shown.width = WIDTH
    return shown


def tell(*shown: RenderableType, style: str | None = None) -> None:
    """Print reports; in a pipe sentences stay on one line and lines have no trailing blanks.

    Args:
        shown: sentences and reports in their order, each on lines of its own.
        style: of all of them, as rich names it.
    """
    terminal = console()
    if terminal.is_terminal:
        terminal.print(*shown, style=style, sep="\n")
        return
    click.echo(plain(*shown))


_REQUESTS = {
    "zh": "Google 请求：读 {read} 次，写 {write} 次，等待配额 {waited:.0f} 秒；"
    "目前还可读 {reads} 次、写 {writes} 次",
    "en": "Requests to Google: {read} to read, {write} to write, {waited:.0f} s waited for the "
    "quota; free now: {reads} to read, {writes} to write",
}


def tell_requests(store: Store, language: Language) -> None:
    """Print what was spent of Google's quota; of a workbook there is nothing to tell."""
    from sync.google.store import GoogleStore

    if isinstance(store, GoogleStore):
        budget = store.budget
        left = {"reads": budget.left("read"), "writes": budget.left("write")}
        tell(_REQUESTS[language].format(waited=budget.waited, **budget.spent, **left), style="dim")


class Steps:
    """The step that is under way, shown on a terminal while work goes on."""

    def __init__(self, progress: Progress | None, language: Language) -> None:
        self._progress = progress
        self._language = language
        self._task = progress.add_task("") if progress else None

    def __call__(self, name: str) -> None:
        """Tell the name of the step that begins."""
        if self._progress is not None and self._task is not None:
            words = _STEPS[name][0 if self._language == "zh" else 1]
            self._progress.update(self._task, description=words)

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Leave the terminal to somebody else, for a question."""
        if self._progress is None:
            yield
            return
        self._progress.stop()
        yield
        self._progress.start()


@contextmanager
def steps(language: Language) -> Iterator[Steps]:
    """Show the step that is under way, on a terminal only.

    Args:
        language: of its name.
    """
    terminal = console(err=True)
    if not terminal.is_terminal:
        yield Steps(None, language)
        return
    with Progress(
        SpinnerColumn(), TextColumn("{task.description}"), console=terminal, transient=True
    ) as progress:
        yield Steps(progress, language)


def can_ask() -> bool:
    """Return whether somebody sits at the terminal who can answer a question."""
    return sys.stdin.isatty()
