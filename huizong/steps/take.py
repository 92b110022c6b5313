"""Taking files in: the original is stored before it is judged; then one commit; then the receipt."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from collector import rows, sheaf
from collector.examine import CAGE, Examined, examined
from collector.inbox import Item, items
from collector.names import display_name
from collector.receipts import Receipt
from collector.sandbox import shared
from collector.workflow import NotAllowed
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.progress import Progress, silent

STATUS_NOT_NOW = "refused"


@dataclass(frozen=True)
class Taken:
    """One file after intake.  `says` is a sentence where it was not accepted as what it is."""

    path: str
    name: str
    status: str
    unit: str | None
    form: str | None
    version: int | None
    receipt: Receipt
    rows_read: int
    rows_refused: int
    findings: tuple[Finding, ...]
    says: str = ""
    repeated: bool = False

    @property
    def refused(self) -> bool:
        return self.status not in ("read", "attachment")


def take(bureau: Bureau, paths: Sequence[Path], *, unit: str | None = None, actor: str | rows.Actor = "bureau",
         progress: Progress = silent) -> list[Taken]:
    """Takes files, folders and packs; one bad file costs only itself."""
    if unit is not None:
        bureau.known_unit(unit)
    return list(take_items(bureau, items(progress(paths, "收件"), bureau.campaign.units_by_code), unit=unit, actor=actor))


def take_items(bureau: Bureau, found: Iterable[Item], *, unit: str | None = None,
               actor: str | rows.Actor = "bureau") -> Iterator[Taken]:
    """The same for files already in hand (the portal's uploads)."""
    by = actor if isinstance(actor, rows.Actor) else rows.Actor(actor, "bureau")

    def storing() -> Iterator[Item]:
        for item in found:
            bureau.store.put(item.data)      # before anything looks inside
            yield item

    for one in examined(bureau.campaign, storing(), shared(CAGE), key=bureau.stamp_key(), today=bureau.as_of, unit=unit):
        yield _recorded(bureau, one, hashlib.sha256(one.item.data).hexdigest(), by)


def _recorded(bureau: Bureau, one: Examined, sha256: str, by: rows.Actor) -> Taken:
    tables = findings = None
    if one.document is not None and one.form is not None:
        tables = bureau.store.put(sheaf.packed(bureau.campaign.forms[one.form], one.document))
    if one.findings:
        findings = bureau.store.put(json.dumps([each.as_dict() for each in one.findings], ensure_ascii=False).encode())
    read, refused = (one.document.rows_read, one.document.rows_refused) if one.document else (0, 0)
    new = rows.NewDocument(
        unit=one.unit or "", form=_form(one), sha256=sha256, file_name=display_name(one.item.name),
        size=len(one.item.data), status=one.status, received_at=bureau.now(), form_version=one.version or "",
        tables_sha256=tables, findings_sha256=findings, rows_read=read, rows_refused=refused)
    says = one.refused.message if one.refused else (one.findings[0].message if one.status == "unidentified" else "")
    try:
        with bureau.ledger.writing(by) as tx:
            receipt = tx.received(new.unit, sha256, new.file_name, new.size)
            document = tx.recorded(new)
    except NotAllowed as refusal:
        # Kept and receipted all the same: the unit can prove what it sent, and when.
        says = str(refusal)
        with bureau.ledger.writing(by) as tx:
            receipt = tx.received(new.unit, sha256, new.file_name, new.size)
            document = tx.recorded(rows.NewDocument(**{**vars(new), "form": "", "status": STATUS_NOT_NOW}))
    return Taken(one.item.path, one.item.name, document.status, one.unit, one.form, document.version, receipt, read,
                 refused, one.findings, says, document.repeated)


def _form(one: Examined) -> str:
    """Attachments are kept under their own names, so that a scan is never a version of the form's data."""
    if one.status == "attachment":
        return "@" + hashlib.sha256(display_name(one.item.name).encode()).hexdigest()[:16]
    return one.form or ""
