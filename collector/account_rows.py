"""The rows of accounts and sessions, as every step on them reads and changes them."""
from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from collector.ledger import Ledger, Reading, Stale, Writing, utc_text
from collector.passwords import Hasher, Policy, one_time_code
from collector.people import NotAccepted
from collector.roles import Role
from collector.schema import sessions, users


class AccountRows:
    """A row is changed only as it was read (its version); a change of rights ends its sessions."""

    def __init__(self, ledger: Ledger, policy: Policy | None = None, hasher: Hasher | None = None) -> None:
        self.ledger, self.policy, self.hasher = ledger, policy or Policy(), hasher or Hasher()

    def _made(self, tx: Writing, login: str, name: str, role: Role | None, unit: str | None,
              units: Sequence[str]) -> str:
        code = one_time_code()
        number = int(tx.connection.execute(select(func.coalesce(func.max(users.c.id), 0))).scalar_one()) + 1
        tx.connection.execute(insert(users).values(
            id=number, login=login, name=name, role=role, unit=unit, units=json.dumps(list(units)),
            past_passwords="[]", code=tx.sealer.blind("code", login, code), totp_step=-1, disabled=0,
            code_until=utc_text(tx.now + self.policy.code_valid_for), created_at=utc_text(tx.now),
            created_by=tx.by.login, version=1))
        tx.audit("account_created", login, "ok", role or "")
        return code

    def _change(self, tx: Writing, row: Row[Any], **values: Any) -> None:
        done = tx.connection.execute(update(users).where(
            users.c.id == row.id, users.c.version == row.version).values(version=row.version + 1, **values))
        if done.rowcount != 1:
            raise Stale(f"user {row.id}")

    @staticmethod
    def _end(tx: Writing, user: int) -> None:
        tx.connection.execute(delete(sessions).where(sessions.c.user == user))

    @staticmethod
    def _row(tx: Reading, login: str) -> Row[Any] | None:
        return tx.connection.execute(select(users).where(users.c.login == login)).first()

    def _known(self, tx: Reading, login: str) -> Row[Any]:
        row = self._row(tx, login)
        if row is None:
            raise NotAccepted(f"没有用户“{login}”。请核对用户名。")
        return row
