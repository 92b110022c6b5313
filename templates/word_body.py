"""Blocks as WordprocessingML: one function for each element of GB/T 9704-2012 §7."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from templates.blocks import Attachment, Block, Document, Heading, Image, Imprint, Paragraph, Remark, Table
from templates.measures import MM, Sheet, SkinOptions, measures, sheet
from templates.ooxml import Element, Look, e, paragraph, red_rule, run, runs, twips
from templates.type_area import WORD, HeadGaps, head_gaps, mark_size_pt, placed, signer_lines, width_pt
from templates.word_table import table

EMU = 12700
"""English Metric Units in a point."""


@dataclass
class Body:
    """The paragraphs of one document under construction, and the pictures they use."""

    document: Document
    options: SkinOptions
    pictures: list[bytes] = field(default_factory=list)
    out: list[Element] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        """The upright sheet."""
        return sheet(self.options)

    @property
    def line(self) -> float:
        """The line pitch in points."""
        return measures().profiles[self.options.profile].line_pt

    def add(self, style: str, contents: list[Element], look: Look | None = None) -> None:
        """One more paragraph."""
        self.out.append(paragraph(style, contents, look))

    # -- head -----------------------------------------------------------------------------------

    def head(self) -> None:
        """G10-G18."""
        document, gaps = self.document, head_gaps(self.document, self.options, WORD)
        if document.format == "file":
            self._red_head(gaps)
        elif document.format == "letter" and document.number:
            self.add("Number", [run(document.number)], Look("right", before=max(gaps.number, 0)))
        if document.format == "plain":
            gaps = replace(gaps, title=0.0)
        self.title(gaps.title, 0.0 if document.to else gaps.to)
        if document.to:
            self.add("Recipients", [run(document.to)], Look(before=gaps.to))

    def _red_head(self, gaps: HeadGaps) -> None:
        document, m = self.document, measures()
        lines = [*document.corner, *[("", False)] * m.head.corner_lines][: m.head.corner_lines]
        for text, black_face in lines:
            self.add("Corner", [run(text, None if black_face else "fangsong")])
        size = mark_size_pt(document)
        self.add("Mark", [run(document.mark or "", size=size)], Look(before=gaps.mark, line=size * 1.2))
        for at, (contents, look) in enumerate(self._number_lines()):
            self.add("Number", contents, replace(look, before=gaps.number if at == 0 else 0))
        self.out.append(red_rule(gaps.rule, m.head.rule_width_pt))

    def _number_lines(self) -> list[tuple[list[Element], Look]]:
        """The number alone, or with the signers at its right (G14, G15)."""
        if not self.document.upward:
            return [([run(self.document.number or "")], Look())]
        m = measures()
        indent = m.head.number_indent_chars * m.text.size_pt
        look = Look("left", left=indent, tab=self.sheet.text_width - indent)
        return [
            ([run(f"{number}\t{label}"), run(names, "kai")], look)
            for number, label, names in signer_lines(self.document)
        ]

    def title(self, before: float, after: float) -> None:
        """G17: each line of the title on its own line; `after` is the blank where nobody is addressed."""
        self.add("Title", [run("\n".join(self.document.title))], Look(before=before, after=after))

    # -- body -----------------------------------------------------------------------------------

    def block(self, block: Block, width: float, keep: bool = False, whole: bool = False) -> None:
        """One block of the text, `width` points wide; `keep` binds it to the next paragraph.

        `whole`: a short paragraph may go to the next page undivided; the first block may not, as page 1
        must show text (G19).
        """
        if isinstance(block, Paragraph):
            self._paragraph(block, keep, whole and block.short)
        else:
            _WRITERS[type(block)](self, block, width, keep)

    def _heading(self, block: Heading, width: float, keep: bool) -> None:
        contents = [
            run(block.number + block.text),
            *(run(part.text, "fangsong", part.bold) for part in block.run_in),
        ]
        look = Look(first=self._indent, keep_next=keep or not block.run_in)
        self.add(f"Heading{block.level}", contents, look)

    @property
    def _indent(self) -> float:
        return measures().text.indent_chars * measures().text.size_pt

    def _paragraph(self, block: Paragraph, keep: bool, whole: bool) -> None:
        align = None if block.align == "left" and block.indent else block.align
        first = self._indent if block.indent else 0
        self.add(
            "Body",
            runs(block.runs),
            Look(align, first=first, keep_next=keep, keep_lines=whole),
        )

    def _remark(self, block: Remark, width: float, keep: bool) -> None:
        self.add("Remark", runs(block.runs), Look(keep_next=keep))

    def _table(self, block: Table, width: float, keep: bool) -> None:
        for text in block.above:
            self.add("Remark", [run(text)], Look("left", keep_next=True, tab=width))
        self.out.append(table(block, width))
        for text in block.below:
            self.add("Remark", [run(text)], Look("left", tab=width))
        if not block.below:  # Word wants a paragraph between tables, and at the end of a section
            self.add("Remark", [], Look(line=measures().tables.padding_pt * 2))

    def _image(self, block: Image, width: float, keep: bool) -> None:
        self.pictures.append(block.png)
        pixels = struct.unpack(">II", block.png[16:24])
        across = min(block.width_mm * MM, width)
        contents = [picture(len(self.pictures), across, across * pixels[1] / pixels[0], block.caption)]
        self.add("Caption", contents, Look("center", keep_next=bool(block.caption), auto_height=True))
        if block.caption:
            self.add("Caption", [run(block.caption)], Look(keep_next=keep))

    # -- tail -----------------------------------------------------------------------------------

    def attachment_list(self) -> None:
        """G21: one blank line, two characters in, wrapped lines under the first character of the name."""
        labels, titles = measures().labels, [item.title for item in self.document.attachments]
        word = labels.attachment + labels.colon
        for at, title in enumerate(titles):
            number = f"{at + 1}." if len(titles) > 1 else ""
            start = self._indent + (width_pt(word) if at else 0)
            hang = width_pt((word if not at else "") + number)
            look = Look(
                left=start + hang,
                hanging=hang,
                before=measures().tail.attachments_lines_below * self.line if at == 0 else 0,
                keep_next=True,
            )
            self.add("AttachmentList", [run((word if not at else "") + number + title)], look)

    def signature(self) -> None:
        """G22-G25, G28."""
        document = self.document
        if document.signature:
            at = placed(document.signature, self.sheet.text_width)
            self.add(
                "Issuer",
                [run(document.signature.name)],
                Look(right=at.name_right, before=at.lines_above * self.line, keep_next=True),
            )
            self.add(
                "IssueDate",
                [run(document.signature.date)],
                Look(right=at.date_right, keep_next=bool(document.note)),
            )
        if document.note:
            indent = measures().tail.note_indent_chars * measures().text.size_pt
            self.add("Annotation", [run(document.note)], Look(first=indent))

    def annex_head(self, at: int, annex: Attachment, new_page: bool) -> None:
        """G29: label on line 1, title on line 3."""
        m = measures()
        several = len(self.document.attachments) > 1
        label = m.labels.attachment + (str(at) if several else "")
        self.add("AnnexLabel", [run(label)], Look(new_page=new_page, keep_next=True))
        blank = (m.annex.title_on_line - 2) * self.line
        self.add("Title", [run(annex.title)], Look(before=blank, after=self.line / 2, keep_next=True))

    def imprint(self, imprint: Imprint, letter: bool) -> None:
        """G30-G32: a table that hangs on the bottom of the type area; a letter has copies only, no lines."""
        m = measures()
        indent = m.imprint.indent_chars * m.imprint.size_pt
        width, labels = self.sheet.text_width, m.labels
        rows: list[Element] = []
        if imprint.copies:
            text = labels.copies + labels.separator.join(imprint.copies) + labels.copies_end
            hang = len(labels.copies) * m.imprint.size_pt
            rows.append(
                paragraph("Imprint", [run(text)], Look(left=indent + hang, hanging=hang, right=indent))
            )
        if not letter and (imprint.office or imprint.printed):
            printed = (imprint.printed or "") + (labels.printed if imprint.printed else "")
            contents = [run(f"{imprint.office or ''}\t{printed}")]
            rows.append(paragraph("Imprint", contents, Look(left=indent, tab=width - indent)))
        if rows:
            self.out.append(_imprint_table(rows, self.sheet, letter))
            self.add("Remark", [], Look(line=1))


def _imprint_table(rows: list[Element], area: Sheet, letter: bool) -> Element:
    m, width = measures().imprint, area.text_width
    thick, thin = round(m.thick_mm * MM * 8), round(m.thin_mm * MM * 8)

    def edge(tag: str, size: int) -> Element:
        return e(tag, {"w:val": "single", "w:sz": size, "w:space": 0, "w:color": measures().black})

    # Across from the page, not the margin: LibreOffice lets only such a table hang at the bottom.
    position = {
        "w:leftFromText": 0,
        "w:rightFromText": 0,
        "w:vertAnchor": "margin",
        "w:horzAnchor": "page",
        "w:tblpX": twips(area.left),
        "w:tblpYSpec": "bottom",
    }
    none = [e(f"w:{side}", {"w:w": 0, "w:type": "dxa"}) for side in ("top", "left", "bottom", "right")]
    properties = e(
        "w:tblPr",
        None,
        e("w:tblpPr", position),
        e("w:tblW", {"w:w": twips(width), "w:type": "dxa"}),
        e("w:tblLayout", {"w:type": "fixed"}),
        e("w:tblCellMar", None, *none),
    )
    grid = e("w:tblGrid", None, e("w:gridCol", {"w:w": twips(width)}))
    last = len(rows) - 1
    lines = []
    for at, row in enumerate(rows):
        above = edge("w:top", thin if at else thick)
        below = edge("w:bottom", thick if at == last else thin)
        borders = None if letter else e("w:tcBorders", None, above, below)
        lines.append(_imprint_row(row, width, borders))
    if area.below > 0:
        spacer = paragraph("Imprint", [], Look(line=area.below))
        lines.append(_imprint_row(spacer, width, None, area.below))
    return e("w:tbl", None, properties, grid, *lines)


def _imprint_row(row: Element, width: float, borders: Element | None, height: float = 0.0) -> Element:
    exact = {"w:val": twips(height), "w:hRule": "exact"}
    return e(
        "w:tr",
        None,
        e("w:trPr", None, e("w:cantSplit"), e("w:trHeight", exact) if height else None),
        e("w:tc", None, e("w:tcPr", None, e("w:tcW", {"w:w": twips(width), "w:type": "dxa"}), borders), row),
    )


def picture(number: int, width: float, height: float, caption: str) -> Element:
    """An inline picture, `width` by `height` points; its relation is rIdPicture<number>."""
    size = {"cx": round(width * EMU), "cy": round(height * EMU)}
    shape = e(
        "pic:pic",
        None,
        e("pic:nvPicPr", None, e("pic:cNvPr", {"id": number, "name": f"picture{number}"}), e("pic:cNvPicPr")),
        e(
            "pic:blipFill",
            None,
            e("a:blip", {"r:embed": f"rIdPicture{number}"}),
            e("a:stretch", None, e("a:fillRect")),
        ),
        e(
            "pic:spPr",
            None,
            e("a:xfrm", None, e("a:off", {"x": 0, "y": 0}), e("a:ext", size)),
            e("a:prstGeom", {"prst": "rect"}, e("a:avLst")),
        ),
    )
    graphic = e(
        "a:graphic",
        None,
        e("a:graphicData", {"uri": "http://schemas.openxmlformats.org/drawingml/2006/picture"}, shape),
    )
    inline = e(
        "wp:inline",
        {"distT": 0, "distB": 0, "distL": 0, "distR": 0},
        e("wp:extent", size),
        e("wp:docPr", {"id": number, "name": f"picture{number}", "descr": caption}),
        graphic,
    )
    return e("w:r", None, e("w:drawing", None, inline))


_WRITERS: dict[type, Callable[..., None]] = {
    Heading: Body._heading,
    Remark: Body._remark,
    Table: Body._table,
    Image: Body._image,
}
