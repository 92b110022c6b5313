"""Items of the problem register as papers tell them: cases, a unit's own problems, sums by violation."""

from __future__ import annotations

from typing import Any

from forms import Unit
from merger.city import City
from merger.masking import masked_name, masked_text

CASES = 6


def _person(city: City, name: str) -> str:
    compound = city.campaign.codes["compound_surname"].labels
    return masked_name(name, str(city.campaign.config["circular_name_style"]), compound)


def cases(city: City) -> list[dict[str, Any]]:
    names = {unit.code: unit.name for unit in city.campaign.units}
    return [
        {
            "unit": names[row["unit"]],
            "person": _person(city, row["person"]),
            "category": row["category"],
            "fact": masked_text(row["fact"]),
            "result": masked_text(row["result"]),
        }
        for row in city.views["paper_cases"].to_pylist()
    ][:CASES]


def problems(city: City, unit: Unit | None) -> list[dict[str, Any]]:
    rows = city.views["problem_register"].to_pylist()
    if unit is not None:
        return [
            {
                "number": row["number"],
                "violation": row["violation"],
                "person": _person(city, row["person"]),
                "fact": masked_text(row["fact"]),
                "rule": row["requirement"],
                "state": row["conclusion"],
                "due": row["due_on"],
            }
            for row in sorted(rows, key=lambda row: str(row["number"]))
            if row["unit"] == unit.code
        ]
    names = {each.code: each.name for each in city.campaign.units}
    order = {each.code: each.order for each in city.campaign.units}
    counted: dict[tuple[str, str], dict[str, Any]] = {}
    for row in rows:
        entry = counted.setdefault(
            (row["unit"], row["violation"]),
            {
                "unit": names[row["unit"]],
                "violation": row["violation"],
                "n": 0,
                "closed": 0,
                "open": 0,
                "overdue": 0,
            },
        )
        entry["n"] += 1
        entry["closed"] += row["state"] == "已完成"
        entry["open"] += row["state"] != "已完成"
        entry["overdue"] += row["state"] == "超期"
    return [entry for _, entry in sorted(counted.items(), key=lambda item: (order[item[0][0]], item[0][1]))]
