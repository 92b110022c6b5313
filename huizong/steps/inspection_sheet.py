"""A visit as it stands: the campaign's checklist with what the system found beside what people saw."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from collector import inspections as visits
from collector.inspections import Inspection
from collector.ledger import Reading
from forms import Finding
from forms.checklist import Checklist, Item
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.judge import judge
from huizong.steps.second_phase import checklist


@dataclass(frozen=True)
class Line:
    """One line of the checklist: `system` counts the findings of a rule, None for what people look at."""

    item: Item
    system: int | None
    explained: int
    result: str
    note: str

    @property
    def silent(self) -> bool:
        """Nothing found by the system and nothing said by people."""
        return not (self.system or self.result or self.note)


@dataclass(frozen=True)
class Sheet:
    """The checklist of a visit, by check; findings by hand stand beside it."""

    inspection: Inspection
    lines: Mapping[str, tuple[Line, ...]]

    @property
    def open_items(self) -> tuple[str, ...]:
        """What people were to look at and have not answered."""
        return tuple(
            line.item.id
            for lines in self.lines.values()
            for line in lines
            if not line.item.rule and not line.result
        )

    def amiss(self, results: Container[str]) -> tuple[Line, ...]:
        """What people answered with one of these results."""
        return tuple(line for lines in self.lines.values() for line in lines if line.result in results)

    def untaken(self, unseen: str) -> tuple[str, ...]:
        """What only people can look at and did not, whether or not they said so with the word `unseen`."""
        return tuple(
            line.item.id
            for lines in self.lines.values()
            for line in lines
            if not line.item.rule and line.result in ("", unseen)
        )


def left_open(given: Sheet, known: Checklist) -> str:
    """What those who close the record should know: it may well be meant, and it may have been forgotten."""
    shape, count, amiss = known.shape, len(given.open_items), given.amiss(known.shape.needs_note)
    still = given.inspection.state == "open"
    told = ""
    if count:
        told = f"还有 {count} 项现场检查没有结果，{'定稿后' if still else ''}记为“{shape.unseen}”。"
    if amiss:
        which = "、".join(line.item.id for line in amiss)
        results = "、".join(shape.needs_note)
        told += f"结果为“{results}”的 {len(amiss)} 项（{which}）只写入检查记录和反馈意见，"
        told += (
            "要进入问题台账、要求整改的，请先另记为现场发现。"
            if still
            else "没有另记为现场发现的，不进入问题台账。"
        )
    return told


def inspections(bureau: Bureau, unit: str | None = None) -> tuple[Inspection, ...]:
    """Every visit, oldest first."""
    if not bureau.has_state:
        return ()
    with bureau.ledger.reading() as view:
        return tuple(visits.replay(view.events(unit, kinds=visits.PREFIX)).values())


def inspection(bureau: Bureau, number: str) -> Inspection:
    """Raises UseError for a number nobody knows."""
    if not bureau.has_state:
        raise UseError(f"没有编号为“{number}”的检查，请先开始检查。")
    with bureau.ledger.reading() as view:
        return visit_of(view, number)


Counts = Mapping[str, tuple[int, int]]  # rule → findings, of these explained


def sheet(bureau: Bureau, number: str, counts: Counts | None = None) -> Sheet:
    """The checklist of this visit with what the system finds now, or found when the record was closed.

    `counts`: what it finds now, where somebody knows it already.
    """
    visit = inspection(bureau, number)
    if visit.state != "open":
        counts = visit.system
    elif counts is None:
        counts = system_counts(bureau, visit.unit)
    given = checklist(bureau)
    return Sheet(
        visit,
        {check: tuple(_line(item, visit, counts) for item in given.of(check)) for check in given.checks},
    )


def system_counts(bureau: Bureau, unit: str) -> dict[str, tuple[int, int]]:
    """What the system finds in the unit's material as it stands now."""
    return counted(judge(bureau, unit).findings)


def counted(findings: Iterable[Finding]) -> dict[str, tuple[int, int]]:
    """Pure: findings by rule."""
    found: dict[str, tuple[int, int]] = {}
    for each in findings:
        n, explained = found.get(each.rule, (0, 0))
        found[each.rule] = (n + 1, explained + bool(each.explained))
    return found


def visit_of(view: Reading, number: str) -> Inspection:
    found = visits.replay(view.events(None, number, kinds=visits.PREFIX)).get(number)
    if found is None:
        raise UseError(f"没有编号为“{number}”的检查，请先开始检查。")
    return found


def _line(item: Item, visit: Inspection, counts: Mapping[str, tuple[int, int]]) -> Line:
    seen = visit.items.get(item.id)
    n, explained = counts.get(item.id, (0, 0))
    return Line(
        item, n if item.rule else None, explained, seen.result if seen else "", seen.note if seen else ""
    )
