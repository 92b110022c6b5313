"""Both rounds of a campaign: what every unit hands in, and every deviation in it (`planted.csv`)."""

from collections.abc import Iterable
from dataclasses import dataclass

from huizong.demo import clerks, slips, slips_units, tally
from huizong.demo.cases import Mark, Stage, commit
from huizong.demo.clerks import Return
from huizong.demo.draft import FILLED, STATISTIC
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import World

FILLED_ON = {1: FILLED, 2: STATISTIC}
assert slips and slips_units  # imported for the mistakes they register


@dataclass(frozen=True)
class Round:
    """`returns` holds the units that hand in this time: all in round one, those with something to mend in round two."""

    number: int
    returns: dict[str, Return]
    marks: tuple[Mark, ...]


def rounds(lexicon: Lexicon, world: World) -> tuple[Round, Round]:
    """Round one with its mistakes, round two corrected; the annexes carry each round's own numbers."""
    first = _stage(1, lexicon, world)
    again = {mark.unit for mark in first.marks}
    second = _stage(2, lexicon, world)
    return (Round(1, first.returns, tuple(first.marks)),
            Round(2, {code: each for code, each in second.returns.items() if code in again}, tuple(second.marks)))


def _stage(number: int, lexicon: Lexicon, world: World) -> Stage:
    stage = Stage(number, world, lexicon,
                  {unit.code: clerks.fill(lexicon, unit, FILLED_ON[number]) for unit in world.units})
    commit(stage)
    for handed in stage.returns.values():
        clerks.number(lexicon, handed.tables)
        tally.type_numbers(lexicon, handed, handed.unit.certificates)
    _miscount(stage.marks)
    return stage


def _miscount(marks: Iterable[Mark]) -> None:
    """Case 42: one number of Annex 2 is one too high."""
    for mark in marks:
        if mark.rule == "X23" and mark.row:
            mark.row[mark.field] += 1
