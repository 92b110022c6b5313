"""What stands around every page: whose campaign, who is signed in, the menu, the sentences left for it."""

from __future__ import annotations

from typing import Any

from flask import Flask, g
from flask import session as cookie

from collector.accounts import Session
from collector.portal.guard import desk
from collector.portal.menu import entries
from collector.portal.show import beijing, day, masked
from collector.refusal import in_megabytes
from collector.roles import LABELS


def install(app: Flask) -> None:
    app.jinja_env.filters.update(masked=masked, beijing=beijing, size=in_megabytes, day=day)

    @app.context_processor
    def everywhere() -> dict[str, Any]:
        session: Session | None = g.get("session")
        here = desk()
        user = session.user if session and not g.get("missing") else None
        return {
            "campaign": here.campaign,
            "demo": here.demo,
            "me": user,
            "my_role": LABELS[user.role] if user and user.role else "",
            "menu": entries(user) if user else [],
            "notes": cookie.pop("notes", []),
        }
