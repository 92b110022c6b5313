"""The end of a docx, its 版记 and its page numbers, measured in the XML."""

from __future__ import annotations

import re
from typing import Any

from templates.conformance.docx_file import Docx
from templates.conformance.rows import Rows
from templates.conformance.tail import DATE
from templates.measures import MM
from templates.ooxml import name


def tail(docx: Docx, out: Rows) -> None:
    """G21-G29."""
    document, m = docx.document, docx.m
    listed = [docx.text(p) for p in docx.styled("AttachmentList")]
    titles = [docx.text(p) for p in docx.styled("Title")][1:]
    bound = [item.title for item in document.attachments if item.blocks]
    if document.attachments:
        out.is_("G21", [item.title for item in document.attachments], [_title(text) for text in listed])
        before = docx.points("w:pPr/w:spacing/@w:before", docx.styled("AttachmentList")[0])
        pitch = docx.points("w:pPr/w:spacing/@w:line", docx.styles["AttachmentList"])
        out.near("G21", m.tail.attachments_lines_below * pitch, before, 0.1, "pt")
        out.is_("G29", bound, titles)
    if document.note:
        text = docx.text(docx.styled("Annotation")[0])
        out.is_("G28", "（…）", text, text.startswith("（") and text.endswith("）"))
        left = docx.points("w:pPr/w:ind/@w:firstLine", docx.styled("Annotation")[0])
        out.near("G28", m.tail.note_indent_chars * m.text.size_pt, left, 0.1, "pt")
    if document.signature is not None:
        _signature(docx, out)


def _title(text: str) -> str:
    """A line of the attachment list without 「附件：」 and its number."""
    return re.sub(r"^(附件：)?(\d+\.)?", "", text)


def _signature(docx: Docx, out: Rows) -> None:
    given, m = docx.document.signature, docx.m
    assert given is not None
    date, issuers = docx.styled("IssueDate")[0], docx.styled("Issuer")
    size, right = m.text.size_pt, docx.points("w:pPr/w:ind/@w:right", date)
    out.is_("G23", DATE.pattern, docx.text(date), bool(DATE.match(docx.text(date))))
    id = "G26" if given.positions else "G22" if given.sealed else "G25"
    shown = "".join(given.positions or given.names)
    out.is_(id, shown, "".join(docx.text(p) for p in issuers))
    out.is_("G27", True, all(docx.all("w:pPr/w:keepNext", issuer) for issuer in issuers))
    pitch = docx.points("w:pPr/w:spacing/@w:line", docx.styles["Issuer"])
    above = docx.points("w:pPr/w:spacing/@w:before", issuers[0]) / pitch
    if given.positions:
        out.near("G26", m.tail.stamp.right_chars * size, right, 0.1, "pt")
        beside = (m.tail.stamp.height_mm * MM / pitch - 1) / 2
        out.near("G26", m.tail.stamp.lines_above + beside, above, 0.1, "行")
    elif given.sealed:
        out.near("G23", m.tail.sealed_date_right_chars * size, right, 0.1, "pt")
        out.near("G24", m.tail.seal_lines_above, above, 0.1, "行")
        middles = docx.all("w:pPr/w:tabs/w:tab[@w:val='center']/@w:pos", issuers[-1])
        out.is_("G22", True, bool(middles))
    else:
        out.near("G25", m.tail.unsealed_lines_above, above, 0.1, "行")
        out.between("G25", m.tail.unsealed_right_chars * size - 0.1, 400, right, "pt")


def attendance(docx: Docx, out: Rows) -> None:
    """G36."""
    m = docx.m
    for who, p in zip(docx.document.attendance, docx.styled("Attendance"), strict=False):
        runs = [("".join(docx.all(".//w:t/text()", run)), docx.faces(run)) for run in docx.all("w:r", p)]
        out.is_("G36", [who.label + m.labels.colon, who.names], [text for text, _ in runs])
        out.is_("G36", [m.fonts["hei"].word], runs[0][1] if runs else "—")
    if docx.document.attendance:
        out.is_("G36", len(docx.document.attendance), len(docx.styled("Attendance")))


