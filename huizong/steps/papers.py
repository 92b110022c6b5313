"""Which papers a campaign writes, where their words are, and each of them composed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forms import Campaign, Unit
from forms.calendar import add_workdays
from huizong.steps.errors import UseError
from huizong.steps.numbers import Numbers, Use
from merger.city import City
from merger.inserts import inserts
from merger.lives import NONE, Lives
from merger.papers import Head, concerned, context
from templates import Document, compose, fill_text, find

BY_NAME = 5


@dataclass(frozen=True)
class Paper:
    """One paper ready to be dressed."""

    kind: str
    path: str  # below the output folder, without ending
    document: Document
    values: Mapping[str, Any]
    prose: str  # the words of its text file
    unit: Unit | None = None


def text_folders(campaign: Campaign) -> list[Path]:
    """Where prose is looked up before the shipped one: the campaign's own `text/`."""
    return [campaign.folder / "text"]


def paper_names(campaign: Campaign) -> dict[str, str]:
    """Document → its text file."""
    return {name: f"{shape.prose}.md" for name, shape in campaign.documents.items()}


def addressed(units: Sequence[Unit]) -> str:
    """主送: the units by name, or one word for them where the names would fill the page (G18)."""
    return "、".join(each.name for each in units) if len(units) <= BY_NAME else "有关单位"


def asked(campaign: Campaign, day: date, audience: str) -> dict[str, Any]:
    """When a reminder falls, seen from the deadline, and the new date that it or any other paper sets once
    the date it would name has passed. Raises UseError for a reminder beyond the years the calendar knows."""
    deadline = campaign.dates["deadline" if audience == "missing" else "rectify_by"]
    if audience == "missing" and day <= deadline:
        return {"trigger": "on" if day == deadline else "before", "new_deadline": deadline}
    if day <= deadline:
        return {}
    try:
        return {"new_deadline": add_workdays(day, int(str(campaign.config["reminder_workdays"])))}
    except ValueError as beyond:  # a reminder without a date of its own would be worthless
        if audience == "missing":
            raise UseError(
                f"日历还不知道{day}以后的放假安排，算不出补报期限。请更新程序的日历（chinesecalendar）后再试。"
            ) from beyond
        return {}


def chats(city: City, day: date) -> Iterator[tuple[str, str]]:
    """(file name without ending, text) of the short messages that go with a paper: a line for every unit that
    owes something."""
    campaign = city.campaign
    for shape in campaign.documents.values():
        lines = []
        if shape.chat:
            name = f"{shape.chat}.txt"
            text = find(name, text_folders(campaign)).read_text("utf-8-sig")
            head = Head("", day, **asked(campaign, day, shape.audience))
            for unit in campaign.units:
                values = context(city, head, unit)
                if values["unit"]["missing"]:
                    lines.append(fill_text(text, values, name))
        if lines:
            yield f"{shape.label}短信", "\n".join(lines) + "\n"


def written(
    city: City, day: date, stage: str, draft: str, lives: Lives = NONE, numbers: Numbers | None = None
) -> Iterator[Paper]:
    """Every paper of the campaign, composed: for the superior, for all units, for each unit that needs
    one. `lives`: the numbers of the problem register at work; `numbers`: those other papers have."""
    campaign, numbers = city.campaign, numbers or Numbers()
    shown, folders = inserts(city), text_folders(campaign)
    owed = context(city, Head("", day))["units"]
    missing = [campaign.units_by_code[each["code"]] for each in owed if each["missing"]]
    with_problems = concerned(city, lives)
    for name, shape in campaign.documents.items():
        audiences: Mapping[str, Sequence[Unit | None]] = {
            "superior": [None],
            "units": [None],
            "unit": with_problems,
            "missing": [None] if missing else [],
        }
        for unit in audiences[shape.audience]:
            pattern = shape.final_number if stage == "final" and shape.final_number else shape.number
            head = Head(
                numbers.of(pattern, Use(name, unit.code if unit else "", day)),
                day,
                stage,
                draft,
                tuple(shape.copies),
                to=addressed(missing),
                **asked(campaign, day, shape.audience),
            )
            values = context(city, head, unit, lives)
            file = paper_names(campaign)[name]
            document = compose(file, values, folders=folders, inserts=shown)
            place = f"{shape.label}/{unit.code}-{unit.short_name}-{shape.label}" if unit else shape.label
            yield Paper(name, place, document, values, find(file, folders).read_text("utf-8-sig"), unit)
