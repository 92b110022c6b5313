"""What a produced file says, read from the file itself: the text of a docx and of a PDF, the tables of a
docx."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass

from lxml import etree

from templates import pdf_file
from templates.ooxml import NAMESPACES, name

_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
_MARGINS = re.compile(r"word/(header|footer)[^/]*\.xml")
_MARK = ".//w:pStyle[@w:val='Mark']"
_NOTE = ".//w:pStyle[@w:val='Remark']"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"


@dataclass(frozen=True)
class Said:
    """`paragraphs` and `tables` of the body in order; `margins`: texts of headers and footers, word art
    included.

    A merged cell stands once. The mark of a joint issue and the notes of a table are laid out in tables and
    read as paragraphs.
    """

    paragraphs: tuple[str, ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    margins: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything in the body, a line per paragraph or cell."""
        return "\n".join(
            (*self.paragraphs, *(cell for table in self.tables for row in table for cell in row))
        )


def docx_said(data: bytes) -> Said:
    """Reads our own docx; zipfile.BadZipFile or KeyError on anything that is not one."""
    margins: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        root = etree.fromstring(package.read("word/document.xml"), _PARSER)
        for part in sorted(package.namelist()):
            if _MARGINS.match(part):
                tree = etree.fromstring(package.read(part), _PARSER)
                margins += [_text(each) for each in tree.iter(name("w:p"))]
                margins += [str(each.get("string")) for each in tree.iter(_WORD_ART)]
    body = root.find("w:body", NAMESPACES)
    assert body is not None
    marks = {table for table in body.iter(name("w:tbl")) if table.find(_MARK, NAMESPACES) is not None}
    printed = [table for table in body.iter(name("w:tbl")) if table not in marks]
    tables = tuple(
        tuple(
            tuple(
                "".join(_text(p) for p in cell.iter(name("w:p"))) for cell in row.findall("w:tc", NAMESPACES)
            )
            for row in table.findall("w:tr", NAMESPACES)
            if row.find(_NOTE, NAMESPACES) is None
        )
        for table in printed
    )
    rows = [row for table in printed for row in table.findall("w:tr", NAMESPACES)]
    inside = {each for row in rows if row.find(_NOTE, NAMESPACES) is None for each in row.iter(name("w:p"))}
    loose = [each for each in body.iter(name("w:p")) if each not in inside]
    return Said(tuple(map(_text, loose)), tables, tuple(each for each in margins if each.strip()))


def _text(element: etree._Element) -> str:
    return "".join(each.text or "" for each in element.iter(name("w:t")))


def pdf_said(data: bytes) -> str:
    """The text of a PDF, a line per line of print."""
    return pdf_file.text(data)


def pages(data: bytes) -> int:
    """How many pages a PDF has."""
    return pdf_file.page_count(data)
