"""One spreadsheet of the simulation: runs among people and faults, each followed by a quiet one."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pandas as pd

from config.load import RulesFile, load
from jobs.history import History
from sync.google.budget import Budget
from sync.google.ground import PROTECTED
from sync.google.lock import LEASE
from sync.google.marks import COLUMN, RUN, TAB
from sync.google.store import GoogleStore
from sync.store import StoreError
from tests.google.kit import READS, People, client
from tests.sheets_server import Fault, Server, running
from tests.simulation import team
from tests.simulation.job import Job, plain, whole
from tests.simulation.oracle import Oracle
from tests.simulation.unseen import Watched

# What goes wrong, and how often (share of the requests).
FAULTS = (
    Fault(status=429, times=None, chance=0.02),
    Fault(status=429, retry_after=3, times=None, chance=0.02),
    Fault(status=500, times=None, chance=0.02),
    Fault(status=503, landed=True, times=None, chance=0.03),
    Fault(kind="reset", times=None, chance=0.02),
    Fault(kind="reset", landed=True, times=None, chance=0.02),
    Fault(kind="silence", seconds=0.01, times=None, chance=0.001),
    Fault(kind="silence", seconds=0.01, landed=True, times=None, chance=0.002),
)
# Seconds to connect, and to wait for an answer: far more than the server takes on a busy computer,
# so that it never carries out what was given up, and a seed always ends alike.
_PATIENCE = (60.0, 60.0)


@dataclass
class Figures:
    """What was found.

    Attributes:
        runs: among people and faults.
        unfinished: of them, those that gave up with a sentence.
        at_once: values in wrong rows when such a run ended.
        stayed: of them, those in wrong rows after the quiet run that followed.
        wrong: values of any kind that are wrong after the quiet run that followed.
        lost: cells, rows and columns of people that are not as they left them.
        unseen: cells of people that were overwritten and could not be seen before (`Watched`).
        doubled: tabs, charts, marks, rules and protections of ours that stand there twice.
        calls: requests of each run among people and faults.
        quiet: (reads, writes) → quiet runs that sent so many.
        acts: what people did.
        met: faults that requests met.
        details: sentences about everything that is wrong.
    """

    runs: int = 0
    unfinished: int = 0
    at_once: int = 0
    stayed: int = 0
    wrong: int = 0
    lost: int = 0
    unseen: int = 0
    doubled: int = 0
    calls: list[int] = field(default_factory=list)
    quiet: Counter[tuple[int, int]] = field(default_factory=Counter)
    acts: int = 0
    met: int = 0
    details: list[str] = field(default_factory=list)

    @property
    def healed(self) -> int:
        """Values in wrong rows that the quiet run put right."""
        return self.at_once - self.stayed

    def add(self, other: Figures) -> None:
        """Take in what another part found."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)


