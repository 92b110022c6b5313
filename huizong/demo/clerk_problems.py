"""Materials 9 and 10 as a clerk fills them: violations of trips, other problems,
and what was done about them.
"""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from huizong.demo import clerk_travels, workdays
from huizong.demo.desk import Desk, Row
from huizong.demo.draft import START, STATISTIC
from huizong.demo.model import Outcome, Problem, Trip

DUE_ON = date(2019, 8, 30)
EARLY = timedelta(30)  # so long after it happened was found what was dealt with before the campaign
BANNING = ("V1", "V2", "V3", "V4", "V5", "V6")
BAN_YEARS = 3
COMPARED = "3"  # found by comparison with the police
PARTY = "1"  # the role of the person concerned


def _handling(desk: Desk, outcome: Outcome | None) -> Row:
    if outcome is not None and outcome.method:
        return {"handled": desk.lexicon.yes(True), "sanction": desk.say("sanction_method", outcome.method)}
    return {"handled": desk.lexicon.yes(False), "proposed": desk.text["proposed"], "due_on": DUE_ON}


def _statements(desk: Desk, found_by: str, conclusion: str) -> Row:
    return {"found_by": desk.say("found_by", found_by), "own_statement": desk.text["own_statement"],
            "unit_opinion": desk.text["unit_opinion"], "conclusion": desk.say("conclusion", conclusion)}


def violations(desk: Desk) -> list[Row]:
    """One row per violation of a trip."""
    return [_violation(desk, trip, code) for trip in desk.unit.trips for code in trip.violations]


def _violation(desk: Desk, trip: Trip, code: str) -> Row:
    person = desk.people[trip.id_number]
    outcome = desk.outcomes.get((trip.id_number, code + trip.exit_on.isoformat()))
    approved = trip.approval if trip.approval_state in ("1", "4") else None
    kind = desk.say("certificate_kind", trip.kind)
    row = desk.identity(person) | {
        "post": desk.post(person), "category": desk.say("staff_category", person.category),
        "violation": desk.say("trip_violation", code), "exit_on": trip.exit_on,
        "entry_on": trip.entry_on or desk.lexicon.word("violations", "violations", "entry_on"),
        "days": clerk_travels.days(trip),
        "destinations": list(trip.destinations),
        "certificate": str(desk.text["certificate"]).format(kind=kind, number=trip.number),
        "reason": desk.say("trip_reason", trip.reason), "leave": desk.lexicon.have(trip.leave is not None),
        "approval": approved.number if approved else desk.text["none"],
        "difference": _difference(desk, trip, code)}
    return row | _statements(desk, outcome.found_by if outcome else COMPARED, "1") | _handling(desk, outcome)


def _difference(desk: Desk, trip: Trip, code: str) -> str:
    text: Any = desk.text
    if trip.approval is None or (code.startswith("V4") and code != "V4c"):
        return str(text["none"])
    extra = "、".join(place for place in trip.destinations if place not in trip.approval.destinations)
    return str({"V5a": text["difference_days"], "V5b": text["difference_place"],
                "V4c": text["difference_late_approval"],
                "V5e": text["difference_certificate"]}.get(code, text["difference_date"])).format(
                    n=clerk_travels.late(trip), place=extra,
                    early=(trip.approval.planned_exit_on - trip.exit_on).days)


def problems(desk: Desk) -> list[Row]:
    """One row per problem of certificates, concealment or approval."""
    return [_problem(desk, each) for each in desk.unit.problems]


def _problem(desk: Desk, each: Problem) -> Row:
    person = desk.people[each.id_number]
    what = (("certificate", each.kind, each.number) if each.kind and each.number
            else ("trip", each.exit_on.isoformat()) if each.exit_on else ("approval",
                                                                          each.approval_number or ""))
    row = desk.identity(person) | {
        "post": desk.post(person), "category": desk.say("staff_category", person.category),
        "violation": desk.say("problem_violation", each.violation), "happened_on": each.happened_on,
        "kind": desk.say("certificate_kind", each.kind) if each.kind else None, "number": each.number,
        "exit_on": each.exit_on, "approval_number": each.approval_number, "concerns": desk.concerns(what),
        "voluntary": desk.lexicon.yes(each.voluntary)}
    outcome = desk.outcomes.get((each.id_number, each.violation + what[-1]))
    return row | _statements(desk, each.found_by, each.conclusion) | _handling(desk, outcome)


def sanctions(desk: Desk) -> list[Row]:
    """One row per sanction; proposals are not in material 9."""
    return [_sanction(desk, n, each) for n,
            each in enumerate((each for each in desk.unit.outcomes if each.method), 1)]


def _sanction(desk: Desk, n: int, each: Outcome) -> Row:
    assert each.method and each.decided_on
    person = desk.people[each.id_number]
    code = next(entry for entry in desk.lexicon.campaign.codes["sanction_method"].codes if entry.code
                == each.method)
    banned = each.role == PARTY and any(violation.startswith(BANNING) for violation in each.violations)
    talk = (code.months is None and each.method.startswith("H1")) or each.method == "H01"
    post = f"{desk.unit.name} {desk.position(person)}"
    return desk.identity(person) | {
        "post": post, "post_then": post, "role": desk.say("person_role", each.role),
        "violation": [desk.say("violation", violation) for violation in each.violations],
        "facts": desk.text["facts"],
        "violated_on": each.violated_on, "concerns": desk.concerns(each.concerns),
        "found_by": desk.say("found_by", each.found_by),
        "found_on": max(each.violated_on, START) if each.decided_on >= START else each.violated_on + EARLY,
        "class": code.class_, "method": [code.label], "authority": desk.unit.name,
        "paper": desk.text["paper_talk"] if talk else str(desk.text["paper"]).format(n=n),
        "decided_on": each.decided_on,
        "influence_months": code.months,
        "influence_until": _months_after(each.decided_on, code.months) if code.months else None,
        "ban_from": each.decided_on if banned else None,
        "ban_until": workdays.years_after(each.decided_on, BAN_YEARS) if banned else None,
        "in_campaign": desk.lexicon.yes(START <= each.decided_on <= STATISTIC)}


def _months_after(day: date, months: int) -> date:
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, monthrange(day.year + year, month + 1)[1]))
