"""Checks beside the requests: what a page is told while one runs, and who is judged together with whom."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

import pytest

from collector.portal.checking import Checking, Stand
from forms.findings import Finding
from huizong.steps.judge import Judged

NOTHING = Judged((), ())


def about(mark: object) -> Judged:
    nowhere = (None,) * 5
    return Judged((Finding("X06", "error", "001", "custody", *nowhere, None, str(mark), None),), ())


class Judge:
    """Finds the mark; remembers every turn. While `gate` is shut the turn does not end."""

    def __init__(self) -> None:
        self.turns: list[dict[str, object]] = []
        self.begun, self.gate = threading.Event(), threading.Event()
        self.gate.set()
        self.broken: set[str] = set()

    def __call__(self, stands: Mapping[str, Stand]) -> Mapping[str, Judged]:
        self.turns.append({unit: each.mark for unit, each in stands.items()})
        self.begun.set()
        assert self.gate.wait(10)
        if self.broken & stands.keys():
            raise OSError
        return {unit: about(each.mark) for unit, each in stands.items()}


@pytest.fixture
def judge() -> Judge:
    return Judge()


@pytest.fixture
def checking(judge: Judge) -> Iterator[Checking]:
    checking = Checking(judge)
    yield checking
    judge.gate.set()
    checking.close()


def test_a_slow_check_shows_what_was_known_and_then_what_is(checking: Checking, judge: Judge) -> None:
    assert checking.get("001", Stand(1), 10) == (about(1), True)
    judge.gate.clear()
    checking.units["001"].begun = -10
    assert checking.get("001", Stand(2), 0.01) == (about(1), False)
    judge.gate.set()
    assert checking.get("001", Stand(2), 10) == (about(2), True)
    assert judge.turns == [{"001": 1}, {"001": 2}]


def test_nothing_is_known_of_a_unit_until_its_first_check_ends(checking: Checking, judge: Judge) -> None:
    judge.gate.clear()
    assert checking.get("001", Stand(1), 0.01) == (NOTHING, False)


def test_pages_start_no_check_for_every_file_of_a_clerk_who_is_still_sending(
    checking: Checking, judge: Judge
) -> None:
    assert checking.get("001", Stand(0), 0.9)[1]
    assert [checking.get("001", Stand(n), 0.9)[1] for n in (1, 2, 3)] == [False] * 3
    assert checking.get("001", Stand(4), 10)[1]  # a decision waits for what stands now
    assert judge.turns == [{"001": 0}, {"001": 4}]


def test_units_that_wait_are_judged_together_each_as_it_then_stands(checking: Checking, judge: Judge) -> None:
    judge.gate.clear()
    checking.get("001", Stand(1), 0)
    assert judge.begun.wait(10)
    for unit, mark in (("002", 1), ("003", 1), ("002", 2)):
        checking.get(unit, Stand(mark), 0)
    judge.gate.set()
    assert checking.get("003", Stand(1), 10) == (about(1), True)
    assert checking.get("002", Stand(2), 10) == (about(2), True)
    assert judge.turns == [{"001": 1}, {"002": 2, "003": 1}]


def test_one_unit_that_cannot_be_judged_does_not_stop_the_others(checking: Checking, judge: Judge) -> None:
    judge.gate.clear()
    judge.broken = {"002"}
    checking.get("001", Stand(1), 0)
    assert judge.begun.wait(10)
    checking.get("002", Stand(1), 0)
    checking.get("003", Stand(1), 0)
    judge.gate.set()
    assert checking.get("003", Stand(1), 10) == (about(1), True)
    with pytest.raises(OSError):
        checking.get("002", Stand(1), 10)


def test_a_check_that_failed_is_tried_again_by_who_asks_next(checking: Checking, judge: Judge) -> None:
    judge.broken = {"001"}
    with pytest.raises(OSError):
        checking.get("001", Stand(1), 10)
    judge.broken = set()
    assert checking.get("001", Stand(1), 10) == (about(1), True)
