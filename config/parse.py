"""From bytes to plain data with positions: encoding, YAML syntax, duplicate keys, bounds."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from config.positions import Path, Place, Positions
from config.problems import Flaw
from config.syntax import sentence
from rules.invalid import Invalid

# A rules file of a thousand people has some 70 kB; these only stop files that are none.
MOST_BYTES = 500_000
MOST_VALUES = 100_000
DEEPEST = 40

_TAG = "tag:yaml.org,2002:"
# Dates stay text: each option reads them in its own way.
_TYPED = {_TAG + kind for kind in ("int", "float", "bool", "null")}
_TAGS = _TYPED | {_TAG + kind for kind in ("str", "map", "seq", "timestamp", "value", "merge")}
_NO_TEXT = Invalid(
    "this file is not text in UTF-8; save it again as UTF-8",
    "文件不是 UTF-8 编码的文本；请另存为 UTF-8",
)


class Unreadable(Exception):
    """Nothing can be said about the content, because the file cannot be read as YAML."""

    def __init__(self, error: Invalid, place: Place) -> None:
        super().__init__(str(error))
        self.flaw = Flaw((), error, place=place)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document as plain data, where its parts stand, and what is wrong with its keys."""

    data: Any
    positions: Positions
    flaws: list[Flaw]


def decode(content: bytes) -> str:
    """Return the text of a file in UTF-8 or, with a byte order mark, UTF-16.

    Raises:
        Unreadable: it is too big, or in another encoding.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(
            Invalid(
                "this file has {size} kB; a rules file has at most {most} kB",
                "文件大小为 {size} kB，规则文件最大 {most} kB",
                size=len(content) // 1000,
                most=MOST_BYTES // 1000,
            ),
            Place(1, 1),
        )
    wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in content and not wide:
        raise Unreadable(_NO_TEXT, Place(1, 1))
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-16" if wide else "utf-8", "replace")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        raise Unreadable(_encoding(content), place) from error


def _encoding(content: bytes) -> Invalid:
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return _NO_TEXT
    return Invalid(
        "this file is not saved as UTF-8 (probably as GBK); save it again as UTF-8",
        "文件不是 UTF-8 编码（可能是 GBK）；请另存为 UTF-8",
    )


def parse(text: str) -> Parsed:
    """Read YAML 1.2 as plain data.

    Args:
        text: the content of the file.

    Returns:
        Mappings with text keys, lists, text, numbers, true, false and None; repeated keys and
        unknown tags are flaws.

    Raises:
        Unreadable: the syntax is broken, or the document is absurdly large or deep.
    """
    try:
        yaml = YAML(typ="safe", pure=True)
        node = yaml.compose(text)
    except MarkedYAMLError as error:
        raise Unreadable(*sentence(error, text)) from error
    except YAMLError as error:
        bad = next(
            (at for at, sign in enumerate(text) if not sign.isprintable() and sign not in "\r\n\t"),
            0,
        )
        place = Place(text.count("\n", 0, bad) + 1, bad - text.rfind("\n", 0, bad))
        raise Unreadable(
            Invalid(
                "this character cannot stand in a text file; delete it",
                "此处有文本文件中不能出现的控制字符，请删除",
            ),
            place,
        ) from error
    except RecursionError as error:
        raise Unreadable(_too_deep(), Place(1, 1)) from error
    reader = _Reader(yaml.constructor)
    data = reader.read(node, ()) if node is not None else None
    return Parsed(data, reader.positions, reader.flaws)


def _too_deep() -> Invalid:
    return Invalid(
        "lists and mappings are nested more than {most} deep",
        "列表或映射的嵌套超过 {most} 层",
        most=DEEPEST,
    )


@dataclass(slots=True)
class _Reader:
    """Walks the node tree once; aliases are followed, so values are counted."""

    typed: SafeConstructor
    positions: Positions = field(default_factory=Positions)
    flaws: list[Flaw] = field(default_factory=list)
    values: int = 0

    def read(self, node: Node, path: Path) -> Any:
        self.values += 1
        place = Place(node.start_mark.line + 1, node.start_mark.column + 1)
        if len(path) > DEEPEST:
            raise Unreadable(_too_deep(), place)
        if self.values > MOST_VALUES:
            raise Unreadable(
                Invalid(
                    "this file holds more than {most} values, aliases (`*name`) counted",
                    "文件包含超过 {most} 个值（含 `*别名` 展开）",
                    most=MOST_VALUES,
                ),
                place,
            )
        if node.tag not in _TAGS:
            self._flaw(
                path,
                place,
                Invalid(
                    "tags such as `{tag}` mean nothing here; delete it or put the text in quotes",
                    "此处不支持 `{tag}` 这样的标签；请删除，或给文字加引号",
                    tag=str(node.tag).replace(_TAG, "!!"),
                ),
            )
        self.positions.values[path] = place
        if isinstance(node, MappingNode):
            return {key: self.read(value, (*path, key)) for key, value in self._pairs(node, path)}
        if isinstance(node, SequenceNode):
            return [self.read(value, (*path, at)) for at, value in enumerate(node.value)]
        self.positions.values[path] = Place(place.line, place.column, _written(node))
        return self._scalar(node)

    def _pairs(self, node: MappingNode, path: Path) -> Iterator[tuple[str, Node]]:
        """Yield each key once, as text; `<<` is a key like any other, as in YAML 1.2."""
        seen: set[str] = set()
        for key, value in node.value:
            place = Place(key.start_mark.line + 1, key.start_mark.column + 1)
            if not isinstance(key, ScalarNode):
                said = Invalid("a key must be a single word", "键必须是单个词")
                self._flaw(path, place, said)
            elif key.value in seen:
                twice = ("the key `{key}` is given twice", "键 `{key}` 重复出现")
                said = Invalid(*twice, key=key.value)
                self._flaw((*path, key.value), place, said)
            else:
                seen.add(key.value)
                self.positions.keys[*path, key.value] = place
                yield key.value, value

    def _scalar(self, node: Node) -> Any:
        if node.tag in _TYPED:
            try:
                return self.typed.construct_object(node)
            except ValueError:
                return node.value
        return node.value

    def _flaw(self, path: Path, place: Place, error: Invalid) -> None:
        self.flaws.append(Flaw(path, error, place=place))


def _written(node: Node) -> str:
    """Return a value as it is written, quotes included where there are any."""
    quoted = isinstance(node, ScalarNode) and node.style in ('"', "'")
    return f'"{node.value}"' if quoted else str(node.value)
