"""The other side: the usual libraries, used as their own documentation shows it.

They are opponents here and no means of ours, so they are imported by name only when a comparison runs:
each of them keeps its one home in the product.
"""

from __future__ import annotations

import io
import os
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

Values = Iterable[tuple[str, int, Sequence[Sequence[Any]]]]
"""(sheet, first data row, rows of cells) of a workbook."""


def filled_workbook(blank: bytes, sheets: Values) -> bytes:
    """openpyxl: load the template, fill the cells, save."""
    book = import_module("openpyxl").load_workbook(io.BytesIO(blank))
    for sheet, first, rows in sheets:
        page = book[sheet]
        for at, row in enumerate(rows, first):
            for column, value in enumerate(row, 1):
                page.cell(at, column, value)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def read_workbook(data: bytes) -> int:
    """openpyxl: load, and look at every cell; how many hold something."""
    book = import_module("openpyxl").load_workbook(io.BytesIO(data), data_only=True)
    rows = (row for page in book for row in page.iter_rows(values_only=True))
    return sum(value is not None for row in rows for value in row)


def marked_workbook(data: bytes, marks: Iterable[tuple[str, str, str]]) -> bytes:
    """openpyxl: load, comment and colour (sheet, cell, words), save."""
    openpyxl = import_module("openpyxl")
    comment = import_module("openpyxl.comments").Comment
    red = import_module("openpyxl.styles").PatternFill("solid", fgColor="FFC7CE")
    book = openpyxl.load_workbook(io.BytesIO(data))
    for sheet, address, words in marks:
        cell = book[sheet][address]
        cell.comment, cell.fill = comment(words, "huizong"), red
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def rendered(template: bytes, context: Mapping[str, Any]) -> bytes:
    """docxtpl: open the template, render, save."""
    document = import_module("docxtpl").DocxTemplate(io.BytesIO(template))
    document.render(dict(context), autoescape=True)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return target.getvalue()


def table_workbook(sheets: Values) -> bytes:
    """openpyxl in its write-only mode: bare rows, no styles."""
    book = import_module("openpyxl").Workbook(write_only=True)
    for sheet, _, rows in sheets:
        page = book.create_sheet(sheet)
        for row in rows:
            page.append([str(value) if isinstance(value, list) else value for value in row])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


class BareDatabase:
    """SQLite with one table, and a commit a row as durable as the ledger's."""

    def __init__(self, file: Path, pragmas: Mapping[str, str]) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        for name, value in pragmas.items():
            self._connection.execute(f"pragma {name}={value}")
        self._connection.execute("create table if not exists rows (id integer primary key, text text)")

    def commit(self) -> None:
        self._connection.execute("begin immediate")
        self._connection.execute("insert into rows (text) values ('x')")
        self._connection.execute("commit")


def durable(folder: Path, data: bytes, name: str) -> None:
    """A file written and synced, with its folder: what any store that loses nothing must do."""
    handle = os.open(folder / name, os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(handle, data)
    os.fsync(handle)
    os.close(handle)
    handle = os.open(folder, os.O_RDONLY)
    os.fsync(handle)
    os.close(handle)
