"""Writers that share a commit: each is alone, each stands or falls by itself, and none is told too early."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from collector import commits, database
from collector.keys import Keys
from collector.ledger import Ledger


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(f"sqlite:///{tmp_path}/ledger.db", "c", Keys(tmp_path / "keys"), busy_seconds=5)


def at_once(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """What went wrong in `count` threads that begin together."""
    wrong: list[BaseException] = []
    begin = threading.Barrier(count)

    def one(number: int) -> None:
        begin.wait()
        try:
            work(number)
        except BaseException as error:
            wrong.append(error)

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return wrong


def kinds(ledger: Ledger) -> list[str]:
    with ledger.reading() as view:
        return [entry.kind for entry, _ in view.audit_rows()]


@pytest.fixture
def committed(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How often the disk was asked, as the commits happen."""
    times: list[int] = []
    real: Any = database._committed

    def counting(connection: Any) -> None:
        times.append(1)
        threading.Event().wait(0.02)        # as long as a disk takes: the others queue up meanwhile
        real(connection)

    monkeypatch.setattr(database, "_committed", counting)
    return times


def test_many_writers_need_few_commits_and_the_chain_stays_whole(
    committed: list[int], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(commits, "OLD", 60)
    ledger = Ledger(f"sqlite:///{tmp_path}/ledger.db", "c", Keys(tmp_path / "keys"))
    committed.clear()

    def write(number: int) -> None:
        with ledger.writing() as tx:
            tx.audit(f"n{number}", "")

    assert at_once(16, write) == []
    assert sorted(kinds(ledger)) == sorted(f"n{number}" for number in range(16))
    assert len(committed) <= 3 and ledger.broken() is None


def test_one_that_fails_takes_nobody_with_it(ledger: Ledger) -> None:
    def write(number: int) -> None:
        with ledger.writing() as tx:
            tx.audit(f"n{number}", "")
            if number % 2:
                raise ValueError(number)

    assert sorted(str(error) for error in at_once(10, write)) == ["1", "3", "5", "7", "9"]
    assert sorted(kinds(ledger)) == ["n0", "n2", "n4", "n6", "n8"] and ledger.broken() is None


def test_a_commit_that_fails_has_failed_for_all_and_the_next_one_works(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> None:
        raise OperationalError("commit", None, Exception("database or disk is full"))

    real = ledger._commits._end
    monkeypatch.setattr(ledger._commits, "_end", full)

    def write(number: int) -> None:
        with ledger.writing() as tx:
            tx.audit(f"n{number}", "")

    wrong = at_once(6, write)
    assert [type(error) for error in wrong] == [OperationalError] * 6 and kinds(ledger) == []
    monkeypatch.setattr(ledger._commits, "_end", real)
    assert at_once(6, write) == [] and len(kinds(ledger)) == 6


def test_a_writer_that_gave_up_waiting_leaves_no_transaction_open(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first sees somebody waiting, leaves the commit to them, and they are gone."""
    ledger._commits._waiting = 1
    with ledger.writing() as tx:
        tx.audit("first", "")
    other = Ledger(str(ledger.engine.url), "c", ledger.keys, busy_seconds=1)
    with other.writing() as tx:
        tx.audit("second", "")
    assert kinds(ledger) == ["first", "second"]


def test_a_failure_among_waiting_writers_leaves_no_transaction_open(ledger: Ledger) -> None:
    ledger._commits._waiting = 1
    with pytest.raises(ValueError), ledger.writing():
        raise ValueError
    other = Ledger(str(ledger.engine.url), "c", ledger.keys, busy_seconds=1)
    with other.writing() as tx:
        tx.audit("second", "")
    assert kinds(ledger) == ["second"]


def test_a_stretch_that_fails_leaves_nothing_and_the_chain_goes_on(ledger: Ledger) -> None:
    with ledger.writing() as tx:
        tx.audit("before", "")
        with pytest.raises(ValueError), tx.attempt():
            tx.audit("undone", "")
            raise ValueError
        tx.audit("after", "")
    assert kinds(ledger) == ["before", "after"] and ledger.broken() is None
