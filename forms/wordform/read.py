"""A filled docx becomes a Document: facts by content control, else by the label beside."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any, Final

from lxml import etree

from forms import stamp
from forms.document import Document
from forms.findings import Finding
from forms.identify import Identity, identity, judge, unidentified, unit_named
from forms.kinds import Context
from forms.spec import Campaign, Form
from forms.workbook.locate import plain
from forms.workbook.properties import custom_properties, parsed

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_HEAD: Final = 12  # paragraphs in which the title and the unit are looked for
_EMPTY: Final = re.compile(r"[\s_＿]*")


class UnreadableLetter(Exception):
    """The bytes are no Word document; the message is a sentence for the clerk."""


@dataclass(frozen=True)
class Letter:
    """`controls`: alias → text of its content control.

    `beside`: label → text of the cell (or words) after it.
    """

    controls: Mapping[str, str] = field(default_factory=dict)
    beside: Mapping[str, str] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)


def letter(data: bytes) -> Letter:
    """What a docx holds, as plain values. Raises UnreadableLetter.

    For foreign bytes: in the limited child.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            root = parsed(package.read("word/document.xml"))
    except (
        KeyError,
        zipfile.BadZipFile,
        zlib.error,
        NotImplementedError,
        OSError,
        etree.XMLSyntaxError,
    ) as error:
        raise UnreadableLetter(
            "文件已损坏或不是Word文档，无法读取。请用Word或WPS打开后另存为docx再上传。"
        ) from error
    controls: dict[str, str] = {}
    for control in root.iter(f"{_W}sdt"):
        alias = control.find(f"{_W}sdtPr/{_W}alias")
        name = alias.get(f"{_W}val") if alias is not None else None
        if name and not controls.get(name):
            controls[name] = _content(control)
    texts = tuple(text for each in root.iter(f"{_W}p") if (text := _text(each).strip()))
    return Letter(controls, dict(_labelled(root)), texts, custom_properties(data))


def identify_letter(
    campaign: Campaign, found: Letter, key: bytes | None, expected: str | None = None, believe: bool = True
) -> Identity | Finding:
    """What a docx is, as `identify` does for workbooks: by the stamp, else by its content controls and
    labels.
    """
    named = stamp_of(found)
    known, state = judge(named, key, believe)
    stamped = known.get("unit") if known.get("unit") in campaign.units_by_code else None
    unit = expected or stamped or unit_named(campaign, found.texts[:_HEAD])
    form = campaign.forms.get(known.get("form", "")) if known.get("campaign") == campaign.id else None
    if form is None or form.file != "docx":
        form = form_by_labels(campaign, found) or form
    if form is None:
        start = f"文件开头是“{found.texts[0][:40]}”。" if found.texts else "文件里没有文字。"
        return unidentified(campaign, named, state, unit, start)
    return identity(campaign, form, unit, expected, known, state, named)


def stamp_of(found: Letter) -> dict[str, str]:
    """The stamp's fields: of the custom property, else of the hidden content control."""
    return stamp.read(found.properties.get(stamp.PROPERTY, "")) or stamp.read(
        found.controls.get(stamp.PROPERTY, "")
    )


def form_by_labels(campaign: Campaign, found: Letter) -> Form | None:
    """The form in Word of which at least half the facts are here.

    Labels without a single content control count only under the form's title: the guide names them too.
    """
    head = {plain(text) for text in found.texts[:_HEAD]}
    best: tuple[float, Form] | None = None
    for form in campaign.forms.values():
        if form.file != "docx" or not form.facts:
            continue
        if not found.controls.keys() & form.facts.keys() and plain(form.title) not in head:
            continue
        here = sum(
            each.name in found.controls or plain(each.label) in found.beside for each in form.facts.values()
        )
        share = here / len(form.facts)
        if share >= 0.5 and (best is None or share > best[0]):
            best = share, form
    return best[1] if best else None


def read_docx(
    campaign: Campaign, named: Identity, data: bytes | Letter, today: date | None = None, name: str = ""
) -> Document:
    """The document's facts; a missing or unreadable one is a finding with its field.

    Raises UnreadableLetter, KeyError.
    """
    form = campaign.forms[named.form]
    found = data if isinstance(data, Letter) else letter(data)
    context = Context(campaign, today or date.today())
    values: dict[str, Any] = {}
    findings = list(named.findings)
    for each in form.facts.values():
        raw = found.controls.get(each.name) or found.beside.get(plain(each.label)) or None
        reading = context.reader(each)(raw)
        values[each.name] = reading.value
        for flag in each.flags:
            values[flag] = reading.flag == flag
        for fault in reading.findings:
            message = fault.message if each.label in fault.message else f"“{each.label}”：{fault.message}"
            findings.append(
                Finding(
                    fault.rule,
                    fault.level,
                    named.unit,
                    form.form,
                    None,
                    None,
                    None,
                    each.name,
                    each.name,
                    fault.value,
                    message,
                    fault.fix,
                )
            )
    return Document(
        campaign.id,
        named.unit,
        form.form,
        named.version,
        {},
        values,
        {},
        tuple(findings),
        0,
        0,
        named.stamp,
        name,
    )


def _content(control: etree._Element) -> str:
    """The text of a content control; '' while it shows its placeholder."""
    body = control.find(f"{_W}sdtContent")
    if body is None or control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None:
        return ""
    paragraphs = [_text(each) for each in body.iter(f"{_W}p")]
    text = "\n".join(paragraphs) if paragraphs else _text(body)
    return "" if _EMPTY.fullmatch(text) else text.strip()


def _text(element: etree._Element) -> str:
    """Text as shown: inserted words are in, deleted ones and placeholders out."""
    parts: list[str] = []
    for run in element.iter(f"{_W}r"):
        style = run.find(f"{_W}rPr/{_W}rStyle")
        if style is not None and style.get(f"{_W}val") == "PlaceholderText":
            continue
        for piece in run:
            if piece.tag == f"{_W}t":
                parts.append(piece.text or "")
            elif piece.tag in (f"{_W}tab", f"{_W}br"):
                parts.append(" ")
    return "".join(parts)


def _labelled(root: etree._Element) -> Iterator[tuple[str, str]]:
    """Label → what follows: the next cell of a table row, or the rest of a paragraph after the colon."""
    for row in root.iter(f"{_W}tr"):
        cells = [
            "\n".join(_text(each) for each in cell.iter(f"{_W}p")).strip() for cell in row.iter(f"{_W}tc")
        ]
        for label, text in pairwise(cells):
            yield plain(label).rstrip(":"), "" if _EMPTY.fullmatch(text) else text
    for paragraph in root.iter(f"{_W}p"):
        label, colon, text = _text(paragraph).replace("：", ":").partition(":")
        if colon and len(label) <= 40 and text.strip():
            yield plain(label), text.strip()
