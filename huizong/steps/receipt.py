"""The receipt of a unit's last submission as PDF."""

from __future__ import annotations

from collector.workflow import late
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError
from huizong.steps.papers import text_folders
from templates import compose, render_pdf

IN = ("submitted", "accepted")


def receipt_pdf(bureau: Bureau, unit: str) -> bytes:
    """What was received, when, and the checksum of every file.  Raises UseError for an unknown unit or none
    received."""
    campaign, known = bureau.campaign, bureau.known_unit(unit)
    if not bureau.has_state:
        raise UseError(f"{known.name}还没有提交过材料，没有回执。")
    with bureau.ledger.reading() as view:
        receipts = [each for each in view.receipts(unit) if each.kind == "submission"]
        if not receipts:
            raise UseError(f"{known.name}还没有提交过材料，没有回执。")
        last = max(receipts, key=lambda each: each.received_at)
        sent = [
            (each.form, each.version)
            for each in view.events(unit)
            if each.kind == "submitted" and each.at == last.received_at
        ]
        documents = {(each.form, each.version): each for each in view.documents(unit)}
        states = view.states(unit)
    files = [
        {
            "name": found.file_name,
            "form": campaign.forms[form].title,
            "rows": found.rows_read,
            "sha256": found.sha256,
        }
        for form, version in sent
        if version is not None and (found := documents.get((form, version))) is not None
    ]
    missing = [
        shape.title
        for name, shape in campaign.forms.items()
        if (unit, name) not in states or states[(unit, name)].status not in IN
    ]
    values = {
        "unit": {"name": known.name, "missing": missing},
        "campaign": {"issuer": campaign.settings.bureau.name, "deadline": campaign.dates["deadline"]},
        "receipt": {
            "number": last.number,
            "received_at": last.received_at.astimezone(BEIJING),
            "late": late(last.received_at, campaign.dates["deadline"]),
        },
        "files": files,
    }
    return render_pdf(compose("receipt.md", values, folders=text_folders(campaign)))
