"""Judging a unit beside the requests: a page shows what is known now and says so while a newer check runs.

One thread per process judges, one unit at a time; a unit asked for again while it waits is judged once, as it
then stands.  While a clerk sends file after file, pages do not start a check for each: they ask again anyway.
Nothing is decided on what a page shows: handing in judges for itself.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Final

from huizong.steps.judge import Judged

PAUSE: Final = 1.0  # seconds between the checks of one unit that pages start; they ask again after 1.5


@dataclass
class _Unit:
    known: tuple[Hashable, Judged] | None = None
    wanted: Hashable = None
    job: Future[None] | None = None
    begun: float = -PAUSE


@dataclass
class Checking:
    """The last findings of every unit, and the check that runs."""

    units: dict[str, _Unit] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "checking"))

    def get(
        self, unit: str, mark: Hashable, make: Callable[[], Judged], patience: float
    ) -> tuple[Judged, bool]:
        """(findings, whether they are of `mark`), after at most `patience` seconds.

        Raises what `make` raises.
        """
        with self.lock:
            held = self.units.setdefault(unit, _Unit())
            if held.known is not None and held.known[0] == mark:
                return held.known[1], True
            now = time.monotonic()
            if held.known is not None and patience < PAUSE and now - held.begun < PAUSE:
                return held.known[1], False
            if held.wanted != mark or held.job is None:
                held.wanted = mark
                held.job = self.pool.submit(self._judge, held, mark, make)
            job: Future[None] | None = held.job
        until = time.monotonic() + patience
        waited: Future[None] | None = None
        while job is not None and job is not waited:        # overtaken: what is newer does as well
            try:
                job.result(timeout=max(0.0, until - time.monotonic()))
            except TimeoutError:
                break
            with self.lock:
                waited, job = job, held.job
        with self.lock:
            if held.known is None:
                return Judged((), ()), False
            return held.known[1], held.known[0] == mark

    def _judge(self, held: _Unit, mark: Hashable, make: Callable[[], Judged]) -> None:
        if held.wanted != mark:
            return                      # overtaken: the newer check is queued behind this one
        held.begun = time.monotonic()
        try:
            found = make()
            with self.lock:
                held.known = (mark, found)
        finally:
            with self.lock:
                if held.wanted == mark:
                    held.job = None     # also after a failure: who asks next tries again

    def close(self) -> None:
        self.pool.shutdown(wait=True, cancel_futures=True)
