"""Where each document stands: a replay of the ledger's events through one table of moves.  Pure.

Overdue is a question to the events and a day, not a state.  A day ends at 24:00 in Asia/Shanghai, exclusive.
"""
from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from collector.happened import Happened

BEIJING: Final = ZoneInfo("Asia/Shanghai")
Status = Literal["none", "assigned", "uploaded", "submitted", "returned", "accepted", "reopened"]

MOVES: Final[dict[tuple[Status, str], Status]] = {
    ("none", "assigned"): "assigned",
    ("assigned", "assigned"): "assigned",       # a pack issued once more changes nothing
    ("assigned", "uploaded"): "uploaded",
    ("uploaded", "uploaded"): "uploaded",
    ("uploaded", "submitted"): "submitted",
    ("submitted", "returned"): "returned",
    ("submitted", "accepted"): "accepted",
    ("returned", "uploaded"): "uploaded",
    ("accepted", "reopened"): "reopened",
    ("reopened", "uploaded"): "uploaded",
}
MOVING: Final = frozenset(kind for _, kind in MOVES)

_WHY: Final[dict[tuple[Status, str], str]] = {
    ("submitted", "uploaded"): "该材料已报送，不能再上传。如需修改，请联系局里退回。",
    ("accepted", "uploaded"): "该材料已审核通过，不能再上传。如需修改，请联系局里重新开放。",
    ("none", "uploaded"): "该材料没有下发给本单位，请核对后再上传。",
    ("submitted", "submitted"): "该材料已经报送，无需重复报送。",
    ("accepted", "submitted"): "该材料已审核通过，无需重复报送。",
    ("returned", "submitted"): "该材料已被退回，请先上传修改后的文件再报送。",
    ("reopened", "submitted"): "该材料已重新开放，请先上传修改后的文件再报送。",
    ("assigned", "submitted"): "该材料还没有上传，请先上传再报送。",
}


@dataclass(frozen=True)
class State:
    """One unit's form now: the version that counts, since when, by whom, and why it was returned."""

    status: Status = "none"
    version: int | None = None
    since: datetime | None = None
    actor: str = ""
    reason: str = ""
    submitted_at: datetime | None = None      # of the last submission


class NotAllowed(Exception):
    """A move the table does not know; the text is a sentence for the person who tried."""


def moved(status: Status, kind: str) -> Status:
    """The status after `kind`; raises NotAllowed."""
    after = MOVES.get((status, kind))
    if after is None:
        raise NotAllowed(_WHY.get(
            (status, kind), f"当前状态下不能进行此操作（{status} → {kind}）。请刷新页面后重试。"))
    return after


def replay(events: Iterable[Happened]) -> dict[tuple[str, str], State]:
    """(unit, form) → state, from events in ledger order.  Other kinds (refused, explained …) pass by."""
    states: dict[tuple[str, str], State] = {}
    for event in events:
        if event.kind not in MOVING:
            continue
        key = (event.unit, event.form)
        before = states.get(key, State())
        states[key] = State(
            status=moved(before.status, event.kind),
            version=event.version if event.version is not None else before.version,
            since=event.at, actor=event.actor, reason=event.reason,
            submitted_at=event.at if event.kind == "submitted" else before.submitted_at)
    return states


def closes(day: date) -> datetime:
    """The instant at which `day` is over in Beijing: 24:00, the first moment that is late."""
    return datetime.combine(day + timedelta(days=1), time(), BEIJING)


def late(received: datetime, day: date) -> bool:
    """Whether something received at `received` (aware) missed the deadline day."""
    return received >= closes(day)


def overdue(states: Mapping[tuple[str, str], State], due: Mapping[str, date] | date,
            now: datetime) -> tuple[tuple[str, str], ...]:
    """(unit, form) still owed at `now`, in order.  `due` is one day for all or a day per form."""
    owed = []
    for (unit, form), state in states.items():
        day = due if isinstance(due, date) else due.get(form)
        if day is not None and late(now, day) and state.status not in ("none", "submitted", "accepted"):
            owed.append((unit, form))
    return tuple(sorted(owed))
