"""Google's discovery document of the Sheets API: routes, parameters and closed schemas.

It is the only description of the protocol here: requests are read through it (unknown names,
wrong types and wrong words are refused as Google refuses them, ``null`` counts as absent), and
answers are checked against it before they leave.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, Final, NamedTuple

import googleapiclient

from tests.sheets_server.errors import ApiError

_FILE: Final = "discovery_cache/documents/sheets.v4.json"
_TYPES: Final = "type.googleapis.com/google.apps.sheets.v4."
_BODY: Final = {  # where a method's body is bound to a field of its request message
    "sheets.spreadsheets.create": "spreadsheet",
    "sheets.spreadsheets.values.update": "data",
    "sheets.spreadsheets.values.append": "data",
}
_ONEOF: Final = {"Request"}
_ANY: Final = {"type": "any"}
_PYTHON: Final[dict[str, Any]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": int | float,
    "object": dict,
    "string": str,
}

Json = dict[str, Any]


class Method(NamedTuple):
    """One method of the API: its id, verb, route, body and answer (names of schemas)."""

    id: str
    verb: str
    route: re.Pattern[str]
    parameters: Json
    body: str
    answer: str

    @property
    def reads(self) -> bool:
        """Whether the method changes nothing."""
        word = self.id.rpartition(".")[2].lower()
        return "get" in word or "search" in word

    @property
    def body_path(self) -> str:
        """The name under which errors speak of the body's fields."""
        return _BODY.get(self.id, "")


@cache
def document() -> Json:
    """The discovery document that comes with google-api-python-client."""
    path = Path(googleapiclient.__file__).parent / _FILE
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


@cache
def methods() -> tuple[Method, ...]:
    """All methods, those with the longest fixed ending first, so that the first match is right."""
    found: list[Method] = []
    waiting = [document()]
    while waiting:
        node = waiting.pop()
        waiting.extend(node.get("resources", {}).values())
        found.extend(_method(each) for each in node.get("methods", {}).values())
    return tuple(sorted(found, key=lambda one: -len(one.route.pattern)))


def _method(raw: Json) -> Method:
    route = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+?)", raw["path"])
    return Method(
        raw["id"],
        raw["httpMethod"],
        re.compile(f"/{route}"),
        {**document()["parameters"], **raw["parameters"]},
        raw.get("request", {}).get("$ref", ""),
        raw["response"]["$ref"],
    )


@cache
def schema(name: str) -> Json:
    """The properties of a schema, by name."""
    found: Json = document()["schemas"][name].get("properties", {})
    return found


class _Violations(list[tuple[str, str]]):
    def refuse(self) -> None:
        if self:
            raise ApiError("\n".join(text for _, text in self), violations=tuple(self))


def read_parameters(method: Method, query: dict[str, list[str]]) -> Json:
    """The query of a request as values.

    Args:
        method: the method called.
        query: raw values by name.

    Returns:
        Values by name: text, bool, or a list where the parameter repeats.

    Raises:
        ApiError: a name or a value that the document does not know.
    """
    wrong = _Violations()
    values: Json = {}
    for name, raw in query.items():
        rule = method.parameters.get(name)
        if rule is None or rule.get("location") != "query":
            text = (
                f'Invalid JSON payload received. Unknown name "{name}": Cannot bind query '
                f"parameter. Field '{name}' could not be found in request message."
            )
            wrong.append(("", text))
            continue
        read = [_scalar(rule, each, _snake(name), _capital(name), wrong) for each in raw]
        values[name] = read if rule.get("repeated") else read[-1]
    wrong.refuse()
    return values


def read_body(name: str, value: object, path: str = "") -> Json:
    """A request body as its schema sees it: absent for null, numbers as numbers.

    Args:
        name: the schema.
        value: parsed JSON.
        path: what errors call the body.

    Raises:
        ApiError: an unknown name, a wrong type, a wrong word, or two kinds in one Request.
    """
    wrong = _Violations()
    read = _object(name, {} if value is None else value, path, wrong)
    wrong.refuse()
    return read


def _object(name: str, value: object, path: str, wrong: _Violations) -> Json:
    if not isinstance(value, dict):
        wrong.append(_invalid(path, _TYPES + name, value))
        return {}
    rules = schema(name)
    read: Json = {}
    for key, raw in value.items():
        known = key if key in rules else _camel(key)
        if known not in rules:
            where = f" at '{path}'" if path else ""
            text = f'Invalid JSON payload received. Unknown name "{key}"{where}: Cannot find field.'
            wrong.append((path, text))
        elif raw is not None:
            below = f"{path}.{_snake(known)}" if path else _snake(known)
            read[known] = _value(rules[known], raw, below, name, known, wrong)
    if name in _ONEOF and len(read) > 1:
        _, second = list(read)[:2]
        text = (
            f"Invalid value at '{path}' (oneof), oneof field 'kind' is already set. "
            f"Cannot set '{second}'"
        )
        wrong.append((path, text))
    return read


