"""What every discovered rule must keep, tested on a generated table without knowing the rule."""

from __future__ import annotations

import datetime as dt
import inspect
import json
import re
import string
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from jobs.history.packing import pack_frame, unpack_frame
from rules import chain
from rules.resolve import resolve
from rules.rule import Context, Decision, Outcome, Past, Rule, catalogue, discover
from rules.settings import Settings
from sync.fields import FIELDS
from sync.say import Language, Reason, say
from tests import kit

NOW = pd.Timestamp("2026-09-07 10:00").as_unit("s")
LANGUAGES: tuple[Language, ...] = ("zh", "en")
STAGES = ("线索挖掘", "初步沟通", "方案定制", "合同签订", "售后跟进")
PEOPLE = ("销售甲", "销售乙", "销售丙")
SETTINGS = Settings.model_validate(
    {
        "stages": [
            {"name": name, "limit": f"{5 * place} workdays", "probability": f"{20 * place}%"}
            for place, name in enumerate(STAGES, 1)
        ],
        "team": [{"name": name, "manager": "经理甲", "regions": ["华东"]} for name in PEOPLE],
        "unassigned": ["公海"],
    }
)


def table(rows: int, seed: int = 1) -> pd.DataFrame:
    """Return (rows × fields + key) a resolved table with every kind of gap and oddity."""
    random = np.random.default_rng(seed)

    def pick(*values: object) -> list[object]:
        return [values[at] for at in random.integers(0, len(values), rows)]

    def dates(first: int, last: int) -> list[str]:
        days = random.integers(first, last, rows)
        given = [str((NOW + pd.Timedelta(days=int(day))).date()) for day in days]
        kept = random.random(rows) > 0.2
        return [text if keep else "" for text, keep in zip(given, kept, strict=True)]

    customers = [f"示例{number}有限公司" for number in range(max(1, rows // 3))]
    columns: dict[str, list[Any]] = {
        "id": [f"D{number:05d}k" for number in range(rows)],
        "name": pick("云平台", "数据中台", "", "升级项目"),
        "customer": pick(*customers, ""),
        "contact": pick("联系人甲", "联系人乙", ""),
        "phone": [f"1380000{number % 90:04d}" if number % 4 else "" for number in range(rows)],
        "email": [f"a{number % 70}@example.com" if number % 3 else "" for number in range(rows)],
        "need": pick("上云", "报表", ""),
        "product": pick("标准版", "专业版", ""),
        "region": pick("华东", "华南", ""),
        "amount": pick("1200000", "50000", "0", "-3", ""),
        "probability": pick("10%", "80%", ""),
        "stage": pick(*STAGES, "Closed Won", "丢单", "初步构通", ""),
        "outcome": pick("", "", "", "赢单", "丢单", "搁置", "无效"),
        "owner": pick(*PEOPLE, "公海", "销售丁", ""),
        "snooze": pick("2026-10-01", "", "", ""),
        "created": dates(-900, 30),
        "stage_entered": dates(-60, 5),
        "last_activity": dates(-300, 1),
        "next_step_date": dates(-20, 20),
        "expected_close": dates(-60, 90),
        "closed": dates(-100, 0),
        "loss_reason": pick("价格", ""),
        "follow_ups": pick("0", "3", ""),
    }
    text = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
    frame = kit.frame_of(text)
    # the columns exist even where there is no row
    for key in columns:
        if key not in frame.columns:
            frame[key] = kit.frame_of([{"id": "x", key: ""}])[key].iloc[:0]
    return resolve(frame, SETTINGS)


def context(frame: pd.DataFrame) -> Context:
    """Return a context with some history of the table."""
    keys = frame["key"].astype("str")
    seen = pd.DataFrame({"key": keys[: len(keys) // 2]})
    seen["first_seen"] = pd.Series(NOW - pd.Timedelta(days=30), index=seen.index).astype(
        "datetime64[s]"
    )
    moved = keys[: len(keys) // 4]
    events = pd.DataFrame(
        {
            "key": moved,
            "field": "stage",
            "before": STAGES[0],
            "after": frame["stage"].astype("str")[: len(moved)],
            "since": NOW - pd.Timedelta(days=9),
            "until": NOW - pd.Timedelta(days=8),
        }
    )
    past = Past(seen.reset_index(drop=True), events.astype(Past().events.dtypes.to_dict()))
    return Context(NOW, SETTINGS, frozenset(FIELDS) & frozenset(frame.columns), past)


def example(kind: type[Rule]) -> dict[str, Any]:
    """Return the stanza in a rule's docstring."""
    found = re.search(r"```yaml\n(.*?)```", inspect.getdoc(kind) or "", re.DOTALL)
    assert found, f"the docstring of {kind.__name__} shows no stanza between ```yaml and ```"
    stanza = kit.load_yaml(textwrap.dedent(found[1]))
    return cast("dict[str, Any]", stanza[0] if isinstance(stanza, list) else stanza)


def stanzas() -> list[Any]:
    """Return every rule with its defaults and with the options of its example."""
    return [
        pytest.param(rule, id=f"{use}-{name}")
        for use, kind in discover().items()
        for name, rule in (
            ("defaults", kind.model_validate({"use": use})),
            ("example", kind.model_validate(example(kind))),
        )
    ]


every_stanza = pytest.mark.parametrize("rule", stanzas())
every_rule = pytest.mark.parametrize(("use", "kind"), discover().items(), ids=discover().keys())


def by_key(outcome: Outcome, frame: pd.DataFrame) -> dict[str, Any]:
    """Return everything that a rule said, in a form that does not depend on the order of rows."""
    keys = frame["key"].to_numpy(dtype=object)

    def rows(decision: Decision) -> dict[str, Any]:
        index, distinct = decision.reasons.distinct()
        values = decision.values.astype(object)
        return {
            key: (kit.plain(value), kit.plain(distinct[at])) if known else None
            for key, value, known, at in zip(keys, values, decision.mask, index, strict=True)
        }

    def named(figure: object) -> object:
        """Rows are told by position; here by key."""
        if not isinstance(figure, pd.DataFrame):
            return figure
        places = [name for name in ("left", "right", "row") if name in figure.columns]
        told = figure.assign(**{name: keys[figure[name]] for name in places})
        return told.sort_values("row") if "row" in places else told

    return {
        "decisions": {name: rows(made) for name, made in outcome.decisions.items()},
        "findings": sorted(
            str(
                (f.code, f.level, f.field, sorted(keys[f.rows]), sorted(kit.plain(f.facts).items()))
            )
            for f in outcome.findings
        ),
        "figures": kit.plain({name: named(value) for name, value in outcome.figures.items()}),
        "memory": kit.plain(outcome.memory),
        "questions": [str(question) for question in outcome.questions],
    }


@every_stanza
def test_input_is_left_as_it_was(rule: Rule) -> None:
    frame = table(60)
    before = frame.copy(deep=True)
    kit.decide(rule, frame, context(frame))
    pd.testing.assert_frame_equal(frame, before)


@every_stanza
def test_decisions_follow_their_rows(rule: Rule) -> None:
    frame = table(120)
    ctx = context(frame)
    order = np.random.default_rng(7).permutation(len(frame))
    shuffled = frame.iloc[order].reset_index(drop=True)
    assert by_key(kit.decide(rule, shuffled, ctx), shuffled) == by_key(
        kit.decide(rule, frame, ctx), frame
    )


@every_stanza
def test_deciding_twice_is_equal(rule: Rule) -> None:
    frame = table(120)
    ctx = context(frame)
    once = kit.decide(rule, frame, ctx)
    assert by_key(kit.decide(rule, frame, ctx), frame) == by_key(once, frame)


@every_stanza
@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_rows(rule: Rule, rows: int) -> None:
    frame = table(rows)
    outcome = kit.decide(rule, frame, context(frame))
    for decision in outcome.decisions.values():
        assert len(decision.values) == len(decision.mask) == len(decision.reasons) == rows


@every_stanza
def test_a_sheet_with_hardly_any_columns(rule: Rule) -> None:
    frame = resolve(kit.frame_of("id | customer\nA1 | 示例公司\nA2 |"), SETTINGS)
    outcome = kit.decide(rule, frame, Context(NOW, SETTINGS, frozenset({"id", "customer"})))
    assert all(len(decision.values) == 2 for decision in outcome.decisions.values())


@every_stanza
def test_whole_table(rule: Rule) -> None:
    frame = table(2_000)
    ctx = context(frame)
    outcome = kit.decide(rule, frame, ctx)
    known = {reason.code: reason for reason in rule.reasons}
    for name, decision in outcome.decisions.items():
        assert set(decision.reasons.codes) - {""} <= known.keys(), f"undeclared reasons in {name}"
        for language in LANGUAGES:
            said = decision.reasons.render(known, language)
            assert ((said != "") == (decision.reasons.codes != "")).all()
    for finding in outcome.findings:
        assert finding.rule == rule.use
        assert (np.diff(finding.rows) > 0).all(), f"rows of {finding.code} are not ascending"
        for language in LANGUAGES:
            assert say(known[finding.code], finding.facts, language)
    codes = [question.code for question in outcome.questions]
    assert len(set(codes)) == len(codes), "each question is asked once"
    for question in outcome.questions:
        assert set(question.keys) <= set(frame["key"])
        for language in LANGUAGES:
            assert say(known[question.reason], question.facts, language)


@every_stanza
def test_memory_survives_json(rule: Rule) -> None:
    frame = table(120)
    memory = kit.decide(rule, frame, context(frame)).memory
    kept = json.loads(json.dumps(memory))
    assert kept == memory
    kit.decide(rule, frame, replace(context(frame), memory=kept))


@every_stanza
def test_kept_frames_survive_storing_and_change_no_decision(rule: Rule) -> None:
    frame = table(120)
    ctx = context(frame)
    outcome = kit.decide(rule, frame, ctx)
    kept = {name: unpack_frame(pack_frame(told)) for name, told in outcome.kept.items()}
    for name, told in outcome.kept.items():
        pd.testing.assert_frame_equal(kept[name], told)
    edited = table(140, seed=2)
    for later in (frame, edited):
        whole = kit.decide(rule, later, context(later))
        spared = kit.decide(rule, later, replace(context(later), kept=kept))
        assert by_key(spared, later) == by_key(whole, later)


@every_stanza
def test_runs_in_a_chain_with_its_declared_columns_only(rule: Rule) -> None:
    frame = table(60)
    result = chain.run([rule], frame, context(frame), {})
    assert not result.failed
    assert set(result.decided) <= rule.writes()


@every_rule
def test_example_is_a_stanza_of_the_rule(use: str, kind: type[Rule]) -> None:
    rule = kind.model_validate(example(kind))
    assert rule.use == use
    rule.lint(SETTINGS)


@every_rule
def test_every_option_is_described(use: str, kind: type[Rule]) -> None:
    own = kind.model_fields.keys() - Rule.model_fields.keys()
    silent = [name for name in sorted(own) if not kind.model_fields[name].description]
    assert not silent, f"a line of words under each option of {use}, for editors: {silent}"


@every_rule
def test_reasons_are_unique_and_named_after_their_rule(use: str, kind: type[Rule]) -> None:
    codes = [reason.code for reason in kind.reasons]
    assert len(codes) == len(set(codes))
    assert [code for code in codes if not code.startswith(f"{use}.")] == []


@pytest.mark.parametrize("reason", catalogue().values(), ids=catalogue().keys())
def test_reason_renders_in_both_languages(reason: Reason) -> None:
    facts = _facts(reason.en)
    assert facts.keys() == _facts(reason.zh).keys(), "the languages name different facts"
    for language in LANGUAGES:
        sentence = say(reason, facts, language)
        assert sentence
        assert not re.search(r"[{}]", sentence)
    assert re.search(r"[一-鿿]", reason.zh)


_SAMPLES: Mapping[str, object] = {
    "money": 120_000_00,
    "date": dt.date(2026, 9, 7),
    "span": "5 workdays",
    "list": ("甲", "乙"),
    "fields": ("amount", "stage"),
    "percent": 0.8,
}


def _facts(template: str) -> dict[str, object]:
    return {
        name: _SAMPLES.get(spec or "", 3)
        for _, name, spec, _ in string.Formatter().parse(template)
        if name
    }
