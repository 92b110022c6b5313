"""Who may do what: eight roles, one table.  The three officers (三员) share no right and do no business.

Source: GB/T 22239-2019 8.1.4.2 (access control), the separation of system, security and audit administration.
"""
from __future__ import annotations

from typing import Final, Literal, get_args

Role = Literal["clerk", "unit_reviewer", "bureau_reviewer", "leader", "guide", "admin", "security", "auditor"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

LABELS: Final[dict[Role, str]] = {
    "clerk": "单位填报", "unit_reviewer": "单位审核", "bureau_reviewer": "局审核", "leader": "局领导",
    "guide": "指导组", "admin": "系统管理", "security": "安全管理", "auditor": "审计",
}
UNIT_ROLES: Final[frozenset[Role]] = frozenset({"clerk", "unit_reviewer"})
OFFICERS: Final[frozenset[Role]] = frozenset({"admin", "security", "auditor"})
SECOND_FACTOR: Final[frozenset[Role]] = frozenset(ROLES) - UNIT_ROLES

MAY: Final[dict[str, frozenset[Role]]] = {
    # a unit's own papers
    "upload": frozenset({"clerk"}),
    "explain": frozenset({"clerk"}),
    "submit": frozenset({"unit_reviewer"}),
    "see_own_unit": UNIT_ROLES,
    # the bureau's view and decisions
    "see_all_units": frozenset({"bureau_reviewer", "leader"}),
    "see_given_units": frozenset({"guide"}),
    "see_police": frozenset({"bureau_reviewer"}),
    "review": frozenset({"bureau_reviewer"}),
    "waive": frozenset({"bureau_reviewer"}),
    "override": frozenset({"bureau_reviewer"}),
    "merge": frozenset({"bureau_reviewer"}),
    "publish": frozenset({"bureau_reviewer"}),
    "read_results": frozenset({"bureau_reviewer", "leader"}),
    # the second phase: inspections, the problem register, bans
    "inspect": frozenset({"bureau_reviewer"}),
    "work_problems": frozenset({"bureau_reviewer"}),
    "answer_problems": UNIT_ROLES,
    "look_up_bans": frozenset({"bureau_reviewer", "leader"}),
    # the three officers
    "manage_accounts": frozenset({"admin"}),
    "back_up": frozenset({"admin"}),
    "grant_roles": frozenset({"security"}),
    "unlock": frozenset({"security"}),
    "see_audit": frozenset({"auditor"}),
}


class Forbidden(Exception):
    """The role may not do this; at the edge a 403 or, for another unit's things, a 404."""


def may(role: str | None, action: str) -> bool:
    """KeyError for an action that the table does not know: a misspelt action must not mean yes or no."""
    return role in MAY[action]


def demand(role: str | None, action: str) -> None:
    """Raises Forbidden unless the role may."""
    if not may(role, action):
        raise Forbidden(f"{role or '未授权'}: {action}")
