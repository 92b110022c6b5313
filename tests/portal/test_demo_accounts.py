"""The demo's random passwords are always taken: chance must not stop the first start of the portal."""

from __future__ import annotations

import secrets

import pytest

from collector.passwords import Policy, complaint
from collector.portal.demo import fit_password


def test_a_password_that_chance_made_too_plain_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter(["aaaaaaaaaa", "0123456789", "3f9c1e7a2b"])
    monkeypatch.setattr(secrets, "token_hex", lambda _n: next(draws))
    policy = Policy()
    password = fit_password("u001", policy)
    assert complaint(password, "u001", policy) is None and not password.startswith("aaaa")
