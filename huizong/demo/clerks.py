"""What a unit's clerk writes into its forms when nothing is forgotten: field → value, table by table,
form by form.

Values are typed (text, date, number, list); an empty table is a nil return. `planted` spoils a copy
of it for round one.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from huizong.demo import workdays
from huizong.demo.draft import FILLED, LOOKBACK, START, STATISTIC
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Approval, Certificate, Outcome, Person, Registration, Trip, UnitWorld
from huizong.demo.words import words

Row = dict[str, Any]
HAND_IN, BAN_YEARS = 5, 3
ORGANISED = {"group_formed_on": date(2019, 8, 7), "meeting_on": date(2019, 8, 7)}
SIGNED_ON = date(2019, 8, 8)


@dataclass
class Return:
    """Everything one unit hands in: form → table → rows, the labelled cells of each form,
    the scans beside them.
    """

    unit: UnitWorld
    tables: dict[str, dict[str, list[Row]]]
    facts: dict[str, dict[str, Any]]
    scans: dict[str, str] = field(default_factory=dict)  # file name → the form it belongs to
    blank: set[tuple[str, str]] = field(default_factory=set)  # empty tables left without the word for «none»
    places: dict[str, list[int]] = field(default_factory=dict)  # table → which data row each row stands in
    renamed: dict[tuple[str, str, str], str] = field(default_factory=dict)  # header cells the clerk overwrote
    stray: set[str] = field(default_factory=set)  # forms filled into another unit's file

    def place(self, table: str, n: int) -> int:
        """The n-th row's place among the data rows (from 0)."""
        return self.places[table][n] if table in self.places else n

    def rows(self, table: str) -> list[Row]:
        return next(tables[table] for tables in self.tables.values() if table in tables)


class Desk:
    """One clerk at work on one unit: the lookups that every form needs."""

    def __init__(self, lexicon: Lexicon, unit: UnitWorld) -> None:
        self.lexicon, self.unit, self.text = lexicon, unit, words().text
        self.say = lexicon.say
        self.people = {person.id_number: person for person in unit.people}
        self.filed = {each.id_number: each.filed_on for each in unit.registrations}
        self.live = {each.id_number for each in unit.registrations if each.action != "3" and each.state
                     == "2"}
        self.held: dict[str, list[Certificate]] = {}
        for certificate in unit.certificates:
            self.held.setdefault(certificate.id_number, []).append(certificate)
        self.trips: dict[str, list[Trip]] = {}
        for trip in unit.trips:
            self.trips.setdefault(trip.id_number, []).append(trip)
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        for outcome in unit.outcomes:
            for violation in outcome.violations:
                self.outcomes[outcome.id_number, violation + outcome.concerns[-1]] = outcome

    def post(self, person: Person) -> str:
        return str(self.text["post"]).format(department=person.department, position=self.position(person))

    def position(self, person: Person) -> str:
        return person.position if person.position != self.text["none"] else person.title

    def identity(self, person: Person) -> Row:
        return {"name": person.name, "sex": self.say("sex", person.sex), "id_number": person.id_number,
                "political_status": self.say("political_status", person.political)}

    def concerns(self, what: tuple[str, ...]) -> str:
        if what[0] == "trip":
            return str(self.text["concerns_trip"]).format(day=what[1])
        if what[0] == "certificate":
            return str(self.text["concerns_certificate"]).format(kind=self.say("certificate_kind", what[1]),
                                                                 tail=what[2][-4:])
        return str(self.text["concerns_approval"]).format(number=what[1])


