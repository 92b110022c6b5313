"""A PDF of the HTML skin, measured where its characters and rules really stand."""

from __future__ import annotations

import io
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pdfplumber
from pypdf import PdfReader

from templates.blocks import Document
from templates.conformance import Row, Rows
from templates.conformance_docx import DATE, NUMBER
from templates.measures import MM, SkinOptions, measures
from templates.type_area import em_width

_RED = (1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Line:
    """One line of upright text, lengths in mm from the page's top left; edges of the em boxes."""

    page: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    red: bool
    font: str

    @property
    def top(self) -> float:
        """The em box's upper edge."""
        return self.baseline - 0.88 * self.size / MM

    @property
    def bottom(self) -> float:
        """The em box's lower edge."""
        return self.baseline + 0.12 * self.size / MM

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.left + self.right) / 2


def embedded(data: bytes) -> set[str]:
    """PostScript names of the fonts the pages use, without the subset prefix."""
    found = set()
    for page in PdfReader(io.BytesIO(data)).pages:
        resources: Any = page["/Resources"].get_object()
        fonts: Any = resources.get("/Font", {})
        found |= {
            str(font.get_object()["/BaseFont"]).lstrip("/").split("+")[-1]
            for font in fonts.get_object().values()
        }
    return found


def measure(data: bytes, document: Document, options: SkinOptions) -> list[Row]:
    """The rows of one PDF."""
    with pdfplumber.open(io.BytesIO(data)) as pdf:
        return _Pdf(pdf, document, options).measure()


def slanted(char: Any) -> bool:
    """Whether a character stands at an angle: only the draft mark does, and it is no part of the text."""
    a, b, c, d = char["matrix"][:4]
    return bool(abs(a * b) > 1e-6 or abs(c * d) > 1e-6)


def lines(page: Any, number: int) -> list[Line]:
    """The upright lines of a page, top to bottom; characters on one baseline, cut at wide gaps."""
    rows: dict[float, list[Any]] = {}
    for char in page.chars:
        if char["upright"] and char["text"].strip() and not slanted(char):
            rows.setdefault(round(float(page.height) - char["matrix"][5], 1), []).append(char)
    found = []
    for baseline, chars in sorted(rows.items()):
        chars.sort(key=lambda char: char["x0"])
        first = max(chars, key=lambda char: char["size"])
        found.append(
            Line(
                number,
                "".join(char["text"] for char in chars),
                chars[0]["x0"] / MM,
                chars[-1]["x1"] / MM,
                baseline / MM,
                round(first["size"], 1),
                tuple(chars[0]["non_stroking_color"] or ()) == _RED,
                chars[0]["fontname"].split("+")[-1],
            )
        )
    return found


