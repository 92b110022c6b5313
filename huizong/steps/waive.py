"""A finding waived by the bureau: with a reason, who approved it, and until when; listed, and taken back."""

from __future__ import annotations

from datetime import date

from collector.rows import Actor, Waiver
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.explain import named


def waive(bureau: Bureau, unit: str, finding: str, *, reason: str, approver: str, until: date | None = None,
          actor: str | Actor = "reviewer") -> int:
    """Waives every error and warning of the unit that `finding` names (RULE, RULE:KEY or RULE:KEY:VALUE).

    Gives how many.  `until`: the last day it holds.  Raises UseError for an empty reason or approver, a day
    that has passed, or no match.
    """
    bureau.known_unit(unit)
    if not reason.strip() or not approver.strip():
        raise UseError("豁免须写明理由和批准人。")
    if until is not None and until < bureau.as_of:
        raise UseError(f"有效期至 {until} 已经过去，请写今天或以后的日期。")
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    meant = [each for each in named(bureau, unit, (finding,)) if each.level != "notice"]
    found = {(each.rule, each.key or "") for each in meant}
    if not found:
        raise UseError(f"{unit} 没有名为“{finding}”的错误或警告，请用 huizong check 查看现有问题。")
    with bureau.ledger.writing(by) as tx:
        for rule, key in sorted(found):
            tx.waived(unit, rule, key, reason.strip(), until, approver.strip())
    return len(found)


def waivers(bureau: Bureau, unit: str | None = None) -> list[Waiver]:
    """Those that were not taken back, run out or not."""
    if not bureau.has_state:
        return []
    with bureau.ledger.reading() as view:
        return view.waivers(unit)


def withdraw(bureau: Bureau, number: int, *, actor: str | Actor = "reviewer") -> Waiver:
    """Takes a waiver back.  Raises UseError for a number that there is not (any more)."""
    found = next((each for each in waivers(bureau) if each.id == number), None)
    if found is None:
        raise UseError(f"没有第 {number} 号豁免，或已经撤销。")
    with bureau.ledger.writing(actor if isinstance(actor, Actor) else Actor(actor, "bureau")) as tx:
        tx.withdrawn(found)
    return found
