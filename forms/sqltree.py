"""What a query says, from DuckDB's own parse tree: tables it reads, functions it calls, comparisons it
makes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

_COMPARISONS: Final = (
    "COMPARE_EQUAL",
    "COMPARE_NOTEQUAL",
    "COMPARE_LESSTHAN",
    "COMPARE_GREATERTHAN",
    "COMPARE_LESSTHANOREQUALTO",
    "COMPARE_GREATERTHANOREQUALTO",
    "COMPARE_DISTINCT_FROM",
    "COMPARE_NOT_DISTINCT_FROM",
    "COMPARE_BETWEEN",
    "COMPARE_IN",
    "COMPARE_NOT_IN",
)

_MEMBERSHIP: Final = ("list_contains", "array_contains", "list_has", "array_has")


class Executes(Protocol):
    """The one thing needed of a DuckDB connection."""

    def execute(self, query: str, parameters: Any = ...) -> Any: ...


@dataclass(frozen=True)
class Column:
    """A column as written: `t.kind` is ("t", "kind"). `sources`: alias → table of the queries around
    it, inside out."""

    path: tuple[str, ...]
    sources: tuple[Mapping[str, str | None], ...]
    at: int


@dataclass(frozen=True)
class Literal:
    """A constant as written; `text` of a number is its digits."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Comparison:
    """`left` compared with each of `rights`. `exact`: by equality or membership, so that a text must
    be a known label.

    `member`: a literal looked for in a list column.
    """

    left: Column | Literal
    rights: tuple[Column | Literal, ...]
    exact: bool
    member: bool = False


@dataclass(frozen=True)
class Tree:
    """`tables` without the query's own CTEs; `functions` include table functions."""

    tables: frozenset[str]
    functions: frozenset[str]
    comparisons: tuple[Comparison, ...]


class NotASelect(ValueError):
    """The text is no single SELECT, or does not parse; `at` is the place in the text, when known."""


def tree(connection: Executes, sql: str) -> Tree:
    """Raises NotASelect with DuckDB's words."""
    answer = json.loads(connection.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
    if answer.get("error"):
        raise NotASelect(str(answer.get("error_message") or "not a select"))
    statements = answer["statements"]
    if len(statements) != 1:
        raise NotASelect(f"{len(statements)} statements where one is wanted")
    walker = _Walker()
    walker.visit(statements[0], ())
    return Tree(
        frozenset(walker.tables - walker.ctes), frozenset(walker.functions), tuple(walker.comparisons)
    )


class _Walker:
    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.ctes: set[str] = set()
        self.functions: set[str] = set()
        self.comparisons: list[Comparison] = []

    def visit(self, node: Any, scope: tuple[Mapping[str, str | None], ...]) -> None:
        if isinstance(node, list):
            for each in node:
                self.visit(each, scope)
            return
        if not isinstance(node, dict):
            return
        for entry in (node.get("cte_map") or {}).get("map") or ():
            self.ctes.add(str(entry["key"]).lower())
        if node.get("type") == "RECURSIVE_CTE_NODE" and node.get("cte_name"):
            self.ctes.add(str(node["cte_name"]).lower())
        if node.get("type") == "BASE_TABLE":
            self.tables.add(str(node["table_name"]).lower())
        if node.get("class") == "FUNCTION" or (node.get("type") == "FUNCTION" and "function_name" in node):
            self.functions.add(str(node.get("function_name", "")).lower())
        if node.get("from_table") is not None:
            scope = (dict(_sources(node["from_table"])), *scope)
        comparison = _comparison(node, scope)
        if comparison is not None:
            self.comparisons.append(comparison)
        for each in node.values():
            if isinstance(each, (dict, list)):
                self.visit(each, scope)


def _sources(node: Any) -> Iterator[tuple[str, str | None]]:
    """Alias → table name of what stands in a FROM; a subquery's alias → None."""
    if not isinstance(node, dict):
        return
    kind = node.get("type")
    if kind == "BASE_TABLE":
        name = str(node["table_name"]).lower()
        yield (str(node.get("alias") or name).lower(), name)
    elif kind == "JOIN":
        yield from _sources(node.get("left"))
        yield from _sources(node.get("right"))
    elif node.get("alias"):
        yield (str(node["alias"]).lower(), None)


def _comparison(node: Mapping[str, Any], scope: tuple[Mapping[str, str | None], ...]) -> Comparison | None:
    kind = node.get("type")
    if node.get("function_name") in _MEMBERSHIP:
        inside = [
            _operand(each.get("expression", each), scope)
            for each in node.get("arguments") or node.get("children") or ()
        ]
        if len(inside) == 2 and isinstance(inside[0], Column) and isinstance(inside[1], Literal):
            return Comparison(inside[0], (inside[1],), True, member=True)
        return None
    if kind not in _COMPARISONS:
        return None
    parts: Sequence[Any]
    if kind == "COMPARE_BETWEEN":
        parts = (node.get("input"), node.get("lower"), node.get("upper"))
    elif "left" in node:
        parts = (node["left"], node["right"])
    else:
        parts = node.get("children") or ()
    found = [_operand(each, scope) for each in parts]
    if not found:
        return None
    first, *rest = found
    if isinstance(first, Literal) and len(rest) == 1 and isinstance(rest[0], Column):
        first, rest = rest[0], [first]
    rights = tuple(each for each in rest if each is not None)
    if first is None or not rights:
        return None
    return Comparison(
        first,
        rights,
        kind
        in (
            "COMPARE_EQUAL",
            "COMPARE_NOTEQUAL",
            "COMPARE_IN",
            "COMPARE_NOT_IN",
            "COMPARE_DISTINCT_FROM",
            "COMPARE_NOT_DISTINCT_FROM",
        ),
    )


def _operand(node: Any, scope: tuple[Mapping[str, str | None], ...]) -> Column | Literal | None:
    if not isinstance(node, dict):
        return None
    at = int(node.get("query_location") or 0)
    if node.get("class") == "COLUMN_REF":
        return Column(tuple(str(each).lower() for each in node["column_names"]), scope, at)
    if node.get("class") == "CONSTANT":
        literal = node.get("literal")
        if isinstance(literal, dict):  # DuckDB 2
            kind = str(literal.get("kind", ""))
            return Literal(
                "text"
                if kind == "STRING"
                else "number"
                if kind in ("INTEGER", "DECIMAL", "FLOAT", "DOUBLE", "NUMBER", "NUMERIC")
                else "other",
                str(literal.get("text", "")),
                at,
            )
        value = node.get("value") or {}  # DuckDB 1
        kind = str((value.get("type") or {}).get("id", ""))
        text = value.get("value")
        return Literal(
            "text"
            if kind == "VARCHAR"
            else "number"
            if "INT" in kind or kind in ("DECIMAL", "DOUBLE")
            else "other",
            str(text),
            at,
        )
    return None
