"""A bureau with hand-made accepted documents: `handed_in` does what intake and review would have done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from collector import sheaf
from collector.rows import Actor, NewDocument
from forms import Campaign
from forms.engine import Engine
from huizong.steps.bureau import Bureau
from tests.forms.small import ANN, BEN, UNIT, documents

DAY = date(2019, 8, 20)
REVIEWER = Actor("shenhe", "bureau_reviewer")
CLERK = Actor("u002", "clerk")
TRIP = {"exit_on": "2018-05-01", "entry_on": "2018-05-06", "destinations": ["日本"], "due_on": "2019-08-30"}
LATE = {"name": "林小二", "id_number": BEN, "violation": "V5a 逾期滞留", **TRIP}
UNAPPROVED = {"violation": "V4a 未经批准（无任何手续）", **TRIP}
OPEN = {"conclusion": "待核实"}
PEOPLE = ({}, {"name": "林小二", "id_number": BEN})
Row = Mapping[str, Any]

__all__ = [
    "ANN",
    "BEN",
    "CLERK",
    "DAY",
    "LATE",
    "OPEN",
    "PEOPLE",
    "REVIEWER",
    "TRIP",
    "UNAPPROVED",
    "UNIT",
    "bureau_of",
    "handed_in",
]


def bureau_of(folder: Path, campaign: Campaign, engine: Engine, as_of: date = DAY) -> Bureau:
    """One client's bureau on this folder; several may stand on the same one."""
    folder.mkdir(exist_ok=True)
    bureau = Bureau(folder, campaign, as_of)
    vars(bureau)["engine"] = engine
    return bureau


def handed_in(bureau: Bureau, unit: str = UNIT, **tables: Sequence[Row]) -> None:
    """The unit's whole set, accepted; a second call resubmits what changed, after the bureau reopened it."""
    for document in documents(unit, **{"staff": PEOPLE, **tables}):
        form = bureau.campaign.forms[document.form]
        blob = bureau.store.put(sheaf.packed(form, document))
        with bureau.ledger.writing(REVIEWER) as tx:
            last = tx.latest(unit, form.form)
            if last is not None and last.tables_sha256 == blob:
                continue
            tx.event("assigned" if last is None else "reopened", unit, form.form, details={"reason": "更正"})
            new = tx.recorded(
                NewDocument(
                    unit,
                    form.form,
                    blob,
                    f"{form.form}.xlsx",
                    1,
                    "read",
                    bureau.now(),
                    form.version,
                    tables_sha256=blob,
                )
            )
            tx.event("submitted", unit, form.form, version=new.version)
            tx.event("accepted", unit, form.form, version=new.version)
