"""What Annex 2 and 3 must say, counted over the world itself: no row, rule, view or figure has a part in it.

The state meant is the one after round two, when everything that was confirmed has been entered
(domain brief §2.2, §2.4).
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from huizong.demo.draft import LOOKBACK, START, STATISTIC
from huizong.demo.model import Certificate, Loan, Trip, UnitWorld, World
from huizong.demo.staff import IN_SCOPE

METHOD_COLUMN = {"H01": "c14", "H11": "c14", "H02": "c15", "H03": "c16", "H04": "c17", "H05": "c18",
                 "H06": "c19"}
REFERRED = "c20"
UNAPPROVED = frozenset("234")  # states of approval
COLUMN_OF_KIND = {"1": "d8", "2": "d9", "4": "d10"}
CONFIRMED = frozenset("12")


def expected(world: World) -> dict[str, Any]:
    """`{"annex2": {unit: {"c3": n, …}}, "annex3": {unit: {"d3": n, …}}, "city": {"annex2": …, "annex3":
    …}}`.
    """
    second = {unit.code: annex2(unit) for unit in world.units}
    third = {unit.code: annex3(unit) for unit in world.units}
    return {"annex2": second, "annex3": third,
            "city": {"annex2": _sum(second.values()), "annex3": _sum(third.values())}}


def _sum(each: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: dict[str, int] = {}
    for counts in each:
        for column, n in counts.items():
            total[column] = total.get(column, 0) + n
    return total


def in_window(day: date | None) -> bool:
    return day is not None and START <= day <= STATISTIC


def annex2(unit: UnitWorld) -> dict[str, int]:
    """Columns 3–20 of one unit."""
    enrolled = {person.id_number for person in unit.people if person.enrolled}
    new = {each.id_number for each in unit.registrations
           if each.action == "1" and each.state in ("1", "2") and in_window(each.filed_on)}
    collected = [each for each in unit.certificates
                 if each.nature == "2" and each.status in ("0", "1") and in_window(each.handed_in_on)
                 and each.expires_on >= (each.handed_in_on or STATISTIC)]
    unapproved = [trip for trip in unit.trips if _unapproved(unit, trip)]
    open_ones = [trip for trip in unapproved if not _handled_before(unit, trip, "V4")]
    off = [trip for trip in unit.trips
           if any(code.startswith("V5") for code in trip.violations) and not _handled_before(unit, trip,
                                                                                             "V5")]
    decided = [each for each in unit.outcomes if each.method and in_window(each.decided_on)]
    counts = {
        "c3": len(new & enrolled), "c4": len(collected), "c5": _persons(unapproved),
        "c6": _problems(unit, "V1"), "c7": _problems(unit, "V2"), "c8": _problems(unit, "V3"),
        "c9": _persons(open_ones), "c10": _persons(off), "c11": _problems(unit, "V6"),
        "c12": len({each.approval_number for each in unit.problems
                    if each.violation.startswith("V7") and each.conclusion in CONFIRMED}),
        "c13": len({each.id_number for each in decided})} | {f"c{n}": 0 for n in range(14, 21)}
    for each in decided:
        counts[METHOD_COLUMN.get(each.method or "", REFERRED)] += 1
    return counts


def _persons(trips: list[Trip]) -> int:
    return len({trip.id_number for trip in trips})


def _unapproved(unit: UnitWorld, trip: Trip) -> bool:
    counted = LOOKBACK <= trip.exit_on <= STATISTIC
    return counted and trip.approval_state in UNAPPROVED and bool(trip.violations)


def _handled_before(unit: UnitWorld, trip: Trip, violation: str) -> bool:
    return any(each.id_number == trip.id_number and each.decided_on is not None and each.decided_on < START
               and each.violated_on
               == trip.exit_on and any(code.startswith(violation) for code in each.violations)
               for each in unit.outcomes)


def _problems(unit: UnitWorld, violation: str) -> int:
    return len({each.id_number for each in unit.problems
                if each.violation == violation and each.conclusion in CONFIRMED})


def annex3(unit: UnitWorld) -> dict[str, int]:
    """Columns 3–10 of one unit, as of the statistic date."""
    base = {person.id_number for person in unit.people if person.enrolled and person.category in IN_SCOPE}
    due = {person.id_number for person in unit.people if person.due}
    live = {each.id_number for each in unit.registrations if each.action != "3" and each.state == "2"}
    loans = {(each.kind, each.number): each for each in unit.loans if each.returned_on is None}
    owed = [each for each in unit.certificates
            if each.id_number in due and each.status == "0" and each.expires_on >= STATISTIC]
    held = [each for each in owed if _held(each, loans.get((each.kind, each.number)))]
    counts = {"d3": len(base), "d4": len(due), "d5": len(live & due), "d6": len(owed), "d7": len(held)}
    for kind, column in COLUMN_OF_KIND.items():
        counts[column] = sum(each.kind == kind for each in held)
    return counts


def _held(certificate: Certificate, loan: Loan | None) -> bool:
    """In custody, or out on an approved loan that is not overdue (D8)."""
    if certificate.custody == "1":
        return loan is not None and (loan.due_on is None or loan.due_on >= STATISTIC)
    return certificate.custody == "0"
