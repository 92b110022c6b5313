"""Two ways of doing the same, timed in turns: on a busy machine only ratios of neighbours mean much."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

Job = Callable[[], object]


@dataclass(frozen=True)
class Race:
    """`what` is done by `ours` and by `theirs`; both are told in words. `rounds`: how often each runs."""

    what: str
    ours: tuple[str, Job]
    theirs: tuple[str, Job]
    rounds: int = 5


@dataclass(frozen=True)
class Measured:
    """Medians in seconds. `ratio` above 1: theirs takes that many times as long."""

    what: str
    ours: str
    theirs: str
    ours_seconds: float
    theirs_seconds: float

    @property
    def ratio(self) -> float:
        return self.theirs_seconds / self.ours_seconds


def run(race: Race) -> Measured:
    """Each side once to warm up (unless it runs but once), then in turns, in an order that changes."""
    sides = (race.ours[1], race.theirs[1])
    if race.rounds > 1:
        for side in sides:
            side()
    seconds: tuple[list[float], list[float]] = ([], [])
    order = random.Random(race.what)
    for _ in range(race.rounds):
        for n in order.sample((0, 1), 2):
            gc.collect()
            start = time.perf_counter()
            sides[n]()
            seconds[n].append(time.perf_counter() - start)
    return Measured(race.what, race.ours[0], race.theirs[0], median(seconds[0]), median(seconds[1]))
