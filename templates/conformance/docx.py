"""A docx of the Word skin, measured in its XML: sheet, styles, head; `docx_tail` has the rest."""

from __future__ import annotations

import re

from templates.blocks import Document
from templates.conformance.docx_file import Docx
from templates.conformance.docx_tail import attendance, imprint, page_numbers, tail
from templates.conformance.head import NUMBER
from templates.conformance.rows import Row, Rows
from templates.measures import MM, SkinOptions, sheet

CORNERS = {"G10": r"\d{6}", "G11": r"(绝密|机密|秘密)(★(\d+(年|个月|天)|长期))?", "G12": "特急|加急"}


def measure(data: bytes, document: Document, options: SkinOptions) -> list[Row]:
    """The rows of one docx."""
    docx, out = Docx(data, document, options), Rows("docx")
    for part in (_sheets, _styles, _head, tail, attendance, imprint, page_numbers):
        part(docx, out)
    out.unmeasured("G09", "双面印刷、左侧装订")
    return out.rows


def _sheets(docx: Docx, out: Rows) -> None:
    m = docx.m
    line = docx.points("w:pPr/w:spacing/@w:line", docx.styles["Body"])
    for section in docx.all(".//w:sectPr"):
        lying = bool(docx.all("w:pgSz[@w:orient='landscape']", section))
        area = sheet(docx.options, lying)
        width, height = (docx.mm(f"w:pgSz/@w:{side}", section) for side in ("w", "h"))
        edge = {
            side: docx.mm(f"w:pgMar/@w:{side}", section) for side in ("top", "right", "bottom", "left")
        }
        out.near("G01", area.width / MM, width, 0.1)
        out.near("G01", area.height / MM, height, 0.1)
        out.near("G02", area.top / MM, edge["top"], 0.1)
        out.near("G03", area.left / MM, edge["left"], 0.1)
        out.near("G05", area.bottom / MM, edge["bottom"], 0.1)
        out.near("G05", area.right / MM, edge["right"], 0.1)
        if lying:
            out.is_("G34", (842, 595), (round(width * MM), round(height * MM)))
            continue
        across, down = width - edge["left"] - edge["right"], height - edge["top"] - edge["bottom"]
        out.near("G04", 156, across, 0.1)
        out.near("G04", area.text_height / MM, down, 0.1)
        lines = int(down * MM / line)
        fewer = docx.options.fit.line_pt is not None  # G27
        out.near("G06", m.text.lines_per_page, lines, int(fewer), "行")
        spacing = docx.points("w:rPr/w:spacing/@w:val", docx.styles["Body"])
        chars = int((across * MM + abs(spacing)) / (m.text.size_pt + spacing))  # none behind the last
        out.near("G07", m.text.chars_per_line, chars, int(docx.options.fit.spacing_pt is not None), "字")


def _style(docx: Docx, out: Rows, id: str, key: str, role: str, size: float) -> None:
    style = docx.styles[key]
    face = docx.all("w:rPr/w:rFonts/@w:eastAsia", style)[0]
    half = docx.value("w:rPr/w:sz/@w:val", style) or 0
    bold = docx.all("w:rPr/w:b[not(@w:val='0')]", style)
    wanted = f"{docx.m.fonts[role].word} {size:g} pt"
    out.is_(id, wanted, f"{face} {half / 2:g} pt{' 加粗' if bold else ''}")


