"""Workday arithmetic of the demo: Chinese statutory holidays and make-up days, as the rules count them."""

from bisect import bisect_left, bisect_right
from datetime import date, timedelta
from functools import cache

import chinese_calendar

FIRST, LAST = date(2009, 1, 1), date(2020, 12, 31)


@cache
def _workdays() -> tuple[date, ...]:
    days = (FIRST + timedelta(n) for n in range((LAST - FIRST).days + 1))
    return tuple(day for day in days if chinese_calendar.is_workday(day))


def add(day: date, n: int) -> date:
    """The n-th workday after `day` (n > 0), or before it (n < 0); n = 0 gives the day itself."""
    days = _workdays()
    if n > 0:
        return days[bisect_right(days, day) + n - 1]
    if n < 0:
        return days[bisect_left(days, day) + n]
    return day


def between(start: date, end: date) -> int:
    """Workdays in (start, end]; negative when `end` lies before `start`."""
    days = _workdays()
    return bisect_right(days, end) - bisect_right(days, start)


def years_after(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
