"""The ledger: what happened, in order, for ever.  Everything else (status, matrix, snapshot) is asked of it.

`with ledger.reading() as view` is one consistent view; `with ledger.writing(actor) as tx` is one transaction
that reads, decides, writes its rows *and* their audit rows, or leaves nothing.  Order is by sequence: a clock
that jumps back changes no order.  Put blobs into the store first, then write here, then hand out the receipt.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select, update

from collector import audit, commits, database, workflow
from collector.audit import Link
from collector.keys import Keys, Sealer
from collector.receipts import Receipt, number
from collector.rows import Actor, Document, Event, Explanation, NewDocument, Override, Waiver
from collector.schema import audit as audit_table
from collector.schema import documents, events, explanations, idempotency, overrides, receipts, waivers
from collector.view import Reading, utc_text

__all__ = ["Ledger", "Reading", "Stale", "Writing", "utc_text"]


class Stale(Exception):
    """Someone else changed the row since it was read; show it again and let the person decide."""


class Writing(Reading):
    """One transaction.  Every method writes its audit row as well."""

    def __init__(self, connection: Connection, campaign: str, sealer: Sealer, by: Actor, now: datetime,
                 audit_key: bytes) -> None:
        super().__init__(connection, campaign, sealer)
        self.by, self.now, self._audit_key = by, now, audit_key
        self._last: Link | None = None        # of the chain, once asked: nobody else writes meanwhile

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """A stretch that may fail by itself: what raises in it leaves nothing, the transaction goes on."""
        last = self._last
        try:
            with commits.savepoint(self.connection, "attempt"):
                yield
        except BaseException:
            self._last = last
            raise

    def received(self, unit: str, sha256: str, file_name: str, size: int, *, kind: str = "upload",
                 at: datetime | None = None) -> Receipt:
        """The receipt for these bytes: the first one again if this unit sent the same bytes before.

        `at` is when the request arrived (default: when the transaction began).
        """
        query = self._of(receipts, unit).where(receipts.c.kind == kind, receipts.c.sha256 == sha256)
        known = self.connection.execute(query).first()
        if known is not None:
            self.audit("received", f"{unit} {known.number}", "repeated", sha256[:12])
            return self._receipt(known, repeated=True)
        seq = self._next(receipts, "seq")
        self._insert(receipts, seq=seq, number=number(seq), kind=kind, unit=unit, sha256=sha256, size=size,
                     file_name_sealed=self.sealer.seal(file_name, f"receipts/file_name/{seq}"),
                     received_at=utc_text(at or self.now), actor=self.by.login)
        self.audit("received", f"{unit} {number(seq)}", "ok", sha256[:12])
        return Receipt(number(seq), kind, unit, sha256, size, file_name, at or self.now, self.by.login)

    def recorded(self, new: NewDocument, why: str = "") -> Document:
        """The document version for this file.  A repetition of the newest version is that version, unchanged.

        `why` it was refused, as it was said to whoever sent it, is kept with the event.

        Something else came in between (A, B, A)?  Then A is a new version: the clerk means A to count.
        Raises workflow.NotAllowed when the form cannot take an upload now (an `uploaded` event goes with
        every version that was read or attached).
        """
        last = self.latest(new.unit, new.form)
        if last and all(getattr(last, f) == getattr(new, f) for f in ("sha256", "status", "form_version")):
            self.audit("recorded", f"{new.unit}/{new.form} v{last.version}", "repeated", new.sha256[:12])
            state = workflow.replay(self.events(new.unit, new.form)).get((new.unit, new.form))
            if state and state.status in ("returned", "reopened"):
                # The clerk stands by the returned file (and explains): it can be submitted again.
                self.event("uploaded", new.unit, new.form, version=last.version, sha256=new.sha256)
            return Document(**{**vars(last), "repeated": True})
        row, version = self._next(documents, "id"), (last.version if last else 0) + 1
        self._insert(
            documents, id=row, unit=new.unit, form=new.form, version=version, sha256=new.sha256,
            tables_sha256=new.tables_sha256, findings_sha256=new.findings_sha256,
            file_name_sealed=self.sealer.seal(new.file_name, f"documents/file_name/{row}"),
            received_at=utc_text(new.received_at), status=new.status, form_version=new.form_version,
            rows_read=new.rows_read, rows_refused=new.rows_refused, size=new.size, actor=self.by.login)
        taken = {"read": "uploaded", "attachment": "attached"}.get(new.status, "refused")
        kind = taken if new.form else "refused"
        told = {"message": why} if why and kind == "refused" else None
        self.event(kind, new.unit, new.form, version=version, sha256=new.sha256, details=told)
        return Document(**vars(new), version=version, actor=self.by.login)

    def event(self, kind: str, unit: str, form: str = "", *, version: int | None = None,
              sha256: str | None = None, details: Mapping[str, Any] | None = None) -> Event:
        """Something that happened.  Raises workflow.NotAllowed if it is a move the state does not allow."""
        if kind in workflow.MOVING:
            state = workflow.replay(self.events(unit, form)).get((unit, form), workflow.State())
            workflow.moved(state.status, kind)
        seq = self._next(events, "seq")
        facts = dict(details or {})
        text = json.dumps(facts, ensure_ascii=False) if facts else ""
        sealed = self.sealer.seal(text, f"events/details/{seq}") if text else ""
        self._insert(events, seq=seq, at=utc_text(self.now), unit=unit, form=form, kind=kind,
                     actor=self.by.login, version=version, sha256=sha256, details_sealed=sealed)
        self.audit(kind, f"{unit}/{form}" if form else unit, "ok", f"v{version}" if version else "")
        return Event(seq, self.now, self.campaign, unit, form, kind, self.by.login, version, sha256, facts)

    def first_time(self, nonce: str, unit: str = "") -> bool:
        """Whether this form (its hidden nonce) is sent for the first time; a double click is the second."""
        token = self._token("nonce", nonce)
        known = self.connection.execute(select(idempotency).where(
            idempotency.c.campaign == self.campaign, idempotency.c.unit == unit,
            idempotency.c.token == token))
        if known.first():
            return False
        self._insert(idempotency, unit=unit, token=token, at=utc_text(self.now))
        return True

    def explained(self, unit: str, rule: str, key: str, value: str, reason: str) -> Explanation:
        row = self._next(explanations, "id")
        self._insert(explanations, id=row, unit=unit, rule=rule, token=self._token(unit, rule, key, value),
                     by=self.by.login, at=utc_text(self.now),
                     **self._seal("explanations", row, key=key, value=value, reason=reason))
        self.audit("explained", f"{unit} {rule}", "ok", "")
        return Explanation(row, unit, rule, key, value, reason, self.by.login, self.now)

    def waived(self, unit: str, rule: str, key: str, reason: str, until: date | None = None,
               approver: str = "") -> Waiver:
        row = self._next(waivers, "id")
        self._insert(waivers, id=row, unit=unit, rule=rule, token=self._token(unit, rule, key),
                     by=self.by.login, at=utc_text(self.now), version=1,
                     until=until.isoformat() if until else None,
                     **self._seal("waivers", row, key=key, reason=reason, approver=approver))
        self.audit("waived", f"{unit} {rule}", "ok", "")
        return Waiver(row, unit, rule, key, reason, self.by.login, self.now, until, None, None, 1,
                      approver)

    def withdrawn(self, waiver: Waiver) -> None:
        """Ends a waiver; raises Stale if it is no longer as `waiver` shows it."""
        done = self.connection.execute(update(waivers).where(
            waivers.c.id == waiver.id, waivers.c.campaign == self.campaign,
            waivers.c.version == waiver.version).values(
                withdrawn_by=self.by.login, withdrawn_at=utc_text(self.now), version=waiver.version + 1))
        if done.rowcount != 1:
            raise Stale(f"waiver {waiver.id}")
        self.audit("waiver_withdrawn", f"{waiver.unit} {waiver.rule}", "ok", "")

    def overridden(self, unit: str, form: str, field: str, key: str, value: str, reason: str) -> Override:
        row = self._next(overrides, "id")
        self._insert(overrides, id=row, unit=unit, form=form, field=field, by=self.by.login,
                     at=utc_text(self.now),
                     **self._seal("overrides", row, key=key, value=value, reason=reason))
        self.audit("overridden", f"{unit}/{form} {field}", "ok", "")
        return Override(row, unit, form, field, key, value, reason, self.by.login, self.now)

    def audit(self, kind: str, what: str, result: str = "ok", details: str = "") -> Link:
        """One row of the chain.  `details` must hold no personal data: it is not sealed."""
        last = self._last or self._last_link()
        entry = audit.Entry(last.seq + 1, utc_text(self.now), self.campaign,
                            audit.printable(self.by.login)[:64], self.by.role, self.by.address[:64], kind,
                            audit.printable(what)[:200], result, audit.printable(details))
        code = audit.mac(self._audit_key, last.mac, entry)
        self.connection.execute(insert(audit_table), {**vars(entry), "mac": code})
        self._last = Link(entry.seq, code)
        return self._last

    def _last_link(self) -> Link:
        row = self.connection.execute(select(audit_table.c.seq, audit_table.c.mac).order_by(
            audit_table.c.seq.desc()).limit(1)).first()
        return Link(row.seq, row.mac) if row else Link(0, audit.START)

    def _insert(self, table: Table, **values: Any) -> None:
        self.connection.execute(insert(table), {"campaign": self.campaign, **values})

    def _next(self, table: Table, column: str) -> int:
        # Safe because a writer is alone from its first moment; and no number is ever skipped.
        highest = select(func.coalesce(func.max(table.c[column]), 0))
        return int(self.connection.execute(highest).scalar_one()) + 1

    def _token(self, *parts: str) -> str:
        return self.sealer.blind(self.campaign, *parts)

    def _seal(self, table: str, row: int, **texts: str) -> dict[str, str]:
        return {f"{c}_sealed": self.sealer.seal(t, f"{table}/{c}/{row}") for c, t in texts.items()}


class Ledger:
    """One campaign's ledger in the database at `url` (`sqlite:///…` or `postgresql+psycopg://…`)."""

    def __init__(self, url: str, campaign: str, keys: Keys, *, busy_seconds: float = 10.0,
                 clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.engine = database.opened(url, busy_seconds)
        self._commits = database.writers(self.engine, busy_seconds)
        self.campaign, self.clock, self.keys, self.sealer = campaign, clock, keys, Sealer(keys)
        keys.current("audit")
        self._audit_key = keys.by_id("audit-1")     # one key for the whole chain

    def timed(self, clock: Callable[[], datetime]) -> Ledger:
        """The same ledger by another clock; connections and commits are shared."""
        other = copy(self)
        other.clock = clock
        return other

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with database.reading(self.engine) as connection:
            yield Reading(connection, self.campaign, self.sealer)

    @contextmanager
    def writing(self, by: Actor | None = None) -> Iterator[Writing]:
        """One transaction; raises database.LedgerBusy when other writers keep it too long."""
        with self._commits.writing() as connection:
            yield Writing(connection, self.campaign, self.sealer, by or Actor(), self.clock(),
                          self._audit_key)

    def broken(self, head: Link | None = None) -> str | None:
        """What is wrong with the audit chain, or None."""
        with self.reading() as view:
            return audit.broken(self._audit_key, view.audit_rows(), head)

    def close(self) -> None:
        self.engine.dispose()