def _styles(docx: Docx, out: Rows) -> None:
    m = docx.m
    size = m.text.size_pt
    _style(docx, out, "G14", "Number", "fangsong", size)
    _style(docx, out, "G17", "Title", "title", m.head.title.size_pt)
    _style(docx, out, "G18", "Recipients", "fangsong", size)
    _style(docx, out, "G19", "Body", "fangsong", size)
    for level, role in enumerate(m.levels, 1):
        _style(docx, out, "G20", f"Heading{level}", role, size)
    _style(docx, out, "G21", "AttachmentList", "fangsong", size)
    _style(docx, out, "G22", "Issuer", "fangsong", size)
    _style(docx, out, "G23", "IssueDate", "fangsong", size)
    _style(docx, out, "G28", "Annotation", "fangsong", size)
    _style(docx, out, "G29", "AnnexLabel", m.annex.label_font, size)
    _style(docx, out, "G31", "Imprint", "fangsong", m.imprint.size_pt)
    _style(docx, out, "G33", "PageNumber", "song", m.page_number.size_pt)
    for key, style in docx.styles.items():
        colours = docx.all("w:rPr/w:color/@w:val", style)
        wanted = m.red if key == "Mark" else m.black
        if colours:
            out.is_("G37" if key == "Mark" else "G08", wanted, colours[0])
    others = {colour for colour in docx.all(".//w:r/w:rPr/w:color/@w:val") if colour not in ("auto", m.black)}
    out.is_("G08", "正文没有另设颜色", "、".join(sorted(others)) or "没有", not others)
    first = [docx.value("w:pPr/w:ind/@w:firstLine", p) for p in docx.styled("Body")]
    indents = {indent / 20 for indent in first if indent is not None}
    if indents:
        out.is_("G19", {m.text.indent_chars * size}, indents)
    faces = {font.word for font in m.fonts.values()}
    used = set(docx.faces(docx.root)) | {face for style in docx.styles.values() for face in docx.faces(style)}
    out.is_("G39", "只用标准字体", "、".join(sorted(used)), used <= faces)


def _head(docx: Docx, out: Rows) -> None:
    document, m = docx.document, docx.m
    corner = {docx.text(p): p for p in docx.styled("Corner")}
    for given in document.corner:
        rule = CORNERS[given.id]
        shown = given.text if given.text in corner else "—"
        out.is_(given.id, rule, shown, bool(re.fullmatch(rule, shown)))
        if given.text in corner:
            face = docx.faces(corner[given.text])
            out.is_(given.id, m.fonts[given.role].word, face[0] if face else "—")
    marks = [docx.text(p) for p in docx.styled("Mark") if docx.text(p)]
    if document.format in ("file", "minutes"):
        id = "G36" if document.format == "minutes" else "G13"
        wanted = [*document.bodies, document.mark] if document.bodies else [document.mark]
        found = marks[:1] + marks[2:] + marks[1:2] if document.bodies and document.mark else marks
        out.is_(id, [each for each in wanted if each], found)
        rules = docx.all(f".//w:pBdr/w:bottom[@w:color='{m.red}']/@w:sz")
        out.is_("G16", m.head.rule_width_pt, float(rules[0]) / 8 if rules else "—")
    _number(docx, out)
    titles = docx.styled("Title")
    out.is_("G17", document.name, docx.text(titles[0]))
    if document.to:
        text = docx.text(docx.styled("Recipients")[0])
        out.is_("G18", "以全角冒号结尾", text[-1:], text.endswith(m.labels.colon))


def _number(docx: Docx, out: Rows) -> None:
    document, m = docx.document, docx.m
    numbers = docx.styled("Number")
    runs = [("".join(docx.all(".//w:t/text()", run)), docx.faces(run))
            for p in numbers for run in docx.all(".//w:r", p)]  # fmt: skip
    if document.number:
        found = [text for text, _ in runs if text == document.number]
        out.is_("G14", NUMBER.pattern, found[0] if found else "—", bool(found and NUMBER.match(found[0])))
        align = docx.all("w:pPr/w:jc/@w:val", numbers[-1])
        wanted = "left" if document.upward else "right" if document.format == "letter" else "center"
        shown = align[0] if align else docx.all("w:pPr/w:jc/@w:val", docx.styles["Number"])[0]
        out.is_("G35" if document.format == "letter" else "G14", wanted, shown)
    if document.upward and document.signers:
        kai = ["".join(text.split()) for text, faces in runs if m.fonts["kai"].word in faces]
        out.is_("G15", list(document.signers), kai)
        out.is_("G15", m.labels.signer, next((text for text, _ in runs if text == m.labels.signer), "—"))