def fill(lexicon: Lexicon, unit: UnitWorld, filled_on: date = FILLED) -> Return:
    """The unit's forms as they should be, the annexes and material 1 still without numbers (`tally` types
    them).
    """
    desk = Desk(lexicon, unit)
    from huizong.demo import clerk_problems
    tables: dict[str, dict[str, list[Row]]] = {
        "staff": {"staff": [_staff(desk, each) for each in unit.people]},
        "registrations": {"registrations": [_registration(desk, each) for each in unit.registrations]},
        "certificates": {"certificates": [_certificate(desk, each) for each in unit.certificates]},
        "trips": {"trips": [_trip(desk, each) for each in unit.trips]},
        "approvals": {"approvals": [_approval(desk, each) for each in unit.approvals]},
        "custody": {"custody": [_custody(desk, each) for each in unit.certificates], "loans": _loans(desk)},
        "declarations": _declarations(desk),
        "sanctions": {"sanctions": clerk_problems.sanctions(desk)},
        "violations": {"violations": clerk_problems.violations(desk),
                       "problems": clerk_problems.problems(desk)},
        "annex2": {"annex2": [{"unit_name": unit.name}]},
        "annex3": {"annex3": [{"unit_name": unit.name}]},
    }
    number(lexicon, tables)
    return Return(unit, tables, {form: facts(desk, filled_on) for form in tables}
                  | {"self_report": _report(desk, filled_on)},
                  scans(lexicon, unit, tables))


def number(lexicon: Lexicon, tables: dict[str, dict[str, list[Row]]]) -> None:
    """Serial numbers 1…n in every table that has them."""
    for form, each in tables.items():
        for table, rows in each.items():
            serials = [cell.name for cell in lexicon.campaign.forms[form].tables[table].fields if cell.kind
                       == "serial"]
            for name in serials:
                for n, row in enumerate(rows, 1):
                    row[name] = n


def phone(unit: UnitWorld, n: int = 0) -> str:
    return f"1990000{int(unit.code) * 10 + n:04d}"


def facts(desk: Desk, filled_on: date) -> dict[str, Any]:
    n = int(desk.unit.code)
    return {"filled_on": filled_on, "filled_by": desk.text["filled_by"][n % len(desk.text["filled_by"])],
            "phone": phone(desk.unit),
            "reviewed_by": desk.text["reviewed_by"][n % len(desk.text["reviewed_by"])]}


def _report(desk: Desk, filled_on: date) -> dict[str, Any]:
    return {"reported_on": filled_on, "contact_name": desk.text["contact"],
            "contact_phone": phone(desk.unit, 1),
            "group_leader": desk.text["group_leader"], "custodian": desk.text["custodian"],
            "meeting_persons": sum(each.enrolled for each in desk.unit.people), "rules_revised": 1,
            **ORGANISED}


def scans(lexicon: Lexicon, unit: UnitWorld, tables: dict[str, dict[str, list[Row]]]) -> dict[str, str]:
    """Signed and sealed scans, the bundle of personal sheets, and the file each row names."""
    forms = lexicon.campaign.forms
    found = {f"{form.file_stem}.pdf": name for name, form in forms.items()
             if form.seal or "scan" in form.attachments or (form.bundle and form.personal_sheet)}
    for name, each in tables.items():
        for table, rows in each.items():
            for named in (column.name for column in forms[name].tables[table].fields if column.attachment):
                found.update({row[named]: name for row in rows if row.get(named)})
    return found


def _staff(desk: Desk, person: Person) -> Row:
    say = desk.say
    held = any(each.status == "0" for each in desk.held.get(person.id_number, ()))
    return desk.identity(person) | {
        "born_on": person.born, "department": person.department,
        "category": say("staff_category", person.category),
        "post_type": say("post_type", person.post_type), "position": person.position, "title": person.title,
        "title_level": say("title_level", person.title_level),
        "authority": say("authority", person.authority),
        "joined_on": person.joined_on, "status": say("staff_status", person.status),
        "status_on": person.status_on,
        "counterpart": person.counterpart, "household": person.household, "due": desk.lexicon.yes(person.due),
        "reason": say("registration_reason", person.reason),
        "registered": desk.lexicon.yes(person.id_number in desk.live),
        "secrecy": say("secrecy_level", person.secrecy),
        "has_certificate": desk.lexicon.have(held),
        "has_trips": desk.lexicon.have(person.id_number in desk.trips)}


