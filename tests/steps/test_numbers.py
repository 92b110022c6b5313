"""A paper has one number, and no two papers have the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from huizong.steps.errors import UseError
from huizong.steps.numbers import LETTER, Numbers, Use

SERIES = "瑞卫整改〔{year}〕{n}号"
DAY = date(2019, 8, 13)
NOTICE = Use("notice", "002", DAY)
OTHER = replace(NOTICE, about="003")


def test_a_series_counts_on_and_leaves_out_what_a_letter_has() -> None:
    numbers = Numbers({"瑞卫整改〔2019〕2号": Use(LETTER, "003-J01", DAY)})
    found = [numbers.of(SERIES, use) for use in (NOTICE, OTHER)]
    assert found == ["瑞卫整改〔2019〕1号", "瑞卫整改〔2019〕3号"]


def test_a_paper_printed_once_more_on_its_day_keeps_its_number_and_a_later_one_has_its_own() -> None:
    numbers = Numbers()
    assert numbers.of(SERIES, NOTICE) == numbers.of(SERIES, NOTICE) == "瑞卫整改〔2019〕1号"
    assert numbers.of(SERIES, replace(NOTICE, day=date(2019, 9, 5))) == "瑞卫整改〔2019〕2号"
    assert numbers.of(SERIES, replace(NOTICE, day=date(2020, 1, 2))) == "瑞卫整改〔2020〕1号"


def test_a_number_without_a_running_part_is_the_campaigns_own() -> None:
    assert Numbers().of("瑞卫发〔{year}〕88号", Use("report", "", DAY)) == "瑞卫发〔2019〕88号"


def test_a_number_of_another_paper_is_refused_and_ones_own_is_not() -> None:
    numbers = Numbers({"瑞卫整改〔2019〕1号": NOTICE})
    with pytest.raises(UseError, match="“瑞卫整改〔2019〕1号”已经用于另一份文稿，请另选一个"):
        numbers.claim("瑞卫整改〔2019〕1号", Use(LETTER, "002-J01", DAY))
    own, letter = "瑞卫整改〔2019〕9号", Use(LETTER, "002-J01", DAY)
    assert numbers.claim(own, letter) == own
    assert numbers.claim(own, replace(letter, day=date(2019, 9, 1))) == own
    assert numbers.of(SERIES, OTHER) == "瑞卫整改〔2019〕2号"
