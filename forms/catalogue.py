"""What SQL can see of a campaign: its tables, with their schemas, and its queries, with what each reads."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Final

import pyarrow as pa

from forms.engine_tables import DERIVED, GIVEN, config_schema, fixed
from forms.faults import Fault
from forms.spec import Campaign, Field, Form
from forms.sqlfile import Statement, read_folder
from forms.sqltree import Executes, NotASelect, Tree, tree
from forms.typed import register_schema, schemas

VIEW_KEYS: Final = ("holds", "columns", "kept", "needs", "macro")
FIGURE_KEYS: Final = ("label", "count", "by", "order", "first", "ratio", "holds", "kept", "needs")
RULE_KEYS: Final = ("level", "at", "says", "fix", "needs", "city", "claim", "title", "shows", "why")


def form_schemas(campaign: Campaign) -> dict[str, pa.Schema]:
    return {name: schema for form in campaign.forms.values() for name, schema in schemas(form).items()}


def register_schemas(campaign: Campaign) -> dict[str, pa.Schema]:
    return {name: register_schema(each) for name, each in campaign.registers.items()}


@dataclass(frozen=True)
class Query:
    """A view or macro: its statement, what it reads, and the columns its header promises."""

    statement: Statement
    tree: Tree

    @property
    def id(self) -> str:
        return self.statement.id

    @property
    def is_macro(self) -> bool:
        return "macro" in self.statement.header

    @property
    def is_table_macro(self) -> bool:
        return self.is_macro and self.statement.sql.lstrip().lower().startswith(("select", "with", "from"))

    @property
    def reads(self) -> frozenset[str]:
        return self.tree.tables | self.tree.functions


class Catalogue:
    """The queries of a campaign in the order in which they can be created, and who reads what.

    `faults` holds what is wrong so far; a query that does not parse is left out.
    """

    def __init__(self, campaign: Campaign, connection: Executes) -> None:
        self.campaign = campaign
        self.faults: list[Fault] = []
        self.tables: dict[str, pa.Schema] = {
            **{name: each.schema for name, each in fixed(campaign).items()},
            "config": config_schema(campaign),
            **GIVEN,
            **DERIVED,
            **form_schemas(campaign),
            **register_schemas(campaign),
        }
        self.lasting = frozenset([*fixed(campaign), "config"])
        self.figures = read_folder(campaign.folder, "figures", FIGURE_KEYS, self.faults)
        read = (
            *read_folder(campaign.folder, "views", VIEW_KEYS, self.faults),
            *(each for each in self.figures if each.sql),
        )  # a figure's rows are a view of its name
        parsed = [Query(each, found) for each in read if (found := self._tree(each, connection)) is not None]
        self.queries: dict[str, Query] = {}
        self._closures: dict[frozenset[str], frozenset[str]] = {}
        self._sources: dict[frozenset[str], tuple[str, ...]] = {}
        self._kept_under: dict[frozenset[str], tuple[Query, ...]] = {}
        for query in parsed:
            if query.id in self.tables or query.id in self.queries:
                self.faults.append(query.statement.fault(f"“{query.id}”已是一张表或视图的名字。"))
            else:
                self.queries[query.id] = query
        self.order = self._sorted()

    def _tree(self, statement: Statement, connection: Executes) -> Tree | None:
        sql = statement.sql
        if "macro" in statement.header and not sql.lstrip().lower().startswith(("select", "with", "from")):
            sql = f"select {sql}"
        try:
            return tree(connection, sql)
        except NotASelect as error:
            self.faults.append(
                Fault(statement.file, statement.sql_line, f"“{statement.id}”不是一条查询：{error}")
            )
            return None

    def _sorted(self) -> tuple[Query, ...]:
        graph = {
            name: {each for each in query.reads if each in self.queries}
            for name, query in self.queries.items()
        }
        try:
            return tuple(self.queries[name] for name in TopologicalSorter(graph).static_order())
        except CycleError as error:
            cycle = [str(each) for each in error.args[1]]
            statement = self.queries[cycle[0]].statement
            self.faults.append(statement.fault(f"视图互相引用：{' → '.join(cycle)}。"))
            return tuple(each for each in self.queries.values() if each.id not in cycle)

    @cached_property
    def kept(self) -> frozenset[str]:
        """Views computed once per data set: those that say so, and those a pack is filled from."""
        prefill = {
            field.prefill.view
            for form in self.campaign.forms.values()
            for _, field in form.fields()
            if field.prefill
        }
        return frozenset(
            name
            for name, query in self.queries.items()
            if not query.is_macro and (query.statement.header.get("kept") or name in prefill)
        )

    def closure(self, reads: frozenset[str]) -> frozenset[str]:
        """Every table, view and macro these names stand on, themselves included."""
        known = self._closures.get(reads)
        if known is None:
            known = self._closures[reads] = self._closure(reads)
        return known

    def sources(self, reads: frozenset[str]) -> tuple[str, ...]:
        """The tables and kept views these names stand on next, other views laid open; themselves included."""
        known = self._sources.get(reads)
        if known is None:
            ends = self.kept | self.tables.keys()
            known = self._sources[reads] = tuple(sorted(self._closure(reads, stop=ends) & ends))
        return known

    def kept_under(self, reads: frozenset[str]) -> tuple[Query, ...]:
        """The kept views among what these names stand on, each after what it stands on itself."""
        known = self._kept_under.get(reads)
        if known is None:
            closure = self.closure(reads) & self.kept
            known = self._kept_under[reads] = tuple(each for each in self.order if each.id in closure)
        return known

    def _closure(self, reads: frozenset[str], stop: Set[str] = frozenset()) -> frozenset[str]:
        found: set[str] = set()
        todo = list(reads)
        while todo:
            name = todo.pop()
            if name in found:
                continue
            if name in self.queries:
                found.add(name)
                todo += self.queries[name].reads if name not in stop else ()
            elif name in self.tables:
                found.add(name)
        return frozenset(found)

    def is_lasting(self, name: str) -> bool:
        """Does the view stand on registers and fixed tables alone?"""
        moving = self.closure(frozenset([name])) & self.tables.keys()
        return all(each in self.campaign.registers or each in self.lasting for each in moving)

    def needs(self, reads: frozenset[str]) -> tuple[str, ...]:
        """The forms and registers a query cannot be judged without: of the tables it reads itself, and
        what its views say."""
        owners = {table: form.form for form in self.campaign.forms.values() for table in schemas(form)}
        found: dict[str, None] = {}
        for name in sorted(reads):
            if name in owners:
                found[owners[name]] = None
            elif name in self.queries:
                for need in self.queries[name].statement.header.get("needs") or ():
                    found[str(need)] = None
        return tuple(found)

    def form_of(self, table: str) -> Form | None:
        return next(
            (
                form
                for form in self.campaign.forms.values()
                if table == form.form or table in form.tables or table == form.facts_table
            ),
            None,
        )

    def field_of(self, table: str, name: str) -> Field | None:
        """A field of a form's table, its facts or a register."""
        form = self.form_of(table)
        if form is not None and table in form.tables:
            return form.tables[table].by_name.get(name)
        if form is not None:
            return form.facts.get(name)
        register = self.campaign.registers.get(table)
        return register.by_name.get(name) if register else None
