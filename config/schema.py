"""The rules file's JSON Schema, for completion and descriptions in editors."""

from __future__ import annotations

import json
from typing import Any

from pydantic.json_schema import models_json_schema

from config.document import Document
from rules.rule import discover
from sync.fields import FIELDS


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a rules file, one alternative per rule.

    It knows every key; what only the file itself tells (stages, people) is checked by loading.
    """
    kinds = tuple(discover().values())
    models = [(kind, "validation") for kind in (Document, *kinds)]
    definitions: dict[str, Any] = models_json_schema(models)[1]["$defs"]  # type: ignore[arg-type]
    document = definitions.pop(Document.__name__)
    document["properties"]["rules"]["items"] = {
        "oneOf": [{"$ref": f"#/$defs/{kind.__name__}"} for kind in kinds]
    }
    for kind in kinds:
        definitions[kind.__name__]["required"] = ["use"]
    columns = definitions["Spreadsheet"]["properties"]["columns"]
    columns["properties"] = {
        key: {**columns["additionalProperties"], "description": f"{field.en} {field.zh}"}
        for key, field in FIELDS.items()
    }
    written = json.dumps([document, definitions])
    used = {name: part for name, part in definitions.items() if f'$defs/{name}"' in written}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **document,
        "title": "Dealkeeper rules file",
        "$defs": used,
    }
