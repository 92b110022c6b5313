"""A unit hands in its set: only when it is complete, without open errors, and every warning is explained."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from collector.ledger import Reading, Writing
from collector.receipts import Receipt
from collector.rows import Actor
from collector.workflow import State
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.judge import Judged, judge

TRIES = 3
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

    What is handed in is what was judged: when a file, a decision or a word came in between, it is judged
    again.  Raises UseError for an unknown unit, one that was never issued a pack, and one that never rests.
    """
    by = actor if isinstance(actor, Actor) else Actor(actor, "unit")
    bureau.known_unit(unit)
    for _ in range(TRIES):
        with bureau.ledger.reading() as view:
            states, at = view.states(unit), _mark(view, unit)
        if not states:
            raise UseError(f"{unit} 还没有下发材料包，请先运行 huizong issue。")
        if not any(state.status in TO_SUBMIT for state in states.values()):
            return _before(bureau, unit)
        outlook = ready(bureau, unit)
        if not outlook.ready:
            return outlook
        with bureau.ledger.writing(by) as tx:
            if _mark(tx, unit) == at:
                return _handed_in(bureau, tx, unit)
    raise UseError("报送时又收到了新的文件或说明，没有报送。请看过最新情况后再报送一次。")


def _mark(view: Reading, unit: str) -> tuple[object, ...]:
    """Changes with everything a submission is judged by, as far as the ledger holds it."""
    events = view.events(unit)
    words = (*view.explanations(unit), *view.waivers(unit), *view.overrides(unit))
    return (events[-1].seq if events else 0, len(view.documents(unit)), words)


def _handed_in(bureau: Bureau, tx: Writing, unit: str) -> Outcome:
    states = tx.states(unit)
    forms = tuple(form for form in bureau.campaign.forms
                  if states.get((unit, form), State()).status == "uploaded")
    content = "\n".join(f"{form} {states[(unit, form)].version}" for form in forms)
    for form in forms:
        tx.event("submitted", unit, form, version=states[(unit, form)].version)
    sha256 = hashlib.sha256(f"{unit}\n{content}".encode()).hexdigest()
    return Outcome(unit, forms, tx.received(unit, sha256, "", len(forms), kind="submission"))


def _before(bureau: Bureau, unit: str) -> Outcome:
    with bureau.ledger.reading() as view:
        known = [each for each in view.receipts(unit) if each.kind == "submission"]
    return Outcome(unit, (), known[-1] if known else None)
