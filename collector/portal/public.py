"""Pages without a session: the health check and the way to one's own first page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, redirect, render_template, url_for

from collector.portal.access import HALF, PUBLIC, declare
from collector.portal.guard import STEP, desk, user
from collector.portal.menu import home as home_of
from collector.roles import UNIT_ROLES

area = Blueprint("public", __name__)


@area.get("/health")
@declare(PUBLIC)
def health() -> Any:
    """Whether database and store answer; no data."""
    here = desk()
    with here.ledger.reading() as view:
        view.latest("", "")
    return jsonify(status="ok", store=here.store.has("0" * 64) is False)


@area.get("/")
@declare(PUBLIC)
def home() -> Any:
    if g.session is None:
        return redirect(url_for("signin.sign_in"))
    return redirect(url_for(STEP[g.missing[0]]) if g.missing else home_of(user()))


@area.get("/help")
@declare(HALF)
def guide() -> Any:
    forms = desk().campaign.forms.values()
    counted = [each.number for each in forms if any(f.figure for t in each.tables.values() for f in t.fields)]
    bureau = g.session.user.role not in UNIT_ROLES
    return render_template("help.html", counted=counted, bureau=bureau)
