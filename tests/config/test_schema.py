"""The JSON Schema that editors complete with."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest

from config.schema import schema
from rules.rule import discover

SMALL: dict[str, Any] = {"version": 1, "id": "east", "spreadsheet": {"excel": "deals.xlsx"}}


def test_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"spreadsheet": {"excel": "a", "sheet": ["a", "b"], "columns": {"amount": "Value"}}},
        {"spreadsheet": {"excel": "a", "columns": {"score": {"header": "x", "kind": "number"}}}},
        {"stages": [{"name": "Lead", "aliases": "New", "probability": "20%", "limit": "5 days"}]},
        {"calendar": {"country": None, "hours": {"monday": "09:00-12:00"}, "off": ["2026-01-02"]}},
        {"summary": False, "owned": {"why": False}, "highlight": {"overdue": "FFCC00"}},
        {"rules": [{"use": "assign_owner", "assign": [{"when": {"region": "East"}}]}]},
        {"rules": [{"use": "stage_sla", "pause_when": {"amount": {"at_least": 5}}}]},
        {"jobs": [{"every": "monday at 09:00", "between": "08:00-20:00", "on": "workdays"}]},
    ],
)
def test_accepts(part: dict[str, Any]) -> None:
    jsonschema.validate({**SMALL, **part}, schema())


@pytest.mark.parametrize(
    "part",
    [
        {"stags": []},
        {"version": 2},
        {"rules": [{"use": "dedup"}]},
        {"rules": [{"mode": "fill"}]},
        {"rules": [{"use": "assign_owner", "stiky": True}]},
        {"stages": [{"aliases": []}]},
        {"highlight": {"scope": "column"}},
    ],
)
def test_refuses(part: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**SMALL, **part}, schema())


def test_describes_every_key() -> None:
    described = schema()
    named = {"Outcomes", "Capacity"} | {kind.__name__ for kind in discover().values()}
    for name, part in {"": described, **described["$defs"]}.items():
        for key, value in part.get("properties", {}).items():
            assert value.get("description") or name in named, f"{name}.{key}"


def test_offers_every_rule_by_its_use() -> None:
    found = schema()
    offered = {
        found["$defs"][part["$ref"].rsplit("/", 1)[1]]["properties"]["use"]["const"]
        for part in found["properties"]["rules"]["items"]["oneOf"]
    }
    assert offered == set(discover())
