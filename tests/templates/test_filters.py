"""Chinese official style in placeholders."""

from __future__ import annotations

import datetime as dt

import pytest

from templates import filters


@pytest.mark.parametrize(
    ("made", "wanted"),
    [
        (filters.date("2019-08-02"), "2019年8月2日"),
        (filters.date(dt.date(2019, 12, 31)), "2019年12月31日"),
        (filters.date(dt.datetime(2019, 8, 2, 23, 59)), "2019年8月2日"),
        (filters.month_day("2019-08-02"), "8月2日"),
        (filters.time("2019-08-11T16:05:00"), "2019年8月11日16时05分"),
        (filters.isodate(dt.datetime(2019, 8, 11, 16, 5)), "2019-08-11"),
        (filters.percent(1, 3), "33.3%"),
        (filters.percent(1, 16), "6.3%"),
        (filters.percent(5, 0), "—"),
        (filters.listed([]), ""),
        (filters.listed(["甲"]), "甲"),
        (filters.listed(["甲", "乙", "丙"], None, 2), "甲、乙等"),
        (filters.listed([{"name": "甲"}, {"name": "乙"}], "name"), "甲、乙"),
        (filters.counted([{"label": "旅游", "n": 2}, {"label": "探亲", "n": 0}], "人次"), "旅游2人次"),
        (filters.chinese(1), "一"),
        (filters.chinese(10), "十"),
        (filters.chinese(21), "二十一"),
        (filters.chinese(100), "100"),
        (filters.ended("无异议"), "无异议。"),
        (filters.ended(" 属实，立即整改。 "), "属实，立即整改。"),
        (filters.ended("属实（另附说明）"), "属实（另附说明）。"),
        (filters.ended("答复为“属实。”"), "答复为“属实。”"),
        (filters.ended("属实，"), "属实。"),
        (filters.ended(""), ""),
    ],
)
def test_filter(made: str, wanted: str) -> None:
    assert made == wanted


def test_rows_are_chosen_by_a_key() -> None:
    rows = [{"a": 1, "k": "x"}, {"a": 0, "k": "y"}]
    assert filters.having(rows, "a") == rows[:1]
    assert filters.lacking(rows, "a") == rows[1:]
    assert filters.having(rows, "k", "y") == rows[1:]
