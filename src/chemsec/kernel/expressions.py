"""Conditions of a questionnaire: when a question is asked, and what its answer may be.

The part of XLSForm's expressions that a questionnaire needs, which are those of XPath 1.0:

    ${permits} = 'yes' and not(selected(${who}, 'customs'))
    . >= 0 and . <= 100
    count-selected(${who}) > 2

`${name}` is the answer to a question, `.` the one that is looked at. An answer is a text, a number, or a list
of codes (of a question that takes many); what isn't answered is the empty text. As in XPath, whatever is
compared with a number is taken as one, and what is none compares as false; a list counts as its codes with
spaces between. `evaluate` has a twin in needs.js, and a test that holds the two together.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Answer = str | float | int | list[str]
Answers = Mapping[str, Answer]
Value = Answer | bool  # of a part of an expression
Tree = list[
    Any
]  # an operator and its operands, as JSON holds it: ["=", ["answer", "permits"], ["text", "yes"]]

HERE = "."
COMPARISONS = ("<=", ">=", "!=", "=", "<", ">")
FUNCTIONS = {"selected": 2, "count-selected": 1, "not": 1}
LONGEST = 2_000  # characters
DEEPEST = 30  # brackets within brackets

TOKEN = re.compile(
    r"""\s*(?:
    \$\{\s*(?P<name>[A-Za-z_][\w.-]*)\s*\}
    | (?P<number>-?\d+(?:\.\d+)?)
    | '(?P<single>[^']*)' | "(?P<double>[^"]*)"
    | (?P<sign><=|>=|!=|=|<|>|\(|\)|,)
    | (?P<word>[A-Za-z][A-Za-z-]*)
    | (?P<here>\.)
    )""",
    re.VERBOSE,
)


class ExpressionError(ValueError):
    """What isn't understood in an expression, and where (counted in characters from 1)."""

    def __init__(self, what: str, at: int):
        super().__init__(f"{what} (at character {at + 1})")
        self.what, self.at = what, at


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    at: int


def parse(text: str) -> Tree:
    """The expression as a tree; ExpressionError for what isn't one, or is of another language."""
    if len(text) > LONGEST:
        raise ExpressionError("it is too long", LONGEST)
    reader = _Reader(list(_tokens(text)), len(text))
    tree = reader.either()
    if (left := reader.peek()) is not None:
        raise ExpressionError(f"“{left.text}” isn't expected", left.at)
    return tree


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            start = at + len(text[at:]) - len(text[at:].lstrip())
            raise ExpressionError(f"“{text[start : start + 20]}” isn't understood", start)
        kind = str(match.lastgroup)
        yield _Token("text" if kind in {"single", "double"} else kind, match[kind], match.start(kind))
        at = match.end()


class _Reader:
    """Reads tokens by recursive descent: or, and, comparison, operand."""

    def __init__(self, tokens: list[_Token], end: int):
        self.tokens, self.end, self.next, self.depth = tokens, end, 0, 0

    def peek(self) -> _Token | None:
        return self.tokens[self.next] if self.next < len(self.tokens) else None

    def takes(self, kind: str, *texts: str) -> _Token | None:
        token = self.peek()
        if token is None or token.kind != kind or (texts and token.text not in texts):
            return None
        self.next += 1
        return token

    def expects(self, text: str) -> None:
        if not self.takes("sign", text):
            token = self.peek()
            raise ExpressionError(f"“{text}” is missing", token.at if token else self.end)

    def either(self) -> Tree:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ExpressionError("it has too many brackets", self.tokens[self.next - 1].at)
        parts = [self.both()]
        while self.takes("word", "or"):
            parts.append(self.both())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else ["or", *parts]

    def both(self) -> Tree:
        parts = [self.comparison()]
        while self.takes("word", "and"):
            parts.append(self.comparison())
        return parts[0] if len(parts) == 1 else ["and", *parts]

    def comparison(self) -> Tree:
        left = self.operand()
        sign = self.takes("sign", *COMPARISONS)
        return [sign.text, left, self.operand()] if sign else left

    def operand(self) -> Tree:
        token = self.peek()
        if token is None:
            raise ExpressionError("it ends too early", self.end)
        self.next += 1
        if token.kind == "name":
            return ["answer", token.text]
        if token.kind == "here":
            return ["answer", HERE]
        if token.kind == "number":
            return ["number", float(token.text)]
        if token.kind == "text":
            return ["text", token.text]
        if token.text == "(":
            tree = self.either()
            self.expects(")")
            return tree
        if token.text in FUNCTIONS:
            return self.function(token)
        raise ExpressionError(f"“{token.text}” isn't understood", token.at)

    def function(self, name: _Token) -> Tree:
        self.expects("(")
        operands = [self.either()]
        while self.takes("sign", ","):
            operands.append(self.either())
        self.expects(")")
        if len(operands) != FUNCTIONS[name.text]:
            raise ExpressionError(f"{name.text}() takes {FUNCTIONS[name.text]}", name.at)
        return [name.text, *operands]


