"""Hold what a rule decided against what a case of `tests.kit` expects."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from rules.settings import Settings
from tests import kit


def check(use: str, case: Mapping[str, Any]) -> None:
    """Run a case and hold it against what it expects."""
    if "error" in case:
        settings = Settings.model_validate(case.get("settings", {}))
        with pytest.raises(ValueError, match=re.escape(case["error"])):
            kit.stanza(use, case["options"], settings)
        return
    played, expect = kit.play(use, case), case["expect"]
    for part, found in (
        ("decisions", played.values), ("why", played.why), ("codes", played.codes),
    ):  # fmt: skip
        for name, wanted in expect.get(part, {}).items():
            _check_rows(found(name), wanted, f"{part} of `{name}`")
    if "findings" in expect:
        _check_findings(played, expect["findings"])
    for part in ("figures", "memory"):
        for name, wanted in expect.get(part, {}).items():
            _check_part(kit.plain(getattr(played.outcome, part)[name]), wanted, f"{part} {name}")


def _check_rows(actual: Mapping[str, str], wanted: Any, where: str) -> None:
    """Compare id → text with a text per row, or with some rows by id; name every difference."""
    if not isinstance(wanted, Mapping):
        assert len(wanted) == len(actual), f"{where}: one value a row is expected"
        wanted = dict(zip(actual, wanted, strict=True))
    different = [
        f"{key}: found `{actual.get(str(key))}`, expected `{_wanted(value)}`"
        for key, value in wanted.items()
        if actual.get(str(key)) != _wanted(value)
    ]
    assert not different, "\n  ".join([where, *different])


def _wanted(value: object) -> str:
    return kit.LEFT_ALONE if value is None else str(value)


def _check_findings(played: kit.Played, wanted: Sequence[Mapping[str, Any]]) -> None:
    codes = {item["code"] for item in wanted}
    found = [f for f in played.outcome.findings if f.code in codes or not codes]
    actual = [
        {"code": f.code, "rows": played.rows_of(f), "level": f.level, "facts": kit.plain(f.facts)}
        for f in found
    ]
    expected = [dict(item) for item in wanted]
    assert len(actual) == len(expected), f"findings: {actual}"
    for item in expected:
        item["rows"] = [str(row) for row in item.get("rows", ())]
        assert any(_fits(each, item) for each in actual), f"no such finding: {item} in {actual}"


def _fits(actual: Any, wanted: Any) -> bool:
    try:
        _check_part(actual, wanted, "")
    except AssertionError:
        return False
    return True


def _check_part(actual: Any, wanted: Any, where: str) -> None:
    """Compare what is named in `wanted`; mappings may hold more, numbers may be rounded."""
    if isinstance(wanted, Mapping):
        assert isinstance(actual, Mapping), f"{where}: {actual!r}"
        for key, value in wanted.items():
            assert str(key) in actual, f"{where}: no `{key}` in {sorted(actual)}"
            _check_part(actual[str(key)], value, f"{where}.{key}")
    elif isinstance(wanted, (int, float)) and isinstance(actual, (int, float)):
        assert math.isclose(actual, wanted, rel_tol=1e-4, abs_tol=1e-9), f"{where}: {actual!r}"
    elif isinstance(wanted, list) and isinstance(actual, list):
        assert len(actual) == len(wanted), f"{where}: {actual!r}"
        for at, (left, right) in enumerate(zip(actual, wanted, strict=True)):
            _check_part(left, right, f"{where}[{at}]")
    else:
        assert str(actual) == str(wanted), f"{where}: {actual!r} is not {wanted!r}"
