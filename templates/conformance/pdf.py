"""A PDF of the HTML skin, measured where its characters and rules really stand: sheet, grid, faces, numbers.

Head and tail of the document are measured by `head` and `tail`.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from templates.blocks import Document, Heading
from templates.conformance.head import head, letter_head
from templates.conformance.rows import Row, Rows
from templates.conformance.tail import annexes, attendance, imprint, list_of_attachments, note, signature
from templates.measures import MM, SkinOptions, sheet
from templates.pdf_file import read_pages
from templates.printed import RED, Line, Printed, bare, embedded, lines, plain, slanted
from templates.type_area import em_width

__all__ = ["embedded", "lines", "measure"]
DRAWN_IN = frozenset("，。；：、！？）》”")
HALF_WIDTH = re.compile(r"[\u4e00-\u9fff][,;:?!][\u4e00-\u9fff]|[０-９]")


def measure(data: bytes, document: Document, options: SkinOptions) -> list[Row]:
    """The rows of one PDF."""
    out = Rows("pdf")
    printed = Printed(read_pages(data), document, options)
    for part in PARTS:
        part(printed, out)
    _faces(data, printed, out)
    return out.rows


def _sheets(printed: Printed, out: Rows) -> None:
    paper = printed.m.paper
    sizes = {(round(p.width / MM), round(p.height / MM)) for p in printed.pages}
    allowed = {(paper.width_mm, paper.height_mm), (paper.height_mm, paper.width_mm)}
    out.is_("G01", "A4", sizes, sizes <= allowed)
    number = re.compile(f"{printed.m.page_number.dash}\\d+{printed.m.page_number.dash}")
    ends = [
        line.bottom for at, _ in printed.upright() for line in printed.lines[at - 1]
        if not number.fullmatch(line.text)
    ]  # fmt: skip
    if ends:
        out.between("G05", 0, paper.height_mm - printed.profile.bottom_mm + 1, max(ends))


def _grid(printed: Printed, out: Rows) -> None:
    text_size, profile = printed.m.text, printed.profile
    full = max(range(1, len(printed.pages) + 1), key=lambda page: len(printed.body(page)))
    text = printed.body(full)
    if len(text) > 2:
        if text[0] is printed.lines[full - 1][0]:
            # The edge of the type area: half the blank of a line lies above its first characters.
            blank = (profile.line_pt - text_size.size_pt) / 2 / MM
            out.near("G02", profile.top_mm, text[0].top - blank, 1)
        steps = Counter(step for at in range(1, len(printed.pages) + 1) for step in _steps(printed, at))
        pitch, often = steps.most_common(1)[0] if steps else (0.0, 0)
        if often > 1:
            out.between("G06", 28.9, 29.7, pitch, "pt")
        out.is_("G06", f"≤{text_size.lines_per_page}", len(text), len(text) <= text_size.lines_per_page)
    flush = [line for at in range(1, len(printed.pages) + 1) for line in printed.body(at)]
    if flush:
        out.near("G03", profile.left_mm, min(line.left for line in flush), 1.5)
        out.between("G04", 0, printed.right + 1.5, max(line.right for line in flush))
    han = [
        line
        for line in flush
        if em_width(line.text) == len(line.text)
        and line.right > printed.right - 1
        and line.left < printed.left + 1
    ]
    if han:  # a mark that may not begin a line is drawn in to the end of the one before
        most = max(len(line.text) - (line.text[-1] in DRAWN_IN) for line in han)
        out.near("G07", text_size.chars_per_line, most, 1, "字")


def _steps(printed: Printed, page: int) -> list[float]:
    """From each line of running text to the next, in points, where nothing stands between them: lines that
    begin where text begins and are no stubs."""
    edge = printed.left + printed.chars(printed.m.text.indent_chars) + 1

    def runs(line: Line) -> bool:
        return line.left < edge and len(line.text) > 9

    return [
        round((after.baseline - before.baseline) * MM, 1)
        for before, after in pairwise(printed.body(page))
        if runs(before) and runs(after)
    ]


def _colours(printed: Printed, out: Rows) -> None:
    inked = [char for page in printed.pages for char in page.chars if not slanted(char)]
    colours = {tuple(char["non_stroking_color"] or ()) for char in inked}
    black = {(0,), (0.0, 0.0, 0.0), ()}
    others = colours - {RED}
    out.is_("G08", "黑色", others or {RED}, others <= black)
    if printed.document.format != "plain":
        reds = [line for line in printed.lines[0] if line.red]
        rules = printed.rules(1, red=True)
        found = f"标志{len(reds)}行、红线{len(rules)}条"
        out.is_("G37", "标志和红线为红色，其余没有", found, bool(reds and rules) and not _red_later(printed))


def _red_later(printed: Printed) -> bool:
    """Red anywhere but in the head of page 1."""
    marks = {bare(printed.document.mark or ""), *map(bare, printed.document.bodies)}
    stray = [line for line in printed.all if line.red and (line.page > 1 or line.text not in marks)]
    joint = bool(printed.document.bodies)  # a name and the word beside it share a line where counts are odd
    return any(line.page > 1 or not joint for line in stray)


def _headings(printed: Printed, out: Rows) -> None:
    """G20: the face of each level, two characters in."""
    m = printed.m
    for block in printed.document.blocks:
        if not isinstance(block, Heading):
            continue
        said = bare(block.number + block.text)[:20]
        starts = (line for line in printed.all if line.text.startswith(said))
        line = next((line for line in starts if abs(line.size - m.text.size_pt) < 0.2), None)
        if line is None:
            out.is_("G20", block.number + block.text, "—")
            continue
        role = m.levels[block.level - 1]
        out.is_("G20", m.fonts[role].word, line.font, printed.is_face(line.font, role))
        out.near("G20", printed.left + printed.chars(m.text.indent_chars), line.left, 1)


def _page_numbers(printed: Printed, out: Rows) -> None:
    m = printed.m
    dash, size = m.page_number.dash, m.page_number.size_pt
    indent = m.page_number.indent_chars * size / MM
    low = m.paper.height_mm - m.profiles["B"].bottom_mm + m.profiles["B"].page_number_below_mm
    for at, _ in printed.upright():
        found = printed.lines[at - 1]
        line = next((x for x in reversed(found) if x.text == f"{dash}{at}{dash}"), None)
        if printed.document.format == "letter" and at == 1:
            out.is_("G35", "首页无页码", line.text if line else "无", line is None)
        elif line is None:
            if found:  # only a 版记 page behind a blank page, and blank pages, go without
                out.is_("G33", f"{dash}{at}{dash}", "无", at == len(printed.pages) and not printed.body(at))
        else:
            out.near("G33", low, line.baseline - 0.33 * size / MM, 1)
            out.near("G33", size, line.size, 0.2, "pt")
            out.is_("G33", m.fonts["song"].word, line.font, printed.is_face(line.font, "song"))
            if at % 2:
                out.near("G33", printed.right - indent, line.right, 1)
            else:
                out.near("G33", printed.left + indent, line.left, 1)


def _turned_numbers(printed: Printed, out: Rows) -> None:
    """G34: on a landscape page the number stands where it stands on the upright sheet, turned with it."""
    m, area = printed.m, sheet(printed.options, landscape=True)
    low = m.profiles["B"].bottom_mm - m.profiles["B"].page_number_below_mm
    size = m.page_number.size_pt
    for at, page in enumerate(printed.pages, 1):
        if page.width < page.height:
            continue
        turned = [char for char in page.chars if not char["upright"] and not slanted(char)]
        dashes = [char for char in turned if char["text"] == m.page_number.dash]
        # Turned right, a character's dash lies a third of the size right of its baseline.
        place = dashes[0]["matrix"][4] / MM + 0.33 * size / MM if dashes else None
        out.near("G34", low, place, 1)
        if dashes:
            ends = (page.height - max(char["bottom"] for char in turned), min(char["top"] for char in turned))
            edge = area.bottom if at % 2 else area.top
            out.near("G34", (edge + size) / MM, ends[0 if at % 2 else 1] / MM, 1)


def _characters(printed: Printed, out: Rows) -> None:
    """G38: full-width punctuation between Han characters, half-width digits (GB/T 15834, GB/T 15835)."""
    found = [hit for line in printed.all for hit in HALF_WIDTH.findall(line.text)]
    out.is_("G38", "全角标点、半角数字", "、".join(found) or "符合", not found)


def _faces(data: bytes, printed: Printed, out: Rows) -> None:
    """G39: every font embedded, and each the standard's or one that is told to stand in for it."""
    m = printed.m
    told = [plain(name) for role in m.fonts for name in (*m.font_names[role], *m.fonts[role].open)]
    fonts = embedded(data)
    strange = [name for name, inside in fonts.items()
               if not inside or not any(each in plain(name) for each in told)]  # fmt: skip
    out.is_("G39", "标准字体或所列替代字体，全部嵌入", "、".join(strange or fonts), not strange)


PARTS = (
    _sheets,
    _grid,
    _colours,
    head,
    letter_head,
    _headings,
    list_of_attachments,
    signature,
    attendance,
    note,
    annexes,
    imprint,
    _page_numbers,
    _turned_numbers,
    _characters,
)
