"""Registrations and certificates: when a person was registered, which certificates they hold,
who keeps them.
"""

from dataclasses import replace
from datetime import date, timedelta

from huizong.demo import workdays
from huizong.demo.draft import FILLED, START, Draft
from huizong.demo.model import Certificate, Person, Registration, Seed

PASSPORT, HKMO, TAIWAN = "1", "2", "4"
HAND_IN = 5  # workdays after issue or registration

# series → first and last day of issue used here, years of validity, card. None reaches what was ever issued.
ERAS = {
    "G99": (date(2010, 1, 10), date(2012, 12, 20), 10, False),
    "EZ99": (date(2017, 4, 10), date(2019, 7, 12), 10, False),
    "W99": (date(2014, 8, 20), date(2014, 12, 26), 5, False),
    "CZ99": (date(2018, 12, 20), date(2019, 7, 12), 10, True),
    "T99": (date(2014, 10, 8), date(2015, 11, 20), 5, False),
    "L99": (date(2017, 5, 10), date(2019, 7, 12), 10, True),
}
OLD = {PASSPORT: "G99", HKMO: "W99", TAIWAN: "T99"}
NEW = {PASSPORT: "EZ99", HKMO: "CZ99", TAIWAN: "L99"}


def registrations(draft: Draft) -> None:
    """Everybody who must be is registered, most long ago; a few left and were withdrawn."""
    rates = draft.words.rates
    for person in draft.people:
        if person.due:
            first = max(person.joined_on + timedelta(2), date(2012, 1, 5))
            draft.filed[person.id_number] = draft.day(first, max(first, date(2019, 6, 25)))
        elif person.status in draft.words.raw["leavers"] and person.category in "1234" and person.status_on:
            known = draft.day(max(person.joined_on, date(2012, 1, 5)), date(2018, 11, 30))
            late = not draft.clean and not draft.leaver and draft.chance(rates["not_withdrawn"])
            draft.registrations.append(_withdrawn(person, known, live=late))
            if late:
                draft.seeds.append(_slip("not_withdrawn", person))


def _withdrawn(person: Person, known: date, live: bool) -> Registration:
    assert person.status_on
    reason = {"7": "1", "8": "2", "9": "3"}[person.status]
    if live:
        return Registration(person.id_number, known, "2", "2", None, known, True)
    return Registration(person.id_number, workdays.add(person.status_on, 3), "3", "3", reason, known, False)


def _slip(what: str, person: Person) -> Seed:
    return Seed(0, what, person.id_number)


def close_registrations(draft: Draft) -> None:
    """The registrations of all who are due, now that their dates are settled."""
    for person in draft.people:
        filed = draft.filed.get(person.id_number)
        if filed is None:
            continue
        new = filed >= START
        draft.registrations.append(Registration(
            person.id_number, filed, "1" if new else "2", "2", None, None if new else filed, True))
    order = {person.id_number: n for n, person in enumerate(draft.people)}
    draft.registrations.sort(key=lambda each: order[each.id_number])


def certify(draft: Draft, person: Person, kind: str, before: date | None = None, series: str | None = None,
            issued_on: date | None = None) -> Certificate:
    """A valid certificate of that kind, old enough for a trip on `before`, in custody in time,
    with consent if need be.
    """
    if series is None:
        series = OLD[kind]
        opens = ERAS[NEW[kind]][0] + timedelta(75)
        if (before is None or before > opens) and draft.chance(50):
            series = NEW[kind]
    first, last, years, card = ERAS[series]
    if before is not None:
        last = min(last, before - timedelta(60))
    issued = issued_on or draft.day(first, last)
    filed = draft.filed.get(person.id_number)
    asked = filed is not None and issued >= filed
    return keep(draft, Certificate(
        id_number=person.id_number, kind=kind, number=draft.numbers.certificate(series), card=card,
        issued_on=issued,
        expires_on=workdays.years_after(issued, years) - timedelta(1), status="0",
        consent="1" if asked else "9",
        consented_on=issued - timedelta(draft.rng.randrange(8, 50)) if asked else None, custody="0",
        handed_in_on=handed_in(draft, issued, filed), nature="2" if filed and filed >= START else "1",
        missing_reason=None, declared=True))


def handed_in(draft: Draft, issued: date, filed: date | None, late: int = 0) -> date:
    """A day within the time limit, or `late` workdays after it; never after the forms were filled."""
    base = max(issued, filed) if filed else issued
    n = HAND_IN + late if late else draft.rng.randrange(1, HAND_IN)
    return min(workdays.add(base, n), FILLED)


def keep(draft: Draft, certificate: Certificate) -> Certificate:
    draft.certificates.setdefault(certificate.id_number, []).append(certificate)
    return certificate


def change(draft: Draft, certificate: Certificate, **changes: object) -> Certificate:
    """The certificate with other facts, in its old place."""
    held = draft.certificates[certificate.id_number]
    at = held.index(certificate)
    held[at] = replace(certificate, **changes)  # type: ignore[arg-type]
    return held[at]


def expired(draft: Draft, person: Person) -> Certificate:
    """A permit that ran out before the statistic date and was kept as void;
    its successor is made elsewhere.
    """
    issued = draft.day(date(2013, 9, 1), date(2014, 3, 31))
    certificate = certify(draft, person, HKMO, series="W99", issued_on=issued)
    return change(draft, certificate, status="1", custody="6")

