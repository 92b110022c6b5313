"""What a receipt proves: its files with their hashes, and what was missing when it was given.  Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from collector.portal.files import form_of
from collector.portal.gather import Case, set_scan
from collector.receipts import Receipt
from collector.rows import Document, Event
from collector.workflow import State, replay
from forms.spec import Campaign

KEPT: Final = "没有收下，留存备查"  # a receipt proves that the file came, not that it was taken

Sent = tuple[tuple[str, int | None], ...]  # (form, version) of everything handed in by one commit


@dataclass(frozen=True)
class File:
    """`rows` is empty for a scan and a text; `sha256` is of the bytes as they came."""

    name: str
    form: str
    rows: str
    sha256: str


def files(campaign: Campaign, held: Case, found: Receipt) -> tuple[File, ...]:
    """Of an upload the one file; of a set its forms and the scans that had come by then."""
    titles = {name: form.title for name, form in campaign.forms.items()}
    if found.kind == "upload":
        # The same bytes have one receipt: once they were taken, it no longer says that they were not.
        same = [each for each in held.documents if each.sha256 == found.sha256]
        own = next((each for each in same if taken(each)), next(iter(same), None))
        return (file(held, own, titles) if own else File(found.file_name, "", "", found.sha256),)
    sent, _ = group(held, found)
    forms = [held.version(form, version) for form, version in sent if version is not None]
    scans = {
        each.file_name: each
        for each in held.documents
        if set_scan(each) and each.received_at <= found.received_at
    }
    return tuple(file(held, each, titles) for each in (*forms, *scans.values()) if each is not None)


def file(held: Case, document: Document, titles: Mapping[str, str]) -> File:
    title = titles.get(form_of(held, document), "") if taken(document) else KEPT
    return File(document.file_name, title, str(document.rows_read or ""), document.sha256)


def taken(document: Document) -> bool:
    return document.status in ("read", "attachment")


def missing(campaign: Campaign, held: Case, found: Receipt) -> tuple[str, ...]:
    """The forms not handed in at the moment of this receipt: what happens later does not change it."""
    _, last = group(held, found)
    before = [each for each in held.events if (each.seq <= last if last else each.at <= found.received_at)]
    states = replay(before)
    return tuple(
        form.title
        for name, form in campaign.forms.items()
        if states.get((held.unit.code, name), State()).status not in ("submitted", "accepted")
    )


def group(held: Case, found: Receipt) -> tuple[Sent, int]:
    """What the receipt of a set was given for, and its last event; nothing and 0 for another receipt."""
    fitting = [
        (sent, last) for sent, last in together(held.events) if sealed(held.unit.code, sent) == found.sha256
    ]
    return fitting[-1] if fitting else ((), 0)


def together(events: Iterable[Event]) -> list[tuple[Sent, int]]:
    """The submissions, one per commit (events that follow each other), with their last event."""
    groups: list[tuple[Sent, int]] = []
    for each in events:
        if each.kind == "submitted":
            sent, _ = groups.pop() if groups and groups[-1][1] == each.seq - 1 else ((), 0)
            groups.append(((*sent, (each.form, each.version)), each.seq))
    return groups


def sealed(unit: str, sent: Sent) -> str:
    """The code of a submission's receipt, as `huizong.steps.submit` takes it over forms and versions."""
    lines = [unit, *(f"{form} {version}" for form, version in sent)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
