"""What a unit's clerk writes into its forms when nothing is forgotten: field → value, table by table,
form by form.

Values are typed (text, date, number, list); an empty table is a nil return. `planted` spoils a copy
of it for round one.
"""

from datetime import date
from typing import Any

from huizong.demo import clerk_declarations, clerk_papers, clerk_problems, clerk_travels
from huizong.demo.desk import Desk, Return, Row, phone
from huizong.demo.draft import FILLED, START
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Person, Registration, UnitWorld

ORGANISED = {"group_formed_on": date(2019, 8, 7), "meeting_on": date(2019, 8, 7)}


def fill(lexicon: Lexicon, unit: UnitWorld, filled_on: date = FILLED) -> Return:
    """The unit's forms as they should be, the annexes and material 1 still without numbers (`tally` types
    them).
    """
    desk = Desk(lexicon, unit)
    tables: dict[str, dict[str, list[Row]]] = {
        "staff": {"staff": [_staff(desk, each) for each in unit.people]},
        "registrations": {"registrations": [_registration(desk, each) for each in unit.registrations]},
        "certificates": {
            "certificates": [clerk_papers.certificate(desk, each) for each in unit.certificates]},
        "trips": {"trips": [clerk_travels.trip(desk, each) for each in unit.trips]},
        "approvals": {"approvals": [clerk_travels.approval(desk, each) for each in unit.approvals]},
        "custody": {"custody": [clerk_papers.custody(desk, each) for each in unit.certificates],
                    "loans": clerk_papers.loans(desk)},
        "declarations": clerk_declarations.declarations(desk),
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
            fields = lexicon.campaign.forms[form].tables[table].fields
            serials = [cell.name for cell in fields if cell.kind == "serial"]
            for name in serials:
                for n, row in enumerate(rows, 1):
                    row[name] = n


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
