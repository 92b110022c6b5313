"""What printed words of a campaign may name in braces, and what stands there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from string import Formatter
from typing import Any, Final

from forms.faults import CampaignError, Fault, did_you_mean
from forms.spec import Campaign

BLANK: Final = "＿＿＿＿"
"""A place to write in."""


def placeholders(campaign: Campaign) -> dict[str, str]:
    """Dates (`deadline`, `deadline_day`, `deadline_year`), bureau, contact, title, plan of the campaign."""
    settings = campaign.settings
    known = {
        "department": settings.bureau.department,
        "bureau": settings.bureau.name,
        "contact_name": settings.contact.name,
        "contact_phone": settings.contact.phone,
        "contact_mail": settings.contact.mail,
        "plan": settings.plan,
        "campaign": campaign.title,
    }
    for name, day in campaign.dates.items():
        known[name] = f"{day.year}年{day.month}月{day.day}日"
        known[f"{name}_day"] = f"{day.month}月{day.day}日"
        known[f"{name}_year"] = str(day.year)
    return known


class Spoken(Mapping[str, str]):
    """Values by name for `str.format_map`; what is not known yet is a place to write in. Later values win."""

    def __init__(self, *known: Mapping[str, Any]) -> None:
        self._known = {name: value for each in known for name, value in each.items()}

    def __getitem__(self, name: str) -> str:
        value = self._known.get(name)
        return BLANK if value is None or value == "" else str(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def checked(file: str, texts: Iterable[str], known: Iterable[str]) -> None:
    """Raises CampaignError for every placeholder nobody knows, and for braces that do not pair."""
    names = set(known)
    faults = []
    for text in texts:
        try:
            used = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError:
            faults.append(Fault(file, 0, f"花括号不成对：“{text[:40]}”。"))
            continue
        faults += [
            Fault(file, 0, f"不认识的占位符“{{{name}}}”{did_you_mean(name, names)}")
            for name in used
            if name not in names
        ]
    if faults:
        raise CampaignError(faults)
