"""Document numbers (发文字号): each paper that is issued has one, and no two papers have the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count

from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError
from huizong.steps.inspection_sheet import inspections

COUNTED = "{n}"  # in a pattern: the place of the running number
LETTER = "inspection"
UNIT = "unit"  # the audience of a paper that goes to one unit


@dataclass(frozen=True)
class Use:
    """What a number stands on: a kind of paper, the unit (or visit) it is about, the day of its issue."""

    kind: str
    about: str
    day: date


@dataclass
class Numbers:
    """The numbers that issued papers have, and those given out since."""

    taken: dict[str, Use] = field(default_factory=dict)

    def of(self, pattern: str, use: Use) -> str:
        """The number of a paper: the one it has where it is issued once more on the same day, else the first
        of its series that is free.  A pattern without a place for the running number is the number."""
        if COUNTED not in pattern:
            return pattern.format(year=use.day.year)
        series = (pattern.format(year=use.day.year, n=n) for n in count(1))
        number = self._had(pattern, use) or next(each for each in series if each not in self.taken)
        self.taken[number] = use
        return number

    def claim(self, number: str, use: Use) -> str:
        """A number somebody chose.  Raises UseError where another paper has it."""
        other = self.taken.get(number)
        if other and (other.kind, other.about) != (use.kind, use.about):
            raise UseError(f"发文字号“{number}”已经用于另一份文稿，请另选一个。")
        self.taken[number] = use
        return number

    def _had(self, pattern: str, use: Use) -> str | None:
        before, _, after = pattern.format(year=use.day.year, n="\0").partition("\0")
        own = (number for number, each in self.taken.items() if each == use)
        return next((each for each in own if each.startswith(before) and each.endswith(after)), None)


def issued(bureau: Bureau) -> Numbers:
    """The numbers of everything published as signed so far and of the letters after visits."""
    taken: dict[str, Use] = {}
    if bureau.has_state:
        with bureau.ledger.reading() as view:
            for event in view.events(kinds="published"):
                known: Mapping[str, list[str]] = event.details.get("numbers", {})
                day = event.at.astimezone(BEIJING).date()
                taken |= {number: Use(kind, about, day) for number, (kind, about) in known.items()}
    for visit in inspections(bureau):
        if visit.notice and visit.since is not None:
            taken[visit.notice] = Use(LETTER, visit.number, visit.since.astimezone(BEIJING).date())
    return Numbers(taken)


def letters(bureau: Bureau) -> dict[str, list[tuple[str, date]]]:
    """Unit → number and day of every letter it was sent about its problems, the oldest first."""
    documents, visited = bureau.campaign.documents, {each.number: each.unit for each in inspections(bureau)}
    found: dict[str, list[tuple[str, date]]] = {}
    for number, use in sorted(issued(bureau).taken.items(), key=lambda pair: pair[1].day):
        if use.kind == LETTER:
            found.setdefault(visited[use.about], []).append((number, use.day))
        elif use.kind in documents and documents[use.kind].audience == UNIT:
            found.setdefault(use.about, []).append((number, use.day))
    return found
