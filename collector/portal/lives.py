"""The problem register as people read it: lines, filters, history, and what can be done next.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from collector.portal.differences import shown
from collector.portal.show import beijing, masked
from collector.problems import FIELDS, LABELS, MOVE_LABELS, MOVES, NEEDS, Life, State, Step
from collector.roles import UNIT_ROLES
from forms.spec import Campaign
from huizong.steps.problems import Problem

TONES: Final[dict[State, str]] = {
    "suspected": "quiet",
    "asked": "amber",
    "answered": "blue",
    "review": "blue",
    "found": "red",
    "dismissed": "quiet",
    "sanctioned": "amber",
    "rectifying": "amber",
    "closed": "green",
}
UNNUMBERED: Final = "unnumbered"
# What may be said with a move beyond what must be (`collector.problems.NEEDS`).
ALSO: Final[dict[str, tuple[str, ...]]] = {
    "asked": ("reason",),
    "answered": ("evidence",),
    "found": ("reason",),
    "rectified": ("evidence",),
    "closed": ("reason",),
}
# Asked before a step that whoever takes it cannot take back.
FINAL: Final = {
    "answered": "答复后不能自行更改，由局里复核。确定答复？",
}
KINDS: Final = {
    "due_on": "day",
    "done_on": "day",
    "opinion": "choice",
    "verdict": "choice",
    "evidence": "file",
}
TOGETHER: Final = ("asked", "review", "rectifying", "closed")  # steps that make sense for many at once
# What 理由（情况说明）is called where it has a more exact name.
REASONS: Final = {
    "asked": "请单位核实什么",
    "answered": "核实情况",
    "found": "认定依据",
    "dismissed": "不予认定的理由",
    "sanctioned": "处理方式、文号和日期",
    "rectified": "完成情况",
    "closed": "核验情况",
    "reopened": "重新打开的理由",
    "returned": "退回复核的理由",
}
WAITING: Final[frozenset[State]] = frozenset({"asked", "rectifying"})  # on the unit
AGAIN: Final = "更正整改报告"
PAGE: Final = 100


@dataclass(frozen=True)
class Line:
    """One problem in the list; numbers masked, names as the register has them."""

    number: str
    unit: str
    unit_name: str
    code: str
    violation: str
    person: str
    fact: str
    state: State
    label: str
    tone: str
    rectification: str
    conclusion: str
    due: str
    overdue: bool
    differs: str
    version: int
    spot: bool  # found on the spot, listed by no document

    @property
    def target(self) -> str:
        """What a ticked line sends: the number and the version that was seen."""
        return f"{self.number}@{self.version}"


@dataclass(frozen=True)
class Ask:
    """One thing to be said with a step."""

    name: str
    label: str
    kind: str  # text | day | choice | file
    required: bool
    choices: tuple[str, ...] = ()
    value: str = ""


@dataclass(frozen=True)
class Offer:
    """One step that this person may take now."""

    move: str
    label: str
    asks: tuple[Ask, ...]
    strong: bool
    confirm: str = ""


@dataclass(frozen=True)
class Past:
    """One line of a problem's history; `evidence` names a file that can be fetched."""

    n: int
    when: str
    label: str
    state: str
    tone: str
    who: str
    said: tuple[tuple[str, str], ...]
    evidence: str


def line(campaign: Campaign, words: Mapping[str, str], each: Problem, today: date) -> Line:
    life, facts = each.life, each.facts
    return Line(
        each.number,
        each.unit,
        campaign.units_by_code[each.unit].short_name if each.unit in campaign.units_by_code else each.unit,
        each.key[2],
        str(facts.get("violation") or ""),
        str(facts.get("person") or ""),
        masked(str(facts.get("fact") or "")),
        each.state,
        LABELS[each.state],
        TONES[each.state],
        words[life.rectification(today)] if life else "",
        each.conclusion or (life.verdict if life else ""),
        shown(each.due_on),
        bool(life and life.overdue(today)) or bool(each.row.get("late") and life is None),
        each.differs,
        each.version,
        bool(life and life.origin),
    )


def chosen(
    lines: Iterable[Line], *, unit: str = "", code: str = "", state: str = "", late: bool = False
) -> list[Line]:
    """`code` names a kind of violation or its beginning (V4 holds V4a); `state` may be UNNUMBERED."""
    return [
        each
        for each in lines
        if (not unit or each.unit == unit)
        and each.code.startswith(code)
        and (
            not state
            or (not each.number if state == UNNUMBERED else bool(each.number) and each.state == state)
        )
        and (not late or each.overdue)
    ]


def waiting(life: Life) -> bool:
    """Whether the unit has something to do about it."""
    return life.state in WAITING and not (life.state == "rectifying" and life.done_on)


