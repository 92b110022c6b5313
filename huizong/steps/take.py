"""Taking files in: the original is stored before it is judged; then one commit; then the receipt."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from collector import rows
from collector.examine import CAGE, Examined, examined
from collector.inbox import Item, files, items
from collector.ledger import Writing
from collector.names import display_name
from collector.receipts import Receipt
from collector.sandbox import shared
from collector.workflow import NotAllowed
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.check import some, superseded
from huizong.steps.progress import Progress, silent

TOGETHER: Final = 40        # files recorded in one commit: few enough that nobody waits long for their turn


@dataclass(frozen=True)
class Taken:
    """One file after intake.  `says` is a sentence where it was not accepted as what it is.

    `gave_way`: another file of the same call is the unit's answer to this form; this one is only kept.
    `receipt.number` is empty for a file that could not even be read from the disk.
    """

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
    gave_way: bool = False

    @property
    def refused(self) -> bool:
        return self.status not in ("read", "attachment") and not self.gave_way


def take(bureau: Bureau, paths: Sequence[Path], *, unit: str | None = None,
         actor: str | rows.Actor = "bureau", progress: Progress = silent) -> list[Taken]:
    """Takes files, folders and packs; one bad file costs only itself.  Raises as `taking` does."""
    return list(taking(bureau, paths, unit=unit, actor=actor, progress=progress))


def taking(bureau: Bureau, paths: Sequence[Path], *, unit: str | None = None,
           actor: str | rows.Actor = "bureau", progress: Progress = silent) -> Iterator[Taken]:
    """As `take`, file by file: what was given out before a failure is taken, and stays so.

    Raises UseError (unknown unit, no file), StoreFull, LedgerBusy, OSError of the state folder.
    """
    if unit is not None:
        bureau.known_unit(unit)
    listed = some(files(paths), paths)
    found = items(progress(listed, "收件"), bureau.campaign.units_by_code, shared(CAGE))
    yield from take_items(bureau, found, unit=unit, actor=actor)


def take_items(bureau: Bureau, found: Iterable[Item], *, unit: str | None = None,
               actor: str | rows.Actor = "bureau", only_scans: bool = False) -> Iterator[Taken]:
    """The same for files already in hand (the portal's uploads).

    `only_scans`: a form among them is refused and no version of that form.
    """
    by = actor if isinstance(actor, rows.Actor) else rows.Actor(actor, "bureau")

    def storing() -> Iterator[Item]:
        for item in found:
            if item.data or item.refused is None:
                bureau.store.put(item.data)      # before anything looks inside
            yield item

    every = examined(bureau.campaign, storing(), shared(CAGE), key=bureau.stamp_key(), today=bureau.as_of,
                     unit=unit)
    for batch in _batches(_no_forms(every) if only_scans else every):
        last = _last(batch)
        for some_of_it in _pieces(batch):
            ready = [_ready(bureau, one, last.get((one.unit, one.form), one) if one.document else one)
                     for one in some_of_it]
            yield from _recorded(bureau, ready, by)


def _no_forms(every: Iterable[Examined]) -> Iterator[Examined]:
    for one in every:
        form = one.status in ("read", "unidentified")
        yield dataclasses.replace(one, status="refused", form=None, version=None, document=None,
                                  findings=()) if form else one


def _pieces(batch: list[Examined]) -> Iterator[list[Examined]]:
    for start in range(0, len(batch), TOGETHER):
        yield batch[start:start + TOGETHER]


def _batches(every: Iterable[Examined]) -> Iterator[list[Examined]]:
    """Files of one unit that follow each other: few enough to hold, enough to see two of one form."""
    batch: list[Examined] = []
    for one in every:
        if batch and one.unit != batch[-1].unit:
            yield batch
            batch = []
        batch.append(one)
    if batch:
        yield batch


def _last(batch: Iterable[Examined]) -> dict[tuple[str | None, str | None], Examined]:
    """Of two files for one form of one unit, the last by path."""
    ordered = sorted(batch, key=lambda each: each.item.path)
    return {(one.unit, one.form): one for one in ordered if one.document is not None}


@dataclass(frozen=True)
class _Ready:
    """A file whose blobs are stored, about to be recorded; `new` None: there is nothing to record."""

    one: Examined
    new: rows.NewDocument | None
    findings: tuple[Finding, ...]
    says: str
    gave_way: bool


def _ready(bureau: Bureau, one: Examined, counts: Examined) -> _Ready:
    """`counts` is the file that counts for this form: another one, and this is kept, but no version of it."""
    if not one.item.data and one.refused is not None and one.refused.code != "empty":
        return _Ready(one, None, one.findings, _says(one), False)
    if counts is not one:
        notice = superseded(one, counts.item.path)
        new = _new(bureau, dataclasses.replace(one, status="refused"))
        return _Ready(one, new, (*one.findings, notice), notice.message, True)
    return _Ready(one, _new(bureau, one), one.findings, _says(one), False)


def _recorded(bureau: Bureau, ready: Sequence[_Ready], by: rows.Actor) -> list[Taken]:
    """In one commit; only after it is anything given out."""
    if not any(each.new for each in ready):
        return [_unread(bureau, each, by) for each in ready]
    with bureau.ledger.writing(by) as tx:
        return [_unread(bureau, each, by) if each.new is None else _entered(tx, each, each.new)
                for each in ready]


def _entered(tx: Writing, ready: _Ready, new: rows.NewDocument) -> Taken:
    says = ready.says
    receipt = tx.received(new.unit, new.sha256, new.file_name, new.size)
    try:
        with tx.attempt():
            document = tx.recorded(new, says)
    except NotAllowed as refusal:
        # Kept and receipted all the same: the unit can prove what it sent, and when.
        says = says or str(refusal)
        kept = dataclasses.replace(new, form=_place(new.file_name), status="refused")
        document = tx.recorded(kept, says)
    one = ready.one
    return Taken(one.item.path, one.item.name, document.status, one.unit, one.form, document.version, receipt,
                 new.rows_read, new.rows_refused, ready.findings, says, document.repeated, ready.gave_way)


def _new(bureau: Bureau, one: Examined) -> rows.NewDocument:
    """What goes into the ledger; its typed tables and findings go into the store first."""
    tables = findings = None
    if one.document is not None and one.form is not None:
        from collector import sheaf

        tables = bureau.store.put(sheaf.packed(bureau.campaign.forms[one.form], one.document))
    if one.findings:
        plain = [each.as_dict() for each in one.findings]
        findings = bureau.store.put(json.dumps(plain, ensure_ascii=False).encode("utf-8", "replace"))
    read, refused = (one.document.rows_read, one.document.rows_refused) if one.document else (0, 0)
    name = display_name(one.item.name)
    return rows.NewDocument(
        unit=one.unit or "", form=(one.form or "") if one.status == "read" else _place(name),
        sha256=hashlib.sha256(one.item.data).hexdigest(), file_name=name, size=len(one.item.data),
        status=one.status, received_at=bureau.now(), form_version=one.version or "", tables_sha256=tables,
        findings_sha256=findings, rows_read=read, rows_refused=refused)


def _says(one: Examined) -> str:
    if one.refused is not None:
        return one.refused.message
    if one.status in ("unidentified", "refused"):
        return one.findings[0].message if one.findings else ""
    if one.unit is None:
        return "看不出是哪个单位的文件：请用 --unit 指明，或放进以单位代码命名的文件夹。"
    return ""


def _unread(bureau: Bureau, ready: _Ready, by: rows.Actor) -> Taken:
    """Nothing to store and nothing to prove: the file is told, and left where it is."""
    one = ready.one
    none = Receipt("", "upload", one.unit or "", "", 0, display_name(one.item.name), bureau.now(), by.login)
    return Taken(one.item.path, one.item.name, one.status, one.unit, None, None, none, 0, 0, one.findings,
                 ready.says)


def _place(name: str) -> str:
    """Where everything but the data of a form is kept: versions by file name, never versions of the form."""
    return "@" + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]
