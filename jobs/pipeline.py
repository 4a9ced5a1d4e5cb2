"""A spreadsheet's path through a run: read, decide, plan, guard, apply, remember."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from config.load import RulesFile
from jobs import guard, identity
from jobs.drawn import for_managers, with_tabs
from jobs.examples import require_passed
from jobs.history import History, RunRecord
from jobs.lasting import hashes, lasting
from jobs.others import with_others
from jobs.planner import Prepared, make_plan
from jobs.unchanged import note
from sync.excel.store import ExcelStore
from sync.excel.summary_file import SummaryFile
from sync.heap import give_back
from sync.plan import Plan
from sync.say import Reason, say
from sync.store import Busy, Receipt, Stale, Store, StoreError
from templates.review import typed

log = logging.getLogger(__name__)

# How often a run starts again because the spreadsheet changed under it.
ATTEMPTS = 3
CHANGING = Reason(
    "pipeline.changing",
    "the spreadsheet kept changing during {attempts} attempts; nothing was written, "
    "try again later",
    "运行期间表格一直在变化，已重试 {attempts} 次；未写入任何内容，请稍后再试",
)
Step = Callable[[str], None]


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """What a run did.

    Attributes:
        prepared: the plan and what it came from.
        receipt: what was written; None where nothing had to be.
        first: whether it was the first run on this spreadsheet.
    """

    prepared: Prepared
    receipt: Receipt | None
    first: bool


def pending(prepared: Prepared) -> bool:
    """Return whether a plan would change anything in the spreadsheet, or in files beside it."""
    return _touches(prepared.plan) or any(file.is_new for file in prepared.files)


def _touches(plan: Plan) -> bool:
    return plan.cells > 0 or bool(plan.tabs)


def prepare(
    store: Store,
    rules_file: RulesFile,
    history: History,
    now: pd.Timestamp,
    *,
    step: Step = lambda _: None,
) -> Prepared:
    """Read the spreadsheet and make the plan; nothing is written anywhere.

    Args:
        store: the spreadsheet, lock taken.
        rules_file: what the admin says.
        history: what earlier runs left.
        now: the moment, naive local time in the rules file's zone; the spreadsheet's own zone wins.
        step: told the name of each step (`read`, `decide`, then the key of each generated tab).

    Raises:
        ConfigErrors: the rules do not do what the tests of the rules file say.
        Refused: the ids were torn from their rows.
        StoreError: the spreadsheet cannot be read.
    """
    prepared = decide(store, rules_file, history, now, step=step)
    table, rules_file = prepared.table, rules_file.in_zone(prepared.table.zone)
    standing = {key: tab.content for key, tab in table.tabs.items()}
    if own := rules_file.summary_path:
        standing |= {"summary": "", **SummaryFile(own).contents()}
    return with_tabs(prepared, rules_file, standing, step)


def decide(
    store: Store,
    rules_file: RulesFile,
    history: History,
    now: pd.Timestamp,
    *,
    step: Step = lambda _: None,
) -> Prepared:
    """Read the spreadsheet and decide; no generated tab is made.

    Args and errors are those of `prepare`.
    """
    require_passed(rules_file)
    step("read")
    known = history.known()
    table = with_others(store.read(), rules_file, now)
    now = moved(now, rules_file.settings.timezone, table.zone)
    rules_file = rules_file.in_zone(table.zone)
    step("decide")
    review = table.tabs.get("review")
    known = replace(known, typed=typed(review.rows if review else ()))
    ours = identity.is_ours(table, identity.header_in(rules_file.layout))
    guard.require_whole(table, known.snapshot, ours=ours)
    return make_plan(table, rules_file.rules, rules_file.settings, rules_file.layout, known, now)


def moved(now: pd.Timestamp, zone: str, to: str) -> pd.Timestamp:
    """Return the same moment on the clock of another time zone, without naming it."""
    if zone == to:
        return now
    return (
        now.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
        .tz_convert(to)
        .tz_localize(None)
    )


def run(
    store: Store,
    rules_file: RulesFile,
    history: History,
    now: pd.Timestamp,
    *,
    confirm: Callable[[Prepared], bool] = lambda _: True,
    force: bool = False,
    step: Step = lambda _: None,
) -> Run:
    """Run once: plan, guard, apply, remember. Starts again when the spreadsheet changed meanwhile.

    Args:
        store: the spreadsheet, lock taken.
        rules_file: what the admin says.
        history: what earlier runs left.
        now: the moment, naive local time.
        step: told the name of each step (`read`, `decide`, the key of each generated tab, `write`,
            `remember`).
        confirm: asked before the very first write on a spreadsheet; False stops the run.
        force: write in spite of the safety limits, and of a table without rows.

    Raises:
        Refused: not confirmed, beyond the safety limits, no rows, or unsafe for the store.
        Busy: the spreadsheet kept changing.
        StoreError: it could not be read or written; nothing was written.
    """
    for attempt in range(1, ATTEMPTS + 1):
        before = hashes(rules_file)
        prepared = prepare(store, rules_file, history, now, step=step)
        first = not history.has_runs()
        if not force:
            _check(prepared, rules_file)
        if first and pending(prepared) and not confirm(prepared):
            raise guard.refused(guard.UNCONFIRMED)
        step("write")
        try:
            receipt = _apply(store, prepared, rules_file)
        except Stale:
            log.info("the spreadsheet changed while the run was planning (attempt %d)", attempt)
            continue
        step("remember")
        number = history.record(RunRecord(prepared.plan.now, prepared, receipt, rules_file.hash))
        if last := lasting(number, prepared, receipt, rules_file, before):
            note(history.url, last)
        return Run(prepared, receipt, first)
    facts = {"attempts": ATTEMPTS}
    raise Busy(say(CHANGING, facts, "en"), zh=say(CHANGING, facts, "zh"))


def aside(
    store: ExcelStore,
    rules_file: RulesFile,
    history: History,
    now: pd.Timestamp,
    *,
    step: Step = lambda _: None,
) -> tuple[Run, Path | None]:
    """Decide while somebody has the workbook open, and leave the workbook alone.

    Nothing is recorded: the next run, which finds the workbook free, decides again and writes.

    Args:
        store: the workbook, its lock not taken.
        rules_file: its `when_open` says whether the result goes to a file beside it.
        history: what earlier runs left.
        now: the moment, naive local time.
        step: told the name of each step.

    Returns:
        The run, and the file beside the workbook, None where there is none.

    Raises:
        StoreError: the workbook cannot be read, or the file cannot be written.
    """
    prepared = prepare(store, rules_file, history, now, step=step)
    if rules_file.when_open != "side_file":
        return Run(prepared, None, not history.has_runs()), None
    path = rules_file.spreadsheet_path
    target = path.with_name(f"{path.stem}.dealkeeper{path.suffix}")
    step("write")
    receipt = store.save_copy(prepared.plan, target)
    return Run(prepared, receipt, not history.has_runs()), target


def _check(prepared: Prepared, rules_file: RulesFile) -> None:
    """Refuse what nobody expects: a table without rows, a column that changes too much."""
    guard.require_rows(prepared.table)
    limits = guard.Limits(rules_file.safety.team_columns, rules_file.safety.status)
    guard.require_moderate(prepared.plan, prepared.table, limits)


def _apply(store: Store, prepared: Prepared, rules_file: RulesFile) -> Receipt | None:
    """Write the plan, then the files beside the spreadsheet; None where nothing is new."""
    if not pending(prepared):
        return None
    plan = prepared.plan
    receipt = Receipt(0, plan.based_on)
    if _touches(plan):
        receipt = _written(store, plan, rules_file)
    written, failed = [], []
    for file in prepared.files:
        if file.is_new:
            try:
                file.write()
            except StoreError as error:  # the team's spreadsheet is written all the same
                log.warning("%s", error)
                failed.append(error)
            else:
                written.append(file.path.name)
    return replace(receipt, files=tuple(written), failed=tuple(failed))


def _written(store: Store, plan: Plan, rules_file: RulesFile) -> Receipt:
    """Write the plan, its summary to where the rules file wants it."""
    own = rules_file.summary_path
    give_back()  # the rules are done, and a sheet's whole text is about to be read
    apart = [view for view in plan.tabs if own and for_managers(view.key)]
    if own is None or not apart:
        return store.apply(plan)
    rest = replace(plan, tabs=tuple(view for view in plan.tabs if view not in apart))
    receipt = store.apply(rest) if rest.cells or rest.tabs else Receipt(0, plan.based_on)
    return replace(receipt, tabs=(*receipt.tabs, *SummaryFile(own).write(apart)))
