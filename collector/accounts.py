"""Accounts: people, one-time codes, logins, and server-side sessions, all in the ledger's database.

There are no default passwords and no super-user: the system officer makes accounts, the security officer
grants roles, the auditor reads the log.  Sessions are rows (only the token's hash is kept), so that logout, a
reset or a changed role works at the next request.  Every step leaves an audit row.
"""
from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from collector import throttle
from collector.account_rows import AccountRows
from collector.ledger import Stale, Writing, utc_text
from collector.passwords import complaint, one_time_code
from collector.people import LoginRefused, NotAccepted, Session, User, user_of
from collector.roles import OFFICERS, ROLES, SECOND_FACTOR, UNIT_ROLES, Role, demand
from collector.rows import Actor
from collector.schema import sessions, users
from collector.totp import enrolment_address, offered_secret, step_of

New = tuple[str, str, str | None, Sequence[str]]  # login, name, unit, units a guide may see
__all__ = ["Accounts", "LoginRefused", "NotAccepted", "Session", "User"]

_WRONG = "用户名或密码不正确，或账号已被锁定。连续输错会锁定一段时间；忘记密码请联系系统管理员。"


class Accounts(AccountRows):
    """`now` comes from the ledger's clock; every change is one transaction with its audit row."""

    # -- people ------------------------------------------------------------------------------------------

    def founded(self, officers: Mapping[Role, str]) -> dict[str, str]:
        """The first three accounts (login → one-time code).  Raises Stale when there are accounts already."""
        if set(officers) != OFFICERS or len(set(officers.values())) != len(OFFICERS):
            raise ValueError("one login for each of the three officers")
        with self.ledger.writing() as tx:
            if tx.connection.execute(select(func.count()).select_from(users)).scalar_one():
                raise Stale("accounts exist")
            return {login: self._made(tx, login, login, role, None, ()) for role, login in officers.items()}

    def created(self, by: Actor, login: str, name: str, *, unit: str | None = None,
                units: Sequence[str] = ()) -> str:
        """The one-time code of a new account without any role yet.  Raises Forbidden, NotAccepted."""
        return self.created_all(by, [(login, name, unit, units)])[login]

    def created_all(self, by: Actor, wanted: Sequence[New]) -> dict[str, str]:
        """Login → one-time code of all these new accounts, or of none.  Raises as `created`."""
        demand(by.role, "manage_accounts")
        with self.ledger.writing(by) as tx:
            codes: dict[str, str] = {}
            for login, name, unit, units in wanted:
                if login in codes or self._row(tx, login):
                    raise NotAccepted(f"用户名“{login}”已存在。请换一个用户名。")
                codes[login] = self._made(tx, login, name, None, unit, units)
            return codes

    def granted(self, by: Actor, login: str | Sequence[str], role: Role) -> None:
        """Gives one or all of these the role, never oneself, a unit role only with a unit.

        Raises Forbidden, NotAccepted.
        """
        demand(by.role, "grant_roles")
        if role not in ROLES:
            raise ValueError(role)
        with self.ledger.writing(by) as tx:
            for each in [login] if isinstance(login, str) else login:
                row = self._known(tx, each)
                if each == by.login:
                    raise NotAccepted("不能给自己授权。请由另一名安全管理员办理。")
                if role in UNIT_ROLES and not row.unit:
                    raise NotAccepted(f"“{each}”没有所属单位，不能授予单位角色。请先登记单位。")
                self._change(tx, row, role=role)
                self._end(tx, row.id)
                tx.audit("role_granted", each, "ok", role)

    def assigned(self, by: Actor, login: str, *, unit: str | None = None, units: Sequence[str] = ()) -> None:
        """Whose papers the account may see: a right, so not the system officer's.  Raises as `granted`."""
        demand(by.role, "grant_roles")
        with self.ledger.writing(by) as tx:
            row = self._known(tx, login)
            if login == by.login:
                raise NotAccepted("不能改自己的权限。请由另一名安全管理员办理。")
            if row.role in UNIT_ROLES and not unit:
                raise NotAccepted(f"“{login}”是单位的账号，须有所属单位。")
            self._change(tx, row, unit=unit, units=json.dumps(list(units)))
            self._end(tx, row.id)
            tx.audit("scope_changed", login, "ok", "、".join(filter(None, (unit, *units))))

    def reset(self, by: Actor, login: str, *, keep_role: bool = False) -> str:
        """A new one-time code; the old password and all sessions end.  No officer ever knows a password.

        Who gives out the code could use it: a role of the bureau lapses until the security officer, who knows
        why, grants it again.  `keep_role` is for the server's own console, the way back when nobody is left.
        """
        demand(by.role, "manage_accounts")
        code = one_time_code()
        with self.ledger.writing(by) as tx:
            row = self._known(tx, login)
            lapses = row.role in SECOND_FACTOR and not keep_role
            self._change(tx, row, password=None, code=tx.sealer.blind("code", login, code), totp_sealed=None,
                         code_until=utc_text(tx.now + self.policy.code_valid_for),
                         role=None if lapses else row.role)
            self._end(tx, row.id)
            tx.audit("password_reset", login, "ok", f"role lapsed: {row.role}" if lapses else "")
        return code

    def disabled(self, by: Actor, login: str, off: bool = True) -> None:
        demand(by.role, "manage_accounts")
        with self.ledger.writing(by) as tx:
            row = self._known(tx, login)
            self._change(tx, row, disabled=int(off))
            self._end(tx, row.id)
            tx.audit("account_disabled" if off else "account_enabled", login)

    def unlocked(self, by: Actor, login: str) -> None:
        demand(by.role, "unlock")
        with self.ledger.writing(by) as tx:
            throttle.forgiven(tx, login, "login", "totp")
            tx.audit("unlocked", login)

    def user(self, login: str) -> User | None:
        with self.ledger.reading() as view:
            row = self._row(view, login)
            return user_of(row) if row else None

    def users(self) -> list[User]:
        with self.ledger.reading() as view:
            return [user_of(r) for r in view.connection.execute(select(users).order_by(users.c.login))]

    # -- logging in --------------------------------------------------------------------------------------

    def first_login(self, login: str, code: str, password: str, address: str = "") -> None:
        """Sets the password with the one-time code (used up by it).  Raises LoginRefused, NotAccepted."""
        row = self._attempt(login, address, "login")
        with self.ledger.writing(Actor(login, "", address)) as tx:
            given = tx.sealer.blind("code", login, code.strip().upper())
            right = bool(row and row.code and row.code_until and row.code_until > utc_text(tx.now)
                         and not row.disabled and hmac.compare_digest(row.code, given))
            if not right:
                tx.audit("first_login", login, "refused")
        if not right or row is None:
            raise LoginRefused(_WRONG)
        self._forgive(login, address)        # before: five bad ideas for a new password are no attack
        self._set_password(row, password, address)

    def login(self, login: str, password: str, address: str = "", totp: str = "") -> str:
        """A new session's token (256 bits; only its hash is stored).  Raises LoginRefused.

        Costs one Argon2 hash whether or not the user exists.  Older sessions of the user end.
        """
        row = self._attempt(login, address, "login", *["totp"] * bool(totp))
        right = self.hasher.right(row.password if row else None, password)
        token = secrets.token_urlsafe(32)
        with self.ledger.writing(Actor(login, (row.role or "") if row else "", address)) as tx:
            now = self._row(tx, login)
            second = False
            if right and now and totp:
                second = self._totp(tx, now, totp)
                right = second
            if not right or now is None or row is None or now.disabled or now.password != row.password:
                tx.audit("login", login, "refused")
            else:
                self._end(tx, now.id)
                tx.connection.execute(insert(sessions).values(
                    token_hash=_hash(token), user=now.id, created_at=utc_text(tx.now),
                    seen_at=utc_text(tx.now), address=address[:64], second_factor=int(second)))
                throttle.forgiven(tx, login, "login", *["totp"] * second)
                tx.audit("login", login)
                return token
        raise LoginRefused(_WRONG)

    def session(self, token: str) -> Session | None:
        """The living session, or None when it ended, idled out or the account is disabled."""
        hashed = _hash(token)
        with self.ledger.reading() as view:
            found = view.connection.execute(select(sessions).where(sessions.c.token_hash == hashed)).first()
            row = view.connection.execute(select(users).where(
                users.c.id == found.user)).first() if found else None
        if found is None or row is None or row.disabled:
            return None
        now, user = self.ledger.clock(), user_of(row)
        idle = self.policy.officer_idle if user.role in OFFICERS else self.policy.idle
        seen, born = datetime.fromisoformat(found.seen_at), datetime.fromisoformat(found.created_at)
        if now - seen >= idle or now - born >= self.policy.absolute:
            self.logout(token)
            return None
        if now - seen >= timedelta(seconds=60):
            with self.ledger.writing() as tx:   # update only: an ended session must not come back
                tx.connection.execute(update(sessions).where(sessions.c.token_hash == hashed).values(
                    seen_at=utc_text(now)))
        missing = [] if user.role else ["role"]
        if row.password_at and now - datetime.fromisoformat(row.password_at) >= self.policy.valid_for:
            missing.append("password")
        if user.role in SECOND_FACTOR and not found.second_factor:
            missing.append("totp" if user.has_second_factor else "enrol")
        return Session(user, tuple(missing))

    def logout(self, token: str) -> None:
        with self.ledger.writing() as tx:
            gone = tx.connection.execute(delete(sessions).where(sessions.c.token_hash == _hash(token)))
            if gone.rowcount:
                tx.audit("logout", "")

    def password_changed(self, login: str, old: str, new: str, address: str = "") -> None:
        """Ends all sessions of the user.  Raises LoginRefused (wrong `old`), NotAccepted (bad `new`)."""
        row = self._attempt(login, address, "login")
        if row is None or not self.hasher.right(row.password, old):
            raise LoginRefused(_WRONG)
        self._forgive(login, address)
        self._set_password(row, new, address)

    # -- the second factor -------------------------------------------------------------------------------

    def enrolled(self, token: str) -> str:
        """The `otpauth://` address of the secret offered; it counts once `second_factor` saw a code of it."""
        current = self.session(token)
        if current is None or current.user.has_second_factor:
            raise LoginRefused(_WRONG)
        with self.ledger.reading() as view:
            return enrolment_address(offered_secret(view.sealer, token), current.user.login)

    def second_factor(self, token: str, code: str, address: str = "") -> None:
        """Raises this session to the second factor.  Raises LoginRefused; tries count as failed logins."""
        current = self.session(token)
        if current is None:
            raise LoginRefused(_WRONG)
        self._attempt(current.user.login, address, "totp")
        with self.ledger.writing(current.actor) as tx:
            right = self._totp(tx, self._known(tx, current.user.login), code, token)
            if right:
                tx.connection.execute(update(sessions).where(sessions.c.token_hash == _hash(token)).values(
                    second_factor=1))
                throttle.forgiven(tx, current.user.login, "totp")
            tx.audit("second_factor", current.user.login, "ok" if right else "refused")
        if not right:
            raise LoginRefused("动态口令不正确或已用过。请等待下一个口令再输入。")

    def _totp(self, tx: Writing, row: Row[Any], code: str, offered_to: str = "") -> bool:
        """Each step counts once.  The first code of the secret offered to a session enrols the person."""
        place, enrolled = f"users/totp/{row.id}", user_of(row).has_second_factor
        if not enrolled and not offered_to:
            return False
        secret = tx.sealer.open(row.totp_sealed, place) if enrolled else offered_secret(tx.sealer, offered_to)
        step = step_of(secret, code, tx.now, row.totp_step if enrolled else -1)
        if step is None:
            return False
        if enrolled:
            self._change(tx, row, totp_step=step)
        else:
            self._change(tx, row, totp_sealed=tx.sealer.seal(secret, place), totp_step=step)
            tx.audit("totp_enrolled", row.login)
        return True

    def _attempt(self, login: str, address: str, *kinds: str) -> Row[Any] | None:
        """The user's row, once the attempt is counted.  Raises LoginRefused while locked."""
        with self.ledger.writing(Actor(login, "", address)) as tx:
            barred = any([throttle.locked(tx, self.policy, kind, login, address) for kind in kinds])
            if barred:
                tx.audit("login", login, "locked")
            row = self._row(tx, login)
        if barred:
            self.hasher.right(None, "")         # as slow as a judged attempt
            raise LoginRefused(_WRONG)
        return row

    def _forgive(self, login: str, address: str) -> None:
        with self.ledger.writing(Actor(login, "", address)) as tx:
            throttle.forgiven(tx, login, "login")

    def _set_password(self, row: Row[Any], password: str, address: str) -> None:
        if wrong := complaint(password, row.login, self.policy):
            raise NotAccepted(wrong)
        past = json.loads(row.past_passwords)
        if any(self.hasher.right(old, password) for old in past):
            raise NotAccepted(f"不能使用最近 {self.policy.remembered} 次用过的密码。请换一个密码。")
        hashed = self.hasher.hash(password)
        with self.ledger.writing(Actor(row.login, row.role or "", address)) as tx:
            self._change(tx, row, password=hashed, password_at=utc_text(tx.now), code=None, code_until=None,
                         past_passwords=json.dumps([hashed, *past][:self.policy.remembered]))
            self._end(tx, row.id)
            tx.audit("password_set", row.login)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
