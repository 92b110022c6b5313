"""Jinja filters for Chinese official style: dates, percentages, enumerations (GB/T 15834, GB/T 15835)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

_DIGITS = "零一二三四五六七八九"


def _as_date(value: Any) -> dt.date:
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    return dt.datetime.fromisoformat(str(value)).date()


def date(value: Any) -> str:
    """2019年8月12日, without zero padding (G23). Takes a date or ISO text."""
    day = _as_date(value)
    return f"{day.year}年{day.month}月{day.day}日"


def month_day(value: Any) -> str:
    """8月12日."""
    day = _as_date(value)
    return f"{day.month}月{day.day}日"


def time(value: Any) -> str:
    """2019年8月11日16时05分. Takes a datetime or ISO text."""
    moment = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return f"{date(moment)}{moment.hour}时{moment.minute:02d}分"


def isodate(value: Any) -> str:
    """2019-08-12, for the head's `dated`."""
    return _as_date(value).isoformat()


def percent(part: Any, whole: Any) -> str:
    """One decimal, half up; 「—」 when the whole is 0 (domain §2.4)."""
    if not whole:
        return "—"
    value = (Decimal(str(part)) * 100 / Decimal(str(whole))).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return f"{value}%"


def listed(values: Iterable[Any], key: str | None = None, limit: int | None = None) -> str:
    """a、b、c; with `key` that entry of each row; with `limit` the first ones and 「等」."""
    items = [str(value[key] if key is not None else value) for value in values]
    if limit is not None and len(items) > limit:
        return "、".join(items[:limit]) + "等"
    return "、".join(items)


def counted(
    rows: Iterable[Mapping[str, Any] | tuple[str, int]], measure: str, zero: bool = False
) -> str:
    """旅游68人次、探亲22人次: rows with `label` and `n`, or pairs of them; zeros are left out unless asked
    for."""
    pairs = [(row["label"], row["n"]) if isinstance(row, Mapping) else row for row in rows]
    return "、".join(f"{label}{n}{measure}" for label, n in pairs if n or zero)


def having(rows: Iterable[Mapping[str, Any]], key: str, value: Any = None) -> list[Mapping[str, Any]]:
    """The rows whose `key` equals the value, or is true where no value is given."""
    return [row for row in rows if (row[key] == value if value is not None else row[key])]


def lacking(rows: Iterable[Mapping[str, Any]], key: str) -> list[Mapping[str, Any]]:
    """The rows whose `key` is empty, 0 or false."""
    return [row for row in rows if not row[key]]


def total(rows: Iterable[Mapping[str, Any]], key: str) -> int:
    """The sum of one column of the rows."""
    return sum(int(row[key] or 0) for row in rows)


def chinese(number: int) -> str:
    """一 … 九十九, for ordinals in running text."""
    tens, ones = divmod(int(number), 10)
    if not 0 <= tens <= 9:
        return str(number)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


_CLOSED, _CLOSING = "。！？…", "”’」』）"
"""What ends a sentence, and what may stand behind it."""


def ended(text: Any) -> str:
    """Words of somebody who wrote no full stop, with one; a comma or a point at their end becomes one."""
    said = str(text).strip()
    if not said or said.rstrip(_CLOSING).endswith(tuple(_CLOSED)):
        return said
    return said.rstrip("，、；：,;:. ") + "。"


FILTERS: dict[str, Callable[..., Any]] = {
    "date": date,
    "month_day": month_day,
    "time": time,
    "isodate": isodate,
    "percent": percent,
    "listed": listed,
    "counted": counted,
    "having": having,
    "lacking": lacking,
    "total": total,
    "chinese": chinese,
    "ended": ended,
}
KEYED = frozenset({"having", "lacking", "listed", "total"})
"""Filters whose first argument names a key of the rows they are given."""
ROWS_KEPT = frozenset({"having", "lacking", "sort", "list"})
"""Filters that hand on rows of the list they are given: a placeholder's name passes through them."""
