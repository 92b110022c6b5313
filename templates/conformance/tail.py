"""The end of a printed document against GB/T 9704-2012 §7.3.4-§7.4: attachments, signature, notes, 版记."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

from templates.conformance.rows import Rows
from templates.measures import MM
from templates.printed import Line, Printed, bare

DATE = re.compile(r"^(\d{4}年([1-9]|1[0-2])月([1-9]|[12]\d|3[01])日|\s*年\s*月\s*日)$")
"""The day in Arabic figures without a leading nought (GB/T 9704-2012 §7.3.5.4), or room to write it in."""


def list_of_attachments(printed: Printed, out: Rows) -> None:
    """G21: a blank line under the text, two characters in, names under each other and without punctuation."""
    document, labels = printed.document, printed.m.labels
    items = document.attachments
    if not items:
        return
    several = len(items) > 1
    word = labels.attachment + labels.colon
    first = next((at for at, line in enumerate(printed.all) if line.text.startswith(bare(word))), None)
    if first is None:
        out.is_("G21", word, "—")
        return
    line = printed.all[first]
    out.near("G21", printed.left + printed.chars(printed.m.text.indent_chars), line.left, 1)
    above = [each for each in printed.body(line.page) if each.baseline < line.baseline]
    if above:
        steps = (line.baseline - above[-1].baseline) * MM / printed.profile.line_pt
        out.near("G21", printed.m.tail.attachments_lines_below + 1, steps, 0.2, "行")
    starts = []
    for at, item in enumerate(items, 1):
        begins = (each.part((f"{at}." if several else "") + item.title[:6]) for each in printed.all[first:])
        starts += [next((part.left for part in begins if part and abs(part.size - line.size) < 0.2), 0.0)]
    for left in starts[1:]:
        out.near("G21", starts[0], left, 1)
    ends = "".join(item.title[-1:] for item in items)
    out.is_("G21", "附件名称后没有标点", ends, not re.search(r"[，。；：、]", ends))


def signature(printed: Printed, out: Rows) -> None:
    """G22-G27."""
    given = printed.document.signature
    if given is None:
        return
    shown = given.positions or given.names
    at = _date_at(printed, shown[-1], given.date)
    if at is None:
        out.is_("G26" if given.positions else "G22" if given.sealed else "G25", shown[-1], "—")
        return
    date = _whole(printed, printed.all[at], given.date)
    out.is_("G38", DATE.pattern, date.text, bool(DATE.match(date.text)))
    above = printed.all[:at]
    names = [_last(above, name) for name in shown]
    found = [name for name in names if name is not None]
    if len(found) != len(shown):
        out.is_("G22", "、".join(shown), "、".join(name.text for name in found))
        return
    before = [line for line in printed.body(found[0].page) if line.baseline < found[0].baseline - 1]
    out.is_("G27", "署名页有正文", len(before), bool(before))
    if given.positions:
        _stamps(printed, out, found, date, before)
    elif given.sealed:
        _seals(printed, out, found, date, before)
    else:
        _unsealed(printed, out, found, date, before)


def _date_at(printed: Printed, name: str, date: str) -> int | None:
    """The line of the date: the first that says it right under the last name."""
    return next(
        (
            at
            for at, line in enumerate(printed.all)
            if at and line.text == bare(date) and printed.all[at - 1].part(name)
        ),
        None,
    )


def _whole(printed: Printed, line: Line, date: str) -> Line:
    """The line of the date with the room in front of it where the year is to be written in."""
    room = len(date) - len(date.lstrip())
    return replace(line, left=line.left - printed.chars(room)) if room else line


def _last(lines: list[Line], text: str) -> Line | None:
    return next((part for line in reversed(lines) if (part := line.part(text))), None)


def _seals(printed: Printed, out: Rows, names: list[Line], date: Line, before: list[Line]) -> None:
    tail, last = printed.m.tail, names[-1]
    out.near("G22", date.middle, last.middle, 1)
    if last.left > printed.left + 1 and last.right < printed.right - 1:
        out.near("G23", printed.right - printed.chars(tail.sealed_date_right_chars), date.right, 1)
    pressed = (last.top + date.bottom) / 2 - tail.seal_above_middle_mm
    middles = [((name.top + name.bottom) / 2 if name is not last else pressed) for name in names]
    if before:
        out.between("G24", -2, printed.m.line_mm, middles[0] - tail.seal_mm / 2 - before[-1].bottom)
    for at, (name, middle) in enumerate(zip(names, middles, strict=True)):
        for other, level in zip(names[at + 1 :], middles[at + 1 :], strict=True):
            apart = ((other.middle - name.middle) ** 2 + (level - middle) ** 2) ** 0.5
            out.is_("G24", "印章互不相交", f"{apart:.1f} mm", apart > tail.seal_mm)
        if len(names) > 1:
            ends = (name.middle - tail.seal_mm / 2, name.middle + tail.seal_mm / 2)
            out.is_("G24", "印章不出版心", f"{ends[0]:.1f}–{ends[1]:.1f} mm",
                    ends[0] >= printed.left - 1 and ends[1] <= printed.right + 1)  # fmt: skip


def _unsealed(printed: Printed, out: Rows, names: list[Line], date: Line, before: list[Line]) -> None:
    tail = printed.m.tail
    offset = printed.chars(tail.unsealed_date_offset_chars)
    edge = printed.right - printed.chars(tail.unsealed_right_chars)
    for name in names:
        out.near("G25", date.left - offset, name.left, 1)
    out.near("G25", edge, max(date.right, *(name.right for name in names)), 1)
    if before:
        steps = (names[0].baseline - before[-1].baseline) * MM / printed.profile.line_pt
        out.near("G25", tail.unsealed_lines_above + 1, steps, 0.3, "行")


def _stamps(printed: Printed, out: Rows, offices: list[Line], date: Line, before: list[Line]) -> None:
    """G26: a stamp fits right of each office, two blank lines under the text and one above the date."""
    stamp, pitch = printed.m.tail.stamp, printed.profile.line_pt / MM
    right = printed.right - printed.chars(stamp.right_chars)
    out.near("G26", right, date.right, 1)
    for office in offices:
        out.near("G26", right - stamp.width_mm - printed.chars(stamp.left_chars), office.right, 1)
    levels = [(office.top + office.bottom) / 2 for office in offices]
    if before:
        blank = levels[0] - stamp.height_mm / 2 - (before[-1].bottom + before[-1].top) / 2 - pitch / 2
        out.near("G26", stamp.lines_above * pitch, blank, 3)
    under = (date.bottom + date.top) / 2 - pitch / 2 - (levels[-1] + stamp.height_mm / 2)
    out.near("G26", stamp.lines_below * pitch, under, 3)
    for above, below in pairwise(levels):
        out.is_("G26", "签名章互不相交", f"{below - above:.1f} mm", below - above > stamp.height_mm)


def attendance(printed: Printed, out: Rows) -> None:
    """G36: 出席 and the like, a blank line under the text, two characters in, label in 黑体."""
    m, colon = printed.m, printed.m.labels.colon
    for at, who in enumerate(printed.document.attendance):
        label = printed.place(who.label + colon)
        names = printed.place(who.label + colon + who.names[:2])
        if label is None or names is None:
            out.is_("G36", who.label + colon + who.names[:2], "—")
            continue
        out.near("G36", printed.left + printed.chars(m.text.indent_chars), label.left, 1)
        out.is_("G36", m.fonts["hei"].word, label.font, printed.is_face(label.font, "hei"))
        own = names.edges[-1][2]
        out.is_("G36", m.fonts["fangsong"].word, own, printed.is_face(own, "fangsong"))
        above = [line for line in printed.body(label.page) if line.baseline < label.baseline - 1]
        if at == 0 and above:
            steps = (label.baseline - above[-1].baseline) * MM / printed.profile.line_pt
            out.near("G36", m.tail.attendance_lines_above + 1, steps, 0.2, "行")
        rest = bare(who.names)
        following = [line for line in printed.body(label.page) if line.baseline > label.baseline + 1]
        if following and following[0].text in rest:
            out.near("G36", names.edges[-2][0], following[0].left, 1)


def note(printed: Printed, out: Rows) -> None:
    """G28: under the date, two characters in, in full-width brackets."""
    document = printed.document
    if not document.note:
        return
    line = next((line for line in printed.all if line.text and bare(document.note or "").startswith(line.text)
                 and line.text[0] == "（"), None)  # fmt: skip
    out.is_("G28", "（…）", document.note, bool(re.fullmatch(r"（.*）", document.note)) and line is not None)
    if line is not None:
        out.near("G28", printed.left + printed.chars(printed.m.tail.note_indent_chars), line.left, 2)
        date = document.signature and next(
            (each for each in reversed(printed.on(line.page)) if each.text == bare(document.signature.date)
             and each.baseline < line.baseline), None)  # fmt: skip
        if date:
            steps = (line.baseline - date.baseline) * MM / printed.profile.line_pt
            out.near("G28", 1, steps, 0.2, "行")


def annexes(printed: Printed, out: Rows) -> None:
    """G29: on a page of its own, label on line 1 flush left in 黑体, the title centred on line 3."""
    m, document = printed.m, printed.document
    several = len(document.attachments) > 1
    for at, item in enumerate(document.attachments, 1):
        if not item.blocks:
            continue
        label = printed.find(m.labels.attachment + (str(at) if several else ""))
        size = m.head.title.size_pt
        title = label and next((line for line in printed.on(label.page) if line.size == size and
                                bare(item.title).startswith(line.text)), None)  # fmt: skip
        out.is_("G29", item.title, title.text if title else "—", title is not None)
        if not label or not title:
            continue
        out.is_("G29", "另面编排，附件序号在第一行", label.text, printed.on(label.page)[0] is label)
        out.is_("G29", m.fonts[m.annex.label_font].word, label.font,
                printed.is_face(label.font, m.annex.label_font))  # fmt: skip
        steps = (title.baseline - label.baseline) * MM / printed.profile.line_pt
        out.near("G29", m.annex.title_on_line - 1, steps, 0.5, "行")
        page = printed.pages[label.page - 1]
        if page.width < page.height:
            out.near("G29", printed.left, label.left, 1)
            out.near("G29", printed.middle, title.middle, 1)


def imprint(printed: Printed, out: Rows) -> None:
    """G30-G32: at the foot of the last page, which is even; its lines, what they say and where."""
    given, m = printed.document.imprint, printed.m
    if given is None or printed.document.format == "letter":
        return
    page = len(printed.pages)
    rules = printed.rules(page, red=False)
    bottom = m.paper.height_mm - m.profiles["B"].bottom_mm
    out.near("G30", bottom, (rules[-1]["bottom"] / MM) if rules else None, 1.5)
    out.is_("G30", "双数页", page, page % 2 == 0)
    if not rules:
        return
    for rect in (rules[0], rules[-1]):
        out.near("G30", m.imprint.thick_mm, rect["height"] / MM, 0.05)
        out.near("G30", 156, rect["width"] / MM, 1)
    for rect in rules[1:-1]:
        out.near("G30", m.imprint.thin_mm, rect["height"] / MM, 0.05)
    low = [line for line in printed.on(page) if rules[0]["top"] / MM < line.baseline < bottom]
    indent = m.imprint.indent_chars * m.imprint.size_pt / MM
    parts = ((m.labels.main, given.main), (m.labels.copies, given.copies))
    sent = [(label, names) for label, names in parts if names]
    for label, names in sent:
        line = next((line for line in low if line.text.startswith(label)), None)
        out.near("G31", printed.left + indent, line.left if line else None, 1)
        out.near("G31", m.imprint.size_pt, line.size if line else None, 0.2, "pt")
        whole = bare(label + m.labels.separator.join(names) + m.labels.copies_end)
        out.is_("G31", f"{label}…{m.labels.copies_end}", whole, whole in "".join(line.text for line in low))
    if len(sent) > 1 or not (given.office or given.printed):
        out.is_("G31", "主送和抄送之间没有分隔线", len(rules), len(rules) == 2 + bool(given.office))
    if given.office or given.printed:
        out.near("G32", printed.left + indent, low[-1].left if low else None, 1)
        out.near("G32", m.imprint.size_pt, low[-1].size if low else None, 0.2, "pt")
        wanted = bare(f"{given.office or ''}{given.printed or ''}{m.labels.printed if given.printed else ''}")
        out.is_("G32", wanted, low[-1].text if low else "—")
        if given.printed:
            out.near("G32", printed.right - indent, low[-1].right if low else None, 1)
