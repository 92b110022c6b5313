"""The head of a printed document against GB/T 9704-2012 §7.2, §7.3.1 and the letter's head (§10.1)."""

from __future__ import annotations

import re

from templates.conformance.rows import Rows
from templates.measures import MM, sheet
from templates.printed import Line, Printed, bare
from templates.type_area import signer_lines

NUMBER = re.compile(r"^[\u4e00-\u9fa5]{2,8}〔20\d{2}〕[1-9]\d*号$")
TITLE_MARKS = re.compile(r"[，。；：！？,.;:!?]")


def head(printed: Printed, out: Rows) -> None:
    """G10-G19 of a file with a red head or of minutes (G36), and title and recipients of any document."""
    document = printed.document
    rule: float | None = None
    if document.format in ("file", "minutes"):
        _corner(printed, out)
        mark = _mark(printed, out)
        rules = printed.rules(1, red=True)
        rule = rules[0]["top"] / MM if rules else None
        out.near("G16", 156, rules[0]["width"] / MM if rules else None, 1)
        if mark is not None:
            _number(printed, out, mark, rule)
    _title(printed, out, rule)


def _corner(printed: Printed, out: Rows) -> None:
    """G10-G12: from the first line of the type area down, flush left, 3号, all but the copy number 黑体."""
    m, line = printed.m, printed.profile.line_pt / MM
    for at, given in enumerate(printed.document.corner):
        id = given.id
        found = printed.find(given.text, 1)
        if found is None:
            out.is_(id, given.text, "—")
            continue
        first = printed.profile.top_mm + (line - m.text.size_pt / MM) / 2
        out.near(id, first + at * line, found.top, 1)
        out.near(id, printed.left, found.left, 1)
        out.near(id, m.text.size_pt, found.size, 0.2, "pt")
        out.is_(id, m.fonts[given.role].word, found.font, printed.is_face(found.font, given.role))


def _mark(printed: Printed, out: Rows) -> Line | None:
    """G13, G36: its place; of a joint issue all names, and the word level with them. Gives the last line."""
    document, head = printed.document, printed.m.head
    id = "G36" if document.format == "minutes" else "G13"
    names = document.bodies or (document.mark or "",)
    found = [line for name in names if (line := printed.place(name, 1)) and line.red]
    if len(found) != len(names):
        out.is_(id, "、".join(names), "、".join(line.text for line in found) or "—")
        return None
    # 35 mm below the type area: 72 mm from the paper's edge in both profiles.
    top = printed.m.profiles["B"].top_mm + printed.m.profiles["B"].mark_below_top_mm
    out.near(id, top, found[0].top, 2)
    out.is_(id, printed.m.fonts["title"].word, found[0].font, printed.is_face(found[0].font, "title"))
    word = printed.place(document.mark, 1) if document.bodies and document.mark else None
    ends = [*found, *([word] if word else [])]
    left, right = min(line.left for line in ends), max(line.right for line in ends)
    out.between(id, 0, head.mark.max_width_mm + 0.1, right - left)
    out.near(id, printed.middle, (left + right) / 2, 1)
    if document.bodies:
        for line in found[1:]:
            out.near(id, found[0].left, line.left, 1)
            out.near(id, found[0].right, line.right, 1)
        if document.mark:
            level = (found[0].top + found[-1].bottom) / 2
            out.near(id, level, (word.top + word.bottom) / 2 if word else None, 1)
    if id == "G36":
        out.is_(id, "…纪要", names[0], names[0].endswith("纪要"))
    return max(found, key=lambda line: line.baseline)


def _number(printed: Printed, out: Rows, mark: Line, rule: float | None) -> None:
    document, m = printed.document, printed.m
    head = m.head
    number = document.number
    if not number:
        return
    line = printed.place(number, 1)
    out.is_("G38", NUMBER.pattern, number, bool(NUMBER.match(number)))
    rows = signer_lines(document, sheet(printed.options).text_width) if document.upward else ()
    above = max(len(rows) - 1, 0) * printed.profile.line_pt / MM  # the lines of the further signers
    two = head.number_lines_below_mark * m.line_mm
    out.near("G14", two, line.top - above - mark.bottom if line else None, 1.5)
    if line is None:
        return
    if rule is not None:
        out.near("G16", head.rule_below_number_mm, rule - line.bottom, 1)
    indent = printed.chars(head.number_indent_chars)
    if not document.upward:
        out.near("G14", printed.middle, line.middle, 1)
        return
    out.near("G14", printed.left + indent, line.left, 1)
    if document.signers:
        _signers(printed, out, line, [[part.text for part in row if part.kai] for row in rows])


