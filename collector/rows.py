"""The ledger's rows as frozen values, as they come out (texts already unsealed, times aware UTC)."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Actor:
    """Who does something: login, role and address; `system` for what the program does by itself."""

    login: str = "system"
    role: str = "system"
    address: str = ""


@dataclass(frozen=True)
class Event:
    seq: int
    at: datetime
    campaign: str
    unit: str
    form: str
    kind: str           # assigned uploaded submitted returned accepted reopened, or any that moves nothing
    actor: str
    version: int | None = None
    sha256: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        return str(self.details.get("reason", ""))


@dataclass(frozen=True)
class NewDocument:
    """One reading of one file, to be recorded.  `status`: read | refused | unidentified | attachment."""

    unit: str
    form: str                   # "" while unidentified
    sha256: str
    file_name: str
    size: int
    status: str
    received_at: datetime
    form_version: str = ""
    tables_sha256: str | None = None
    findings_sha256: str | None = None
    rows_read: int = 0
    rows_refused: int = 0


@dataclass(frozen=True)
class Document(NewDocument):
    """A recorded version; `repeated` says that it had been recorded before."""

    version: int = 0
    actor: str = ""
    repeated: bool = False


@dataclass(frozen=True)
class Explanation:
    id: int
    unit: str
    rule: str
    key: str
    value: str
    reason: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Waiver:
    id: int
    unit: str
    rule: str
    key: str
    reason: str
    by: str
    at: datetime
    until: date | None
    withdrawn_by: str | None
    withdrawn_at: datetime | None
    version: int
    approver: str = ""          # who approved it, in words; `by` is who recorded it


@dataclass(frozen=True)
class Override:
    id: int
    unit: str
    form: str
    field: str
    key: str
    value: str
    reason: str
    by: str
    at: datetime
