"""Which columns of the forms a figure or a rule rests on: what decides its rows, what it counts or says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from forms.catalogue import Catalogue
from forms.lineage import Lineage
from forms.meaning import Fields, Meaning
from forms.rules import PLACEHOLDER, Rule
from forms.sqlfile import Statement
from forms.sqlnodes import Relation
from forms.sqltree import Executes

_TELLS: tuple[str, ...] = ("level", "field")  # columns of a rule's result that change what is said


class Feeding:
    """Worked out when first asked: most data sets have no cell that could not be read."""

    def __init__(self, catalogue: Catalogue, connection: Executes) -> None:
        self._catalogue, self._connection = catalogue, connection
        self._rules: dict[str, Fields] = {}

    def of_figure(self, figure: str) -> Fields:
        """What its number comes from. Raises KeyError for a figure nobody defined."""
        rows = self._lineage.relations[figure]
        counted = str(self._catalogue.queries[figure].statement.header.get("count", "")).split()[-1:]
        return rows.rows.union(*(rows[name].feeds for name in counted if name in rows))

    def of_rule(self, rule: Rule) -> Fields:
        """What decides whether it fires, and what its sentence says."""
        known = self._rules.get(rule.id)
        if known is None:
            found = self._lineage.read(Statement(rule.id, "", 1, rule.sql, 1))
            said = {*PLACEHOLDER.findall(rule.says), *_TELLS}
            columns: Mapping[str, Meaning] = found.named() or {}
            known = found.rows.union(*(columns[name].feeds for name in said & columns.keys()))
            self._rules[rule.id] = known
        return known

    @cached_property
    def _lineage(self) -> Lineage:
        lineage = Lineage(self._connection, lambda *_: None, lambda *_: None)
        for name, schema in self._catalogue.tables.items():
            columns = {each: Meaning(feeds=frozenset([(name, each)])) for each in schema.names}
            lineage.relations[name] = Relation(columns)
        for query in self._catalogue.order:
            if query.is_macro:
                lineage.macro(query.statement)
        for query in self._catalogue.order:
            if not query.is_macro:
                found = lineage.read(query.statement)
                lineage.relations[query.id] = found.named() or Relation({}, found.rows)
        return lineage
