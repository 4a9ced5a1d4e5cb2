"""Conditions: which rows they take, and which conditions are refused."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
from pydantic import TypeAdapter, ValidationError

from rules.rule import Context
from rules.settings import Settings
from rules.when import When, fields_of, matches
from tests.kit import frame_of, load_yaml

WHEN: TypeAdapter[Any] = TypeAdapter(When)
ROWS = frame_of(
    """
    id | region | product | amount    | probability | follow_ups | created    | expected_close
    1  | 华东   | GTX Pro | 500000    | 30%         | 3          | 2026-09-01 | 2026-09-10
    2  | 华北   | ｇｔｘ  | 499999.99 | 0.29        | 0          | 2026-09-04 | 2026-09-07 18:00
    3  |        | Basic   |           |             |            |            |
    4  | 华东   |         | 1200000   | 100%        | 12         | 2026-08-07 | 2026-08-31
    """
)
CONTEXT = Context(pd.Timestamp("2026-09-07 10:00").as_unit("s"), Settings())  # a Monday


@pytest.mark.parametrize(
    ("when", "rows"),
    [
        ("{}", "1234"),
        ("{region: 华东}", "14"),
        ("{region: [华东, 华北]}", "124"),
        ("{region: {is: 华东}}", "14"),
        ("{region: {not_in: 华东}}", "2"),
        ("{region: true}", "124"),
        ("{region: false}", "3"),
        ("{region: {blank: true}}", "3"),
        ("{product: gtx}", "2"),
        ("{product: {contains: GTX}}", "12"),
        ("{product: {contains: [pro, bas]}}", "13"),
        ("{product: {contains: gtx, not_in: gtx pro}}", "2"),
        ("{region: 华东, amount: {at_least: 1000000}}", "4"),
        ("{amount: {at_least: 500000}}", "14"),
        ("{amount: {at_least: 50万}}", "14"),
        ("{amount: {more_than: '500,000'}}", "4"),
        ("{amount: {less_than: 500k}}", "2"),
        ("{amount: {at_most: 500000, more_than: 0}}", "12"),
        ("{amount: 50万}", "1"),
        ("{probability: {at_least: 30%}}", "14"),
        ("{probability: {less_than: 0.3}}", "2"),
        ("{follow_ups: 0}", "2"),
        ("{follow_ups: {not_in: [0, 3]}}", "4"),
        ("{expected_close: {at_most: 2026-09-07}}", "24"),
        ("{expected_close: {at_most: '2026-09-07 17:00'}}", "4"),
        ("{expected_close: {more_than: 2026-09-07}}", "1"),
        ("{created: 2026-09-04}", "2"),
        ("{created: {older_than: 30 days}}", "4"),
        ("{created: {older_than: 2 workdays}}", "14"),
        ("{created: {within: 2 workdays}}", "2"),
        ("{expected_close: {within: 3 days}}", "12"),
        ("{expected_close: {within: 10 days}}", "124"),
    ],
)
def test_which_rows(when: str, rows: str) -> None:
    found = matches(WHEN.validate_python(load_yaml(when)), ROWS, CONTEXT)
    assert "".join(ROWS["key"][found]) == rows


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ("{region: {}}", "expected a condition such as"),
        ("{region: {in: []}}", "at least 1 item"),
        ("{region: {at_least: 3}}", "`region` wants a list of values, not `at_least: 3.0`"),
        ("{amount: {at_least: viele}}", "expected a number such as `500000`"),
        ("{amount: {at_least: 2026-09-01}}", "`amount` wants a number"),
        ("{created: {at_most: 30}}", "`created` wants a date"),
        ("{amount: {older_than: 3 days}}", "`amount` holds no date"),
        ("{created: {older_than: bald}}", "expected a length of time"),
        ("{amount: {atleast: 3}}", "Extra inputs"),
    ],
)
def test_what_is_refused(when: str, sentence: str) -> None:
    with pytest.raises(ValidationError, match=sentence):
        WHEN.validate_python(load_yaml(when))


def test_fields_that_an_earlier_rule_decides_need_no_catalogue() -> None:
    frame = pd.DataFrame(
        {"score": [10.0, 70.0, None], "due": ["2026-09-01", None, "2026-10-01"]}
    ).astype({"due": "datetime64[s]"})
    for when, rows in (
        ("{score: {at_least: 50}}", [1]),
        ("{due: {older_than: 1 days}}", [0]),
        ("{due: {at_least: 5}}", []),  # a number says nothing about a date
        ("{score: {at_least: 2026-09-01}}", []),
        ("{score: {within: 3 days}}", []),
    ):
        found = matches(WHEN.validate_python(load_yaml(when)), frame, CONTEXT)
        assert list(frame.index[found]) == rows, when


def test_it_says_which_fields_it_looks_at() -> None:
    when = WHEN.validate_python({"region": "华东", "amount": {"at_least": 5}})
    assert fields_of(when) == {"region", "amount"}


def test_editors_accept_the_short_forms() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = jsonschema.Draft202012Validator(WHEN.json_schema())
    for when in ({"region": "华东"}, {"region": ["华东", 1]}, {"region": True}):
        schema.validate(when)
    schema.validate({"amount": {"at_least": "50万"}, "created": {"older_than": "5 workdays"}})
    assert not schema.is_valid({"region": {"isnt": "华东"}})
