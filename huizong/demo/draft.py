"""One unit under construction: the lists that the builders of people, papers, trips and troubles add to."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from huizong.demo.identity import Numbers
from huizong.demo.model import Approval, Certificate, Loan, Outcome, Person, Problem, Registration, Seed, Trip
from huizong.demo.words import Words

LOOKBACK = date(2016, 1, 1)
START = date(2019, 8, 7)  # the campaign's first day
FILLED = date(2019, 8, 9)  # the day on which clerks fill their forms
STATISTIC = date(2019, 8, 11)
BACK_BY = date(2019, 8, 4)  # nobody of the ordinary travellers returns later


@dataclass
class Draft:
    code: str
    name: str
    type: str
    organisation: str
    size: int
    clean: bool
    leaver: bool  # somebody must have left and been withdrawn in time (case 18)
    rng: random.Random
    numbers: Numbers
    words: Words
    people: list[Person] = field(default_factory=list)
    filed: dict[str, date] = field(default_factory=dict)
    registrations: list[Registration] = field(default_factory=list)
    certificates: dict[str, list[Certificate]] = field(default_factory=dict)
    trips: list[Trip] = field(default_factory=list)
    approvals: list[Approval] = field(default_factory=list)
    loans: list[Loan] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    seeds: list[Seed] = field(default_factory=list)
    free: list[Person] = field(default_factory=list)  # in service, nothing known of them yet
    serial: int = 0

    def day(self, first: date, last: date) -> date:
        return first + timedelta(self.rng.randrange(max((last - first).days, 0) + 1))

    def chance(self, percent: float) -> bool:
        return self.rng.random() * 100 < percent

    def about(self, expected: float) -> int:
        """`expected` rounded by lot, so that small units keep the rate on the average."""
        whole = int(expected)
        return whole + (self.rng.random() < expected - whole)

    def answerable(self) -> Person | None:
        """Who answers for an approval: somebody who leads, nothing else known of them; anybody where no such
        one is left.
        """
        lead = {*self.words.raw["leader"], *self.words.raw["middle"]}
        at = next((at for at, each in enumerate(self.free) if each.position in lead), None)
        return self.take() if at is None else self.free.pop(at)

    def take(self, before: date = date(2014, 12, 31)) -> Person | None:
        """A person nothing is known of who joined by `before`; None when nobody is left."""
        for at in range(len(self.free) - 1, -1, -1):
            if self.free[at].joined_on <= before:
                return self.free.pop(at)
        return None
