"""The ledger's tables (SQLAlchemy Core).  Times are UTC ISO-8601 text, order is by sequence, never by clock.

Texts that may hold personal data are sealed (`…_sealed`) and found by a blind index (`token`).
The migrations in `collector/migrations` make exactly these tables; a test compares the two.
"""
from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

metadata = MetaData(naming_convention={
    "ix": "ix_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s"})


def _text(name: str, size: int = 64, **options: object) -> Column[str]:
    return Column(name, String(size), nullable=bool(options.pop("nullable", False)), **options)  # type: ignore[arg-type]


def _number(name: str, nullable: bool = False) -> Column[int]:
    return Column(name, Integer, nullable=nullable)


def _sealed(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _seq(name: str = "seq") -> Column[int]:
    return Column(name, Integer, primary_key=True, autoincrement=False)


events = Table(
    "events", metadata, _seq(), _text("at"), _text("campaign"), _text("unit"), _text("form"), _text("kind"),
    _text("actor"), _number("version", True), _text("sha256", nullable=True), _sealed("details_sealed"),
    Index("ix_events_unit", "campaign", "unit", "form"))

documents = Table(
    "documents", metadata, _seq("id"), _text("campaign"), _text("unit"), _text("form"), _number("version"),
    _text("sha256"), _text("tables_sha256", nullable=True), _text("findings_sha256", nullable=True),
    _sealed("file_name_sealed"), _text("received_at"), _text("status"), _text("form_version"),
    _number("rows_read"), _number("rows_refused"), _number("size"), _text("actor"),
    UniqueConstraint("campaign", "unit", "form", "version"))

receipts = Table(
    "receipts", metadata, _seq(), _text("number"), _text("campaign"), _text("kind"), _text("unit"),
    _text("sha256"), _number("size"), _sealed("file_name_sealed"), _text("received_at"), _text("actor"),
    UniqueConstraint("campaign", "kind", "unit", "sha256"))

idempotency = Table(
    "idempotency", metadata, _text("campaign", primary_key=True), _text("unit", primary_key=True),
    _text("token", primary_key=True), _text("at"))

explanations = Table(
    "explanations", metadata, _seq("id"), _text("campaign"), _text("unit"), _text("rule"), _text("token"),
    _sealed("key_sealed"), _sealed("value_sealed"), _sealed("reason_sealed"), _text("by"), _text("at"),
    Index("ix_explanations_unit", "campaign", "unit"))

waivers = Table(
    "waivers", metadata, _seq("id"), _text("campaign"), _text("unit"), _text("rule"), _text("token"),
    _sealed("key_sealed"), _sealed("reason_sealed"), _text("by"), _text("at"), _text("until", nullable=True),
    _text("withdrawn_by", nullable=True), _text("withdrawn_at", nullable=True), _number("version"),
    Column("approver_sealed", Text))

overrides = Table(
    "overrides", metadata, _seq("id"), _text("campaign"), _text("unit"), _text("form"), _text("field"),
    _sealed("key_sealed"), _sealed("value_sealed"), _sealed("reason_sealed"), _text("by"), _text("at"))

audit = Table(
    "audit", metadata, _seq(), _text("at"), _text("campaign"), _text("user"), _text("role"), _text("address"),
    _text("kind"), _text("object", 200), _text("result"), _sealed("details"), _text("mac"))

users = Table(
    "users", metadata, _seq("id"), _text("login"), _text("name"), _text("role", nullable=True),
    _text("unit", nullable=True), _sealed("units"), Column("password", Text),
    _text("password_at", nullable=True),
    Column("past_passwords", Text, nullable=False), Column("code", Text), _text("code_until", nullable=True),
    Column("totp_sealed", Text), _number("totp_step"), _number("disabled"), _text("created_at"),
    _text("created_by"), _number("version"), UniqueConstraint("login"))

sessions = Table(
    "sessions", metadata, _text("token_hash", primary_key=True), _number("user"), _text("created_at"),
    _text("seen_at"), _text("address"), _number("second_factor"), Index("ix_sessions_user", "user"))

failures = Table(
    "failures", metadata, _text("key", primary_key=True),
    _number("tries"), _text("last_at"))