def first_what_waits(found: Iterable[Problem]) -> list[Problem]:
    """A unit's own order: what it has to do something about comes first."""
    return sorted(found, key=lambda each: not (each.life and waiting(each.life)))


def tally(lines: Sequence[Line], wanted: str = "") -> list[tuple[str, str, str, int]]:
    """(state, label, tone, how many), in the order of a life; what has no number yet comes first.

    `wanted`: the state that is looked at, told also where none has it.
    """
    found = [(UNNUMBERED, "未登记编号", "quiet", sum(not each.number for each in lines))]
    found += [
        (state, label, TONES[state], sum(bool(each.number) and each.state == state for each in lines))
        for state, label in LABELS.items()
    ]
    return [each for each in found if each[3] or each[0] == wanted]


def codes(lines: Iterable[Line]) -> list[tuple[str, str]]:
    """The kinds of violation that occur, with their words."""
    return sorted({(each.code, f"{each.code} {each.violation}") for each in lines})


def visible(each: Problem, role: str) -> bool:
    """A unit sees what has a number, and what was found on the spot only once it is asked about."""
    if role not in UNIT_ROLES:
        return True
    return each.life is not None and not (each.life.origin and each.life.state == "suspected")


def offers(
    each: Problem, role: str, verdicts: Mapping[str, tuple[str, ...]], rectify_by: date, today: date
) -> tuple[Offer, ...]:
    """The steps open to this role, what leads on first, each with what has to be said.

    `verdicts`: move → the words allowed.  Strong is the one step that leads on; where several do, none is:
    that is for people to decide.
    """
    if each.life is None:
        return ()
    opinions = tuple(word for words in verdicts.values() for word in words)
    known = {
        "measure": each.life.measure or str(each.facts.get("measure") or ""),
        "responsible": each.life.responsible,
        "due_on": to_come(today, each.due_on, rectify_by),
    }
    moves, state = each.life.moves(role), each.life.state
    on = [move for move in moves if leads_on(state, move)]
    return tuple(
        Offer(
            move,
            AGAIN if move == "rectified" and each.life.done_on else MOVE_LABELS[move],
            asks(move, verdicts.get(move, opinions), known if move == "rectifying" else {}),
            [move] in (on, list(moves)),
            FINAL.get(move, ""),
        )
        for move in sorted(moves, key=lambda move: move not in on)
    )


def to_come(today: date, *days: date | None) -> str:
    """The first day that is not past, to be filled in; empty where all are, for a person to say a new one."""
    return shown(next((day for day in days if day and day >= today), None))


def leads_on(state: State, move: str) -> bool:
    """Whether the step goes towards the end of a life; one that stays or turns back does not."""
    order = list(LABELS)
    return order.index(MOVES[state, move]) > order.index(state)


def sayable(move: str) -> tuple[str, ...]:
    """The names of what must and what may be said with a step."""
    return (*NEEDS.get(move, ()), *ALSO.get(move, ()))


def asks(
    move: str, choices: tuple[str, ...], known: Mapping[str, str], *, also: bool = True
) -> tuple[Ask, ...]:
    """What is said with a step; `also`: what may be said beside what must."""
    needed = NEEDS.get(move, ())
    return tuple(
        Ask(
            name,
            REASONS.get(move, FIELDS[name]) if name == "reason" else FIELDS[name],
            KINDS.get(name, "text"),
            name in needed,
            choices if KINDS.get(name) == "choice" else (),
            known.get(name, ""),
        )
        for name in (sayable(move) if also else needed)
    )


def together(rectify_by: date, today: date) -> tuple[Offer, ...]:
    """The steps for many problems at once."""
    known = {"due_on": to_come(today, rectify_by)}
    return tuple(
        Offer(move, MOVE_LABELS[move], asks(move, (), known, also=False), False)
        for move in TOGETHER
    )


def history(life: Life, names: Mapping[str, str]) -> tuple[Past, ...]:
    """Newest first; numbers masked; `names`: login → the person's name."""
    return tuple(past(n, step, names) for n, step in reversed(list(enumerate(life.history))))


def past(n: int, step: Step, names: Mapping[str, str]) -> Past:
    said: Mapping[str, Any] = step.said
    return Past(
        n,
        beijing(step.at),
        step.label,
        LABELS[step.state],
        TONES[step.state],
        names.get(step.actor, step.actor),
        tuple(
            (asks_label(step.move, name), masked(str(said[name])))
            for name in FIELDS
            if said.get(name) and name != "evidence"
        ),
        str(said.get("evidence") or ""),
    )


def asks_label(move: str, name: str) -> str:
    return REASONS.get(move, FIELDS[name]) if name == "reason" else FIELDS[name]
