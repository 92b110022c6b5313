"""What an expression of a query may hold and comes from; comparisons inside it are judged on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, Final

from forms.functions import (
    ANY_OF,
    ASKING,
    DENYING,
    EMPTY_LIST,
    cut_like,
    in_list,
    result,
    return_kinds,
    worked_out,
)
from forms.meaning import CONDITION, UNKNOWN, Listed, Meaning, either, item, type_class
from forms.sqlfile import Statement
from forms.sqlnodes import Found, Node, Relation, Scope, arguments, constant
from forms.sqltree import Executes

Scopes = tuple[Scope, ...]  # inside out; common table expressions are a Scope too
Judge = Callable[[Statement, Meaning, Meaning, bool], None]
Lost = Callable[[Statement, str, int, Sequence[str]], None]

_EQUAL: Final = ("COMPARE_EQUAL", "COMPARE_NOTEQUAL", "COMPARE_DISTINCT_FROM", "COMPARE_NOT_DISTINCT_FROM")


class Expressions:
    """`judge` hears every comparison, `lost` every column that its source does not have."""

    def __init__(self, connection: Executes, judge: Judge, lost: Lost) -> None:
        self._connection, self._judge, self._lost = connection, judge, lost
        self._kinds = return_kinds(connection)
        self._macros: dict[str, tuple[Statement, tuple[str, ...], Node]] = {}
        self._here: list[Statement] = []
        self._fed: list[set[tuple[str, str]]] = [set()]  # who is being told what feeds it, innermost last

    @property
    def caller(self) -> Statement:
        """The query that is being read, whatever macro the walk is in."""
        return self._here[0]

    @contextmanager
    def _into(self, sink: set[tuple[str, str]]) -> Iterator[None]:
        """What is read meanwhile feeds this."""
        self._fed.append(sink)
        yield
        self._fed.pop()

    def _query(self, node: Node, outer: Scopes, ctes: Scope) -> Found:
        raise NotImplementedError

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
                self._condition(each["when_expr"], scopes, ctes)
            arms += [node["else_expr"]] if node.get("else_expr") else []
            return replace(either([self.meaning(each, scopes, ctes) for each in arms]), name="case", at=at)
        if kind == "CAST":
            inner = self.meaning(node["child"], scopes, ctes)
            to = (
                (node.get("type_expr") or {}).get("type_name")
                or (node.get("cast_type") or {}).get("id")
                or ""
            )
            kind = "list" if str(to).upper() == "LIST" else type_class(str(to).upper())
            same = replace(inner, literal=inner == EMPTY_LIST) if kind == inner.kind else Meaning(kind)
            return replace(same, name=inner.name, at=at)
        if kind in ("COMPARISON", "BETWEEN") or node.get("type") in ("COMPARE_IN", "COMPARE_NOT_IN"):
            return self._compared(node, scopes, ctes)
        if kind == "SUBQUERY":
            return self._subquery(node, scopes, ctes)
        if kind in ("FUNCTION", "WINDOW", "OPERATOR"):
            return self._called(node, scopes, ctes, at)
        if kind == "CONJUNCTION":
            for each in node.get("children") or ():
                self._condition(each, scopes, ctes)
            return Meaning("bool", at=at)
        self._walk(list(node.values()), scopes, ctes)
        return replace(UNKNOWN, at=at)

    def _condition(self, node: Any, scopes: Scopes, ctes: Scope) -> None:
        """What is taken for yes or no."""
        if isinstance(node, dict) and node.get("class"):
            self._judge(self._here[-1], self.meaning(node, scopes, ctes), CONDITION, False)
        else:
            self._walk(node, scopes, ctes)

    def _column(self, path: tuple[str, ...], scopes: Scopes, at: int) -> Meaning:
        """The innermost source that has the column; unknown once one is met of which nothing is known."""
        name, full = path[-1], ".".join(path)
        unsure = False
        for scope in scopes:
            owner = path[-2] if len(path) > 1 else None
            sources = scope.values() if owner is None else [scope[owner]] if owner in scope else []
            for columns in sources:
                if columns is None:
                    unsure = True
                elif name in columns:
                    self._fed[-1] |= columns[name].feeds
                    return replace(UNKNOWN if unsure else columns[name], name=full, at=at, literal=False)
                elif owner is not None and not unsure:
                    self._lost(self._here[-1], name, at, tuple(columns))
        if len(path) > 1 and not any(path[-2] in scope for scope in scopes):
            self._column(path[:-1], scopes, at)  # a field of a struct comes from where the struct comes from
        return replace(UNKNOWN, name=full, at=at)

    def _compared(self, node: Node, scopes: Scopes, ctes: Scope) -> Meaning:
        if node.get("class") == "BETWEEN":
            parts: Sequence[Node] = [node["input"], node["lower"], node["upper"]]
        else:
            parts = [node["left"], node["right"]] if "left" in node else node.get("children") or ()
        equal = node.get("type") in (*_EQUAL, "COMPARE_IN", "COMPARE_NOT_IN")
        if parts and all(_is_row(each) for each in parts):  # (a, b) = (c, d): one beside the other
            for each in zip(*(arguments(each) for each in parts), strict=False):
                self._side_by_side([self.meaning(part, scopes, ctes) for part in each], equal)
            return Meaning("bool")
        return self._side_by_side([self.meaning(each, scopes, ctes) for each in parts], equal)

    def _side_by_side(self, parts: Sequence[Meaning], equal: bool) -> Meaning:
        first, *others = parts
        for each in others:
            self._judge(self._here[-1], first, each, equal)
        return Meaning("bool", at=first.at)

    def _subquery(self, node: Node, scopes: Scopes, ctes: Scope) -> Meaning:
        columns, rows = self._query(node["subquery"]["node"], scopes, ctes)
        only = columns[0][1] if columns else UNKNOWN
        exists = node.get("subquery_type") in ("EXISTS", "NOT_EXISTS")
        self._fed[-1] |= rows if exists else rows | only.feeds
        if node.get("child"):
            sought = node["child"]
            many = arguments(sought) if _is_row(sought) else [sought]
            for each, (_, found) in zip(many, columns or [("", only)], strict=False):
                self._judge(self._here[-1], self.meaning(each, scopes, ctes), found, True)
        return only if node.get("subquery_type") == "SCALAR" else Meaning("bool")

    def _called(self, node: Node, scopes: Scopes, ctes: Scope, at: int) -> Meaning:
        name = str(node.get("function_name") or node.get("type") or "").lower().removeprefix("operator_")
        parts = arguments(node)
        given: list[Meaning] = []
        if name == "not":
            self._condition(parts[0], scopes, ctes)
            return Meaning("bool", at=at)
        for each in parts:
            if each.get("class") == "LAMBDA":
                word = str((each["lhs"].get("column_names") or [""])[-1]).lower()
                inner = ({"": Relation({word: item(given[0]) if given else UNKNOWN})}, *scopes)
                given.append(self.meaning(each["expr"], inner, ctes))
            else:
                given.append(self.meaning(each, scopes, ctes))
        rest = {key: value for key, value in node.items() if key not in ("arguments", "children")}
        self._walk([each for each in rest.values() if isinstance(each, dict | list)], scopes, ctes)
        found = replace(self._result(name, given, parts), at=at)
        return replace(found, listed=self._listed(given)) if name == "list_value" else found

    def _result(self, name: str, given: list[Meaning], parts: Sequence[Node]) -> Meaning:
        here = self._here[-1]
        if name in self._macros:
            statement, names, body = self._macros[name]
            alone = [each.literal and each.kind in ("text", "number") for each in given]
            placed = [
                replace(each, listed=self._listed([each])) if constant else each
                for each, constant in zip(given, alone, strict=True)
            ]
            self._here.append(statement)
            try:
                bound: Scope = {"": Relation(dict(zip(names, placed, strict=False)))}
                columns, rows = self._query(body, (bound,), {})
            finally:
                self._here.pop()
            self._fed[-1] |= rows
            return replace(columns[0][1], name=given[0].name if given else name) if columns else UNKNOWN
        if in_list(name, given):
            self._judge(here, item(given[0]), given[1], True)
            return result(name, given, parts, self._kinds)
        if (name in ANY_OF and len(given) == 2) or (name == "nullif" and len(given) == 2):
            self._judge(here, given[0], given[1], True)
        if len(given) == 2 and (pieces := cut_like(name, *given)) is not None:
            self._judge(here, pieces, given[1], True)
        if name == "coalesce" and len(given) > 1:
            text = given[0].kind == "text" and given[0].words is not None
            for each in given[1:]:
                self._judge(here, given[0], each, text and each.literal)
        answers = worked_out(self._connection, name, given)
        if answers is not None and (name in ASKING or name in DENYING):
            if not {*answers} - ({"false", "0"} if name in ASKING else {"true"}):  # whatever the cell holds
                self._judge(here, given[0], given[1], True)
        elif answers is not None:
            return replace(given[0], words=frozenset(answers), literal=False, listed=())
        return result(name, given, parts, self._kinds)

    def _listed(self, column: Sequence[Meaning]) -> tuple[Listed, ...]:
        """The constants of a column of `values`, each with its file and line."""
        here = self._here[-1]
        sql = here.sql.encode()
        return tuple(
            Listed(each.name, here.file, here.sql_line + sql[: each.at].count(b"\n"))
            for each in column
            if each.literal and each.kind is not None
        )

    def _walk(self, node: Any, scopes: Scopes, ctes: Scope) -> None:
        if isinstance(node, list):
            for each in node:
                self._walk(each, scopes, ctes)
        elif isinstance(node, dict):
            if node.get("class"):
                self.meaning(node, scopes, ctes)
            else:
                self._walk([each for each in node.values() if isinstance(each, dict | list)], scopes, ctes)


def _is_row(node: Node) -> bool:
    return node.get("class") == "FUNCTION" and str(node.get("function_name")).lower() == "row"
