"""Trips with all that belongs to them: the approval before, the loan of the certificate, the return."""

from dataclasses import replace
from datetime import date, timedelta

from huizong.demo import papers, workdays
from huizong.demo.draft import BACK_BY, FILLED, LOOKBACK, Draft
from huizong.demo.model import Approval, Certificate, Loan, Person, Trip
from huizong.demo.words import Place

RETURN = 10  # workdays after the journey
GOING, VISA = "1", "3"  # reasons of a loan
LEVELS = {"1": "3", "2": "2", "3": "1"}  # who decides, by who manages the person
TRIES = 12


def ordinary(draft: Draft) -> None:
    """Holders and travellers without any trouble, up to the unit's share of §6.2."""
    rates = draft.words.rates
    scope = sum(1 for each in draft.people if each.due)
    travellers = {trip.id_number for trip in draft.trips}
    wanted = max(1, draft.about(scope * rates["travellers"] / 100)) - len(travellers)
    for _ in range(wanted):
        person = draft.take(date(2019, 6, 30))
        if person is None:
            break
        _traveller(draft, person)
    holders = max(2, draft.about(scope * rates["certificate_holders"] / 100)) - len(draft.certificates)
    for _ in range(holders):
        person = draft.take(date(2019, 6, 30))
        if person is None:
            break
        _holder(draft, person)
    for person in draft.people:
        if not person.due and person.enrolled and draft.chance(rates["off_staff_holders"]):
            papers.certify(draft, person, papers.PASSPORT)


def _holder(draft: Draft, person: Person) -> None:
    kinds = _kinds(draft)
    for kind in kinds:
        papers.certify(draft, person, kind)
    certificates = draft.certificates[person.id_number]
    cancelled = draft.words.rates["cancelled"] * 3
    if len(certificates) > 1 and draft.chance(cancelled):
        papers.change(draft, certificates[-1], status="2", custody="6")
    elif draft.chance(draft.words.rates["loans_out"]) and person.id_number in draft.filed:
        _upcoming(draft, person, certificates[0])


def _kinds(draft: Draft) -> list[str]:
    while True:
        kinds = [str(kind) for kind, percent in draft.words.rates["kinds"].items() if draft.chance(percent)]
        if kinds:
            return kinds


def _traveller(draft: Draft, person: Person) -> None:
    count = int(draft.words.trips.draw(draft.rng))
    plans: list[tuple[date, int, Place]] = []
    for year in sorted(draft.rng.sample(range(2016, 2020), count)):
        for _ in range(TRIES):
            place = draft.words.place(draft.rng)
            days = draft.rng.randrange(place.least, place.most + 1)
            exit_on = _exit(draft, person, place, year, days, plans)
            if exit_on:
                plans.append((exit_on, days, place))
                break
    kinds = dict.fromkeys([place.kind for _, _, place in plans])
    for kind in kinds:
        _certificates_for(draft, person, kind, [each for each in plans if each[2].kind == kind])
    for kind in _kinds(draft):
        if kind not in kinds:
            papers.certify(draft, person, kind)
    for exit_on, days, place in plans:
        go(draft, person, place, exit_on, days)


def _certificates_for(draft: Draft, person: Person, kind: str, plans: list[tuple[date, int, Place]]) -> None:
    first, last = plans[0][0], plans[-1][0]
    if kind == papers.HKMO and last < date(2018, 8, 1) and draft.chance(40):
        old = papers.expired(draft, person)
        successor = old.expires_on + timedelta(draft.rng.randrange(3, 25))
        papers.certify(draft, person, kind, series="CZ99", issued_on=max(successor, papers.ERAS["CZ99"][0]))
        return
    papers.certify(draft, person, kind, before=first)


def _exit(draft: Draft, person: Person, place: Place, year: int, days: int,
          plans: list[tuple[date, int, Place]]) -> date | None:
    month = int(draft.words.months.draw(draft.rng))
    if month <= 2 and any(each[0].year == year - 1 for each in plans):
        month += 5
    exit_on = date(year, month, 1) + timedelta(draft.rng.randrange(28))
    filed = draft.filed.get(person.id_number)
    if exit_on + timedelta(days) > BACK_BY or exit_on < LOOKBACK + timedelta(days=days):
        return None
    if abs((exit_on - person.joined_on).days) < 45:
        return None
    if filed and exit_on >= person.joined_on and (exit_on - filed).days <= 75:
        return None
    return None if like_another(draft, place, exit_on, days, approved=True) else exit_on


def like_another(draft: Draft, place: Place, exit_on: date, days: int, approved: bool) -> bool:
    """Whether somebody made the same journey on the same days with the opposite approval,
    as companions would (U09).
    """
    known = draft.numbers.journeys.get((exit_on, exit_on + timedelta(days - 1), place.to))
    return known is not None and known != approved


def held_on(draft: Draft, person: Person, kind: str, day: date) -> Certificate:
    """The certificate of that kind that was valid on that day. Raises LookupError when there is none."""
    for each in draft.certificates[person.id_number]:
        if each.kind == kind and each.issued_on < day <= each.expires_on:
            return each
    raise LookupError(f"no certificate of kind {kind} on {day}")


