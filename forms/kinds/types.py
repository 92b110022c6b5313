"""The kinds by name, with their SQL and Arrow types."""

from __future__ import annotations

from typing import Final

import pyarrow as pa

SQL_TYPES: Final = {
    "serial": "INTEGER",
    "text": "VARCHAR",
    "person_name": "VARCHAR",
    "id_number": "VARCHAR",
    "certificate_number": "VARCHAR",
    "organisation_code": "VARCHAR",
    "phone": "VARCHAR",
    "date": "DATE",
    "choice": "VARCHAR",
    "choices": "VARCHAR[]",
    "countries": "VARCHAR[]",
    "count": "INTEGER",
}

_ARROW: Final = {
    "VARCHAR": pa.string(),
    "DATE": pa.date32(),
    "INTEGER": pa.int32(),
    "VARCHAR[]": pa.list_(pa.string()),
    "BOOLEAN": pa.bool_(),
}

KINDS: Final = tuple(SQL_TYPES)


def sql_type(kind: str) -> str:
    """VARCHAR, DATE, INTEGER or VARCHAR[]."""
    return SQL_TYPES[kind]


def arrow_type(kind: str) -> pa.DataType:
    """The Arrow type a column of this kind is kept in."""
    return _ARROW[SQL_TYPES[kind]]
