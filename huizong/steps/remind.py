"""Reminders as they would be written now, for a click in the portal; `publish` writes the same ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import Campaign
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.gather import inputs
from huizong.steps.numbers import issued
from huizong.steps.papers import asked, chats, text_folders, written
from huizong.steps.status import UnitStatus
from merger.city import consolidate, short_label
from merger.papers import BACK
from templates import ProseError, SkinOptions, fill_text, find, render_docx

OWING = "missing"  # the audience of a reminder, in campaign.yaml


def letter(bureau: Bureau) -> tuple[str, bytes]:
    """(name, docx) of the letter to all units that owe something.  Raises UseError when nobody does."""
    campaign = bureau.campaign
    wanted = {name for name, shape in campaign.documents.items() if shape.audience == OWING}
    city = consolidate(inputs(bureau), bureau.engine)
    for paper in written(city, bureau.as_of, "first", "", numbers=issued(bureau)):
        if paper.kind in wanted:
            options = SkinOptions(profile=str(campaign.config["margin_profile"]))  # type: ignore[arg-type]
            return f"{paper.path}.docx", render_docx(paper.document, options)
    raise UseError("各单位都已报齐，不用催报。")


def messages(bureau: Bureau, owing: tuple[UnitStatus, ...]) -> Mapping[str, str]:
    """Unit → the short text to it, in the words of the campaign's chat prose; empty where it has none.

    Prose that asks for no more than the unit, its forms and the date needs no figures: it is filled at once.
    """
    campaign = bureau.campaign
    prose = next(
        (each.chat for each in campaign.documents.values() if each.audience == OWING and each.chat), ""
    )
    if not prose:
        return {}
    name = f"{prose}.txt"
    text = find(name, text_folders(campaign)).read_text("utf-8-sig")
    date = asked(campaign, bureau.as_of, OWING)
    try:
        return {each.unit: fill_text(text, _known(campaign, each, date), name).strip() for each in owing}
    except ProseError:
        city = consolidate(inputs(bureau), bureau.engine)
        lines = [line for _, told in chats(city, bureau.as_of) for line in told.splitlines()]
        return dict(zip((each.unit for each in owing), lines, strict=True))


def _known(campaign: Campaign, each: UnitStatus, date: Mapping[str, Any]) -> dict[str, Any]:
    unit, forms = campaign.units_by_code[each.unit], campaign.forms
    back = [form for form in each.missing if each.forms[form] in BACK]
    return {
        "unit": {
            "name": unit.name,
            "short_name": unit.short_name,
            "missing": [forms[form].title for form in each.missing],
            "lacking": [short_label(forms[form]) for form in each.missing if form not in back],
            "back": [short_label(forms[form]) for form in back],
        },
        "campaign": {"deadline": campaign.dates["deadline"], "plan": campaign.settings.plan},
        "document": dict(date),
    }
