"""The demo's random passwords are always taken: chance must not stop the first start of the portal."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest

from collector.passwords import Policy, complaint
from collector.portal.demo import fit_password, suggestions
from collector.portal.desk import Desk
from tests.portal.portals import DAY, Portal


def test_a_password_that_chance_made_too_plain_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter(["aaaaaaaaaa", "0123456789", "3f9c1e7a2b"])
    monkeypatch.setattr(secrets, "token_hex", lambda _n: next(draws))
    policy = Policy()
    password = fit_password("u001", policy)
    assert complaint(password, "u001", policy) is None and not password.startswith("aaaa")


def test_a_newcomer_is_told_what_to_try_with_files_that_are_there(shared: Portal) -> None:
    """`shared` is a copy without the clerks' files: then nothing is suggested."""
    assert suggestions(shared.desk) == []
    desk = Desk(shared.prepared.campaign, DAY)
    told = "\n".join(suggestions(desk))
    desk.close()
    folders = [Path(each) for each in re.findall(r"把 (\S+) 里|传 (\S+) 里", told) for each in each if each]
    assert len(folders) == 2 and all(any(each.iterdir()) for each in folders)
    (clerk,) = set(re.findall(r"u\d{3}", told))
    assert clerk in shared.prepared.passwords and "shenhe" in shared.prepared.passwords
