"""An inspection group at work on one unit: opened, checked, findings by hand, closed.

What is closed is a record: its findings by hand enter the problem register as 疑似, in the same commit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from collector import inspections as visits
from collector import problems as lives
from collector.inspections import HandFinding, Inspection
from collector.problems import Key
from collector.rows import Actor
from collector.workflow import NotAllowed
from forms.checklist import Category, Checklist
from huizong.steps.bans import normal
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.inspection_sheet import inspection, system_counts, visit_of
from huizong.steps.problem_moves import enrol, registered
from huizong.steps.second_phase import actor, checklist, unchanged

FACT, NAME, NOTE = 300, 30, 200  # characters


def open_inspection(
    bureau: Bureau,
    unit: str,
    *,
    on: date,
    team: Sequence[str],
    hosts: Sequence[str] = (),
    by: str | Actor = "bureau",
) -> Inspection:
    """Starts a visit; the second one of a unit has the next number.  Raises UseError."""
    bureau.known_unit(unit)
    members = tuple(each.strip() for each in team if each.strip())
    if not members:
        raise UseError("请写明检查组成员，如 --team 张某 --team 李某。")
    if on > bureau.as_of:
        raise UseError(f"检查日期 {on} 还没有到，请核对。")
    with bureau.ledger.writing(actor(by)) as tx:
        known = visits.replay(tx.events(unit, kinds=visits.PREFIX))
        waiting = next((each for each in known.values() if each.state == "open"), None)
        if waiting is not None:
            raise UseError(f"{unit} 还有一次检查（{waiting.number}）没有定稿，请先定稿再另开一次。")
        number = visits.next_number(known, unit)
        tx.event(
            visits.PREFIX + "opened",
            unit,
            number,
            details={
                "on": on.isoformat(),
                "team": list(members),
                "hosts": [each.strip() for each in hosts if each.strip()],
            },
        )
        return visit_of(tx, number)


def check_items(
    bureau: Bureau,
    number: str,
    results: Mapping[str, tuple[str, str]],
    *,
    by: str | Actor = "bureau",
    expected: int | None = None,
) -> Inspection:
    """What people saw, item → (result, note), all in one commit; both empty: not answered after all.

    Raises UseError.
    """
    given = checklist(bureau)
    for item, (result, note) in results.items():
        if item not in given.items:
            raise UseError(f"检查表中没有“{item}”这一项，可用：{'、'.join(given.items)}。")
        if not result and note.strip():
            raise UseError(
                f"{item} 写了情况，没有选检查结果；请选{'、'.join(given.shape.results)}之一，"
                "要撤销这一项的结果，请把情况也清空。"
            )
        if result and result not in given.shape.results:
            raise UseError(f"{item} 的检查结果应为{'、'.join(given.shape.results)}之一，不是“{result}”。")
        if result in given.shape.needs_note and not note.strip():
            raise UseError(f"{item} 的检查结果为“{result}”，请写明情况。")
        _short(note, NOTE, f"{item} 的说明")
    said = {item: {"result": result, "note": note.strip()} for item, (result, note) in results.items()}
    return _moved(bureau, number, "checked", {"items": said}, by, expected)


def add_finding(
    bureau: Bureau,
    number: str,
    category: str,
    fact: str,
    *,
    person: str = "",
    id_number: str = "",
    occasion: str = "",
    due_on: date | None = None,
    by: str | Actor = "bureau",
    expected: int | None = None,
) -> Inspection:
    """A finding by hand.  Raises UseError.

    `occasion`: the exit date, certificate or approval number it is about, by which a problem the unit has
    listed itself is recognised as the same one.
    """
    kind = _category(checklist(bureau), category)
    if not fact.strip():
        raise UseError("请写明发现的事实（时间、地点、数量、依据）。")
    _short(fact, FACT, "事实")
    _short(person, NAME, "姓名")
    if kind.person == "required" and not (person.strip() and id_number.strip()):
        raise UseError(f"“{kind.code} {kind.label}”须写明涉及人员的姓名和身份证号。")
    if kind.person == "none" and (person.strip() or id_number.strip()):
        raise UseError(f"“{kind.code} {kind.label}”是单位的问题，不写个人；个人的问题请另选情形。")
    said: dict[str, Any] = {
        "category": category,
        "fact": fact.strip(),
        "person": person.strip(),
        "id_number": normal(id_number) if id_number.strip() else "",
        "occasion": occasion.strip(),
    }
    said |= {"due_on": due_on.isoformat()} if due_on else {}
    return _moved(bureau, number, "found", said, by, expected, before=lambda visit: _said_once(visit, said))


def _said_once(visit: Inspection, said: Mapping[str, Any]) -> None:
    """Raises UseError for what stands there already: a double click, or two of the group who saw the same."""
    about = ("category", "person", "id_number", "occasion", "fact")
    for each in visit.standing:
        if all(getattr(each, name) == said[name] for name in about):
            raise UseError(
                f"与第{each.number}条现场发现相同（{each.by} 已记录），没有再记；如是另一件事，请在事实中写明"
                f"区别；如要更正，请先撤回第{each.number}条。"
            )


def withdraw_finding(
    bureau: Bureau,
    number: str,
    finding: int,
    reason: str,
    *,
    by: str | Actor = "bureau",
    expected: int | None = None,
) -> Inspection:
    """Takes a finding back before the close; it stays in the ledger with the reason.  Raises UseError."""
    if not reason.strip():
        raise UseError("撤回须写明理由。")
    standing = [each.number for each in inspection(bureau, number).standing]
    if finding not in standing:
        raise UseError(f"检查 {number} 没有第{finding}条现场发现，或已撤回。")
    return _moved(bureau, number, "withdrawn", {"finding": finding, "reason": reason.strip()}, by, expected)


def close_inspection(
    bureau: Bureau, number: str, *, opinion: str = "", by: str | Actor = "bureau", expected: int | None = None
) -> Inspection:
    """Closes the record; its findings enter the problem register, what the unit has listed keeps its number.

    `opinion`: what the unit wrote under it.  Raises UseError.
    """
    _short(opinion, FACT, "单位意见")
    given = checklist(bureau)
    visit = inspection(bureau, number)
    counts = system_counts(bureau, visit.unit)
    enrol(bureau, by=by)
    who = actor(by)
    try:
        with bureau.ledger.writing(who) as tx:
            visit = visit_of(tx, number)
            unchanged(visit.version, expected, f"检查 {number}", visit.label, visit.actor, visit.since)
            visits.moved(visit.state, "closed", number)
            known = lives.replay(tx.events(kinds=lives.PREFIX))
            by_key = {life.key: life.number for life in known.values()}
            numbers = {}
            for finding in visit.standing:
                key = _key(visit, finding)
                numbers[str(finding.number)] = by_key.get(key) or registered(
                    tx,
                    known,
                    key,
                    "suspected",
                    origin=number,
                    due_on=finding.due_on,
                    facts=_facts(given, visit, finding),
                )
                by_key.setdefault(key, numbers[str(finding.number)])
            tx.event(
                visits.PREFIX + "closed",
                visit.unit,
                number,
                details={
                    "opinion": opinion.strip(),
                    "numbers": numbers,
                    "system": {rule: list(n) for rule, n in counts.items()},
                },
            )
            return visit_of(tx, number)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None


def fed_back(
    bureau: Bureau, number: str, notice: str, sha256: str, *, by: str | Actor = "bureau"
) -> Inspection:
    """Records that this notice was issued, its files kept as the blob.  Raises UseError before the close."""
    return _moved(bureau, number, "fed_back", {"notice": notice, "sha256": sha256}, by, None, sha256)


def _moved(
    bureau: Bureau,
    number: str,
    move: str,
    said: Mapping[str, Any],
    by: str | Actor,
    expected: int | None,
    sha256: str | None = None,
    before: Callable[[Inspection], None] = lambda _: None,
) -> Inspection:
    """`before` looks at the visit first: what it refuses is told rather than that somebody was faster."""
    try:
        with bureau.ledger.writing(actor(by)) as tx:
            visit = visit_of(tx, number)
            before(visit)
            unchanged(visit.version, expected, f"检查 {number}", visit.label, visit.actor, visit.since)
            visits.moved(visit.state, move, number)
            tx.event(visits.PREFIX + move, visit.unit, number, sha256=sha256, details=said)
            return visit_of(tx, number)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None


def _category(given: Checklist, code: str) -> Category:
    try:
        return given.categories[code]
    except KeyError:
        raise UseError(f"没有“{code}”这种情形，可用：{'、'.join(given.categories)}。") from None


def _key(visit: Inspection, finding: HandFinding) -> Key:
    return (
        visit.unit,
        finding.id_number,
        finding.category,
        finding.occasion or f"{visit.number}#{finding.number}",
    )


def _facts(given: Checklist, visit: Inspection, finding: HandFinding) -> dict[str, Any]:
    """The columns of the problem register that a finding by hand fills."""
    kind = _category(given, finding.category)
    return {
        "person": finding.person or given.shape.nobody,
        "violation": kind.label,
        "requirement": kind.requirement,
        "fact": finding.fact,
        "evidence": given.shape.evidence,
        "found_by": given.shape.found_by,
        "found_on": visit.on.isoformat(),
        "measure": kind.remedy,
    }


def _short(text: str, most: int, what: str) -> None:
    if len(text.strip()) > most:
        raise UseError(f"{what}最多{most}字，现有{len(text.strip())}字，请精简。")
