"""The portal with one unit's set accepted, listing problems: where the second phase begins."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from collector.rows import Actor
from huizong.steps.problem_moves import enrol
from tests.forms.small import ANN, BEN
from tests.phase_two.desk import LATE, OPEN, UNAPPROVED, handed_in
from tests.portal.portals import Portal

REVIEWER = Actor("shenhe", "bureau_reviewer")
BANNED = {"name": "林小二", "id_number": BEN, "method": ["批评教育"], "decided_on": "2019-08-01"}


def listed(portal: Portal, unit: str, **tables: Any) -> list[str]:
    """The unit's whole set, accepted, and its problems numbered: one suspected, one found."""
    bureau = portal.desk.bureau_with_registers()
    handed_in(bureau, unit, **{"violations": [{**UNAPPROVED, **OPEN}, LATE], **tables})
    return list(enrol(bureau, by=REVIEWER))


def text(answer: TestResponse) -> str:
    """What a person reads: no tags, no runs of blanks."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True)))


def step(
    client: FlaskClient, number: str, move: str, version: int | None = None, **said: Any
) -> TestResponse:
    data = {"move": move, **({} if version is None else {"version": version}), **said}
    return client.post(f"/units/{number.partition('-')[0]}/register/{number}/steps", data=data)


def scan() -> bytes:
    """A page that is a real picture in a real PDF."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "white").save(out, "pdf")
    return out.getvalue()


def audited(portal: Portal, kind: str) -> list[tuple[str, str, str]]:
    with portal.desk.ledger.reading() as view:
        return [(each.user, each.object, each.details) for each, _ in view.audit_rows() if each.kind == kind]


__all__ = ["ANN", "BANNED", "BEN", "REVIEWER", "audited", "listed", "scan", "step", "text"]
