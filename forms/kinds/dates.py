"""Dates in every spelling clerks and programs use, refused when the year has two digits."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from math import isfinite
from typing import TYPE_CHECKING, Final

from forms.kinds.base import FieldFault, Kind, Parse, Raw, Reading, fault, shown, wrong

if TYPE_CHECKING:
    from forms.kinds.given import Given
    from forms.spec import Campaign, Field

_SPELLINGS: Final = re.compile(
    r"(?:(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{4})(\d{2})(\d{2}))(?:T?0{1,2}:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_SHORT_YEAR: Final = re.compile(r"\d{2}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
_NO_DAY: Final = re.compile(r"\d{4}[-/.年]\d{1,2}月?|\d{6}", re.ASCII)
# Excel's 1900 system counts a 29 February 1900 that never was: from 1900-03-01 on its day 0 is 1899-12-30.
_EPOCH_1900: Final = date(1899, 12, 30)
_EPOCH_1904: Final = date(1904, 1, 1)
_YEARS: Final = range(1900, 2101)


class Date(Kind):
    """A day.

    Text as `2019-08-07`, `20190807`, `2019/8/7`, `2019.8.7`, `2019年8月7日`; a date cell; a serial
    number.
    """

    name = "date"
    number_format = "yyyy-mm-dd"
    default_width = 11

    def parser(self, field: Field, given: Given) -> Parse:
        today, past, earliest = given.today, field.past, field.earliest
        epoch = _EPOCH_1904 if given.epoch_1904 else _EPOCH_1900

        def parse(raw: Raw) -> Reading:
            day = _day(raw, epoch)
            if day is None:
                return _unread(raw, field)
            findings: tuple[FieldFault, ...] = ()
            if past and day > today:
                findings = (fault("F12", f"{field.label}“{day}”晚于填报日期，请核对。", raw),)
            elif earliest is not None and day < earliest:
                findings = (fault("F13", f"日期“{day}”过早，请核对。", raw),)
            return Reading(day, findings, became=day.isoformat() if _was_serial(raw) else None)

        return parse

    def example(self, field: Field, campaign: Campaign) -> str:
        return str(campaign.dates.get("campaign_start", "2019-08-07"))

    def says(self, field: Field, campaign: Campaign) -> str:
        words = "".join(f"，或“{word}”" for word in field.also)
        return "日期（年-月-日）" + ("，不晚于填报日期" if field.past else "") + words


def _day(raw: Raw, epoch: date) -> date | None:
    if isinstance(raw, datetime):
        raw = raw.date()
    if isinstance(raw, date):
        return raw if raw.year in _YEARS else None
    if isinstance(raw, str):
        match = _SPELLINGS.fullmatch(raw)
        if match is None:
            # Five digits are a serial number that lost its date format; 61 days in, both counts of 1900
            # agree.
            return _from_serial(int(raw), epoch) if re.fullmatch(r"\d{5}", raw, re.ASCII) else None
        parts = match.groups()
        return _real(*(int(part) for part in (parts[:3] if parts[0] else parts[3:])))
    if isinstance(raw, int | float) and not isinstance(raw, bool) and isfinite(raw):
        number = int(raw)
        if number >= 1_000_000:
            whole = float(raw).is_integer() and number < 100_000_000
            return _real(number // 10000, number // 100 % 100, number % 100) if whole else None
        return _from_serial(number, epoch)
    return None


def _real(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in _YEARS else None
    except ValueError:
        return None


def _from_serial(number: int, epoch: date) -> date | None:
    if not 61 <= number <= 73_415:
        return None
    return epoch + timedelta(days=number)


def _was_serial(raw: Raw) -> bool:
    return isinstance(raw, int | float) or (isinstance(raw, str) and len(raw) == 5)


def _unread(raw: Raw, field: Field) -> Reading:
    text = shown(raw)
    fix = None
    if _SHORT_YEAR.fullmatch(text):
        fix = "年份请写四位，例如 2019-08-07。"
    elif _NO_DAY.fullmatch(text):
        fix = "请写明年、月、日，例如 2019-08-07。"
    elif field.also:
        words = "”或“".join(field.also)
        fix = f"请按 2019-08-07 的格式填写，或填“{words}”。"
    return wrong("F11", f"日期“{text}”无法识别，请按 2019-08-07 格式填写。", raw, fix=fix)
