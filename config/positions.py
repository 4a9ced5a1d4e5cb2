"""Where each part of a YAML document stands, by its path."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Path = tuple[str | int, ...]


class Place(NamedTuple):
    """A place in the file as people count: lines and columns from 1.

    Attributes:
        text: how a single value is written there, "" for lists, mappings and keys.
    """

    line: int
    column: int
    text: str = ""


@dataclass(frozen=True, slots=True)
class Positions:
    """The places of a document's values and keys, by path."""

    values: dict[Path, Place] = field(default_factory=dict)
    keys: dict[Path, Place] = field(default_factory=dict)

    def value(self, path: Path) -> Place:
        """Return the place of the value at a path, or of the nearest thing around it."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Place(1, 1))

    def key(self, path: Path) -> Place:
        """Return the place of the key that ends a path, or of the nearest thing around it."""
        return self.keys.get(path) or self.value(path)


def real_path(data: Any, loc: Sequence[str | int]) -> Path:
    """Return the part of a pydantic location that stands in the document.

    Locations carry names of union members and validators; only segments that are keys or positions
    in the data are kept.
    """
    path: list[str | int] = []
    for part in loc:
        inside = range(len(data)) if isinstance(data, list) else data
        if isinstance(inside, (Mapping, range)) and part in inside:
            data = data[part]
            path.append(part)
    return tuple(path)


def value_at(data: Any, path: Path) -> Any:
    """Return the value at a path that stands in the document."""
    for part in path:
        data = data[part]
    return data


def dotted(path: Path) -> str:
    """Write a path as people read it: `rules[2].assign[0].to`; list positions count from 1."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else str(part)
    return text
