"""Reminders: who owes what, as a text of at most 70 characters for a chat group and per unit.  Pure.

Source: domain brief §5.6; no names of persons ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from collector.portal.show import left
from collector.workflow import closes
from forms.spec import Campaign
from huizong.steps.status import Status

LONGEST: Final = 70


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
    left: str
    left_tone: str


def reminders(campaign: Campaign, status: Status, now: datetime) -> Reminders:
    """Everything the reminder page shows; units that owe nothing are not on it."""
    day = campaign.dates["deadline"]
    when = f"{day.month}月{day.day}日"
    owing = tuple(
        Owing(
            each.unit,
            campaign.units_by_code[each.unit].short_name,
            len(each.missing),
            "、".join(campaign.forms[form].number for form in each.missing),
            short(
                campaign.units_by_code[each.unit].short_name,
                [campaign.forms[form].number for form in each.missing],
                when,
            ),
            each.overdue,
        )
        for each in status.units
        if each.missing
    )
    lines = [f"{each.name}：缺 {each.count} 项（{each.forms}）" for each in owing]
    head = (
        f"【{campaign.settings.bureau.short_name}】专项整治材料报送提醒（截止{when}24时）。"
        f"以下 {len(owing)} 个单位尚未报齐，请抓紧："
    )
    text = "\n".join([head, *lines, "已报送的单位请忽略。"]) if owing else ""
    return Reminders(owing, text, *left(closes(day), now))


def short(name: str, numbers: list[str], when: str) -> str:
    """At most 70 characters, the list of forms cut where it must be."""
    for shown in range(len(numbers), -1, -1):
        some = "、".join(numbers[:shown]) + ("等" if shown < len(numbers) else "")
        text = f"{name}：专项整治材料尚缺{len(numbers)}项（{some}），请于{when}前上报。"
        if len(text) <= LONGEST:
            return text
    return f"专项整治材料尚缺{len(numbers)}项，请于{when}前上报。"
