"""Work on the problem register: numbers for what is newly listed, then step after step of a life."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from collector import problems as lives
from collector.ledger import Reading, Writing
from collector.problems import Key, Life
from collector.rows import Actor
from collector.workflow import NotAllowed
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.problems import NOTHING, Row, listed_problems
from huizong.steps.second_phase import actor, checklist, unchanged

# What is kept of a problem, should its row go from the documents.
TOLD = ("person", "category", "violation", "requirement", "fact", "evidence", "found_by")


def enrol(bureau: Bureau, *, by: str | Actor = "bureau") -> tuple[str, ...]:
    """Gives a number to every listed problem that has none; gives the new numbers.  Safe to repeat."""
    listed = listed_problems(bureau)
    wanted = [key for key, (row, _) in listed.items() if row]
    if not wanted:
        return ()
    new = []
    with bureau.ledger.writing(actor(by)) as tx:
        known = lives.replay(tx.events(kinds=lives.PREFIX))
        keys = {life.key for life in known.values()}
        for key in wanted:
            if key not in keys:
                row, occasion = listed[key]
                told = {name: row[name] for name in TOLD if row.get(name)}
                new.append(registered(tx, known, key, occasion["start"], facts=told))
    return tuple(new)


def registered(
    tx: Writing,
    known: dict[str, Life],
    key: Key,
    start: str,
    *,
    origin: str = "",
    facts: Row = NOTHING,
    due_on: date | None = None,
) -> str:
    """One more problem, within the caller's transaction; `known` grows by it.  Gives its number."""
    if start not in lives.STARTS:
        raise ValueError(f"a problem cannot start as {start!r}")
    number = lives.next_number(known.values(), key[0], key[2])
    details: dict[str, Any] = {"key": list(key), "state": start}
    details |= {"origin": origin} if origin else {}
    details |= {"facts": dict(facts)} if facts else {}
    details |= {"due_on": due_on.isoformat()} if due_on else {}
    known[number] = lives.born(tx.event(lives.REGISTERED, key[0], number, details=details))
    return number


def move(
    bureau: Bureau,
    number: str,
    to: str,
    *,
    by: str | Actor = "bureau",
    reason: str = "",
    expected: int | None = None,
    **said: str | date | None,
) -> Life:
    """One step of one problem's life; see `move_all`."""
    return move_all(bureau, {number: expected}, to, by=by, reason=reason, **said)[0]


def move_all(
    bureau: Bureau,
    numbers: Mapping[str, int | None],
    to: str,
    *,
    by: str | Actor = "bureau",
    reason: str = "",
    **said: str | date | None,
) -> tuple[Life, ...]:
    """The same step (`collector.problems.MOVES`) for all of these or for none, with what `NEEDS` wants said.

    `numbers`: number → the version the person saw, None where that plays no part.  Raises UseError when one
    has changed or may not take the step.
    """
    words = {
        name: value.isoformat() if isinstance(value, date) else str(value).strip()
        for name, value in {"reason": reason, **said}.items()
        if value is not None and str(value).strip()
    }
    unknown = sorted(set(words) - set(lives.FIELDS))
    if unknown:
        raise UseError(f"不认识的内容“{unknown[0]}”，可用：{'、'.join(lives.FIELDS)}。")
    allowed = checklist(bureau).verdicts(to)
    if allowed and words.get("verdict") and words["verdict"] not in allowed:
        raise UseError(
            f"“{lives.MOVE_LABELS[to]}”的核实结论应为{'或'.join(allowed)}，不是“{words['verdict']}”。"
        )
    who = actor(by)
    try:
        with bureau.ledger.writing(who) as tx:
            return tuple(_step(tx, number, seen, to, words, bureau.as_of) for number, seen in numbers.items())
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None


def _step(
    tx: Writing, number: str, expected: int | None, to: str, words: Mapping[str, str], today: date
) -> Life:
    life = _of(tx, number)
    unchanged(life.version, expected, f"问题 {number}", life.label, life.actor, life.since)
    lives.moved(life, to, words, tx.by.role, today)
    tx.event(lives.PREFIX + to, life.unit, number, details=words)
    return _of(tx, number)


def _of(view: Reading, number: str) -> Life:
    found = lives.replay(view.events(None, number, kinds=lives.PREFIX)).get(number)
    if found is None:
        raise UseError(f"没有编号为“{number}”的问题，请对照问题台账核对。")
    return found
