"""The life of one problem, from suspicion to 销号: a replay of events through one table of moves.  Pure.

疑似 → 待单位核实 → 单位意见 → 局复核 → 认定 → 处理 → 整改 → 销号.  What review finds untrue ends as 不予认定.
A problem is known by its key (unit, person, kind of violation, occasion) and keeps the number it first got.
Nothing here counts: the figures of the annexes come from accepted documents alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from collector.happened import Happened
from collector.roles import UNIT_ROLES
from collector.workflow import NotAllowed

State = Literal[
    "suspected", "asked", "answered", "review", "found", "dismissed", "sanctioned", "rectifying", "closed"
]
Rectification = Literal["waiting", "working", "overdue", "done", "closed", "dismissed"]
Key = tuple[str, str, str, str]  # unit, id number ("" where nobody is meant), code of the violation, occasion
PREFIX: Final = "problem_"
REGISTERED: Final = f"{PREFIX}registered"

LABELS: Final[dict[State, str]] = {
    "suspected": "疑似",
    "asked": "待单位核实",
    "answered": "单位意见",
    "review": "局复核",
    "found": "认定",
    "dismissed": "不予认定",
    "sanctioned": "处理",
    "rectifying": "整改",
    "closed": "销号",
}
STARTS: Final[frozenset[State]] = frozenset({"suspected", "found", "sanctioned"})
UPHELD: Final[frozenset[State]] = frozenset({"found", "sanctioned", "rectifying", "closed"})
ENDED: Final[frozenset[State]] = frozenset({"dismissed", "closed"})

MOVES: Final[dict[tuple[State, str], State]] = {
    ("suspected", "asked"): "asked",
    ("asked", "answered"): "answered",
    ("answered", "asked"): "asked",  # the opinion does not suffice: ask once more
    ("answered", "review"): "review",
    ("review", "asked"): "asked",
    ("review", "found"): "found",
    ("review", "dismissed"): "dismissed",
    ("found", "sanctioned"): "sanctioned",
    ("found", "rectifying"): "rectifying",  # what nobody in person answers for needs no sanction
    ("sanctioned", "rectifying"): "rectifying",
    ("rectifying", "rectifying"): "rectifying",  # another measure, person or date
    (
        "rectifying",
        "rectified",
    ): "rectifying",  # the unit reports that it is done; the bureau has yet to see it
    ("rectifying", "closed"): "closed",
    ("closed", "reopened"): "rectifying",
    ("dismissed", "reopened"): "review",
    ("found", "returned"): "review",  # judged or dealt with wrongly: it is reviewed once more
    ("sanctioned", "returned"): "review",
    ("rectifying", "returned"): "review",
}
MOVE_LABELS: Final[dict[str, str]] = {
    "registered": "登记",
    "asked": "交单位核实",
    "answered": "单位答复",
    "review": "提交局复核",
    "found": "认定",
    "dismissed": "不予认定",
    "sanctioned": "处理",
    "rectifying": "交办整改",
    "rectified": "报告整改完成",
    "closed": "销号",
    "reopened": "重新打开",
    "returned": "退回复核",
}
NEEDS: Final[dict[str, tuple[str, ...]]] = {  # what must be said with a move
    "answered": ("opinion", "reason"),
    "found": ("verdict",),
    "dismissed": ("verdict", "reason"),
    "sanctioned": ("reason",),
    "rectifying": ("measure", "responsible", "due_on"),
    "rectified": ("done_on", "reason"),
    "reopened": ("reason",),
    "returned": ("reason",),
}
UNIT_MAY: Final = frozenset({"answered", "rectified"})
FIELDS: Final[dict[str, str]] = {
    "reason": "理由（情况说明）",
    "opinion": "单位意见",
    "verdict": "核实结论",
    "measure": "整改措施",
    "responsible": "整改责任人",
    "due_on": "整改时限",
    "done_on": "整改完成日期",
    "evidence": "佐证材料",
}
_DAYS: Final = ("due_on", "done_on")
_HEAD: Final = "佐证"  # of names in the ledger: a label may change, this may not
_EVIDENCE: Final = re.compile(rf"{_HEAD}-[^-]+-[^-]+-\d+-\d+-")  # 佐证-002-V4a-01-2-…


@dataclass(frozen=True)
class Step:
    """One line of a problem's history."""

    at: datetime
    move: str
    state: State
    actor: str
    said: Mapping[str, Any]

    @property
    def label(self) -> str:
        return MOVE_LABELS[self.move]


@dataclass(frozen=True)
class Life:
    """A problem now.  `version` is what a person has seen: a move names it and fails where it has changed."""

    number: str
    key: Key
    state: State
    version: int
    since: datetime
    actor: str
    origin: str = ""  # the inspection's number; empty for what a unit's document lists
    facts: Mapping[str, Any] = field(default_factory=dict)  # of a finding by hand
    opinion: str = ""
    verdict: str = ""
    measure: str = ""
    responsible: str = ""
    due_on: date | None = None
    done_on: date | None = None
    closed_by: str = ""
    closed_at: datetime | None = None
    history: tuple[Step, ...] = ()

    @property
    def unit(self) -> str:
        return self.key[0]

    @property
    def label(self) -> str:
        return LABELS[self.state]

    def overdue(self, today: date) -> bool:
        """Past its date and not reported done; a question to a day, not a state."""
        return (
            self.state not in ENDED
            and self.done_on is None
            and self.due_on is not None
            and self.due_on < today
        )

    def rectification(self, today: date) -> Rectification:
        """How far it is put right (domain brief §5.5, 整改状态); the campaign has the words."""
        if self.state == "closed" or self.state == "dismissed":
            return self.state
        if self.done_on is not None:
            return "done"
        if self.overdue(today):
            return "overdue"
        return "working" if self.state in ("sanctioned", "rectifying") else "waiting"

    def moves(self, role: str = "bureau") -> tuple[str, ...]:
        """What this role may do next, in the table's order."""
        return tuple(
            move
            for (state, move) in MOVES
            if state == self.state
            and (role not in UNITS or move in UNIT_MAY)
            and (move != "closed" or self.done_on is not None)
        )


