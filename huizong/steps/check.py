"""Checking without a trace: files in, findings out; and a dry run over everything the ledger holds."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from collector.examine import CAGE, Examined, attached_to, examined
from collector.inbox import files, items
from collector.sandbox import shared
from forms import Document, Finding
from forms.findings import place
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.files import write
from huizong.steps.judge import Judged, judge, judge_documents, words
from huizong.steps.progress import Progress, silent

if TYPE_CHECKING:
    from forms.engine import Held

_PLACE = "findings/last"


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
    """`findings` are those of a unit or the city, not of a file.  `rerun`: of what the ledger holds."""

    files: tuple[FileReport, ...]
    findings: tuple[Finding, ...]
    held: tuple[Held, ...]
    appeared: tuple[Finding, ...] = ()
    vanished: tuple[Finding, ...] = ()
    rerun: bool = False
    unmarked: tuple[str, ...] = ()      # files that `annotate` could not mark

    @property
    def every(self) -> list[Finding]:
        return [*(finding for file in self.files for finding in file.findings), *self.findings]

    @property
    def errors(self) -> int:
        return sum(each.level == "error" for each in self.every)

    def as_dict(self) -> dict[str, Any]:
        found = {"files": [each.as_dict() for each in self.files],
                 "findings": [each.as_dict() for each in self.findings],
                 "held": [{"rule": each.rule, "unit": each.unit, "needs": list(each.needs)}
                          for each in self.held]}
        if self.rerun:
            found |= {"appeared": [each.as_dict() for each in self.appeared],
                      "vanished": [each.as_dict() for each in self.vanished]}
        return found


@dataclass
class Desk:
    """The examined files, which of them count, and by what id the rules know them."""

    found: list[Examined]
    counting: dict[tuple[str, str], int] = field(default_factory=dict)      # (unit, form) → place in `found`

    @classmethod
    def of(cls, found: Iterable[Examined], units: Mapping[str, Any]) -> Desk:
        """Of two files for one form of one unit the last by path counts."""
        desk = cls([without_strangers_rows(each) for each in found])
        for n, one in sorted(enumerate(desk.found), key=lambda each: each[1].item.path):
            if one.document is not None and one.document.unit in units and not is_strangers(one):
                desk.counting[one.document.unit or "", one.document.form] = n
        return desk

    def documents(self) -> dict[str, Document]:
        """By the id their rows carry."""
        pairs = ((f"{unit}/{form}@{n}", self.found[n].document) for (unit, form), n in self.counting.items())
        return {name: document for name, document in pairs if document is not None}

    def own(self, n: int) -> list[Finding]:
        """What is known of a file that no rule judges, or that gives way to another."""
        one = self.found[n]
        key = (one.document.unit or "", one.document.form) if one.document is not None else None
        counts = self.counting.get(key) if key is not None else None
        if counts is None:
            return list(one.findings)
        return [] if counts == n else [*one.findings, superseded(one, self.found[counts].item.path)]


def is_strangers(one: Examined) -> bool:
    """Another unit's file: what it holds is not this unit's to answer for, so no rule sees it."""
    return any(each.rule == "S02" and each.level == "error" for each in one.findings)


def without_strangers_rows(one: Examined) -> Examined:
    """Of another unit's file only that it is one is told."""
    if not is_strangers(one):
        return one
    return dataclasses.replace(one, findings=tuple(each for each in one.findings if each.rule == "S02"))


def check(bureau: Bureau, paths: Sequence[Path], *, unit: str | None = None, annotate: Path | None = None,
          progress: Progress = silent) -> Report:
    """Reads and judges these files alone; nothing is recorded.  `annotate`: marked copies go there.

    Raises UseError for an unknown unit, or when there is no file at all.
    """
    if unit is not None:
        bureau.known_unit(unit)
    listed = some(files(paths), paths)
    units, sandbox = bureau.campaign.units_by_code, shared(CAGE)
    _ = bureau.engine, bureau.registers         # made here while the child gets ready
    desk = Desk.of(examined(bureau.campaign, items(progress(listed, "校验"), units, sandbox), sandbox,
                            key=bureau.stamp_key(), today=bureau.as_of, unit=unit), units)
    report = _sorted_out(desk, _judged(bureau, desk), unsound(bureau))
    if annotate is None:
        return report
    return dataclasses.replace(report, unmarked=tuple(_annotate(desk.found, report, annotate)))


def some(found: list[Path], paths: Sequence[Path]) -> list[Path]:
    """The files.  Raises UseError when there is none: an empty folder is hardly what was meant."""
    if not found:
        raise UseError(f"“{'、'.join(map(str, paths))}”里没有可以收的文件，请检查路径。")
    return found


