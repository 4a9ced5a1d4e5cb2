"""Load a rules file: everything that is wrong with it at once, each with its place."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

from pydantic import ValidationError

from config.checks import cross_checks
from config.document import Document
from config.messages import flaws
from config.parse import Parsed, Unreadable, decode, parse
from config.positions import Place, Positions
from config.problems import ConfigErrors, Flaw, Problem, problem
from config.rules_file import RulesFile
from config.stanzas import read_rules
from rules.invalid import Invalid
from rules.rule import Rule
from sync.say import Language

__all__ = ["ConfigErrors", "Problem", "RulesFile", "load"]

# Nothing in the file is to blame.
_NOWHERE = Place(0, 0)


def load(path: Path, language: Language = "zh") -> RulesFile:
    """Read and check a rules file.

    Args:
        path: the file.
        language: of messages where the file does not say one.

    Returns:
        The file in the types that the other layers speak.

    Raises:
        ConfigErrors: everything that is wrong with it, by place.
    """
    content, text = b"", ""
    try:
        content = _content(path)
        text = decode(content)
        parsed = parse(text)
    except Unreadable as error:
        said = _language(text or content.decode("ascii", "replace"), language)
        raise ConfigErrors([problem(error.flaw, path, None, Positions(), said)]) from error
    document, rules, found = _validate(parsed)
    if found or document is None:
        said = _language(text, language)
        raise ConfigErrors(
            [problem(flaw, path, parsed.data, parsed.positions, said) for flaw in found]
        )
    return RulesFile(
        path.resolve(), hashlib.sha256(content).hexdigest(), document, rules, parsed.positions
    )


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise Unreadable(
            Invalid(
                "there is no such rules file; `dealkeeper init WORKBOOK` writes one",
                "规则文件不存在；可用 `dealkeeper init 表格文件` 生成",
            ),
            _NOWHERE,
        ) from error
    except OSError as error:
        said = Invalid(
            "this rules file cannot be read: {why}", "规则文件无法读取：{why}", why=error.strerror
        )
        raise Unreadable(said, _NOWHERE) from error


def _language(text: str, fallback: Language) -> Language:
    """The language that the file says, even where the rest of it is broken."""
    match = re.search(r"^language:\s*[\"']?(zh|en)\b", text, re.MULTILINE)
    if match is None:
        return fallback
    return "zh" if match[1] == "zh" else "en"


def _validate(parsed: Parsed) -> tuple[Document | None, tuple[Rule, ...], list[Flaw]]:
    """Check the document, each stanza, and what lies between them."""
    data = parsed.data
    if not isinstance(data, dict):
        error = Invalid(
            "expected a rules file that begins with `version: 1`",
            "应为以 `version: 1` 开头的规则文件",
        )
        return None, (), [Flaw((), error)]
    found = list(parsed.flaws)
    document = None
    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        found.extend(flaws(error, data, Document, ()))
    rules, wrong = read_rules(data)
    return document, rules, [*found, *wrong, *cross_checks(data)]
