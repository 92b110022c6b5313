"""Items of the problem register as papers tell them: cases, a unit's own problems, sums by kind."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms import Unit
from merger.binding import full_names
from merger.city import City
from merger.lives import NONE, Lived, Lives
from merger.masking import masked_name, masked_text

CASES = 6
KIND = 2
"""So many characters of a violation's code name its kind: V4 of V4a."""
_OR = "或者"
_BRACKETS = str.maketrans("()", "（）")


def _person(city: City, name: str) -> str:
    compound = city.campaign.codes["compound_surname"].labels
    return masked_name(name, str(city.campaign.config["circular_name_style"]), compound)


def full_width(label: str) -> str:
    """A label of a code list as prose prints it: brackets among Chinese words are full-width (GB/T 15834),
    and what a slash parts is said with a word."""
    return label.translate(_BRACKETS).replace("/", _OR)


def cases(city: City) -> list[dict[str, Any]]:
    names = {unit.code: unit.name for unit in city.campaign.units}
    return [
        {
            "unit": names[row["unit"]],
            "person": _person(city, row["person"]) if row["person"] else None,
            "category": row["category"],
            "fact": masked_text(row["fact"]),
            "result": masked_text(row["result"]),
        }
        for row in city.views["paper_cases"].to_pylist()
    ][:CASES]


def problems(city: City, unit: Unit | None, lives: Lives = NONE) -> list[dict[str, Any]]:
    """A unit's problems that ask for something, by their numbers in the register at work, those found on the
    spot too; of the city, sums by unit and kind."""
    rows = city.views["problem_register"].to_pylist()
    if unit is not None:
        listed = [
            _item(city, row, life, lives.nobody)
            for row, life in (*((row, lives.of(row)) for row in rows), *lives.others)
            if row["unit"] == unit.code and _asks(row, life)
        ]
        return sorted(listed, key=lambda item: str(item["number"]))
    names = {each.code: each.name for each in city.campaign.units}
    order = {each.code: each.order for each in city.campaign.units}
    counted: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        entry = counted.setdefault(
            (row["unit"], row["kind"]),
            {
                "unit": names[row["unit"]],
                "kind": row["kind"],
                "n": 0,
                "settled": 0,
                "open": 0,
                "overdue": 0,
            },
        )
        entry["n"] += 1
        entry["settled"] += row["settled"]
        entry["open"] += not row["settled"]
        entry["overdue"] += row["late"]
    return [entry for _, entry in sorted(counted.items(), key=lambda item: (order[item[0][0]], item[0][1]))]


def _asks(row: Mapping[str, Any], life: Lived | None) -> bool:
    """Whether the unit has yet to do something: what its documents call dealt with is through, unless the
    bureau has set a measure for it that it has not written off."""
    if life is None:
        return not row["settled"]
    return not life.ended and (life.rectifying or not row.get("settled"))


def _item(city: City, row: Mapping[str, Any], life: Lived | None, nobody: str) -> dict[str, Any]:
    """A row as papers tell it; number and date are those of the bureau's own work, where it has begun."""
    person = row["person"] if row["person"] != nobody else None
    shown = _person(city, person) if person else None
    fact = str(row["fact"]).rstrip("。；")  # what it stands on follows
    return {
        "number": life.number if life else str(row["number"]),
        "kind": row["code"][:KIND],
        "violation": full_width(row["violation"]),
        "person": shown,
        "fact": masked_text(fact.replace(person, shown) if person and shown else fact),
        "evidence": masked_text(str(row.get("evidence") or "")),
        "rule": row["requirement"],
        "state": row["conclusion"],
        "due": life.due_on if life else row["due_on"],
        "late": life.overdue if life else row["late"],
        "set_by_bureau": bool(life and life.set_by_bureau),
        "owed": row.get("outstanding"),
    }


def waivers(city: City) -> list[dict[str, Any]]:
    """What the bureau does not ask of a unit, in the official order: the report owes its reader each."""
    units = city.campaign.units_by_code
    in_force = [each for each in city.inputs.waivers
                if each.unit in units and (each.until is None or each.until >= city.inputs.as_of)]
    known = full_names(city)  # no full name leaves the bureau, not even of who decided
    in_force.sort(key=lambda each: (units[each.unit].order, each.rule, each.key or ""))
    return [{"unit": units[each.unit].name, "matter": city.titles.get(each.rule, each.rule),
             "reason": masked_text(each.reason), "until": each.until,
             "by": _person(city, each.by) if each.by in known else each.by} for each in in_force]
