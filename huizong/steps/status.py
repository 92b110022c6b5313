"""Where every unit stands: state per form, what is owed, what is overdue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from collector.workflow import State, late, overdue
from forms import Campaign
from huizong.steps.bureau import BEIJING, Bureau

IN = ("submitted", "accepted")


@dataclass(frozen=True)
class UnitStatus:
    """One row of the matrix.  `submitted_at` is Beijing time of the last submission."""

    unit: str
    name: str
    forms: Mapping[str, str]
    missing: tuple[str, ...]
    submitted_at: datetime | None
    late: bool
    overdue: bool

    @property
    def complete(self) -> bool:
        return not self.missing

    def as_dict(self) -> dict[str, Any]:
        sent = self.submitted_at.astimezone(BEIJING).isoformat() if self.submitted_at else None
        return {"unit": self.unit, "name": self.name, "forms": dict(self.forms),
                "missing": list(self.missing), "complete": self.complete, "late": self.late,
                "overdue": self.overdue, "submitted_at": sent}


@dataclass(frozen=True)
class Status:
    """The matrix and its sums; rates are None where nothing is due."""

    campaign: str
    as_of: date
    deadline: date
    units: tuple[UnitStatus, ...]

    @property
    def forms_due(self) -> int:
        return sum(len(each.forms) for each in self.units)

    @property
    def forms_in(self) -> int:
        return sum(state in IN for each in self.units for state in each.forms.values())

    def as_dict(self) -> dict[str, Any]:
        return {"campaign": self.campaign, "as_of": self.as_of.isoformat(),
                "deadline": self.deadline.isoformat(),
                "units": [each.as_dict() for each in self.units],
                "completeness": {"due": self.forms_due, "in": self.forms_in,
                                 "units_complete": sum(each.complete for each in self.units),
                                 "units": len(self.units), "late": sum(each.late for each in self.units),
                                 "overdue": sum(each.overdue for each in self.units)}}


def status(bureau: Bureau) -> Status:
    """The status of all units at the bureau's moment."""
    return matrix(bureau.campaign, bureau.states(), bureau.as_of, bureau.now())


def matrix(campaign: Campaign, states: Mapping[tuple[str, str], State], as_of: date, now: datetime) -> Status:
    """Pure: states of the ledger in, rows of the matrix out, in the official order of units."""
    deadline = campaign.dates["deadline"]
    owed = {unit for unit, _ in overdue(states, deadline, now)}
    rows = []
    for unit in campaign.units:
        forms = {form: states.get((unit.code, form), State()).status for form in campaign.forms}
        sent = [at for form in forms if (at := states.get((unit.code, form), State()).submitted_at)]
        rows.append(UnitStatus(unit.code, unit.name, forms, tuple(f for f, s in forms.items() if s not in IN),
                               max(sent) if sent else None, bool(sent) and late(min(sent), deadline),
                               unit.code in owed))
    return Status(campaign.id, as_of, deadline, tuple(rows))
