"""The guiding group (指导组) reads the units given to it; nothing else exists for it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from collector.portal.access import declare, needs
from collector.portal.bureau import matrix_page
from collector.portal.guard import user

area = Blueprint("inspection", __name__)


@area.get("/inspection")
@declare(needs("see_given_units"))
def units() -> Any:
    return matrix_page(user().units, "bureau/matrix.html")
