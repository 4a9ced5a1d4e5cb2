"""The case kit: rules are tested by tables that anyone can read and add to.

Put a file `tests/cases/<rule>/<anything>.yaml`; it is found by itself. It holds a list of cases:

```yaml
- name: the owner of a won deal keeps the customer     # what the case shows
  now: 2026-09-07 10:00                                # optional, the moment of the run
  settings:                                            # optional, as in the rules file
    language: zh
    stages: [{name: 初步沟通, limit: 5 workdays}]
    team: [{name: 销售甲, aliases: [小甲]}, {name: 销售乙}]
  options: {start: created}                            # optional, the stanza without `use`
  rows: |
    id | customer | amount  | stage    | owner | created    | duplicate_of
    A1 | 示例公司 | 1200000 | 初步沟通 | 小甲  | 2026-09-01 |
    A2 | 示例公司 |         | 初步沟通 | 公海  | 2026-09-02 | A1
  expect:
    decisions:
      owner: ["~", 销售甲]           # one a row; "" = blanked, "~" = left alone
      suggested_owner: {A2: 销售甲}  # or only some rows, by id
    why:
      owner: {A2: 同一客户已由 销售甲 负责}  # the reason as people read it
    codes:
      owner: {A2: assign_owner.sticky}       # or its code
    findings:
      - {code: quality.missing, rows: [A2], facts: {field: amount}}
    figures: {missing: 1}            # only what is named here is compared
    memory: {last: 销售甲}           # likewise
```

Rows are a table with `|` (or a list of mappings). Headers are field keys of `sync.fields`; any
other header is a text column: a custom one, or one that an earlier rule decided. Amounts are whole
currency units, percentages `80%` or 0.8, dates ISO with or without a time, blank is blank. Without
an `id` column the rows are called 1, 2, 3, …. Lines that begin with `#` are comments.

`findings` lists, for every code that it mentions, all its findings (`facts` and `level` are
compared where given); `findings: []` says that there are none at all. `archive:` holds rows of
archive tabs; `past: {seen: …, events: …, gone: …, shown: …, …}` holds tables with the columns
of `rules.rule.Past`, and fields besides; `memory:` is what the stanza remembered. `error: text`
instead of `expect` says that the options are refused with that text.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

from config.document import OWNED
from rules.resolve import resolve
from rules.rule import Context, Outcome, Past, Rule, discover
from rules.settings import Settings
from sync.fields import FIELDS, Kind
from sync.say import day
from sync.table import Finding, column

CASES = Path(__file__).parent / "cases"
NOW = "2026-09-07 10:00"  # a Monday
LEFT_ALONE = "~"


def load_yaml(text: str) -> Any:
    """Read YAML 1.2 as the rules file is read."""
    return YAML(typ="safe", pure=True).load(text)


def find_cases(rule: str | None = None) -> list[tuple[str, str, dict[str, Any]]]:
    """Return (folder, `file: name`, case) of every case file, or of one folder."""
    return [
        (path.parent.name, f"{path.stem}: {case['name']}", case)
        for path in sorted(CASES.glob(f"{rule or '*'}/*.yaml"))
        for case in load_yaml(path.read_text(encoding="utf-8"))
    ]


def records(table: object) -> list[dict[str, str]]:
    """Read a text table or a list of mappings into one mapping of texts per row, "" for blank."""
    if isinstance(table, str):
        lines = [line.strip() for line in table.strip("\n").splitlines()]
        written = [line for line in lines if not line.startswith("#")]
        if written[0].startswith("|"):
            written = [line.strip("|") for line in written]
        header, *rows = [[cell.strip() for cell in line.split("|")] for line in written]
        for row in rows:
            assert len(row) <= len(header), f"more cells than headers: {row}"
        return [dict(zip(header, [*row, *[""] * len(header)], strict=False)) for row in rows]
    assert isinstance(table, Sequence), "expected a table of text or a list of mappings"
    keys = list(dict.fromkeys(key for row in table for key in row))
    return [{key: _text(row.get(key)) for key in keys} for row in table]


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _typed(texts: list[str], kind: Kind) -> pd.Series[Any]:
    """(rows) texts as a column of a kind, in the dtype that rules see."""
    given = [text or None for text in texts]
    match kind:
        case Kind.DATE:
            return pd.Series(
                pd.to_datetime(pd.Series(given, dtype="str"), format="ISO8601")
            ).astype("datetime64[s]")
        case Kind.MONEY:
            cents = [None if t is None else round(float(t.replace(",", "")) * 100) for t in given]
            return pd.Series(pd.array(cents, dtype="Int64"))
        case Kind.PERCENT | Kind.NUMBER:
            return pd.Series([_number(t) for t in given], dtype="float64")
    whole = pd.Series(given, dtype="str")
    return whole.astype("category") if kind in (Kind.NAME, Kind.PERSON) else whole


def _number(text: str | None) -> float:
    if text is None:
        return math.nan
    return float(text[:-1]) / 100 if text.endswith("%") else float(text)


def frame_of(table: object) -> pd.DataFrame:
    """Turn rows of words into a typed frame as reading makes it, with `key`.

    Args:
        table: a text table or a list of mappings.

    Returns:
        (rows × columns) RangeIndex; `key` is the id, or 1, 2, 3, … where there is none.
    """
    rows = records(table)
    made: dict[str, pd.Series[Any]] = {
        "key": pd.Series([row.get("id", str(at)) for at, row in enumerate(rows, 1)], dtype="str")
    }
    for header in rows[0] if rows else ():
        known = FIELDS.get(header)
        made[header] = _typed([row[header] for row in rows], known.kind if known else Kind.TEXT)
    return pd.DataFrame(made, index=range(len(rows)))


def _past(given: Mapping[str, Any]) -> Past:
    """Tables of the history in the columns and dtypes of `Past`."""
    made = {}
    for name, table in given.items():
        model = getattr(Past(), name)
        rows = records(table)
        columns = {
            key: pd.Series([row.get(key) or None for row in rows], dtype="str").astype(dtype)
            for key, dtype in model.dtypes.items()
        }
        for key in (rows[0] if rows else {}).keys() - columns.keys():
            kind = FIELDS[key].kind if key in FIELDS else Kind.NAME
            columns[key] = _typed([row[key] for row in rows], kind)
        made[name] = pd.DataFrame(columns)
    return Past(**made)


def context(case: Mapping[str, Any], frame: pd.DataFrame) -> Context:
    """Make the context that a case describes; `frame` is its table as read."""
    settings = Settings.model_validate(case.get("settings", {}))
    archive = frame_of(case["archive"]) if "archive" in case else pd.DataFrame()
    return Context(
        now=pd.Timestamp(str(case.get("now", NOW))).as_unit("s"),
        settings=settings,
        present=frozenset(frame.columns) - {"key"},
        past=_past(case.get("past", {})),
        memory=case.get("memory", {}),
        archive=resolve(archive, settings) if len(archive) else archive,
    )


def stanza(use: str, options: Mapping[str, Any], settings: Settings) -> Rule:
    """Validate a stanza as the rules file does, names included."""
    names = replace(settings.names, fields=frozenset(FIELDS) | set(OWNED))
    return discover()[use].model_validate({"use": use, **options}, context=names)


def decide(rule: Rule, frame: pd.DataFrame, ctx: Context) -> Outcome:
    """Let a rule decide, showing it nothing but `key` and what it declares.

    Args:
        rule: the stanza.
        frame: (rows × columns) resolved, with `key`.
        ctx: its context.
    """
    seen = {key: column(frame, key) for key in ("key", *sorted(rule.reads()))}
    outcome = rule.decide(pd.DataFrame(seen, index=frame.index), ctx)
    assert outcome.decisions.keys() <= rule.writes(), "decided a column without declaring it"
    return outcome


@dataclass(frozen=True, slots=True, eq=False)
class Played:
    """A case that was run: the rule, its resolved table and context, and what came of it."""

    rule: Rule
    frame: pd.DataFrame
    ctx: Context
    outcome: Outcome

    @property
    def keys(self) -> list[str]:
        """The id of each row."""
        return [str(key) for key in self.frame["key"]]

    def values(self, name: str) -> dict[str, str]:
        """Id → decided value as text, `~` where the row was left alone."""
        decision = self.outcome.decisions[name]
        shown = [
            LEFT_ALONE if not known else "" if pd.isna(value) else _shown(value)
            for value, known in zip(decision.values.astype(object), decision.mask, strict=True)
        ]
        return dict(zip(self.keys, shown, strict=True))

    def why(self, name: str) -> dict[str, str]:
        """Id → the reason for a column's decision in the team's language."""
        reasons = self.outcome.decisions[name].reasons
        catalogue = {reason.code: reason for reason in self.rule.reasons}
        said = reasons.render(catalogue, self.ctx.settings.language)
        return dict(zip(self.keys, said, strict=True))

    def codes(self, name: str) -> dict[str, str]:
        """Id → the code of the reason for a column's decision."""
        return dict(zip(self.keys, self.outcome.decisions[name].reasons.codes, strict=True))

    def rows_of(self, finding: Finding) -> list[str]:
        """The ids that a finding concerns."""
        return [self.keys[row] for row in finding.rows]


def _shown(value: object) -> str:
    return day(value) if isinstance(value, pd.Timestamp) else str(value)


def play(use: str, case: Mapping[str, Any]) -> Played:
    """Run a case's rule over its rows."""
    frame = frame_of(case["rows"])
    ctx = context(case, frame)
    rule = stanza(use, case.get("options", {}), ctx.settings)
    resolved = resolve(frame, ctx.settings)
    return Played(rule, resolved, ctx, decide(rule, resolved, ctx))


def plain(value: Any) -> Any:
    """Turn figures of any shape into mappings, lists, numbers and texts that compare."""
    if isinstance(value, pd.DataFrame):
        return {str(key): plain(value[key]) for key in value.columns}
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {_shown(key): plain(item) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(plain, value))
    if isinstance(value, (pd.Series, pd.Index, np.ndarray, list, tuple)):
        return [plain(item) for item in list(value)]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return "nan" if math.isnan(value) else round(value, 9)
    if value is None or pd.isna(value):
        return ""
    return value if isinstance(value, (bool, int)) else _shown(value)
