"""Violations as they happened, confirmed by the unit: each makes one person's papers, trip,
problem and outcome.

A person has at most one trouble, so that no case hides another. What a clerk first leaves out of
the forms is no matter of this module: it only marks (`Seed`) what `cases` may forget in round one.
"""

from dataclasses import replace
from datetime import date, timedelta

from huizong.demo import papers, travels, workdays
from huizong.demo.draft import FILLED, START, STATISTIC, Draft
from huizong.demo.model import Certificate, Outcome, Person, Problem, Seed, Trip
from huizong.demo.words import Place

SUSPECT, REPORTED = "2", "3"  # found by the unit itself, by comparison with the police
DECLARED_ON = date(2019, 8, 8)
NOW, PROPOSED, BEFORE = "now", "proposed", "before"
UNAPPROVED = {"V4a": "2", "V4b": "3", "V4c": "4", "V4d": "2"}  # violation → state of approval


def subject(draft: Draft) -> Person | None:
    """Somebody registered before the look-back begins,
    so that everything since needed consent and approval.
    """
    person = draft.take()
    if person:
        draft.filed[person.id_number] = draft.day(max(person.joined_on + timedelta(2), date(2014, 1, 6)),
                                                  date(2015, 9, 25))
    return person


def settle(draft: Draft, person: Person, violations: tuple[str, ...], violated_on: date,
           concerns: tuple[str, ...],
           when: str, method: str | None = None, decided_on: date | None = None, role: str = "1") -> None:
    """What the unit decided about it: a sanction now, one long before the campaign,
    or a proposal with a date.
    """
    if when == PROPOSED:
        method = decided_on = None
    else:
        method = method or draft.words.methods.draw(draft.rng)
        if method in draft.words.raw["party_methods"] and person.political not in ("01", "02"):
            method = "H01"
        first, last = (max(START, violated_on), FILLED) if when == NOW else (violated_on + timedelta(40),
                                                                             violated_on + timedelta(300))
        decided_on = decided_on or draft.day(first, last)
    draft.outcomes.append(Outcome(person.id_number, role, violations, violated_on, concerns, method,
                                  decided_on,
                                  SUSPECT if when == BEFORE or concerns[0] == "approval" else REPORTED))


def outcome_of(draft: Draft, violated_on: date) -> str:
    when = str(draft.words.outcomes.draw(draft.rng))
    return NOW if when == BEFORE and violated_on > date(2018, 3, 1) else when


def destination(draft: Draft, kind: str | None = None) -> Place:
    while True:
        place = draft.words.place(draft.rng)
        if kind is None or place.kind == kind:
            return place


def exit_day(draft: Draft, place: Place, approved: bool = True, first: date = date(2016, 3, 5),
             last: date = date(2019, 5, 25)) -> date:
    """A day to leave on that makes nobody look like a companion of somebody with the opposite approval."""
    while True:
        day = draft.day(first, last)
        if not travels.like_another(draft, place, day, place.least, approved):
            return day


def mark(draft: Draft, case: int, what: str, person: Person, key: str = "") -> None:
    if what:
        draft.seeds.append(Seed(case, what, person.id_number, key))


def unapproved(draft: Draft, case: int = 0, what: str = "", violation: str = "V4a", when: str | None = None,
               method: str | None = None, plain: bool = False) -> bool:
    """A trip without approval (V4a), on leave only (V4b) or approved afterwards (V4c)."""
    person = subject(draft)
    if person is None:
        return False
    if plain and person.political in ("01", "02"):
        draft.free.insert(0, person)
        person = next((each for each in draft.free if each.political not in ("01", "02")
                       and each.joined_on <= date(2014, 12, 31)), None)
        if person is None:
            return False
        draft.free.remove(person)
        draft.filed[person.id_number] = max(person.joined_on + timedelta(2), date(2014, 1, 6))
    place = destination(draft)
    exit_on = exit_day(draft, place, approved=False)
    papers.certify(draft, person, place.kind, before=exit_on)
    approval = None
    if violation == "V4c":
        approval = travels.approve(draft, person, place, exit_on, place.least,
                                   travels.reason_for(draft, place),
                                   decided_on=workdays.add(exit_on, 20))
    trip = travels.go(draft, person, place, exit_on, place.least, state=UNAPPROVED[violation],
                      approval=approval,
                      violations=(violation,))
    _trip_outcome(draft, person, trip, violation, when)
    if method:
        draft.outcomes[-1] = replace(draft.outcomes[-1], method=method)
    mark(draft, case, what, person, exit_on.isoformat())
    return True


def _trip_outcome(draft: Draft, person: Person, trip: Trip, violation: str, when: str | None) -> None:
    settle(draft, person, (violation,), trip.exit_on, ("trip", trip.exit_on.isoformat()),
           when or outcome_of(draft, trip.exit_on))


