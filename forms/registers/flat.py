"""Flat lists: one header, one row per item, held against the totals the file states."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from forms.registers.rows import RegisterReader, any_ink
from forms.spec import Field, Register
from forms.workbook.cells import Raw, RawSheet
from forms.workbook.locate import HEADER_WITHIN, Located, locate, plain, text_of

UNIT: Final = "unit"
_TOP: Final = HEADER_WITHIN + 1  # rows that may hold the header
_HINT: Final = re.compile(r"\([^()]*\)$")
_STATED: Final = re.compile(r"(?:共|合计|总计|应)\D{0,8}?(?:\d+页\D{0,4})?(\d+)(人|名|条|本|次)")


@dataclass(frozen=True)
class Columns:
    """A register's columns with the one that names the unit, as `locate` wants them."""

    name: str
    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Stated:
    """A total written in the file: how many, of what (人 or items)."""

    number: int
    persons: bool


def columns(register: Register) -> Columns:
    unit = (Field(UNIT, register.unit, "text", (register.unit,), required=True),) if register.unit else ()
    return Columns(register.name, (*unit, *register.fields))


def recognised(registers: Sequence[Register], sheet: RawSheet) -> tuple[Register, Located] | None:
    """The register whose header stands best on this sheet.

    One with all its mandatory columns before others.
    """
    found = []
    labels = {plain(one.label) for each in registers for one in columns(each).fields}
    sheet = replace(sheet, rows=tuple(tuple(bare(raw, labels) for raw in row) for row in sheet.rows[:_TOP]))
    for n, each in enumerate(registers):
        wanted = columns(each).fields
        # A list may leave out what is optional; but a few columns that many lists share make no register.
        mandatory, third, half = (
            sum(one.required for one in wanted),
            -(-len(wanted) // 3),
            (len(wanted) + 1) // 2,
        )
        block = locate(columns(each), sheet, least=min(half, max(mandatory, third)))
        if block:
            found.append((not lacking(each, block), block.score / len(wanted), -n, each, block))
    if not found:
        return None
    *_, register, block = max(found, key=lambda one: one[:3])
    return register, block


def bare(raw: Raw, labels: Collection[str]) -> Raw:
    """A header without the hint in brackets behind it: 出入境状态(出境/入境), 出入境日期(yyyyMMdd)."""
    text = plain(raw) if isinstance(raw, str) else ""
    head = _HINT.sub("", text)
    return head if text not in labels and head in labels else raw


def lacking(register: Register, block: Located) -> tuple[str, ...]:
    """Labels of mandatory columns that are not there under their own name."""
    return tuple(
        each.label
        for each in columns(register).fields
        if each.required and (each.name in block.missing or each.name in block.renamed)
    )


def read_flat(reader: RegisterReader, sheet: RawSheet, block: Located) -> list[Stated]:
    """Every row into the reader; the totals stated outside the data. Footers and blank rows are no rows."""
    places = {name: column for name, column in block.columns.items() if name not in block.renamed}
    own = frozenset(places.values())
    stated = [each for row in sheet.rows[: block.top - 1] for each in stated_in(row)]
    for number in range(block.bottom + 1, len(sheet.rows) + 1):
        row = sheet.rows[number - 1]
        if not any_ink(row):
            continue
        full = [column for column in own if column <= len(row) and any_ink(row[column - 1 : column])]
        if len(full) < 2:
            stated += stated_in(row)
            if full and not list(stated_in(row)) and not _footer(row):
                reader.read(number, _cells(row, places), places)  # refused, and said so
            continue
        reader.read(number, _cells(row, places), places)
    return stated


def stated_in(row: Sequence[Raw]) -> Iterator[Stated]:
    for raw in row:
        if isinstance(raw, str):
            for number, unit in _STATED.findall(plain(raw)):
                yield Stated(int(number), unit in "人名")


def _cells(row: Sequence[Raw], places: Mapping[str, int]) -> dict[str, Raw]:
    return {name: row[column - 1] if column <= len(row) else None for name, column in places.items()}


def _footer(row: Sequence[Raw]) -> bool:
    """A remark under the list: text with a colon, or a note."""
    texts = [text_of(raw) for raw in row if raw is not None]
    return any(":" in text or text.startswith(("注", "备注", "合计", "以下空白")) for text in texts)
