"""A world out of (units, staff, seed): everything that is true before any clerk writes a word. Same seed,
same world.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from huizong.demo import oddities, papers, staff, travels, troubles
from huizong.demo.catalogue import Plan, plan
from huizong.demo.draft import Draft
from huizong.demo.identity import Numbers, organisation_code
from huizong.demo.model import Seed, UnitWorld, World
from huizong.demo.words import words

LEAST = 6  # people in a unit, where there are enough


@dataclass(frozen=True, slots=True)
class Site:
    """A unit as the campaign's list gives it; `weight` is its share of the people."""

    code: str
    name: str
    type: str
    weight: int


def synthesise(sites: Sequence[Site], people: int, seed: int) -> tuple[World, Plan]:
    """The world of `people` persons spread over the units by weight, and which cases were planted where."""
    sizes = shares([site.weight for site in sites], people)
    cases = plan({site.code: size for site, size in zip(sites, sizes, strict=True)})
    numbers = Numbers()
    made = []
    for n, (site, size) in enumerate(zip(sites, sizes, strict=True)):
        made.append(_unit(Draft(
            code=site.code, name=site.name, type=site.type, organisation=organisation_code(n + 1), size=size,
            clean=site.code in cases.quiet,
            leaver=any(part.what == "withdrawal_missing" for part in cases.parts[site.code]),
            rng=random.Random(f"{seed}/{site.code}"),
            numbers=numbers, words=words()), cases))
    return World(seed, tuple(made)), cases


def shares(weights: Sequence[int], total: int) -> list[int]:
    """`total` split by weight, at least LEAST each where possible; the largest unit takes the remainder."""
    floor = min(LEAST, total // len(weights))
    sizes = [max(floor, total * weight // sum(weights)) for weight in weights]
    largest = sizes.index(max(sizes))
    sizes[largest] += total - sum(sizes)
    return sizes


def _unit(draft: Draft, cases: Plan) -> UnitWorld:
    staff.people(draft)
    papers.registrations(draft)
    for part in cases.parts[draft.code]:
        if part.build:
            part.build(draft, part.case, part.what)
        else:
            draft.seeds.append(Seed(part.case, part.what, ""))
    _background(draft)
    oddities.new_registrations(draft)
    travels.ordinary(draft)
    papers.close_registrations(draft)
    return _world(draft)


def _background(draft: Draft) -> None:
    """Violations at the rates of §6.2; every so often the clerk of a unit that is not clean forgets one
    at first.
    """
    rates = draft.words.rates
    scope = sum(1 for each in draft.people if each.due)
    trips = scope * rates["travellers"] / 100 * 1.7
    held = scope * rates["certificate_holders"] / 100 * 1.8
    kinds: tuple[tuple[float, Callable[..., bool], str, dict[str, str]], ...] = (
        (trips * rates["no_approval"], troubles.unapproved, "trip_unlisted", {}),
        (trips * rates["leave_instead"], troubles.unapproved, "leave_taken_for_approval",
         {"violation": "V4b"}),
        (trips * rates["overstay"], troubles.off_approval, "trip_unlisted", {}),
        (trips * rates["changed"] / 2, troubles.off_approval, "trip_unlisted", {"violation": "V5b"}),
        (trips * rates["changed"] / 2, troubles.off_approval, "trip_unlisted", {"violation": "V5c"}),
        (trips * rates["concealed_trips"], troubles.concealed_trip, "trip_concealed", {}),
        (held * rates["concealed_certificates"], troubles.concealed_certificate, "certificate_missing", {}),
        (held * rates["not_handed_in"], troubles.not_handed_in, "home_without_reason", {}),
        (held * rates["newly_collected"], troubles.newly_collected, "", {}),
        (held * rates["overdue_loans"], troubles.overdue_loan, "loan_unlisted", {}),
        (scope * rates["issued_without_consent"], troubles.without_consent, "problem_unlisted", {}),
        (trips * rates["discipline_not_asked"], troubles.lax_approval, "approval_unlisted", {}),
    )
    for percent, build, what, more in kinds:
        for _ in range(draft.about(percent / 100)):
            if what and not draft.clean and draft.chance(rates["slips"]):
                build(draft, 0, what, when=troubles.PROPOSED, **more)
            else:
                build(draft, **more)
    if not draft.clean:
        for _ in range(draft.about(scope * rates["unregistered"] / 100)):
            oddities.unregistered(draft, 0, "unregistered")


def _world(draft: Draft) -> UnitWorld:
    order = {person.id_number: n for n, person in enumerate(draft.people)}
    held = [each for person in draft.people for each in draft.certificates.get(person.id_number, ())]
    return UnitWorld(
        code=draft.code, name=draft.name, organisation=draft.organisation, people=tuple(draft.people),
        registrations=tuple(draft.registrations), certificates=tuple(held),
        trips=tuple(sorted(draft.trips, key=lambda each: (order[each.id_number], each.exit_on))),
        approvals=tuple(draft.approvals), loans=tuple(draft.loans), problems=tuple(draft.problems),
        outcomes=tuple(draft.outcomes), seeds=tuple(draft.seeds))

