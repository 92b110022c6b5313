"""Judging units beside the requests: a page shows what is known now and says so while a newer check runs.

One thread per process judges, all units that wait together: ten units in one data set cost little more than
one alone, so after each turn it rests a while and lets more of them gather, unless somebody decides on it.
A unit asked for again while it waits is judged once, as it then stands.  While a clerk sends file after file,
pages do not start a check for each: they ask again anyway.
Nothing is decided on what a page shows: handing in judges for itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from huizong.steps.judge import Judged

PAUSE: Final = 1.0  # seconds between the checks of one unit that pages start; they ask again after 1.5
REST: Final = 2.0  # how long it rests after a turn, in turns; a second at most
TOGETHER: Final = 12  # units judged in one data set: nobody waits for more than about a second


@dataclass(frozen=True)
class Stand:
    """What a unit's findings are of: same `mark`, same findings; `complete`: judged as if handed in."""

    mark: Hashable
    complete: bool = False


Judge = Callable[[Mapping[str, Stand]], Mapping[str, Judged]]


@dataclass
class _Asked:
    stand: Stand
    answer: Future[Judged]


@dataclass
class _Unit:
    known: tuple[Stand, Judged] | None = None
    asked: _Asked | None = None  # waiting or running
    begun: float = -PAUSE


class Checking:
    """The last findings of every unit, and those that wait for a check."""

    def __init__(self, judge: Judge) -> None:
        self.judge = judge
        self.units: dict[str, _Unit] = {}
        self.waiting: dict[str, _Asked] = {}
        self.lock = threading.Lock()
        self.urgent = threading.Event()  # somebody waits to hand in, or to decide
        self.rests_until = 0.0
        self.pool = ThreadPoolExecutor(1, "checking")

    def get(self, unit: str, stand: Stand, patience: float) -> tuple[Judged, bool]:
        """(findings, whether they are of `stand`), after at most `patience` seconds.

        Raises what judging raises.
        """
        with self.lock:
            held = self.units.setdefault(unit, _Unit())
            if held.known is not None and held.known[0] == stand:
                return held.known[1], True
            now = time.monotonic()
            if held.known is not None and patience < PAUSE and now - held.begun < PAUSE:
                return held.known[1], False
            if unit in self.waiting:
                self.waiting[unit].stand = stand  # overtaken: what is newer does as well
            elif held.asked is None or held.asked.stand != stand:
                held.asked = self.waiting[unit] = _Asked(stand, Future())
                self.pool.submit(self._next)
            if patience >= PAUSE:
                self.urgent.set()
            assert held.asked is not None
            answer = held.asked.answer
        with suppress(TimeoutError):
            answer.result(patience)
        with self.lock:
            if held.known is None:
                return Judged((), ()), False
            return held.known[1], held.known[0] == stand

    def _next(self) -> None:
        """Judge whoever waits; whoever came too late for this turn has one of its own behind it."""
        self.urgent.wait(max(0.0, self.rests_until - time.monotonic()))
        with self.lock:
            self.urgent.clear()
            turn = {unit: self.waiting.pop(unit) for unit in list(self.waiting)[:TOGETHER]}
            for unit in turn:
                self.units[unit].begun = time.monotonic()
        if not turn:
            return
        begun = time.monotonic()
        try:
            self._tell(turn, self.judge({unit: each.stand for unit, each in turn.items()}))
        except Exception as wrong:
            if len(turn) > 1:  # one unit's papers may be at fault: the others shall not wait for it
                for unit, each in turn.items():
                    self._alone(unit, each)
            else:
                self._failed(turn, wrong)
        ended = time.monotonic()
        self.rests_until = ended + min(1.0, REST * (ended - begun))

    def _alone(self, unit: str, asked: _Asked) -> None:
        try:
            self._tell({unit: asked}, self.judge({unit: asked.stand}))
        except Exception as wrong:
            self._failed({unit: asked}, wrong)

    def _tell(self, turn: Mapping[str, _Asked], found: Mapping[str, Judged]) -> None:
        with self.lock:
            for unit, each in turn.items():
                self.units[unit].known = (each.stand, found[unit])
                self._done(unit, each)
        for unit, each in turn.items():
            each.answer.set_result(found[unit])

    def _failed(self, turn: Mapping[str, _Asked], wrong: Exception) -> None:
        with self.lock:
            for unit, each in turn.items():
                self._done(unit, each)  # who asks next tries again
        for each in turn.values():
            each.answer.set_exception(wrong)

    def _done(self, unit: str, asked: _Asked) -> None:
        if self.units[unit].asked is asked:
            self.units[unit].asked = None

    def close(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)
