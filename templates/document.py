"""From a text file and its values to one Document: the head's elements checked, the parts parsed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from templates.blocks import Attachment, Attendance, Corner, Document, Imprint, Signature
from templates.measures import measures
from templates.parse import Inserts, blocks
from templates.prose import Filler, Prose, ProseError, load

COPY_DIGITS = 6
"""Of a copy number, noughts in front (G10)."""
ANNEX = "annex"
"""By this name a text asks for the number of an annex: `annex.key`."""


class _Head(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class _Sign(_Head):
    name: list[str] | str
    date: str
    seal: bool = True
    stamps: list[str] = []


class _Attendance(_Head):
    label: str
    names: str


class _Imprint(_Head):
    main: list[str] | str = []
    copies: list[str] | str = []
    office: str = ""
    printed: str = ""


class _Attachment(_Head):
    title: str
    key: str = ""
    page: Literal["portrait", "landscape"] = "portrait"
    when: str = ""


class Head(_Head):
    """The head of a text file; every string may hold placeholders. Described in text/README.md."""

    kind: str
    format: Literal["file", "letter", "minutes", "plain"]
    direction: Literal["up", "down"] = "down"
    mark: list[str] | str = ""
    mark_word: str = ""
    number: str = ""
    signers: list[str] = []
    copy_number: str = ""
    secrecy: str = ""
    urgency: str = ""
    title: list[str] | str
    to: str = ""
    attachments: list[_Attachment] = []
    sign: _Sign | None = None
    attendance: list[_Attendance] = []
    dated: dt.date | str = ""
    source: str = ""
    note: str = ""
    imprint: _Imprint | None = None
    draft: str = ""


_WRONG = {"extra_forbidden": "没有定义", "missing": "缺少", "literal_error": "写法不对"}


def head(prose: Prose) -> Head:
    """The head of a text file, checked. Raises ProseError at the first wrong element."""
    try:
        return Head.model_validate(prose.head)
    except ValidationError as error:
        wrong = sorted(error.errors(), key=lambda each: each["type"] != "extra_forbidden")[0]
        place = ".".join(str(step) for step in wrong["loc"])
        line = _line_of(prose, str(wrong["loc"][0]))
        what = _WRONG.get(wrong["type"], "写法不对")
        may = str(wrong.get("ctx", {}).get("expected", "")).replace(" or ", "、")
        hint = f"可写 {may}" if may else f"可用的要素有：{'、'.join(Head.model_fields)}"
        raise ProseError(prose.name, line, f"文书要素“{place}”{what}，{hint}。") from error


def _line_of(prose: Prose, key: str) -> int:
    for number, line in enumerate(prose.head_text.split("\n"), 2):
        if line.startswith(key + ":"):
            return number
    return 1


def compose(
    prose: Prose | str,
    context: Mapping[str, Any],
    *,
    folders: Sequence[Path] = (),
    inserts: Inserts | None = None,
) -> Document:
    """Fill a text file with values and parse it. A name is looked up in `folders`, then among the shipped.

    Raises ProseError (unknown placeholder, unknown insert, wrong head), FileNotFoundError.
    """
    prose = load(prose, folders) if isinstance(prose, str) else prose
    inserts = inserts or Inserts()
    given = head(prose)
    available = {**context, "pictures": tuple(inserts.pictures), "tables": tuple(inserts.tables)}
    asked = Filler(available, prose.name)
    shown = [item for item in given.attachments if not item.when or asked.truth(item.when)]
    numbers = {item.key: number for number, item in enumerate(shown, 1) if item.key}
    fill = Filler({**available, ANNEX: numbers}, prose.name)
    text = fill.plain
    parts = {key: (before, part) for key, before, part in prose.parts}
    attachments = tuple(_attachment(item, parts, fill, inserts, prose.name) for item in shown)
    sign = _signature(given.sign, fill) if given.sign else None
    marks = _filled(given.mark, fill)
    joint = len(marks) > 1
    imprint = _imprint(given.imprint, fill) if given.imprint else None
    before, body = parts[""]
    copy = text(given.copy_number)
    corner = (
        Corner("G10", copy.zfill(COPY_DIGITS) if copy else ""),
        Corner("G11", text(given.secrecy)),
        Corner("G12", text(given.urgency)),
    )
    return Document(
        kind=given.kind,
        format=given.format,
        upward=given.direction == "up",
        title=_filled(given.title, fill),
        blocks=blocks(fill.markdown(body, before), inserts, prose.name, before),
        mark=(text(given.mark_word) if joint else "".join(marks)) or None,
        bodies=marks if joint else (),
        number=text(given.number) or None,
        signers=_filled(given.signers, fill),
        corner=tuple(line for line in corner if line.text),
        to=text(given.to) or None,
        attachments=attachments,
        signature=sign,
        attendance=tuple(
            Attendance(text(each.label), names) for each in given.attendance if (names := text(each.names))
        ),
        note=text(given.note) or None,
        imprint=imprint,
        draft=text(given.draft) or None,
        source=text(given.source) or None,
        signed_on=_day(given.dated if isinstance(given.dated, dt.date) else text(given.dated)),
        removed=tuple(fill.removed),
    )


def _filled(given: list[str] | str, fill: Filler) -> tuple[str, ...]:
    """One text or several, filled; the empty ones left out."""
    return tuple(text for text in map(fill.plain, [given] if isinstance(given, str) else given) if text)


def _signature(given: _Sign, fill: Filler) -> Signature:
    name, *others = _filled(given.name, fill) or ("",)
    return Signature(name, fill.plain(given.date), given.seal, tuple(others), _filled(given.stamps, fill))


def _imprint(given: _Imprint, fill: Filler) -> Imprint:
    separator = measures().labels.separator

    def parted(texts: list[str] | str) -> tuple[str, ...]:
        return tuple(part for text in _filled(texts, fill) for part in text.split(separator) if part)

    office, printed = fill.plain(given.office), fill.plain(given.printed)
    return Imprint(parted(given.copies), office or None, printed or None, parted(given.main))


def _day(text: dt.date | str) -> dt.date:
    if isinstance(text, dt.date):
        return text
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return dt.date(2000, 1, 1)


def _attachment(
    item: _Attachment, parts: Mapping[str, tuple[int, str]], fill: Filler, inserts: Inserts, name: str
) -> Attachment:
    title = fill.plain(item.title)
    if not item.key:
        return Attachment(title)
    if item.key not in parts:
        raise ProseError(name, 1, f"附件“{title}”没有正文，请在文末加一行 === {item.key} === 并写出内容")
    before, part = parts[item.key]
    lying = item.page == "landscape"
    return Attachment(title, blocks(fill.markdown(part, before), inserts, name, before, lying), lying)
