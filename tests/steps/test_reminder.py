"""What a reminder asks for depends on its day; a short text goes to each unit that owes something."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from forms.calendar import add_workdays
from huizong.steps.errors import UseError
from huizong.steps.papers import asked, chats
from tests.merger.cities import FIRST, TROUBLED, city


@pytest.mark.parametrize(
    ("day", "trigger", "by"),
    [
        (date(2019, 8, 9), "before", date(2019, 8, 11)),
        (date(2019, 8, 11), "on", date(2019, 8, 11)),
        (date(2019, 8, 13), None, date(2019, 8, 16)),
        (date(2019, 8, 16), None, date(2019, 8, 21)),  # a weekend lies between
    ],
)
def test_a_reminder_sets_a_date_once_the_deadline_has_passed(
    day: date, trigger: str | None, by: date
) -> None:
    given = asked(city().campaign, day, "missing")
    assert (given.get("trigger"), given["new_deadline"]) == (trigger, by)
    assert asked(city().campaign, day, "units") == {}


def test_no_paper_asks_for_something_by_a_day_that_has_passed() -> None:
    campaign = city().campaign
    last = campaign.dates["rectify_by"]
    assert asked(campaign, last, "unit") == {}
    after = last + timedelta(1)
    for audience in ("unit", "units", "superior"):
        assert asked(campaign, after, audience) == {"new_deadline": add_workdays(after, 3)}
    assert asked(campaign, date(2099, 1, 1), "units") == {}


def test_workdays_beyond_the_calendar_are_not_guessed() -> None:
    with pytest.raises(ValueError, match="calendar"):
        add_workdays(date(2099, 1, 1), 1)
    with pytest.raises(UseError, match="2099-01-01以后的放假安排"):
        asked(city().campaign, date(2099, 1, 1), "missing")


def test_each_unit_that_owes_something_gets_one_short_line() -> None:
    ((name, text),) = chats(city({FIRST: TROUBLED}), date(2019, 8, 13))
    lines = text.splitlines()
    assert name == "催报通知短信" and len(lines) == 2
    assert all(len(line) <= 70 and line.endswith("请于8月16日前上报。") for line in lines)
    everyone = city().campaign.units
    assert [line.split("：")[0] for line in lines] == [u.short_name for u in everyone if u.code != FIRST]
