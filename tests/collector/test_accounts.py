"""Accounts: no default password, no super-user, no guess too many, and sessions that really end."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyotp
import pytest

from collector.accounts import Accounts, LoginRefused, NotAccepted
from collector.keys import Keys
from collector.ledger import Ledger, Stale
from collector.passwords import Hasher, Policy, complaint
from collector.roles import LABELS, MAY, OFFICERS, ROLES, Forbidden, may
from collector.rows import Actor

GOOD, OTHER = "Spring-wheat7-boat", "Autumn-rice9-cart"
ADMIN, SECURITY = Actor("sys1", "admin"), Actor("sec1", "security")
HASHER = Hasher()


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2019, 9, 2, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Iterator[Accounts]:
    ledger = Ledger(f"sqlite:///{tmp_path}/l.db", "c", Keys(tmp_path / "keys"), clock=clock)
    yield Accounts(ledger, Policy(), HASHER)
    ledger.close()


def authenticator(uri: str) -> pyotp.TOTP:
    found = pyotp.parse_uri(uri)
    assert isinstance(found, pyotp.TOTP)
    return found


def clerk(accounts: Accounts, login: str = "u1-clerk", role: str = "clerk") -> str:
    code = accounts.created(ADMIN, login, "填报员", unit="U1")
    accounts.granted(SECURITY, login, role)  # type: ignore[arg-type]
    accounts.first_login(login, code, GOOD)
    return login


def test_a_clerk_comes_in_by_the_one_time_code_and_then_by_password(accounts: Accounts) -> None:
    login = clerk(accounts)
    session = accounts.session(accounts.login(login, GOOD))
    assert session is not None and session.user.role == "clerk" and session.missing == ()


def test_the_first_three_accounts_are_the_officers_and_come_once(accounts: Accounts) -> None:
    codes = accounts.founded({"admin": "sys1", "security": "sec1", "auditor": "aud1"})
    assert set(codes) == {"sys1", "sec1", "aud1"} and len(set(codes.values())) == 3
    with pytest.raises(Stale):
        accounts.founded({"admin": "a", "security": "b", "auditor": "c"})


def test_an_account_without_a_role_may_log_in_but_lacks_the_role(accounts: Accounts) -> None:
    code = accounts.created(ADMIN, "new", "新人", unit="U1")
    accounts.first_login("new", code, GOOD)
    session = accounts.session(accounts.login("new", GOOD))
    assert session is not None and session.missing == ("role",)


def test_the_three_officers_share_no_right_and_hold_no_business_right() -> None:
    assert set(LABELS) == set(ROLES)
    assert all(roles <= set(ROLES) for roles in MAY.values())
    for action, roles in MAY.items():
        assert len(roles & OFFICERS) <= 1, action
        assert not (roles & OFFICERS and roles - OFFICERS), action
    with pytest.raises(KeyError):
        may("admin", "misspelt")


def test_accounts_and_roles_are_two_officers_work(accounts: Accounts) -> None:
    with pytest.raises(Forbidden):
        accounts.created(SECURITY, "x", "x")
    accounts.created(ADMIN, "x", "x")
    with pytest.raises(Forbidden):
        accounts.granted(ADMIN, "x", "leader")
    with pytest.raises(NotAccepted, match="单位"):
        accounts.granted(SECURITY, "x", "clerk")
    accounts.created(ADMIN, "sec1", "安全员")
    with pytest.raises(NotAccepted, match="自己"):
        accounts.granted(SECURITY, "sec1", "leader")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Ab1-", "长度"),
        ("alllowercaseletters", "至少 3 种"),
        ("Password123!", "常见"),
        ("P@ssw0rd2019", "常见"),
        ("Admin@2019888", "常见"),
        ("Aa1!Aa1!Aa1!", "常见"),
        ("X9-u1-clerk-Z", "用户名"),
        ("Aaaaaa1111!", "常见"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, word: str) -> None:
    assert word in str(complaint(password, "u1-clerk", Policy()))


def test_a_good_password_is_accepted() -> None:
    assert complaint(GOOD, "u1-clerk", Policy()) is None


def test_the_last_five_passwords_are_not_taken_again(accounts: Accounts) -> None:
    login = clerk(accounts)
    accounts.password_changed(login, GOOD, OTHER)
    with pytest.raises(NotAccepted, match="最近"):
        accounts.password_changed(login, OTHER, GOOD)


def test_a_code_works_once_and_for_a_day(accounts: Accounts, clock: Clock) -> None:
    clerk(accounts)
    code = accounts.reset(ADMIN, "u1-clerk")
    clock.forward(hours=24)
    with pytest.raises(LoginRefused):
        accounts.first_login("u1-clerk", code, OTHER)
    code = accounts.reset(ADMIN, "u1-clerk")
    accounts.first_login("u1-clerk", code.lower(), OTHER)
    with pytest.raises(LoginRefused):
        accounts.first_login("u1-clerk", code, GOOD)


def test_who_gives_out_a_code_cannot_use_it_for_the_bureau(accounts: Accounts) -> None:
    login = clerk(accounts, "reviewer", "bureau_reviewer")
    accounts.first_login(login, accounts.reset(ADMIN, login), OTHER)
    lapsed = accounts.session(accounts.login(login, OTHER))
    assert lapsed is not None and (lapsed.user.role, lapsed.missing) == (None, ("role",))
    accounts.granted(SECURITY, login, "bureau_reviewer")
    again = accounts.user(login)
    assert again is not None and again.role == "bureau_reviewer"


def test_a_unit_keeps_its_role_and_the_console_any(accounts: Accounts) -> None:
    login, reviewer = clerk(accounts), clerk(accounts, "reviewer", "bureau_reviewer")
    accounts.reset(ADMIN, login)
    accounts.reset(ADMIN, reviewer, keep_role=True)
    assert [each.role for each in accounts.users()] == ["bureau_reviewer", "clerk"]


def test_whose_papers_a_person_sees_is_the_security_officers_to_say(accounts: Accounts) -> None:
    login = clerk(accounts, "guide", "guide")
    with pytest.raises(Forbidden):
        accounts.assigned(ADMIN, login, units=["U1"])
    accounts.assigned(SECURITY, login, units=["U1", "U2"])
    found = accounts.user(login)
    assert found is not None and (found.unit, found.units) == (None, ("U1", "U2"))
    with pytest.raises(NotAccepted, match="须有所属单位"):
        accounts.assigned(SECURITY, clerk(accounts), units=["U1"])
    with pytest.raises(NotAccepted, match="自己"):
        accounts.assigned(Actor(login, "security"), login, units=["U3"])


@pytest.mark.parametrize("end", ["logout", "reset", "disable", "role", "new login", "password"])
def test_a_session_ends_at_once(accounts: Accounts, end: str) -> None:
    login = clerk(accounts)
    token = accounts.login(login, GOOD)
    ends: dict[str, Callable[[], object]] = {
        "logout": lambda: accounts.logout(token),
        "reset": lambda: accounts.reset(ADMIN, login),
        "disable": lambda: accounts.disabled(ADMIN, login),
        "new login": lambda: accounts.login(login, GOOD),
        "role": lambda: accounts.granted(SECURITY, login, "unit_reviewer"),
        "password": lambda: accounts.password_changed(login, GOOD, OTHER),
    }
    ends[end]()
    assert accounts.session(token) is None


def test_a_session_idles_out_and_ends_after_twelve_hours_of_work(accounts: Accounts, clock: Clock) -> None:
    token = accounts.login(clerk(accounts), GOOD)
    clock.forward(minutes=14)
    assert accounts.session(token)
    clock.forward(minutes=15)
    assert accounts.session(token) is None
    token = accounts.login("u1-clerk", GOOD)
    for _ in range(72):
        clock.forward(minutes=9, seconds=59)
        assert accounts.session(token)
    clock.forward(minutes=2)
    assert accounts.session(token) is None


def test_a_password_of_ninety_days_must_be_changed(accounts: Accounts, clock: Clock) -> None:
    login = clerk(accounts)
    clock.forward(days=90)
    session = accounts.session(accounts.login(login, GOOD))
    assert session is not None and session.missing == ("password",)


def test_five_wrong_tries_lock_for_thirty_minutes_and_waiting_is_not_prolonged(
    accounts: Accounts, clock: Clock
) -> None:
    login = clerk(accounts)
    for _ in range(5):
        with pytest.raises(LoginRefused):
            accounts.login(login, "wrong")
    with pytest.raises(LoginRefused):
        accounts.login(login, GOOD)
    clock.forward(minutes=20)
    with pytest.raises(LoginRefused):
        accounts.login(login, GOOD)
    clock.forward(minutes=11)
    assert accounts.login(login, GOOD)


def test_the_lock_survives_a_restart_and_the_security_officer_lifts_it(accounts: Accounts) -> None:
    login = clerk(accounts)
    for _ in range(5):
        with pytest.raises(LoginRefused):
            accounts.login(login, "wrong")
    again = Accounts(accounts.ledger, Policy(), HASHER)
    with pytest.raises(LoginRefused):
        again.login(login, GOOD)
    again.unlocked(SECURITY, login)
    assert again.login(login, GOOD)


def test_parallel_guesses_do_not_outrun_the_lock(accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    login = clerk(accounts)
    judged: list[str] = []
    right = HASHER.right

    def watched(stored: str | None, password: str) -> bool:
        judged.extend([password] if stored else [])
        return right(stored, password)

    monkeypatch.setattr(HASHER, "right", watched)

    def guess(n: int) -> None:
        with pytest.raises(LoginRefused):
            accounts.login(login, f"wrong{n}")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(guess, range(20)))
    assert len(judged) == 5


def test_a_town_behind_one_address_is_not_locked_out_by_its_worst_guesser(accounts: Accounts) -> None:
    strict = Accounts(accounts.ledger, Policy(subnet_failures=3), HASHER)
    login = clerk(strict)
    for n in range(6):
        with pytest.raises(LoginRefused):
            strict.login(f"nobody{n}", "wrong", "10.1.2.3")
    assert strict.login(login, GOOD, "10.1.2.99")


def test_an_unknown_user_costs_a_hash_and_gets_the_same_sentence(
    accounts: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    login = clerk(accounts)
    calls: list[bool] = []
    right = HASHER.right

    def counted(stored: str | None, password: str) -> bool:
        calls.append(True)
        return right(stored, password)

    monkeypatch.setattr(HASHER, "right", counted)
    said = []
    for name in (login, "nobody"):
        with pytest.raises(LoginRefused) as refused:
            accounts.login(name, "wrong")
        said.append(str(refused.value))
    assert said[0] == said[1] and len(calls) == 2


def test_a_bureau_role_needs_the_second_factor_and_each_code_works_once(
    accounts: Accounts, clock: Clock
) -> None:
    login = clerk(accounts, "reviewer", "bureau_reviewer")
    token = accounts.login(login, GOOD)
    session = accounts.session(token)
    assert session is not None and session.missing == ("enrol",)
    totp = authenticator(accounts.enrolled(token))
    code = totp.at(clock.now)
    accounts.second_factor(token, code)
    session = accounts.session(token)
    assert session is not None and session.missing == () and session.user.has_second_factor
    with pytest.raises(LoginRefused):
        accounts.login(login, GOOD, totp=code)
    clock.forward(seconds=60)
    fresh = accounts.session(accounts.login(login, GOOD, totp=totp.at(clock.now)))
    assert fresh is not None and fresh.missing == ()
    plain = accounts.session(accounts.login(login, GOOD))
    assert plain is not None and plain.missing == ("totp",)


def test_looking_at_the_enrolment_stores_nothing_and_each_session_is_offered_its_own_secret(
    accounts: Accounts, clock: Clock
) -> None:
    login = clerk(accounts, "reviewer", "bureau_reviewer")
    token = accounts.login(login, GOOD)
    before = accounts.user(login)
    offered = accounts.enrolled(token)
    assert accounts.enrolled(token) == offered and accounts.user(login) == before
    with pytest.raises(LoginRefused):
        accounts.second_factor(token, "000000")
    assert accounts.enrolled(token) == offered         # a slip of the finger asks for no second scan
    other = accounts.login(login, GOOD)
    assert accounts.enrolled(other) != offered
    clock.forward(seconds=90)
    with pytest.raises(LoginRefused):
        accounts.second_factor(other, authenticator(offered).at(clock.now))
    accounts.second_factor(other, authenticator(accounts.enrolled(other)).at(clock.now))
    accounts.reset(ADMIN, login)
    found = accounts.user(login)
    assert found is not None and not found.has_second_factor


def test_logging_in_again_does_not_buy_more_guesses_of_the_second_factor(
    accounts: Accounts, clock: Clock
) -> None:
    login = clerk(accounts, "reviewer", "bureau_reviewer")
    token = accounts.login(login, GOOD)
    totp = authenticator(accounts.enrolled(token))
    accounts.second_factor(token, totp.at(clock.now))
    clock.forward(seconds=90)
    for _ in range(6):
        token = accounts.login(login, GOOD)
        with pytest.raises(LoginRefused):
            accounts.second_factor(token, "000000")
    with pytest.raises(LoginRefused):
        accounts.second_factor(token, totp.at(clock.now))


def test_no_password_code_or_token_lies_in_the_database(accounts: Accounts, tmp_path: Path) -> None:
    login = clerk(accounts)
    token, code = accounts.login(login, GOOD), accounts.reset(ADMIN, login)
    with sqlite3.connect(tmp_path / "l.db") as raw:
        dump = "\n".join(raw.iterdump())
    raw.close()
    assert not [secret for secret in (GOOD, token, code) if secret in dump]
    assert "$argon2id$v=19$m=19456,t=2,p=1$" in dump


def test_everything_about_accounts_is_audited(accounts: Accounts) -> None:
    login = clerk(accounts)
    accounts.logout(accounts.login(login, GOOD))
    with pytest.raises(LoginRefused):
        accounts.login(login, "wrong")
    with accounts.ledger.reading() as view:
        kinds = [(e.kind, e.result) for e, _ in view.audit_rows()]
    assert kinds == [
        ("account_created", "ok"),
        ("role_granted", "ok"),
        ("password_set", "ok"),
        ("login", "ok"),
        ("logout", "ok"),
        ("login", "refused"),
    ]
    assert accounts.ledger.broken() is None
