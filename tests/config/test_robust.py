"""Whatever is put anywhere into a rules file, the answer is a file or sentences with places."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from config.load import ConfigErrors, Problem, load
from tests.config.test_load import WHOLE

DOCUMENT: dict[str, Any] = YAML(typ="safe", pure=True).load(
    WHOLE.replace("[2026-10-01,", '["2026-10-01",').replace("[2026-12-31]", '["2026-12-31"]')
)


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path of every value below a part."""
    for key in part if isinstance(part, dict) else range(len(part)):
        yield (*path, key)
        if isinstance(part[key], (dict, list)):
            yield from places(part[key], (*path, key))


def problems(file: Path) -> list[Problem]:
    """Return what is wrong with a file; anything but a ConfigErrors fails the test."""
    try:
        load(file)
    except ConfigErrors as errors:
        return errors.problems
    return []


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=4,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(sorted(places(DOCUMENT), key=str)), value=values)
def test_any_value_anywhere(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    document = copy.deepcopy(DOCUMENT)
    part = document
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    file = tmp_path / "dealkeeper.yaml"
    file.write_text(json.dumps(document), encoding="utf-8")
    assert all(problem.line == 1 and problem.column >= 1 for problem in problems(file))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(at=st.integers(0, len(WHOLE)), length=st.integers(0, 30), text=st.text(max_size=5))
def test_any_typing_mistake(tmp_path: Path, at: int, length: int, text: str) -> None:
    file = tmp_path / "dealkeeper.yaml"
    broken = WHOLE[:at] + text + WHOLE[at + length :]
    file.write_bytes(broken.encode("utf-8", "surrogatepass"))
    lines = broken.count("\n") + 2
    assert all(0 < problem.line <= lines for problem in problems(file))
