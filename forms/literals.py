"""Comparisons in queries held against the definitions: labels of code lists, and types that fit each
other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from forms.catalogue import Catalogue
from forms.engine_tables import FIGURES
from forms.faults import Fault, did_you_mean
from forms.figures import printed
from forms.sqlfile import Statement
from forms.sqltree import Column, Comparison, Executes, Literal, NotASelect, Tree, tree

_NUMBERS: Final = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)")
_NAMES: Final = {"text": "文字", "number": "数", "date": "日期", "bool": "是否", "list": "列表"}


class Comparisons:
    """Knows every table's columns and types (`columns`: table → column → DuckDB type) and which labels
    a choice may hold."""

    def __init__(
        self, catalogue: Catalogue, columns: Mapping[str, Mapping[str, str]], connection: Executes
    ) -> None:
        self.catalogue, self.columns, self.connection = catalogue, columns, connection

    def faults_of_sql(self, statement: Statement, sql: str) -> Iterator[Fault]:
        """As `faults`, of a text that has been bound already."""
        try:
            yield from self.faults(statement, tree(self.connection, sql), sql)
        except NotASelect:  # named where the file was read
            return

    def faults(self, statement: Statement, parsed: Tree, sql: str | None = None) -> Iterator[Fault]:
        """Literals that are no label of the field's code list, and comparisons of mixed types."""
        text = statement.sql if sql is None else sql
        if (
            sql is None
            and "macro" in statement.header
            and not text.lstrip().lower().startswith(("select", "with", "from"))
        ):
            text = f"select {text}"
        for each in parsed.comparisons:
            yield from self._judge(statement, text, each, parsed)

    def _judge(
        self, statement: Statement, text: str, comparison: Comparison, parsed: Tree
    ) -> Iterator[Fault]:
        left = comparison.left
        if not isinstance(left, Column):
            return
        place = statement.sql_line + text.encode()[: left.at].count(b"\n")
        kind = self._type(left)
        labels = self._labels(left, parsed) if comparison.exact else None
        for right in comparison.rights:
            if isinstance(right, Literal):
                if (
                    right.kind == "text"
                    and labels is not None
                    and right.text not in labels
                    and kind in ("text", None, "list")
                ):
                    yield Fault(
                        statement.file,
                        place,
                        f"“{statement.id}”：“{right.text}”不是列“{left.path[-1]}”可选的值"
                        + did_you_mean(right.text, labels),
                    )
                elif not comparison.member and kind is not None and not _fits(kind, right):
                    yield Fault(
                        statement.file,
                        place,
                        f"“{statement.id}”：列“{left.path[-1]}”是{_NAMES[kind]}，不能与“{right.text}”比较。",
                    )
            elif kind is not None and (other := self._type(right)) is not None and other != kind:
                yield Fault(
                    statement.file,
                    place,
                    f"“{statement.id}”：列“{'.'.join(left.path)}”是{_NAMES[kind]}，"
                    f"“{'.'.join(right.path)}”是{_NAMES[other]}，不能比较。",
                )

    def _owner(self, column: Column) -> str | None:
        """The table a column surely comes from; None for a subquery's or an ambiguous one."""
        name = column.path[-1]
        if len(column.path) > 1:
            for sources in column.sources:
                if column.path[-2] in sources:
                    table = sources[column.path[-2]]
                    return table if table is not None and name in self.columns.get(table, {}) else None
            return None
        for sources in column.sources:
            if any(table is None or table not in self.columns for table in sources.values()):
                return None
            owners = [
                table for table in sources.values() if table is not None and name in self.columns[table]
            ]
            if owners:
                return owners[0] if len({self.columns[each][name] for each in owners}) == 1 else None
        return None

    def _type(self, column: Column) -> str | None:
        owner = self._owner(column)
        return type_class(self.columns[owner][column.path[-1]]) if owner is not None else None

    def _labels(self, column: Column, parsed: Tree) -> tuple[str, ...] | None:
        """The labels the column may hold: of its own field, else of every choice of that name the
        query can have it from."""
        name, owner = column.path[-1], self._owner(column)
        campaign = self.catalogue.campaign
        if owner is not None and owner not in self.catalogue.queries:
            field = self.catalogue.field_of(owner, name)
            if field is not None and field.codes is not None:
                return campaign.codes[field.codes].labels
            if owner == "codes" and name == "list":
                return tuple(campaign.codes)
            if owner == FIGURES and name == "figure":
                return tuple(sorted(printed(campaign)))
            return None
        reads = frozenset([owner]) if owner is not None else parsed.tables | parsed.functions
        tables = sorted(self.catalogue.closure(reads))
        fields = [field for table in tables if (field := self.catalogue.field_of(table, name))]
        if not fields or any(field.codes is None for field in fields):
            return None
        return tuple(
            dict.fromkeys(label for field in fields for label in campaign.codes[field.codes or ""].labels)
        )


def type_class(sql_type: str) -> str | None:
    """text, number, date, bool or list; None for what no cell holds."""
    if sql_type.endswith("]"):
        return "list"
    if sql_type == "VARCHAR":
        return "text"
    if sql_type in ("DATE", "BOOLEAN"):
        return {"DATE": "date", "BOOLEAN": "bool"}[sql_type]
    if sql_type.startswith("TIMESTAMP"):
        return "date"
    return "number" if _NUMBERS.fullmatch(sql_type) else None


def _fits(kind: str, literal: Literal) -> bool:
    """May a literal stand beside a column of this kind? A text beside a date must be a date."""
    if literal.kind == "text":
        if kind == "date":
            try:
                date.fromisoformat(literal.text[:10])
            except ValueError:
                return False
            return True
        return kind == "text"
    return kind == "number" if literal.kind == "number" else True
