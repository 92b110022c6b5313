"""Where the columns of a query come from: DuckDB's parse tree walked from its tables outward.

What a column may hold is carried through subqueries, common table expressions, macros, cases and unions, so
that every comparison can be held against what its two sides may ever be. Where it cannot be told: unknown.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Final

from forms.meaning import UNKNOWN, Meaning, either, first_words, item, type_class
from forms.sqlfile import Statement
from forms.sqlnodes import Node, Relation, Scope, arguments, constant, renamed, star, union
from forms.sqltree import Executes

Scopes = tuple[Scope, ...]  # inside out; common table expressions are a Scope too
Judge = Callable[[Statement, Meaning, Meaning, bool], None]
Lost = Callable[[Statement, str, int, Sequence[str]], None]

_PASSING: Final = (
    "any_value",
    "min",
    "max",
    "first",
    "last",
    "mode",
    "lag",
    "lead",
    "first_value",
    "last_value",
)
_EITHER: Final = ("coalesce", "ifnull", "if", "greatest", "least")
_IN_LIST: Final = ("list_contains", "array_contains", "list_has", "array_has")
_ANY_OF: Final = ("list_has_any", "array_has_any", "list_has_all", "list_intersect")
_SAME_LIST: Final = (
    "list_filter",
    "filter",
    "list_distinct",
    "list_sort",
    "list_intersect",
    "array_distinct",
)
_NUMBERS: Final = ("count", "count_star", "length", "len", "year", "row_number", "sum", "abs")
_TEXTS: Final = (
    "||",
    "concat",
    "concat_ws",
    "strftime",
    "string_agg",
    "array_to_string",
    "right",
    "left",
    "substr",
)
_EQUAL: Final = ("COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM")


class Lineage:
    """`relations` grows as views are read, each after what it stands on; `judge` hears all comparisons."""

    def __init__(self, connection: Executes, judge: Judge, lost: Lost) -> None:
        self._connection, self._judge, self._lost = connection, judge, lost
        self.relations: dict[str, Relation] = {}
        self._macros: dict[str, tuple[Statement, tuple[str, ...], Node]] = {}
        self._here: list[Statement] = []

    def macro(self, statement: Statement) -> None:
        names = tuple(each.strip() for each in str(statement.header["macro"]).split(",") if each.strip())
        select = statement.sql.lstrip().lower().startswith(("select", "with", "from"))
        node = self._parsed(statement.sql if select else f"select {statement.sql}")
        if node is not None:
            self._macros[statement.id.lower()] = (
                replace(statement, sql=statement.sql if select else f"select {statement.sql}"),
                names,
                node,
            )

    @property
    def caller(self) -> Statement:
        """The query that is being read, whatever macro the walk is in."""
        return self._here[0]

    def read_macro(self, statement: Statement) -> None:
        """A macro by itself, its arguments unknown."""
        known = self._macros.get(statement.id.lower())
        if known is not None:
            self._here.append(known[0])
            self._query(known[2], ({"": dict.fromkeys(known[1], UNKNOWN)},), {})
            self._here.pop()

    def read(self, statement: Statement) -> Relation | None:
        """The columns of a query by name; None where they cannot be told."""
        node = self._parsed(statement.sql)
        if node is None:
            return None
        self._here.append(statement)
        try:
            return self._named(self._query(node, (), {}))
        finally:
            self._here.pop()

    def _parsed(self, sql: str) -> Node | None:
        answer = json.loads(self._connection.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
        statements: list[dict[str, Any]] = answer.get("statements") or []
        return statements[0]["node"] if len(statements) == 1 else None

    @staticmethod
    def _named(columns: Sequence[tuple[str, Meaning]] | None) -> Relation | None:
        return None if columns is None else {name: meaning for name, meaning in columns}

    # --- queries ----------------------------------------------------------------------------------

    def _query(self, node: Node, outer: Scopes, ctes: Scope) -> list[tuple[str, Meaning]] | None:
        ctes = dict(ctes)
        for entry in (node.get("cte_map") or {}).get("map") or ():
            inner = entry["value"].get("query_node") or (entry["value"].get("query") or {}).get("node") or {}
            columns = self._query(inner, outer, ctes)
            ctes[str(entry["key"]).lower()] = self._named(renamed(columns, entry["value"].get("aliases")))
        kind = node.get("type")
        if kind == "SELECT_NODE":
            return self._select(node, outer, ctes)
        if kind == "SET_OPERATION_NODE":
            parts = node.get("children") or [node.get("left") or {}, node.get("right") or {}]
            return union([self._query(each, outer, ctes) for each in parts])
        if kind == "RECURSIVE_CTE_NODE":
            start = renamed(self._query(node["left"], outer, ctes), node.get("aliases"))
            self._query(
                node["right"], outer, {**ctes, str(node.get("cte_name", "")).lower(): self._named(start)}
            )
            return start
        return None

    def _select(self, node: Node, outer: Scopes, ctes: Scope) -> list[tuple[str, Meaning]] | None:
        scope: dict[str, Relation | None] = {}
        scopes = (scope, *outer)
        self._from(node.get("from_table"), scope, scopes, ctes)
        columns: list[tuple[str, Meaning]] | None = []
        own: dict[str, Meaning] = {}
        for each in node.get("select_list") or ():
            if each.get("class") == "STAR":
                stars = star(each, scope)
                columns = None if columns is None or stars is None else columns + stars
                continue
            meaning = self.meaning(each, ({"": own}, *scopes) if own else scopes, ctes)
            name = str(
                each.get("alias") or (each.get("column_names") or [each.get("function_name", "")])[-1]
            ).lower()
            own[name] = meaning
            if columns is not None:
                columns.append((name, replace(meaning, name=name, literal=False)))
        for key in ("where_clause", "group_expressions", "having", "qualify", "modifiers"):
            self._walk(node.get(key), (scope, {"": own}, *outer), ctes)
        return columns

    def _from(
        self,
        node: Any,
        scope: dict[str, Relation | None],
        scopes: Scopes,
        ctes: Scope,
    ) -> None:
        kind = (node or {}).get("type")
        if kind in (None, "EMPTY"):
            return
        if kind == "JOIN":
            self._from(node.get("left"), scope, scopes, ctes)
            self._from(node.get("right"), scope, scopes, ctes)
            self._walk(node.get("condition"), scopes, ctes)
            return
        found: Relation | None = None
        alias = str(node.get("alias") or node.get("table_name") or f"#{len(scope)}").lower()
        if kind == "BASE_TABLE":
            name = str(node["table_name"]).lower()
            found = ctes[name] if name in ctes else self.relations.get(name)
        elif kind == "SUBQUERY":
            columns = self._query(node["subquery"]["node"], scopes, ctes)
            found = self._named(renamed(columns, node.get("column_name_alias")))
        elif kind == "EXPRESSION_LIST":
            rows = [[self.meaning(each, scopes, ctes) for each in row] for row in node.get("values") or ()]
            columns = [
                (f"col{n}", replace(either(each), literal=False))
                for n, each in enumerate(zip(*rows, strict=True))
            ]
            found = self._named(renamed(columns, node.get("column_name_alias") or node.get("expected_names")))
        elif kind == "TABLE_FUNCTION":
            found = self._table_macro(node.get("function") or {}, scopes, ctes)
        scope[alias] = found

    def _table_macro(self, call: Node, scopes: Scopes, ctes: Scope) -> Relation | None:
        given = [self.meaning(each, scopes, ctes) for each in arguments(call)]
        known = self._macros.get(str(call.get("function_name", "")).lower())
        if known is None:
            return None
        statement, names, node = known
        self._here.append(statement)
        try:
            return self._named(self._query(node, ({"": dict(zip(names, given, strict=False))},), {}))
        finally:
            self._here.pop()

    # --- expressions ------------------------------------------------------------------------------

    def meaning(self, node: Node, scopes: Scopes, ctes: Scope) -> Meaning:
        """What an expression may hold; comparisons inside it are judged on the way."""
        kind, at = node.get("class"), int(node.get("query_location") or 0)
        if kind == "COLUMN_REF":
            return self._column(tuple(str(each).lower() for each in node["column_names"]), scopes, at)
        if kind == "CONSTANT":
            return constant(node, at)
        if kind == "CASE":
            arms = [each["then_expr"] for each in node["case_checks"]]
            for each in node["case_checks"]:
                self._walk(each["when_expr"], scopes, ctes)
            arms += [node["else_expr"]] if node.get("else_expr") else []
            return replace(either([self.meaning(each, scopes, ctes) for each in arms]), name="case", at=at)
        if kind == "CAST":
            inner = self.meaning(node["child"], scopes, ctes)
            to = (
                (node.get("type_expr") or {}).get("type_name")
                or (node.get("cast_type") or {}).get("id")
                or ""
            )
            same = type_class(str(to).upper()) == inner.kind
            return replace(
                inner if same else Meaning(type_class(str(to).upper())), name=inner.name, at=at, literal=False
            )
        if kind in ("COMPARISON", "BETWEEN") or node.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN"):
            return self._compared(node, scopes, ctes)
        if kind == "SUBQUERY":
            return self._subquery(node, scopes, ctes)
        if kind in ("FUNCTION", "WINDOW", "OPERATOR"):
            return self._called(node, scopes, ctes, at)
        self._walk(list(node.values()), scopes, ctes)
        return Meaning("bool", at=at) if kind == "CONJUNCTION" else replace(UNKNOWN, at=at)

    def _column(self, path: tuple[str, ...], scopes: Scopes, at: int) -> Meaning:
        """The innermost source that has the column; unknown once one is met of which nothing is known."""
        name, full = path[-1], ".".join(path)
        for scope in scopes:
            owner = path[-2] if len(path) > 1 else None
            sources = scope.values() if owner is None else [scope[owner]] if owner in scope else []
            for columns in sources:
                if columns is None:
                    return replace(UNKNOWN, name=full, at=at)
                if name in columns:
                    return replace(columns[name], name=full, at=at, literal=False)
                if owner is not None:
                    self._lost(self._here[-1], name, at, tuple(columns))
        return replace(UNKNOWN, name=full, at=at)

    def _compared(self, node: Node, scopes: Scopes, ctes: Scope) -> Meaning:
        if node.get("class") == "BETWEEN":
            parts: Sequence[Node] = [node["input"], node["lower"], node["upper"]]
        else:
            parts = [node["left"], node["right"]] if "left" in node else node.get("children") or ()
        first, *others = [self.meaning(each, scopes, ctes) for each in parts]
        equal = node.get("type") in (*_EQUAL, "COMPARE_IN", "COMPARE_NOT_IN")
        for each in others:
            self._judge(self._here[-1], first, each, equal)
        return Meaning("bool", at=first.at)

    def _subquery(self, node: Node, scopes: Scopes, ctes: Scope) -> Meaning:
        columns = self._query(node["subquery"]["node"], scopes, ctes)
        only = columns[0][1] if columns else UNKNOWN
        if node.get("child"):
            self._judge(self._here[-1], self.meaning(node["child"], scopes, ctes), only, True)
        return only if node.get("subquery_type") == "SCALAR" else Meaning("bool")

    def _called(self, node: Node, scopes: Scopes, ctes: Scope, at: int) -> Meaning:
        name = str(node.get("function_name") or node.get("type") or "").lower().removeprefix("operator_")
        parts = arguments(node)
        given: list[Meaning] = []
        for each in parts:
            if each.get("class") == "LAMBDA":
                word = str((each["lhs"].get("column_names") or [""])[-1]).lower()
                inner = ({"": {word: item(given[0]) if given else UNKNOWN}}, *scopes)
                given.append(self.meaning(each["expr"], inner, ctes))
            else:
                given.append(self.meaning(each, scopes, ctes))
        rest = {key: value for key, value in node.items() if key not in ("arguments", "children")}
        self._walk([each for each in rest.values() if isinstance(each, dict | list)], scopes, ctes)
        return replace(self._result(name, given, parts), at=at)

    def _result(self, name: str, given: list[Meaning], parts: Sequence[Node]) -> Meaning:
        here = self._here[-1]
        if name in self._macros:
            statement, names, body = self._macros[name]
            self._here.append(statement)
            try:
                bound: Scope = {"": dict(zip(names, given, strict=False))}
                columns = self._query(body, (bound,), {})
            finally:
                self._here.pop()
            return replace(columns[0][1], name=given[0].name if given else name) if columns else UNKNOWN
        if name in _IN_LIST and len(given) == 2:
            self._judge(here, item(given[0]), given[1], True)
            return Meaning("bool")
        if name in _ANY_OF and len(given) == 2:
            self._judge(here, given[0], given[1], True)
        if name == "coalesce" and len(given) > 1:
            for each in given[1:]:
                self._judge(here, given[0], each, given[0].words is not None and each.literal)
        if name == "nullif" and len(given) == 2:
            self._judge(here, given[0], given[1], True)
            return given[0]
        if name in _EITHER and given:
            return replace(either(given[1:] if name == "if" else given), name=given[0].name)
        if name in _PASSING or name in _SAME_LIST:
            return replace(given[0], literal=False) if given else UNKNOWN
        if name == "unnest" and given:
            return item(given[0])
        if name == "list_value":
            return replace(either(given), kind="list", literal=True)
        if name in ("list", "array_agg") and given:
            return replace(given[0], kind="list")
        if (
            name == "split_part"
            and len(given) == 3
            and given[1].words
            and parts[2].get("class") == "CONSTANT"
        ):
            return first_words(given[0], next(iter(given[1].words)), int(given[2].name or 1))
        if name in _NUMBERS:
            return Meaning("number")
        return Meaning("text") if name in _TEXTS else UNKNOWN

    def _walk(self, node: Any, scopes: Scopes, ctes: Scope) -> None:
        if isinstance(node, list):
            for each in node:
                self._walk(each, scopes, ctes)
        elif isinstance(node, dict):
            if node.get("class"):
                self.meaning(node, scopes, ctes)
            else:
                self._walk([each for each in node.values() if isinstance(each, dict | list)], scopes, ctes)
