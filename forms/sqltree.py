"""What a query says, from DuckDB's own parse tree: tables it reads, functions it calls."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Protocol


class Executes(Protocol):
    """The one thing needed of a DuckDB connection."""

    def execute(self, query: str, parameters: Any = ...) -> Any: ...


@dataclass(frozen=True)
class Tree:
    """`tables` without the query's own CTEs; `functions` include table functions."""

    tables: frozenset[str]
    functions: frozenset[str]


class NotASelect(ValueError):
    """The text is no single SELECT, or does not parse; `at` is the place in the text, when known."""


def tree(connection: Executes, sql: str) -> Tree:
    """Raises NotASelect with DuckDB's words."""
    # As a literal: for every parameter of a query DuckDB's Python client looks for pandas on the whole path.
    quoted = sql.replace("'", "''")
    answer = json.loads(connection.execute(f"select json_serialize_sql('{quoted}')").fetchone()[0])
    if answer.get("error"):
        raise NotASelect(str(answer.get("error_message") or "not a select"))
    statements = answer["statements"]
    if len(statements) != 1:
        raise NotASelect(f"{len(statements)} statements where one is wanted")
    walker = _Walker()
    walker.visit(statements[0])
    return Tree(frozenset(walker.tables - walker.ctes), frozenset(walker.functions))


class _Walker:
    def __init__(self) -> None:
        self.tables: set[str] = set()
        self.ctes: set[str] = set()
        self.functions: set[str] = set()

    def visit(self, node: Any) -> None:
        if isinstance(node, list):
            for each in node:
                self.visit(each)
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
        for each in node.values():
            if isinstance(each, dict | list):
                self.visit(each)
