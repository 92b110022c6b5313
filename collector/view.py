"""Questions to the ledger, all answered from one moment."""
from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, func, select

from collector import audit, workflow
from collector.keys import Sealer
from collector.receipts import Receipt
from collector.rows import Document, Event, Explanation, Override, Waiver
from collector.schema import audit as audit_table
from collector.schema import documents, events, explanations, overrides, receipts, waivers


def utc_text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


@cache
def _whole(table: Table) -> Select[Any]:
    """Building a query costs more than running it; this part of it is always the same."""
    return select(table)


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)


class Reading:
    """Questions to the ledger, all answered from one moment."""

    def __init__(self, connection: Connection, campaign: str, sealer: Sealer) -> None:
        self.connection, self.campaign, self.sealer = connection, campaign, sealer

    def events(self, unit: str | None = None, form: str | None = None, after: int = 0,
               kinds: str = "") -> list[Event]:
        """Events in order: those with a sequence beyond `after`, of a kind that begins with `kinds`."""
        query = self._of(events, unit, form).where(events.c.seq > after).order_by(events.c.seq)
        if kinds:
            query = query.where(events.c.kind.startswith(kinds, autoescape=True))
        return [Event(r.seq, _time(r.at), r.campaign, r.unit, r.form, r.kind, r.actor, r.version, r.sha256,
                      json.loads(self.sealer.open(r.details_sealed, f"events/details/{r.seq}"))
                      if r.details_sealed else {})
                for r in self.connection.execute(query)]

    def states(self, unit: str | None = None) -> dict[tuple[str, str], workflow.State]:
        return workflow.replay(self.events(unit))

    def documents(self, unit: str | None = None, form: str | None = None) -> list[Document]:
        """All versions, in the order they were recorded."""
        return [self._document(r) for r in
                self.connection.execute(self._of(documents, unit, form).order_by(documents.c.id))]

    def document(self, unit: str, form: str, version: int) -> Document | None:
        row = self.connection.execute(self._of(documents, unit, form).where(
            documents.c.version == version)).first()
        return self._document(row) if row else None

    def latest(self, unit: str, form: str) -> Document | None:
        """The newest version, whatever its status."""
        row = self.connection.execute(self._of(documents, unit, form).order_by(
            documents.c.version.desc()).limit(1)).first()
        return self._document(row) if row else None

    def receipts(self, unit: str | None = None) -> list[Receipt]:
        return [self._receipt(r) for r in
                self.connection.execute(self._of(receipts, unit).order_by(receipts.c.seq))]

    def received_since(self, unit: str, since: datetime) -> tuple[int, int]:
        """(files, bytes) received from a unit after `since`; the time of the receipt counts."""
        query = self._of(receipts, unit).where(receipts.c.received_at > utc_text(since)).subquery()
        files, size = self.connection.execute(
            select(func.count(), func.coalesce(func.sum(query.c.size), 0))).one()
        return int(files), int(size)

    def explanations(self, unit: str | None = None) -> list[Explanation]:
        """The last word per rule, key and value (earlier ones stay in the table)."""
        last: dict[str, Explanation] = {}
        for r in self.connection.execute(self._of(explanations, unit).order_by(explanations.c.id)):
            key, value, reason = (self.sealer.open(getattr(r, f"{c}_sealed"), f"explanations/{c}/{r.id}")
                                  for c in ("key", "value", "reason"))
            last.pop(r.token, None)
            last[r.token] = Explanation(r.id, r.unit, r.rule, key, value, reason, r.by, _time(r.at))
        return list(last.values())

    def waivers(self, unit: str | None = None, withdrawn: bool = False) -> list[Waiver]:
        """Waivers in force as far as withdrawal goes (`until` is the reader's question), or all of them."""
        found = []
        for r in self.connection.execute(self._of(waivers, unit).order_by(waivers.c.id)):
            if r.withdrawn_at and not withdrawn:
                continue
            key, reason = (self.sealer.open(getattr(r, f"{c}_sealed"), f"waivers/{c}/{r.id}")
                           for c in ("key", "reason"))
            found.append(Waiver(r.id, r.unit, r.rule, key, reason, r.by, _time(r.at),
                                date.fromisoformat(r.until) if r.until else None, r.withdrawn_by,
                                _time(r.withdrawn_at) if r.withdrawn_at else None, r.version,
                                self.sealer.open(r.approver_sealed, f"waivers/approver/{r.id}")
                                if r.approver_sealed else ""))
        return found

    def overrides(self, unit: str | None = None) -> list[Override]:
        """The last word per form, field and key."""
        last: dict[tuple[str, str, str, str], Override] = {}
        for r in self.connection.execute(self._of(overrides, unit).order_by(overrides.c.id)):
            key, value, reason = (self.sealer.open(getattr(r, f"{c}_sealed"), f"overrides/{c}/{r.id}")
                                  for c in ("key", "value", "reason"))
            last[(r.unit, r.form, r.field, key)] = Override(r.id, r.unit, r.form, r.field, key, value, reason,
                                                            r.by, _time(r.at))
        return list(last.values())

    def audit_rows(self) -> Iterator[tuple[audit.Entry, str]]:
        """The whole chain in order, of all campaigns in this database."""
        for r in self.connection.execute(select(audit_table).order_by(audit_table.c.seq)):
            yield audit.Entry(r.seq, r.at, r.campaign, r.user, r.role, r.address, r.kind, r.object, r.result,
                              r.details), r.mac

    def audit_page(self, words: Mapping[str, str], since: str = "", until: str = "", *, limit: int = 100,
                   offset: int = 0) -> tuple[list[audit.Entry], int]:
        """The newest rows first that hold each word in its column, and how many there are of them in all.

        `since`, `until`: UTC ISO-8601 texts, the second exclusive; empty means no bound.
        """
        wanted = [audit_table.c[name].contains(word, autoescape=True) for name, word in words.items() if word]
        wanted += [audit_table.c.at >= since] * bool(since) + [audit_table.c.at < until] * bool(until)
        total = self.connection.execute(
            select(func.count()).select_from(audit_table).where(*wanted)).scalar_one()
        rows = self.connection.execute(select(audit_table).where(*wanted).order_by(
            audit_table.c.seq.desc()).limit(limit).offset(offset))
        return [audit.Entry(r.seq, r.at, r.campaign, r.user, r.role, r.address, r.kind, r.object, r.result,
                            r.details) for r in rows], int(total)

    def audit_kinds(self) -> list[str]:
        """Every kind of event that ever happened."""
        return list(self.connection.execute(select(audit_table.c.kind).distinct()).scalars())

    def blobs(self) -> set[str]:
        """Every blob a row knows, of all campaigns, for the store's reconciliation."""
        columns = (documents.c.sha256, documents.c.tables_sha256, documents.c.findings_sha256,
                   events.c.sha256)
        found = {v for c in columns for v in self.connection.execute(select(c).distinct()).scalars() if v}
        return found | set(self.connection.execute(
            select(receipts.c.sha256).where(receipts.c.kind == "upload")).scalars())

    def _of(self, table: Table, unit: str | None = None, form: str | None = None) -> Any:
        query = _whole(table).where(table.c.campaign == self.campaign)
        if unit is not None:
            query = query.where(table.c.unit == unit)
        return query if form is None else query.where(table.c.form == form)

    def _document(self, r: Row[Any], repeated: bool = False) -> Document:
        name = self.sealer.open(r.file_name_sealed, f"documents/file_name/{r.id}")
        return Document(r.unit, r.form, r.sha256, name, r.size, r.status, _time(r.received_at),
                        r.form_version, r.tables_sha256, r.findings_sha256, r.rows_read, r.rows_refused,
                        r.version, r.actor, repeated)

    def _receipt(self, r: Row[Any], repeated: bool = False) -> Receipt:
        name = self.sealer.open(r.file_name_sealed, f"receipts/file_name/{r.seq}")
        return Receipt(r.number, r.kind, r.unit, r.sha256, r.size, name, _time(r.received_at), r.actor,
                       repeated)
