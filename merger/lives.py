"""What the bureau's work on a problem adds to its row in the register; counted nowhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

Place = tuple[str, int, str]  # document, sheet row, code of the violation


@dataclass(frozen=True)
class Lived:
    """The life of one problem as the register prints it."""

    number: str
    stage: str  # 疑似 … 销号
    state: str  # 整改状态: 未启动 进行中 已完成 已销号 超期
    measure: str = ""
    responsible: str = ""
    due_on: date | None = None
    done_on: date | None = None
    closed_by: str = ""
    closed_on: date | None = None
    overdue: bool = False
    upheld_on: date | None = None
    dismissed: bool = False
    upheld: bool = False
    rectifying: bool = False
    set_by_bureau: bool = False  # the date that is due

    @property
    def ended(self) -> bool:
        """Written off or dismissed."""
        return self.dismissed or self.closed_on is not None


@dataclass(frozen=True)
class Lives:
    """`others`: problems that no document lists (found on the spot), as values of the register's columns.

    `columns`: the further columns of the register, with their headers.  `letters`: unit → number and day of
    every letter that told it of its problems, the oldest first.  `nobody`: the word in a person's place where
    none is meant.
    """

    by_row: Mapping[Place, Lived] = field(default_factory=dict)
    others: tuple[tuple[Mapping[str, Any], Lived], ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    letters: Mapping[str, Sequence[tuple[str, date]]] = field(default_factory=dict)
    nobody: str = ""

    def all(self) -> tuple[Lived, ...]:
        return (*self.by_row.values(), *(life for _, life in self.others))

    def of(self, row: Mapping[str, Any]) -> Lived | None:
        """The life of a row of the register, if it has one."""
        return self.by_row.get((row["document"], row["row"], row["code"]))


NONE = Lives()


def lived_rows(rows: list[dict[str, Any]], lives: Lives, order: Mapping[str, int]) -> list[dict[str, Any]]:
    """The register's rows with the ledger's number, state and dates; then what was found on the spot."""
    if not rows and not lives.others:
        return []
    blank = dict.fromkeys([*(rows[0] if rows else ()), *lives.columns])
    found = []
    for row in rows:
        life = lives.of(row)
        found.append({**blank, **row, **(_said(life, row) if life else {})})
    found += [
        {**blank, **{k: v for k, v in facts.items() if k in blank or not rows}, **_said(life, {})}
        for facts, life in lives.others
    ]
    return sorted(found, key=lambda row: (order[row["unit"]], row["code"], str(row.get("number") or "")))


def _said(life: Lived, row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "number": life.number,
        "stage": life.stage,
        "upheld_on": life.upheld_on,
        "state": life.state,
        "measure": life.measure or row.get("measure"),
        "responsible": life.responsible or None,
        "due_on": life.due_on,
        "done_on": life.done_on,
        "closed_by": life.closed_by or None,
        "closed_on": life.closed_on,
        "overdue": life.overdue,
    }
