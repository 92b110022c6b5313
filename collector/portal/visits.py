"""An inspection as people read it: the list of visits, the checklist's lines, findings by hand.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from collector.inspections import HandFinding, Inspection, State
from collector.portal.differences import shown
from collector.portal.show import beijing, masked
from collector.roles import UNIT_ROLES
from forms.checklist import Checklist
from forms.spec import Campaign
from huizong.steps.inspection_sheet import Line, Sheet

TONES: Final[dict[State, str]] = {"none": "quiet", "open": "amber", "closed": "blue", "fed_back": "green"}


@dataclass(frozen=True)
class Visit:
    """One line of the list."""

    number: str
    unit: str
    unit_name: str
    on: str
    team: str
    label: str
    tone: str
    found: int
    notice: str


@dataclass(frozen=True)
class Row:
    """One line of the checklist; `system` is empty for what only people can see."""

    id: str
    says: str
    asks: str
    system: str
    tone: str
    rule: bool
    found: bool
    result: str
    note: str


@dataclass(frozen=True)
class Check:
    """One of the plan's four checks: lines that say something or want an answer, and the silent rules."""

    title: str
    asks: str
    rows: tuple[Row, ...]
    silent: tuple[Row, ...]


@dataclass(frozen=True)
class Hand:
    """A finding by hand; `problem` is its number in the register once the record is closed."""

    number: int
    category: str
    fact: str
    person: str
    due: str
    by: str
    withdrawn: str
    problem: str


def visit(campaign: Campaign, each: Inspection) -> Visit:
    return Visit(
        each.number,
        each.unit,
        campaign.units_by_code[each.unit].short_name,
        shown(each.on),
        "、".join(each.team),
        each.label,
        TONES[each.state],
        len(each.standing),
        each.notice,
    )


def visits(campaign: Campaign, found: Iterable[Inspection]) -> list[Visit]:
    """Newest first."""
    return [
        visit(campaign, each)
        for each in sorted(found, key=lambda each: (each.on, each.version), reverse=True)
    ]


def known_to(found: Iterable[Inspection], campaign: Campaign, role: str) -> list[Visit]:
    """A unit knows of a visit's record only once its feedback was issued."""
    return visits(campaign, (each for each in found if role not in UNIT_ROLES or each.state == "fed_back"))


def uninspected(campaign: Campaign, found: Iterable[Inspection], scope: tuple[str, ...] | None) -> int:
    """How many units (of those one may see) nobody has visited."""
    seen = {each.unit for each in found}
    return sum(unit.code not in seen and (scope is None or unit.code in scope) for unit in campaign.units)


def checks(given: Checklist, sheet: Sheet) -> tuple[Check, ...]:
    """A closed record says of a look nobody answered what its paper says."""
    unseen = "" if sheet.inspection.state == "open" else given.shape.unseen
    return tuple(
        Check(
            check.title,
            check.asks,
            tuple(row(line, unseen) for line in sheet.lines[name] if not (line.item.rule and line.silent)),
            tuple(row(line, unseen) for line in sheet.lines[name] if line.item.rule and line.silent),
        )
        for name, check in given.checks.items()
    )


def row(line: Line, unseen: str = "") -> Row:
    said = "" if line.system is None else f"{line.system} 处" if line.system else "未发现"
    return Row(
        line.item.id,
        line.item.says,
        line.item.asks,
        said + (f"，已说明 {line.explained} 处" if line.explained else ""),
        "red" if line.system and line.system > line.explained else "quiet",
        line.item.rule,
        bool(line.system),
        line.result or ("" if line.silent and line.item.rule else unseen),
        line.note,
    )


def hands(
    given: Checklist, sheet: Inspection, full: bool = False, *, only_standing: bool = False
) -> tuple[Hand, ...]:
    """All findings by hand; numbers masked unless somebody gave a reason.

    What was taken back is for the bureau alone, as in the paper: `only_standing` leaves it out.
    """
    found = sheet.standing if only_standing else sheet.findings
    return tuple(hand(given, each, sheet.numbers, full) for each in found)


def hand(given: Checklist, each: HandFinding, numbers: Mapping[int, str], full: bool) -> Hand:
    kind, clean = given.categories[each.category], str if full else masked
    return Hand(
        each.number,
        f"{kind.code} {kind.label}",
        clean(each.fact),
        "　".join(filter(None, (each.person, clean(each.id_number)))),
        shown(each.due_on),
        each.by,
        each.withdrawn,
        numbers.get(each.number, ""),
    )


def categories(given: Checklist) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What a finding by hand may be about, by check: (code, words, whether a person must be named)."""
    asks = {"required": "须写明人员", "optional": "可写人员", "none": "单位问题，不写人员"}
    return [
        (
            check.title,
            [
                (each.code, f"{each.code} {each.label}", asks[each.person])
                for each in given.categories.values()
                if each.check == name
            ],
        )
        for name, check in given.checks.items()
    ]


def answers(form: Mapping[str, Any], given: Checklist, before: Inspection) -> dict[str, tuple[str, str]]:
    """Item → (result, note) of what the form says anew, also that an item is blank again.

    An item the form does not name stays as it is.  A note without a result goes along, to be refused: what
    somebody wrote is not dropped in silence.
    """
    said = {
        item: (str(form.get(f"result-{item}", "")), str(form.get(f"note-{item}", "")).strip())
        for item in given.items
        if f"result-{item}" in form or f"note-{item}" in form
    }
    old = {item: (each.result, each.note) for item, each in before.items.items()}
    return {item: each for item, each in said.items() if old.get(item, ("", "")) != each}


def closing(each: Inspection, names: Mapping[str, str]) -> str:
    """When and by whom the record was closed; `names`: login → the person's name."""
    who = names.get(each.closed_by, each.closed_by)
    return f"{beijing(each.closed_at)}　{who}" if each.closed_at else ""
