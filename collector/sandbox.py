"""Parsing of foreign bytes in limited child processes; a child that dies costs one sentence, nothing else.

A small pool of warm workers: each has its memory, CPU time, open files and file writes limited, is killed
at the wall clock, and is replaced after a crash or `jobs_per_worker` jobs.  Answers come by pipe, as JSON or
bytes (Arrow, Parquet), never as pickle.  Any thread may call; a forked process starts workers of its own.
"""
from __future__ import annotations

import atexit
import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from collector.names import display_name
from collector.refusal import Refusal, refusal
from collector.sandbox_child import HEADER, OUT_OF_MEMORY, REQUEST


@dataclass(frozen=True)
class Cage:
    """The limits of a child.  `memory` is what a job may map beyond the imports; seconds are per job."""

    memory: int = 1 << 30
    cpu_seconds: float = 20
    wall_seconds: float = 30
    open_files: int = 32
    answer_size: int = 256 << 20
    jobs_per_worker: int = 500
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    preload: tuple[str, ...] = ("collector.gate",)


@dataclass(frozen=True)
class Result:
    """`value` is the function's JSON value or bytes; or `refused` says why not, `detail` is for the log."""

    value: Any = None
    refused: Refusal | None = None
    detail: str = ""


class _Died(Exception):
    pass


class _Worker:
    """One child and its two pipes."""

    def __init__(self, cage: Cage) -> None:
        setup = {"path": [p or os.getcwd() for p in sys.path], "preload": cage.preload,
                 "memory": cage.memory, "files": cage.open_files}
        self.cage, self.jobs, self.ready = cage, 0, False
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c",
             "import sys, json; sys.path[:] = json.loads(sys.argv[1])['path'];"
             "from collector.sandbox_child import main; main()", json.dumps(setup)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0,
            env={"LC_ALL": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1",
                 "MALLOC_ARENA_MAX": "2"}, cwd="/", start_new_session=True)
        assert self.process.stdin and self.process.stdout
        self.to, self.out = self.process.stdin.fileno(), self.process.stdout.fileno()
        for fd in (self.to, self.out):
            with contextlib.suppress(OSError):
                fcntl.fcntl(fd, 1031, 1 << 20)       # F_SETPIPE_SZ: 1 MB pieces instead of 64 kB
            os.set_blocking(fd, False)

    def run(self, function: str, payload: bytes, args: Mapping[str, Any]) -> tuple[bytes, bytes]:
        """(tag, body) of the answer; raises _Died, with the reason, when there is none."""
        if not self.ready:      # imports are ours, not the sender's: they do not count against the job
            self._read_answer(time.monotonic() + 60)
            self.ready = True
        self.jobs += 1
        deadline = time.monotonic() + self.cage.wall_seconds
        head = json.dumps({"function": function, "args": dict(args), "wall": self.cage.wall_seconds,
                           "cpu": self.cage.cpu_seconds}).encode()
        self._write(REQUEST.pack(len(head), len(payload)) + head, deadline)
        self._write(payload, deadline)
        return self._read_answer(deadline)

    def _write(self, data: bytes, deadline: float) -> None:
        view = memoryview(data)
        while view:
            self._wait(self.to, select.POLLOUT, deadline)
            try:
                view = view[os.write(self.to, view[:1 << 20]):]
            except BlockingIOError:
                # POLLOUT promises one page only; a larger write may still not fit at once.
                view = view[self._some(view):]
            except BrokenPipeError as error:
                raise _Died(self._death()) from error

    def _some(self, view: memoryview) -> int:
        try:
            return os.write(self.to, view[:4096])
        except BlockingIOError:
            return 0

    def _read_answer(self, deadline: float) -> tuple[bytes, bytes]:
        tag, size = HEADER.unpack(self._read(HEADER.size, deadline))
        if size > self.cage.answer_size:
            raise _Died("answer too large")
        return tag, self._read(size, deadline)

    def _read(self, size: int, deadline: float) -> bytes:
        pieces, left = [], size
        while left:
            self._wait(self.out, select.POLLIN, deadline)
            piece = os.read(self.out, min(left, 1 << 20))
            if not piece:
                raise _Died(self._death())
            pieces.append(piece)
            left -= len(piece)
        return b"".join(pieces)

    @staticmethod
    def _wait(fd: int, what: int, deadline: float) -> None:
        poll = select.poll()
        poll.register(fd, what)
        if not poll.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise _Died("wall clock")

    def _death(self) -> str:
        try:
            code = self.process.wait(2)
        except subprocess.TimeoutExpired:
            return "pipe closed"
        return signal.Signals(-code).name if code < 0 else f"exit {code}"

    def end(self) -> None:
        for stream in (self.process.stdin, self.process.stdout):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """After a fork: our copies of the pipes must not keep the parent's child alive."""
        for fd in (self.to, self.out):
            with contextlib.suppress(OSError):
                os.close(fd)
        self.process.returncode = 0


