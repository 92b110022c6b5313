"""The bureau's decision on what was submitted: accept, return with a reason, reopen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collector.rows import Actor
from collector.workflow import MOVES, NotAllowed, State
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.words import STATES

States = Mapping[tuple[str, str], State]
_DECISIONS = {"accepted": "审核通过", "returned": "退回", "reopened": "重新开放"}


def review(bureau: Bureau, *, accept: Sequence[str] = (), give_back: Sequence[str] = (),
           reopen: Sequence[str] = (), reason: str = "", version: int | None = None,
           actor: str | Actor = "reviewer") -> int:
    """All decisions in one transaction, or none; gives how many forms were decided.

    A target is UNIT or UNIT/FORM; a unit means all its forms that wait for this decision.  `version` is the
    one that was looked at: a single form that is another one by now is not decided on.  Raises UseError.
    """
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    asked = (("accepted", accept), ("returned", give_back), ("reopened", reopen))
    details = {"reason": reason} if reason else {}
    try:
        with bureau.ledger.writing(by) as tx:       # looked at and decided in one: nothing comes in between
            states = tx.states()
            moves = [(kind, at) for kind, targets in asked for each in dict.fromkeys(targets)
                     for at in _targets(bureau, each, states, kind)]
            if version is not None and len(moves) == 1 and states[moves[0][1]].version != version:
                raise UseError("这份材料刚刚有了新的版本。请刷新页面，看过后再决定。")
            for kind, (unit, form) in moves:
                tx.event(kind, unit, form, version=states[(unit, form)].version, details=details)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None
    return len(moves)


def _targets(bureau: Bureau, target: str, states: States, kind: str) -> list[tuple[str, str]]:
    unit, _, form = target.partition("/")
    bureau.known_unit(unit)
    if form:
        return [_single(bureau, unit, form, states, kind)]
    found = [(unit, each) for each in bureau.campaign.forms
             if (states.get((unit, each), State()).status, kind) in MOVES]
    if not found:
        what = "已通过" if kind == "reopened" else "已报送、待审核"
        raise UseError(f"{unit} 没有{what}的材料，不能{_DECISIONS[kind]}。")
    return found


def _single(bureau: Bureau, unit: str, form: str, states: States, kind: str) -> tuple[str, str]:
    if form not in bureau.campaign.forms:
        raise UseError(f"没有名为“{form}”的材料，可用：{'、'.join(bureau.campaign.forms)}。")
    status = states.get((unit, form), State()).status
    if (status, kind) not in MOVES:
        raise UseError(f"{unit}/{form} 现在是“{STATES[status]}”，不能{_DECISIONS[kind]}。")
    return unit, form
