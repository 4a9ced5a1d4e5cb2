"""Every case in `tests/cases/<rule>/*.yaml`, found by itself; the format is told in `tests.kit`."""

from __future__ import annotations

from typing import Any

import pytest

from rules.rule import discover
from tests import expect, kit

_CASES = [case for case in kit.find_cases() if case[0] in discover()]


@pytest.mark.parametrize(
    ("use", "case"), [pytest.param(use, case, id=f"{use}/{name}") for use, name, case in _CASES]
)
def test_case(use: str, case: dict[str, Any]) -> None:
    expect.check(use, case)


def test_every_rule_has_cases() -> None:
    assert set(discover()) <= {use for use, _, _ in _CASES}
