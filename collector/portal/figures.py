"""The statistics of a unit: each number as counted from the registers, as typed, and the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from collector.portal.desk import Desk
from collector.portal.differences import shown
from collector.portal.gather import Case, mark
from collector.portal.packs import numbers
from collector.portal.show import masked
from forms.spec import Campaign
from huizong.steps.issue import unit_figures

SHOWN = 300


@dataclass(frozen=True)
class Number:
    figure: str
    field: str
    column: str
    label: str
    computed: int
    typed: str
    differs: bool
    override: str
    reason: str


@dataclass(frozen=True)
class Statistics:
    form: str
    number: str
    title: str
    rows: tuple[Number, ...]
    facts: tuple[tuple[str, str], ...]  # the labelled cells a person fills in when adopting: name, label
    printable: bool


@dataclass(frozen=True)
class Evidence:
    figure: str
    label: str
    n: int
    rows: tuple[tuple[str, tuple[str, ...]], ...]  # place, values
    labels: tuple[str, ...]
    more: int


def statistics(desk: Desk, case: Case) -> tuple[Statistics, ...]:
    """Every form with computed numbers."""

    def count() -> dict[str, int]:
        with numbers(desk, case.unit.code) as data:
            return unit_figures(data, case.unit.code)

    counted = desk.answers.get_or_make(("figures", *mark(desk, case)), count)
    filed = desk.bureau().filed(case.unit.code)
    with desk.ledger.reading() as view:
        overrides = {(each.form, each.field): each for each in view.overrides(case.unit.code)}
    found = []
    for form in desk.campaign.forms.values():
        fields = [(table, each) for table in form.tables.values() for each in table.fields if each.figure]
        if not fields:
            continue
        paper = filed.get((case.unit.code, form.form))
        rows = []
        for table, each in fields:
            data = paper.document.tables.get(table.name) if paper and paper.document else None
            typed = (data.values.get(each.name) or [None])[0] if data and data.rows else None
            override = overrides.get((form.form, each.name))
            n = counted.get(each.figure or "", 0)
            rows.append(
                Number(
                    each.figure or "",
                    each.name,
                    column(each.column),
                    " ".join(each.path) or each.label,
                    n,
                    shown(typed),
                    typed is not None and typed != n and override is None,
                    override.value if override else "",
                    override.reason if override else "",
                )
            )
        facts = tuple((name, fact.label) for name, fact in form.facts.items() if fact.kind != "date")
        found.append(
            Statistics(form.form, form.number, form.title, tuple(rows), facts, form.print is not None)
        )
    return tuple(found)


def column(code: str | None) -> str:
    """`c5` as it is called on paper: 第 5 列."""
    digits = (code or "").lstrip("abcdefghijklmnopqrstuvwxyz")
    return f"第 {digits} 列" if digits else ""


def evidence(desk: Desk, unit: str, figure: str) -> Evidence | None:
    """The rows of one number; None for a figure nobody defined."""
    with numbers(desk, unit) as data:
        try:
            found = data.figure(figure, unit)
        except KeyError:
            return None
        rows = found.rows.to_pylist()
    return Evidence(
        found.id, found.label, found.n, *table(desk.campaign, rows[:SHOWN]), max(0, len(rows) - SHOWN)
    )


def table(
    campaign: Campaign, rows: list[dict[str, Any]]
) -> tuple[tuple[tuple[str, tuple[str, ...]], ...], tuple[str, ...]]:
    """Pure: rows with their place and the columns that have a label in the form they come from."""
    labels: dict[str, str] = {}
    for row in rows:
        shape = campaign.forms.get(row.get("form") or "")
        for name in row:
            for each in shape.tables.values() if shape else ():
                if name in each.by_name:
                    labels.setdefault(name, each.by_name[name].label)
    lines = []
    for row in rows:
        shape = campaign.forms.get(row.get("form") or "")
        sheet = (
            next(
                (each.sheet for name, each in shape.tables.items() if name == row.get("origin")), shape.title
            )
            if shape
            else ""
        )
        place = f"{sheet} 第 {row['row']} 行" if row.get("row") else sheet
        lines.append((place, tuple(masked(shown(row.get(name))) for name in labels)))
    return tuple(lines), tuple(labels.values())