class _Clock:
    """Seconds that pass only when somebody waits."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now.timestamp()

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class World:
    """A spreadsheet, its people, and the job that runs on it every morning.

    Args:
        server: holds the spreadsheet.
        folder: for rules file and history.
        seed: decides everything.
        intensity: how many things people do before each request, on average.
        keyed: whether the team's table has ids of its own.
        job: what runs.
    """

    def __init__(
        self, server: Server, folder: Path, seed: int, intensity: float, job: Job, *, keyed: bool
    ) -> None:
        self._job = job
        self.figures = Figures()
        self._server = server
        self._random = Random(seed)  # noqa: S311 - people, not secrets
        self._people = People(server, team.TAB)
        header = team.HEADER if keyed else team.HEADER[1:]
        rows = team.rows(self._random)
        self._people.type(0, 0, [header, *([row[name] for name in header] for row in rows)])
        key = team.KEY if keyed else team.CUSTOMER
        ours = [team.STATUS, team.DUE, team.WHY, *([] if keyed else [team.OUR_KEY])]
        self.oracle = Oracle(
            key,
            {row[key]: {name: row[name] for name in header} for row in rows},
            dict(zip(ours, ours, strict=True)),
        )
        self._crowd = Watched(
            server, key, seed, intensity, sheet=team.TAB, spared=frozenset({team.OUR_KEY}),
            named=team.NAMED,
        )  # fmt: skip
        rules = folder / "dealkeeper.yaml"
        rules.write_text(team.RULES, encoding="utf-8")
        self._rules: RulesFile = load(rules)
        self._history = History(f"sqlite:///{folder / 'history.sqlite'}", "kit")
        self._now = team.START
        self._clock = _Clock(self._now)

    def run(self, times: int) -> Figures:
        """Run so many times, a day apart, and look after each."""
        self._once("quiet")
        for _ in range(times):
            self._disturbed()
            self._quiet()
            self._now += dt.timedelta(days=1, minutes=self._random.randint(-90, 90))
            self._clock.now = self._now.timestamp()
        self.figures.acts = len(self._crowd.log)
        return self.figures

    def _disturbed(self) -> None:
        figures, known = self.figures, len(self._crowd.log)
        self._server.crowd = self._crowd
        self._server.faults.add(*FAULTS)
        try:
            self._once("office")
        except StoreError:
            figures.unfinished += 1
        figures.runs += 1
        figures.calls.append(len(self._server.log))
        figures.met += sum(asked.status not in (200, 400) for asked in self._server.log)
        self._server.crowd = None
        self._server.faults.clear()
        self._crowd.settle(self._server.spreadsheet(self._people.id))
        self.oracle.learn(self._crowd.log[known:])
        self.oracle.forget(self._crowd.overwritten)
        figures.unseen += len(self._crowd.overwritten)
        self._crowd.overwritten.clear()
        figures.at_once += len(self.oracle.strangers(self._look()))

    def _quiet(self) -> None:
        figures = self.figures
        self._clock.sleep(2 * LEASE)
        self._once("home")
        kinds = Counter(asked.method in READS for asked in self._server.log)
        figures.quiet[kinds[True], kinds[False]] += 1
        table = self._look()
        wrong = self.oracle.wrong(table, self._now)
        lost = self.oracle.lost(table)
        doubled = self._doubled()
        figures.stayed += len(self.oracle.strangers(table))
        figures.wrong += len(wrong)
        figures.lost += len(lost)
        figures.doubled += len(doubled)
        figures.details += [*wrong, *lost, *doubled]

    def _once(self, holder: str) -> None:
        """One run of the job."""
        self._server.log.clear()
        sheets = client(
            self._server, self._people.id,
            budget=Budget(1_000_000), sleep=self._clock.sleep,
        )  # fmt: skip
        sheets.set_timeout(_PATIENCE)
        store = GoogleStore(
            sheets, self._rules.reading(pd.Timestamp(self._now)), wait=300, holder=holder,
            clock=self._clock.time, sleep=self._clock.sleep,
        )  # fmt: skip
        with store:
            now = pd.Timestamp(self._now).as_unit("s")
            self._job(store, self._rules, self._history, now)

    def _look(self) -> list[list[Any]]:
        return self._server.values(self._people.id, team.TAB)

    def _doubled(self) -> list[str]:
        """What of ours stands in the spreadsheet twice."""
        seen = self._people.ask("", verb="get")
        sheets = seen["sheets"]
        marks = self._people.ask(
            "/developerMetadata:search",
            {"dataFilters": [
                {"developerMetadataLookup": {"metadataKey": key}} for key in (COLUMN, TAB, RUN)
            ]},
        ).get("matchedDeveloperMetadata", [])  # fmt: skip
        found = [one["developerMetadata"] for one in marks]
        things = [
            *(("tab", sheet["properties"]["title"]) for sheet in sheets),
            *(("chart", chart["chartId"]) for sheet in sheets for chart in sheet.get("charts", ())),
            *(("mark", mark["metadataKey"], mark["metadataValue"], str(mark["location"]))
              for mark in found),
            *(("mark", mark["metadataId"]) for mark in found),
            *(("name", name["name"]) for name in seen.get("namedRanges", ())),
            *(("rule", str(rule["booleanRule"])) for sheet in sheets
              for rule in sheet.get("conditionalFormats", ())),
            *(("protection", str(one["range"])) for sheet in sheets
              for one in sheet.get("protectedRanges", ()) if one["description"] == PROTECTED),
        ]  # fmt: skip
        twice = [f"twice: {thing}" for thing, count in Counter(things).items() if count > 1]
        tabs = [mark for mark in found if mark["metadataKey"] == TAB]
        return twice + ([] if len(tabs) == len(sheets) - 1 else [f"{len(sheets)} tabs"])


def simulate(seed: int, intensity: float, times: int, *, is_whole: bool = False) -> Figures:
    """Run so many times on a spreadsheet of its own; every other one has no ids."""
    job = whole if is_whole else plain
    with tempfile.TemporaryDirectory() as name, running(seed=seed) as server:
        world = World(server, Path(name), seed, intensity, job, keyed=seed % 2 == 0)
        return world.run(times)
