"""DuckDB as a workshop: one connection per process, and slots (in-memory databases) that hold one data
set each.

A slot has every table, macro and view of the campaign and is used by one check at a time, so that
threads never meet; it is filled anew rather than made anew, and its tables never change shape. That is
what makes a check of one unit cheap: over a few hundred rows planning a query costs more than running it,
so a slot plans each query once (`prepare`), and what is the same as before stays where it is. Views
computed once per data set (`kept`) are tables here, computed again when something they stand on moved.
See docs/decisions/0008.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import duckdb
import pyarrow as pa

from forms.catalogue import Catalogue, Query

_counter = 0
_counter_lock = threading.Lock()

Answer = tuple[list[str], list[tuple[Any, ...]]]  # names of columns, rows
Standing = tuple[int, ...]  # how often each thing had changed that something stands on

ASKED: Final = '"(asked)"'  # the units a planned query is asked for; no campaign's table can have this name
WORN_OUT: Final = 100_000  # rows moved out: they stay in their table, and are stepped over


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def connect() -> duckdb.DuckDBPyConnection:
    """A private in-memory DuckDB that reads no files and no network: queries are data and may come
    from an edited folder."""
    connection = duckdb.connect(":memory:")
    connection.execute("set enable_progress_bar = false")
    connection.execute("set enable_external_access = false")
    connection.execute("set threads = 1")  # small queries gain nothing from more, and checks run side by side
    # A plan used again must not have learnt from the rows there were when it was made (duckdb#24696).
    connection.execute("set disabled_optimizers = 'statistics_propagation'")
    return connection


class Slot:
    """One data set's worth of tables. Not safe for two threads at a time; `Slots` lends each to one."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, fixed: Mapping[str, pa.Table]
    ) -> None:
        global _counter
        with _counter_lock:
            _counter += 1
            self.name = f"slot{_counter}"
        self.catalogue = catalogue
        self.cursor = connection.cursor()
        self.cursor.execute(f"attach ':memory:' as {self.name}")
        self.cursor.execute(f"use {self.name}")
        self.units: frozenset[str] = frozenset()  # whose documents it holds; for `Slots` to choose by
        self.registers: object = None
        self.config: Mapping[str, Any] | None = None
        self.derived: dict[str, tuple[object, pa.Table]] = {}
        self._lists = frozenset(catalogue.campaign.registers)
        self._holds: Mapping[str, pa.Table] = {}
        self._filled: set[str] = set()
        self._asked: frozenset[str] = frozenset()
        self._plans: dict[str, str] = {}
        self._moves: Counter[str] = Counter()  # how often a table or kept view has changed
        self._made: dict[str, tuple[Standing, object]] = {}  # kept views: from what, and their digest
        self._answers: dict[str, tuple[Standing, frozenset[str] | None, Answer]] = {}
        self._stale: set[str] = set()  # derived tables, when something has moved since
        self._worn = 0
        self.cursor.execute(f"create table {ASKED} (unit varchar)")
        for name, schema in catalogue.tables.items():
            self.cursor.register("incoming", fixed[name] if name in fixed else schema.empty_table())
            self.cursor.execute(f"create table {quoted(name)} as from incoming")
            self.cursor.unregister("incoming")
        for query in catalogue.order:
            self.create(query)

    def create(self, query: Query) -> None:
        """The macro, view or kept table of a query. Raises duckdb.Error where it does not bind."""
        sql, name = query.statement.sql, quoted(query.id)
        if query.is_macro:
            arguments = str(query.statement.header.get("macro") or "")
            self.cursor.execute(
                f"create or replace macro {name}({arguments}) as "
                + (f"table {sql}" if query.is_table_macro else sql)
            )
        elif query.id in self.catalogue.kept:
            self.cursor.execute(f"create or replace table {name} as select * from ({sql}\n) limit 0")
        else:
            self.cursor.execute(f"create or replace view {name} as {sql}")

    # --- filling ----------------------------------------------------------------------------------

    def load(
        self,
        tables: Mapping[str, pa.Table],
        registers: object,
        lists: Mapping[str, pa.Table],
        config: Mapping[str, Any],
    ) -> None:
        """The data of one check: tables of forms and submissions, and register lists (the same lists while
        `registers` is the same). They move in when a query stands on them.

        Raises KeyError for a table with other columns than the campaign's."""
        given = {name: data for name, data in tables.items() if data.num_rows}
        if registers is not self.registers:
            given |= {name: data for name, data in lists.items() if data.num_rows}
        else:
            given |= {name: self._holds[name] for name in self._lists if name in self._holds}
        for name, data in given.items():
            if wrong := set(self.catalogue.tables[name].names) ^ set(data.column_names):
                raise KeyError(f"{name}: {', '.join(sorted(wrong))}")
        moved = {name for name in self._holds if name not in given}
        moved |= {name for name, data in given.items() if not _same(self._holds.get(name), data)}
        self.cursor.begin()
        for name in moved & self._filled:
            self._empty(name)
        if config != self.config:
            schema = self.catalogue.tables["config"]
            self._empty("config")
            self._fill("config", pa.Table.from_pylist([dict(config)], schema=schema))
            self.config = dict(config)
            moved.add("config")
        self.cursor.commit()
        self._filled -= moved
        self._holds, self.registers = given, registers
        self._moves.update(moved)
        if moved:
            self._stale |= self.derived.keys()

    def _empty(self, name: str) -> None:
        self.cursor.execute(f"truncate {quoted(name)}")

    def _fill(self, name: str, data: pa.Table) -> None:
        """Into an empty table."""
        in_order = data.select(self.catalogue.tables[name].names)
        self.cursor.from_arrow(in_order).insert_into(quoted(name))
        self._worn += data.num_rows

    def refresh(self, reads: frozenset[str]) -> None:
        """Fill the tables and compute the kept views that a query stands on, where that is not done yet."""
        closure = self.catalogue.closure(reads)
        if waiting := (closure & self._holds.keys()) - self._filled:
            self.cursor.begin()
            for name in waiting:
                self._fill(name, self._holds[name])
            self.cursor.commit()
            self._filled |= waiting
        for query in self.catalogue.kept_under(reads):
            standing = self._standing(query.reads)
            made = self._made.get(query.id)
            if made is None or made[0] != standing:
                digest = self._compute(query)
                self._made[query.id] = standing, digest
                if made is None or digest is None or made[1] != digest:
                    self._moves[query.id] += 1

    def _compute(self, query: Query) -> object:
        """Make the rows of a kept view anew; gives a digest of them, or None where taking one does not pay.

        The same rows give the same digest, and what stands on them need not be asked again. (Other rows
        do so once in 2**64 times.)"""
        name = quoted(query.id)
        self._empty(query.id)
        sql = f"insert into {name} {query.statement.sql}"
        # A plan keeps the memory of its last run: not for what is computed once over the city.
        if self.catalogue.is_lasting(query.id):
            self.cursor.execute(sql)
            return None
        self._run(sql)
        return self._run(f"select count(*), bit_xor(hash(made)), sum(hash(made)) from {name} made").fetchone()

    def _standing(self, reads: frozenset[str]) -> Standing:
        return tuple(self._moves[each] for each in self.catalogue.sources(reads))

    def derive(self, name: str, about: object, rows: Callable[[], pa.Table]) -> None:
        """A table counted from the others (the figures): once for the same data and the same `about`."""
        known = self.derived.get(name)
        if known is not None and known[0] == about and name not in self._stale:
            return
        data = rows()
        if known is None or not known[1].equals(data):
            self._empty(name)
            self._fill(name, data)
            self._moves[name] += 1
        self.derived[name] = about, data
        self._stale.discard(name)

    @property
    def worn_out(self) -> bool:
        """Has so much gone through it that making a new one pays? (A checkpoint would sweep the tables,
        but leave each column with a whole block of 256 kB.)"""
        held: int = sum(each.num_rows for each in self._holds.values())
        return self._worn > WORN_OUT + 5 * held

    # --- asking -----------------------------------------------------------------------------------

    def ask(self, sql: str, units: frozenset[str], reads: frozenset[str]) -> Answer:
        """The columns and the rows of a query that belong to these units. The query is planned when first
        asked, and not run again while nothing it `reads` has moved."""
        if not self._lists & self.catalogue.closure(reads):
            # No register of the whole city below: nearly all rows are theirs, and a join costs more
            # than looking at them.
            names, found = self._answer(sql, None, reads)
            at = names.index("unit")
            return names, [row for row in found if row[at] in units]
        if units != self._asked:
            self.cursor.execute(f"truncate {ASKED}")
            rows = ", ".join(f"({literal(each)})" for each in sorted(units))
            self.cursor.execute(f"insert into {ASKED} values {rows}")
            self._asked = units
        theirs = f"select * from ({sql}\n) where unit in (select unit from {ASKED})"
        return self._answer(theirs, units, reads)

    def counted(self, sql: str, reads: frozenset[str]) -> list[tuple[Any, ...]]:
        """The rows of a query over everything, under the same conditions."""
        return self._answer(sql, None, reads)[1]

    def _answer(self, sql: str, units: frozenset[str] | None, reads: frozenset[str]) -> Answer:
        self.refresh(reads)
        standing, known = self._standing(reads), self._answers.get(sql)
        if known is not None and known[:2] == (standing, units):
            return known[2]
        answer = _fetched(self._run(sql))
        self._answers[sql] = standing, units, answer
        return answer

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        plan = self._plans.get(sql)
        if plan is None:
            plan = self._plans[sql] = f"plan{len(self._plans)}"
            self.cursor.execute(f"prepare {plan} as {sql}")
        return self.cursor.execute(f"execute {plan}")

    def rows(self, sql: str) -> Answer:
        return _fetched(self.cursor.execute(sql))

    def arrow(self, sql: str) -> pa.Table:
        return self.cursor.sql(sql).to_arrow_table()


def _same(held: pa.Table | None, data: pa.Table) -> bool:
    return held is data or (held is not None and held.equals(data))


def _fetched(found: duckdb.DuckDBPyConnection) -> Answer:
    return [each[0] for each in found.description or ()], found.fetchall()
