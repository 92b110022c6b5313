"""From bytes to an examined file: gate and reader in a limited child, the stamp settled by the parent."""

from __future__ import annotations

import contextlib
import dataclasses
import re
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from collector import gate
from collector.inbox import Item
from collector.refusal import Note, Refusal, note, refusal
from collector.sandbox import Cage, Result, Sandbox, shared
from forms.findings import Finding, levelled

# The readers are imported where they run: whoever only starts the children must not wait for them.
if TYPE_CHECKING:
    from pathlib import Path

    from forms import Campaign, Document

CAGE: Final = Cage(preload=("collector.gate", "collector.examine", "forms.reading"))
DOCUMENTS: Final = ("xlsx", "xls", "ods", "docx")
SCANS: Final = (".pdf", ".jpg", ".jpeg", ".png")
FEW: Final = 60
_JOB: Final = "collector.examine:examine_job"
_STARTING: Final[list[threading.Thread]] = []


@dataclass(frozen=True)
class Examined:
    """`status`: read | refused | unidentified | attachment.  `findings` are those of the file itself."""

    item: Item
    kind: str
    status: str
    unit: str | None
    form: str | None
    version: str | None
    document: Document | None
    findings: tuple[Finding, ...]
    refused: Refusal | None = None


def examine_job(payload: bytes, *, name: str, path: str, campaign: str, unit: str | None, today: str,
                believe: bool = True) -> dict[str, Any]:
    """In the child: the gate's verdict and, for a workbook or letter it lets through, the whole reading."""
    from forms.reading import read_file

    verdict = gate.inspect(payload, name)
    answer: dict[str, Any] = {"verdict": gate.as_json(verdict), "outcome": None}
    if verdict.refused is None and verdict.kind in DOCUMENTS:
        outcome = read_file(_campaign(campaign), payload, path, unit=unit, probe=verdict.probe,
                            today=date.fromisoformat(today), kind=verdict.kind, believe=believe)
        answer["outcome"] = dataclasses.replace(outcome, name=name).as_json()
    return answer


def warm(folder: Path) -> None:
    """Starts a child and lets it read the campaign's definitions while the caller does something else.

    The next `examined` waits for it, so that the first file does not start a second child.
    """
    def start() -> None:
        with contextlib.suppress(Exception):    # whoever needs the child meets the same trouble, and tells
            shared(CAGE).run("collector.examine:ready_job", b"", args={"campaign": str(folder.absolute())})

    starting = threading.Thread(target=start, daemon=True)
    starting.start()
    _STARTING.append(starting)


def ready_job(_payload: bytes, *, campaign: str) -> bool:
    """In the child: everything loaded that the first file would wait for."""
    _campaign(campaign)
    return True


def examined(campaign: Campaign, items: Iterable[Item], sandbox: Sandbox, *, key: bytes | None, today: date,
             unit: str | None = None) -> Iterator[Examined]:
    """Each item examined, in order, in parallel when there are many; raises nothing for bad bytes."""
    for starting in tuple(_STARTING):
        starting.join()
    waiting: list[Item] = []

    def jobs() -> Iterator[tuple[bytes, str, dict[str, Any]]]:
        for item in items:
            waiting.append(item)
            if item.refused is None:
                yield item.data, item.name, _args(campaign, item, unit, today)

    for result in _results(sandbox, jobs()):
        while waiting[0].refused is not None:
            yield _refused(waiting.pop(0), unit, None)
        item = waiting.pop(0)
        yield _settled(campaign, item, result.value, result.refused, sandbox, key, today, unit)
    for item in waiting:
        yield _refused(item, unit, None)


def _results(sandbox: Sandbox, jobs: Iterator[tuple[bytes, str, dict[str, Any]]]) -> Iterator[Result]:
    """A unit's files go to one child, one by one: starting a second costs more than reading them all."""
    for payload, name, args in islice(jobs, FEW):
        yield sandbox.run(_JOB, payload, name=name, args=args)
    yield from sandbox.map(_JOB, jobs)


