"""A unit hands in its set: only when it is complete, without open errors, and every warning is explained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from collector.receipts import Receipt
from collector.rows import Actor
from collector.workflow import State
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.judge import Judged, judge

TO_SUBMIT = ("assigned", "uploaded", "returned", "reopened")


@dataclass(frozen=True)
class Outcome:
    """Submitted with a receipt, or what still stands in the way (S16).

    Ready with nothing submitted: everything had been handed in before; `receipt` is that one.
    """

    unit: str
    submitted: tuple[str, ...]
    receipt: Receipt | None
    missing: tuple[str, ...] = ()
    errors: tuple[Finding, ...] = ()
    unexplained: tuple[Finding, ...] = ()

    @property
    def ready(self) -> bool:
        return not (self.missing or self.errors or self.unexplained)


def ready(bureau: Bureau, unit: str, judged: Judged | None = None) -> Outcome:
    """What a submission now would say; nothing is changed."""
    bureau.known_unit(unit)
    states = bureau.states(unit)
    wanted = [form for form in bureau.campaign.forms
              if states.get((unit, form), State()).status in TO_SUBMIT]
    missing = tuple(form for form in wanted if states.get((unit, form), State()).status != "uploaded")
    judged = judged or judge(bureau, unit, submitting=True)
    return Outcome(unit, (), None, missing, tuple(judged.errors), tuple(judged.unexplained))


def submit(bureau: Bureau, unit: str, *, actor: str | Actor = "clerk") -> Outcome:
    """Every uploaded form of the unit in one commit, with a receipt over the set; or nothing, and why.

    Raises UseError for an unknown unit and for one that was never issued a pack.
    """
    by = actor if isinstance(actor, Actor) else Actor(actor, "unit")
    bureau.known_unit(unit)
    states = bureau.states(unit)
    if not states:
        raise UseError(f"{unit} 还没有下发材料包，请先运行 huizong issue。")
    if not any(state.status in TO_SUBMIT for state in states.values()):
        return _before(bureau, unit)
    outlook = ready(bureau, unit)
    return _handed_in(bureau, unit, by) if outlook.ready else outlook


def _handed_in(bureau: Bureau, unit: str, by: Actor) -> Outcome:
    with bureau.ledger.writing(by) as tx:
        states = tx.states(unit)
        forms = tuple(form for form in bureau.campaign.forms
                      if states.get((unit, form), State()).status == "uploaded")
        if forms:
            content = "\n".join(f"{form} {states[(unit, form)].version}" for form in forms)
            for form in forms:
                tx.event("submitted", unit, form, version=states[(unit, form)].version)
            sha256 = hashlib.sha256(f"{unit}\n{content}".encode()).hexdigest()
            receipt = tx.received(unit, sha256, "", len(forms), kind="submission")
            return Outcome(unit, forms, receipt)
    return _before(bureau, unit)        # somebody else handed it in a moment ago


def _before(bureau: Bureau, unit: str) -> Outcome:
    with bureau.ledger.reading() as view:
        known = [each for each in view.receipts(unit) if each.kind == "submission"]
    return Outcome(unit, (), known[-1] if known else None)