def _value(rule: Json, raw: object, path: str, owner: str, key: str, wrong: _Violations) -> object:
    if "$ref" in rule:
        return _object(rule["$ref"], raw, path, wrong)
    kind = rule["type"]
    if kind == "array":
        return _array(rule["items"], raw, path, owner, key, wrong)
    if kind == "any":
        return raw
    if kind == "object":
        each = rule.get("additionalProperties", _ANY)
        if not isinstance(raw, dict):
            wrong.append(_invalid(path, "Map", raw))
            return {}
        return {k: _value(each, v, f"{path}[{k}]", owner, key, wrong) for k, v in raw.items()}
    return _scalar(rule, raw, path, f"{owner}.{_capital(key)}", wrong)


def _array(
    items: Json, raw: object, path: str, owner: str, key: str, wrong: _Violations
) -> list[Any]:
    if items.get("type") == "array":  # rows of values: the message is a ListValue each
        lists = raw if isinstance(raw, list) else None
        bad = raw if lists is None else next((r for r in lists if not isinstance(r, list)), None)
        if lists is None or bad is not None:
            where = path if lists is None else f"{path}[{lists.index(bad)}]"
            wrong.append(_invalid(where, "type.googleapis.com/google.protobuf.ListValue", bad))
        return lists or []
    if not isinstance(raw, list):  # protocol buffers read one element as a list of one
        return [_value(items, raw, path, owner, key, wrong)]
    return [
        _value(items, one, f"{path}[{at}]", owner, key, wrong)
        for at, one in enumerate(raw)
        if one is not None
    ]


def _scalar(rule: Json, raw: object, path: str, word: str, wrong: _Violations) -> object:
    kind = rule["type"]
    if kind == "boolean":
        if isinstance(raw, bool):
            return raw
        if isinstance(raw, str) and raw.lower() in ("true", "false"):
            return raw.lower() == "true"
        wrong.append(_invalid(path, "TYPE_BOOL", raw))
    elif kind in ("integer", "number") and not isinstance(raw, bool):
        number = _number(raw)
        if number is not None and (kind == "number" or number == int(number)):
            return int(number) if kind == "integer" else number
        wrong.append(_invalid(path, f"TYPE_{rule['format'].upper()}", raw))
    elif kind == "string" and isinstance(raw, str):
        if "enum" not in rule or raw in rule["enum"]:
            return raw
        wrong.append(_invalid(path, _TYPES + word, raw))
    else:
        wrong.append(_invalid(path, f"TYPE_{rule.get('format', kind)}".upper(), raw))
    return None


def _number(raw: object) -> int | float | None:
    if isinstance(raw, int | float):
        return raw
    try:
        return float(raw) if isinstance(raw, str) else None
    except ValueError:
        return None


def _invalid(path: str, kind: str, raw: object) -> tuple[str, str]:
    shown = json.dumps(raw, ensure_ascii=False)
    return path, f"Invalid value at '{path}' ({kind}), {shown}"


@cache
def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)


@cache
def _camel(name: str) -> str:
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def check_answer(name: str, value: Json) -> None:
    """That an answer is what the document promises; wrong answers are the server's own fault.

    Raises:
        AssertionError: naming the places.
    """
    wrong = list(islice(_complaints({"$ref": name}, value, name, set()), 5))
    assert not wrong, f"this server's answer breaks the schema: {'; '.join(wrong)}"


def _complaints(rule: Json, value: Any, path: str, seen: set[int]) -> Iterator[str]:
    """Where a value is not what its rule says; an object that appears again is checked once."""
    kind = rule.get("type")
    if kind is None:
        yield from _object_complaints(rule["$ref"], value, path, seen)
    elif kind == "any":
        return
    elif not isinstance(value, _PYTHON[kind]) or (isinstance(value, bool) != (kind == "boolean")):
        yield f"{path} is {value!r} and not {kind}"
    elif kind == "array":
        yield from _array_complaints(rule["items"], value, path, seen)
    elif kind == "object":
        for key, one in value.items():
            yield from _complaints(rule.get("additionalProperties", _ANY), one, path + key, seen)
    elif value not in rule.get("enum", (value,)):
        yield f"{path} is {value!r}, which is no word of its enum"


def _object_complaints(name: str, value: object, path: str, seen: set[int]) -> Iterator[str]:
    rules = schema(name)
    if not isinstance(value, dict):
        yield f"{path} is no object"
    elif id(value) not in seen:
        seen.add(id(value))
        for key, below in value.items():
            if key in rules:
                yield from _complaints(rules[key], below, f"{path}.{key}", seen)
            else:
                yield f"{path} has no {key}"


def _array_complaints(items: Json, value: list[Any], path: str, seen: set[int]) -> Iterator[str]:
    if items.get("type") != "array":
        for at, one in enumerate(value):
            yield from _complaints(items, one, f"{path}[{at}]", seen)
    elif not all(type(one) is list for one in value):
        yield f"{path} is not made of lists"
