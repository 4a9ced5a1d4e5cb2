"""Write any text as a YAML value that reads back as the same text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping

# Letters first, so that nothing looks like a number, a date or a sign of YAML's own; lengths of
# time and percentages are safe as well.
_PLAIN = re.compile(r"[^\W\d_][\w·/.%()-]*(?: [\w·/.%()-]+)*|\d+ [a-z]+|\d+%")
# Words that some YAML readers take for true, false or nothing.
_WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", "null"}


def scalar(value: object) -> str:
    """Return a value as it is written in YAML: plain where that is safe, else in double quotes.

    Args:
        value: text, number, true, false, None, or lists and mappings of them (in flow style).
    """
    if isinstance(value, Mapping):
        pairs = (f"{scalar(key)}: {scalar(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, str):
        safe = _PLAIN.fullmatch(value) and value.lower() not in _WORDS and value.isprintable()
        return value if safe else _quoted(value)
    if isinstance(value, Iterable):
        return "[" + ", ".join(map(scalar, value)) + "]"
    return json.dumps(value)


def _quoted(text: str) -> str:
    """JSON's quoting is YAML's too; what editors do not show is escaped."""
    return "".join(map(_shown, json.dumps(text, ensure_ascii=False)))


def _shown(sign: str) -> str:
    if sign.isprintable():
        return sign
    return f"\\u{ord(sign):04x}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08x}"
