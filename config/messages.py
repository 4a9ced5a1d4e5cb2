"""From pydantic's errors to flaws: sentences in both languages, and the nearest valid name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from config.positions import Path, real_path, value_at
from config.problems import Flaw
from rules.invalid import Invalid
from rules.options import nearest

_NUMBER = ("expected a number", "应为数字")
_WHOLE = ("expected a whole number", "应为整数")
_TRUTH = ("expected `true` or `false`", "应为 `true` 或 `false`")
_LIST = ("expected a list such as `[a, b]`", "应为列表，例如 `[甲, 乙]`")
_MAPPING = ("expected keys with values (`key: value`)", "应为若干「键: 值」")
_DATE = ("expected a date such as `2026-10-01`", "应为日期，例如 `2026-10-01`")

# Error type → the sentence in both languages; names in braces come from the error's context.
# The types are listed at https://docs.pydantic.dev/latest/errors/validation_errors/
_SENTENCES: dict[str, tuple[str, str]] = {
    "string_type": ("expected text", "应为文字"),
    "string_too_short": ("expected a text that is not blank", "应为非空文字"),
    **dict.fromkeys(("int_type", "int_parsing", "int_from_float", "int_parsing_size"), _WHOLE),
    **dict.fromkeys(("float_type", "float_parsing", "finite_number"), _NUMBER),
    **dict.fromkeys(("bool_type", "bool_parsing"), _TRUTH),
    **dict.fromkeys(("list_type", "tuple_type"), _LIST),
    **dict.fromkeys(("dict_type", "model_type", "model_attributes_type"), _MAPPING),
    **dict.fromkeys(
        ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
        _DATE,
    ),
    "greater_than_equal": ("expected a number of at least {ge:g}", "应为不小于 {ge:g} 的数字"),
    "greater_than": ("expected a number above {gt:g}", "应为大于 {gt:g} 的数字"),
    "less_than_equal": ("expected a number of at most {le:g}", "应为不大于 {le:g} 的数字"),
    "less_than": ("expected a number below {lt:g}", "应为小于 {lt:g} 的数字"),
    "too_short": ("expected at least {min_length} entries", "应至少有 {min_length} 项"),
    "too_long": ("expected at most {max_length} entries", "应最多有 {max_length} 项"),
}
# Keys that are all listed when none is near; more would hide the sentence.
_LISTED = 12


def flaws(error: ValidationError, data: Any, model: type[BaseModel], prefix: Path) -> list[Flaw]:
    """Translate all errors of one validation.

    Args:
        error: what pydantic found.
        data: what was validated.
        model: against which model.
        prefix: where the data stands in the document.

    Returns:
        One flaw per place; of a union's members only those that came furthest into the data count.
    """
    found: dict[Path, list[tuple[Path, ErrorDetails]]] = defaultdict(list)
    located = [(real_path(data, one["loc"]), one) for one in error.errors(include_url=False)]
    for path, details in located:
        if details["type"] == "too_short" and any(_inside(other, path) for other, _ in located):
            continue  # entries that are wrong were not counted
        found[_union(data, details, path)].append((path, details))
    result = []
    for group in found.values():
        deepest = max(len(path) for path, _ in group)
        for path in dict.fromkeys(path for path, _ in group if len(path) == deepest):
            same = [details for at, details in group if at == path]
            result.append(_flaw(same, path, prefix, data, model))
    return result


def _inside(path: Path, whole: Path) -> bool:
    return len(path) > len(whole) and path[: len(whole)] == whole


def _union(data: Any, details: ErrorDetails, path: Path) -> Path:
    """The location up to the first segment that is not in the data: the union, if there is one."""
    loc = details["loc"]
    if details["type"] in ("missing", "extra_forbidden"):
        loc = loc[:-1]
    for size in range(len(loc) + 1):
        if len(real_path(data, loc[:size])) < size:
            return tuple(loc[: size - 1])
    return (*path, details["loc"][-1]) if details["type"] == "missing" else path


def _flaw(
    same: list[ErrorDetails], path: Path, prefix: Path, data: Any, model: type[BaseModel]
) -> Flaw:
    details = same[0]
    last = str(details["loc"][-1]) if details["loc"] else ""
    match details["type"]:
        case "missing":
            error = Invalid("the required key `{key}` is missing", "缺少必填项 `{key}`", key=last)
            return Flaw((*prefix, *path), error)
        case "extra_forbidden":
            return Flaw((*prefix, *path), _unknown_key(last, path[:-1], model), on_key=True)
    return Flaw((*prefix, *path), _sentence(same, value_at(data, path)), on_key=last == "[key]")


def _sentence(same: list[ErrorDetails], value: Any) -> Invalid:
    details = same[0]
    context = details.get("ctx", {})
    if isinstance(context.get("error"), Invalid):
        error: Invalid = context["error"]
        return error
    if details["type"] == "string_type" and isinstance(value, (int, float)):
        if any(other["type"] == "literal_error" for other in same):
            return Invalid("expected text in quotes, or `false`", "应为引号中的文字，或 `false`")
        return Invalid("expected text in quotes", "应为引号中的文字")
    if details["type"] in ("literal_error", "enum"):
        return _choice(str(context["expected"]), value)
    if details["type"] in _SENTENCES:
        return Invalid(*_SENTENCES[details["type"]], **context)
    said = str(context.get("error") or details["msg"])
    return Invalid("{said}", "{said}", said=said)


def _choice(expected: str, value: Any) -> Invalid:
    choices = re.findall(r"'([^']*)'", expected) or re.split(r", | or ", expected)
    guess = nearest(value, tuple(choices)) if isinstance(value, str) else None
    return Invalid(
        "expected one of {choices}" if len(choices) > 1 else "expected {choices}",
        "应为以下之一：{choices}" if len(choices) > 1 else "应为 {choices}",
        guess=guess,
        choices=" / ".join(f"`{choice}`" for choice in choices),
    )


def _unknown_key(key: str, path: Path, model: type[BaseModel]) -> Invalid:
    known = tuple(sorted(_keys(model.model_json_schema(), path)))
    guess = nearest(key, known)
    if guess is not None or not known or len(known) > _LISTED:
        return Invalid("unknown key `{key}`", "未知的键 `{key}`", guess=guess, key=key)
    return Invalid(
        "unknown key `{key}`; known here: {known}",
        "未知的键 `{key}`；此处可用：{known}",
        key=key,
        known=" / ".join(known),
    )


def _keys(schema: Mapping[str, Any], path: Path) -> set[str]:
    """The keys that may stand in the mapping at a path, by the model's JSON Schema."""
    parts = [schema]
    for step in path:
        parts = [
            below
            for part in _alternatives(parts, schema)
            for below in (
                part.get("properties", {}).get(step),
                part.get("additionalProperties") if isinstance(step, str) else part.get("items"),
            )
            if isinstance(below, Mapping)
        ]
    return {key for part in _alternatives(parts, schema) for key in part.get("properties", {})}


def _alternatives(parts: list[Any], root: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Follow references and unions to the schemas that they stand for."""
    found: list[Mapping[str, Any]] = []
    for part in parts:
        if "$ref" in part:
            name = part["$ref"].rsplit("/", 1)[-1]
            found.extend(_alternatives([root["$defs"][name]], root))
        elif "anyOf" in part or "oneOf" in part:
            found.extend(_alternatives(part.get("anyOf") or part["oneOf"], root))
        else:
            found.append(part)
    return found
