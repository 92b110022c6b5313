"""What the YAML says about queries: views that pre-fill, figures printed, when a cell is required."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from forms.catalogue import Catalogue
from forms.faults import Fault, did_you_mean
from forms.literals import Comparisons
from forms.meaning import type_class
from forms.rules import CONDITIONAL
from forms.sqlfile import Statement


class FieldLint:
    """`columns`: table or view → column → DuckDB type; `unbound`: why a query does not bind, or None."""

    def __init__(
        self,
        catalogue: Catalogue,
        columns: Mapping[str, Mapping[str, str]],
        broken: Collection[str],
        comparisons: Comparisons,
        unbound: Callable[[str], str | None],
    ) -> None:
        self._catalogue, self._campaign = catalogue, catalogue.campaign
        self._columns, self._broken, self._comparisons = columns, broken, comparisons
        self._unbound = unbound

    def faults(self, form: str, table: str) -> Iterator[Fault]:
        """Of every field of a table (or of a form's facts)."""
        ids = {statement.id for statement in self._catalogue.figures}
        owner = self._campaign.forms[form]
        fields = owner.tables[table].fields if table in owner.tables else tuple(owner.facts.values())
        for field in fields:
            if field.prefill is not None:
                view = field.prefill.view
                if view not in self._catalogue.queries:
                    yield self._yaml(
                        form,
                        field.name,
                        "prefill",
                        table,
                        f"没有预填视图“{view}”"
                        + did_you_mean(
                            view, [each for each in self._catalogue.queries if each.startswith("known_")]
                        ),
                    )
                elif view not in self._broken:
                    yield from self._prefill(form, field.name, table, view, field.prefill.column)
            if field.figure is not None and field.figure not in ids:
                yield self._yaml(
                    form,
                    field.name,
                    "figure",
                    table,
                    f"没有指标“{field.figure}”" + did_you_mean(field.figure, ids),
                )
            if field.required_when is not None:
                sql = f'select 1 from "{table}" t where ({field.required_when})'
                why = self._unbound(sql)
                if why is not None:
                    yield self._yaml(form, field.name, "required", table, f"必填条件（{CONDITIONAL}）：{why}")
                else:
                    place = self._yaml(form, field.name, "required", table, "")
                    for fault in self._comparisons.faults(
                        Statement(f"{table}.{field.name}", place.file, place.line, sql, place.line)
                    ):
                        yield Fault(place.file, place.line, fault.message)

    def _prefill(self, form: str, field: str, table: str, view: str, column: str) -> Iterator[Fault]:
        columns = self._columns[view]
        if column not in columns:
            yield self._yaml(
                form, field, "prefill", table, f"视图“{view}”没有列“{column}”" + did_you_mean(column, columns)
            )
            return
        mine = self._columns[table][field]
        if type_class(columns[column]) != type_class(mine):
            yield self._yaml(
                form,
                field,
                "prefill",
                table,
                f"视图“{view}”的列“{column}”是 {columns[column]}，这一列是 {mine}。",
            )
        statement = self._catalogue.queries[view].statement
        if "unit" not in columns:
            yield statement.fault(f"预填视图“{view}”须有列 unit。")
        yield from self._misfits(form, field, table, statement, column)

    def _misfits(
        self, form: str, name: str, table: str, statement: Statement, column: str
    ) -> Iterator[Fault]:
        """Texts of a prefill view that the field's code list does not have, where they stand in the view."""
        field = self._catalogue.field_of(table, name)
        if field is None or field.codes is None:
            return
        labels = self._campaign.codes[field.codes].labels
        for word in sorted(self._comparisons.misfits(statement.id, column, labels)):
            told = f"“{word}”不是“{field.label}”可选的值" + did_you_mean(word, labels)
            at = statement.sql.find(f"'{word}'")
            if at >= 0:
                line = statement.sql_line + statement.sql.count("\n", 0, at)
                yield Fault(statement.file, line, f"“{statement.id}”：{told}")
            else:
                yield self._yaml(form, name, "prefill", table, f"视图“{statement.id}”：{told}")

    def _yaml(self, form: str, field: str, key: str, table: str, message: str) -> Fault:
        file, _, line = self._campaign.where(form, field, key, table).rpartition(":")
        return Fault(file, int(line), message)
