"""DuckDB as a workshop: one connection per process, and slots (in-memory databases) that hold one data
set each.

A slot has every table, macro and view of the campaign and is used by one check at a time, so that
threads never meet;
it is kept and emptied rather than made anew. Views computed once per data set (`kept`) are tables
here; those that stand
on registers alone survive from check to check while registers and parameters stay the same.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow as pa

from forms.catalogue import Catalogue, Query

_counter = 0
_counter_lock = threading.Lock()


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
        self.filled: set[str] = set()
        self.fresh: set[str] = set()
        self.registers: object = None
        self.config: Mapping[str, Any] | None = None
        for name, schema in catalogue.tables.items():
            self._store(name, fixed[name] if name in fixed else schema.empty_table())
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

    def _store(self, name: str, data: pa.Table) -> None:
        self.cursor.register("incoming", data)
        self.cursor.execute(f"create or replace table {quoted(name)} as from incoming")
        self.cursor.unregister("incoming")

    def load(
        self,
        tables: Mapping[str, pa.Table],
        registers: object,
        lists: Mapping[str, pa.Table],
        config: Mapping[str, Any],
    ) -> None:
        """The data of one check: tables of forms and submissions, register lists (kept while
        `registers` is the same)."""
        self.cursor.begin()  # one commit instead of sixty
        self._load(tables, registers, lists, config)
        self.cursor.commit()

    def _load(
        self,
        tables: Mapping[str, pa.Table],
        registers: object,
        lists: Mapping[str, pa.Table],
        config: Mapping[str, Any],
    ) -> None:
        for name in self.filled:
            self.cursor.execute(f"truncate {quoted(name)}")
        self.filled = set()
        for name, data in tables.items():
            if data.num_rows:
                self._store(name, data)
                self.filled.add(name)
        same = registers is self.registers and config == self.config
        if registers is not self.registers:
            for name in self.catalogue.campaign.registers:
                schema = self.catalogue.tables[name]
                self._store(name, lists[name] if name in lists else schema.empty_table())
            self.registers = registers
        if config != self.config:
            schema = self.catalogue.tables["config"]
            self._store("config", pa.Table.from_pylist([dict(config)], schema=schema))
            self.config = dict(config)
        self.fresh = {name for name in self.fresh if same and self._lasting(name)}

    def _lasting(self, name: str) -> bool:
        """Does the view stand on registers and fixed tables alone?"""
        moving = self.catalogue.closure(frozenset([name])) & self.catalogue.tables.keys()
        return all(
            each in self.catalogue.campaign.registers or each in self.catalogue.lasting for each in moving
        )

    def refresh(self, reads: frozenset[str]) -> None:
        """Compute the kept views that a query stands on and that are not computed yet."""
        wanted = self.catalogue.closure(reads) & self.catalogue.kept
        if wanted <= self.fresh:
            return
        for query in self.catalogue.order:
            if query.id in wanted and query.id not in self.fresh:
                self.cursor.execute(f"create or replace table {quoted(query.id)} as {query.statement.sql}")
                self.fresh.add(query.id)

    def put(self, name: str, data: pa.Table) -> None:
        """A table the engine derives while checking (the figures)."""
        self._store(name, data)
        self.filled.add(name)

    def rows(self, sql: str, parameters: list[Any] | None = None) -> tuple[list[str], list[tuple[Any, ...]]]:
        found = self.cursor.execute(sql, parameters or [])
        return [each[0] for each in found.description or ()], found.fetchall()

    def arrow(self, sql: str, parameters: list[Any] | None = None) -> pa.Table:
        if parameters:
            return self.cursor.sql(sql, params=parameters).to_arrow_table()
        return self.cursor.sql(sql).to_arrow_table()


class Slots:
    """The process's slots: lent to one check each, made when all are out."""

    def __init__(
        self, catalogue: Catalogue, connection: duckdb.DuckDBPyConnection, fixed: Mapping[str, pa.Table]
    ) -> None:
        self.catalogue, self.connection, self.fixed = catalogue, connection, fixed
        self._lock = threading.Lock()
        self._free: list[Slot] = []

    def take(self, registers: object) -> Slot:
        """A free slot, best one that already holds these registers."""
        with self._lock:
            for n, slot in enumerate(self._free):
                if slot.registers is registers:
                    return self._free.pop(n)
            if self._free:
                return self._free.pop()
            return Slot(self.connection, self.catalogue, self.fixed)

    def discard(self, slot: Slot) -> None:
        """Forget a slot whose loading failed: nobody may meet half a data set."""
        slot.cursor.close()

    def give_back(self, slot: Slot) -> None:
        with self._lock:
            self._free.append(slot)
