"""The oracle: every planted deviation must be found at its cell, and nothing else may be found anywhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from forms import Finding

Place = tuple[str, str, str, str, str]      # unit, rule, form, sheet, cell
COUNTED = ("error", "warning")


@dataclass(frozen=True)
class Score:
    """One round: how many were planted, how many of them found, and what was found or missed beyond that."""

    round: int
    planted: int
    found: int
    unexpected: tuple[Place, ...]
    missed: tuple[Place, ...]

    @property
    def perfect(self) -> bool:
        return not self.unexpected and not self.missed

    def __str__(self) -> str:
        return (f"第{self.round}轮：植入 {self.planted} 处，找到 {self.found} 处，"
                f"遗漏 {len(self.missed)} 处，意外 {len(self.unexpected)} 处。")


def score(number: int, planted: Iterable[Sequence[str]], findings: Iterable[Finding]) -> Score:
    """`planted`: the lines of planted.csv; notices are not counted on either side."""
    lines = [line for line in planted if line[0] == str(number)]
    wanted = Counter((line[1], line[6], line[2], line[3], line[4]) for line in lines)
    got = Counter((each.unit or "", each.rule, each.form or "", each.sheet or "", each.cell or "")
                  for each in findings if each.level in COUNTED)
    return Score(number, wanted.total(), (wanted & got).total(), tuple(sorted((got - wanted).elements())),
                 tuple(sorted((wanted - got).elements())))
