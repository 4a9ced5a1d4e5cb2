"""How long each rule takes on a large table, without a history and with a year of it.

    python -m tests.benchmarks.rules [--rows 100000] [--events 1000000] [--json FILE]

Every rule that there is decides on the generated workbook, those that its rules file does not name
with their defaults, as on a later run: with what they remember of an earlier one. Told are the
processor's seconds between the two lines that the run logs around each rule.
"""

from __future__ import annotations

import argparse
import json
import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd

from config.load import load
from jobs.planner import Known, make_plan
from rules import chain
from rules.past import Past
from rules.rule import Rule, discover
from sync.excel.store import ExcelStore
from tests.benchmarks.files import NOW, RULES, WORKBOOK
from tests.benchmarks.generate import write
from tests.benchmarks.measure import machine
from tests.benchmarks.year import year

_FIRST, _LAST = ("quality", "dedupe", "gate", "score"), ("stage_sla", "risk", "pool", "kpi")


class _Stopwatch(logging.Handler):
    """The processor's seconds of each rule."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: dict[str, float] = {}
        self._begun = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Take the time of the lines around a rule."""
        now = time.process_time()
        if record.msg == chain.BEGINS:
            self._begun = now
        elif record.msg == chain.DONE:
            self.seconds[record.getMessage().split()[1]] = now - self._begun


@contextmanager
def _timed() -> Iterator[_Stopwatch]:
    watch, log = _Stopwatch(), chain.log
    level = log.level
    log.addHandler(watch)
    log.setLevel(logging.DEBUG)
    try:
        yield watch
    finally:
        log.removeHandler(watch)
        log.setLevel(level)


def _every(named: tuple[Rule, ...]) -> list[Rule]:
    """The rules of a file and all others, in an order in which each finds what it reads."""
    known = {rule.use: rule for rule in named}
    made = {use: known.get(use) or kind.model_validate({"use": use})
            for use, kind in discover().items()}  # fmt: skip
    middle = [use for use in made if use not in (*_FIRST, *_LAST)]
    order = [*_FIRST, *middle, *_LAST]
    on = {use: made[use].model_copy(update={"enabled": True, "name": None}) for use in order}
    # owners that are filled in would make another table of it, and everything be decided again
    on["assign_owner"] = on["assign_owner"].model_copy(update={"mode": "suggest"})
    return list(on.values())


def measure(folder: Path, events: int) -> pd.DataFrame:
    """Time every rule on a generated workbook.

    Args:
        folder: of the workbook and its rules file.
        events: of the year of history.

    Returns:
        (rules × alone, year) seconds of the processor, without a history and with a year of it.
    """
    rules_file = load(folder / RULES, "en")
    now = pd.Timestamp(NOW).as_unit("s")
    rules, settings, layout = _every(rules_file.rules), rules_file.settings, rules_file.layout
    table = ExcelStore(folder / WORKBOOK, rules_file.reading(now)).read()
    known, columns = Known(), {}
    for name, past in (
        ("alone", Past()), ("year", year(list(table.keys), settings, now, events)),
    ):  # fmt: skip
        # what is remembered of the first time spares work the second time
        for _ in range(2):
            given = replace(known, past=replace(past))
            with _timed() as watch:
                result = make_plan(table, rules, settings, layout, given, now).result
            known = replace(known, memory=result.memory, kept=result.kept)
        columns[name] = pd.Series(watch.seconds)
    return pd.DataFrame(columns).reindex([rule.label for rule in rules])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path, metavar="FILE")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), wanted.rows, "clean")
        found = measure(Path(folder), wanted.events)
    print(machine(), "\n", sep="")
    print(f"| rule, {wanted.rows:,} rows | seconds | with {wanted.events:,} events |")
    print("|---|---:|---:|")
    for use, alone, after in found.itertuples():
        print(f"| {use} | {alone:.2f} | {after:.2f} |")
    if wanted.json:
        wanted.json.write_text(json.dumps(found.to_dict("index"), indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
