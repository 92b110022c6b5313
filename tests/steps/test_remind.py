"""Reminders in the words of the campaign's prose: short, dated, and the same as those that are published."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from forms import load, shipped
from forms.engine import Engine
from huizong.steps.bureau import Bureau
from huizong.steps.remind import messages
from huizong.steps.status import UnitStatus

LONGEST = 70  # domain brief §5.6


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Bureau:
    campaign = load(shipped())
    made = Bureau(tmp_path_factory.mktemp("bureau"), campaign, campaign.dates["deadline"])
    vars(made)["engine"] = Engine(campaign)
    return made


def owing(bureau: Bureau, count: int) -> tuple[UnitStatus, ...]:
    """Every unit owes so many forms."""
    forms = dict.fromkeys(bureau.campaign.forms, "assigned")
    return tuple(
        UnitStatus(unit.code, unit.name, forms, tuple(forms)[:count], None, False, False)  # type: ignore[arg-type]
        for unit in bureau.campaign.units
    )


@pytest.mark.parametrize("count", [1, 3, 12])
def test_a_message_is_short_and_says_how_many_and_by_when(bureau: Bureau, count: int) -> None:
    told = messages(bureau, owing(bureau, count))
    assert len(told) == len(bureau.campaign.units) and max(map(len, told.values())) <= LONGEST
    assert all(f"尚缺{count}项" in text and "8月11日" in text for text in told.values())


def test_after_the_deadline_a_new_date_is_set(bureau: Bureau) -> None:
    late = Bureau(bureau.folder, bureau.campaign, date(2019, 8, 13))
    assert all("8月11日" not in text for text in messages(late, owing(bureau, 2)).values())


@pytest.mark.parametrize(
    ("prose", "told"),
    [("{{ unit.name }}请速报", "请速报"), ("{{ unit.name }}（{{ fig.units_counted }}家）", "（0家）")],
)
def test_changed_words_are_the_words_that_are_sent(
    bureau: Bureau, tmp_path: Path, prose: str, told: str
) -> None:
    """Also those that ask for a figure."""
    (tmp_path / "text").mkdir()
    (tmp_path / "text" / "reminder_chat.txt").write_text(prose, "utf-8")
    other = Bureau(tmp_path, replace(bureau.campaign, folder=tmp_path), bureau.as_of)
    vars(other)["engine"] = bureau.engine
    assert messages(other, owing(bureau, 12)) == {
        unit.code: f"{unit.name}{told}" for unit in bureau.campaign.units
    }
