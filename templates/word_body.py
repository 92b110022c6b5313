"""Blocks as WordprocessingML: one function for each element of GB/T 9704-2012 §7."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from templates.blocks import Attachment, Block, Document, Heading, Image, Imprint, Paragraph, Remark, Table
from templates.measures import MM, Sheet, SkinOptions, measures, sheet
from templates.ooxml import Element, Look, paragraph, red_rule, run, runs
from templates.signing import placed
from templates.type_area import (
    MARK_LINE,
    WORD,
    HeadGaps,
    head_gaps,
    mark_size_pt,
    signer_lines,
    width_pt,
)
from templates.word_imprint import imprint_table
from templates.word_picture import picture
from templates.word_table import joint_table, table


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
        return self.options.line_pt

    def add(self, style: str, contents: list[Element], look: Look | None = None) -> None:
        """One more paragraph."""
        self.out.append(paragraph(style, contents, look))

    # -- head -----------------------------------------------------------------------------------

    def head(self) -> None:
        """G10-G18."""
        document, gaps = self.document, head_gaps(self.document, self.options, WORD)
        if document.format in ("file", "minutes"):
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
        for line in document.corner:
            self.add("Corner", [run(line.text, line.role)])
        for _ in range(m.head.corner_lines - len(document.corner)):
            self.add("Corner", [])
        size = mark_size_pt(document)
        if document.bodies:
            self.add("Corner", [], Look(line=gaps.mark))
            self.out.append(joint_table(document, self.sheet.text_width))
        else:
            look = Look(before=gaps.mark, line=size * MARK_LINE)
            self.add("Mark", [run(document.mark or "", size=size)], look)
        for at, (contents, look) in enumerate(self._number_lines() if document.number else []):
            self.add("Number", contents, replace(look, before=gaps.number if at == 0 else 0))
        self.out.append(red_rule(gaps.rule, m.head.rule_width_pt))

    def _number_lines(self) -> list[tuple[list[Element], Look]]:
        """The number alone, or with the signers at its right (G14, G15)."""
        if not self.document.upward:
            return [([run(self.document.number or "")], Look())]
        return [
            (
                [
                    run(("" if part.behind else "\t") + part.text, "kai" if part.kai else None)
                    for part in parts
                ],
                Look("left", stops=tuple(("left", part.left) for part in parts if not part.behind)),
            )
            for parts in signer_lines(self.document, self.sheet.text_width)
        ]

    def title(self, before: float, after: float) -> None:
        """G17: each line of the title on its own line; `after` is the blank where nobody is addressed."""
        self.add("Title", [run("\n".join(self.document.title))], Look(before=before, after=after))

    # -- body -----------------------------------------------------------------------------------

    def block(
        self,
        block: Block,
        width: float,
        keep: bool = False,
        whole: bool = False,
        notes: tuple[Remark, ...] = (),
        last: bool = False,
    ) -> None:
        """One block of the text, `width` points wide, a table with its notes; `keep` binds it to the next
        paragraph.

        `whole`: a short paragraph may go to the next page undivided; the first block may not, as page 1
        must show text (G19).
        """
        if isinstance(block, Paragraph):
            self._paragraph(block, keep, whole and block.short)
        elif isinstance(block, Heading):
            self._heading(block, keep, whole and block.short)
        elif isinstance(block, Table):
            self._table(block, width, keep, notes, last)
        else:
            _WRITERS[type(block)](self, block, width, keep)

    def _heading(self, block: Heading, keep: bool, whole: bool) -> None:
        contents = [
            run(block.number + block.text, spacing=block.spacing),
            *(run(part.text, "fangsong", part.bold, spacing=block.spacing) for part in block.run_in),
        ]
        look = Look(first=self._indent, keep_next=keep or not block.run_in, keep_lines=whole)
        self.add(f"Heading{block.level}", contents, look)

    @property
    def _indent(self) -> float:
        return measures().text.indent_chars * measures().text.size_pt

    def _paragraph(self, block: Paragraph, keep: bool, whole: bool) -> None:
        align = None if block.align == "left" and block.indent else block.align
        first = self._indent if block.indent else 0
        self.add(
            "Body",
            runs(block.runs, block.spacing),
            Look(align, first=first, keep_next=keep, keep_lines=whole),
        )

    def _remark(self, block: Remark, width: float, keep: bool) -> None:
        self.add("Remark", runs(block.runs, block.spacing), Look(keep_next=keep, keep_lines=block.short))

    def _table(self, block: Table, width: float, keep: bool, notes: tuple[Remark, ...], last: bool) -> None:
        for text in block.above:
            self.add("Remark", [run(text)], Look("left", keep_next=True, tab=width))
        self.out.append(table(block, width, notes))
        for text in block.below:
            self.add("Remark", [run(text)], Look("left", tab=width))
        if not block.below:  # Word wants a paragraph between tables, and at the end of a section
            gap = 1.0 if last else measures().tables.padding_pt * 2  # lower, it needs no page of its own
            self.add("Remark", [], Look(line=gap, keep_next=keep))

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
            at = placed(document.signature, self.sheet.text_width, self.line)
            for row in at.lines:
                self.add(
                    "Issuer",
                    [run("".join("\t" + part.text for part in row.parts))],
                    Look(
                        "left",
                        before=row.lines_above * self.line,
                        keep_next=True,
                        stops=tuple(("center", part.middle) for part in row.parts),
                    ),
                )
            look = Look(
                right=at.date_right,
                before=at.date_lines_above * self.line,
                keep_next=bool(document.note),
            )
            self.add("IssueDate", [run(document.signature.date)], look)
        self._attendance()
        if document.note:
            indent = measures().tail.note_indent_chars * measures().text.size_pt
            self.add("Annotation", [run(document.note)], Look(first=indent))

    def _attendance(self) -> None:
        """G36: 出席、请假、列席, labels in 黑体, wrapped lines under the first name."""
        colon = measures().labels.colon
        for at, who in enumerate(self.document.attendance):
            hang = width_pt(who.label + colon)
            above = 0 if at else measures().tail.attendance_lines_above * self.line
            look = Look("left", left=self._indent + hang, hanging=hang, before=above)
            self.add("Attendance", [run(who.label + colon, "hei"), run(who.names)], look)

    def annex_head(self, at: int, annex: Attachment, new_page: bool) -> None:
        """G29: label on line 1, title on line 3."""
        m = measures()
        several = len(self.document.attachments) > 1
        label = m.labels.attachment + (str(at) if several else "")
        self.add("AnnexLabel", [run(label)], Look(new_page=new_page, keep_next=True))
        blank = (m.annex.title_on_line - 2) * self.line
        self.add("Title", [run(annex.title)], Look(before=blank, after=self.line / 2, keep_next=True))

    def imprint(self, imprint: Imprint, letter: bool) -> None:
        """G30-G32."""
        hung = imprint_table(imprint, self.sheet, letter)
        if hung is not None:
            self.out.append(hung)
            self.add("Remark", [], Look(line=1))


_WRITERS: dict[type, Callable[..., None]] = {
    Remark: Body._remark,
    Image: Body._image,
}
