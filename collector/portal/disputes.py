"""Two units claim the same thing (a person, a certificate): found by the rules across units, decided by
the bureau."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from collector.portal.desk import Desk
from collector.portal.gather import Case, judged_city
from collector.portal.problems import Handles, handles, where
from collector.portal.show import STATES, masked
from collector.rows import Actor, Event
from forms.findings import Finding
from forms.spec import Campaign
from huizong.steps.errors import UseError

RULING: Final = "conflict_decided"  # of a form that is still open, so that it need not be given back


@dataclass(frozen=True)
class Claim:
    unit: str
    name: str
    where: str
    state: str
    waived: str


@dataclass(frozen=True)
class Conflict:
    """`handle` names it on the page; `what` is masked."""

    handle: str
    message: str
    what: str
    claims: tuple[Claim, ...]
    settled: str


def conflicts(desk: Desk, cases: list[Case]) -> tuple[Conflict, ...]:
    """Open ones first."""
    found = _together(_city_findings(desk))
    states = {case.unit.code: case for case in cases}
    made = [_conflict(desk.campaign, handles(desk.secret()), group, states) for group in found]
    return tuple(sorted(made, key=lambda each: bool(each.settled)))


def settle(desk: Desk, cases: list[Case], handle: str, winner: str, reason: str, by: Actor) -> None:
    """The winner's claim stands (a waiver with the reason); the others' forms go back to them.  Raises
    UseError."""
    name = handles(desk.secret())
    group = next((each for each in _together(_city_findings(desk)) if _handle(name, each[0]) == handle), None)
    if group is None:
        raise UseError("这个问题已经不在了，可能刚被改正。请刷新页面。")
    if winner not in {each.unit for each in group} or not reason:
        raise UseError("请选择归属单位，并写明依据。")
    short = desk.campaign.units_by_code[winner].short_name
    with desk.ledger.writing(by) as tx:
        states = tx.states()
        for each in group:
            unit, form = each.unit or "", each.form or ""
            if unit == winner:
                tx.waived(unit, each.rule, each.key or "", f"局裁定：{reason}")
                continue
            words = {
                "reason": f"局裁定“{masked(each.message)}”一事归{short}：{reason}。请删去或改正后重新报送。"
            }
            status = states[(unit, form)].status if (unit, form) in states else "none"
            kind = {"submitted": "returned", "accepted": "reopened"}.get(status, RULING)
            tx.event(
                kind,
                unit,
                form,
                version=states[(unit, form)].version if status != "none" else None,
                details=words,
            )


def rulings(events: Iterable[Event]) -> tuple[str, ...]:
    """What the bureau decided about forms that are still open, until the form comes in anew.  Pure."""
    standing: dict[str, str] = {}
    for each in events:
        if each.kind == RULING:
            standing[each.form] = each.reason
        elif each.kind in ("uploaded", "submitted"):
            standing.pop(each.form, None)
    return tuple(standing.values())


def _city_findings(desk: Desk) -> list[Finding]:
    claims = {rule.id for rule in desk.engine.rules if rule.claim}
    return [each for each in judged_city(desk).findings if each.rule in claims and each.value and each.unit]


def _together(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Findings of one rule about one value that stand in more than one unit."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for each in findings:
        groups.setdefault((each.rule, each.value or ""), []).append(each)
    return [some for some in groups.values() if len({each.unit for each in some}) > 1]


def _handle(name: Handles, finding: Finding) -> str:
    return name(f"conflict {finding.rule} {finding.value}")


def _conflict(campaign: Campaign, name: Handles, group: list[Finding], cases: dict[str, Case]) -> Conflict:
    claims = []
    for each in group:
        unit = each.unit or ""
        state = cases[unit].state(each.form or "").status if unit in cases else "none"
        claims.append(
            Claim(
                unit,
                campaign.units_by_code[unit].short_name,
                where(each, campaign),
                STATES[state],
                each.explained or "",
            )
        )
    settled = next((each.waived for each in claims if each.waived), "")
    return Conflict(
        _handle(name, group[0]), masked(group[0].message), masked(group[0].value), tuple(claims), settled
    )
