"""A document as one blob: its typed tables as Parquet, the rest as JSON; read once, never parsed again."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from forms import Document, Form, TableData
from forms.typed import arrow, from_parquet, to_parquet

_EPOCH = (1980, 1, 1, 0, 0, 0)
_META = "document.json"


def packed(form: Form, document: Document) -> bytes:
    """Deterministic bytes: the same document gives the same blob."""
    empty = {name: dataclasses.replace(table, rows=(), values={}) for name, table in document.tables.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr(zipfile.ZipInfo(_META, _EPOCH), dataclasses.replace(document, tables=empty).to_json())
        for name, table in arrow(form, document).items():
            if name in document.tables:
                bundle.writestr(zipfile.ZipInfo(f"{name}.parquet", _EPOCH), to_parquet(table))
    return out.getvalue()


def unpacked(blob: bytes) -> Document:
    """The document again.  Raises ValueError when `blob` is not one."""
    with zipfile.ZipFile(io.BytesIO(blob)) as bundle:
        document = Document.from_json(bundle.read(_META))
        tables = {name: _filled(table, from_parquet(bundle.read(f"{name}.parquet")))
                  for name, table in document.tables.items()}
    return dataclasses.replace(document, tables=tables)


def _filled(table: TableData, stored: pa.Table) -> TableData:
    columns: Mapping[str, list[Any]] = stored.drop_columns(["unit", "document", "row"]).to_pydict()
    return dataclasses.replace(table, rows=tuple(stored.column("row").to_pylist()), values=columns)
