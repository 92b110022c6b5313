"""What papers are held against: numbers, names and secrets, taken from a city alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from merger.city import City, annexes
from merger.vetting import Annex, Facts
from templates.filters import percent

NAMES, SECRETS = ("name", "person"), ("id_number", "number", "certificate_number", "passport")
SHORTEST_SECRET = 7


def facts(city: City, values: Mapping[str, Any], unit: str | None, draft: str) -> Facts:
    """For one paper: `values` is the context it was composed with, `unit` the code of the unit it is
    about."""
    campaign = city.campaign
    rates = {percent(city.value(unit, part), city.value(unit, whole)) for part, whole in city.ratios.values()}
    rates |= {row["rate"] for name in ("unit_type", "unit_rate") for row in values["by"][name]}
    totals = {table.total for _, table in annexes(campaign) if table.total}
    return Facts(
        units=tuple(each.name for each in campaign.units),
        percentages=frozenset(rates),
        annexes=annex_rows(city),
        total=min(totals, default=""),
        draft=draft,
        phones=frozenset({campaign.settings.contact.phone}),
        secrets=secrets(city),
        names=full_names(city),
    )


def annex_rows(city: City) -> tuple[Annex, ...]:
    """The annexes as plain texts: what a unit's row must read, and the total row."""
    found = []
    for form, table in annexes(city.campaign):
        figures = [each.figure for each in table.fields if each.figure]
        rows = {
            unit.name: (city.standing(unit.code),)
            if city.standing(unit.code)
            else tuple(
                f"{city.number(unit.code, figure)}{'※' if city.override(unit.code, figure) else ''}"
                for figure in figures
            )
            for unit in city.campaign.units
        }
        found.append(Annex(form.title, rows, tuple(city.printed_total(figure) for figure in figures)))
    return tuple(found)


def full_names(city: City) -> frozenset[str]:
    """Names of all people in the accepted documents and the bureau's registers."""
    kept = {city.campaign.settings.contact.name, city.campaign.settings.signer}
    return city.said(NAMES) - kept


def secrets(city: City) -> frozenset[str]:
    """Every ID and certificate number the bureau holds."""
    return frozenset(each for each in city.said(SECRETS) if len(each) >= SHORTEST_SECRET)
