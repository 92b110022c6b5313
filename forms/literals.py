"""Comparisons in queries held against the definitions: labels of code lists, and types that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from forms.catalogue import Catalogue, Query
from forms.engine_tables import FIGURES, fixed
from forms.faults import Fault, did_you_mean
from forms.figures import printed
from forms.lineage import Lineage
from forms.meaning import NAMES, Meaning, of_type, unequal, unfit
from forms.sqlfile import Statement
from forms.sqlnodes import Relation
from forms.sqltree import Executes

_FEW: Final = 6


class Comparisons:
    """Knows what every column of every table and view may hold. `columns`: table → column → DuckDB type."""

    def __init__(
        self, catalogue: Catalogue, columns: Mapping[str, Mapping[str, str]], connection: Executes
    ) -> None:
        self.catalogue = catalogue
        self._faults: list[Fault] = []
        labels = [label for listed in catalogue.campaign.codes.values() for label in listed.labels]
        self._places = {label: n for n, label in reversed(list(enumerate(labels)))}
        self.lineage = Lineage(connection, self._judge, self._missing)
        for name in catalogue.tables:
            self.lineage.relations[name] = self._table(name, columns[name])
        for query in catalogue.order:
            if query.is_macro:
                self.lineage.macro(query.statement)
        for query in catalogue.order:
            if query.is_macro:
                self._of_macro(query)
        self.of_macros = tuple(dict.fromkeys(self._faults))
        self.of_view: dict[str, list[Fault]] = {}
        for query in catalogue.order:
            statement = query.statement
            if not query.is_macro and query.id in columns:
                self.of_view[query.id] = list(self.faults(statement, columns[query.id], query.id))

    def _of_macro(self, query: Query) -> None:
        """A macro binds only where it is used; its own faults are told as its own."""
        statement, known = query.statement, {*self.catalogue.tables, *self.catalogue.queries}
        for name in sorted(query.tree.tables - known):
            at = statement.sql.find(name)
            line = statement.sql_line + statement.sql.count("\n", 0, max(at, 0))
            told = f"“{statement.id}”：没有表或视图“{name}”" + did_you_mean(name, known)
            self._faults.append(Fault(statement.file, line, told))
        self.lineage.read_macro(statement)

    def _missing(self, statement: Statement, name: str, at: int, columns: Sequence[str]) -> None:
        place = statement.sql_line + statement.sql.encode()[:at].count(b"\n")
        told = f"“{statement.id}”：没有列“{name}”" + did_you_mean(name, columns)
        self._faults.append(Fault(statement.file, place, told))

    def faults(
        self, statement: Statement, types: Mapping[str, str] | None = None, view: str | None = None
    ) -> Iterator[Fault]:
        """Texts that no code list has, comparisons of mixed types. `view`: remember what its columns hold."""
        self._faults = []
        found = self.lineage.read(statement)
        if view is not None and types is not None:
            told = found or {}
            self.lineage.relations[view] = {
                name: of_type(kind, told[name].words if name in told else None, name)
                for name, kind in types.items()
            }
        yield from dict.fromkeys(self._faults)

    def misfits(self, view: str, column: str, labels: tuple[str, ...]) -> frozenset[str]:
        """Texts that a view may put into a choice which has no such label."""
        relation = self.lineage.relations.get(view)
        words = relation[column].words if relation and column in relation else None
        return words - set(labels) if words is not None else frozenset()

    def _table(self, name: str, types: Mapping[str, str]) -> Relation:
        known = fixed(self.catalogue.campaign).get(name)
        found: dict[str, Meaning] = {}
        for column, kind in types.items():
            words = None
            field = self.catalogue.field_of(name, column)
            if field is not None and field.codes is not None:
                words = self.catalogue.campaign.codes[field.codes].labels
            elif name == FIGURES and column == "figure":
                words = tuple(sorted(printed(self.catalogue.campaign)))
            elif known is not None and kind == "VARCHAR" and (name, column) != ("codes", "label"):
                words = tuple(each for each in known.column(column).to_pylist() if each is not None)
            found[column] = of_type(kind, words, column)
        return found

    def _order(self, word: str) -> tuple[int, str]:
        """As the code lists write them."""
        return self._places.get(word, len(self._places)), word

    def _judge(self, statement: Statement, left: Meaning, right: Meaning, equal: bool) -> None:
        """Two expressions side by side. `equal`: compared by equality or membership."""
        if right.literal and not left.literal:
            column, other = left, right
        else:
            column, other = (right, left) if left.literal else (left, right)
        place = statement.sql_line + statement.sql.encode()[: other.at or column.at].count(b"\n")
        said, short = None, column.name.rpartition(".")[2]
        if unfit(left, right):
            kinds = NAMES[str(column.kind)], NAMES[str(other.kind)]
            if other.literal:
                text = next(iter(other.words or ()), other.name)
                said = f"列“{short}”是{kinds[0]}，不能与“{text}”比较。"
            else:
                said = f"列“{column.name}”是{kinds[0]}，“{other.name}”是{kinds[1]}，不能比较。"
        elif equal and unequal(left, right):
            words = sorted(other.words or ())
            told = "”“".join(words[:_FEW])
            said = f"“{told}”不是列“{short}”可选的值" + did_you_mean(
                words[0], sorted(column.words or (), key=self._order)
            )
        if said is not None:
            caller = self.lineage.caller
            where = (
                f"“{statement.id}”" if caller.id == statement.id else f"“{statement.id}”（用于“{caller.id}”）"
            )
            self._faults.append(Fault(statement.file, place, f"{where}：{said}"))
