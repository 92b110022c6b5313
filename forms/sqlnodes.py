"""Nodes of DuckDB's parse tree as lineage needs them: constants, stars, arguments, columns united."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from forms.meaning import Fields, Meaning, either


class Relation(dict[str, Meaning]):
    """Columns by name; `rows`: the fields that decide which rows there are. `parts`: of a table that holds
    several lists, by (column, word), what the others may hold where that column is that word.
    """

    def __init__(
        self,
        columns: Mapping[str, Meaning],
        rows: Fields = frozenset(),
        parts: Mapping[tuple[str, str], Mapping[str, Meaning]] | None = None,
    ) -> None:
        super().__init__(columns)
        self.rows = rows
        self.parts = parts or {}


class Found(NamedTuple):
    """A query's columns in order, None where they cannot be told, and what decides its rows."""

    columns: list[tuple[str, Meaning]] | None
    rows: Fields

    def named(self, names: Sequence[str] | None = None) -> Relation | None:
        columns = renamed(self.columns, names)
        return None if columns is None else Relation(dict(columns), self.rows)


Scope = Mapping[str, Relation | None]  # alias → columns; None: nothing is known of them
Node = Mapping[str, Any]


def arguments(node: Node) -> list[Node]:
    found = node.get("arguments") or node.get("children") or ()
    return [each.get("expression", each) if "class" not in each else each for each in found]


def constant(node: Node, at: int) -> Meaning:
    literal = node.get("literal")
    if isinstance(literal, dict):  # DuckDB 2
        kind, text = str(literal.get("kind", "")), str(literal.get("text", ""))
    else:  # DuckDB 1
        value = node.get("value") or {}
        kind, text = str((value.get("type") or {}).get("id", "")), str(value.get("value"))
    if kind in ("STRING", "VARCHAR"):
        return Meaning("text", frozenset([text]), text, at, True)
    number = "INT" in kind or kind in ("DECIMAL", "FLOAT", "DOUBLE", "NUMBER", "NUMERIC")
    whole = frozenset([text]) if number and text.removeprefix("-").isdecimal() and "INT" in kind else None
    return Meaning("number" if number else None, whole, text, at, True)


def star(node: Node, scope: Scope) -> list[tuple[str, Meaning]] | None:
    wanted = str(node.get("relation_name") or "").lower()
    left_out = {
        str(each if isinstance(each, str) else each.get("column", "")).lower()
        for each in node.get("exclude_list") or ()
    }
    found: list[tuple[str, Meaning]] = []
    for alias, columns in scope.items():
        if wanted and alias != wanted:
            continue
        if columns is None or node.get("columns") or node.get("expr"):
            return None
        found += [(name, meaning) for name, meaning in columns.items() if name not in left_out]
    return found


def renamed(
    columns: Sequence[tuple[str, Meaning]] | None, names: Sequence[str] | None
) -> list[tuple[str, Meaning]] | None:
    if columns is None:
        return None
    given: Iterator[str] = iter(names or ())
    return [(next(given, name).lower(), meaning) for name, meaning in columns]


def grown(start: Found) -> Found:
    """What a recursive query began with: its columns hold more with every round."""
    known = start.columns
    return start._replace(columns=known and [(name, replace(each, words=None)) for name, each in known])


def union(parts: Sequence[Found]) -> Found:
    rows: Fields = frozenset().union(*(each.rows for each in parts))
    known = [each.columns for each in parts if each.columns is not None]
    if len(known) < len(parts) or not known or len({len(each) for each in known}) > 1:
        return Found(None, rows)
    columns = [
        (column[0][0], replace(either([meaning for _, meaning in column]), name=column[0][0]))
        for column in zip(*known, strict=True)
    ]
    return Found(columns, rows)


def calls(node: Any, names: frozenset[str]) -> bool:
    """Whether one of these functions is called in an expression, its subqueries left out."""
    if isinstance(node, list):
        return any(calls(each, names) for each in node)
    if not isinstance(node, dict) or node.get("class") == "SUBQUERY":
        return False
    name = str(node.get("function_name") or "").lower()
    return name in names or any(calls(each, names) for each in node.values() if isinstance(each, dict | list))


def narrow(condition: Any, scope: dict[str, Relation | None]) -> None:
    """`c.list = 'sex'`: from here on the other columns of `c` hold what that list holds."""
    if not isinstance(condition, Mapping):
        return
    if condition.get("class") == "CONJUNCTION" and condition.get("type") == "CONJUNCTION_AND":
        for each in condition.get("children") or ():
            narrow(each, scope)
    if condition.get("type") != "COMPARE_EQUAL":
        return
    sides = (condition.get("left") or {}, condition.get("right") or {})
    for column, word in (sides, sides[::-1]):
        if column.get("class") != "COLUMN_REF" or word.get("class") != "CONSTANT":
            continue
        *owner, name = (str(each).lower() for each in column["column_names"])
        for alias, columns in scope.items():
            part = columns.parts.get((name, constant(word, 0).name)) if columns is not None else None
            if part is not None and columns is not None and alias == (owner[-1] if owner else alias):
                scope[alias] = Relation({**columns, **part}, columns.rows, columns.parts)