class _Pdf:
    def __init__(self, pdf: Any, document: Document, options: SkinOptions) -> None:
        self.pages, self.document, self.options = pdf.pages, document, options
        self.m = measures()
        self.profile = self.m.profiles[options.profile]
        self.out = Rows("pdf")
        self.lines = [lines(page, at) for at, page in enumerate(pdf.pages, 1)]
        self.all = [line for page in self.lines for line in page]

    def measure(self) -> list[Row]:
        self._pages()
        self._grid()
        self._head()
        self._signature()
        self._annexes()
        self._imprint()
        self._page_numbers()
        return self.out.rows

    def find(self, text: str) -> Line | None:
        """The first line with that text, spaces aside."""
        wanted = text.replace(" ", "").replace("\u3000", "")
        return next((line for line in self.all if line.text.replace("\u3000", "") == wanted), None)

    def rules(self, page: int, red: bool) -> list[Any]:
        """Horizontal rules wider than 100 mm, top to bottom."""
        found = [
            rect
            for rect in self.pages[page - 1].rects
            if rect["height"] < 3 and rect["width"] > 100 * MM
            and (tuple(rect["non_stroking_color"] or ()) == _RED) == red
        ]  # fmt: skip
        return sorted(found, key=lambda rect: rect["top"])

    def body(self, page: int) -> list[Line]:
        """Lines of body size within the type area."""
        size = self.m.text.size_pt
        low = self.m.paper.height_mm - self.profile.bottom_mm + 2
        return [line for line in self.lines[page - 1] if abs(line.size - size) < 0.2 and line.baseline < low]

    def _pages(self) -> None:
        paper = self.m.paper
        sizes = {(round(p.width / MM), round(p.height / MM)) for p in self.pages}
        allowed = {(paper.width_mm, paper.height_mm), (paper.height_mm, paper.width_mm)}
        self.out.is_("G01", "A4", sizes, sizes <= allowed)

    def _grid(self) -> None:
        out = self.out
        full = max(range(1, len(self.pages) + 1), key=lambda page: len(self.body(page)))
        text = self.body(full)
        if len(text) > 2:
            if text[0] is self.lines[full - 1][0]:
                # The edge of the type area: half the blank of a line lies above its first characters.
                blank = (self.profile.line_pt - self.m.text.size_pt) / 2 / MM
                out.near("G02", self.profile.top_mm, text[0].top - blank, 1)
            steps = [round((after.baseline - before.baseline) * MM, 1) for before, after in pairwise(text)]
            pitch = Counter(steps).most_common(1)[0][0]
            out.between("G06", 28.9, 29.7, pitch, "pt")
            out.is_(
                "G06", f"≤{self.m.text.lines_per_page}", len(text), len(text) <= self.m.text.lines_per_page
            )
        flush = [line for at in range(1, len(self.pages) + 1) for line in self.body(at)]
        if flush:
            out.near("G03", self.profile.left_mm, min(line.left for line in flush), 1.5)
            out.between(
                "G04", 0, self.m.paper.width_mm - self.profile.right_mm + 1.5, max(x.right for x in flush)
            )
        han = [
            line
            for line in flush
            if em_width(line.text) == len(line.text) and abs(line.right - 184) < 1 and line.left < 29
        ]
        if han:
            out.near("G07", self.m.text.chars_per_line, max(len(line.text) for line in han), 1, "字")
        inked = [char for page in self.pages for char in page.chars if not slanted(char)]
        colours = {tuple(char["non_stroking_color"] or ()) for char in inked} - {_RED}
        black = {(0,), (0.0, 0.0, 0.0), ()}
        out.is_("G08", "黑色", colours, all(colour in black for colour in colours))

    def _head(self) -> None:
        document, out, head, first = self.document, self.out, self.m.head, self.lines[0]
        titles = [self.find(line) for line in document.title]
        title = titles[0]
        rule: float | None = None
        mark = next((line for line in first if line.red), None)
        if document.format == "file" and mark:
            out.near("G13", 72, mark.top, 2)
            out.between("G13", 0, head.mark.max_width_mm, mark.right - mark.left)
            out.near("G13", 105 + (self.profile.left_mm - self.profile.right_mm) / 2, mark.middle, 1)
            self._number(mark)
            rules = self.rules(1, red=True)
            rule = rules[0]["top"] / MM if rules else None
            out.near("G16", 156, rules[0]["width"] / MM if rules else None, 1)
        elif document.format == "letter" and mark:
            out.near("G35", self.m.letter.mark_top_mm, mark.top, 2)
            rules = self.rules(1, red=True)
            for rect in rules:
                out.near("G35", self.m.letter.rule_width_mm, rect["width"] / MM, 1)
            out.is_("G35", 4, len(rules))
            out.near("G35", self.m.letter.rule_bottom_mm, (self.pages[0].height - rules[-1]["top"]) / MM, 1)
            out.near("G35", self.m.letter.rule_below_mark_mm, rules[0]["top"] / MM - mark.bottom, 1)
            number = document.number and self.find(document.number)
            if number:
                out.near("G35", self.m.letter.number_below_rule_mm, number.top - rules[1]["top"] / MM, 1)
                out.near("G35", self.m.paper.width_mm - self.profile.right_mm, number.right, 1)
        if title:
            out.near("G17", head.title.size_pt, title.size, 0.2, "pt")
            out.near("G17", 105 + (self.profile.left_mm - self.profile.right_mm) / 2, title.middle, 1)
            if rule is not None:
                out.near("G17", head.title.lines_below_rule * self.m.line_mm, title.top - rule, 2)
        to = document.to and next((x for x in first if x.text == document.to.replace(" ", "")), None)
        if to and titles[-1]:
            out.near("G18", head.to_lines_below_title * self.m.line_mm, to.top - titles[-1].bottom, 1.5)
            after = [line for line in self.body(1) if line.baseline > to.baseline]
            out.is_("G19", "首页有正文", len(after), bool(after))
            if after:
                indent = self.m.text.indent_chars * self.m.text.size_pt / MM
                out.near("G19", self.profile.left_mm + indent, after[0].left, 1)

    def _number(self, mark: Line) -> None:
        document, out, head = self.document, self.out, self.m.head
        number = document.number or ""
        line = next((x for x in self.lines[0] if x.text.startswith(number.replace(" ", ""))), None)
        out.is_("G38", NUMBER.pattern, number, bool(NUMBER.match(number)))
        if line is None:
            out.near("G14", head.number_lines_below_mark * self.m.line_mm, None, 1.5)
            return
        out.near("G14", head.number_lines_below_mark * self.m.line_mm, line.top - mark.bottom, 1.5)
        rules = self.rules(1, red=True)
        if rules:
            out.near("G16", head.rule_below_number_mm, rules[0]["top"] / MM - line.bottom, 1)
        indent = head.number_indent_chars * self.m.text.size_pt / MM
        if document.upward:
            out.near("G14", self.profile.left_mm + indent, line.left, 1)
            out.near("G15", self.m.paper.width_mm - self.profile.right_mm - indent, line.right, 1)
        else:
            out.near("G14", 105 + (self.profile.left_mm - self.profile.right_mm) / 2, line.middle, 1)

    def _signature(self) -> None:
        signature, out, tail = self.document.signature, self.out, self.m.tail
        if signature is None:
            return
        names = [at for at, line in enumerate(self.all) if line.text == signature.name.replace(" ", "")]
        at = next((at for at in names if self.all[at + 1].text == signature.date), None)
        if at is None:
            out.is_("G22", signature.name, "—")
            return
        name, date = self.all[at], self.all[at + 1]
        out.is_("G38", DATE.pattern, date.text, bool(DATE.match(date.text)))
        edge, size = self.m.paper.width_mm - self.profile.right_mm, self.m.text.size_pt / MM
        before = [line for line in self.body(name.page) if line.baseline < name.baseline]
        out.is_("G27", "署名页有正文", len(before), bool(before))
        if signature.sealed:
            out.near("G22", date.middle, name.middle, 1)
            if name.left > self.profile.left_mm + 1 and name.right < edge - 1:
                out.near("G23", edge - tail.sealed_date_right_chars * size, date.right, 1)
            if before:
                middle = (name.top + date.bottom) / 2 - tail.seal_above_middle_mm
                seal_top = middle - tail.seal_mm / 2
                out.between("G24", -2, self.m.line_mm, seal_top - before[-1].bottom)
        else:
            out.near("G25", name.left + tail.unsealed_date_offset_chars * size, date.left, 1)

    def _annexes(self) -> None:
        bound = [item for item in self.document.attachments if item.blocks]
        several = len(self.document.attachments) > 1
        for at, item in enumerate(self.document.attachments, 1):
            if item not in bound:
                continue
            label = self.find(self.m.labels.attachment + (str(at) if several else ""))
            title = next((x for x in self.all if x.text == item.title and abs(x.size - 22) < 0.5), None)
            self.out.is_("G29", item.title, title.text if title else "—")
            if label and title:
                self.out.is_("G29", label.page, title.page)
                steps = (title.baseline - label.baseline) * MM / self.profile.line_pt
                self.out.near("G29", self.m.annex.title_on_line - 1, steps, 0.5, "行")

    def _imprint(self) -> None:
        imprint, out = self.document.imprint, self.out
        if imprint is None:
            return
        page = len(self.pages)
        if self.document.format == "letter":
            return
        rules = self.rules(page, red=False)
        bottom = self.m.paper.height_mm - self.m.profiles["B"].bottom_mm
        out.near("G30", bottom, (rules[-1]["bottom"] / MM) if rules else None, 1.5)
        out.is_("G30", "双数页", page, page % 2 == 0)
        if rules:
            out.near("G30", self.m.imprint.thick_mm, rules[-1]["height"] / MM, 0.05)
            out.near("G30", 156, rules[-1]["width"] / MM, 1)
        if len(rules) > 2:
            out.near("G30", self.m.imprint.thin_mm, rules[1]["height"] / MM, 0.05)
        low = [
            line for line in self.lines[page - 1] if rules and rules[0]["top"] / MM < line.baseline < bottom
        ]
        for line in low:
            out.near("G32" if line is low[-1] else "G31", self.m.imprint.size_pt, line.size, 0.2, "pt")

    def _page_numbers(self) -> None:
        out, m = self.out, self.m
        dash = m.page_number.dash
        indent = m.page_number.indent_chars * m.page_number.size_pt / MM
        left, right = self.profile.left_mm, self.profile.right_mm
        for at, (page, found) in enumerate(zip(self.pages, self.lines, strict=True), 1):
            if page.width > page.height:
                turned = [c for c in page.chars if not c["upright"] and c["text"] == dash]
                # Turned right, a character's dash lies a third of the size right of its baseline.
                place = turned[0]["matrix"][4] / MM + 0.33 * m.page_number.size_pt / MM if turned else None
                out.near("G34", m.profiles["B"].bottom_mm - m.profiles["B"].page_number_below_mm, place, 2)
                continue
            line = next((x for x in reversed(found) if x.text == f"{dash}{at}{dash}"), None)
            if self.document.format == "letter" and at == 1:
                out.is_("G35", "首页无页码", line.text if line else "无", line is None)
                continue
            if line is None:
                if found:  # only a 版记 page behind a blank page, and blank pages, go without
                    out.is_("G33", f"{dash}{at}{dash}", "无", at == len(self.pages) and not self.body(at))
                continue
            out.near("G33", 269, line.baseline - 0.33 * m.page_number.size_pt / MM, 2)
            out.near("G33", m.page_number.size_pt, line.size, 0.2, "pt")
            if at % 2:
                out.near("G33", m.paper.width_mm - right - indent, line.right, 1)
            else:
                out.near("G33", left + indent, line.left, 1)
