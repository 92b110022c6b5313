"""A file in, an outcome out: told what it is, read whole, or said why not; here or in a child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Literal

from forms import stamp
from forms.annotate import suffix
from forms.campaign import load
from forms.document import Document
from forms.findings import Finding
from forms.identify import UNSIGNED, Identity, folder_unit, identify
from forms.spec import Campaign
from forms.wordform.read import UnreadableLetter, identify_letter, letter, read_docx, stamp_of
from forms.workbook.cells import UnreadableWorkbook, cells
from forms.workbook.probe import Probe
from forms.workbook.read import read_workbook

Status = Literal["read", "refused", "unidentified", "attachment"]
ATTACHMENTS: Final = ("pdf", "png", "jpg", "jpeg")
WORKBOOKS: Final = ("xlsx", "xls", "ods")
_DEFINITIONS: Final = ("*.yaml", "*.csv", "materials/*.yaml", "annexes/*.yaml")


@dataclass(frozen=True)
class Outcome:
    """`document` is there when `status` is read.

    `unit` is the expected or found unit; `stamp` its fields as found.
    """

    name: str
    status: Status
    unit: str | None = None
    form: str | None = None
    version: str | None = None
    document: Document | None = None
    findings: tuple[Finding, ...] = ()
    stamp: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Plain values for the way out of the child."""
        return {
            "name": self.name,
            "status": self.status,
            "unit": self.unit,
            "form": self.form,
            "version": self.version,
            "document": self.document.to_json() if self.document else None,
            "findings": [each.as_dict() for each in self.findings],
            "stamp": dict(self.stamp),
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Outcome:
        """The opposite of `as_json`. Raises ValueError or TypeError for anything else."""
        document = Document.from_json(plain["document"]) if plain.get("document") else None
        return cls(
            **{
                **plain,
                "document": document,
                "findings": tuple(Finding(**each) for each in plain["findings"]),
            }
        )


def read_file(
    campaign: Campaign,
    data: bytes,
    name: str,
    *,
    key: bytes | None = None,
    unit: str | None = None,
    probe: Probe | Mapping[str, Any] | None = None,
    today: date | None = None,
    kind: str | None = None,
    believe: bool = True,
) -> Outcome:
    """What this file is and holds. `name` may be a path: a folder named by a unit code tells the unit.

    `unit` is the expected unit; `kind` what the gate found (xlsx xls ods docx pdf …), else the bytes tell.
    Never raises for what the bytes are, save what a hostile file does to a parser: give those to the child.
    """
    kind = kind or suffix(data) or name.rpartition(".")[2].lower()
    expected = unit or folder_unit(campaign, name)
    if kind in ATTACHMENTS:
        return Outcome(name, "attachment", expected)
    try:
        if kind == "docx":
            return _letter(campaign, data, name, key, expected, today, believe)
        if kind in WORKBOOKS:
            return _workbook(campaign, data, name, key, expected, probe, today, believe)
        said = f"不能处理“.{kind}”类型的文件。"
    except (UnreadableWorkbook, UnreadableLetter) as error:
        said = str(error)
    nowhere = dict.fromkeys(("form", "sheet", "cell", "row", "field", "key", "value"))
    fix = "请上传xlsx、docx，扫描件用pdf、jpg或png。"
    why = Finding(rule="S11", level="error", unit=expected, message=said, fix=fix, **nowhere)
    return Outcome(name, "refused", expected, findings=(why,))


def read_file_in_child(
    payload: bytes,
    *,
    campaign: str,
    name: str,
    unit: str | None = None,
    probe: Mapping[str, Any] | None = None,
    today: str | None = None,
    kind: str | None = None,
    believe: bool = True,
) -> dict[str, Any]:
    """`read_file` for the limited child, which has no key: the parent must `settle` the stamp afterwards.

    `campaign` is the campaign's folder, read once per process; `today` an ISO date. The answer is
    `Outcome.as_json`.
    """
    day = date.fromisoformat(today) if today else None
    return read_file(
        _campaign(campaign), payload, name, unit=unit, probe=probe, today=day, kind=kind, believe=believe
    ).as_json()


def settle(outcome: Outcome, key: bytes) -> Outcome | None:
    """The outcome of a keyless reading with its stamp verified; None when the signature is false.

    On None, read again with `believe=False`: the file is then taken for one whose stamp was forged.
    """
    if outcome.document is None or outcome.document.stamp != UNSIGNED:
        return outcome
    if stamp.verify(key, outcome.stamp) is None:
        return None
    return replace(outcome, document=replace(outcome.document, stamp="valid"))


def _workbook(
    campaign: Campaign,
    data: bytes,
    name: str,
    key: bytes | None,
    expected: str | None,
    probe: Probe | Mapping[str, Any] | None,
    today: date | None,
    believe: bool,
) -> Outcome:
    raw = cells(data)
    found = identify(campaign, raw, key, expected, believe)
    if isinstance(found, Finding):
        return Outcome(name, "unidentified", found.unit, findings=(found,))
    return _read(name, found, read_workbook(campaign, found, raw, probe, today, name))


def _letter(
    campaign: Campaign,
    data: bytes,
    name: str,
    key: bytes | None,
    expected: str | None,
    today: date | None,
    believe: bool,
) -> Outcome:
    text = letter(data)
    named = stamp_of(text)
    if named.get("part"):  # a printed copy of a form: the data came in the workbook
        return Outcome(
            name,
            "attachment",
            expected or named.get("unit"),
            named.get("form"),
            named.get("version"),
            stamp=named,
        )
    found = identify_letter(campaign, text, key, expected, believe)
    if isinstance(found, Finding):
        if not named:  # a letter of the unit's own is evidence: kept, and matched by its name
            return Outcome(name, "attachment", expected)
        return Outcome(name, "unidentified", found.unit, findings=(found,))
    return _read(name, found, read_docx(campaign, found, text, today, name))


def _read(name: str, found: Identity, document: Document) -> Outcome:
    return Outcome(
        name,
        "read",
        document.unit,
        document.form,
        document.version,
        document,
        document.findings,
        found.fields,
    )


def _campaign(folder: str) -> Campaign:
    """The campaign, read once per process and again after an edit of its definitions."""
    root = Path(folder)
    files = (each for pattern in _DEFINITIONS for each in root.glob(pattern))
    return _loaded(folder, max((each.stat().st_mtime_ns for each in files), default=0))


@lru_cache(maxsize=4)
def _loaded(folder: str, edited: int) -> Campaign:
    return load(Path(folder))
