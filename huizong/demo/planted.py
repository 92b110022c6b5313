"""Both rounds of a campaign: what every unit hands in, and every deviation in it (`planted.csv`)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms.rules import text
from forms.spec import Campaign
from forms.workbook.layout import HEADER_ROW
from huizong.demo import clerks, slips, slips_rows, slips_units, tally
from huizong.demo.cases import Mark, Stage, commit
from huizong.demo.desk import Return
from huizong.demo.draft import FILLED, STATISTIC
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import World
from huizong.demo.sheets import letters

HEADER_RULE = "S03"  # points at the header cell
CHANGED_RULE = "S13"
FILLED_ON = {1: FILLED, 2: STATISTIC}
MISTAKES = (slips, slips_rows, slips_units)  # imported for what they register


@dataclass(frozen=True)
class Round:
    """`returns` holds the units that hand in this time: all in round one,
    those with something to mend in round two.
    """

    number: int
    returns: dict[str, Return]
    marks: tuple[Mark, ...]


def rounds(lexicon: Lexicon, world: World) -> tuple[Round, Round]:
    """Round one with its mistakes, round two corrected; the annexes carry each round's own numbers."""
    first = _stage(1, lexicon, world)
    again = {mark.unit for mark in first.marks}
    second = _stage(2, lexicon, world)
    return (Round(1, first.returns, tuple(first.marks)),
            Round(2, {code: each for code, each in second.returns.items() if code in again},
                  tuple(second.marks)))


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


def _joint(rule: str) -> str:
    """Between the parts of a key: the reader's findings and the rules' write it differently."""
    return "/" if rule.startswith("F") or rule == CHANGED_RULE else " "


def placed(campaign: Campaign, each: Round) -> Iterator[tuple[str, ...]]:
    """The lines of `planted.csv` of one round: round, unit, form, sheet, cell, key, rule, case."""
    for mark in sorted(each.marks, key=lambda mark: (mark.unit, mark.rule, mark.case)):
        if mark.unit not in each.returns:
            continue
        sheet, cell, key = "", "", mark.key
        if mark.table:
            table = campaign.forms[mark.form].tables[mark.table]
            rows = each.returns[mark.unit].tables[mark.form][mark.table]
            column = letters(1 + [field.name for field in table.fields].index(mark.field))
            sheet = table.sheet
            if mark.row is None:
                first = HEADER_ROW if mark.rule == HEADER_RULE else HEADER_ROW + table.depth
                cell = f"{column}{first}"
            else:
                at = each.returns[mark.unit].place(mark.table,
                                                   next(n for n, row in enumerate(rows) if row is mark.row))
                cell = f"{column}{HEADER_ROW + table.depth + at}"
                if not mark.given:
                    key = _joint(mark.rule).join(text(mark.row[name]) for name in table.key)
        yield (str(mark.round), mark.unit, mark.form, sheet, cell, key, mark.rule,
               str(mark.case) if mark.case else "")
