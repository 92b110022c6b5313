"""What is true in the demo's world: people, their papers, trips, troubles. Plain frozen values, no labels.

Coded fields hold the keys of the campaign's code lists (`codes.yaml`); `clerks` turns them into words.
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Person:
    unit: str
    surname: str
    given: str
    sex: str
    born: date
    id_number: str
    political: str
    department: str
    category: str
    post_type: str
    position: str
    title: str
    title_level: str
    authority: str
    joined_on: date
    status: str
    status_on: date | None
    counterpart: str | None
    household: str
    secrecy: str
    reason: str
    due: bool  # must be registered (应备)
    enrolled: bool  # 在册 on the statistic date

    @property
    def name(self) -> str:
        return self.surname + self.given


@dataclass(frozen=True, slots=True)
class Registration:
    id_number: str
    filed_on: date | None
    action: str
    state: str
    withdrawal: str | None
    before: date | None  # date of the registration known from last year's roster
    known_to_police: bool


@dataclass(frozen=True, slots=True)
class Certificate:
    id_number: str
    kind: str
    number: str
    card: bool
    issued_on: date
    expires_on: date
    status: str
    consent: str  # yes_no_na
    consented_on: date | None
    custody: str
    handed_in_on: date | None
    nature: str | None
    missing_reason: str | None
    declared: bool  # the person reports it (material 8)


@dataclass(frozen=True, slots=True)
class Approval:
    number: str
    id_number: str
    applied_on: date
    reason: str
    destinations: tuple[str, ...]
    planned_exit_on: date
    planned_return_on: date
    unit_on: date
    discipline: str
    discipline_on: date | None
    decision: str
    decided_on: date
    level: str
    lent_on: date | None
    returned_on: date | None
    departed: str
    papers: tuple[str, ...]
    pages: int

    @property
    def days(self) -> int:
        return (self.planned_return_on - self.planned_exit_on).days + 1


@dataclass(frozen=True, slots=True)
class Trip:
    id_number: str
    reason: str
    exit_on: date
    entry_on: date | None
    destinations: tuple[str, ...]
    kind: str
    number: str
    port: str
    exit_at: str
    entry_at: str
    approval_state: str
    approval: Approval | None
    leave: str | None  # kind of leave taken
    violations: tuple[str, ...]
    declared: bool


@dataclass(frozen=True, slots=True)
class Loan:
    id_number: str
    kind: str
    number: str
    reason: str
    approval_number: str | None
    lent_on: date
    due_on: date | None
    returned_on: date | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a person's confirmed violations: a sanction, or (method None) a proposal with a date."""

    id_number: str
    role: str
    violations: tuple[str, ...]
    violated_on: date
    concerns: tuple[str, ...]  # ("trip", exit), ("certificate", kind, number) or ("approval", number)
    method: str | None
    decided_on: date | None
    found_by: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A violation of certificates, concealment or approval, confirmed by the unit."""

    id_number: str
    violation: str
    happened_on: date
    kind: str | None
    number: str | None
    exit_on: date | None
    approval_number: str | None
    found_by: str
    voluntary: bool
    conclusion: str = "1"


@dataclass(frozen=True, slots=True)
class Seed:
    """One thing in the world that a case of domain brief §6.4 is made of; case 0 is a background slip."""

    case: int
    what: str
    id_number: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class UnitWorld:
    code: str
    name: str
    organisation: str
    people: tuple[Person, ...]
    registrations: tuple[Registration, ...]
    certificates: tuple[Certificate, ...]
    trips: tuple[Trip, ...]
    approvals: tuple[Approval, ...]
    loans: tuple[Loan, ...]
    problems: tuple[Problem, ...]
    outcomes: tuple[Outcome, ...]
    seeds: tuple[Seed, ...]


@dataclass(frozen=True, slots=True)
class World:
    seed: int
    units: tuple[UnitWorld, ...]
