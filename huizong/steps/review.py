"""The bureau's decision on what was submitted: accept, return with a reason, reopen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collector.rows import Actor
from collector.workflow import NotAllowed, State
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError


def review(bureau: Bureau, *, accept: Sequence[str] = (), give_back: Sequence[str] = (), reopen: Sequence[str] = (),
           reason: str = "", actor: str | Actor = "reviewer") -> int:
    """All decisions in one transaction, or none; gives how many forms were decided.

    A target is UNIT or UNIT/FORM; accepting a unit means its submitted forms.  Raises UseError.
    """
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    states = bureau.states()
    moves = [("accepted", target) for each in accept for target in _targets(bureau, each, states, "submitted")]
    moves += [("returned", target) for each in give_back for target in _targets(bureau, each, states, "submitted")]
    moves += [("reopened", target) for each in reopen for target in _targets(bureau, each, states, "accepted")]
    details = {"reason": reason} if reason else {}
    try:
        with bureau.ledger.writing(by) as tx:
            for kind, (unit, form) in moves:
                tx.event(kind, unit, form, version=states[(unit, form)].version, details=details)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None
    return len(moves)


def _targets(bureau: Bureau, target: str, states: Mapping[tuple[str, str], State], wanted: str) -> list[tuple[str, str]]:
    unit, _, form = target.partition("/")
    bureau.known_unit(unit)
    if form:
        if form not in bureau.campaign.forms:
            raise UseError(f"没有名为“{form}”的材料，可用：{'、'.join(bureau.campaign.forms)}。")
        if (unit, form) not in states:
            raise UseError(f"{unit} 还没有报送 {form}，无从审核。")
        return [(unit, form)]
    found = [key for key, state in states.items() if key[0] == unit and state.status == wanted]
    if not found:
        raise UseError(f"{unit} 没有待处理的材料。")
    return found
