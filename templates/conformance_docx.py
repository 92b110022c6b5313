"""A docx of the Word skin, measured in its XML."""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

from templates.blocks import Document
from templates.conformance import Row, Rows
from templates.measures import MM, SkinOptions, measures, sheet
from templates.ooxml import NAMESPACES, name
from templates.rawzip import read

NUMBER = re.compile(r"^[\u4e00-\u9fa5]{2,8}〔20\d{2}〕[1-9]\d*号$")
DATE = re.compile(r"^\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日$")
_TWIPS_MM = 20 * MM
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


def measure(data: bytes, document: Document, options: SkinOptions) -> list[Row]:
    """The rows of one docx."""
    return _Docx(data, document, options).measure()


class _Docx:
    def __init__(self, data: bytes, document: Document, options: SkinOptions) -> None:
        self.members = read(data)
        self.root = etree.fromstring(self.members["word/document.xml"], _PARSER)
        styles = etree.fromstring(self.members["word/styles.xml"], _PARSER)
        self.styles = {style.get(name("w:styleId")): style for style in styles.iter(name("w:style"))}
        self.document, self.options = document, options
        self.out = Rows("docx")

    def all(self, path: str, where: Any = None) -> list[Any]:
        found: Any = (self.root if where is None else where).xpath(path, namespaces=NAMESPACES)
        return list(found)

    def styled(self, key: str) -> list[Any]:
        return self.all(f".//w:p[w:pPr/w:pStyle/@w:val='{key}']")

    def text(self, paragraph: Any) -> str:
        return "".join(self.all(".//w:t/text()", paragraph))

    def value(self, path: str, where: Any) -> float | None:
        found = self.all(path, where)
        return float(found[0]) if found else None

    def measure(self) -> list[Row]:
        self._pages()
        self._styles()
        self._head()
        self._tail()
        self._imprint()
        self._page_numbers()
        return self.out.rows

    def _pages(self) -> None:
        out, m = self.out, measures()
        for section in self.all(".//w:sectPr"):
            lying = bool(self.all("w:pgSz[@w:orient='landscape']", section))
            area = sheet(self.options, lying)
            out.near("G01", area.width / MM, self._mm("w:pgSz/@w:w", section), 0.1)
            out.near("G01", area.height / MM, self._mm("w:pgSz/@w:h", section), 0.1)
            out.near("G02", area.top / MM, self._mm("w:pgMar/@w:top", section), 0.1)
            out.near("G03", area.left / MM, self._mm("w:pgMar/@w:left", section), 0.1)
            out.near("G05", area.bottom / MM, self._mm("w:pgMar/@w:bottom", section), 0.1)
            out.near("G05", area.right / MM, self._mm("w:pgMar/@w:right", section), 0.1)
        area, line = sheet(self.options), self._points("w:pPr/w:spacing/@w:line", self.styles["Body"])
        out.near("G04", 156, area.text_width / MM, 0.1)
        out.is_("G06", m.text.lines_per_page, int(area.text_height / line))
        pitch = m.text.size_pt + self._points("w:rPr/w:spacing/@w:val", self.styles["Body"])
        out.is_("G07", m.text.chars_per_line, int(area.text_width / pitch))
        out.unmeasured("G09", "双面印刷、左侧装订")

    def _mm(self, path: str, where: Any) -> float | None:
        got = self.value(path, where)
        return None if got is None else got / _TWIPS_MM

    def _points(self, path: str, where: Any) -> float:
        return (self.value(path, where) or 0.0) / 20

    def _style(self, id: str, key: str, role: str, size: float) -> None:
        style = self.styles[key]
        face = self.all("w:rPr/w:rFonts/@w:eastAsia", style)[0]
        half = self.value("w:rPr/w:sz/@w:val", style) or 0
        wanted = f"{measures().fonts[role].word} {size:g} pt"
        self.out.is_(id, wanted, f"{face} {half / 2:g} pt")

    def _styles(self) -> None:
        m = measures()
        size = m.text.size_pt
        self._style("G14", "Number", "fangsong", size)
        self._style("G17", "Title", "title", m.head.title.size_pt)
        self._style("G18", "Recipients", "fangsong", size)
        self._style("G19", "Body", "fangsong", size)
        for level, role in enumerate(m.levels, 1):
            self._style("G20", f"Heading{level}", role, size)
        self._style("G29", "AnnexLabel", m.annex.label_font, size)
        self._style("G31", "Imprint", "fangsong", m.imprint.size_pt)
        self._style("G33", "PageNumber", "song", m.page_number.size_pt)
        for key, style in self.styles.items():
            colours = self.all("w:rPr/w:color/@w:val", style)
            wanted = m.red if key == "Mark" else m.black
            if colours:
                self.out.is_("G37" if key == "Mark" else "G08", wanted, colours[0])
        first = [self.value("w:pPr/w:ind/@w:firstLine", p) for p in self.styled("Body")]
        indents = {indent / 20 for indent in first if indent is not None}
        if indents:
            self.out.is_("G19", {m.text.indent_chars * size}, indents)

    def _head(self) -> None:
        document, out = self.document, self.out
        numbers = self.styled("Number")
        if document.number and numbers:
            text = self.text(numbers[-1]).split(measures().labels.signer)[0]
            out.is_("G14", NUMBER.pattern, text, bool(NUMBER.match(text)))
        if document.upward and document.signers and numbers:
            faces = self.all(".//w:rFonts/@w:ascii", numbers[-1])
            out.is_("G15", measures().fonts["kai"].word, faces[-1] if faces else "—")
        corner = [self.text(p) for p in self.styled("Corner")]
        for id, (text, _) in zip(("G10", "G11", "G12"), document.corner, strict=False):
            out.is_(id, text, text if text in corner else "—")
        marks = self.styled("Mark")
        if document.format == "file":
            out.is_("G13", document.mark, self.text(marks[0]) if marks else "—")
        titles = self.styled("Title")
        out.is_("G17", document.name, self.text(titles[0]))
        if document.to:
            text = self.text(self.styled("Recipients")[0])
            out.is_("G18", "以全角冒号结尾", text[-1:], text.endswith(measures().labels.colon))

    def _tail(self) -> None:
        document, out, m = self.document, self.out, measures()
        listed = [self.text(p) for p in self.styled("AttachmentList")]
        titles = [self.text(p) for p in self.styled("Title")][1:]
        bound = [item.title for item in document.attachments if item.blocks]
        if document.attachments:
            out.is_("G21", len(document.attachments), len(listed))
            out.is_("G29", bound, titles)
        if document.note:
            text = self.text(self.styled("Annotation")[0])
            out.is_("G28", "（…）", text, text.startswith("（") and text.endswith("）"))
        if document.signature is None:
            return
        date = self.styled("IssueDate")[0]
        out.is_("G23", DATE.pattern, self.text(date), bool(DATE.match(self.text(date))))
        right = self._points("w:pPr/w:ind/@w:right", date)
        if document.signature.sealed:
            out.near("G23", m.tail.sealed_date_right_chars * m.text.size_pt, right, 0.1, "pt")
        issuer = self.styled("Issuer")[0]
        out.is_("G27", True, bool(self.all("w:pPr/w:keepNext", issuer)))

    def _imprint(self) -> None:
        out, m = self.out, measures()
        tables = self.all(".//w:tbl[w:tblPr/w:tblpPr]")
        if self.document.imprint is None or not tables:
            out.unmeasured("G30", "无版记")
            return
        place = self.all("w:tblPr/w:tblpPr", tables[-1])[0]
        out.is_("G30", "margin bottom", f"{place.get(name('w:vertAnchor'))} {place.get(name('w:tblpYSpec'))}")
        if self.document.format != "letter":
            tops = [float(size) / 8 / MM for size in self.all(".//w:tcBorders/w:top/@w:sz", tables[-1])]
            ends = [float(size) / 8 / MM for size in self.all(".//w:tcBorders/w:bottom/@w:sz", tables[-1])]
            out.near("G30", m.imprint.thick_mm, tops[0] if tops else None, 0.03)
            out.near("G30", m.imprint.thick_mm, ends[-1] if ends else None, 0.03)
            if len(tops) > 1:
                out.near("G30", m.imprint.thin_mm, tops[1], 0.03)
        if self.document.imprint.copies:
            text = self.text(self.all(".//w:p", tables[-1])[0])
            ok = text.startswith(m.labels.copies) and text.endswith(m.labels.copies_end)
            out.is_("G31", f"{m.labels.copies}…{m.labels.copies_end}", text, ok)

    def _page_numbers(self) -> None:
        out, m = self.out, measures()
        settings = etree.fromstring(self.members["word/settings.xml"], _PARSER)
        out.is_("G33", True, bool(self.all("w:evenAndOddHeaders", settings)))
        for pages, side in (("default", "right"), ("even", "left")):
            kind = "letter" if self.document.format == "letter" else "upright"
            footer = etree.fromstring(self.members[f"word/footer_{kind}_{pages}.xml"], _PARSER)
            jc = self.all(".//w:p/w:pPr/w:jc/@w:val", footer)[0]
            indent = self.value(f".//w:p/w:pPr/w:ind/@w:{side}", footer) or 0
            wanted = m.page_number.indent_chars * m.page_number.size_pt
            out.is_("G33", f"{side} {wanted:g} pt", f"{jc} {indent / 20:g} pt")
        if self.document.format == "letter":
            first = self.all(".//w:sectPr[1]/w:titlePg")
            out.is_("G35", True, bool(first))
        faces = {font.word for font in m.fonts.values()}
        used = set(self.all(".//w:rFonts/@w:eastAsia")) | {
            face for style in self.styles.values() for face in self.all(".//w:rFonts/@w:eastAsia", style)
        }
        out.is_("G39", "只用标准字体", "、".join(sorted(used)), used <= faces)