def _args(campaign: Campaign, item: Item, unit: str | None, today: date,
          believe: bool = True) -> dict[str, Any]:
    return {"name": item.name, "path": item.path, "campaign": str(campaign.folder.absolute()),
            "unit": unit or item.unit, "today": today.isoformat(), "believe": believe}


def _settled(campaign: Campaign, item: Item, answer: Any, refused: Refusal | None, sandbox: Sandbox,
             key: bytes | None, today: date, unit: str | None) -> Examined:
    if refused is not None:
        return _refused(dataclasses.replace(item, refused=refused), unit, None)
    verdict = gate.from_json(answer["verdict"])
    if verdict.refused is not None:
        return _refused(dataclasses.replace(item, refused=verdict.refused), unit, verdict.kind)
    notes = _notes(verdict.warnings, (), unit or item.unit)
    if answer["outcome"] is None:
        form = attached_to(campaign, item.name)     # a scan: kept, and matched by its file name
        return Examined(item, verdict.kind, "attachment", unit or item.unit, form, None, None, notes)
    from forms.reading import Outcome, settle

    outcome: Outcome | None = Outcome.from_json(answer["outcome"])
    if key is not None and outcome is not None:
        outcome = settle(outcome, key)
        if outcome is None:     # a forged signature: read as a file whose stamp says nothing
            distrust = _args(campaign, item, unit, today, believe=False)
            again = sandbox.run(_JOB, item.data, name=item.name, args=distrust)
            if again.refused is not None or again.value["outcome"] is None:
                return _refused(dataclasses.replace(item, refused=again.refused), unit, verdict.kind)
            outcome = Outcome.from_json(again.value["outcome"])
    assert outcome is not None
    document = outcome.document
    if document is not None:
        notes = _notes(verdict.warnings, document.findings, unit or item.unit)
    if document is not None and notes:
        document = dataclasses.replace(document, findings=(*document.findings, *notes))
    # A document keeps what was found as it is: the campaign's levels may change after it was filed.
    found = document.findings if document is not None else (*outcome.findings, *notes)
    return Examined(item, verdict.kind, outcome.status, outcome.unit, outcome.form, outcome.version, document,
                    levelled(found, campaign.levels))


def _notes(warnings: Iterable[Note], found: Iterable[Finding], unit: str | None) -> tuple[Finding, ...]:
    """What the gate noticed; a sheet's formulas without a result only where no cell of it was named (F22)."""
    named = {note("uncached", where=each.sheet) for each in found if each.rule == "F22"}
    return tuple(_finding("S11", "notice", each.message, unit) for each in warnings if each not in named)


def attached_to(campaign: Campaign, name: str) -> str | None:
    """The form a scan's name begins with: `附件2-…`, `08-…`; a bare two-digit number does too.

    A printed copy that came back unsigned, as Word, is no scan of anything.
    """
    if not name.casefold().endswith(SCANS):
        return None
    for form in campaign.forms.values():
        stem = form.file_stem
        head = stem.partition("-")[0]
        if name.startswith(stem) or re.match(rf"{re.escape(head)}(?!\d)[-_ .　（(]", name):
            return form.form
    return None


def _refused(item: Item, unit: str | None, kind: str | None) -> Examined:
    why = item.refused or refusal("unreadable", item.name)
    finding = _finding("S11", "error", why.message, unit or item.unit)
    return Examined(item, kind or "", "refused", unit or item.unit, None, None, None, (finding,), why)


def _finding(rule: str, level: Any, message: str, unit: str | None) -> Finding:
    return Finding(rule, level, unit, None, None, None, None, None, None, None, message, None)


def _campaign(folder: str) -> Campaign:
    from forms.reading import _campaign as cached

    return cached(folder)


__all__ = ["CAGE", "Examined", "attached_to", "examine_job", "examined", "warm"]