def batch(unit: UnitWorld, each: Registration) -> str | None:
    return f"{unit.organisation}{each.filed_on:%Y%m%d}" if each.filed_on else None


def registered(desk: Desk, each: Registration) -> Row:
    """What the police's list says of a registered person; the unit's own form says the same."""
    person, campaign, say = desk.people[each.id_number], desk.lexicon.campaign, desk.say
    return {
        "surname": person.surname, "given_name": person.given, "sex": say("sex", person.sex),
        "born_on": person.born,
        "id_number": person.id_number, "household": person.household, "workplace": desk.unit.name,
        "position": desk.position(person), "personnel_unit": campaign.settings.bureau.name,
        "action": say("registration_action", each.action), "filing_unit_code": desk.unit.organisation,
        "filing_unit": desk.unit.name, "filing_unit_type": say("filing_unit_type", "3"),
        "contact": desk.text["contact"],
        "phone": phone(desk.unit, 1), "batch": batch(desk.unit, each)}


def _registration(desk: Desk, each: Registration) -> Row:
    person, say = desk.people[each.id_number], desk.say
    new = each.action == "1" and each.filed_on is not None and each.filed_on >= START
    return registered(desk, each) | {
        "political_status": say("political_status", person.political), "filed_on": each.filed_on,
        "state": say("registration_status", each.state), "new_in_campaign": desk.lexicon.yes(new),
        "informed": desk.lexicon.yes(True),
        "withdrawal_reason": say("withdrawal_reason", each.withdrawal) if each.withdrawal else None}


def _certificate(desk: Desk, each: Certificate) -> Row:
    person, say, filed = desk.people[each.id_number], desk.say, desk.filed.get(each.id_number)
    return {
        "name": person.name, "id_number": person.id_number, "department": person.department,
        "position": desk.position(person), "kind": say("certificate_kind", each.kind),
        "shape": say("certificate_form", "1" if each.card else "0"), "number": each.number,
        "issuer": words().raw["issuer"], "issued_on": each.issued_on, "expires_on": each.expires_on,
        "status": say("certificate_status", each.status),
        "registered_at_issue": desk.lexicon.yes(filed is not None and each.issued_on >= filed),
        "consented": say("yes_no_na", each.consent), "consented_on": each.consented_on,
        "custody_state": say("custody_status", each.custody),
        "missing_reason": say("missing_reason", each.missing_reason) if each.missing_reason else None,
        "source": say("data_source", "1")}


def _trip(desk: Desk, each: Trip) -> Row:
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


def scan_name(unit: UnitWorld, approval: Approval, person: Person) -> str:
    return f"{unit.code}_{approval.number}_{person.name}.pdf"


def _approval(desk: Desk, each: Approval) -> Row:
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
        "scan": scan_name(desk.unit, each, person),
        "pages": each.pages, "approver": desk.text["approved_by"]}


def keepers(desk: Desk, person: Person) -> Row:
    """Who keeps the certificate: it follows who manages the person (干部管理权限)."""
    bureau = desk.lexicon.campaign.settings.bureau
    place, unit, keeper = {
        "1": ("3", desk.text["organisation_department"], desk.text["keeper_above"]),
        "2": ("1", bureau.department, desk.text["keeper_bureau"]),
    }.get(person.authority, ("2", desk.unit.name, desk.text["keeper"]))
    return {"place": desk.say("custody_place", place), "keeper_unit": unit, "keeper": keeper,
            "cabinet": str(desk.text["cabinet"]).format(n=1 + int(person.id_number[14:17]) % 4)}


