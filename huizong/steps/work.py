"""The work seam: batches go to processes of this machine or to a Dask cluster; what comes back is the same.

Both are a `concurrent.futures.Executor`, so no step knows which one it has.  Functions and values must be
picklable; a Dask worker needs this package, and the campaign's folder under the same path.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ParamSpec, TypeVar

from huizong.steps.errors import UseError

P = ParamSpec("P")
A = TypeVar("A")
R = TypeVar("R")
SCHEMES = ("tcp://", "tls://", "ws://", "wss://", "inproc://")
AHEAD = 2           # batches under way per worker: enough to keep it busy, few enough to hold their results
PATIENCE = 10       # seconds until a scheduler that does not answer is given up


class Here(Executor):
    """This very process: for one batch, or a machine with one processor."""

    def submit(self, fn: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> Future[R]:
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


@dataclass(frozen=True)
class Crew:
    """An executor and how many batches it works on at a time."""

    executor: Executor
    hands: int

    def each(self, function: Callable[[A], R], batches: Iterable[A]) -> Iterator[R]:
        """The results in the order of the batches; the first error is raised, later batches are not begun."""
        waiting: deque[Future[R]] = deque()
        try:
            for batch in batches:
                waiting.append(self.executor.submit(function, batch))
                if len(waiting) >= AHEAD * self.hands:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


@contextmanager
def crew(scheduler: str | None = None, *, batches: int | None = None) -> Iterator[Crew]:
    """Workers for `batches` (None: unknown): the cluster at `scheduler`, else a process per processor.

    One batch, or one processor, needs no process beside this one.
    Raises UseError where the scheduler does not answer or has no workers.
    """
    if scheduler is not None:
        with _cluster(scheduler) as found:
            yield found
        return
    hands = min(processors(), batches if batches is not None else processors())
    if hands <= 1:
        yield Crew(Here(), 1)
        return
    # forkserver: a fork of a process with threads (DuckDB, Arrow) may hang.
    with ProcessPoolExecutor(hands, mp_context=multiprocessing.get_context("forkserver")) as pool:
        yield Crew(pool, hands)


def processors() -> int:
    """How many processors this process may use; `HUIZONG_PROCESSES` says less (or more)."""
    asked = os.environ.get("HUIZONG_PROCESSES", "")
    if asked.isdecimal() and int(asked):
        return int(asked)
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def _cluster(address: str) -> Iterator[Crew]:
    if not address.startswith(SCHEMES):
        raise UseError(f"--scheduler 应是 Dask 调度器的地址，如 tcp://10.0.0.8:8786，而不是“{address}”。")
    from distributed import Client  # a second to import, and needed only here

    connect: Any = Client           # untyped

    try:
        client: Any = connect(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        remedy = "请检查地址，或不带 --scheduler 在本机运行。"
        raise UseError(f"连不上 Dask 调度器 {address}，{remedy}") from error
    try:
        hands = sum(client.nthreads().values())
        if not hands:
            raise UseError(f"Dask 调度器 {address} 没有工作进程，请先启动 dask worker。")
        yield Crew(client.get_executor(), hands)
    finally:
        client.close()