def approve(draft: Draft, person: Person, place: Place, exit_on: date, days: int, reason: str,
            decided_on: date | None = None, discipline: str = "1") -> Approval:
    """An approval in good order; `decided_on` after the exit makes it one after the fact."""
    rng = draft.rng
    decided = decided_on or workdays.add(exit_on, -rng.randrange(6, 10))
    level = LEVELS[person.authority]
    heard = workdays.add(decided, -rng.randrange(1, 3))
    unit_on = heard if level == "1" else workdays.add(heard, -1)
    draft.serial += 1
    papers_in = draft.words.raw["papers"]["family" if reason == "02" else "all"]
    approval = Approval(
        number=f"RW{exit_on.year}-{draft.code}-{draft.serial:04d}", id_number=person.id_number,
        applied_on=workdays.add(unit_on, -rng.randrange(2, 5)), reason=reason, destinations=place.to,
        planned_exit_on=exit_on, planned_return_on=exit_on + timedelta(days - 1), unit_on=unit_on,
        discipline=discipline,
        discipline_on=heard if discipline != "0" else None, decision="3" if level == "1" else "1",
        decided_on=decided,
        level=level, lent_on=None, returned_on=None, departed="1",
        papers=tuple(str(each) for each in papers_in),
        pages=rng.randrange(4, 9))
    draft.approvals.append(approval)
    return approval


def reason_for(draft: Draft, place: Place) -> str:
    return str(draft.words.reasons["family" if place.family else "plain"].draw(draft.rng))


def go(draft: Draft, person: Person, place: Place, exit_on: date, days: int, *,
       approval: Approval | None = None,
       state: str | None = None, returned: date | None = None, actual_exit: date | None = None,
       extra: tuple[str, ...] = (), violations: tuple[str, ...] = (), declared: bool = True,
       certificate: Certificate | None = None, away: bool = False) -> Trip:
    """One trip as it happened, with its loan. Without `state` it is approved,
    or needs no approval before joining.

    `days` is the approved or intended length; `returned`, `actual_exit` and `extra` countries say
    what was different.
    """
    rng = draft.rng
    reason = approval.reason if approval else reason_for(draft, place)
    if state is None:
        state = "5" if exit_on < person.joined_on else "1"
    if state == "1" and approval is None:
        approval = approve(draft, person, place, exit_on, days, reason)
    entry_on = None if away else returned or exit_on + timedelta(days - 1)
    went = actual_exit or exit_on
    used = certificate or held_on(draft, person, place.kind, went)
    ports = draft.words.raw["ports"][int(place.kind)]
    used = _lend(draft, used, approval, went, entry_on)
    trip = Trip(
        id_number=person.id_number, reason=reason, exit_on=went, entry_on=entry_on,
        destinations=place.to + extra,
        kind=used.kind, number=used.number, port=rng.choice(ports), exit_at=_time(draft),
        entry_at=_time(draft),
        approval_state=state, approval=approval,
        leave=rng.choice(draft.words.raw["leave"]) if state in ("1", "3", "4") else None,
        violations=violations,
        declared=declared)
    draft.trips.append(trip)
    draft.numbers.journeys[went, entry_on, trip.destinations] = state == "1"
    return trip


def _time(draft: Draft) -> str:
    return f"{draft.rng.randrange(6, 23):02d}{draft.rng.randrange(60):02d}{draft.rng.randrange(60):02d}"


def _lend(draft: Draft, used: Certificate, approval: Approval | None, exit_on: date, entry_on: date | None
          ) -> Certificate:
    """The loan that lets a certificate in custody travel; without approval it was taken out for a visa."""
    if used.handed_in_on is None or used.handed_in_on >= exit_on:
        return used
    lent = max(workdays.add(exit_on, -2), used.handed_in_on)
    back = workdays.add(entry_on, draft.rng.randrange(1, RETURN - 1)) if entry_on else None
    if back and back > FILLED:
        back = None
    due = None
    if approval:
        due = workdays.add(entry_on or approval.planned_return_on, RETURN)
    if approval and approval.decided_on < exit_on:
        lent = max(lent, approval.decided_on)
        assert draft.approvals[-1] == approval  # approvals are made right before their trip
        draft.approvals[-1] = replace(approval, lent_on=lent, returned_on=back)
    draft.loans.append(Loan(used.id_number, used.kind, used.number, GOING if approval else VISA,
                            approval.number if approval else None, lent, due, back))
    return papers.change(draft, used, custody="1") if back is None else used


def _upcoming(draft: Draft, person: Person, certificate: Certificate) -> None:
    """Approved and lent, the journey still to come: the certificate is out, and counts as held (D8)."""
    if certificate.handed_in_on is None or certificate.handed_in_on > date(2019, 7, 20):
        return
    place = draft.rng.choice(draft.words.places_by(certificate.kind))
    approval = approve(draft, person, place, draft.day(date(2019, 8, 14), date(2019, 8, 24)), place.least,
                       reason_for(draft, place), decided_on=draft.day(date(2019, 8, 1), date(2019, 8, 6)))
    draft.approvals[-1] = replace(approval, lent_on=date(2019, 8, 7), departed="0")
    draft.loans.append(Loan(certificate.id_number, certificate.kind, certificate.number, GOING,
                            approval.number,
                            date(2019, 8, 7), workdays.add(approval.planned_return_on, RETURN), None))
    papers.change(draft, certificate, custody="1")
