"""The fixed parts of a docx of ours: styles, settings, font table, properties."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from templates.measures import SkinOptions, measures
from templates.ooxml import Element, e, fonts, twips, val, xml


@dataclass(frozen=True)
class Style:
    """A paragraph style: font role, size and exact line in points, alignment, colour, outline level."""

    key: str
    name: str
    role: str
    size: float
    line: float
    align: str = "both"
    colour: str | None = None
    outline: int | None = None
    spacing: float | None = None
    close: bool = False
    """Han and digits stand close: a single line such as a number or a date."""
    hanging: bool = True
    """Marks may hang over the edge; LibreOffice lets none in a table, so none shall in Word."""


def styles(options: SkinOptions) -> tuple[Style, ...]:
    """One style per role of §4.2."""
    m = measures()
    line, size = options.line_pt, m.text.size_pt
    own = options.spacing_pt
    title, small, number = m.head.title, m.imprint, m.page_number
    levels = tuple(
        Style(f"Heading{at}", f"heading {at}", role, size, line, "both", None, at - 1, own)
        for at, role in enumerate(m.levels, 1)
    )
    return (
        Style("Body", "Document Body", "fangsong", size, line, spacing=own),
        Style(
            "Mark",
            "Issuing Mark",
            "title",
            m.head.mark.size_pt,
            m.head.mark.size_pt * 1.2,
            "center",
            m.red,
            close=True,
        ),
        Style("Corner", "Corner Mark", "hei", size, line, "left", close=True),
        Style("Number", "Document Number", "fangsong", size, line, "center", close=True),
        Style("Title", "Title", "title", title.size_pt, title.line_pt, "center", close=True),
        Style("Recipients", "Main Recipients", "fangsong", size, line, spacing=m.text.spacing_pt),
        *levels,
        Style("AttachmentList", "Attachment List", "fangsong", size, line, "left", spacing=m.text.spacing_pt),
        Style("Issuer", "Issuer", "fangsong", size, line, "right", spacing=m.text.spacing_pt, close=True),
        Style(
            "IssueDate", "Issue Date", "fangsong", size, line, "right", spacing=m.text.spacing_pt, close=True
        ),
        Style("Attendance", "Attendance", "fangsong", size, line, "left", spacing=m.text.spacing_pt),
        Style("Annotation", "Annotation", "fangsong", size, line, "left", spacing=m.text.spacing_pt),
        Style("AnnexLabel", "Annex Label", m.annex.label_font, size, line, "left", close=True),
        Style("Caption", "caption", "fangsong", m.caption.size_pt, m.caption.line_pt, "center"),
        Style("Remark", "Remark", "fangsong", m.remark.size_pt, m.remark.line_pt, "both"),
        Style("TableHead", "Table Head", "hei", m.tables.size_pt, m.tables.line_pt, "center", hanging=False),
        Style(
            "TableText", "Table Text", "fangsong", m.tables.size_pt, m.tables.line_pt, "center", hanging=False
        ),
        Style("Imprint", "Imprint", "fangsong", small.size_pt, small.line_pt, "left", close=True),
        Style("PageNumber", "Page Number", "song", number.size_pt, 16, "left", close=True),
    )


def _style(style: Style) -> Element:
    properties = e(
        "w:pPr",
        None,
        None if style.hanging else e("w:overflowPunct", {"w:val": 0}),
        *(_close() if style.close else ()),
        e("w:spacing", {"w:line": twips(style.line), "w:lineRule": "exact"}),
        val("w:jc", style.align),
        val("w:outlineLvl", style.outline) if style.outline is not None else None,
    )
    face = e(
        "w:rPr",
        None,
        fonts(style.role),
        e("w:b", {"w:val": 0}),
        val("w:color", style.colour or measures().black),
        val("w:spacing", twips(style.spacing)) if style.spacing is not None else None,
        val("w:sz", round(style.size * 2)),
        val("w:szCs", round(style.size * 2)),
    )
    return e(
        "w:style",
        {"w:type": "paragraph", "w:styleId": style.key},
        val("w:name", style.name),
        val("w:basedOn", "Normal"),
        e("w:qFormat"),
        properties,
        face,
    )


def _grid_true() -> list[Element]:
    """No widow control and no snapping to a grid: 28 x 22 holds.

    Nothing is said of `overflowPunct` and `autoSpaceDE`, which are on where nothing is said (ECMA-376
    §17.3.1.21, §17.3.1.2): LibreOffice 7 knows no off for the second and takes the first for its opposite.
    On, all word processors do the same, and the PDF breaks its lines likewise (lines.py).
    """
    return [e(f"w:{tag}", {"w:val": 0}) for tag in ("widowControl", "adjustRightInd", "snapToGrid")]


def _close() -> list[Element]:
    return [e(f"w:{tag}", {"w:val": 0}) for tag in ("autoSpaceDE", "autoSpaceDN")]


def styles_part(options: SkinOptions) -> bytes:
    """word/styles.xml."""
    text = measures().text
    defaults = e(
        "w:docDefaults",
        None,
        e(
            "w:rPrDefault",
            None,
            e(
                "w:rPr",
                None,
                fonts("fangsong"),
                val("w:sz", round(text.size_pt * 2)),
                val("w:szCs", round(text.size_pt * 2)),
                e("w:lang", {"w:val": "en-US", "w:eastAsia": "zh-CN", "w:bidi": "ar-SA"}),
            ),
        ),
        e("w:pPrDefault", None, e("w:pPr", None, *_grid_true())),
    )
    normal = e(
        "w:style",
        {"w:type": "paragraph", "w:default": 1, "w:styleId": "Normal"},
        val("w:name", "Normal"),
        e("w:qFormat"),
        e(
            "w:pPr",
            None,
            *_grid_true(),
        ),
    )
    table = e(
        "w:style",
        {"w:type": "table", "w:default": 1, "w:styleId": "TableNormal"},
        val("w:name", "Normal Table"),
        val("w:uiPriority", 99),
        e("w:semiHidden"),
        e("w:unhideWhenUsed"),
        e("w:tblPr", None, e("w:tblInd", {"w:w": 0, "w:type": "dxa"})),
    )
    return xml(e("w:styles", None, defaults, normal, table, *map(_style, styles(options))))


def settings_part() -> bytes:
    """word/settings.xml: odd and even page numbers, no punctuation compression, Word 2013 layout."""
    uri = "http://schemas.microsoft.com/office/word"
    return xml(
        e(
            "w:settings",
            None,
            e("w:zoom", {"w:percent": 100}),
            val("w:defaultTabStop", 420),
            e("w:evenAndOddHeaders"),
            val("w:characterSpacingControl", "doNotCompress"),
            e(
                "w:compat",
                None,
                e("w:compatSetting", {"w:name": "compatibilityMode", "w:uri": uri, "w:val": 15}),
            ),
            e("w:themeFontLang", {"w:val": "en-US", "w:eastAsia": "zh-CN"}),
        )
    )


def fonts_part() -> bytes:
    """word/fontTable.xml: the equal names of each face, so that a machine with another edition finds it."""
    table = e("w:fonts")
    for font in measures().fonts.values():
        entry = e("w:font", {"w:name": font.word})
        if font.alt:
            entry.append(val("w:altName", ",".join(font.alt)))
        entry.append(val("w:charset", "86"))
        table.append(entry)
    return xml(table)


def core_part(title: str, kind: str, day: dt.date, source: str | None = None) -> bytes:
    """docProps/core.xml with the document's own date, never the clock's."""
    from xml.sax.saxutils import escape

    stamp = f"{day.isoformat()}T00:00:00Z"
    keywords = f"<cp:keywords>{escape(source)}</cp:keywords>" if source else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:subject>{escape(kind)}</dc:subject>{keywords}"
        "<dc:language>zh-CN</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{stamp}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{stamp}</dcterms:modified>'
        "</cp:coreProperties>"
    ).encode()
