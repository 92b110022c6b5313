"""What all steps of the second phase share: the campaign's checklist, who acts, and who was faster."""

from __future__ import annotations

from typing import Any

from collector.ledger import Stale
from collector.rows import Actor
from forms.checklist import Checklist, load_checklist
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError


def checklist(bureau: Bureau) -> Checklist:
    """The campaign's inspection.yaml, read once per bureau."""
    known: Checklist | None = vars(bureau).get("_checklist")
    if known is None:
        known = vars(bureau)["_checklist"] = load_checklist(bureau.campaign)
    return known


def actor(by: str | Actor) -> Actor:
    return by if isinstance(by, Actor) else Actor(by, "bureau")


def unchanged(version: int, expected: int | None, what: str, label: str, who: str, since: Any) -> None:
    """Raises UseError when somebody else was faster."""
    if expected is not None and expected != version:
        when = since.astimezone(BEIJING).strftime("%m月%d日%H:%M") if since else "刚才"
        raise UseError(
            f"{what} 已由 {who} 于{when}改动（现为“{label}”），您的修改没有保存；请刷新后再办。"
        ) from Stale(what)
