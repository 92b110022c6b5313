"""Letter spacing at which a text has as many lines in every word processor: then all fill the same pages.

No file can say how far Han and digits stand apart: nothing, an eighth, a fifth or a quarter of a character,
as the program likes; and the faces of a bureau's machine have narrower Latin than the open ones. Most texts
have as many lines all the same. The others get the spacing nearest to their own that makes it so, a tenth of
a point or two, which no eye sees; within G06 and G07.  Source: GB/T 9704-2012 §7.3.3 (28 characters to a
line; may be adjusted); the programs are in docx/gbt9704.yaml.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from templates import flow
from templates.blocks import Block, Cell, Document, Heading, Paragraph, Remark, Table, noted
from templates.lines import Advance, Measure, Stretch, count
from templates.measures import Program, SkinOptions, measures, sheet
from templates.word_table import column_widths, type_of


@lru_cache(maxsize=16)
def steady(document: Document, options: SkinOptions) -> Document:
    """The document with a spacing of its own on every text that needs one, dressed with these options."""
    annexes = tuple(
        replace(annex, blocks=_blocks(annex.blocks, sheet(options, annex.landscape).text_width, options))
        for annex in document.attachments
    )
    width = sheet(options).text_width
    return replace(document, blocks=_blocks(document.blocks, width, options), attachments=annexes)


def _blocks(blocks: Sequence[Block], width: float, options: SkinOptions) -> tuple[Block, ...]:
    found: list[Block] = []
    for block, notes in noted(blocks):
        found.append(_block(block, width, options))
        found += [_remark(note, width, hanging=False) for note in notes]
    return tuple(found)


def _block(block: Block, width: float, options: SkinOptions) -> Block:
    if isinstance(block, Paragraph):
        return replace(block, spacing=spacing(*flow.paragraph_room(block, width, options.spacing_pt)))
    if isinstance(block, Heading):
        return replace(block, spacing=spacing(*flow.heading_room(block, width, options.spacing_pt)))
    if isinstance(block, Remark):
        return _remark(block, width, hanging=True)
    return _table(block, width) if isinstance(block, Table) else block


def _remark(block: Remark, width: float, hanging: bool) -> Remark:
    return replace(block, spacing=spacing(*flow.remark_room(block, width, noted=not hanging)))


def _table(table: Table, width: float) -> Table:
    columns, size = column_widths(table, width), type_of(table)[0]

    def cells(rows: Sequence[Sequence[Cell]], head: bool) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            tuple(
                replace(cell, spacing=spacing(*flow.cell_room(cell.text, across, size, head)))
                for cell, across in row
            )
            for row in flow.placed_cells(rows, columns)
        )

    return replace(table, header=cells(table.header, head=True), rows=cells(table.rows, head=False))


@lru_cache(maxsize=4096)
def spacing(parts: tuple[Stretch, ...], room: Measure) -> float | None:
    """The spacing nearest to the room's own at which all programs set as many lines; None where its own does.
    Where none does, the one with which most agree with the first, which the PDF follows."""
    programs = measures().steady.programs
    tried: list[tuple[int, float]] = []
    for given in _spacings(room.spacing):
        first, *others = (_lines(parts, replace(room, spacing=given), program) for program in programs)
        astray = sum(lines != first for lines in others)
        tried.append((astray, given))
        if not astray:
            break
    _, found = min(tried, key=lambda each: each[0])
    return None if found == room.spacing else found


def _spacings(own: float) -> list[float]:
    """The own spacing and those around it, the nearest first, in points."""
    m = measures().steady
    steps = round((m.most_pt - m.least_pt) / m.step_pt)
    around = [round(own + m.step_pt * step, 2) for step in range(-steps, steps + 1) if step]
    return [own, *sorted((each for each in around if m.least_pt <= each <= m.most_pt),
                         key=lambda each: abs(each - own))]  # fmt: skip


def _lines(parts: Sequence[Stretch], room: Measure, program: Program) -> int:
    advance: Advance = _half if program.half else flow.advance
    own = program.model_dump(exclude={"half"}) | {"hanging": room.hanging and program.hanging}
    return count(parts, replace(room, **own), advance)


def _half(character: str, _: str) -> float:
    """The width of a character in the faces of Windows, whose Latin is half a character wide."""
    return 0.5 if character.isascii() else 1.0
