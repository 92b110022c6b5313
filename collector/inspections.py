"""An inspection group's visit to a unit: a replay of what was checked and found by hand.  Pure.

opened → (checked | found | withdrawn)* → closed → fed_back.
A closed record is not edited: a second visit is a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final, Literal

from collector.happened import Happened
from collector.workflow import NotAllowed

State = Literal["none", "open", "closed", "fed_back"]
PREFIX: Final = "inspection_"
LABELS: Final[dict[State, str]] = {
    "none": "未开始",
    "open": "检查中",
    "closed": "已定稿",
    "fed_back": "已反馈",
}
MOVES: Final[dict[tuple[State, str], State]] = {
    ("none", "opened"): "open",
    ("open", "checked"): "open",
    ("open", "found"): "open",
    ("open", "withdrawn"): "open",
    ("open", "closed"): "closed",
    ("closed", "fed_back"): "fed_back",
    ("fed_back", "fed_back"): "fed_back",  # the notice printed once more
}


@dataclass(frozen=True)
class HandFinding:
    """What the group saw that no rule can: `number` counts within the inspection."""

    number: int
    category: str  # code of the violation
    fact: str
    person: str = ""
    id_number: str = ""
    occasion: str = ""  # exit date, certificate or approval number; empty: this visit
    due_on: date | None = None
    by: str = ""
    withdrawn: str = ""  # the reason


@dataclass(frozen=True)
class Checked:
    result: str
    note: str = ""
    by: str = ""


@dataclass(frozen=True)
class Inspection:
    """A visit now.  `version` is what a person has seen, as in `collector.problems.Life`."""

    number: str
    unit: str
    on: date
    team: tuple[str, ...]
    hosts: tuple[str, ...] = ()
    state: State = "open"
    version: int = 0
    actor: str = ""  # who touched it last, and when
    since: datetime | None = None
    items: Mapping[str, Checked] = field(default_factory=dict)
    findings: tuple[HandFinding, ...] = ()
    closed_at: datetime | None = None
    closed_by: str = ""
    opinion: str = ""  # of the unit, as signed
    numbers: Mapping[int, str] = field(default_factory=dict)  # finding → its number in the problem register
    system: Mapping[str, tuple[int, int]] = field(default_factory=dict)  # rule → findings, of these explained
    notice: str = ""  # its number, and the blob of its files (a zip)
    notice_sha256: str = ""

    @property
    def standing(self) -> tuple[HandFinding, ...]:
        """Findings not taken back."""
        return tuple(each for each in self.findings if not each.withdrawn)

    @property
    def label(self) -> str:
        return LABELS[self.state]


def moved(state: State, move: str, number: str = "") -> State:
    """The state after `move`; raises NotAllowed."""
    after = MOVES.get((state, move))
    if after is None:
        hint = {
            "closed": "检查记录已定稿，不能再改；需要复查的，请另开一次检查。",
            "fed_back": "检查情况已反馈，不能再改；需要复查的，请另开一次检查。",
            "open": "请先把检查记录定稿，再出反馈意见。",
        }.get(state, "请先开始检查。")
        raise NotAllowed(f"检查 {number}：{hint}")
    return after


def replay(events: Iterable[Happened]) -> dict[str, Inspection]:
    """Number → inspection, from events in ledger order; others than `inspection_*` pass by."""
    found: dict[str, Inspection] = {}
    for event in events:
        move = event.kind.removeprefix(PREFIX)
        if not event.kind.startswith(PREFIX):
            continue
        if move == "opened":
            said = event.details
            found[event.form] = Inspection(
                event.form,
                event.unit,
                date.fromisoformat(said["on"]),
                tuple(said["team"]),
                tuple(said.get("hosts", ())),
                version=event.seq,
                actor=event.actor,
                since=event.at,
            )
        elif event.form in found:
            found[event.form] = _after(found[event.form], move, event)
    return found


def _after(now: Inspection, move: str, event: Happened) -> Inspection:
    state, said = MOVES.get((now.state, move)), event.details
    if state is None:
        return now
    after = replace(now, state=state, version=event.seq, actor=event.actor, since=event.at)
    if move == "checked":
        new = {
            item: Checked(each["result"], each.get("note", ""), event.actor)
            for item, each in said["items"].items()
        }
        every = {**now.items, **new}
        return replace(after, items={item: each for item, each in every.items() if each.result})
    if move == "found":
        return replace(after, findings=(*now.findings, _finding(len(now.findings) + 1, said, event.actor)))
    if move == "withdrawn":
        return replace(
            after,
            findings=tuple(
                replace(each, withdrawn=said["reason"]) if each.number == said["finding"] else each
                for each in now.findings
            ),
        )
    if move == "closed":
        return replace(
            after,
            closed_at=event.at,
            closed_by=event.actor,
            opinion=said.get("opinion", ""),
            numbers={int(n): number for n, number in said.get("numbers", {}).items()},
            system={rule: (n[0], n[1]) for rule, n in said.get("system", {}).items()},
        )
    return replace(after, notice=said.get("notice", ""), notice_sha256=said.get("sha256", ""))


def _finding(number: int, said: Mapping[str, Any], by: str) -> HandFinding:
    due = said.get("due_on")
    return HandFinding(
        number,
        said["category"],
        said["fact"],
        said.get("person", ""),
        said.get("id_number", ""),
        said.get("occasion", ""),
        date.fromisoformat(due) if due else None,
        by,
    )


def next_number(known: Iterable[str], unit: str) -> str:
    """`{unit}-J{seq}`."""
    start = f"{unit}-J"
    given = [int(each.removeprefix(start)) for each in known if each.startswith(start)]
    return f"{start}{max(given, default=0) + 1:02d}"
