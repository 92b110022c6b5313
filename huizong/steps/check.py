"""Checking without a trace: files in, findings out; and a dry run over everything the ledger holds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector.examine import CAGE, Examined, attached_to, examined
from collector.inbox import items
from collector.sandbox import shared
from forms import Document, Finding
from forms.engine import Held
from forms.findings import place
from huizong.steps.bureau import Bureau
from huizong.steps.files import write
from huizong.steps.judge import Judged, judge, judge_documents, words
from huizong.steps.progress import Progress, silent


@dataclass(frozen=True)
class FileReport:
    """One file and what is wrong in it, by reading and by rules."""

    path: str
    unit: str | None
    form: str | None
    version: str | None
    status: str
    rows_read: int
    rows_refused: int
    findings: tuple[Finding, ...]

    def as_dict(self) -> dict[str, Any]:
        plain = {each.name: getattr(self, each.name) for each in dataclasses.fields(self)}
        return plain | {"findings": [each.as_dict() for each in self.findings]}


@dataclass(frozen=True)
class Report:
    """`findings` are those of a unit or the city rather than of a file.  `changed`: only for a re-run of the ledger."""

    files: tuple[FileReport, ...]
    findings: tuple[Finding, ...]
    held: tuple[Held, ...]
    appeared: tuple[Finding, ...] = ()
    vanished: tuple[Finding, ...] = ()
    rerun: bool = False

    @property
    def every(self) -> list[Finding]:
        return [*(finding for file in self.files for finding in file.findings), *self.findings]

    @property
    def errors(self) -> int:
        return sum(each.level == "error" for each in self.every)

    def as_dict(self) -> dict[str, Any]:
        found = {"files": [each.as_dict() for each in self.files],
                 "findings": [each.as_dict() for each in self.findings],
                 "held": [{"rule": each.rule, "unit": each.unit, "needs": list(each.needs)} for each in self.held]}
        if self.rerun:
            found |= {"appeared": [each.as_dict() for each in self.appeared],
                      "vanished": [each.as_dict() for each in self.vanished]}
        return found


def check(bureau: Bureau, paths: Sequence[Path], *, unit: str | None = None, annotate: Path | None = None,
          progress: Progress = silent) -> Report:
    """Reads and judges these files alone; nothing is recorded.  `annotate`: marked copies go into that folder."""
    if unit is not None:
        bureau.known_unit(unit)
    found = list(examined(bureau.campaign, items(progress(paths, "校验"), bureau.campaign.units_by_code), shared(CAGE),
                          key=bureau.stamp_key(), today=bureau.as_of, unit=unit))
    documents: dict[str, Document] = {}
    owner: dict[tuple[str | None, str], int] = {}
    for n, one in enumerate(found):
        if one.document is not None:
            owner[(one.document.unit, one.document.form)] = n
    for (code, form), n in owner.items():
        if code in bureau.campaign.units_by_code:
            documents[f"{code}/{form}@{n}"] = found[n].document  # type: ignore[assignment]
    attachments = [(one.unit, one.form or attached_to(bureau.campaign, one.item.name) or "", one.item.name)
                   for one in found if one.status == "attachment" and one.unit]
    units = sorted({each.unit for each in documents.values() if each.unit})
    judged = judge_documents(bureau, documents, unit=units[0] if len(units) == 1 else None, attachments=attachments,
                             said=words(bureau)) if documents else Judged((), ())
    report = _sorted_out(found, owner, judged)
    if annotate is not None:
        _annotate(found, report, annotate)
    return report


def recheck(bureau: Bureau, *, progress: Progress = silent) -> Report:
    """Re-runs everything the ledger holds, e.g. after a rule was changed, and says what changed since the last time.

    The last result is the one kept in `.state/findings.json`; it is replaced.
    """
    list(progress(("重查",), "重查"))
    judged = judge(bureau)
    kept = bureau.state / "findings.json"
    before = {Finding(**each) for each in json.loads(kept.read_text("utf-8"))} if kept.exists() else set()
    now = set(judged.findings)
    if bureau.has_state:
        write(kept, json.dumps([each.as_dict() for each in judged.findings], ensure_ascii=False).encode())
    return Report((), judged.findings, judged.held, tuple(sorted(now - before, key=place)),
                  tuple(sorted(before - now, key=place)), rerun=True)


def _sorted_out(found: Sequence[Examined], owner: dict[tuple[str | None, str], int], judged: Judged) -> Report:
    own: dict[int, list[Finding]] = {n: list(one.findings) if (one.document is None or owner.get(
        (one.document.unit, one.document.form)) != n) else [] for n, one in enumerate(found)}
    outer = []
    for finding in judged.findings:
        n = owner.get((finding.unit, finding.form or ""))
        if n is None:
            outer.append(finding)
        else:
            own[n].append(finding)
    for (code, _), n in owner.items():          # a unit nobody knows has no rules: its file's own findings stay
        if not own[n] and found[n].document is not None and code is None:
            own[n] = list(found[n].findings)
    files = tuple(FileReport(one.item.path, one.unit, one.form, one.version, one.status,
                             one.document.rows_read if one.document else 0,
                             one.document.rows_refused if one.document else 0, tuple(sorted(own[n], key=place)))
                  for n, one in enumerate(found))
    return Report(files, tuple(outer), judged.held)


def _annotate(found: Sequence[Examined], report: Report, folder: Path) -> None:
    from forms.annotate import suffix

    for one, file in zip(found, report.files, strict=True):
        if one.document is None or not file.findings:
            continue
        marked = shared(CAGE).run("forms.annotate:annotate_in_child", one.item.data, name=one.item.name,
                                  args={"findings": [each.as_dict() for each in file.findings]})
        if marked.refused is not None:
            continue
        stem = Path(one.item.name).stem
        ending = suffix(marked.value) or "xlsx"
        same = one.item.name.casefold().endswith(f".{ending}")
        write(folder / (one.unit or "") / (one.item.name if same else f"{stem}-问题清单.{ending}"), marked.value)