def during_ban(draft: Draft, case: int, what: str) -> bool:
    """Punished in 2017 for a trip of 2016, abroad again in 2018 inside the three years (V4d)."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft)
    first = exit_day(draft, place, False, date(2016, 8, 1), date(2016, 10, 30))
    second = exit_day(draft, place, False, date(2018, 6, 1), date(2018, 10, 30))
    papers.certify(draft, person, place.kind, before=first)
    for exit_on, violations in ((first, ("V4a",)), (second, ("V4a", "V4d"))):
        travels.go(draft, person, place, exit_on, place.least, state="2", violations=violations)
    settle(draft, person, ("V4a",), first, ("trip", first.isoformat()), BEFORE, "H01", date(2017, 3, 15))
    settle(draft, person, ("V4a", "V4d"), second, ("trip", second.isoformat()), NOW, "H07")
    mark(draft, case, what, person, second.isoformat())
    return True


def off_approval(draft: Draft, case: int = 0, what: str = "", violation: str = "V5a", late: int = 0,
                 when: str | None = None) -> bool:
    """A trip that did not keep to its approval: too long, elsewhere, other dates, another certificate."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft, {"V5e": papers.HKMO, "V5b": papers.PASSPORT}.get(violation))
    exit_on, days = exit_day(draft, place), place.least
    end = exit_on + timedelta(days - 1)
    late = late or min(draft.rng.choice((1, 2, 3, 3, 5, 8)), 8)
    if violation == "V5e":
        draft.filed[person.id_number] = date(2019, 6,
                                             24)  # both certificates were handed in after the journey
    papers.certify(draft, person, place.kind, before=exit_on)
    other = papers.certify(draft, person, papers.PASSPORT, series="G99") if violation == "V5e" else None
    approval = travels.approve(draft, person, place, exit_on, days, travels.reason_for(draft, place))
    extra = draft.words.raw["extra_destination"]
    travels.go(
        draft, person, place, exit_on, days, approval=approval, violations=(violation,), certificate=other,
        returned=end + timedelta(late) if violation == "V5a" else end,
        actual_exit=exit_on - timedelta(3) if violation == "V5c" else None,
        extra=(extra,) if violation == "V5b" and extra not in place.to else ())
    _trip_outcome(draft, person, draft.trips[-1], violation, when)
    mark(draft, case, what, person, draft.trips[-1].exit_on.isoformat())
    return True


def _problem(draft: Draft, person: Person, violation: str, happened_on: date, when: str | None,
             certificate: Certificate | None = None, exit_on: date | None = None, approval: str | None = None,
             voluntary: bool = False) -> None:
    draft.problems.append(Problem(
        person.id_number, violation, happened_on, certificate.kind if certificate else None,
        certificate.number if certificate else None, exit_on, approval,
        SUSPECT if approval else REPORTED, voluntary))
    if when:
        concerns = (("certificate", certificate.kind, certificate.number) if certificate
                    else ("trip", exit_on.isoformat()) if exit_on else ("approval", approval or ""))
        settle(draft, person, (violation,), happened_on, concerns, when)


def _lot(draft: Draft) -> str:
    return NOW if draft.chance(65) else PROPOSED


def concealed_certificate(draft: Draft, case: int = 0, what: str = "", when: str | None = None) -> bool:
    """Held at home, not declared; given up in the campaign: V3 and V2."""
    person = subject(draft)
    if person is None:
        return False
    kind = papers.PASSPORT if case or draft.chance(60) else papers.HKMO
    held = papers.certify(draft, person, kind, series=papers.OLD[kind])
    held = papers.change(draft, held, handed_in_on=FILLED, nature="2", declared=False)
    _problem(draft, person, "V2", START, None, held)
    _problem(draft, person, "V3", DECLARED_ON, when or _lot(draft), held)
    draft.outcomes[-1] = replace(draft.outcomes[-1], violations=("V2", "V3"), violated_on=START)
    mark(draft, case, what, person, held.number)
    return True


def not_handed_in(draft: Draft, case: int = 0, what: str = "", when: str | None = None) -> bool:
    """Still at home (V2)."""
    person = subject(draft)
    if person is None:
        return False
    kind = draft.rng.choice((papers.PASSPORT, papers.HKMO))
    held = papers.certify(draft, person, kind, series=papers.OLD[kind])
    held = papers.change(draft, held, handed_in_on=None, nature=None, custody="2", missing_reason="1")
    _problem(draft, person, "V2", START, when or _lot(draft), held)
    mark(draft, case, what, person, held.number)
    return True


def newly_collected(draft: Draft, case: int = 0, what: str = "") -> bool:
    """Handed in during the campaign, years late (V2, by themselves)."""
    person = subject(draft)
    if person is None:
        return False
    kind = draft.rng.choice((papers.PASSPORT, papers.HKMO))
    held = papers.certify(draft, person, kind, series=papers.OLD[kind])
    held = papers.change(draft, held, handed_in_on=draft.day(START, FILLED), nature="2")
    _problem(draft, person, "V2", START, _lot(draft), held, voluntary=True)
    mark(draft, case, what, person, held.number)
    return True


