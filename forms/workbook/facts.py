"""The labelled cells around the tables: 填表人 and what else a form declares, found by their labels (S10)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from forms.findings import Finding
from forms.kinds import Context
from forms.spec import Field
from forms.workbook.cells import Raw, RawSheet, address
from forms.workbook.locate import plain
from forms.workbook.rows import NOTES, inked


@dataclass(frozen=True)
class Facts:
    values: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class _Found:
    sheet: str
    row: int
    column: int
    raw: Raw


def read_facts(
    fields: Sequence[Field],
    sheets: Iterable[tuple[RawSheet, Sequence[int]]],
    context: Context,
    unit: str | None,
    form: str,
) -> Facts:
    """The facts of a form.

    `sheets`: each sheet with the rows (from 1) outside its data, the most likely first.
    """
    places = list(sheets)
    found: dict[str, _Found] = {}
    for sheet, rows in places:
        for name, cell in _on_sheet(sheet, rows, fields):
            old = found.get(name)
            if old is None or (not inked(old.raw) and inked(cell.raw)):
                found[name] = cell
    values: dict[str, Any] = {}
    cells: dict[str, tuple[str, str]] = {}
    findings: list[Finding] = []
    for each in fields:
        at = found.get(each.name)
        sheet_name = at.sheet if at else (places[0][0].name if places else None)
        where = address(at.row, at.column) if at else None
        reading = context.reader(each)(at.raw if at else None)
        values[each.name] = reading.value
        for flag in each.flags:
            values[flag] = reading.flag == flag
        if at and where:
            cells[each.name] = at.sheet, where
        for fault in reading.findings:
            missing = fault.rule == "F01"
            message = (
                f"表{'首' if each.place == 'top' else '尾'}“{each.label}”未填写。"
                if missing
                else f"“{each.label}”：{fault.message}"
            )
            findings.append(
                Finding(
                    "S10" if missing else fault.rule,
                    fault.level,
                    unit,
                    form,
                    sheet_name,
                    where,
                    at.row if at else None,
                    each.name,
                    each.name,
                    fault.value,
                    message,
                    "请补填。" if missing else fault.fix,
                )
            )
    findings += _alike(fields, values, cells, unit, form)
    return Facts(values, cells, tuple(findings))


def _alike(
    fields: Sequence[Field],
    values: Mapping[str, Any],
    cells: Mapping[str, tuple[str, str]],
    unit: str | None,
    form: str,
) -> Iterator[Finding]:
    """S10: those who sign at the foot (text facts) must be different people."""
    signers = [each for each in fields if each.place == "bottom" and each.kind in ("text", "person_name")]
    for n, each in enumerate(signers):
        for other in signers[:n]:
            value = values.get(each.name)
            if value and value == values.get(other.name):
                sheet, cell = cells[each.name]
                yield Finding(
                    "S10",
                    "warning",
                    unit,
                    form,
                    sheet,
                    cell,
                    int(re.sub(r"\D", "", cell)),
                    each.name,
                    each.name,
                    str(value),
                    f"“{each.label}”与“{other.label}”是同一人（{value}）。",
                    f"{each.label}应为另一人，或填写说明。",
                )


def _on_sheet(sheet: RawSheet, rows: Sequence[int], fields: Sequence[Field]) -> Iterator[tuple[str, _Found]]:
    labels = {plain(each.label): each.name for each in fields}
    if not labels:
        return
    pattern = re.compile("(" + "|".join(sorted(map(_loose, labels), key=len, reverse=True)) + r")\s*[:：]")
    for number in rows:
        row = sheet.rows[number - 1]
        for column, raw in enumerate(row, 1):
            if not isinstance(raw, str) or plain(raw).startswith(NOTES):  # a note may name whom to call
                continue
            pieces = pattern.split(raw)
            if len(pieces) == 1 and plain(raw) in labels:  # the colon was lost
                pieces = ["", raw, ""]
            for label, text in zip(pieces[1::2], pieces[2::2], strict=True):
                name = labels[plain(label)]
                if _blank(text):
                    last = label == pieces[-2] and text is pieces[-1]
                    at, value = (
                        _beside(sheet, row, number, column, pattern, labels) if last else (column, None)
                    )
                    yield name, _Found(sheet.name, number, at, value)
                else:
                    yield name, _Found(sheet.name, number, column, text.strip())


def _beside(
    sheet: RawSheet,
    row: tuple[Raw, ...],
    number: int,
    column: int,
    pattern: re.Pattern[str],
    labels: Mapping[str, str],
) -> tuple[int, Raw]:
    """The first ink to the right, up to the next label; else the cell where it belongs."""
    start = 1 + max(
        [
            column,
            *(
                merge.right
                for merge in sheet.merges or ()
                if merge.top <= number <= merge.bottom and merge.left <= column <= merge.right
            ),
        ]
    )
    for at in range(start, len(row) + 1):
        raw = row[at - 1]
        if isinstance(raw, str) and (pattern.search(raw) or plain(raw) in labels):
            break
        if inked(raw):
            return at, None if isinstance(raw, str) and _blank(raw) else raw
    return start, None


def _blank(text: str) -> bool:
    """Blanks, and the empty date 　年　月　日."""
    return not re.sub(r"[\s年月日_＿]", "", text)


def _loose(label: str) -> str:
    """A label's pattern with any blanks between its characters."""
    return r"\s*".join(map(re.escape, label))
