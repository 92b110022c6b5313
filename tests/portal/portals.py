"""The portal of a small demo campaign, as tests speak of it."""

from __future__ import annotations

import io
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from collector.portal.demo import demo_accounts
from collector.portal.desk import Desk
from collector.portal.problems import token
from huizong.demo.steps import RealSteps
from huizong.steps.explain import explain
from huizong.steps.judge import judge

DAY = date(2019, 8, 11)
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


class Filled(Exception):
    """The clerks have filled their forms: the demo may stop here."""


class OnlyIssued:
    """The demo up to the clerks' desks: packs are issued and filled, nothing is handed in."""

    def __init__(self) -> None:
        self.real = RealSteps(None, None)

    def open(self, campaign: Path, as_of: date) -> AbstractContextManager[Any]:
        return self.real.open(campaign, as_of)

    def issue(self, bureau: Any, out: Path) -> None:
        self.real.issue(bureau, out)

    def __getattr__(self, _: str) -> Any:
        raise Filled


def with_accounts(campaign: Path) -> dict[str, str]:
    """Demo accounts in the campaign's ledger; passwords by login."""
    desk = Desk(campaign, DAY)
    demo_accounts(desk)
    desk.close()
    lines = (campaign / ".state" / "demo-accounts.txt").read_text("utf-8").splitlines()[2:]
    return {line.split("\t")[0]: line.split("\t")[1] for line in lines}


@dataclass(frozen=True)
class Prepared:
    """`out` as `huizong demo` leaves it; `passwords` by login (u001, s001, shenhe …)."""

    out: Path
    passwords: dict[str, str]

    @property
    def campaign(self) -> Path:
        return self.out / "campaign"

    def files(self, number: int, unit: str) -> list[Path]:
        """What the unit's clerk sends in this round; the second round holds only what was corrected."""
        folder = self.out / "returns" / f"round{number}" / unit
        return sorted(path for path in folder.rglob("*") if path.is_file())


@dataclass
class Portal:
    """The application on a campaign of its own."""

    app: Flask
    prepared: Prepared
    folder: Path

    @property
    def desk(self) -> Desk:
        found: Desk = self.app.extensions["desk"]
        return found

    @property
    def units(self) -> list[str]:
        return [unit.code for unit in self.desk.campaign.units]

    def visitor(self) -> FlaskClient:
        return self.app.test_client()

    def signed_in(self, login: str) -> FlaskClient:
        client = self.visitor()
        answer = client.post("/sign-in", data={"login": login, "password": self.prepared.passwords[login]})
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return client

    def clerk(self, unit: str) -> FlaskClient:
        return self.signed_in(f"u{unit}")

    def file(self, unit: str, stem: str, number: int = 1) -> Path:
        """The clerk's file whose name begins so."""
        return next(
            path
            for path in self.prepared.files(number, unit)
            if path.name.startswith(stem) and path.suffix in (".xlsx", ".docx")
        )


def send(client: FlaskClient, unit: str, files: list[Path]) -> None:
    """Files uploaded as our script does it, all in one request."""
    some = [(io.BytesIO(file.read_bytes()), file.name) for file in files]
    answer = client.post(f"/units/{unit}/uploads", headers=SCRIPT, data={"files": some})
    assert answer.status_code == 200, answer.get_data(as_text=True)


def explain_all(portal: Portal, unit: str) -> None:
    """Every warning of the unit's set is explained."""
    bureau = portal.desk.bureau_with_registers()
    if open_ := {token(each) for each in judge(bureau, unit, submitting=True).unexplained}:
        explain(bureau, unit, open_, reason="情况已核实，属实。")


def token_of(client: FlaskClient) -> str:
    """What the session's cookie holds."""
    cookie = client.get_cookie("huizong", domain="localhost")
    assert cookie is not None
    return str(cookie.value)
