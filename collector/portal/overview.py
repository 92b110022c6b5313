"""The bureau's matrix as values: units × forms, filtered and sorted, with rates.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from collector.portal.show import STATES, TONES, beijing
from forms.spec import Campaign
from huizong.steps.status import Status, UnitStatus

SORTS: Final = {
    "order": "单位顺序",
    "missing": "缺报多的在前",
    "errors": "错误多的在前",
    "sent": "最近报送的在前",
}
FILTERS: Final = {
    "": "全部",
    "late": "迟报",
    "overdue": "逾期未报",
    "missing": "未报齐",
    "waiting": "待审核",
    "errors": "有错误",
    "done": "全部通过",
}


@dataclass(frozen=True)
class Square:
    form: str
    label: str
    tone: str
    errors: int
    warnings: int


@dataclass(frozen=True)
class Row:
    unit: str
    name: str
    group: str
    squares: tuple[Square, ...]
    sent: str
    late: bool
    overdue: bool
    missing: int
    errors: int
    waiting: int
    done: bool


@dataclass(frozen=True)
class Rates:
    """`on_time` and `complete` in per cent of units, rounded down: 100 means all."""

    units: int
    complete: int
    forms_in: int
    forms_due: int
    late: int
    overdue: int
    accepted: int

    @property
    def complete_share(self) -> int:
        return 100 * self.complete // self.units if self.units else 0

    @property
    def on_time_share(self) -> int:
        return 100 * (self.complete - self.late) // self.units if self.units else 0

    @property
    def forms_share(self) -> int:
        return 100 * self.forms_in // self.forms_due if self.forms_due else 0


Counts = Mapping[tuple[str, str | None], tuple[int, int]]


def rows(
    campaign: Campaign,
    status: Status,
    counts: Counts,
    *,
    group: str = "",
    only: str = "",
    sort: str = "order",
    scope: Iterable[str] | None = None,
) -> tuple[Row, ...]:
    """`counts`: (unit, form) → errors and open warnings.  `scope`: the units a person may see, None for
    all."""
    seen = None if scope is None else set(scope)
    found = [row(campaign, each, counts) for each in status.units if seen is None or each.unit in seen]
    found = [each for each in found if (not group or each.group == group) and chosen(each, only)]
    keys = {"missing": lambda r: -r.missing, "errors": lambda r: -r.errors, "sent": lambda r: r.sent or ""}
    return tuple(sorted(found, key=keys[sort], reverse=sort == "sent") if sort in keys else found)


def row(campaign: Campaign, status: UnitStatus, counts: Counts) -> Row:
    squares = tuple(
        Square(form, STATES[state], TONES[state], *counts.get((status.unit, form), (0, 0)))
        for form, state in status.forms.items()
    )
    errors = sum(each.errors for each in squares) + counts.get((status.unit, None), (0, 0))[0]
    return Row(
        status.unit,
        campaign.units_by_code[status.unit].short_name,
        campaign.units_by_code[status.unit].group,
        squares,
        beijing(status.submitted_at),
        status.late,
        status.overdue,
        len(status.missing),
        errors,
        sum(state == "submitted" for state in status.forms.values()),
        all(state == "accepted" for state in status.forms.values()),
    )


def chosen(row: Row, only: str) -> bool:
    return {
        "late": row.late,
        "overdue": row.overdue,
        "missing": row.missing > 0,
        "waiting": row.waiting > 0,
        "errors": row.errors > 0,
        "done": row.done,
    }.get(only, True)


def rates_by_group(campaign: Campaign, status: Status) -> list[tuple[str, Rates]]:
    """The same for every kind of unit, in the official order."""
    groups = dict.fromkeys(unit.group for unit in campaign.units)
    of = {unit.code: unit.group for unit in campaign.units}
    return [
        (group, rates(replace(status, units=tuple(each for each in status.units if of[each.unit] == group))))
        for group in groups
    ]


def rates(status: Status) -> Rates:
    return Rates(
        len(status.units),
        sum(each.complete for each in status.units),
        status.forms_in,
        status.forms_due,
        sum(each.complete and each.late for each in status.units),
        sum(each.overdue for each in status.units),
        sum(all(state == "accepted" for state in each.forms.values()) for each in status.units),
    )
