"""The benchmark of the rules times every rule that there is."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.rule import discover
from tests.benchmarks.generate import write
from tests.benchmarks.rules import measure


@pytest.mark.slow
def test_every_rule_is_timed_without_and_with_a_history(tmp_path: Path) -> None:
    write(tmp_path, 300, "clean")
    found = measure(tmp_path, 3_000)
    assert set(found.index) == discover().keys()
    assert (found > 0).all(axis=None), "a rule that failed has no time"
