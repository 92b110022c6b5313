"""Every route says who may open it, and holds it for every role and every unit."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from werkzeug.routing import Rule

from collector.people import User
from collector.portal.access import Access, decision, declare, declared, in_scope, needs
from collector.portal.headers import HEADERS
from collector.roles import ROLES, Role
from tests.portal.portals import Portal

LOGINS: dict[Role, str] = {
    "bureau_reviewer": "shenhe",
    "leader": "lingdao",
    "guide": "zhidao",
    "admin": "xitong",
    "security": "anquan",
    "auditor": "shenji",
}
SAMPLES = {
    "form": "staff",
    "version": 1,
    "number": "R000001-01",
    "figure": "annex2.c3",
    "login": "u001",
    "kind": "merged",
    "name": "nothing",
    "filename": "portal.css",
}


def user(role: Role | None, unit: str | None = None, units: tuple[str, ...] = ()) -> User:
    return User(1, "x", "x", role, unit, units, False, True, True, 1)


def test_a_route_without_a_declaration_does_not_start() -> None:
    app = Flask("x")
    app.add_url_rule("/open", "open", lambda: "")
    with pytest.raises(LookupError, match="open"):
        declared(app)


def test_a_misspelt_right_does_not_start() -> None:
    with pytest.raises(KeyError):
        declare(needs("see_everything"))


@pytest.mark.parametrize(
    "role, own, other",
    [
        ("clerk", True, False),
        ("unit_reviewer", True, False),
        ("bureau_reviewer", True, True),
        ("leader", True, True),
        ("guide", True, False),
        ("admin", False, False),
        ("security", False, False),
        ("auditor", False, False),
    ],
)
def test_who_sees_whose_papers(role: Role, own: bool, other: bool) -> None:
    person = user(role, "001", ("001",))
    assert (in_scope(person, "001"), in_scope(person, "002")) == (own, other)


def test_nobody_without_a_role_passes_any_right() -> None:
    assert decision(needs("upload"), user(None), (), {}, {}) == 403
    assert decision(needs("upload"), user("clerk", "1"), ("password",), {}, {}) == 303


def addresses(portal: Portal, rule: Rule, unit: str) -> str:
    """The rule's address with sample values."""
    values: dict[str, Any] = {name: unit if name == "unit" else SAMPLES[name] for name in rule.arguments}
    if rule.arguments & {"number"} and "int:number" in rule.rule:
        values["number"] = 1
    with portal.app.test_request_context():
        return str(
            portal.app.url_map.bind("localhost").build(rule.endpoint, values, method=max(rule.methods or ()))
        )


def bare(answer: Any, secure: bool = False) -> list[str]:
    """The headers that an answer of a private page should carry and does not."""
    wanted = {**HEADERS, "Cache-Control": "no-store"}
    if secure:
        wanted["Strict-Transport-Security"] = "max-age=31536000"
    return [name for name, value in wanted.items() if answer.headers.get(name) != value]


@pytest.mark.slow
def test_every_route_for_every_role_and_owner(portal: Portal) -> None:
    """The generated matrix: route × role × {own unit, another unit, none known, nobody signed in}.

    Whatever the answer is, it carries the headers of `headers`; over HTTPS also the one that keeps it so.
    """
    accesses, own, other = declared(portal.app), portal.units[0], portal.units[1]
    desk, wrong = portal.desk, []
    for role in ROLES:
        login = LOGINS.get(role, f"{'u' if role == 'clerk' else 's'}{own}")
        person = desk.accounts.user(login)
        assert person is not None and person.role == role
        client = portal.signed_in(login)
        for rule in portal.app.url_map.iter_rules():
            access: Access = accesses[rule.endpoint]
            # What ends or changes the session itself, or costs a process, is tried elsewhere.
            if rule.endpoint in (
                "static",
                "bootstrap.static",
                "signin.sign_out",
                "signin.change_password",
                "signin.enrol",
                "results.issue",
                "results.merge",
                "results.publish",
                "officers.back_up",
                "officers.switch",
                "officers.reset",
                "rights.grant",
                "bureau.letter",
            ):
                continue
            for unit in (own, other, "999") if "unit" in rule.arguments else (own,):
                for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                    expected = decision(
                        access,
                        person,
                        (),
                        {"unit": unit} if "unit" in rule.arguments else {},
                        desk.campaign.units_by_code,
                    )
                    answer = client.open(addresses(portal, rule, unit), method=method)
                    got = answer.status_code
                    if lacking := bare(answer):
                        wrong.append((role, method, rule.endpoint, unit, "headers", lacking))
                    held = got not in (401, 403) and got < 500 if expected == 200 else got == expected
                    if not held and not (
                        expected == 200 and rule.endpoint in ("submission.submit", "signin.sign_in")
                    ):
                        wrong.append((role, method, rule.endpoint, unit, expected, got))
    visitor = portal.visitor()
    for rule in portal.app.url_map.iter_rules():
        if accesses[rule.endpoint].open_to == "everyone":
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            got = visitor.open(addresses(portal, rule, own), method=method, base_url="https://localhost")
            if lacking := bare(got, secure=True):
                wrong.append(("nobody", method, rule.endpoint, own, "headers", lacking))
            if got.status_code not in (302, 401) or (
                got.status_code == 302 and "/sign-in" not in got.location
            ):
                wrong.append(("nobody", method, rule.endpoint, own, 401, got.status_code))
    assert wrong == []


def test_another_unit_looks_the_same_as_one_nobody_knows(portal: Portal) -> None:
    clerk = portal.clerk(portal.units[0])
    other, unknown = clerk.get(f"/units/{portal.units[1]}"), clerk.get("/units/999")
    assert (other.status_code, unknown.status_code) == (404, 404)
    assert other.data.replace(portal.units[1].encode(), b"999") == unknown.data


def test_a_refused_page_is_in_the_audit_log(portal: Portal) -> None:
    portal.clerk(portal.units[0]).get(f"/units/{portal.units[1]}")
    with portal.desk.ledger.reading() as view:
        found = [entry for entry, _ in view.audit_rows() if entry.kind == "page_refused"]
    assert [(each.user, each.result) for each in found] == [(f"u{portal.units[0]}", "404")]


def test_a_changed_role_counts_at_the_next_request(portal: Portal) -> None:
    from collector.rows import Actor

    reviewer = portal.signed_in("shenhe")
    assert reviewer.get("/bureau").status_code == 200
    portal.desk.accounts.granted(Actor("console", "security"), "shenhe", "leader")
    assert reviewer.get("/bureau").status_code == 302  # signed out: the old session ended
