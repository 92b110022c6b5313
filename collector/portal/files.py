"""The files of a unit as lines of a list: what came when, and what became of it.  Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from collector.portal.gather import Case
from collector.portal.scans import Scans
from collector.portal.show import beijing
from collector.refusal import in_megabytes
from collector.rows import Document

RECENT: Final = 30
STATUS: Final = {
    "read": ("已读取", "green"),
    "refused": ("没有收下", "red"),
    "unidentified": ("没有认出", "red"),
    "attachment": ("已收附件", "green"),
}


@dataclass(frozen=True)
class Version:
    """One file that was sent in for a form."""

    version: int | None
    name: str
    at: str
    by: str
    status: str
    tone: str
    code: str
    rows: str


@dataclass(frozen=True)
class Recent:
    """One file, whatever became of it; `number`: its place in the unit's list, to fetch it by."""

    number: int
    name: str
    at: str
    form: str
    label: str
    tone: str
    says: str
    fault: str


@dataclass(frozen=True)
class Scan:
    """A scan that came (`number` fetches it), or one that is still missing."""

    name: str
    number: int | None
    says: str
    label: str
    tone: str


def scans(held: Case, found: Scans) -> list[Scan]:
    """Those that came, then those named in the rows that did not, then the form's own that is due."""
    numbers = {(each.form, each.version): n for n, each in enumerate(held.documents)}
    came = [
        Scan(
            each.file_name,
            numbers[each.form, each.version],
            f"{beijing(each.received_at)}　{in_megabytes(each.size)}",
            "已收到",
            "green",
        )
        for each in found.came
    ]
    missing = [Scan(name, None, "", "还缺", "amber") for name in found.missing]
    return [*came, *missing, *[Scan("扫描件（PDF、JPG 或 PNG）", None, "", "还缺", "amber")] * found.due]


def readable(held: Case, form: str) -> list[Document]:
    return [each for each in held.documents if each.form == form and each.status == "read"]


def history(held: Case, form: str) -> list[Version]:
    """The versions of a form, newest first."""
    return [
        Version(
            each.version,
            each.file_name,
            beijing(each.received_at, True),
            each.actor,
            *STATUS[each.status],
            each.sha256[:12].upper(),
            f"{each.rows_read} 行" if each.rows_read else "",
        )
        for each in reversed(held.documents)
        if each.form == form
    ]


def recent(held: Case) -> list[Recent]:
    """The last files, those that were not taken before the others; this is what survives a reload."""
    lines = []
    for number, each in list(enumerate(held.documents))[::-1][:RECENT]:
        label, tone = STATUS[each.status]
        taken = each.status in ("read", "attachment")
        lines.append(
            Recent(
                number,
                each.file_name,
                beijing(each.received_at),
                form_of(held, each) if taken else "",
                label,
                tone,
                f"{each.rows_read} 行" if each.rows_read else "",
                "" if taken else reason_of(held, each),
            )
        )
    return sorted(lines, key=lambda each: not each.fault)


def form_of(held: Case, document: Document) -> str:
    """The form a file belongs to; attachments are told by their names."""
    if document.status == "attachment":
        return next((form for form, some in held.scans.items() if document in some), "")
    return document.form


def reason_of(held: Case, document: Document) -> str:
    """Why a file was not taken, as it was said when it came."""
    return next(
        (
            str(event.details.get("message", ""))
            for event in reversed(held.events)
            if event.kind == "refused" and event.version == document.version and event.form == document.form
        ),
        "",
    )