UNITS: Final = frozenset({*UNIT_ROLES, "unit"})


def moved(life: Life, move: str, said: Mapping[str, Any], role: str, today: date) -> State:
    """The state after `move`; raises NotAllowed with a sentence for the person who tried."""
    if move not in MOVE_LABELS or move == "registered":
        raise NotAllowed(
            f"没有“{move}”这一步，可用：{'、'.join(key for key in MOVE_LABELS if key != 'registered')}。"
        )
    if role in UNITS and move not in UNIT_MAY:
        raise NotAllowed(f"“{MOVE_LABELS[move]}”由局里办理，单位只能答复和报告整改完成。")
    after = MOVES.get((life.state, move))
    if after is None:
        able = "、".join(MOVE_LABELS[each] for each in life.moves(role)) or "无"
        raise NotAllowed(
            f"问题 {life.number} 现为“{life.label}”，不能“{MOVE_LABELS[move]}”；现在可以：{able}。"
        )
    if move == "closed" and life.done_on is None:
        raise NotAllowed(f"问题 {life.number} 还没有报告整改完成，不能销号。请先登记整改完成日期。")
    missing = [FIELDS[each] for each in NEEDS.get(move, ()) if not str(said.get(each) or "").strip()]
    if missing:
        raise NotAllowed(f"“{MOVE_LABELS[move]}”须写明{'、'.join(missing)}。")
    for each in _DAYS:
        _day(said.get(each), each)
    done = _day(said.get("done_on"), "done_on")
    if done is not None and done > today:
        raise NotAllowed(f"{FIELDS['done_on']} {done} 还没有到，请核对。")
    due = _day(said.get("due_on"), "due_on")
    if move == "rectifying" and due is not None and due < today:
        raise NotAllowed(f"{FIELDS['due_on']} {due} 已经过去，请改为 {today} 或以后的日期。")
    return after


def evidence_name(number: str, n: int, name: str) -> str:
    """Under what name the file is kept that came with the n-th step."""
    return f"{_HEAD}-{number}-{n}-{name}"


def is_evidence(name: str) -> bool:
    """Whether a file kept under this name belongs to a problem, not to the unit's set."""
    return _EVIDENCE.match(name) is not None


def replay(events: Iterable[Happened]) -> dict[str, Life]:
    """Number → life, from events in ledger order; others than `problem_*` pass by."""
    lives: dict[str, Life] = {}
    for event in events:
        if event.kind == REGISTERED:
            lives[event.form] = born(event)
        elif event.kind.startswith(PREFIX) and event.form in lives:
            lives[event.form] = _after(lives[event.form], event)
    return lives


def born(event: Happened) -> Life:
    details = event.details
    unit, id_number, code, occasion = details["key"]
    state: State = details["state"]
    return Life(
        event.form,
        (unit, id_number, code, occasion),
        state,
        event.seq,
        event.at,
        event.actor,
        str(details.get("origin", "")),
        dict(details.get("facts", {})),
        due_on=_day(details.get("due_on"), "due_on"),
        history=(Step(event.at, "registered", state, event.actor, {}),),
    )


def _after(life: Life, event: Happened) -> Life:
    move, said = event.kind.removeprefix(PREFIX), event.details
    state = MOVES.get((life.state, move))
    if state is None:  # never written by us: a ledger of a later version is shown, not rewritten
        return life
    step = Step(event.at, move, state, event.actor, dict(said))
    changed = replace(
        life,
        state=state,
        version=event.seq,
        since=event.at,
        actor=event.actor,
        history=(*life.history, step),
        opinion=str(said.get("opinion") or life.opinion),
        verdict=str(said.get("verdict") or life.verdict),
        measure=str(said.get("measure") or life.measure),
        responsible=str(said.get("responsible") or life.responsible),
        due_on=_day(said.get("due_on"), "due_on") or life.due_on,
        done_on=_day(said.get("done_on"), "done_on") or life.done_on,
    )
    if move == "closed":
        return replace(changed, closed_by=event.actor, closed_at=event.at)
    if move == "returned":  # what was judged is history; it is to be judged again
        return replace(changed, verdict="", done_on=None)
    if move in ("reopened", "rectifying"):
        return replace(changed, done_on=None, closed_by="", closed_at=None)
    return changed


def next_number(lives: Iterable[Life], unit: str, code: str) -> str:
    """`{unit}-{code}-{seq}`: one more than the highest ever given, so that no number is used twice."""
    start = f"{unit}-{code}-"
    given = [int(each.number.removeprefix(start)) for each in lives if each.number.startswith(start)]
    return f"{start}{max(given, default=0) + 1:02d}"


def _day(value: Any, name: str) -> date | None:
    if value is None or value == "" or isinstance(value, date):
        return value or None
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise NotAllowed(f"{FIELDS[name]}“{value}”不是日期，请写成 2019-09-15 的样子。") from None
