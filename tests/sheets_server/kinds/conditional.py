"""Requests on conditional formats, which stand in an order of their own on each sheet."""

from __future__ import annotations

from typing import Any, Final

from tests.sheets_server.book import Sheet
from tests.sheets_server.errors import ApiError
from tests.sheets_server.kinds.batch import Batch, Kind
from tests.sheets_server.normal import kept

Json = dict[str, Any]


def _rule(batch: Batch, body: Json) -> tuple[Sheet, Json]:
    rule = kept("ConditionalFormatRule", body.get("rule", {}))
    ranges = rule.get("ranges", [])
    if not ranges:
        raise ApiError("Must specify at least one range.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise ApiError("Must specify either a booleanRule or a gradientRule.")
    sheet = batch.sheet(ranges[0])
    for one in ranges:
        batch.book.grid_area(one)
        if one.get("sheetId", 0) != sheet.id:
            raise ApiError("All ranges must be on the same sheet.")
    return sheet, {**rule, "ranges": [{"sheetId": sheet.id, **one} for one in ranges]}


def add_conditional_format_rule(batch: Batch, body: Json) -> None:
    """addConditionalFormatRule: a rule at an index, those after it move down."""
    sheet, rule = _rule(batch, body)
    at, rules = body.get("index", 0), sheet.parts["conditionalFormats"]
    if not 0 <= at <= len(rules):
        raise ApiError(f"Index {at} must be between 0 and {len(rules)}, inclusive.")
    rules.insert(at, rule)


def _at(sheet: Sheet, at: int) -> int:
    if not 0 <= at < len(sheet.parts["conditionalFormats"]):
        raise ApiError(f"No conditional format on sheet: {sheet.id} at index: {at}")
    return at


def delete_conditional_format_rule(batch: Batch, body: Json) -> Json:
    """deleteConditionalFormatRule: one rule gone, those after it move up."""
    sheet = batch.sheet(body)
    return {"rule": sheet.parts["conditionalFormats"].pop(_at(sheet, body.get("index", 0)))}


def update_conditional_format_rule(batch: Batch, body: Json) -> Json:
    """updateConditionalFormatRule: another rule at an index, or the same at another."""
    old_at = body.get("index", 0)
    if "rule" in body:
        sheet, rule = _rule(batch, body)
        at = _at(sheet, old_at)
        old, sheet.parts["conditionalFormats"][at] = sheet.parts["conditionalFormats"][at], rule
        return {"newRule": rule, "newIndex": at, "oldRule": old, "oldIndex": at}
    sheet = batch.sheet(body)
    rules = sheet.parts["conditionalFormats"]
    rule = rules.pop(_at(sheet, old_at))
    new_at = min(max(body.get("newIndex", 0), 0), len(rules))
    rules.insert(new_at, rule)
    return {"newRule": rule, "newIndex": new_at, "oldRule": rule, "oldIndex": old_at}


KINDS: Final[dict[str, Kind]] = {
    "addConditionalFormatRule": add_conditional_format_rule,
    "deleteConditionalFormatRule": delete_conditional_format_rule,
    "updateConditionalFormatRule": update_conditional_format_rule,
}
