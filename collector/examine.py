"""From bytes to an examined file: the gate and the reader in one limited child job, the stamp settled by the parent."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from collector import gate
from collector.inbox import Item
from collector.refusal import Refusal, refusal
from collector.sandbox import Cage, Sandbox
from forms import Campaign, Finding
from forms.document import Document
from forms.reading import Outcome, read_file, settle

CAGE: Final = Cage(preload=("collector.gate", "collector.examine"))
DOCUMENTS: Final = ("xlsx", "xls", "ods", "docx")
SCANS: Final = (".pdf", ".jpg", ".jpeg", ".png")
_JOB: Final = "collector.examine:examine_job"


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
    verdict = gate.inspect(payload, name)
    answer: dict[str, Any] = {"verdict": gate.as_json(verdict), "outcome": None}
    if verdict.refused is None and verdict.kind in DOCUMENTS:
        outcome = read_file(_campaign(campaign), payload, path, unit=unit, probe=verdict.probe,
                            today=date.fromisoformat(today), kind=verdict.kind, believe=believe)
        answer["outcome"] = dataclasses.replace(outcome, name=name).as_json()
    return answer


def examined(campaign: Campaign, items: Iterable[Item], sandbox: Sandbox, *, key: bytes | None, today: date,
             unit: str | None = None) -> Iterator[Examined]:
    """Each item examined, in order, as many at once as the sandbox has workers.  Nothing is raised for what bytes do."""
    waiting: list[Item] = []

    def jobs() -> Iterator[tuple[bytes, str, dict[str, Any]]]:
        for item in items:
            waiting.append(item)
            if item.refused is None:
                yield item.data, item.name, _args(campaign, item, unit, today)

    for result in sandbox.map(_JOB, jobs()):
        while waiting[0].refused is not None:
            yield _refused(waiting.pop(0), unit, None)
        item = waiting.pop(0)
        yield _settled(campaign, item, result.value, result.refused, sandbox, key, today, unit)
    for item in waiting:
        yield _refused(item, unit, None)


def _args(campaign: Campaign, item: Item, unit: str | None, today: date, believe: bool = True) -> dict[str, Any]:
    return {"name": item.name, "path": item.path, "campaign": str(campaign.folder.absolute()),
            "unit": unit or item.unit, "today": today.isoformat(), "believe": believe}


def _settled(campaign: Campaign, item: Item, answer: Any, refused: Refusal | None, sandbox: Sandbox,
             key: bytes | None, today: date, unit: str | None) -> Examined:
    if refused is not None:
        return _refused(dataclasses.replace(item, refused=refused), unit, None)
    verdict = gate.from_json(answer["verdict"])
    if verdict.refused is not None:
        return _refused(dataclasses.replace(item, refused=verdict.refused), unit, verdict.kind)
    notes = tuple(_finding("S11", "notice", each.message, unit or item.unit) for each in verdict.warnings)
    if answer["outcome"] is None:
        return _attachment(campaign, item, verdict, unit)
    outcome = Outcome.from_json(answer["outcome"])
    if key is not None:
        true = settle(outcome, key)
        if true is None:
            again = sandbox.run(_JOB, item.data, name=item.name, args=_args(campaign, item, unit, today, believe=False))
            if again.refused is not None or again.value["outcome"] is None:
                return _refused(dataclasses.replace(item, refused=again.refused), unit, verdict.kind)
            true = Outcome.from_json(again.value["outcome"])
        outcome = true
    document = outcome.document
    if document is not None and notes:
        document = dataclasses.replace(document, findings=(*document.findings, *notes))
    found = document.findings if document is not None else (*outcome.findings, *notes)
    return Examined(item, verdict.kind, outcome.status, outcome.unit, outcome.form, outcome.version, document, found)


def _attachment(campaign: Campaign, item: Item, verdict: gate.Verdict, unit: str | None) -> Examined:
    """A scan: kept, and matched by its file name."""
    return Examined(item, verdict.kind, "attachment", unit or item.unit, attached_to(campaign, item.name), None, None, ())


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


__all__ = ["CAGE", "Examined", "attached_to", "examine_job", "examined"]
