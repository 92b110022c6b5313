"""The ledger under SQLite and PostgreSQL alike: nothing lost, nothing twice, everything audited."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, create_engine, delete, inspect, text, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError

from collector import audit, database, schema
from collector.audit import Link
from collector.keys import Keys, Tampered
from collector.ledger import Ledger, Stale
from collector.rows import Actor, NewDocument
from collector.store import Store
from collector.workflow import NotAllowed
from tests.collector import servers

ROOT = Path(__file__).parents[2]
CLERK, NOON = Actor("clerk", "clerk", "10.0.0.1"), datetime(2019, 9, 1, 4, tzinfo=UTC)
A, B = "a" * 64, "b" * 64


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    with servers.postgres() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/state/ledger.db"
    address = make_url(request.getfixturevalue("cluster"))
    name = f"t{abs(hash(request.node.nodeid)) % 10**9}"
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    engine.dispose()
    return address.set(database=name).render_as_string(hide_password=False)


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


@pytest.fixture
def ledger(url: str, keys: Keys) -> Iterator[Ledger]:
    ledger = Ledger(url, "c", keys)
    with ledger.writing() as tx:
        tx.event("assigned", "U1", "staff")
    yield ledger
    ledger.close()


def file(sha256: str = A, status: str = "read", **more: str) -> NewDocument:
    return NewDocument("U1", "staff", sha256, "名册（张三）.xlsx", 10, status, NOON, **more)  # type: ignore[arg-type]


def together(what: str, count: int, ledger: Ledger) -> list[str]:
    url = ledger.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-m", "tests.collector.writers", what, str(count), url, str(ledger.keys.folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_twenty_parallel_identical_submissions_make_one_version_and_one_receipt(ledger: Ledger) -> None:
    answers = together("submit_the_same", 20, ledger)
    assert len(answers) == 20 and set(answers) == {answers[0]} and answers[0].endswith(" 1")
    with ledger.reading() as view:
        assert (len(view.documents()), len(view.receipts())) == (1, 1)
        assert [e.kind for e in view.events()] == ["assigned", "uploaded"]
    assert ledger.broken() is None


def test_no_update_is_lost_between_processes(ledger: Ledger) -> None:
    together("count_up", 4, ledger)
    with ledger.reading() as view:
        assert max(int(e.value) for e in view.explanations()) == 40


def test_kill_9_between_blob_and_commit_loses_nothing_acknowledged_and_dangles_nothing(
    tmp_path: Path, keys: Keys
) -> None:
    url, acknowledged = f"sqlite:///{tmp_path}/l.db", []
    for delay in (0.01, 0.03, 0.06, 0.1, 0.15):
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.collector.writers", "receive", "0", url, str(keys.folder)],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert process.stdout
        acknowledged.append(process.stdout.readline().strip())
        time.sleep(delay)
        process.kill()
        acknowledged += [line.strip() for line in process.stdout if len(line.strip()) == 64]
        process.wait()
        process.stdout.close()
    store, ledger = Store(tmp_path / "store", keys), Ledger(url, "c", keys)
    with ledger.reading() as view:
        known = view.blobs()
    assert len(acknowledged) >= 5 and set(acknowledged) <= known
    assert store.reconcile(known).missing == () and not list(store.scrub())
    assert ledger.broken() is None
    ledger.close()


def test_other_content_is_a_new_version_and_going_back_is_one_too(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        versions = [tx.recorded(file(s)).version for s in (A, A, B, A)]
    assert versions == [1, 1, 2, 3]


def test_the_same_bytes_give_the_same_receipt_and_say_so(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        first = tx.received("U1", A, "名册.xlsx", 10, at=NOON)
        again = tx.received("U1", A, "改名.xlsx", 10)
        other = tx.received("U2", A, "名册.xlsx", 10)
    assert (first.number, first.repeated) == (again.number, False) and again.repeated
    assert other.number != first.number
    assert first.beijing_time == "2019-09-01 12:00:00" and first.short_code == "AAAA-AAAA-AAAA"


def test_a_refused_file_is_a_recorded_fact_that_moves_nothing(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        document = tx.recorded(file(status="refused"))
    with ledger.reading() as view:
        assert (document.version, view.states()[("U1", "staff")].status) == (1, "assigned")
        assert [e.kind for e in view.events()][-1] == "refused"
    with ledger.writing(CLERK) as tx:  # a later, better reading of the same bytes counts
        assert tx.recorded(file()).version == 2


def test_a_returned_file_may_be_sent_again_unchanged(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        tx.recorded(file())
        tx.event("submitted", "U1", "staff")
        tx.event("returned", "U1", "staff", details={"reason": "请核对张三"})
        assert tx.states()[("U1", "staff")].reason == "请核对张三"
        assert tx.recorded(file()).repeated
        assert tx.event("submitted", "U1", "staff").kind == "submitted"


def test_a_move_that_is_not_allowed_leaves_no_trace(ledger: Ledger) -> None:
    with pytest.raises(NotAllowed), ledger.writing(CLERK) as tx:
        tx.explained("U1", "X01", "k", "v", "r")
        tx.event("accepted", "U1", "staff")
    with ledger.reading() as view:
        assert not view.explanations() and len(view.events()) == 1
    assert ledger.broken() is None


def test_a_form_sent_twice_by_a_double_click_acts_once(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        assert [tx.first_time("n1", "U1"), tx.first_time("n1", "U1"), tx.first_time("n2", "U1")] == [
            True,
            False,
            True,
        ]


def test_the_last_explanation_and_override_count(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        tx.explained("U1", "X01", "k", "1", "first")
        tx.explained("U1", "X01", "k", "1", "second")
        tx.explained("U1", "X01", "k", "2", "other value")
        tx.overridden("U1", "annex2", "col7", "", "3", "r")
        tx.overridden("U1", "annex2", "col7", "", "4", "r")
    with ledger.reading() as view:
        assert [e.reason for e in view.explanations("U1")] == ["second", "other value"]
        assert [o.value for o in view.overrides()] == ["4"]


def test_a_waiver_changed_by_someone_else_is_stale(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        waiver = tx.waived("U1", "X01", "k", "r", date(2019, 12, 31), "王局长")
    with ledger.writing(CLERK) as tx:
        tx.withdrawn(waiver)
    with pytest.raises(Stale), ledger.writing(CLERK) as tx:
        tx.withdrawn(waiver)
    with ledger.reading() as view:
        (kept,) = view.waivers(withdrawn=True)
        assert not view.waivers()
        assert (kept.until, kept.by, kept.approver) == (date(2019, 12, 31), CLERK.login, "王局长")


def test_order_does_not_depend_on_the_clock(url: str, keys: Keys) -> None:
    clock = [NOON]
    ledger = Ledger(url, "c", keys, clock=lambda: clock[0])
    for kind in ("assigned", "uploaded", "submitted"):
        with ledger.writing() as tx:
            tx.event(kind, "U1", "f")
        clock[0] -= timedelta(hours=1)
    with ledger.reading() as view:
        assert [e.kind for e in view.events()] == ["assigned", "uploaded", "submitted"]
    ledger.close()


def test_campaigns_in_one_database_do_not_see_each_other(ledger: Ledger) -> None:
    other = Ledger(ledger.engine.url.render_as_string(hide_password=False), "other", ledger.keys)
    with other.reading() as view:
        assert not view.events()
    other.close()


@pytest.mark.parametrize("table", [schema.events, schema.audit, schema.documents, schema.receipts])
def test_history_cannot_be_rewritten_through_the_database(ledger: Ledger, table: Table) -> None:
    with ledger.writing(CLERK) as tx:
        tx.received("U1", A, "a", 1)
        tx.recorded(file())
    for statement in (delete(table), update(table).values(campaign="x")):
        with pytest.raises(DatabaseError, match="append-only"), ledger.writing() as tx:
            tx.connection.execute(statement)


def test_a_changed_a_missing_and_a_cut_off_audit_row_are_found(ledger: Ledger) -> None:
    with ledger.writing(CLERK) as tx:
        head = [tx.audit("viewed", "x"), tx.audit("viewed", "y")][-1]
    with ledger.reading() as view:
        rows, key = list(view.audit_rows()), ledger._audit_key
    assert audit.broken(key, rows, head) is None
    changed = [(audit.Entry(**{**vars(e), "user": "mallory"}) if e.seq == 2 else e, m) for e, m in rows]
    assert "第 2 条被改动" in str(audit.broken(key, changed))
    assert "第 2 条缺失" in str(audit.broken(key, [r for r in rows if r[0].seq != 2]))
    assert audit.broken(key, rows[:-1]) is None
    assert "截断" in str(audit.broken(key, rows[:-1], head))
    assert "不符" in str(audit.broken(key, rows, Link(head.seq, "0" * 64)))


def test_a_user_name_cannot_write_a_log_line(ledger: Ledger) -> None:
    with ledger.writing(Actor('a\n{"event":"login_ok"}')) as tx:
        tx.audit("login", "x")
    with ledger.reading() as view:
        assert all("\n" not in e.user for e, _ in view.audit_rows())


def test_no_personal_data_lies_readable_in_the_database(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/l.db", "c", keys)
    with ledger.writing() as tx:
        tx.event("assigned", "U1", "staff")
        tx.received("U1", A, "名册（张三）.xlsx", 1)
        tx.recorded(file())
        tx.explained("U1", "X01", "330399199001019001", "EZ9900001", "张三出差")
        tx.waived("U1", "X01", "330399199001019001", "张三")
        tx.event("submitted", "U1", "staff")
        tx.event("returned", "U1", "staff", details={"reason": "张三"})
    ledger.close()
    raw = (tmp_path / "l.db").read_bytes()
    for secret in ("张三", "330399199001019001", "EZ9900001"):
        assert secret.encode() not in raw


def test_two_swapped_sealed_texts_do_not_open(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/l.db", "c", keys)
    with ledger.writing() as tx:
        tx.waived("U1", "X01", "first", "r")
        tx.waived("U1", "X01", "second", "r")
    with sqlite3.connect(tmp_path / "l.db") as raw:
        one, two = (r[0] for r in raw.execute("select key_sealed from waivers order by id"))
        raw.execute("update waivers set key_sealed = ? where id = 1", (two,))
        raw.execute("update waivers set key_sealed = ? where id = 2", (one,))
    raw.close()
    with pytest.raises(Tampered), ledger.reading() as view:
        view.waivers()
    ledger.close()


def test_the_migrations_make_the_tables_of_the_schema(ledger: Ledger) -> None:
    found = inspect(ledger.engine)
    assert set(found.get_table_names()) == set(schema.metadata.tables) | {"alembic_version"}
    for name, table in schema.metadata.tables.items():
        assert {(c["name"], c["nullable"]) for c in found.get_columns(name)} == {
            (c.name, c.nullable) for c in table.columns
        }
        assert {i["name"] for i in found.get_indexes(name)} >= {i.name for i in table.indexes}


def test_a_database_of_a_later_version_is_not_touched(ledger: Ledger) -> None:
    with ledger.writing() as tx:
        tx.connection.execute(text("update alembic_version set version_num = '9999'"))
    with pytest.raises(database.LedgerTooNew):
        Ledger(ledger.engine.url.render_as_string(hide_password=False), "c", ledger.keys)


def test_a_writer_that_waits_too_long_says_so_and_may_come_again(url: str, keys: Keys) -> None:
    first, second = Ledger(url, "c", keys), Ledger(url, "c", keys, busy_seconds=0.05)
    with first.writing() as tx:
        tx.audit("slow", "x")
        with pytest.raises(database.LedgerBusy), second.writing():
            pass
    with second.writing() as tx:
        tx.audit("ok", "x")
    assert second.broken() is None
    first.close()
    second.close()


def test_the_database_file_is_for_its_owner_only(tmp_path: Path, keys: Keys) -> None:
    Ledger(f"sqlite:///{tmp_path}/l.db", "c", keys).close()
    assert (tmp_path / "l.db").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ((3, 40, 1), "DELETE"),
        ((3, 44, 5), "DELETE"),
        ((3, 44, 6), "WAL"),
        ((3, 45, 0), "DELETE"),
        ((3, 50, 6), "DELETE"),
        ((3, 50, 7), "WAL"),
        ((3, 51, 2), "DELETE"),
        ((3, 51, 3), "WAL"),
        ((3, 53, 0), "WAL"),
    ],
)
def test_wal_only_where_this_sqlite_keeps_commits(version: tuple[int, ...], journal: str) -> None:
    assert database.safe_journal(version)[0] == journal


def test_sqlite_opens_with_our_rules(tmp_path: Path, keys: Keys) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path}/l.db", "c", keys)
    with ledger.reading() as view:
        found = {
            p: view.connection.execute(text(f"pragma {p}")).scalar()
            for p in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "trusted_schema",
                "secure_delete",
                "busy_timeout",
            )
        }
    journal, synchronous = database.safe_journal(sqlite3.sqlite_version_info)
    assert found == {
        "journal_mode": journal.lower(),
        "synchronous": {"FULL": 2, "EXTRA": 3}[synchronous],
        "foreign_keys": 1,
        "trusted_schema": 0,
        "secure_delete": 1,
        "busy_timeout": 10000,
    }
    ledger.close()
