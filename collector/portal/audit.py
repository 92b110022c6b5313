"""The auditor reads the log, proves that its chain is whole and takes it away; nothing here changes
anything."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, render_template, request

from collector.ledger import utc_text
from collector.portal.access import declare, needs
from collector.portal.audit_words import line, names, word
from collector.portal.guard import actor, attachment, desk
from collector.portal.paging import Page
from collector.portal.problems import told
from collector.workflow import BEIJING

area = Blueprint("audit", __name__)
PAGE = 100


@area.get("/audit")
@declare(needs("see_audit"))
def entries() -> Any:
    """The newest first; each word is looked for in its field, days are those of Beijing."""
    wanted = {key: request.args.get(key, "").strip()[:64] for key in ("user", "kind", "object")}
    days = {key: day(key) for key in ("since", "until")}
    page = max(1, request.args.get("page", 1, type=int))
    with desk().ledger.reading() as view:
        shown, total = view.audit_page(
            wanted, begins(days["since"]), ends(days["until"]), limit=PAGE, offset=(page - 1) * PAGE
        )
        kinds = view.audit_kinds()
    known = names(desk().campaign, told(desk().engine).titles)
    return render_template(
        "audit/entries.html",
        page=Page([line(each, known) for each in shown], page, max(1, -(-total // PAGE)), total),
        wanted={**wanted, **{key: each.isoformat() if each else "" for key, each in days.items()}},
        kinds=sorted(((kind, word(kind)) for kind in kinds), key=lambda each: each[1]),
    )


@area.post("/audit/verify")
@declare(needs("see_audit"))
def verify() -> Any:
    here = desk()
    wrong = here.ledger.broken()
    with here.accounts.ledger.writing(actor()) as tx:
        last = tx.audit("audit_verified", "", "broken" if wrong else "ok")
    return render_template("audit/verified.html", wrong=wrong, last=last)


@area.post("/audit/export")
@declare(needs("see_audit"))
def export() -> Any:
    """JSON lines with their chain codes: everything that a check elsewhere needs but the key."""
    here = desk()
    with here.accounts.ledger.writing(actor()) as tx:
        tx.audit("audit_exported", "")
    with here.ledger.reading() as view:
        text = "".join(
            json.dumps({**vars(entry), "mac": mac}, ensure_ascii=True) + "\n"
            for entry, mac in view.audit_rows()
        )
    return attachment(text.encode(), "审计记录.jsonl", "application/x-ndjson")


def day(name: str) -> date | None:
    """A day of the address; what is no day is none."""
    try:
        return date.fromisoformat(request.args.get(name, "").strip())
    except ValueError:
        return None


def begins(on: date | None) -> str:
    """Pure: the first moment of that day in Beijing, as the log writes time."""
    return utc_text(datetime.combine(on, time(), BEIJING)) if on else ""


def ends(on: date | None) -> str:
    return begins(on + timedelta(days=1)) if on else ""
