"""The problem register at work: what units' documents list and what inspections found, each with its life.

The number and the life are the ledger's; the facts and the conclusion are the accepted documents'.  Neither
changes the other: where they disagree, `Problem.differs` says so, and only the documents feed the annexes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from collector import problems as lives
from collector.ledger import Reading, Stale, Writing
from collector.problems import ENDED, LABELS, UPHELD, Key, Life
from collector.rows import Actor
from collector.workflow import NotAllowed
from forms.checklist import Checklist, load_checklist
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError
from huizong.steps.files import write
from huizong.steps.gather import inputs
from merger.city import complete_units, consolidate
from merger.lives import Lived, Lives
from merger.register import problem_register

REGISTER, OCCASIONS = "problem_register", "problem_occasions"
TOLD = (
    "person",
    "category",
    "violation",
    "requirement",
    "fact",
    "evidence",
    "found_by",
)  # kept, should the row go
Row = Mapping[str, Any]
_NOTHING: Row = {}


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
        return self.row or (self.life.facts if self.life else _NOTHING)

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


def problems(bureau: Bureau, unit: str | None = None) -> tuple[Problem, ...]:
    """Every problem of the accepted documents and of the ledger, by unit; nothing is written."""
    if unit is not None:
        bureau.known_unit(unit)
    listed = _listed(bureau, unit)
    known = {life.key: life for life in _lives(bureau, unit).values()}
    upheld = frozenset(checklist(bureau).verdicts("found"))
    keys = [key for key in listed if (unit is None or key[0] == unit) and (listed[key][0] or key in known)]
    found = [
        Problem(key, known.get(key), *_as_listed(listed.get(key)), upheld)
        for key in (*keys, *(each for each in known if each not in listed))
    ]
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


def enrol(bureau: Bureau, *, by: str | Actor = "bureau") -> tuple[str, ...]:
    """Gives a number to every listed problem that has none; gives the new numbers.  Safe to repeat."""
    listed = _listed(bureau)
    wanted = [key for key, (row, _) in listed.items() if row]
    if not wanted:
        return ()
    new = []
    with bureau.ledger.writing(actor(by)) as tx:
        known = lives.replay(tx.events(kinds=lives.PREFIX))
        keys = {life.key for life in known.values()}
        for key in wanted:
            if key not in keys:
                row, occasion = listed[key]
                told = {name: row[name] for name in TOLD if row.get(name)}
                new.append(registered(tx, known, key, occasion["start"], facts=told))
    return tuple(new)


def registered(
    tx: Writing,
    known: dict[str, Life],
    key: Key,
    start: str,
    *,
    origin: str = "",
    facts: Row = _NOTHING,
    due_on: date | None = None,
) -> str:
    """One more problem, within the caller's transaction; `known` grows by it.  Gives its number."""
    if start not in lives.STARTS:
        raise ValueError(f"a problem cannot start as {start!r}")
    number = lives.next_number(known.values(), key[0], key[2])
    details: dict[str, Any] = {"key": list(key), "state": start}
    details |= {"origin": origin} if origin else {}
    details |= {"facts": dict(facts)} if facts else {}
    details |= {"due_on": due_on.isoformat()} if due_on else {}
    known[number] = lives.born(tx.event(lives.REGISTERED, key[0], number, details=details))
    return number


