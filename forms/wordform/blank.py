"""The Word templates of a campaign, from its definitions: report, personal sheet, printable annex."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil
from typing import Final

from forms.declared import PersonalSheet
from forms.spec import Campaign, Field, Form, Table
from forms.wordform.docx import document
from forms.wordform.paper import SHADE, Box, Page, batched, box, control, line, ruled
from forms.wordform.words import PersonalWords, ReportWords
from forms.workbook.layout import numbered
from templates.measures import MM, SkinOptions, measures
from templates.ooxml import Element, Look, paragraph, run

_TICK: Final = "□"
_NARROW: Final = 15.0
"""Columns narrower than this (mm) have their headers upright, as on paper."""
_SIZE: Final = 10.5


def self_report(campaign: Campaign, form: Form, words: ReportWords) -> bytes:
    """Material 1. Placeholders: `title`, `to`, `prose` (a list), `facts`, `unit`, `dated`, `stamp`."""
    m = measures()
    profile = m.profiles[SkinOptions().profile]
    indent, hang = m.text.size_pt * m.text.indent_chars, m.text.size_pt * 4.25
    page = Page(top=profile.top_mm, bottom=profile.bottom_mm, left=profile.left_mm, right=profile.right_mm)
    numbers = iter(range(10_000))

    def prose() -> Element:
        return paragraph("Body", [run(f"{{{{ prose[{next(numbers)}] }}}}")], Look(first=indent))

    body = [
        paragraph("Title", [run("{{ title }}")], Look("center", after=profile.line_pt)),
        paragraph("Recipients", [run("{{ to }}")]),
        *(prose() for _ in words.opening),
    ]
    for section in words.sections:
        body.append(paragraph("Heading1", [run(section.heading)], Look(first=indent, keep_next=True)))
        body += [prose() for _ in section.text]
    body.append(paragraph("Body", [run(words.closing)], Look(first=indent)))
    for at, title in enumerate(words.attachments, 1):
        lead = f"{m.labels.attachment}{m.labels.colon}" if at == 1 else "　　　"
        body.append(
            paragraph(
                "AttachmentList",
                [run(f"{lead}{at}. {title}")],
                Look(left=indent + hang, hanging=hang, before=profile.line_pt if at == 1 else 0),
            )
        )
    right = m.text.size_pt * m.tail.sealed_date_right_chars
    body += [
        paragraph(
            "Issuer",
            [run("{{ unit }}")],
            Look("right", right=right / 2, before=profile.line_pt * 2, keep_next=True),
        ),
        paragraph("IssueDate", [run("{{ dated }}")], Look("right", right=right)),
        paragraph("Annotation", [run("{{ annotation }}")], Look(first=indent)),
        paragraph("AnnexLabel", [run(words.facts_title)], Look("center", new_page=True)),
        line(words.facts_note, size=_SIZE),
        _facts(form, page),
    ]
    return document(body, page, form.title, f"{numbered(form)}　版本 {form.version}")


def _facts(form: Form, page: Page) -> Element:
    """Every fact with its label, two to a line."""
    rows = []
    for at, pair in enumerate(batched(form.facts.values(), 2)):
        boxes = []
        for side, fact in enumerate(pair):
            entry = control(fact.name, f"{{{{ facts.{fact.name} }}}}", 1001 + at * 2 + side)
            boxes += [box(fact.label, align="left"), Box([entry], shade=SHADE)]
        rows.append((8.0, boxes))
    wide = page.width / 2
    return ruled(rows, [wide * 0.64, wide * 0.36] * 2)


def personal_sheet(campaign: Campaign, form: Form, sheet: PersonalSheet, words: PersonalWords) -> bytes:
    """One person's sheet. Placeholders: `head` by field, `unit`, `stamp`. Raises KeyError (head)."""
    page = Page(top=14, bottom=14, left=18, right=18)
    fields = {name: label for name, label in head_labels(campaign, sheet, words)}
    part = page.width / words.columns
    head = [
        (
            7.5,
            [
                each
                for name in names
                for each in (box(fields[name], shade=SHADE), box(f"{{{{ head.{name} }}}}"))
            ],
        )
        for names in batched(fields, words.columns)
    ]
    body = [
        paragraph("Title", [run(sheet.title, size=16)], Look("center", after=4, auto_height=True)),
        ruled(head, [part * 0.27, part * 0.73] * words.columns),
    ]
    for name, table in form.tables.items():
        if name == sheet.rows:
            continue
        ticks = "　".join(f"{_TICK}{each}" for each in sheet.ticks)
        body.append(
            line(
                [run(f"{table.title or table.sheet}\t{ticks}", size=10)],
                before=5,
                after=2,
                tab=page.width * MM,
                keep_next=True,
            )
        )
        body.append(_to_fill(table, set(form.tables[sheet.rows].key), page, words.lines))
    body.append(line(sheet.pledge, size=12, before=6, after=3))
    body.append(_signatures(sheet.signatures, page))
    body += [line(f"{at}. {note}", size=8, line=11) for at, note in enumerate(sheet.notes, 1)]
    return document(body, page, sheet.title, f"{numbered(form)}　版本 {form.version}　{{{{ unit }}}}")


