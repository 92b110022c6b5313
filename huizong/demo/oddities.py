"""Lawful but unusual people the planted cases need: no violation,
yet something a clerk gets wrong or must explain.
"""

from datetime import date

from huizong.demo import papers, travels, workdays
from huizong.demo.draft import Draft
from huizong.demo.troubles import destination, exit_day, mark, subject


def traveller(draft: Draft, case: int, what: str, kind: str | None = None) -> bool:
    """One approved trip in good order."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft, kind)
    exit_on = exit_day(draft, place)
    papers.certify(draft, person, place.kind, before=exit_on)
    travels.go(draft, person, place, exit_on, place.least)
    mark(draft, case, what, person, exit_on.isoformat())
    return True


def holder(draft: Draft, case: int, what: str, kind: str = papers.PASSPORT, series: str | None = None,
           late: int = 0) -> bool:
    """A certificate in custody, no trips; `late` workdays after its time (explained, not confirmed as V2)."""
    person = subject(draft)
    if person is None:
        return False
    held = papers.certify(draft, person, kind, series=series,
                          issued_on=date(2019, 5, 20) if late else None)
    if late:
        day = papers.handed_in(draft, held.issued_on, draft.filed[person.id_number], late)
        held = papers.change(draft, held, handed_in_on=day)
    mark(draft, case, what, person, held.number)
    return True


def plain(draft: Draft, case: int, what: str) -> bool:
    """Registered, without certificates or trips."""
    person = subject(draft)
    if person is None:
        return False
    mark(draft, case, what, person)
    return True


def leaver(draft: Draft, case: int, what: str) -> bool:
    """Left the unit and was withdrawn from the police's list."""
    person = next((each for each in draft.people if each.status in draft.words.raw["leavers"] and any(
        known.id_number == each.id_number and known.state == "3" for known in draft.registrations)), None)
    if person is None:
        return False
    mark(draft, case, what, person)
    return True


def by_passport_to_taiwan(draft: Draft, case: int, what: str) -> bool:
    """Taiwan by way of a third country, on a passport: lawful, but the clerk must explain it."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft, papers.TAIWAN)
    exit_on = exit_day(draft, place)
    passport = papers.certify(draft, person, papers.PASSPORT, before=exit_on)
    travels.go(draft, person, place, exit_on, place.least, certificate=passport)
    mark(draft, case, what, person, exit_on.isoformat())
    return True


def still_abroad(draft: Draft, case: int, what: str) -> bool:
    """Out since July with an approval that has not run out."""
    person = subject(draft)
    if person is None:
        return False
    place = next(each for each in draft.words.places if each.family)
    papers.certify(draft, person, place.kind, series="G99")
    exit_on = date(2019, 7, 26)
    approval = travels.approve(draft, person, place, exit_on, 20, "02")
    travels.go(draft, person, place, exit_on, 20, approval=approval, away=True)
    mark(draft, case, what, person, exit_on.isoformat())
    return True


def two_permits(draft: Draft, case: int, what: str) -> bool:
    """A new permit for Hong Kong and Macau while the old one, since cancelled, had not run out."""
    person = subject(draft)
    if person is None:
        return False
    old = papers.certify(draft, person, papers.HKMO, series="W99")
    papers.change(draft, old, status="2", custody="6")
    papers.certify(draft, person, papers.HKMO, series="CZ99")
    mark(draft, case, what, person, old.number)
    return True


def unregistered(draft: Draft, case: int, what: str) -> bool:
    """Should be registered and is not."""
    person = subject(draft)
    if person is None:
        return False
    draft.filed.pop(person.id_number)
    mark(draft, case, what, person)
    return True


def new_registrations(draft: Draft) -> None:
    """Registered in the campaign itself; their certificates are collected with it, in time."""
    count = draft.about(sum(each.due for each in draft.people) * draft.words.rates["new_registrations"] / 100)
    for _ in range(count):
        person = draft.take(date(2019, 5, 31))
        if person is None:
            return
        draft.filed[person.id_number] = draft.day(date(2019, 8, 7), date(2019, 8, 8))
        if draft.chance(draft.words.rates["certificate_holders"]):
            held = papers.certify(draft, person, papers.PASSPORT)
            papers.change(draft, held, handed_in_on=workdays.add(draft.filed[person.id_number], 1))