class Sandbox:
    """A pool of at most `cage.workers` warm children.  Use as a context manager, or `close()`."""

    def __init__(self, cage: Cage | None = None) -> None:
        self.cage = cage or Cage()
        self._reset()
        _ALL.append(self)

    def _reset(self) -> None:
        self._free: list[_Worker] = []
        self._every: set[_Worker] = set()
        self._places = threading.BoundedSemaphore(self.cage.workers)
        self._lock = threading.Lock()
        self._closed = False

    def run(self, function: str, payload: bytes, *, name: str = "",
            args: Mapping[str, Any] | None = None) -> Result:
        """The value of `function` (`package.module:name`, called as f(payload, **args)) or a refusal.

        `name` is the file's name, for the sentence.  Raises RuntimeError after `close()`, OSError when no
        child can be started, and nothing for what the bytes do.
        """
        with self._places:
            worker = self._take()
            keep = False
            try:
                tag, body = worker.run(function, payload, args or {})
                keep = tag != b"E" and worker.jobs < self.cage.jobs_per_worker
                return self._result(tag, body, name)
            except _Died as death:
                if not worker.ready:
                    raise RuntimeError(f"the limited child does not start: {death}") from death
                return Result(None, refusal("unreadable_within_limits", display_name(name)), str(death))
            finally:
                with self._lock:
                    keep = keep and not self._closed
                    if keep:
                        self._free.append(worker)
                    else:
                        self._every.discard(worker)
                if not keep:
                    worker.end()

    def map(self, function: str, jobs: Iterable[tuple[bytes, str, Mapping[str, Any]]]) -> Iterator[Result]:
        """Results of many (payload, name, args), in order, as many at once as there are workers."""
        ahead: list[Future[Result]] = []
        with ThreadPoolExecutor(self.cage.workers) as threads:
            for payload, name, args in jobs:
                ahead.append(threads.submit(self.run, function, payload, name=name, args=args))
                if len(ahead) > 2 * self.cage.workers:
                    yield ahead.pop(0).result()
            for waiting in ahead:
                yield waiting.result()

    def close(self) -> None:
        with self._lock:
            self._closed, ending = True, self._free
            self._free = []
        for worker in ending:
            worker.end()
        if self in _ALL:
            _ALL.remove(self)

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise RuntimeError("the sandbox is closed")
            while self._free:
                worker = self._free.pop()
                if worker.process.poll() is None:
                    return worker
                self._every.discard(worker)
                worker.end()
        worker = _Worker(self.cage)
        with self._lock:
            self._every.add(worker)
        return worker

    @staticmethod
    def _result(tag: bytes, body: bytes, name: str) -> Result:
        if tag == b"B":
            return Result(body)
        try:
            value = json.loads(body)
        except ValueError:
            return Result(None, refusal("unreadable", display_name(name)), "answer is no JSON")
        if tag == b"J":
            return Result(value)
        code = "unreadable_within_limits" if value.get("what") == OUT_OF_MEMORY else "unreadable"
        return Result(None, refusal(code, display_name(name)), str(value.get("detail", ""))[:500])


_ALL: list[Sandbox] = []
_SHARED: dict[Cage, Sandbox] = {}
_SHARED_LOCK = threading.Lock()


def run_limited(function: str, payload: bytes, *, name: str = "", args: Mapping[str, Any] | None = None,
                cage: Cage | None = None) -> Result:
    """`Sandbox.run` on this process's shared pool for `cage` (started at the first call)."""
    return shared(cage).run(function, payload, name=name, args=args)


def shared(cage: Cage | None = None) -> Sandbox:
    """This process's pool for `cage`; it is closed when the process ends."""
    cage = cage or Cage()
    with _SHARED_LOCK:
        if cage not in _SHARED:
            _SHARED[cage] = Sandbox(cage)
        return _SHARED[cage]


def _after_fork() -> None:
    global _SHARED_LOCK
    _SHARED_LOCK = threading.Lock()
    for sandbox in _ALL:
        for worker in sandbox._every:
            worker.forget()
        sandbox._reset()


def _at_exit() -> None:
    for sandbox in list(_ALL):
        sandbox.close()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
