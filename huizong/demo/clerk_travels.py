"""Materials 5 and 6: trips and the approvals before them."""

from huizong.demo.desk import Desk, Row
from huizong.demo.model import Approval, Person, Trip

MATCHES = {"V5a": "2", "V5b": "3", "V5c": "4", "V5d": "5"}  # the bureau's books cannot know V5e


def match(trip: Trip) -> str:
    """Whether the trip kept to its approval (code list approval_match)."""
    if trip.approval is None or trip.approval_state not in ("1", "4"):
        return "0"
    return next((MATCHES[code] for code in trip.violations if code in MATCHES), "1")


def days(trip: Trip) -> int | None:
    return (trip.entry_on - trip.exit_on).days + 1 if trip.entry_on else None


def late(trip: Trip) -> int:
    if trip.approval is None or trip.approval_state not in ("1", "4") or trip.entry_on is None:
        return 0
    return max(0, (trip.entry_on - trip.approval.planned_return_on).days)


def trip(desk: Desk, each: Trip) -> Row:
    person, say, approval = desk.people[each.id_number], desk.say, each.approval
    approved = approval if each.approval_state in ("1", "4") else None
    confirmed = bool(each.violations)
    leave = (str(desk.text["leave_detail"]).format(kind=each.leave, start=each.exit_on,
                                                   end=each.entry_on or "")
             if each.leave else None)
    return {
        "name": person.name, "id_number": person.id_number, "department": person.department,
        "position": person.position,
        "nature": say("trip_nature", "1"), "reason": say("trip_reason", each.reason), "exit_on": each.exit_on,
        "entry_on": each.entry_on or desk.lexicon.word("trips", "trips", "entry_on"), "days": days(each),
        "destinations": list(each.destinations), "kind": say("certificate_kind", each.kind),
        "number": each.number,
        "ports": each.port if each.entry_on is None else f"{each.port}/{each.port}",
        "approval": say("approval_state", each.approval_state),
        "approval_number": approved.number if approved else None,
        "approved_on": approved.decided_on if approved else None,
        "approved_exit_on": approved.planned_exit_on if approved else None,
        "approved_return_on": approved.planned_return_on if approved else None,
        "approved_destinations": list(approved.destinations) if approved else None,
        "leave": desk.lexicon.have(each.leave is not None), "leave_detail": leave,
        "match": say("approval_match", match(each)), "days_late": late(each),
        "source": say("data_source", "1"),
        "conclusion": say("conclusion", "1" if confirmed else "4"),
        "violation": [say("trip_violation", code) for code in each.violations or ("V0",)],
        "note": desk.text["trip_note"] if confirmed else None}


FEW = 12  # a unit with more approvals scans those of a year into one file


def scan_name(desk: Desk, each: Approval, person: Person) -> str:
    """The file that holds the scanned approval: its own, or that of the year in units with many."""
    if len(desk.unit.approvals) <= FEW or each.number in desk.incomplete:
        return f"{desk.unit.code}_{each.number}_{person.name}.pdf"
    return str(desk.text["scans_of_a_year"]).format(unit=desk.unit.code, year=each.planned_exit_on.year)


def approval(desk: Desk, each: Approval) -> Row:
    person, say = desk.people[each.id_number], desk.say
    return {
        "approval_number": each.number, "name": person.name, "id_number": person.id_number,
        "position": person.position,
        "matter": say("approval_matter", "1"), "applied_on": each.applied_on,
        "reason": say("trip_reason", each.reason),
        "destinations": list(each.destinations), "planned_exit_on": each.planned_exit_on,
        "planned_return_on": each.planned_return_on, "approved_days": each.days,
        "unit_opinion": say("unit_opinion", "1"),
        "unit_opinion_on": each.unit_on, "discipline_opinion": say("discipline_opinion", each.discipline),
        "discipline_opinion_on": each.discipline_on, "bureau_decision": say("bureau_decision", each.decision),
        "bureau_decided_on": each.decided_on, "level": say("approval_level", each.level),
        "lent_on": each.lent_on,
        "returned_on": each.returned_on, "departed": say("departed", each.departed),
        "papers": [say("approval_paper", code) for code in each.papers],
        "scan": scan_name(desk, each, person),
        "pages": each.pages, "approver": desk.text["approved_by"]}