def move(
    bureau: Bureau,
    number: str,
    to: str,
    *,
    by: str | Actor = "bureau",
    reason: str = "",
    expected: int | None = None,
    **said: str | date | None,
) -> Life:
    """One step of a problem's life (`collector.problems.MOVES`), with what `NEEDS` wants said.

    `expected`: the version the person saw; raises UseError when it has changed or the step is not allowed.
    """
    words = {
        name: value.isoformat() if isinstance(value, date) else str(value).strip()
        for name, value in {"reason": reason, **said}.items()
        if value is not None and str(value).strip()
    }
    unknown = sorted(set(words) - set(lives.FIELDS))
    if unknown:
        raise UseError(f"不认识的内容“{unknown[0]}”，可用：{'、'.join(lives.FIELDS)}。")
    allowed = checklist(bureau).verdicts(to)
    if allowed and words.get("verdict") and words["verdict"] not in allowed:
        raise UseError(
            f"“{lives.MOVE_LABELS[to]}”的核实结论应为{'或'.join(allowed)}，不是“{words['verdict']}”。"
        )
    who = actor(by)
    try:
        with bureau.ledger.writing(who) as tx:
            life = _of(tx, number)
            unchanged(life.version, expected, f"问题 {number}", life.label, life.actor, life.since)
            lives.moved(life, to, words, who.role)
            tx.event(lives.PREFIX + to, life.unit, number, details=words)
            return _of(tx, number)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None


def unchanged(version: int, expected: int | None, what: str, label: str, who: str, since: Any) -> None:
    """Raises UseError when somebody else was faster."""
    if expected is not None and expected != version:
        when = since.astimezone(BEIJING).strftime("%m月%d日%H:%M") if since else "刚才"
        raise UseError(
            f"{what} 已由 {who} 于{when}改动（现为“{label}”），您的修改没有保存；请刷新后再办。"
        ) from Stale(what)


def register_lives(bureau: Bureau, found: Iterable[Problem] | None = None) -> Lives:
    """The lives for the merger's problem register: by row of a document, and the problems none lists."""
    given = checklist(bureau).shape
    by_row, others = {}, []
    for each in problems(bureau) if found is None else found:
        if each.life is None:
            continue
        life, today = each.life, bureau.as_of
        lived = Lived(
            life.number,
            life.label,
            life.rectification(today),
            life.measure,
            life.responsible,
            each.due_on,
            life.done_on,
            life.closed_by,
            life.closed_at.astimezone(BEIJING).date() if life.closed_at else None,
            life.overdue(today),
        )
        if each.row:
            by_row[(each.row["document"], each.row["row"], each.row["code"])] = lived
        else:
            facts = {
                **life.facts,
                **_days(life.facts),
                "unit": life.unit,
                "code": life.key[2],
                "id_number": life.key[1],
                "conclusion": each.conclusion or life.verdict or given.pending,
            }
            others.append((facts, lived))
    return Lives(by_row, tuple(others), dict(given.columns))


def register_workbook(bureau: Bureau, path: Path) -> Path:
    """The problem register with every life in it, as xlsx with full names: for the bureau's own use."""
    city = consolidate(inputs(bureau), bureau.engine)
    return write(path, problem_register(city, register_lives(bureau)))


def checklist(bureau: Bureau) -> Checklist:
    """The campaign's inspection.yaml, read once per bureau."""
    known: Checklist | None = vars(bureau).get("_checklist")
    if known is None:
        known = vars(bureau)["_checklist"] = load_checklist(bureau.campaign)
    return known


def actor(by: str | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor(by, "bureau")


def _of(view: Reading, number: str) -> Life:
    found = lives.replay(view.events(None, number, kinds=lives.PREFIX)).get(number)
    if found is None:
        raise UseError(f"没有编号为“{number}”的问题，请对照问题台账核对。")
    return found


def _lives(bureau: Bureau, unit: str | None) -> dict[str, Life]:
    if not bureau.has_state:
        return {}
    with bureau.ledger.reading() as view:
        return lives.replay(view.events(unit, kinds=lives.PREFIX))


def _days(facts: Row) -> dict[str, date]:
    return {
        name: date.fromisoformat(str(value))
        for name, value in facts.items()
        if name.endswith("_on") and value
    }


def _as_listed(entry: tuple[Row, Row] | None) -> tuple[Row, str | None, lives.State]:
    return (entry[0], entry[1]["conclusion"], entry[1]["start"]) if entry else (_NOTHING, None, "suspected")


def _listed(bureau: Bureau, unit: str | None = None) -> dict[Key, tuple[Row, Row]]:
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
            rows.get(place, _NOTHING),
            each,
        )
        for place, each in found
    }
