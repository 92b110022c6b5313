"""The Word skin: a Document as docx bytes, with sections, page numbers and package.

Source: GB/T 9704-2012. The same document and options give the same bytes.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from templates.blocks import Attachment, Document, Paragraph, noted
from templates.measures import MM, SkinOptions, sheet
from templates.ooxml import Element, Look, e, name, twips, val, xml
from templates.package import pack
from templates.word_body import Body
from templates.word_margin import Margin, foot_mm, head_pt, margins
from templates.word_styles import core_part, fonts_part, settings_part, styles_part

Placement: TypeAlias = Literal["same", "next", "after_blank"]
"""Where 版记 stands: on the last page, on the next (even) page, or on it after a blank page (G30, G33)."""
_Kind: TypeAlias = Literal["upright", "lying", "letter", "bare"]

_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_CORE = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."


def docx(document: Document, options: SkinOptions, placement: Placement, divided: int = 0) -> bytes:
    """The document as a docx package; `placement` says where 版记 goes, as the page count decides.

    `divided`: after so many characters the last paragraph, bound to the signature, breaks over two pages. It
    is written as two: as one, LibreOffice would take it to the next page whole.
    """
    skin = _Skin(document, options)
    skin.text(divided)
    for at, annex in enumerate(document.attachments, 1):
        if annex.blocks:
            skin.annex(at, annex)
    skin.imprint(placement)
    return skin.package()


class _Skin:
    """A docx under construction: closed sections, and the one being written."""

    def __init__(self, document: Document, options: SkinOptions) -> None:
        self.document, self.options = document, options
        self.body = Body(document, options)
        self.root = e("w:body")
        self.margins = margins(document, options)
        self.kind: _Kind = "letter" if document.format == "letter" else "upright"
        self.start = "nextPage"
        self.first = True

    def text(self, divided: int) -> None:
        """Head, body, attachment list, signature."""
        body, blocks, by_hand = self.body, self.document.blocks, self.document.by_hand
        if divided:
            at = len(blocks) - by_hand - 1
            last = blocks[at]
            if isinstance(last, Paragraph):
                blocks = (*blocks[:at], *last.parted(divided), *blocks[at + 1 :])
        body.head()
        shown = noted(blocks)
        for at, (block, notes) in enumerate(shown, 1):
            keep = at >= len(shown) - by_hand and self.options.bound
            body.block(block, body.sheet.text_width, keep, whole=keep and at > 1, notes=notes)
        body.attachment_list()
        body.signature()

    def annex(self, at: int, annex: Attachment) -> None:
        """An annex on its own page; in a section of its own where the sheet turns."""
        turns = annex.landscape != (self.kind == "lying")
        if turns:
            self.close()
            self.kind = "lying" if annex.landscape else "upright"
        self.body.annex_head(at, annex, new_page=not turns)
        shown = noted(annex.blocks)
        for nth, (block, notes) in enumerate(shown, 1):
            width = sheet(self.options, annex.landscape).text_width
            self.body.block(block, width, notes=notes, last=nth == len(shown))

    def imprint(self, placement: Placement) -> None:
        """版记, on an even page of its own where it cannot stand on the last one."""
        if self.document.imprint is None:
            return
        if placement != "same":
            self.close()
            # LibreOffice hangs a floating table that opens a section on the page before.
            if placement == "after_blank":  # the blank page is one of ours: LibreOffice prints no other (G33)
                self.kind, self.start = "bare", "oddPage"
                self.body.add("Remark", [], Look(line=1))
                self.body.add("Remark", [], Look(line=1, new_page=True))
            else:
                self.kind, self.start = "upright", "evenPage"
                self.body.add("Remark", [], Look(line=1))
        self.body.imprint(self.document.imprint, self.document.format == "letter")

    def close(self) -> None:
        """End the section being written: its properties go into its last paragraph."""
        properties = self.section()
        last = self.body.out[-1].find(name("w:pPr"))
        assert last is not None
        last.append(properties)
        self.root.extend(self.body.out)
        self.body.out.clear()
        self.first, self.start = False, "nextPage"

    def section(self) -> Element:
        """The properties of the section being written."""
        area = sheet(self.options, landscape=self.kind == "lying")
        letter = self.kind == "letter"
        title_page = letter and self.first
        references = [
            e(f"w:{margin.part}Reference", {"w:type": margin.pages, "r:id": f"rId_{margin.key}"})
            for margin in sorted(self.margins, key=lambda margin: margin.part, reverse=True)
            if margin.kind in {self.kind, "every"} and (margin.pages != "first" or title_page)
        ]
        size: dict[str, object] = {"w:w": twips(area.width), "w:h": twips(area.height)}
        if self.kind == "lying":
            size["w:orient"] = "landscape"
        edges = {
            "w:top": twips(area.top),
            "w:right": twips(area.right),
            "w:bottom": twips(area.bottom),
            "w:left": twips(area.left),
            "w:header": twips(head_pt(self.document, self.options) if letter else 15 * MM),
            "w:footer": twips(foot_mm(self.kind) * MM),
            "w:gutter": 0,
        }
        pitch = self.options.line_pt
        return e(
            "w:sectPr",
            None,
            *references,
            val("w:type", self.start),
            e("w:pgSz", size),
            e("w:pgMar", edges),
            e("w:titlePg") if title_page else None,
            e("w:docGrid", {"w:linePitch": twips(pitch)}),
        )

    def package(self) -> bytes:
        """The finished package."""
        properties = self.section()
        self.root.extend(self.body.out)
        self.root.append(properties)
        document = self.document
        members = {
            "[Content_Types].xml": _types(self.margins),
            "_rels/.rels": _relations(
                [
                    ("rId1", _REL + "officeDocument", "word/document.xml"),
                    ("rId2", _CORE, "docProps/core.xml"),
                ]
            ),
            "word/document.xml": xml(e("w:document", None, self.root)),
            "word/styles.xml": styles_part(self.options),
            "word/settings.xml": settings_part(),
            "word/fontTable.xml": fonts_part(),
        }
        relations = [
            ("rId_styles", _REL + "styles", "styles.xml"),
            ("rId_settings", _REL + "settings", "settings.xml"),
            ("rId_fonts", _REL + "fontTable", "fontTable.xml"),
        ]
        for margin in self.margins:
            members[f"word/{margin.key}.xml"] = margin.content
            relations.append((f"rId_{margin.key}", _REL + margin.part, f"{margin.key}.xml"))
        for at, png in enumerate(self.body.pictures, 1):
            members[f"word/media/picture{at}.png"] = png
            relations.append((f"rIdPicture{at}", _REL + "image", f"media/picture{at}.png"))
        members["word/_rels/document.xml.rels"] = _relations(relations)
        members["docProps/core.xml"] = core_part(
            document.name, document.kind, document.signed_on, document.source
        )
        return pack(members)


def _types(parts: tuple[Margin, ...]) -> bytes:
    named = {
        "/word/document.xml": _WORD + "document.main+xml",
        "/word/styles.xml": _WORD + "styles+xml",
        "/word/settings.xml": _WORD + "settings+xml",
        "/word/fontTable.xml": _WORD + "fontTable+xml",
        "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    } | {f"/word/{margin.key}.xml": f"{_WORD}{margin.part}+xml" for margin in parts}
    lines = "".join(f'<Override PartName="{part}" ContentType="{kind}"/>' for part, kind in named.items())
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="png" ContentType="image/png"/>{lines}</Types>'
    ).encode()


def _relations(relations: list[tuple[str, str, str]]) -> bytes:
    lines = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, kind, target in relations
    )
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{lines}</Relationships>"
    ).encode()