def superseded(one: Examined, counts: str) -> Finding:
    """The notice on a file that gives way to another of the same form."""
    return Finding("S04", "notice", one.unit, one.form, None, None, None, None, None, counts,
                   f"这份材料有两个文件，以“{counts}”为准，本文件不计。", "请只保留一个文件。")


def recheck(bureau: Bureau, *, progress: Progress = silent) -> Report:
    """Re-runs everything the ledger holds, e.g. after a rule was changed, and says what changed since then.

    The last result is kept, sealed, in `.state/findings.sealed`; it is replaced.
    """
    judged = next(judge(bureau) for _ in progress(("重查",), "重查"))
    findings = tuple(sorted((*judged.findings, *bureau.registers.findings), key=place))
    before = _remembered(bureau)
    _remember(bureau, findings)
    return Report((), findings, judged.held, _beyond(findings, before), _beyond(before, findings), rerun=True)


def _beyond(these: Iterable[Finding], others: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that are not among the others."""
    known = {_problem(each) for each in others}
    return tuple(sorted((each for each in these if _problem(each) not in known), key=place))


def _problem(finding: Finding) -> tuple[str | None, ...]:
    """What stays the same while nothing but its wording, its explanation or the rows above it changed."""
    where = (finding.sheet, finding.cell) if finding.key is None else (finding.key, finding.field)
    return (finding.unit, finding.rule, finding.level, finding.form, finding.value, *where)


def _remembered(bureau: Bureau) -> set[Finding]:
    from collector.keys import KeyMissing, Sealer, Tampered

    kept = bureau.state / "findings.sealed"
    try:
        text = Sealer(bureau.keys).open(kept.read_text("ascii"), _PLACE) if kept.exists() else "[]"
        return {Finding(**each) for each in json.loads(text)}
    except (KeyMissing, Tampered, TypeError, ValueError):       # of another version of the program
        return set()


def _remember(bureau: Bureau, findings: Iterable[Finding]) -> None:
    from collector.keys import Sealer

    if bureau.has_state:
        text = json.dumps([each.as_dict() for each in findings], ensure_ascii=False)
        write(bureau.state / "findings.sealed", Sealer(bureau.keys).seal(text, _PLACE).encode(), mode=0o600)


def _judged(bureau: Bureau, desk: Desk) -> Judged:
    documents = desk.documents()
    if not documents:
        return Judged((), ())
    attachments = [(one.unit, one.form or attached_to(bureau.campaign, one.item.name) or "", one.item.name)
                   for one in desk.found if one.status == "attachment" and one.unit]
    units = {each.unit for each in documents.values()}
    return judge_documents(bureau, documents, unit=units.pop() if len(units) == 1 else None,
                           attachments=attachments, said=words(bureau))


def unsound(bureau: Bureau) -> list[Finding]:
    """Lists of bureau and police that could not be read whole (P18): what rests on them is doubtful."""
    return [each for each in bureau.registers.findings if each.level == "error"]


def _sorted_out(desk: Desk, judged: Judged, lists: Sequence[Finding]) -> Report:
    """Each finding with the file of its unit and form; what has none is the unit's or the city's."""
    by_file = [desk.own(n) for n in range(len(desk.found))]
    outer: list[Finding] = list(lists)
    for finding in judged.findings:
        n = desk.counting.get((finding.unit or "", finding.form or ""))
        (outer if n is None else by_file[n]).append(finding)
    files = tuple(FileReport(one.item.path, one.unit, one.form, one.version, one.status,
                             one.document.rows_read if one.document else 0,
                             one.document.rows_refused if one.document else 0,
                             tuple(sorted(own, key=place)))
                  for one, own in zip(desk.found, by_file, strict=True))
    return Report(files, tuple(outer), judged.held)


def _annotate(found: Sequence[Examined], report: Report, folder: Path) -> list[str]:
    """Writes the marked copies; gives the paths of those that could not be marked."""
    from forms.annotate import suffix

    failed = []
    for one, file in zip(found, report.files, strict=True):
        if one.document is None or not file.findings:
            continue
        marked = shared(CAGE).run("forms.annotate:annotate_in_child", one.item.data, name=one.item.name,
                                  args={"findings": [each.as_dict() for each in file.findings]})
        if marked.refused is not None:
            failed.append(file.path)
            continue
        ending = suffix(marked.value) or "xlsx"
        same = one.item.name.casefold().endswith(f".{ending}")
        name = one.item.name if same else f"{Path(one.item.name).stem}-问题清单.{ending}"
        write(folder / (one.unit or "") / name, marked.value)
    return failed
