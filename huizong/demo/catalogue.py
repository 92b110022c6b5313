"""The planted cases 1–48 (domain brief §6.4): what each needs in the world, and which unit gets which.

A case may have two parts (1a, 1b). `what` names the slip of `cases` that a clerk makes of it in
round one. Parts without a builder need nobody in particular; `role` says which units may host the
case: `plain` any ordinary unit; `messy` a unit whose unreadable keys hold its cross-form rules, so
that nothing else hides there; `pair` needs a second ordinary unit; `zero`, `late` a unit of its
own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from huizong.demo import oddities as odd
from huizong.demo import papers
from huizong.demo import troubles as bad
from huizong.demo.draft import Draft


@dataclass(frozen=True, slots=True)
class Part:
    name: str
    what: str
    role: str = "plain"
    build: Callable[[Draft, int, str], bool] | None = None

    @property
    def case(self) -> int:
        return int(self.name.rstrip("abc"))


def _parts() -> tuple[Part, ...]:
    now, proposed = bad.NOW, bad.PROPOSED
    return (
        Part("1a", "trip_missing", build=partial(bad.unapproved, when=proposed)),
        Part("1b", "trip_unlisted", build=partial(bad.unapproved, when=proposed)),
        Part("2", "leave_taken_for_approval", build=partial(bad.unapproved, violation="V4b", when=proposed)),
        Part("3", "late_approval_taken_for_approval",
             build=partial(bad.unapproved, violation="V4c", when=proposed)),
        Part("4", "ban_overlooked", build=bad.during_ban),
        Part("5", "trip_unlisted", build=partial(bad.off_approval, violation="V5a", late=4, when=proposed)),
        Part("6", "trip_unlisted", build=partial(bad.off_approval, violation="V5b", when=proposed)),
        Part("7", "trip_unlisted", build=partial(bad.off_approval, violation="V5c", when=proposed)),
        Part("8", "other_certificate", build=partial(bad.off_approval, violation="V5e", when=proposed)),
        Part("9", "certificate_missing", build=partial(bad.concealed_certificate, when=proposed)),
        Part("10", "permit_not_declared", build=partial(odd.holder, kind=papers.HKMO)),
        Part("11a", "trip_missing_concealed", build=partial(bad.concealed_trip, when=proposed)),
        Part("11b", "trip_concealed", build=partial(bad.concealed_trip, when=proposed)),
        Part("12", "problem_unlisted", build=partial(bad.without_consent, when=proposed)),
        Part("13", "home_without_reason", build=partial(bad.not_handed_in, when=proposed)),
        Part("14", "loan_unlisted", build=partial(bad.overdue_loan, workdays_late=9, when=proposed)),
        Part("15", "loan_missing", build=odd.traveller),
        Part("16", "late_hand_in", build=partial(odd.holder, series="EZ99", late=12)),
        Part("17a", "unregistered", build=odd.unregistered),
        Part("17b", "unknown_to_police", build=odd.plain),
        Part("18", "withdrawal_missing", build=odd.leaver),
        Part("19", "wrong_unit", build=odd.plain),
        Part("20", "approval_unlisted", build=partial(bad.lax_approval, violation="V7a", when=proposed)),
        Part("21", "approval_unlisted", build=partial(bad.lax_approval, violation="V7b", when=proposed)),
        Part("22", "approval_unlisted", build=bad.approved_in_ban),
        Part("23", "approval_unlisted", build=partial(bad.lax_approval, violation="V7f", when=proposed)),
        Part("24", "scan_missing", build=partial(bad.lax_approval, violation="V7e", when=proposed)),
        Part("25", "person_twice", "pair", odd.plain),
        Part("26", "passport_twice", "pair", odd.plain),
        Part("27", "check_digit", "messy", odd.plain),
        Part("28", "birth_date", build=odd.plain),
        Part("29", "sex", build=odd.plain),
        Part("30", "fifteen_digits", "messy", odd.traveller),
        Part("31", "number_lost", "messy", odd.holder),
        Part("32", "official_passport", "messy", odd.holder),
        Part("33", "issue_date", build=partial(odd.holder, series="G99")),
        Part("34", "expiry_date", build=odd.holder),
        Part("35", "vague_destination", build=partial(odd.traveller, kind=papers.PASSPORT)),
        Part("36", "taiwan_by_passport", build=odd.by_passport_to_taiwan),
        Part("37", "entry_before_exit", build=odd.traveller),
        Part("38", "still_abroad", build=odd.still_abroad),
        Part("39", "no_ban", build=partial(bad.unapproved, when=now, method="H01")),
        Part("40", "party_method", build=partial(bad.unapproved, when=now, method="H01", plain=True)),
        Part("41", "no_proposal", build=partial(bad.unapproved, when=proposed)),
        Part("42", "annex_plus_one"),
        Part("43", "header_renamed", "messy"),
        Part("44", "file_of_another_unit", "messy"),
        Part("45", "zero_report", "zero"),
        Part("46", "late", "late"),
        Part("47", "blank_sheet", "late"),
        Part("48", "two_permits", build=odd.two_permits),
    )


PARTS: Sequence[Part] = _parts()


@dataclass(frozen=True, slots=True)
class Plan:
    """Which unit hosts which parts; `clean` ones have nothing to find."""

    parts: Mapping[str, tuple[Part, ...]]
    clean: frozenset[str]
    late: frozenset[str]
    zero: frozenset[str]
    messy: frozenset[str]

    @property
    def quiet(self) -> frozenset[str]:
        """Units whose clerks make no mistakes beyond the planted ones."""
        return self.clean | self.late | self.zero | self.messy


def plan(sizes: Mapping[str, int]) -> Plan:
    """The cases spread over the units (code → people).
    Small campaigns drop the roles that need a unit of their own.
    """
    by_size = sorted(sizes, key=lambda code: (-sizes[code], code))
    count = len(by_size)
    rest = list(by_size)
    zero = {rest.pop()} if count >= 6 else set[str]()
    late = {rest.pop()} if count >= 5 else set[str]()
    spared = 0 if count == 1 else 1 if count < 4 else 2 if count < 20 else 4
    clean = {rest.pop(len(rest) // 2) for _ in range(spared)}
    messy = [rest.pop(len(rest) // 2) for _ in range(5 if count >= 20 else 1 if count >= 4 else 0)]
    given: dict[str, list[Part]] = {code: [] for code in by_size}
    turn = {"plain": 0, "pair": 0, "messy": 0}
    hosts = {"plain": rest, "pair": rest, "messy": messy, "zero": sorted(zero), "late": sorted(late)}
    room = {code: max(1, sizes[code] // 5) for code in by_size}
    for part in PARTS:
        candidates = hosts[part.role]
        if not candidates or (part.role == "pair" and len(candidates) < 2):
            continue
        if part.role in ("plain", "pair"):
            free = [code for code in candidates if len(given[code]) < room[code]
]
            if not free:
                continue
            code = free[turn["plain"] % len(free)]
            turn["plain"] += 1
        elif part.role == "messy":
            code = candidates[turn["messy"] % len(candidates)]
            turn["messy"] += 1
        else:
            code = candidates[0]
        given[code].append(part)
    return Plan({code: tuple(parts) for code, parts in given.items()}, frozenset(clean), frozenset(late),
                frozenset(zero), frozenset(messy))
