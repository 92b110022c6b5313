"""The problem register written out, with every life in it (domain brief §5.5)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from collector.accounts import Accounts
from collector.problems import UPHELD, Life
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.gather import inputs
from huizong.steps.numbers import letters
from huizong.steps.problems import Problem, Row, problems
from huizong.steps.second_phase import checklist
from merger.city import consolidate
from merger.lives import Lived, Lives
from merger.register import problem_register, row_id


def register_lives(bureau: Bureau, found: Iterable[Problem] | None = None) -> Lives:
    """The lives for the merger's problem register: by row of a document, and the problems none lists."""
    given = checklist(bureau).shape
    by_row, others = {}, []
    words: dict[str, str] = dict(given.rectification)
    people = {each.login: each.name for each in Accounts(bureau.ledger).users()} if bureau.has_state else {}
    for each in problems(bureau) if found is None else found:
        if each.life is None:
            continue
        life, today = each.life, bureau.as_of
        lived = Lived(
            number=life.number,
            stage=life.label,
            state=words[life.rectification(today)],
            measure=life.measure,
            responsible=life.responsible,
            due_on=each.due_on,
            done_on=life.done_on,
            closed_by=people.get(life.closed_by, life.closed_by),
            closed_on=_day(life.closed_at) if life.closed_at else None,
            overdue=life.overdue(today),
            upheld_on=next((_day(step.at) for step in life.history if step.state in UPHELD), None),
            dismissed=life.state == "dismissed",
            upheld=life.state in UPHELD,
            rectifying=life.state == "rectifying",
            set_by_bureau=bool(life.origin) or any(step.move == "rectifying" for step in life.history),
        )
        if each.row:
            by_row[(each.row["document"], each.row["row"], each.row["code"])] = lived
        else:
            facts = {
                **life.facts,
                **_days(life.facts),
                "unit": life.unit,
                "code": life.key[2],
                "id_number": life.key[1],
                "conclusion": each.conclusion or life.verdict or given.pending,
                "method": _said(life, "sanctioned"),  # no document tells it
            }
            others.append((facts, lived))
    return Lives(by_row, tuple(others), dict(given.columns), letters(bureau), given.nobody)


def register_workbook(bureau: Bureau, only: Iterable[Problem] | None = None, taken: str = "") -> bytes:
    """The problem register with every life in it, as xlsx with full names: for the bureau's own use.

    `only`: the problems wanted, else all; `taken`: who took the list away, and when.
    """
    city = consolidate(inputs(bureau), bureau.engine)
    wanted = None if only is None else {row_id({"number": each.number, **each.row}) for each in only}
    return problem_register(city, register_lives(bureau), wanted, taken)


def _said(life: Life, move: str) -> str | None:
    """The words of the last such step."""
    return next((step.said.get("reason") for step in reversed(life.history) if step.move == move), None)


def _day(moment: datetime) -> date:
    return moment.astimezone(BEIJING).date()


def _days(facts: Row) -> dict[str, date]:
    return {
        name: date.fromisoformat(str(value))
        for name, value in facts.items()
        if name.endswith("_on") and value
    }
