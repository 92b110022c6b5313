"""People and their sessions as values, and the two ways in which an account says no."""
from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from collector.roles import Role
from collector.rows import Actor


class LoginRefused(Exception):
    """One and the same sentence for every cause, so that nothing is given away."""


class NotAccepted(Exception):
    """A new password or code is not acceptable; the text is the sentence for the person."""


@dataclass(frozen=True)
class User:
    id: int
    login: str
    name: str
    role: Role | None
    unit: str | None
    units: tuple[str, ...]      # what a guide may see
    disabled: bool
    has_password: bool
    has_second_factor: bool
    version: int
    created_at: str = ""       # UTC ISO-8601


@dataclass(frozen=True)
class Session:
    """A living session.  `missing` names what must come first (`role`, `password`, `enrol`, `totp`)."""

    user: User
    missing: tuple[str, ...]

    @property
    def actor(self) -> Actor:
        return Actor(self.user.login, self.user.role or "")


def user_of(row: Row[Any]) -> User:
    return User(row.id, row.login, row.name, row.role, row.unit, tuple(json.loads(row.units)),
                bool(row.disabled), bool(row.password), bool(row.totp_sealed and row.totp_step >= 0),
                row.version, row.created_at)
