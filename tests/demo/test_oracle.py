"""All planted faults are found, each at its cell, and nothing else: campaigns of several seeds and sizes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from forms import Finding
from huizong.demo.oracle import score
from huizong.demo.play import play
from huizong.demo.steps import RealSteps


class WithoutPapers(RealSteps):
    """The real use cases up to the last acceptance."""

    def merge(self, bureau: Any, out: Path) -> None:
        return

    def publish(self, bureau: Any, out: Path) -> None:
        return


@pytest.mark.slow
@pytest.mark.parametrize(("units", "staff", "seed"), [(2, 40, 1), (6, 150, 5), (10, 500, 8)])
def test_all_planted_found_and_nothing_unexpected(tmp_path: Path, units: int, staff: int, seed: int) -> None:
    said: list[str] = []
    assert play(tmp_path / "out", units, staff, seed, say=said.append, steps=WithoutPapers()) == 0
    rounds = [line for line in said if line.startswith("第") and "植入" in line]
    assert len(rounds) == 2
    assert all("遗漏 0 处，意外 0 处" in line for line in rounds), rounds


LINES: Sequence[Sequence[str]] = [("1", "011", "staff", "名册", "B4", "k", "F01", "1")]


def _finding(cell: str, level: Any = "error") -> Finding:
    return Finding("F01", level, "011", "staff", "名册", cell, 4, "name", "k", None, "…", None)


def test_the_score_tells_found_missed_and_unexpected_apart() -> None:
    right = score(1, LINES, [_finding("B4")])
    assert right.perfect and (right.planted, right.found) == (1, 1)
    wrong = score(1, LINES, [_finding("C4"), _finding("D4", "notice")])
    assert [place[4] for place in wrong.missed] == ["B4"]
    assert [place[4] for place in wrong.unexpected] == ["C4"]
    assert score(2, LINES, []).perfect
