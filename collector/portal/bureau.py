"""The bureau's desk: the matrix of units and forms, and the reminders."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request

from collector.portal import overview, reminders
from collector.portal.access import declare, needs
from collector.portal.gather import Case, judged_soon
from collector.portal.guard import attachment, desk, user
from collector.portal.papers import open_errors, open_warnings
from collector.roles import may
from collector.workflow import replay
from forms.findings import Finding
from huizong.steps.remind import letter as letter_of
from huizong.steps.remind import messages
from huizong.steps.status import Status
from huizong.steps.status import matrix as matrix_of

area = Blueprint("bureau", __name__)


@area.get("/bureau")
@declare(needs("see_all_units"))
def matrix() -> Any:
    return matrix_page(None, "进度总表")


def matrix_page(scope: tuple[str, ...] | None, heading: str) -> Any:
    here = desk()
    wanted = {key: request.args.get(key, "") for key in ("group", "only", "sort")}
    held, found, waiting = everything(scope)
    state = state_of(held)
    rows = overview.rows(
        here.campaign,
        state,
        numbers(found),
        group=wanted["group"],
        only=wanted["only"],
        sort=wanted["sort"] or "order",
        scope=scope,
    )
    return render_template(
        "bureau/matrix.html",
        heading=heading,
        scoped=scope is not None,
        rows=rows,
        forms=tuple(here.campaign.forms.values()),
        rates=overview.rates(state),
        by_group=overview.rates_by_group(here.campaign, state) if scope is None else [],
        groups=list(
            dict.fromkeys(unit.group for unit in here.campaign.units if scope is None or unit.code in scope)
        ),
        wanted=wanted,
        waiting=waiting,
        filters=overview.FILTERS,
        sorts=overview.SORTS,
        state=state,
        may_review=may(user().role, "review"),
        issued=any(each.events for each in held),
    )


@area.get("/bureau/reminders")
@declare(needs("review"))
def reminders_page() -> Any:
    here = desk()
    held, _, _ = everything(None, judge=False)
    owing = tuple(each for each in state_of(held).units if each.missing)
    texts = messages(here.bureau_with_registers(), owing)
    page = reminders.reminders(here.campaign, owing, texts, here.bureau().now(), here.today())
    return render_template("bureau/reminders.html", page=page)


@area.post("/bureau/reminders/letter")
@declare(needs("review"))
def letter() -> Any:
    """The reminder as an official letter (docx), made by the same prose as `huizong publish`."""
    name, data = letter_of(desk().bureau_with_registers())
    return attachment(data, name)


def everything(scope: tuple[str, ...] | None, judge: bool = True) -> tuple[list[Case], list[Finding], int]:
    """All units (or those of `scope`) from one view of the ledger, their findings, and how many units are
    still being checked."""
    here = desk()
    with here.ledger.reading() as view:
        events, documents, explanations = view.events(), view.documents(), view.explanations()
    cases = []
    for unit in here.campaign.units:
        if scope is not None and unit.code not in scope:
            continue
        own = tuple(each for each in events if each.unit == unit.code)
        cases.append(
            Case(
                unit,
                own,
                replay(own),
                tuple(d for d in documents if d.unit == unit.code),
                tuple(e for e in explanations if e.unit == unit.code),
                (),
                {},
            )
        )
    if not judge:
        return cases, [], 0
    found = [judged_soon(here, held, here.patience / 10) for held in cases if held.documents]
    return (
        cases,
        [each for judged, _ in found for each in judged.findings],
        sum(not fresh for _, fresh in found),
    )


def state_of(cases: list[Case]) -> Status:
    """Of the units in `cases` alone: a guide's rates are those of the units given."""
    here = desk()
    states = {key: state for held in cases for key, state in held.states.items()}
    every = matrix_of(here.campaign, states, here.today(), here.bureau().now())
    seen = {held.unit.code for held in cases}
    return replace(every, units=tuple(each for each in every.units if each.unit in seen))


def numbers(findings: list[Finding]) -> dict[tuple[str, str | None], tuple[int, int]]:
    """Pure: (unit, form) → open errors, open warnings."""
    found: dict[tuple[str, str | None], tuple[int, int]] = {}
    wrong = {id(each) for each in open_errors(findings)}
    waiting = {id(each) for each in open_warnings(findings)}
    for each in findings:
        errors, warnings = found.get((each.unit or "", each.form), (0, 0))
        found[each.unit or "", each.form] = (
            errors + (id(each) in wrong),
            warnings + (id(each) in waiting),
        )
    return found
