"""What YAML's own syntax errors mean, in a sentence for people."""

from __future__ import annotations

from ruamel.yaml.error import MarkedYAMLError

from config.positions import Place
from rules.invalid import Invalid

# Part of the parser's words → what people should know; the first that fits wins.
_SENTENCES: tuple[tuple[str, str, str], ...] = (
    (
        r"character '\t'",
        "a tab stands here; YAML is indented with spaces",
        "此处是制表符（Tab）;YAML 只能用空格缩进",
    ),
    (
        "cannot start any token",
        "a text that begins with this character must be in quotes",
        "以此字符开头的文字必须加引号",
    ),
    (
        "mapping values are not allowed",
        "no `:` is expected here: check the indentation; a text with `: ` must be in quotes",
        "此处不应出现 `:`；请检查缩进，含 `: ` 的文字要加引号",
    ),
    (
        "could not find expected ':'",
        "expected `key: value`",
        "应为「键: 值」（英文冒号加空格）",
    ),
    (
        "expected <block end>",
        "this line does not fit the indentation of the lines above it",
        "本行缩进与上文不一致",
    ),
    (
        "but got '<stream end>'",
        "a bracket that is opened here is never closed",
        "此处的括号没有闭合",
    ),
    ("expected ',' or", "expected a comma or the closing bracket", "应为逗号或右括号"),
    (
        "unexpected end of stream",
        "a quote that is opened here is never closed",
        "此处的引号没有闭合",
    ),
    (
        "escape",
        "a backslash inside double quotes begins a code; use single quotes, or `/` in paths",
        "双引号内的反斜杠是转义符；请改用单引号，路径可写成 `/`",
    ),
    (
        "undefined alias",
        "`*name` repeats a `&name`, which is not there; a text that begins with `*` needs quotes",
        "`*名称` 引用的 `&名称` 不存在；以 `*` 开头的文字必须加引号",
    ),
    (
        "another document",
        "a rules file is one document; delete this `---`",
        "规则文件只能有一个文档；请删除 `---`",
    ),
)


def sentence(error: MarkedYAMLError, text: str) -> tuple[Invalid, Place]:
    """Explain a syntax error.

    Args:
        error: what the parser says.
        text: the whole file.

    Returns:
        The sentence, and the place where people should look.
    """
    said = f"{error.problem or error.context or ''}"
    opened = "stream end" in said or "end of stream" in said
    mark = (opened and error.context_mark) or error.problem_mark or error.context_mark
    place = Place(mark.line + 1, mark.column + 1) if mark is not None else Place(1, 1)
    lines = text.splitlines()
    colon = _wide_colon(lines, place.line)
    if colon is not None:
        return (
            Invalid(
                "a full-width colon `:` stands here; YAML needs `:` and a space",
                "此处是中文冒号 `:`；YAML 需要英文冒号加空格",
            ),
            colon,
        )
    for part, en, zh in _SENTENCES:
        if part in said:
            return Invalid(en, zh), place
    return Invalid("this is not valid YAML: {said}", "YAML 语法错误：{said}", said=said), place


def _wide_colon(lines: list[str], line: int) -> Place | None:
    """Return the place of a full-width colon on the line or the one above it, without another."""
    for number in (line, line - 1):
        if 0 < number <= len(lines):
            text = lines[number - 1].split("#")[0]
            if "\uff1a" in text and ":" not in text:
                return Place(number, text.index("\uff1a") + 1)
    return None
