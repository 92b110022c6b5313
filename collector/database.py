"""The database under the ledger: SQLite with rules that lose nothing, or PostgreSQL; migrated when opened.

SQLite through SQLAlchemy's defaults loses updates silently (measured: 175 of 200).  So writers begin with
BEGIN IMMEDIATE, readers with BEGIN, and the journal is the one this SQLite version keeps safely.  On
PostgreSQL a writer takes one advisory lock: sequences and the audit chain have the same single order there.
"""
from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from collector.commits import Commits, LedgerBusy

__all__ = ["LedgerBusy", "LedgerTooNew", "opened", "reading", "safe_journal", "writers"]

HEAD: Final = "0002"
_LOCK: Final = 0x4875697A          # "Huiz": one writer at a time on PostgreSQL
_BUSY: Final = ("locked", "busy", "lock timeout")


class LedgerTooNew(Exception):
    """The database was made by a later version of this program."""


def opened(url: str, busy_seconds: float = 10.0) -> Engine:
    """An engine with our rules, its schema brought up to date.

    Raises LedgerTooNew, LedgerBusy, or SQLAlchemy's own errors.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        if address.database and address.database != ":memory:":
            Path(address.database).parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(address.database, os.O_RDWR | os.O_CREAT, 0o600))     # journals inherit the mode
        engine = create_engine(address, connect_args={"timeout": busy_seconds, "check_same_thread": False})
        event.listen(engine, "connect", _sqlite_rules)
        event.listen(engine, "begin", _sqlite_begin)
    else:
        wait = f"-c lock_timeout={int(busy_seconds * 1000)}"
        engine = create_engine(address, pool_pre_ping=True, connect_args={"options": wait})
    try:
        _migrate(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def writers(engine: Engine, patience: float) -> Commits:
    """The write transactions of this process: alone from their first moment, committed whole or not."""
    return Commits(partial(_begun, engine, patience), _committed, patience)


def _begun(engine: Engine, patience: float) -> Connection:
    """A connection that alone may write.  Raises LedgerBusy."""
    connection, until = engine.connect(), time.monotonic() + patience / 2
    try:
        connection = connection.execution_options(huizong_write=True)
        while True:
            try:
                connection.begin()
                if engine.dialect.name != "sqlite":
                    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
                break
            except OperationalError as error:
                # SQLite may say so at once, without the wait of its busy_timeout: then ask again.
                if not _is_busy(error) or time.monotonic() > until:
                    raise LedgerBusy(str(error.orig)) from error
                connection.rollback()
                time.sleep(0.05)
    except BaseException:
        connection.close()
        raise
    return connection


def _committed(connection: Connection) -> None:
    try:
        connection.commit()
    except OperationalError as error:       # in a rollback journal a long reader can hold up the commit
        if _is_busy(error):
            raise LedgerBusy(str(error.orig)) from error
        raise


def _is_busy(error: OperationalError) -> bool:
    return any(word in str(error).lower() for word in _BUSY)


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One consistent view; writes through it are not committed."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection
        if connection.in_transaction():
            connection.rollback()


def safe_journal(version: tuple[int, ...]) -> tuple[str, str]:
    """(journal_mode, synchronous) for a SQLite version: WAL loses commits before 3.44.6, 3.50.7, 3.51.3."""
    fixed = (version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45))
    return ("WAL", "FULL") if fixed else ("DELETE", "EXTRA")


def _sqlite_rules(connection: Any, _record: Any) -> None:
    connection.isolation_level = None       # we say BEGIN ourselves, see _sqlite_begin
    journal, synchronous = safe_journal(sqlite3.sqlite_version_info)
    cursor = connection.cursor()
    if cursor.execute("pragma journal_mode").fetchone()[0].upper() != journal:
        cursor.execute(f"pragma journal_mode={journal}")
    for pragma in (f"synchronous={synchronous}", "foreign_keys=on", "trusted_schema=off", "secure_delete=on"):
        cursor.execute(f"pragma {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    write = connection.get_execution_options().get("huizong_write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _migrate(engine: Engine) -> None:
    """Brings the schema to HEAD in one transaction; a SQLite file that holds data is copied aside first."""
    with reading(engine) as connection:
        at = _revision(connection)
    if at == HEAD:
        return
    with writers(engine, 60).writing() as connection:
        at = _revision(connection)
        if at == HEAD:
            return                           # another process was first
        if at is not None and at > HEAD:
            raise LedgerTooNew(at)
        if at is not None and engine.dialect.name == "sqlite" and engine.url.database:
            _copy(engine.url.database, f"{engine.url.database}.before-{HEAD}")
        from alembic import command  # slow to import, and needed once in a ledger's life
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.execute(text("select version_num from alembic_version")).scalar()
    return found


def _copy(source: str, target: str) -> None:
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new)
