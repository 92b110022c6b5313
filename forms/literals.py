"""Comparisons in queries held against the definitions: labels of code lists, and types that fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from forms.catalogue import Catalogue, Query
from forms.engine_tables import FIGURES, fixed, words
from forms.faults import Fault, did_you_mean
from forms.figures import printed
from forms.kinds.countries import names
from forms.lineage import Lineage
from forms.meaning import CONDITION, NAMES, Listed, Meaning, of_type, unequal, unfit
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
        self.told = Relation({})  # the columns of the query that was held against the definitions last
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

    def _written_out(self, table: Meaning, other: Meaning) -> None:
        """A constant of a table written out in a query that the other side never holds: its row is dead.

        Of two such tables the one that names each thing once is the list, the other may only use it.
        """
        words = other.words
        if other.listed:
            named = [each.word for each in other.listed]
            words = frozenset(named) if len(set(named)) == len(named) else None
        if words is None or other.literal:
            return
        for each in table.listed:
            if each.word not in words:
                short = other.name.rpartition(".")[2]
                what = "不与所比的任何值相同" if short == "case" else f"不是列“{short}”可选的值"
                told = f"“{each.word}”{what}" + did_you_mean(each.word, sorted(words))
                self._faults.append(Fault(each.file, each.line, f"“{self._view_at(each)}”：{told}"))

    def _view_at(self, listed: Listed) -> str:
        """The view in whose text the constant stands, or the rule that is being read."""
        above = [
            query.statement
            for query in self.catalogue.order
            if query.statement.file == listed.file and query.statement.line <= listed.line
        ]
        return max(above, key=lambda each: each.line).id if above else self.lineage.caller.id

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
        self.told = found.named() or Relation({})
        if view is not None and types is not None:
            holds: Mapping[str, Meaning] = found.named() or {}
            self.lineage.relations[view] = Relation(
                {
                    name: replace(of_type(kind, holds[name].words, name), listed=holds[name].listed)
                    if name in holds
                    else of_type(kind, None, name)
                    for name, kind in types.items()
                }
            )
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
            held = words(self.catalogue.campaign, name, column)
            field = self.catalogue.field_of(name, column)
            if field is not None and field.codes is not None:
                held = self.catalogue.campaign.codes[field.codes].labels
            elif field is not None and field.kind == "countries":
                held = names().stored
            elif name == FIGURES and column == "figure":
                held = tuple(sorted(printed(self.catalogue.campaign)))
            elif known is not None and kind == "VARCHAR" and (name, column) != ("codes", "label"):
                held = tuple(each for each in known.column(column).to_pylist() if each is not None)
            found[column] = of_type(kind, held, column)
        return Relation(found, parts=self._lists(found) if name == "codes" else None)

    def _lists(self, found: Mapping[str, Meaning]) -> dict[tuple[str, str], Mapping[str, Meaning]]:
        """What `code` and `label` are where `list` is known."""
        return {
            ("list", name): {
                "code": replace(found["code"], words=frozenset(listed.by_code)),
                "label": replace(found["label"], words=frozenset(listed.labels)),
            }
            for name, listed in self.catalogue.campaign.codes.items()
        }

    def _order(self, word: str) -> tuple[int, str]:
        """As the code lists write them."""
        return self._places.get(word, len(self._places)), word

    def _judge(self, statement: Statement, left: Meaning, right: Meaning, equal: bool) -> None:
        """Two expressions side by side. `equal`: compared by equality or membership."""
        if equal:
            self._written_out(left, right)
            self._written_out(right, left)
        if right.literal and not left.literal:
            column, other = left, right
        else:
            column, other = (right, left) if left.literal else (left, right)
        place = statement.sql_line + statement.sql.encode()[: other.at or column.at].count(b"\n")
        said, short = None, column.name.rpartition(".")[2]
        if right is CONDITION:
            place = statement.sql_line + statement.sql.encode()[: left.at].count(b"\n")
            if left.kind in ("text", "date", "list"):
                said = f"“{left.name}”是{NAMES[left.kind]}，不能当作是否成立的条件。"
        elif unfit(left, right):
            kinds = NAMES[str(column.kind)], NAMES[str(other.kind)]
            if other.literal:
                text = next(iter(other.words or ()), other.name)
                said = f"列“{short}”是{kinds[0]}，不能与“{text}”比较。"
            else:
                said = f"列“{column.name}”是{kinds[0]}，“{other.name}”是{kinds[1]}，不能比较。"
        elif equal and not (held(left, right) or held(right, left)) and unequal(left, right):
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


def held(table: Meaning, other: Meaning) -> bool:
    """Whether each constant of the one has been held against the other by itself, at its own line."""
    return bool(table.listed) and not other.literal and not other.listed
