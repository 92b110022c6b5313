"""Workdays of China as rows: every day the calendar library knows, whether it is worked, and the
workdays so far."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, timedelta
from functools import cache

import chinese_calendar
import pyarrow as pa

SCHEMA = pa.schema([("day", pa.date32()), ("workday", pa.bool_()), ("n", pa.int32())])
INDEX = pa.schema([("first", pa.date32()), ("counts", pa.list_(pa.int32())), ("days", pa.list_(pa.date32()))])


@cache
def table() -> pa.Table:
    """`calendar(day, workday, n)`; n counts workdays up to and with the day. Days outside the
    library's years are absent.

    Source: the State Council's yearly holiday notices as packaged by chinesecalendar (2004 on).
    """
    years = {day.year for day in chinese_calendar.constants.workdays} | {
        day.year for day in chinese_calendar.constants.holidays
    }
    day, last = date(min(years), 1, 1), date(max(years), 12, 31)
    days: list[date] = []
    worked: list[bool] = []
    counts: list[int] = []
    n = 0
    while day <= last:
        is_worked = bool(chinese_calendar.is_workday(day))
        n += is_worked
        days.append(day)
        worked.append(is_worked)
        counts.append(n)
        day += timedelta(days=1)
    return pa.table([days, worked, counts], schema=SCHEMA)


def add_workdays(day: date, count: int) -> date:
    """The count-th workday after a day; ValueError beyond the years the library knows."""
    worked = _worked()
    at = bisect_right(worked, day) + count - 1
    if count < 1 or at >= len(worked):
        raise ValueError(f"no {count}-th workday after {day} in the calendar")
    return worked[at]


@cache
def _worked() -> list[date]:
    whole = table()
    return list(whole.filter(whole["workday"])["day"].to_pylist())


@cache
def index() -> pa.Table:
    """`workday_index(first, counts, days)`, one row: the calendar as lists, so that a query looks a day
    up instead of joining. `counts[d - first + 1]` is the `n` of day d, `days[n]` the n-th workday."""
    whole = table()
    worked = whole.filter(whole["workday"])
    columns = {
        "first": [whole["day"][0].as_py()],
        "counts": [whole["n"].to_pylist()],
        "days": [worked["day"].to_pylist()],
    }
    return pa.table(columns, schema=INDEX)
