"""The manifest of a snapshot: what went in, what came out; two of them can be compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from merger.city import City, annex_figures


def manifest(city: City) -> dict[str, Any]:
    """Plain values: files with hashes and row counts, figures per unit and of the city."""
    inputs = city.inputs
    return {
        "campaign": city.campaign.id,
        "snapshot": city.snapshot,
        "as_of": str(inputs.as_of),
        "cutoff": str(inputs.cutoff),
        "complete": sorted(city.complete),
        "files": [
            {
                "unit": each.unit,
                "form": each.form,
                "version": each.version,
                "name": each.file_name,
                "sha256": each.sha256,
                "received_at": each.received_at,
                "rows": sum(len(table.rows) for table in each.document.tables.values()),
            }
            for each in inputs.sources
            if each.unit in city.complete
        ],
        "registers": [{"file": batch.file, "sha256": batch.sha256} for batch in inputs.registers.batches],
        "rows": {name: table.num_rows for name, table in city.tables.items()},
        "figures": {
            unit.code: {figure: city.number(unit.code, figure) for figure in annex_figures(city.campaign)}
            for unit in city.campaign.units
        },
        "city": {figure: city.total(figure) for figure in annex_figures(city.campaign)},
        "overrides": [vars(each) for each in inputs.overrides],
        "waivers": [
            {
                "unit": each.unit,
                "rule": each.rule,
                "key": each.key,
                "reason": each.reason,
                "by": each.by,
                "until": str(each.until) if each.until else None,
            }
            for each in inputs.waivers
        ],
    }


@dataclass(frozen=True)
class Change:
    """One difference between two snapshots; None where a side has nothing."""

    what: str  # figure | file
    unit: str
    name: str
    before: Any
    after: Any


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Numbers and files that differ, in a stable order."""
    changes = []
    for unit in sorted({*before["figures"], *after["figures"]}):
        old, new = before["figures"].get(unit, {}), after["figures"].get(unit, {})
        changes += [
            Change("figure", unit, name, old.get(name), new.get(name))
            for name in sorted({*old, *new})
            if old.get(name) != new.get(name)
        ]
    old_files = {(each["unit"], each["form"]): each["sha256"] for each in before["files"]}
    new_files = {(each["unit"], each["form"]): each["sha256"] for each in after["files"]}
    changes += [
        Change("file", unit, form, old_files.get((unit, form)), new_files.get((unit, form)))
        for unit, form in sorted({*old_files, *new_files})
        if old_files.get((unit, form)) != new_files.get((unit, form))
    ]
    return changes
