"""The mistakes clerks make in round one, by name:
each edits a unit's return and says which rules must find it.

A mistake that the unit cannot mend (`lasting`) marks round two as well, where it is explained. What
a rule points at (table and field) stands in `demo.yaml` under `points_at`; here only the row is
named.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from huizong.demo.catalogue import PARTS
from huizong.demo.desk import Return, Row
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Person, Seed, UnitWorld, World
from huizong.demo.words import words


@dataclass(frozen=True)
class Mark:
    """One thing that a rule must find: where, and in which case's name.
    `row` is the very row of the return.
    """

    round: int
    unit: str
    rule: str
    case: int
    form: str
    table: str
    field: str
    row: Row | None
    key: str
    lasting: bool
    given: bool = False  # `key` is what the finding is about, not the row's own key


@dataclass
class Stage:
    """One round: what every unit hands in, and the marks made so far."""

    round: int
    world: World
    lexicon: Lexicon
    returns: dict[str, Return]
    marks: list[Mark] = field(default_factory=list)

    def at(self, unit: str, seed: Seed) -> "Scene":
        return Scene(self, self.returns[unit], seed)


@dataclass
class Scene:
    """One mistake about to be made in one unit."""

    stage: Stage
    handed: Return
    seed: Seed

    @property
    def first(self) -> bool:
        return self.stage.round == 1

    @property
    def unit(self) -> UnitWorld:
        return self.handed.unit

    def say(self, codes: str, code: str) -> str:
        return self.stage.lexicon.say(codes, code)

    def find(self, table: str, **match: Any) -> Row:
        return next(self.all(table, **match))

    def all(self, table: str, **match: Any) -> Any:
        return (row for row in self.handed.rows(table)
                if all(_text(row.get(name)) == _text(value) for name, value in match.items()))

    def own(self, table: str) -> Row:
        return self.find(table, id_number=self.seed.id_number)

    def trip(self) -> Row:
        return self.find("trips", id_number=self.seed.id_number, exit_on=self.seed.key)

    def drop(self, table: str, **match: Any) -> None:
        rows = self.handed.rows(table)
        gone = list(self.all(table, **match))
        rows[:] = [row for row in rows if not any(row is each for each in gone)]

    def drop_trip(self, table: str) -> None:
        self.drop(table, id_number=self.seed.id_number, exit_on=self.seed.key)

    def mark(self, rule: str, row: Row | None, lasting: bool = False, unit: str | None = None,
             key: str | None = None, point: tuple[str, str, str] | None = None) -> None:
        """`rule` must fire on `row`, in the cell it points at (`points_at`; «rule variant» where several).

        `key`: what the finding is about where that is not the row's own key.
        """
        form, table, cell = point or words().raw["points_at"][rule]
        about = key if key is not None else self.seed.key or self.seed.id_number
        self.stage.marks.append(Mark(
            self.stage.round, unit or self.unit.code, rule.split()[0], self.seed.case, form, table, cell,
            row, about, lasting, key is not None))


def _text(value: Any) -> str:
    return "" if value is None else str(value)


Found = TypeVar("Found")
Slip = Callable[[Scene], None]
SLIPS: dict[str, Slip] = {}


def slip(function: Slip) -> Slip:
    """Registers a mistake under its function's name, which is the `what` of its seeds."""
    SLIPS[function.__name__] = function
    return function


def commit(stage: Stage) -> None:
    """All mistakes of all units: spoils the returns of round one, marks both rounds."""
    for unit in stage.world.units:
        for seed in unit.seeds:
            SLIPS[seed.what](stage.at(unit.code, seed))


def forget_conclusion(scene: Scene) -> Row:
    """The trip is entered, but nobody has looked at it: no violation, no conclusion,
    nothing in material 10.
    """
    row = scene.trip()
    row["violation"] = [scene.say("trip_violation", "V0")]
    row["conclusion"], row["note"] = scene.say("conclusion", "0"), None
    scene.drop_trip("violations")
    return row


def partner(scene: Scene, find: Callable[[UnitWorld], Found | None]) -> tuple[UnitWorld, Found] | None:
    """The next ordinary unit that has what a case between two units needs, and that thing.

    Units that play a role of their own (nothing reported, late, sheets spoilt) hide what a second
    unit must show.
    """
    ordinary = {part.case for part in PARTS if part.role in ("plain", "pair")}
    units = [unit for unit in scene.stage.world.units if any(seed.case in ordinary for seed in unit.seeds)]
    at = next(n for n, unit in enumerate(units) if unit.code == scene.unit.code)
    for unit in (*units[at + 1:], *units[:at]):
        found = find(unit)
        if found is not None:
            return unit, found
    return None


def unremarkable(unit: UnitWorld) -> Person | None:
    """A person of the unit with neither certificates nor trips nor a case of their own."""
    busy = {one.id_number for each in (unit.certificates, unit.trips, unit.seeds) for one in each}
    return next((each for each in unit.people if each.due and each.id_number not in busy), None)
