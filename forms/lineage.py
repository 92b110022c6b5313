"""Where the columns of a query come from: DuckDB's parse tree walked from its tables outward.

What a column may hold is carried through subqueries, common table expressions, macros, cases and unions, so
that every comparison can be held against what its two sides may ever be. Where it cannot be told: unknown.
Beside it goes what a column comes from, and what decides which rows there are: so it is known which cells a
number rests on.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from forms.expressions import Expressions, Judge, Lost, Scopes
from forms.functions import AGGREGATES
from forms.meaning import UNKNOWN, Fields, Meaning, either
from forms.sqlfile import Statement
from forms.sqlnodes import Found, Node, Relation, Scope, arguments, calls, grown, narrow, star, union
from forms.sqltree import Executes


class Lineage(Expressions):
    """`relations` grows as views are read, each after what it stands on; `judge` hears all comparisons."""

    def __init__(self, connection: Executes, judge: Judge, lost: Lost) -> None:
        super().__init__(connection, judge, lost)
        self.relations: dict[str, Relation] = {}

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

    def read_macro(self, statement: Statement) -> None:
        """A macro by itself, its arguments unknown."""
        known = self._macros.get(statement.id.lower())
        if known is not None:
            self._here.append(known[0])
            self._query(known[2], ({"": Relation(dict.fromkeys(known[1], UNKNOWN))},), {})
            self._here.pop()

    def read(self, statement: Statement) -> Found:
        """The columns of a query in order, and what decides its rows."""
        node = self._parsed(statement.sql)
        if node is None:
            return Found(None, frozenset())
        self._here.append(statement)
        try:
            return self._query(node, (), {})
        finally:
            self._here.pop()

    def _parsed(self, sql: str) -> Node | None:
        answer = json.loads(self._connection.execute("select json_serialize_sql(?)", [sql]).fetchone()[0])
        statements: list[dict[str, Any]] = answer.get("statements") or []
        return statements[0]["node"] if len(statements) == 1 else None

    # --- queries ----------------------------------------------------------------------------------

    def _query(self, node: Node, outer: Scopes, ctes: Scope) -> Found:
        ctes = dict(ctes)
        for entry in (node.get("cte_map") or {}).get("map") or ():
            inner = entry["value"].get("query_node") or (entry["value"].get("query") or {}).get("node") or {}
            found = self._query(inner, outer, ctes)
            ctes[str(entry["key"]).lower()] = found.named(entry["value"].get("aliases"))
        kind = node.get("type")
        if kind == "SELECT_NODE":
            return self._select(node, outer, ctes)
        if kind == "SET_OPERATION_NODE":
            parts = node.get("children") or [node.get("left") or {}, node.get("right") or {}]
            return union([self._query(each, outer, ctes) for each in parts])
        if kind == "RECURSIVE_CTE_NODE":
            start = grown(self._query(node["left"], outer, ctes))
            named = start.named(node.get("aliases"))
            more = self._query(node["right"], outer, {**ctes, str(node.get("cte_name", "")).lower(): named})
            return Found(start.columns, start.rows | more.rows)
        return Found(None, frozenset())

    def _select(self, node: Node, outer: Scopes, ctes: Scope) -> Found:
        scope: dict[str, Relation | None] = {}
        scopes = (scope, *outer)
        rows: set[tuple[str, str]] = set()
        with self._into(rows):
            self._from(node.get("from_table"), scope, scopes, ctes)
        narrow(node.get("where_clause"), scope)
        columns: list[tuple[str, Meaning]] | None = []
        own: dict[str, Meaning] = {}
        gathered: set[str] = set()
        for each in node.get("select_list") or ():
            if each.get("class") == "STAR":
                stars = star(each, scope)
                columns = None if columns is None or stars is None else columns + stars
                continue
            fed: set[tuple[str, str]] = set()
            with self._into(fed):
                meaning = self.meaning(each, ({"": Relation(own)}, *scopes) if own else scopes, ctes)
            name = str(
                each.get("alias") or (each.get("column_names") or [each.get("function_name", "")])[-1]
            ).lower()
            own[name] = meaning = replace(meaning, feeds=frozenset(fed))
            if calls(each, AGGREGATES):
                gathered.add(name)
            if name == "unnest" and not each.get("alias") and meaning.words is None:
                columns = None  # a list of structs laid out: as many columns as they have fields
            if columns is not None:
                null = meaning.literal and meaning.kind is None  # adds nothing to what a union may hold
                columns.append((name, replace(meaning, name=name, literal=null)))
        inner: Scopes = (scope, {"": Relation(own)}, *outer)
        for key in ("where_clause", "having", "qualify"):
            with self._into(rows):
                self._condition(node.get(key), inner, ctes)
        with self._into(rows):
            self._walk(node.get("group_expressions"), inner, ctes)
        for modifier in node.get("modifiers") or ():
            with self._into(rows if modifier.get("distinct_on_targets") else set()):
                self._walk(modifier, inner, ctes)
        if gathered and not node.get("group_expressions"):  # group by all
            rows |= {each for name in own.keys() - gathered for each in own[name].feeds}
        if columns is None:  # whatever is there may be what is asked for
            every = (each for source in (own, *scope.values()) if source for each in source.values())
            rows |= {field for each in every for field in each.feeds}
        decides = frozenset(rows)
        if columns is not None:
            columns = [(name, _fed(each, name in gathered, decides)) for name, each in columns]
        return Found(columns, decides)

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
            self._join(node, scope, scopes, ctes)
            return
        found: Relation | None = None
        alias = str(node.get("alias") or node.get("table_name") or f"#{len(scope)}").lower()
        if kind == "BASE_TABLE":
            name = str(node["table_name"]).lower()
            found = ctes[name] if name in ctes else self.relations.get(name)
        elif kind == "SUBQUERY":
            inner = self._query(node["subquery"]["node"], scopes, ctes)
            self._fed[-1] |= inner.rows
            found = inner.named(node.get("column_name_alias"))
        elif kind == "EXPRESSION_LIST":
            rows = [[self.meaning(each, scopes, ctes) for each in row] for row in node.get("values") or ()]
            names = node.get("column_name_alias") or node.get("expected_names")
            for n, each in enumerate(zip(*rows, strict=True)):
                self._alike(str(names[n]) if names and n < len(names) else f"col{n}", each)
            columns = [
                (f"col{n}", replace(either(each), literal=False, listed=self._listed(each)))
                for n, each in enumerate(zip(*rows, strict=True))
            ]
            found = Found(columns, frozenset()).named(names)
        elif kind == "TABLE_FUNCTION":
            found = self._table_macro(node.get("function") or {}, scopes, ctes)
        if found is not None:
            self._fed[-1] |= found.rows
        scope[alias] = found

    def _alike(self, name: str, column: Sequence[Meaning]) -> None:
        """A column written out with `values` holds texts or numbers, not both: DuckDB reads '3' as 3."""
        kinds = [each.kind for each in column if each.literal]
        if "text" in kinds and "number" in kinds:
            most = max(("text", "number"), key=kinds.count)
            for each in column:
                if each.literal and each.kind in ("text", "number") and each.kind != most:
                    self._judge(self._here[-1], Meaning(most, name=name), each, False)

    def _join(self, node: Node, scope: dict[str, Relation | None], scopes: Scopes, ctes: Scope) -> None:
        """A left join's condition decides what its right side holds, another's which rows there are."""
        self._from(node.get("left"), scope, scopes, ctes)
        before = set(scope)
        outer = node.get("join_type") == "LEFT"
        told: set[tuple[str, str]] = set()
        with self._into(told if outer else self._fed[-1]):
            self._from(node.get("right"), scope, scopes, ctes)
            narrow(node.get("condition"), scope)
            self._condition(node.get("condition"), scopes, ctes)
            for name in node.get("using_columns") or ():
                shared = [
                    each[str(name).lower()] for each in scope.values() if each and str(name).lower() in each
                ]
                for column in shared:
                    self._fed[-1] |= column.feeds
                if len(shared) > 1:
                    self._side_by_side([replace(each, literal=False) for each in shared[-2:]], True)
        for alias in scope.keys() - before if outer else ():
            columns = scope[alias]
            if columns is not None:
                fed = {name: replace(each, feeds=each.feeds | told) for name, each in columns.items()}
                scope[alias] = Relation(fed, columns.rows, columns.parts)

    def _table_macro(self, call: Node, scopes: Scopes, ctes: Scope) -> Relation | None:
        given = [self.meaning(each, scopes, ctes) for each in arguments(call)]
        known = self._macros.get(str(call.get("function_name", "")).lower())
        if known is None:
            return None
        statement, names, node = known
        self._here.append(statement)
        try:
            bound = Relation(dict(zip(names, given, strict=False)))
            return self._query(node, ({"": bound},), {}).named()
        finally:
            self._here.pop()


def _fed(column: Meaning, gathered: bool, rows: Fields) -> Meaning:
    """What is gathered over rows comes from whatever decides them."""
    return replace(column, feeds=column.feeds | rows) if gathered else column