def imprint(docx: Docx, out: Rows) -> None:
    """G30-G32: a table that hangs on the foot of the type area, with its lines."""
    given, m = docx.document.imprint, docx.m
    tables = docx.all(".//w:tbl[w:tblPr/w:tblpPr]")
    if given is None:
        out.unmeasured("G30", "无版记")
        return
    if not tables:
        out.is_("G30", "版记", "—")
        return
    place = docx.all("w:tblPr/w:tblpPr", tables[-1])[0]
    out.is_("G30", "margin bottom", f"{place.get(name('w:vertAnchor'))} {place.get(name('w:tblpYSpec'))}")
    if docx.document.format != "letter":
        tops = [_mm(size) for size in docx.all(".//w:tcBorders/w:top/@w:sz", tables[-1])]
        ends = [_mm(size) for size in docx.all(".//w:tcBorders/w:bottom/@w:sz", tables[-1])]
        out.near("G30", m.imprint.thick_mm, tops[0] if tops else None, 0.03)
        out.near("G30", m.imprint.thick_mm, ends[-1] if ends else None, 0.03)
        if len(tops) > 1:
            out.near("G30", m.imprint.thin_mm, tops[1], 0.03)
        out.near("G30", 156, docx.mm("w:tblPr/w:tblW/@w:w", tables[-1]), 0.1)
    said = [docx.text(p) for p in docx.all(".//w:p", tables[-1])]
    for label, names in ((m.labels.main, given.main), (m.labels.copies, given.copies)):
        if names:
            text = label + m.labels.separator.join(names) + m.labels.copies_end
            out.is_("G31", text, next((each for each in said if each.startswith(label)), "—"))
    if given.office or given.printed:
        wanted = f"{given.office or ''}{given.printed or ''}{m.labels.printed if given.printed else ''}"
        out.is_("G32", wanted, wanted if wanted in said else "—")


def _mm(eighths: Any) -> float:
    return float(eighths) / 8 / MM


def page_numbers(docx: Docx, out: Rows) -> None:
    """G33 on odd and even pages, G34 on landscape ones, and the first page of a letter (G35)."""
    m, letter = docx.m, docx.document.format == "letter"
    out.is_("G33", True, bool(docx.all("w:evenAndOddHeaders", docx.part("settings"))))
    for pages, side in (("default", "right"), ("even", "left")):
        footer = docx.part(f"footer_{'letter' if letter else 'upright'}_{pages}")
        jc = docx.all(".//w:p/w:pPr/w:jc/@w:val", footer)[0]
        indent = docx.value(f".//w:p/w:pPr/w:ind/@w:{side}", footer) or 0
        wanted = m.page_number.indent_chars * m.page_number.size_pt
        out.is_("G33", f"{side} {wanted:g} pt", f"{jc} {indent / 20:g} pt")
        if any(item.landscape and item.blocks for item in docx.document.attachments):
            turned = docx.part(f"footer_lying_{pages}")
            flow = docx.all(".//v:textbox/@style", turned)
            out.is_("G34", "layout-flow:vertical", flow[0] if flow else "—")
            out.is_("G34", side, docx.all(".//w:txbxContent/w:p/w:pPr/w:jc/@w:val", turned)[0])
    if not letter:
        return
    out.is_("G35", True, bool(docx.all(".//w:sectPr[1]/w:titlePg")))
    above, below = docx.part("header_letter_first"), docx.part("footer_letter_first")
    thick, thin = (round(each * 8) for each in (m.letter.rule_thick_pt, m.letter.rule_thin_pt))
    for part, weights in ((above, [thick, thin]), (below, [thin, thick])):
        rules = docx.all(f".//w:pBdr/w:bottom[@w:color='{m.red}']/@w:sz", part)
        out.is_("G35", weights, [int(size) for size in rules])
        over = docx.mm(".//w:p[w:pPr/w:pBdr]/w:pPr/w:ind/@w:left", part)
        out.near("G35", (m.paper.width_mm - m.letter.rule_width_mm) / 2, m.profiles["B"].left_mm + over, 0.2)
