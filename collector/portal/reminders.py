"""Reminders: who owes what, the message for a chat group and for each unit, and what kind is due now.  Pure.

Source: domain brief §5.6; no names of persons ever.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from collector.portal.show import day, left
from collector.workflow import closes
from forms.spec import Campaign
from huizong.steps.status import UnitStatus

EARLY: Final = 2  # days before the deadline from which on a reminder is due


@dataclass(frozen=True)
class Owing:
    unit: str
    name: str
    count: int
    forms: str
    text: str
    overdue: bool


@dataclass(frozen=True)
class Reminders:
    owing: tuple[Owing, ...]
    group_text: str
    deadline: str
    left: str
    left_tone: str
    due: str


def reminders(
    campaign: Campaign, owing: tuple[UnitStatus, ...], messages: Mapping[str, str], now: datetime, today: date
) -> Reminders:
    """Everything the page shows; units that owe nothing are not on it."""
    until = campaign.dates["deadline"]
    lines = tuple(
        Owing(
            each.unit,
            campaign.units_by_code[each.unit].short_name,
            len(each.missing),
            "、".join(campaign.forms[form].number for form in each.missing),
            messages.get(each.unit, ""),
            each.overdue,
        )
        for each in owing
    )
    text = "\n".join(each.text for each in lines if each.text)
    return Reminders(lines, text, day(until), *left(closes(until), now), due_now((until - today).days))


def due_now(days: int) -> str:
    """What is due so many days before the deadline (negative: after it)."""
    if days > EARLY:
        return "还没有到提示的时候。"
    if days > 0:
        return "临近截止，宜发提示。"
    return "今天截止，宜催报。" if days == 0 else "已过截止，宜发逾期催报并在通报中列出。"
