"""A clerk's own docx with the findings as Word comments at the content controls they are about."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from forms.annotate.listing import in_order
from forms.annotate.marks import AUTHOR, BEGIN, sentence
from forms.annotate.ooxml import CONTENT_TYPES, ContentTypes, NotPatchable, Relations, free_name, written
from forms.annotate.repack import Package
from forms.findings import Finding
from forms.workbook.properties import parsed, text_in

_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_NEW: Final = f'<w:comments xmlns:w="{_W}"/>'.encode()
_TYPE: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_STAMPED: Final = "2000-01-01T00:00:00Z"  # a fixed date: the same file and findings give the same bytes


def annotated_letter(data: bytes, findings: Iterable[Finding]) -> bytes:
    """The document with a comment per field, worst first. Raises NotPatchable, and what the parsers raise."""
    package = Package(data)
    part = Relations(package, "").of_type("officeDocument")
    if part is None or part not in package:
        raise NotPatchable("document")
    root = parsed(package.read(part))
    body = root.find(_w("body"))
    if body is None:
        raise NotPatchable("namespace")
    relations, types = Relations(package, part), ContentTypes(package)
    notes_part = relations.of_type("comments")
    notes = parsed(package.read(notes_part) if notes_part and notes_part in package else _NEW)
    _unmark(root, notes)
    number = max((int(each.get(_w("id")) or 0) for each in notes), default=-1)
    for field, said in _by_field(in_order(findings)):
        number += 1
        _comment(notes, number, [sentence(each) for each in said])
        _anchor(body, field, number)
    changed: dict[str, bytes] = {}
    notes_part = notes_part or free_name(
        package, (), posixpath.join(posixpath.dirname(part), "comments{}.xml")
    )
    types.override(notes_part, _TYPE)
    relations.add("comments", notes_part)
    changed |= {
        CONTENT_TYPES: written(types.root),
        relations.name: written(relations.root),
        part: written(root),
        notes_part: written(notes),
    }
    return package.with_changes(changed)


def _w(name: str) -> str:
    return f"{{{_W}}}{name}"


def _by_field(findings: Iterable[Finding]) -> Iterator[tuple[str, list[Finding]]]:
    together: dict[str, list[Finding]] = {}
    for each in findings:
        together.setdefault(each.field or "", []).append(each)
    yield from together.items()


def _unmark(root: etree._Element, notes: etree._Element) -> None:
    """Our comments of an earlier time and their anchors taken away; the clerk's own stay."""
    gone = set()
    for each in list(notes):
        if each.get(_w("author")) == AUTHOR or BEGIN in text_in(each):
            gone.add(each.get(_w("id")))
            notes.remove(each)
    for name in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        for each in list(root.iter(_w(name))):
            parent = each.getparent()
            if each.get(_w("id")) not in gone or parent is None:
                continue
            parent.remove(each)
            run = parent.getparent()
            if (
                name == "commentReference"
                and run is not None
                and not any(child.tag != _w("rPr") for child in parent)
            ):
                run.remove(parent)


def _comment(notes: etree._Element, number: int, lines: list[str]) -> None:
    made = etree.SubElement(
        notes,
        _w("comment"),
        {_w("id"): str(number), _w("author"): AUTHOR, _w("date"): _STAMPED, _w("initials"): "汇"},
    )
    for n, line in enumerate(lines):
        run = etree.SubElement(etree.SubElement(made, _w("p")), _w("r"))
        text = etree.SubElement(run, _w("t"))
        text.text = line if n else BEGIN + line
        text.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _anchor(body: etree._Element, field: str, number: int) -> None:
    first, last = _ends(body, field)
    identity = {_w("id"): str(number)}
    start, end = (
        etree.Element(_w("commentRangeStart"), identity),
        etree.Element(_w("commentRangeEnd"), identity),
    )
    run = etree.Element(_w("r"))
    etree.SubElement(run, _w("commentReference"), identity)
    first.addprevious(start)
    last.addnext(end)
    end.addnext(run)


def _ends(body: etree._Element, field: str) -> tuple[etree._Element, etree._Element]:
    """What the comment embraces: the content control of that alias, else the first paragraph's content."""
    paragraph = None
    for control in body.iter(_w("sdt")):
        alias = control.find(f"{_w('sdtPr')}/{_w('alias')}")
        if not field or alias is None or alias.get(_w("val")) != field:
            continue
        parent = control.getparent()
        if parent is not None and parent.tag == _w("p"):
            return control, control
        paragraph = next(control.iter(_w("p")), None)
        break
    if paragraph is None:
        paragraph = next(body.iter(_w("p")), None)
    if paragraph is None:
        paragraph = etree.Element(_w("p"))
        body.insert(0, paragraph)
    pieces = [each for each in paragraph if each.tag != _w("pPr")]
    if not pieces:
        pieces = [etree.SubElement(paragraph, _w("r"))]
    return pieces[0], pieces[-1]