def _to_fill(table: Table, person: set[str], page: Page, lines: int) -> Element:
    """A table's columns save those that name the person, with lines to write on."""
    fields = [each for each in table.fields if each.name not in person]
    whole = sum(each.width or 12 for each in fields)
    widths = [page.width * (each.width or 12) / whole for each in fields]
    head = (6.5, [box(each.label, 9, shade=SHADE, style="TableHead") for each in fields])
    return ruled([head, *[(8.0, [box("") for _ in fields])] * lines], widths, head=1)


def _signatures(labels: Sequence[str], page: Page) -> Element:
    """Two to a line, each with room for a name or a date; an odd last one has the whole line."""
    rows = [(9.0, [each for label in pair for each in (box(label), box(""))]) for pair in batched(labels, 2)]
    half = page.width / 2
    if len(labels) % 2:
        rows[-1] = (9.0, [box(labels[-1]), box("", columns=3)])
    return ruled(rows, [half * 0.3, half * 0.7] * 2)


def head_labels(campaign: Campaign, sheet: PersonalSheet, words: PersonalWords) -> Iterator[tuple[str, str]]:
    """(field, label) of the head: as the campaign calls it, else as a table filled from the same view."""
    known = {
        each.prefill.column: each.label
        for form in campaign.forms.values()
        for _, each in form.fields()
        if each.prefill and each.prefill.view == words.people
    }
    for name in sheet.head:
        label = words.labels.get(name) or known.get(name)
        if label is None:
            raise KeyError(f"{words.people} has no column {name!r} and no label is given for it")
        yield name, label


def printed_table(campaign: Campaign, form: Form, table: Table, footnote: str) -> bytes:
    """An annex to be signed and sealed. Placeholders: `values` by field name, `facts` by name, `stamp`."""
    page = Page(landscape=True, top=20, bottom=20, left=15, right=15)
    whole = sum(each.width or 8 for each in table.fields)
    widths = [page.width * (each.width or 8) / whole for each in table.fields]
    rows: list[tuple[float, list[Box]]] = []
    heights = _header_heights(table, widths)
    for height, cells in zip(heights, table.headers(), strict=True):
        boxes = []
        for cell in cells:
            across, down = cell.last_column - cell.first_column + 1, cell.last_row - cell.first_row + 1
            leaf = cell.last_row == table.depth and across == 1
            upright = leaf and widths[cell.first_column - 1] < _NARROW
            boxes.append(
                box(cell.label, _SIZE, columns=across, rows=down, vertical=upright, style="TableHead")
            )
        rows.append((height, boxes))
    rows.append((13.0, [box(f"{{{{ values.{each.name} }}}}") for each in table.fields]))
    rows += [(13.0, [box("") for _ in table.fields])] * (max(table.blank_rows or 0, table.rows or 1) - 1)
    top = [each for each in form.facts.values() if each.place == "top"]
    bottom = [each for each in form.facts.values() if each.place != "top"]
    body = [
        paragraph("AnnexLabel", [run(form.number)], Look(auto_height=True)),
        paragraph("Title", [run(form.title)], Look("center", after=8, auto_height=True)),
        line(
            [run(f"{form.head_line or ''}\t{'　'.join(_to_sign(each) for each in top)}", size=12)],
            tab=page.width * MM,
            after=4,
        ),
        ruled(rows, widths, head=table.depth),
        *([line(footnote, size=12, before=4)] if footnote else []),
        line("　　　　".join(_to_sign(each) for each in bottom), size=12, before=8),
    ]
    return document(body, page, form.title, f"{numbered(form)}　版本 {form.version}　{{{{ unit }}}}")


def _to_sign(fact: Field) -> str:
    """A labelled place for handwriting; dates have the campaign's year printed."""
    room = "{{ year }}年　　月　　日" if fact.kind == "date" else "　" * 8
    return f"{fact.label}：{room}"


def _header_heights(table: Table, widths: Sequence[float]) -> list[float]:
    """Millimetres: groups one line each, the last row what its longest label needs."""
    need = 8.0
    above = 8.0 * (table.depth - 1)
    for row in table.headers():
        for cell in row:
            if cell.last_row != table.depth:
                continue
            width = widths[cell.first_column - 1]
            letters = len(cell.label) * _SIZE / MM
            if width < _NARROW:
                columns = max(1, int((width - 2) / (_SIZE * 1.4 / MM)))
                height = letters / columns + 3
            else:
                height = ceil(letters / (width - 3)) * 5.5 + 2
            need = max(
                need, height - (above if cell.first_row == 1 else 8.0 * (table.depth - cell.first_row))
            )
    return [8.0] * (table.depth - 1) + [need]
