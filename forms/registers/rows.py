"""Rows of one register from raw cells; aliases of the code lists name kinds of certificates."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from functools import cache
from typing import Any, Final

from forms.findings import Finding
from forms.identify import unit_by_name
from forms.kinds import Context, Reading
from forms.kinds.base import shown
from forms.registers.model import Rows
from forms.spec import Campaign, Field, Register
from forms.workbook.cells import Raw, address
from forms.workbook.locate import plain
from forms.workbook.rows import inked

_UNIT: Final = "unit"


class RegisterReader:
    """Reads rows of one register. `where` names the file (and sheet) in findings."""

    def __init__(self, campaign: Campaign, register: Register, context: Context, where: str) -> None:
        self.campaign, self.register, self.context, self.where = campaign, register, context, where
        self.rows = Rows(register.name)
        self._unit = cache(lambda text: unit_by_name(campaign, text))

    def read(self, number: int, cells: Mapping[str, Raw], columns: Mapping[str, int]) -> bool:
        """One sheet row: field (or `unit`) → cell; whether it was kept.

        A row without its key is refused with a finding.
        """
        values: dict[str, Any] = {}
        lost = False
        for each in self.register.fields:
            reading = self._cell(each, cells.get(each.name))
            values[each.name] = reading.value
            for flag in each.flags:
                values[flag] = reading.flag == flag
            missing = each.required and reading.value is None
            if reading.unreadable or missing:
                self._say(reading, each, number, columns)
            lost = lost or missing or (reading.unreadable and each.name in self.register.key)
        unit = None
        if self.register.unit is not None:
            text = shown(cells.get(_UNIT) or "")
            found = self._unit(text) if text else None
            if found is None:
                lost = True
                self._finding(
                    "F14",
                    number,
                    columns.get(_UNIT),
                    _UNIT,
                    text,
                    f"第{number}行单位“{text}”不在单位名单中。",
                    "请用单位全称、简称或代码。",
                )
            else:
                unit = found.code
        if lost:
            self.rows.refused += 1
            return False
        self.rows.rows.append((number, unit, values))
        return True

    def _cell(self, each: Field, raw: Raw) -> Reading:
        if each.kind == "text" and self.register.police and each.name in self.register.key:
            raw = _clock(raw)
        reading = self.context.reader(each)(raw)
        if reading.unreadable and each.kind == "choice" and isinstance(raw, str):
            label = self._containing(each, plain(raw))
            return Reading(label) if label else reading
        return reading

    def _containing(self, each: Field, text: str) -> str | None:
        """The one label of which an alias is part of the text: 「因私普通护照(电子)」 is a passport."""
        codes = self.context.given.codes[str(each.codes)]
        names = {**{label: label for label in codes.labels}, **codes.by_alias}
        found = {label for alias, label in names.items() if plain(alias) in text}
        return found.pop() if len(found) == 1 else None

    def _say(self, reading: Reading, each: Field, number: int, columns: Mapping[str, int]) -> None:
        fault = next((one for one in reading.findings if one.level == "error"), None)
        if fault:
            self._finding(
                fault.rule,
                number,
                columns.get(each.name),
                each.name,
                fault.value,
                f"第{number}行{fault.message}",
                fault.fix,
            )

    def _finding(
        self,
        rule: str,
        number: int,
        column: int | None,
        field: str,
        value: str | None,
        message: str,
        fix: str,
    ) -> None:
        self.rows.findings.append(
            Finding(
                rule,
                "warning",
                None,
                self.register.name,
                self.where,
                address(number, column) if column else None,
                number,
                field,
                None,
                value,
                f"{self.where}：{message}",
                fix,
            )
        )


def any_ink(cells: Sequence[Raw]) -> bool:
    return any(raw is not None and inked(raw) for raw in cells)


def _clock(raw: Raw) -> Raw:
    """A text in the key of a police list is a time of day: HHmmss, whatever a spreadsheet made of it."""
    if isinstance(raw, time | datetime):
        return raw.strftime("%H%M%S")
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        # Below one it is a fraction of a day, else the digits of HHmmss without leading zeros.
        seconds = round(raw * 86400)
        return (
            f"{seconds // 3600:02d}{seconds // 60 % 60:02d}{seconds % 60:02d}"
            if 0 < raw < 1
            else f"{int(raw):06d}"
        )
    if isinstance(raw, str):
        parts = re.fullmatch(r"\s*(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?\s*", raw)
        if parts:
            return f"{int(parts[1]):02d}{parts[2]}{parts[3] or '00'}"
        return raw.strip().zfill(6) if raw.strip().isdecimal() else raw
    return raw
