"""Materials 4 and 7: certificates, who keeps them, and every loan."""

from huizong.demo import workdays
from huizong.demo.desk import Desk, Row
from huizong.demo.draft import STATISTIC
from huizong.demo.model import Certificate, Person
from huizong.demo.words import words

HAND_IN = 5  # workdays


def certificate(desk: Desk, each: Certificate) -> Row:
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


def keepers(desk: Desk, person: Person) -> Row:
    """Who keeps the certificate: it follows who manages the person (干部管理权限)."""
    bureau = desk.lexicon.campaign.settings.bureau
    place, unit, keeper = {
        "1": ("3", desk.text["organisation_department"], desk.text["keeper_above"]),
        "2": ("1", bureau.department, desk.text["keeper_bureau"]),
    }.get(person.authority, ("2", desk.unit.name, desk.text["keeper"]))
    return {"place": desk.say("custody_place", place), "keeper_unit": unit, "keeper": keeper,
            "cabinet": str(desk.text["cabinet"]).format(n=1 + int(person.id_number[14:17]) % 4)}


def custody(desk: Desk, each: Certificate) -> Row:
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


def loans(desk: Desk) -> list[Row]:
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
