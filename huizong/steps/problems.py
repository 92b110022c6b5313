"""The problem register as it stands: what documents list and what inspections found, each with its life.

The number and the life are the ledger's; the facts and the conclusion are the accepted documents'.  Neither
changes the other: where they disagree, `Problem.differs` says so, and only the documents feed the annexes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from collector import problems as lives
from collector.problems import ENDED, LABELS, UPHELD, Key, Life
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.second_phase import checklist
from merger.city import complete_units

REGISTER, OCCASIONS = "problem_register", "problem_occasions"
Row = Mapping[str, Any]
NOTHING: Final[Row] = {}


@dataclass(frozen=True)
class Problem:
    """One problem.  `row`: what the register's view says of it (empty when no accepted document lists it)."""

    key: Key
    life: Life | None  # None: listed, but not yet given a number
    row: Row
    conclusion: str | None  # of the accepted document, also where the view leaves the row out (不属实)
    start: lives.State
    upheld: frozenset[str]  # conclusions that confirm

    @property
    def unit(self) -> str:
        return self.key[0]

    @property
    def number(self) -> str:
        return self.life.number if self.life else ""

    @property
    def state(self) -> lives.State:
        return self.life.state if self.life else self.start

    @property
    def label(self) -> str:
        return LABELS[self.state]

    @property
    def version(self) -> int:
        return self.life.version if self.life else 0

    @cached_property
    def facts(self) -> Row:
        """person, violation, requirement, fact, evidence …: of the document, or of the finding by hand."""
        return self.row or (self.life.facts if self.life else NOTHING)

    @property
    def due_on(self) -> date | None:
        return (self.life.due_on if self.life else None) or self.row.get("due_on")

    @property
    def differs(self) -> str:
        """A sentence where the documents and the life do not agree; empty where they do."""
        if self.life is None or (self.life.origin and self.conclusion is None):
            return ""
        confirmed = self.conclusion in self.upheld
        if self.conclusion is None:
            return (
                ""
                if self.state in ENDED
                else "单位现行材料中已不再列出这一问题，请核对后办结，或退回材料补列。"
            )
        if self.state in UPHELD and not confirmed:
            return (
                f"局里已认定，材料中的核实结论仍为“{self.conclusion}”；请退回单位更正，审核通过后才计入统计。"
            )
        if self.state not in UPHELD and confirmed:
            said = f"材料中的核实结论为“{self.conclusion}”并已计入统计，流程仍在“{self.label}”；"
            return said + "请补办认定，或退回材料更正。"
        return ""


Listed = Mapping[Key, tuple[Row, Row]]


def problems(bureau: Bureau, unit: str | None = None, listed: Listed | None = None) -> tuple[Problem, ...]:
    """Every problem of the accepted documents and of the ledger, by unit; nothing is written.

    `listed`: what `listed_problems` gave for all units, where somebody knows it already.
    """
    if unit is not None:
        bureau.known_unit(unit)
    listed = listed_problems(bureau, unit) if listed is None else listed
    known = {life.key: life for life in _lives(bureau, unit).values()}
    upheld = frozenset(checklist(bureau).verdicts("found"))
    keys = [key for key in listed if unit in (None, key[0]) and (listed[key][0] or key in known)]
    found = []
    for key in (*keys, *(each for each in known if each not in listed)):
        row, conclusion, start = _as_listed(listed.get(key))
        found.append(Problem(key, _dated(known.get(key), row), row, conclusion, start, upheld))
    order = {each.code: each.order for each in bureau.campaign.units}
    return tuple(sorted(found, key=lambda each: (order.get(each.unit, 0), each.key[2], each.number or "~")))


def problem(bureau: Bureau, number: str) -> Problem:
    """One problem by its number.  Raises UseError."""
    unit = number.partition("-")[0]
    for each in problems(bureau, unit if unit in bureau.campaign.units_by_code else None):
        if each.number == number:
            return each
    raise UseError(
        f"没有编号为“{number}”的问题，请先登记台账（huizong problem --enrol），再对照问题台账核对编号。"
    )


def _lives(bureau: Bureau, unit: str | None) -> dict[str, Life]:
    if not bureau.has_state:
        return {}
    with bureau.ledger.reading() as view:
        return lives.replay(view.events(unit, kinds=lives.PREFIX))


def _dated(life: Life | None, row: Row) -> Life | None:
    """The life with the date the unit set itself, as long as the bureau set none: both lists call it late
    alike."""
    if life is None or life.due_on or row.get("settled") or life.state not in UPHELD:
        return life
    return replace(life, due_on=row.get("due_on"))


def _as_listed(entry: tuple[Row, Row] | None) -> tuple[Row, str | None, lives.State]:
    return (entry[0], entry[1]["conclusion"], entry[1]["start"]) if entry else (NOTHING, None, "suspected")


def listed_problems(bureau: Bureau, unit: str | None = None) -> Listed:
    """Key → (row of the register or nothing, row of the occasions), over sets that are accepted whole."""
    if not bureau.has_state:
        return {}
    submissions = tuple(bureau.submissions(bureau.states(unit)))
    complete = complete_units(bureau.campaign, submissions)
    documents = {
        filed.id: filed.document
        for filed in bureau.filed(unit, accepted_only=True).values()
        if filed.row.unit in complete and filed.document is not None
    }
    with bureau.engine.data(bureau.registers, documents, as_of=bureau.as_of, submissions=submissions) as data:
        rows = {(row["document"], row["row"], row["code"]): row for row in data.view(REGISTER).to_pylist()}
        occasions = data.view(OCCASIONS).to_pylist()
    order = {place: n for n, place in enumerate(rows)}
    places = [(each["document"], each["row"], each["code"]) for each in occasions]
    found = sorted(zip(places, occasions, strict=True), key=lambda pair: order.get(pair[0], len(order)))
    return {
        (each["unit"], each["id_number"] or "", each["code"], each["occasion"]): (
            rows.get(place, NOTHING),
            each,
        )
        for place, each in found
    }