def _custody(desk: Desk, each: Certificate) -> Row:
    person, say = desk.people[each.id_number], desk.say
    filed = desk.filed.get(each.id_number)
    due = workdays.add(max(each.issued_on, filed) if filed else each.issued_on, HAND_IN)
    kept = keepers(desk, person) if each.handed_in_on else {}
    return {
        "name": person.name, "id_number": person.id_number, "post": desk.post(person),
        "kind": say("certificate_kind", each.kind), "number": each.number, "issued_on": each.issued_on,
        "expires_on": each.expires_on, "first_handed_in_on": each.handed_in_on,
        "nature": say("collection_nature", each.nature) if each.nature else None,
        "state": say("custody_status", each.custody),
        "missing_reason": say("missing_reason", each.missing_reason) if each.missing_reason else None,
        "due_on": due,
        "days_late": max(0, ((each.handed_in_on or STATISTIC) - due).days)} | kept


def _loans(desk: Desk) -> list[Row]:
    say, found = desk.say, []
    for each in sorted(desk.unit.loans, key=lambda loan: (loan.lent_on, loan.id_number)):
        person, back = desk.people[each.id_number], each.returned_on
        late_by = workdays.between(each.due_on, back or STATISTIC) if each.due_on else 0
        found.append({
            "unit_name": desk.unit.name, "name": person.name, "id_number": person.id_number,
            "kind": say("certificate_kind", each.kind), "number": each.number,
            "reason": say("loan_reason", each.reason),
            "approval_number": each.approval_number, "lent_on": each.lent_on, "lent_by": desk.text["lent_by"],
            "approved_by": desk.text["approved_by"], "lent_signed": desk.text["signed"],
            "due_on": each.due_on,
            "returned_on": back, "received_by": desk.text["lent_by"] if back else None,
            "return_signed": desk.text["signed"] if back else None, "workdays_late": max(0, late_by),
            "state": say("loan_state", "2" if back else "1")})
    return found


def _declarations(desk: Desk) -> dict[str, list[Row]]:
    """Everybody in service declares: certificates since 2016 and trips since then,
    as far as they admit them.
    """
    passports: list[Row] = []
    permits: list[Row] = []
    abroad: list[Row] = []
    near: list[Row] = []
    sheets = []
    near_places = frozenset(place for each in words().places if each.kind != "1" for place in each.to)
    for page, person in enumerate((each for each in desk.unit.people if each.enrolled), 1):
        held = [each for each in desk.held.get(person.id_number, ()) if each.declared]
        trips = [each for each in desk.trips.get(person.id_number,
                                                 ()) if each.declared and each.exit_on >= LOOKBACK]
        at_sea = [each for each in trips if near_places.issuperset(each.destinations)]
        has = partial(_holds, desk, held)
        sheets.append({
            "id_number": person.id_number, "name": person.name, "has_passport": has("1"),
            "has_hkmo_permit": has("2"),
            "has_tw_permit": has("4"), "went_abroad": desk.lexicon.have(len(trips) > len(at_sea)),
            "went_hkmotw": desk.lexicon.have(bool(at_sea)), "signed_on": SIGNED_ON, "scan_page": page})
        for each in held:
            own = {"id_number": person.id_number, "number": each.number, "issued_on": each.issued_on,
                   "expires_on": each.expires_on,
                   "keeper": desk.unit.name if each.handed_in_on else desk.text["keeper_self"]}
            if each.kind == "1":
                passports.append(own)
            else:
                permits.append(own | {"kind": desk.say("certificate_kind", each.kind)})
        for trip in trips:
            table, name = (near, "declared_trips_hkmotw") if trip in at_sea else (abroad,
                                                                                  "declared_trips_abroad")
            table.append({
                "id_number": person.id_number, "exit_on": trip.exit_on,
                "entry_on": trip.entry_on or desk.lexicon.word("declarations", name, "entry_on"),
                "destinations": list(trip.destinations), "reason": desk.say("trip_reason", trip.reason),
                "approved_by": desk.unit.name if trip.approval_state == "1" else desk.text["none"],
                "number": trip.number})
    return {"declarations": sheets, "declared_passports": passports, "declared_trips_abroad": abroad,
            "declared_permits": permits, "declared_trips_hkmotw": near}


def _holds(desk: Desk, held: list[Certificate], kind: str) -> str:
    return desk.lexicon.have(any(each.kind == kind for each in held))