def _signers(printed: Printed, out: Rows, number: Line, rows: list[list[str]]) -> None:
    """G15: 楷体, one character from the right, two to a line under each other, the last beside the number."""
    places = [[printed.place(name, 1) for name in row] for row in rows]
    found = [line for row in places for line in row if line is not None]
    if len(found) != sum(map(len, rows)):
        out.is_("G15", "、".join(printed.document.signers), "、".join(line.text for line in found) or "—")
        return
    for line in found:
        out.is_("G15", printed.m.fonts["kai"].word, line.font, printed.is_face(line.font, "kai"))
    indent = printed.chars(printed.m.head.number_indent_chars)
    out.near("G15", printed.right - indent, max(line.right for line in found), 1)
    out.near("G15", number.baseline, found[-1].baseline, 0.5)
    label = printed.place(printed.m.labels.signer, 1)
    out.near("G15", found[0].left, label.right if label else None, 1.5)
    for row in places[1:]:
        for place, above in zip(row, places[0], strict=False):
            if place and above:
                out.near("G15", above.left, place.left, 0.5)


def _title(printed: Printed, out: Rows, rule: float | None) -> None:
    document, m, head = printed.document, printed.m, printed.m.head
    titles = [printed.find(line) for line in document.title]
    if any(title is None for title in titles):
        out.is_("G17", document.name, "—")
        return
    found = [title for title in titles if title is not None]
    for title in found:
        out.near("G17", head.title.size_pt, title.size, 0.2, "pt")
        out.near("G17", printed.middle, title.middle, 1)
        out.is_("G17", m.fonts["title"].word, title.font, printed.is_face(title.font, "title"))
    marks = TITLE_MARKS.findall(document.name)
    out.is_("G17", "标题除书名号、括号、顿号外没有标点", "".join(marks) or "没有", not marks)
    if rule is not None:
        out.near("G17", head.title.lines_below_rule * m.line_mm, found[0].top - rule, 2)
    after = [line for line in printed.body(1) if line.baseline > found[-1].baseline]
    to = document.to and next((line for line in after if bare(document.to).startswith(line.text)), None)
    if document.to and to:
        out.near("G18", head.to_lines_below_title * m.line_mm, to.top - found[-1].bottom, 1.5)
        out.near("G18", printed.left, to.left, 1)
        rest = bare(document.to)
        while after and rest.startswith(after[0].text):
            rest = rest.removeprefix(after[0].text)
            after = after[1:]
        out.is_("G18", m.labels.colon, document.to[-1:])
    out.is_("G19", "首页有正文", len(after), bool(after))
    if after and document.format in ("file", "letter", "minutes"):
        out.near("G19", printed.left + printed.chars(m.text.indent_chars), after[0].left, 1)


def letter_head(printed: Printed, out: Rows) -> None:
    """G35: mark, double lines and number of a letter."""
    document, letter = printed.document, printed.m.letter
    if document.format != "letter":
        return
    mark = next((line for line in printed.lines[0] if line.red), None)
    rules = printed.rules(1, red=True)
    out.is_("G35", 4, len(rules))
    if mark is None or len(rules) != 4:
        out.is_("G35", document.mark, mark.text if mark else "—")
        return
    out.near("G35", letter.mark_top_mm, mark.top, 2)
    out.near("G35", printed.middle, mark.middle, 1)
    for rect in rules:
        out.near("G35", letter.rule_width_mm, rect["width"] / MM, 1)
        out.near("G35", printed.m.paper.width_mm / 2, (rect["x0"] + rect["x1"]) / 2 / MM, 1)
    heavy = [rect["height"] for rect in rules]
    out.is_("G35", "上粗下细、上细下粗", "、".join(f"{height:.2f}" for height in heavy),
            heavy[0] > heavy[1] and heavy[2] < heavy[3])  # fmt: skip
    out.near("G35", letter.rule_bottom_mm, (printed.pages[0].height - rules[-1]["top"]) / MM, 1)
    out.near("G35", letter.rule_below_mark_mm, rules[0]["top"] / MM - mark.bottom, 1)
    if document.number:
        number = printed.find(document.number, 1)
        out.near("G35", letter.number_below_rule_mm, number.top - rules[1]["top"] / MM if number else None, 1)
        out.near("G35", printed.right, number.right if number else None, 1)
        out.is_("G38", NUMBER.pattern, document.number, bool(NUMBER.match(document.number)))
