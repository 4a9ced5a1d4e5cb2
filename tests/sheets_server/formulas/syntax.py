"""Formulas as trees: a lexer of one regular expression and a parser by binding strength."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

REFERENCE: Final = (
    r"(?:(?P<sheet>'(?:[^']|'')*'|[A-Za-z_\u0080-\uffff][\w.\u0080-\uffff]*)!)?"
    r"(?P<ref>\$?[A-Za-z]{1,3}\$?\d+(?::\$?[A-Za-z]{1,3}(?:\$?\d+)?)?"
    r"|\$?[A-Za-z]{1,3}:\$?[A-Za-z]{1,3}|\$?\d+:\$?\d+)(?![\w(!.])"
)
_TOKEN: Final = re.compile(
    r"\s*(?:(?P<text>\"(?:[^\"]|\"\")*\")"
    r"|(?P<error>#(?:N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!))"
    rf"|{REFERENCE}"
    r"|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)"
    r"|(?P<name>[A-Za-z_\u0080-\uffff][\w.\u0080-\uffff]*)"
    r"|(?P<op><=|>=|<>|[-+*/^&=<>%(){},;]))"
)
_STRENGTH: Final = {
    **dict.fromkeys(("=", "<>", "<", ">", "<=", ">="), 1),
    "&": 2,
    **dict.fromkeys("+-", 3),
    **dict.fromkeys("*/", 4),
    "^": 6,
}
_SIGN: Final = 7  # -2^2 is 4


class FormulaError(Exception):
    """A formula that cannot be read."""


class Literal(NamedTuple):
    """A number, text or error code that stands in the formula."""

    value: int | float | str | bool | None


class Reference(NamedTuple):
    """Cells: a sheet's title if one is named, and the A1 text."""

    sheet: str | None
    text: str


class Name(NamedTuple):
    """A word alone: TRUE, FALSE or a named range."""

    text: str


class Failure(NamedTuple):
    """An error code that stands in the formula, such as ``#REF!``."""

    code: str


class Call(NamedTuple):
    """A function or an operator with its operands; operators go by their sign."""

    name: str
    arguments: tuple[Node, ...]


Node = Literal | Reference | Name | Failure | Call
Token = tuple[str, str, str | None]


@lru_cache(maxsize=4096)
def parse(formula: str) -> Node:
    """The tree of a formula, given with its ``=``.

    Raises:
        FormulaError: it cannot be read.
    """
    reader = _Reader(_tokens(formula[1:]))
    node = reader.expression(0)
    if reader.peek() != ("end", "", None):
        raise FormulaError(formula)
    return node


def _tokens(text: str) -> list[Token]:
    found: list[Token] = []
    at = 0
    text = text.rstrip()
    while at < len(text):
        one = _TOKEN.match(text, at)
        if not one:
            raise FormulaError(text[at:])
        kind = one.lastgroup or ""
        found.append((kind, one[kind], one["sheet"]))
        at = one.end()
    return found


class _Reader:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0

    def peek(self) -> Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else ("end", "", None)

    def take(self, expected: str = "") -> Token:
        token = self.peek()
        if expected and token[1] != expected:
            raise FormulaError(f"{expected} expected")
        self.at += 1
        return token

    def expression(self, least: int) -> Node:
        left = self.operand()
        while True:
            kind, text, _ = self.peek()
            if kind == "op" and text == "%":
                self.take()
                left = Call("%", (left,))
            elif kind == "op" and _STRENGTH.get(text, -1) > least:
                self.take()
                left = Call(text, (left, self.expression(_STRENGTH[text])))
            else:
                return left

    def operand(self) -> Node:
        kind, text, sheet = self.take()
        match kind:
            case "number":
                return Literal(float(text) if re.search(r"[.eE]", text) else int(text))
            case "text":
                return Literal(text[1:-1].replace('""', '"'))
            case "error":
                return Failure(text)
            case "ref":
                title = sheet.strip("'").replace("''", "'") if sheet else None
                return Reference(title, text)
            case "name":
                return self.named(text)
        if text == "(":
            inner = self.expression(0)
            self.take(")")
            return inner
        if text == "{":
            return self.array()
        if text in ("-", "+"):
            return Call(f"unary{text}", (self.expression(_SIGN),))
        raise FormulaError(text)

    def array(self) -> Node:
        """What stands in braces: `,` goes to the right, `;` goes down."""
        rows: list[list[Node]] = [[self.expression(0)]]
        while self.peek()[1] != "}":
            if self.take()[1] == ";":
                rows.append([])
            rows[-1].append(self.expression(0))
        self.take("}")
        return Call("VSTACK", tuple(Call("HSTACK", tuple(row)) for row in rows))

    def named(self, text: str) -> Node:
        if self.peek()[1] != "(":
            return Name(text)
        self.take()
        arguments: list[Node] = []
        while self.peek()[1] != ")":
            missing = self.peek()[1] in (",", ";")
            arguments.append(Literal(None) if missing else self.expression(0))
            if self.peek()[1] in (",", ";"):
                self.take()
            elif self.peek()[1] != ")":
                raise FormulaError("a comma or ) expected")
        self.take(")")
        return Call(text.upper(), tuple(arguments))
