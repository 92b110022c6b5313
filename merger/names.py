"""The names a prose may use and what they hold, as far as a campaign without data tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from merger.city import City
from merger.papers import Head, context

# What rows of lists hold that are empty while nothing has come in.
_ROWS: Mapping[str, tuple[str, ...]] = {
    "cases": ("unit", "person", "category", "fact", "result"),
    "problems": (
        "unit",
        "violation",
        "kind",
        "n",
        "settled",
        "open",
        "overdue",
        "number",
        "person",
        "fact",
        "evidence",
        "rule",
        "state",
        "until",
        "own_date",
        "late",
        "set_by_bureau",
    ),
    "by.unit_rate": ("label", "n", "rate"),
    "amiss": ("says", "note", "compared"),
    "unit.told": ("number", "on"),
    "waivers": ("unit", "matter", "reason", "by", "until"),
    "files": ("name", "form", "rows", "sha256"),
}
_MORE = ("pictures", "files", "receipt.number", "receipt.received_at", "receipt.late")


def known_names(city: City) -> frozenset[str]:
    """Every name a prose may use, dotted, rows as `units[].name`: for telling an unknown placeholder before
    it prints."""
    found: set[str] = set(_MORE)
    for unit in (None, city.campaign.units[0]):
        _collect(context(city, Head("", city.inputs.as_of), unit), "", found)
    for name, keys in _ROWS.items():
        found |= {name, *(f"{name}[].{key}" for key in keys)}
    return frozenset(found)


WORDS: Mapping[str, tuple[str, ...]] = {
    "document.stage": ("first", "final"),
    "document.trigger": ("before", "on", "after"),
}
"""The only texts that some names hold."""


def known_kinds(city: City) -> Mapping[str, type]:
    """What a name holds, number, text or truth value, as far as a campaign without data tells."""
    found: dict[str, type] = {}
    for unit in (None, city.campaign.units[0]):
        _kinds(context(city, Head("", city.inputs.as_of), unit), "", found)
    return found


def _kinds(value: Any, path: str, found: dict[str, type]) -> None:
    if isinstance(value, Mapping):
        for key, each in value.items():
            _kinds(each, f"{path}.{key}" if path else str(key), found)
    elif isinstance(value, list) and value:
        _kinds(value[0], f"{path}[]", found)
    elif isinstance(value, str | int | bool):
        found[path] = type(value)


def _collect(value: Any, path: str, found: set[str]) -> None:
    if path:
        found.add(path)
    if isinstance(value, Mapping):
        for key, each in value.items():
            _collect(each, f"{path}.{key}" if path else str(key), found)
    elif isinstance(value, list):
        rows = [row for row in value if isinstance(row, Mapping)]
        keys = set(rows[0]) if rows else ({"label", "n"} if path.startswith("by.") else set())
        found |= {f"{path}[].{key}" for key in keys}
