"""A clerk's desk: what a unit hands in, and the lookups that every form needs."""

from dataclasses import dataclass, field
from typing import Any

from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Certificate, Outcome, Person, Trip, UnitWorld
from huizong.demo.words import words

Row = dict[str, Any]


@dataclass
class Return:
    """Everything one unit hands in: form → table → rows, the labelled cells of each form,
    the scans beside them.
    """

    unit: UnitWorld
    tables: dict[str, dict[str, list[Row]]]
    facts: dict[str, dict[str, Any]]
    scans: dict[str, str] = field(default_factory=dict)  # file name → the form it belongs to
    blank: set[tuple[str, str]] = field(default_factory=set)  # empty tables left without the word for «none»
    places: dict[str, list[int]] = field(default_factory=dict)  # table → which data row each row stands in
    renamed: dict[tuple[str, str, str], str] = field(default_factory=dict)  # header cells the clerk overwrote
    stray: set[str] = field(default_factory=set)  # forms filled into another unit's file

    def place(self, table: str, n: int) -> int:
        """The n-th row's place among the data rows (from 0)."""
        return self.places[table][n] if table in self.places else n

    def rows(self, table: str) -> list[Row]:
        return next(tables[table] for tables in self.tables.values() if table in tables)


class Desk:
    """One clerk at work on one unit: the lookups that every form needs."""

    def __init__(self, lexicon: Lexicon, unit: UnitWorld) -> None:
        self.lexicon, self.unit, self.text = lexicon, unit, words().text
        self.say = lexicon.say
        self.people = {person.id_number: person for person in unit.people}
        self.filed = {each.id_number: each.filed_on for each in unit.registrations}
        self.live = {each.id_number for each in unit.registrations if each.action != "3" and each.state
                     == "2"}
        self.incomplete = {each.approval_number for each in unit.problems if each.violation == "V7e"}
        self.held: dict[str, list[Certificate]] = {}
        for certificate in unit.certificates:
            self.held.setdefault(certificate.id_number, []).append(certificate)
        self.trips: dict[str, list[Trip]] = {}
        for trip in unit.trips:
            self.trips.setdefault(trip.id_number, []).append(trip)
        self.outcomes: dict[tuple[str, str], Outcome] = {}
        for outcome in unit.outcomes:
            for violation in outcome.violations:
                self.outcomes[outcome.id_number, violation + outcome.concerns[-1]] = outcome

    def post(self, person: Person) -> str:
        return str(self.text["post"]).format(department=person.department, position=self.position(person))

    def position(self, person: Person) -> str:
        return person.position if person.position != self.text["none"] else person.title

    def identity(self, person: Person) -> Row:
        return {"name": person.name, "sex": self.say("sex", person.sex), "id_number": person.id_number,
                "political_status": self.say("political_status", person.political)}

    def concerns(self, what: tuple[str, ...]) -> str:
        if what[0] == "trip":
            return str(self.text["concerns_trip"]).format(day=what[1])
        if what[0] == "certificate":
            return str(self.text["concerns_certificate"]).format(kind=self.say("certificate_kind", what[1]),
                                                                 tail=what[2][-4:])
        return str(self.text["concerns_approval"]).format(number=what[1])


def phone(unit: UnitWorld, n: int = 0) -> str:
    return f"1990000{int(unit.code) * 10 + n:04d}"
