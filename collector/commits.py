"""Writers of one process share a commit: each is alone while it writes, and told when it is durable.

A commit waits for the disk (measured: 15 to 20 ms in a rollback journal), and only one may be under way.
So whoever finishes while others wait for their turn leaves the transaction open for the next; the last, or
the one who finds it old enough, commits for all.  A part that fails is undone by itself (a savepoint).
A commit that fails has failed for everybody in it.
"""
from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

OLD: Final = 0.03           # seconds after which a transaction takes no further parts
LOOK: Final = 0.02          # seconds after which a waiting writer sees to the commit itself


class LedgerBusy(Exception):
    """Another writer held the ledger too long; nothing was written, trying again later is right."""


@dataclass
class _Shared:
    """One transaction of several writers."""

    connection: Connection
    began: float = field(default_factory=time.monotonic)
    over: threading.Event = field(default_factory=threading.Event)
    failed: BaseException | None = None


class Commits:
    """The writers of one process.  `begin` opens a write transaction, `end` commits one.

    Both may raise LedgerBusy; `patience` is how many seconds a writer waits for its turn.
    """

    def __init__(self, begin: Callable[[], Connection], end: Callable[[Connection], None],
                 patience: float) -> None:
        self._begin, self._end, self._patience = begin, end, patience
        self._turn, self._count, self._waiting = threading.Lock(), threading.Lock(), 0
        self._open: _Shared | None = None       # only with the turn

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One part of a transaction, durable when this returns.

        Raises LedgerBusy, or what the commit raised.
        """
        self._wait()
        try:
            shared = self._open = self._open or _Shared(self._begin())
            done = False
            try:
                yield from _part(shared)
                done = True
            finally:
                # After a failure nobody may be left to see to the commit.
                if not done or not self._waiting or time.monotonic() - shared.began >= OLD:
                    self._close(shared)
        finally:
            self._turn.release()
        while not shared.over.wait(LOOK):       # whoever waited for the turn may have given up
            if self._turn.acquire(blocking=False):
                try:
                    if self._open is shared:
                        self._close(shared)
                finally:
                    self._turn.release()
        if shared.failed is not None:
            raise shared.failed

    def _wait(self) -> None:
        with self._count:
            self._waiting += 1
        try:
            if not self._turn.acquire(timeout=self._patience):
                raise LedgerBusy("another thread writes")
        finally:
            with self._count:
                self._waiting -= 1

    def _close(self, shared: _Shared) -> None:
        """Commits, or undoes everything; whatever happens, those who wait learn of it."""
        self._open = None
        try:
            if shared.failed is None:
                self._end(shared.connection)
        except BaseException as error:
            shared.failed = error
        finally:
            with suppress(SQLAlchemyError):
                shared.connection.rollback()
            with suppress(SQLAlchemyError):
                shared.connection.close()
            shared.over.set()


def _part(shared: _Shared) -> Iterator[Connection]:
    """Runs one writer's body between a savepoint and its release."""
    try:
        with savepoint(shared.connection, "part"):
            yield shared.connection
    except Undone as undone:
        shared.failed = undone.first
        raise undone.first from None


class Undone(Exception):
    """A failure took the whole transaction with it, savepoints and all (SQLite does so on a full disk)."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(str(error))
        self.first: BaseException = error.first if isinstance(error, Undone) else error


@contextmanager
def savepoint(connection: Connection, name: str) -> Iterator[None]:
    """A stretch of a transaction that leaves nothing behind when it raises.  Raises Undone."""
    connection.exec_driver_sql(f"savepoint {name}")
    try:
        yield
    except BaseException as error:
        try:
            connection.exec_driver_sql(f"rollback to savepoint {name}")
        except SQLAlchemyError:
            raise Undone(error) from error
        raise
    connection.exec_driver_sql(f"release savepoint {name}")
