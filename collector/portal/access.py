"""Who may open which page: every route declares it, one function scopes units, and undeclared routes do
not start.

A unit that is not the person's own, or not given to a guide, does not exist for them: 404, as for one
nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from flask import Flask

from collector.accounts import User
from collector.roles import MAY, UNIT_ROLES, Role

View = TypeVar("View", bound=Callable[..., Any])
UNIT_ARGUMENT: Final = "unit"


@dataclass(frozen=True)
class Access:
    """`open_to`: everyone, `half` (password given, something still missing), or a signed-in person with
    one right."""

    open_to: str
    rights: tuple[str, ...] = ()

    def admits(self, role: Role | None) -> bool:
        return self.open_to != "rights" or any(role in MAY[right] for right in self.rights)


PUBLIC: Final = Access("everyone")
HALF: Final = Access("half")
ANYONE: Final = Access("signed in")


def needs(*rights: str) -> Access:
    """Any one of these rights of collector.roles; KeyError for one that the table does not know."""
    for right in rights:
        MAY[right]
    return Access("rights", rights)


READS_UNIT: Final = needs("see_own_unit", "see_all_units", "see_given_units")


def declare(access: Access) -> Callable[[View], View]:
    """Marks a view; put it below the route decorator."""

    def mark(view: View) -> View:
        view.__dict__["access"] = access
        return view

    return mark


def declared(app: Flask) -> Mapping[str, Access]:
    """Endpoint → access.  Raises LookupError naming every route without a declaration."""
    found = {"static": PUBLIC, "bootstrap.static": PUBLIC}
    found |= {
        name: view.__dict__["access"]
        for name, view in app.view_functions.items()
        if "access" in view.__dict__
    }
    missing = sorted({rule.endpoint for rule in app.url_map.iter_rules()} - found.keys())
    if missing:
        raise LookupError(f"routes without a declared access: {', '.join(missing)}")
    return found


def in_scope(user: User, unit: str) -> bool:
    """The one place that says whose papers a person sees (ASVS 8.2.2)."""
    if user.role in UNIT_ROLES:
        return user.unit == unit
    if user.role in MAY["see_given_units"]:
        return unit in user.units
    return user.role in MAY["see_all_units"]


def decision(
    access: Access,
    user: User | None,
    missing: tuple[str, ...],
    arguments: Mapping[str, Any],
    units: Mapping[str, Any],
) -> int:
    """Pure: 200 go on, 401 sign in first, 303 finish signing in, 403 not for this role, 404 no such
    thing here."""
    if access is PUBLIC:
        return 200
    if user is None:
        return 401
    if access is HALF:
        return 200
    if missing:
        return 303
    if not access.admits(user.role):
        return 403
    unit = arguments.get(UNIT_ARGUMENT)
    return 404 if unit is not None and (unit not in units or not in_scope(user, unit)) else 200