def names(tree: Tree) -> set[str]:
    """The questions that an expression asks of, without the one that it stands at."""
    operator, *operands = tree
    if operator == "answer":
        return {operands[0]} - {HERE}
    return set().union(*(names(one) for one in operands if isinstance(one, list)))


def holds(tree: Tree, answers: Answers) -> bool:
    """Whether the condition holds for these answers; `.` under HERE."""
    return _truth(evaluate(tree, answers))


def evaluate(tree: Tree, answers: Answers) -> Value:
    operator, *operands = tree
    if operator == "answer":
        return answers.get(operands[0], "")
    if operator in {"number", "text"}:
        return operands[0]  # type: ignore[no-any-return]
    if operator in {"and", "or"}:
        found = (holds(one, answers) for one in operands)
        return all(found) if operator == "and" else any(found)
    return _apply(operator, [evaluate(one, answers) for one in operands])


def _apply(operator: str, values: list[Value]) -> Value:
    if operator == "not":
        return not _truth(values[0])
    if operator == "selected":
        return _text(values[1]) in _text(values[0]).split()
    if operator == "count-selected":
        return float(len(_text(values[0]).split()))
    return _compare(operator, values[0], values[1])


def _compare(sign: str, left: Value, right: Value) -> bool:
    equality = sign in {"=", "!="}
    if equality and (isinstance(left, bool) or isinstance(right, bool)):
        return (_truth(left) == _truth(right)) == (sign == "=")
    if equality and not (isinstance(left, int | float) or isinstance(right, int | float)):
        return (_text(left) == _text(right)) == (sign == "=")
    one, other = _number(left), _number(right)
    return {
        "=": one == other,
        "!=": one != other,
        "<": one < other,
        ">": one > other,
        "<=": one <= other,
        ">=": one >= other,
    }[sign]


def _truth(value: Value) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return value != 0 and not math.isnan(value)
    return bool(value)


def _text(value: Value) -> str:
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


NUMBER = re.compile(r"[ \t\r\n]*-?(?:\d+(?:\.\d*)?|\.\d+)[ \t\r\n]*", re.ASCII)


def _number(value: Value) -> float:
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, int | float):
        return float(value)
    text = _text(value)
    return float(text) if NUMBER.fullmatch(text) else math.nan


def write(tree: Tree) -> str:
    """The expression as XLSForm has it; `parse` gives the same tree again."""
    operator, *operands = tree
    if operator == "answer":
        return HERE if operands[0] == HERE else "${" + operands[0] + "}"
    if operator == "number":
        return _text(operands[0])
    if operator == "text":
        return f'"{operands[0]}"' if "'" in operands[0] else f"'{operands[0]}'"
    if operator in FUNCTIONS:
        return f"{operator}({', '.join(write(one) for one in operands)})"
    inner = {"and", "or"} if operator in {"and", "or"} else {"and", "or", *COMPARISONS}
    parts = [f"({write(one)})" if one[0] in inner else write(one) for one in operands]
    return f" {operator} ".join(parts)