def overdue_loan(draft: Draft, case: int = 0, what: str = "", workdays_late: int = 0,
                 when: str | None = None) -> bool:
    """Back from an approved trip, the certificate is not (V2)."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft, papers.PASSPORT)
    late = workdays_late or draft.rng.randrange(4, 16)
    entry = workdays.add(workdays.add(STATISTIC, -late - 1), -travels.RETURN)
    exit_on = entry - timedelta(place.least - 1)
    papers.certify(draft, person, place.kind, before=exit_on)
    trip = travels.go(draft, person, place, exit_on, place.least)
    loan = draft.loans[-1]
    draft.loans[-1] = replace(loan, returned_on=None)
    draft.approvals[-1] = replace(draft.approvals[-1], returned_on=None)
    held = papers.change(draft, travels.held_on(draft, person, place.kind, trip.exit_on), custody="1")
    assert loan.due_on
    _problem(draft, person, "V2", loan.due_on, when or _lot(draft), held)
    mark(draft, case, what, person, held.number)
    return True


def concealed_trip(draft: Draft, case: int = 0, what: str = "", when: str | None = None) -> bool:
    """Approved, but missing in the person's own declaration (V6)."""
    person = subject(draft)
    if person is None:
        return False
    place = destination(draft)
    exit_on = exit_day(draft, place)
    papers.certify(draft, person, place.kind, before=exit_on)
    travels.go(draft, person, place, exit_on, place.least, declared=False)
    _problem(draft, person, "V6", DECLARED_ON, when or _lot(draft), exit_on=exit_on)
    mark(draft, case, what, person, exit_on.isoformat())
    return True


def without_consent(draft: Draft, case: int = 0, what: str = "", when: str | None = None) -> bool:
    """A passport of a registered person that the unit never agreed to (V1)."""
    person = subject(draft)
    if person is None:
        return False
    held = papers.certify(draft, person, papers.PASSPORT, series="EZ99")
    held = papers.change(draft, held, consent="0", consented_on=None)
    _problem(draft, person, "V1", held.issued_on, when or _lot(draft), held)
    mark(draft, case, what, person, held.number)
    return True


def lax_approval(draft: Draft, case: int = 0, what: str = "", violation: str = "V7a",
                 when: str | None = None) -> bool:
    """An approval that should not have been given, or not like this (V7)."""
    person, answerable = subject(draft), draft.answerable()
    if person is None or answerable is None:
        return False
    place = destination(draft, papers.PASSPORT)
    exit_on = exit_day(draft, place)
    days = 30 if violation == "V7b" else place.least
    papers.certify(draft, person, place.kind, before=exit_on)
    reason = "01" if violation == "V7b" else travels.reason_for(draft, place)
    approval = travels.approve(draft, person, place, exit_on, days, reason,
                               discipline="0" if violation == "V7a" else "1")
    travels.go(draft, person, place, exit_on, days, approval=approval)
    approval = draft.approvals[-1]
    if violation == "V7f":
        lent = workdays.add(approval.decided_on, -2)
        draft.approvals[-1] = replace(approval, lent_on=lent)
        draft.loans[-1] = replace(draft.loans[-1], lent_on=lent)
    elif violation == "V7e":
        draft.approvals[-1] = replace(approval,
                                      papers=tuple(str(n) for n in draft.words.raw["papers"]["lax"]))
    _problem(draft, answerable, violation, approval.decided_on, None, approval=approval.number)
    settle(draft, answerable, (violation,), approval.decided_on, ("approval", approval.number),
           when or _lot(draft), "H01",
           role="2")
    mark(draft, case, what, answerable, approval.number)
    return True


def approved_in_ban(draft: Draft, case: int, what: str) -> bool:
    """Punished in 2017, approved in 2018, never gone (V7c)."""
    person, answerable = subject(draft), draft.answerable()
    if person is None or answerable is None:
        return False
    place = destination(draft, papers.PASSPORT)
    first = exit_day(draft, place, False, date(2016, 8, 1), date(2016, 10, 30))
    papers.certify(draft, person, place.kind, before=first)
    travels.go(draft, person, place, first, place.least, state="2", violations=("V4a",))
    settle(draft, person, ("V4a",), first, ("trip", first.isoformat()), BEFORE, "H01", date(2017, 3, 20))
    planned = draft.day(date(2018, 6, 1), date(2018, 9, 30))
    approval = travels.approve(draft, person, place, planned, place.least, travels.reason_for(draft, place))
    draft.approvals[-1] = replace(approval, departed="0")
    _problem(draft, answerable, "V7c", approval.decided_on, None, approval=approval.number)
    settle(draft, answerable, ("V7c",), approval.decided_on, ("approval", approval.number), PROPOSED,
           role="2")
    mark(draft, case, what, answerable, approval.number)
    return True
