"""The manifest of a snapshot: what went in, what came out; two of them can be compared."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from merger.city import City, annex_figures

KEY: Final = 12  # hex digits: enough to tell the rows of a city apart
PLACE: Final = ("unit", "origin", "document", "row")


def manifest(city: City) -> dict[str, Any]:
    """Plain values: files with hashes and row counts, figures per unit and of the city, and the rows that
    each of them counts (`Counted`): without names and numbers of people."""
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
        "evidence": _evidence(city),
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
class Counted:
    """One row that a number counts: where it stands, a digest of what is counted, the dates it rests on."""

    document: str  # form@version, or the id of a register's file
    table: str
    row: int
    key: str
    dates: tuple[tuple[str, date], ...] = ()  # in the order in which the figure's query names them

    @property
    def place(self) -> tuple[str, str, int]:
        return self.document, self.table, self.row

    @property
    def form(self) -> str:
        return self.document.partition("@")[0]

    def __str__(self) -> str:
        """One line of the manifest: `custody@2 custody 7 9f86d081884c expires_on=2019-08-20`."""
        dates = (f"{name}={day}" for name, day in self.dates)
        return " ".join((self.document, self.table, str(self.row), self.key, *dates))

    @classmethod
    def read(cls, line: str) -> Counted:
        document, table, row, key, *dates = line.split(" ")
        pairs = (each.split("=") for each in dates)
        return cls(
            document, table, int(row), key, tuple((name, date.fromisoformat(day)) for name, day in pairs)
        )


def moved(
    before: Mapping[str, Any], after: Mapping[str, Any], unit: str, figure: str, *, once: bool
) -> tuple[list[Counted], list[Counted]]:
    """(rows counted no more, rows newly counted) of a number; `once`: it counts each person once.

    What is counted on both sides has not moved, though a file sent again has it elsewhere.  A manifest of
    before the rows were kept has none.
    """
    old, new = (
        [Counted.read(line) for line in side.get("evidence", {}).get(unit, {}).get(figure, ())]
        for side in (before, after)
    )
    return _missing(old, new, once), _missing(new, old, once)


def _missing(rows: Sequence[Counted], others: Sequence[Counted], once: bool) -> list[Counted]:
    """The rows that the other side has neither at their place nor, in another file, under their key."""
    if once:
        keys = {each.key for each in others}
        return [each for each in rows if each.key not in keys]
    here, there = ({each.place for each in side} for side in (rows, others))
    left = Counter(each.key for each in others if each.place not in here)
    found = []
    for each in rows:
        if each.place in there:
            continue
        if left[each.key]:
            left[each.key] -= 1
        else:
            found.append(each)
    return found


def _evidence(city: City) -> dict[str, dict[str, list[str]]]:
    """Dates stay out of the key: some follow from other files, and the row has not moved for that."""
    found: dict[str, dict[str, list[str]]] = {unit: {} for unit in sorted(city.complete)}
    for figure, rows in city.evidence.items():
        column = city.distinct.get(figure)
        for row in rows.to_pylist():
            dates = tuple((name, value) for name, value in row.items() if isinstance(value, date))
            said = [value for name, value in row.items() if name not in (*PLACE, *dict(dates))]
            key = repr((row["unit"], figure, row[column] if column else said))
            line = Counted(
                str(row.get("document") or "-").rpartition("/")[2],
                row.get("origin") or "-",
                row.get("row") or 0,
                hashlib.sha256(key.encode()).hexdigest()[:KEY],
                dates,
            )
            found[row["unit"]].setdefault(figure, []).append(str(line))
    return found


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
