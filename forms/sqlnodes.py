"""Nodes of DuckDB's parse tree as lineage needs them: constants, stars, arguments, columns united."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from forms.meaning import Meaning, either

Relation = Mapping[str, Meaning]
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
    return Meaning("number" if number else None, None, text, at, True)


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


def union(
    parts: Sequence[Sequence[tuple[str, Meaning]] | None],
) -> list[tuple[str, Meaning]] | None:
    known = [each for each in parts if each is not None]
    if len(known) < len(parts) or not known or len({len(each) for each in known}) > 1:
        return None
    return [
        (column[0][0], replace(either([meaning for _, meaning in column]), name=column[0][0]))
        for column in zip(*known, strict=True)
    ]
