"""Typed tables: documents as Arrow tables and Parquet bytes, with the columns the rules see."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from forms.document import Document
from forms.kinds.types import arrow_type
from forms.spec import Field, Form, Register

HEAD = (pa.field("unit", pa.string()), pa.field("document", pa.string()))


def columns(fields: tuple[Field, ...]) -> list[pa.Field]:
    """One Arrow column per field, each followed by the flags its `also` words add."""
    found = []
    for each in fields:
        found.append(pa.field(each.name, arrow_type(each.kind)))
        found += [pa.field(flag, pa.bool_()) for flag in each.flags]
    return found


def schemas(form: Form) -> dict[str, pa.Schema]:
    """Table → schema.

    `unit, document, row` + fields; `<form>_facts`: `unit, document` + facts, when it has facts.
    """
    found = {
        name: pa.schema([*HEAD, pa.field("row", pa.int32()), *columns(table.fields)])
        for name, table in form.tables.items()
    }
    if form.facts:
        found[form.facts_table] = pa.schema([*HEAD, *columns(tuple(form.facts.values()))])
    return found


def register_schema(register: Register) -> pa.Schema:
    """`unit` (not for the police's), `document` (file name), `row` (sheet row) + fields."""
    head = [pa.field("document", pa.string()), pa.field("row", pa.int32())]
    return pa.schema([*([] if register.police else [HEAD[0]]), *head, *columns(register.fields)])


def arrow(form: Form, document: Document, name: str | None = None) -> dict[str, pa.Table]:
    """Every table of the form, empty where the document has none, and its facts as a one-row table.

    `name` goes into the column `document` (default: the document's file name). Raises ValueError
    (pyarrow.ArrowInvalid) or TypeError for a value that is not of its kind.
    """
    label = document.name if name is None else name
    found = {}
    for table, schema in schemas(form).items():
        if table == form.facts_table:
            row: dict[str, Any] = {"unit": document.unit, "document": label, **document.facts}
            arrays = [
                pa.array([row.get(each.name, False if each.type == pa.bool_() else None)], each.type)
                for each in schema
            ]
        else:
            data = document.tables.get(table)
            n = len(data.rows) if data else 0
            values: Mapping[str, Any] = data.values if data else {}
            arrays = [
                pa.repeat(pa.scalar(document.unit, pa.string()), n),
                pa.repeat(pa.scalar(label, pa.string()), n),
                pa.array(data.rows if data else (), pa.int32()),
            ]
            arrays += [_column(values.get(each.name), each, n) for each in list(schema)[3:]]
        found[table] = pa.Table.from_arrays(arrays, schema=schema)
    return found


def _column(values: list[Any] | None, column: pa.Field, n: int) -> pa.Array:
    if values is not None:
        return pa.array(values, column.type)
    if column.type == pa.bool_():
        return pa.repeat(pa.scalar(False), n)
    return pa.nulls(n, column.type)


def to_parquet(table: pa.Table) -> bytes:
    """Deterministic bytes of one table."""
    out = BytesIO()
    pq.write_table(table, out, compression="zstd", store_schema=True)
    return out.getvalue()


def from_parquet(data: bytes) -> pa.Table:
    """The opposite of `to_parquet`."""
    return pq.read_table(BytesIO(data))
