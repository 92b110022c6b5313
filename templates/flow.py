"""Texts as HTML lines, broken beforehand, for the HTML skin: WeasyPrint itself breaks none of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any, TypeAlias

from markupsafe import Markup, escape
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.text.line_break import create_layout, line_size

from templates.blocks import Cell, Heading, Paragraph, Remark, Run
from templates.lines import Measure, Stretch, broken
from templates.measures import measures
from templates.type_area import width_pt

_BOLD, _RUN_IN = 1, 2
_SAMPLE = 64


Room: TypeAlias = tuple[tuple[Stretch, ...], Measure]
"""A text and the room it is set into."""


def heading(block: Heading, width: float, spacing: float) -> Markup:
    """G20: a heading, and the text that runs on behind it."""
    return _shown(heading_room(block, width, spacing), block.spacing)


def heading_room(block: Heading, width: float, spacing: float) -> Room:
    """What `heading` sets into what."""
    parts = [Stretch(block.number + block.text, measures().levels[block.level - 1])]
    parts += [Stretch(run.text, "fangsong", _RUN_IN | (run.bold and _BOLD)) for run in block.run_in]
    return tuple(parts), _grid(width, _indent(), True, spacing)


def paragraph(block: Paragraph, width: float, spacing: float) -> Markup:
    """G19: a paragraph of the text, indented or as it is aligned."""
    return _shown(paragraph_room(block, width, spacing), block.spacing)


def paragraph_room(block: Paragraph, width: float, spacing: float) -> Room:
    """What `paragraph` sets into what."""
    justified = block.indent and block.align == "left"
    first = _indent() if block.indent else 0.0
    return _runs(block.runs), _grid(width, first, justified, spacing)


def text(words: str, width: float, first: float = 0.0, justified: bool = False) -> Markup:
    """Words in the body's face, the first line `first` points in (or, below 0, out)."""
    return _shown(((Stretch(words, "fangsong"),), _grid(width, first, justified)))


def remark(block: Remark, width: float, noted: bool) -> Markup:
    """A note in small type; `noted`: the last row of a table in Word."""
    return _shown(remark_room(block, width, noted), block.spacing)


def remark_room(block: Remark, width: float, noted: bool) -> Room:
    """What `remark` sets into what."""
    return _runs(block.runs), Measure(width, measures().remark.size_pt, justified=True, hanging=not noted)


@lru_cache(maxsize=4096)
def cell(words: str, width: float, size: float, head: bool, spacing: float | None) -> Markup:
    """A table's cell, `width` points wide between its edges: broken as if its gaps were there, but set close:
    else a table of many cells would take twice the time."""
    parts, room = cell_room(words, width, size, head)
    lines = broken(parts, room if spacing is None else replace(room, spacing=spacing), advance)
    said = Markup("<br>").join("".join(piece.text for piece in line.pieces) for line in lines)
    if spacing is not None:
        said = Markup('<span style="letter-spacing: {:.2f}pt">{}</span>').format(spacing, said)
    return said


def cell_room(words: str, width: float, size: float, head: bool) -> Room:
    """What `cell` sets into what."""
    room = Measure(width - 2 * measures().tables.side_padding_pt, size, hanging=False)
    return (Stretch(words, "hei" if head else "fangsong"),), room


def placed_cells(
    rows: Iterable[Sequence[Cell]], columns: Sequence[float]
) -> Iterator[list[tuple[Cell, float]]]:
    """Every row's cells with their widths: a cell that spans rows keeps its columns taken below."""
    taken = [0] * len(columns)
    for row in rows:
        at, placed = 0, []
        for given in row:
            while at < len(columns) and taken[at]:
                at += 1
            across = range(at, min(at + given.cols, len(columns)))
            placed.append((given, sum(columns[column] for column in across)))
            for column in across:
                taken[column] = given.rows
            at += given.cols
        taken = [max(0, rows_left - 1) for rows_left in taken]
        yield placed


def attendance(label: str, names: str, width: float) -> Markup:
    """G36: those who came, behind their label."""
    parts = (Stretch(label, "hei"), Stretch(names, "fangsong", _RUN_IN))
    return _shown((parts, _grid(width - width_pt(label) - _indent(), -width_pt(label), False)))


def _indent() -> float:
    return measures().text.indent_chars * measures().text.size_pt


def _grid(width: float, first: float, justified: bool, spacing: float | None = None) -> Measure:
    face = measures().text
    return Measure(width, face.size_pt, face.spacing_pt if spacing is None else spacing, first, justified)


def _runs(runs: Iterable[Run]) -> tuple[Stretch, ...]:
    return tuple(Stretch(run.text, "fangsong", int(run.bold)) for run in runs)


def _shown(given: Room, spacing: float | None = None) -> Markup:
    """The lines of a text; `spacing`: the points between its letters where they are its own."""
    parts, room = given
    room = room if spacing is None else replace(room, spacing=spacing)
    rows = []
    for line in broken(parts, room, advance):
        said = Markup("").join(_piece(each.text, each.key, each.behind, line.spread) for each in line.pieces)
        if line.spread is not None or spacing is not None:
            wide = room.spacing + (line.spread or 0.0)
            said = Markup('<span style="letter-spacing: {:.4f}pt">{}</span>').format(wide, said)
        elif not said.startswith("<") and not said.isascii():
            # In a span, whose line height is 0: a taller glyph from another font moves no line.
            said = Markup("<span>{}</span>").format(said)
        rows.append(said)
    return Markup("<br>").join(rows)


def _piece(words: str, key: int, behind: float | None, spread: float | None) -> Markup:
    said = Markup(escape(words))
    if behind is not None:
        wide = behind + (spread or 0.0)
        said = Markup('<span style="letter-spacing: {:.4f}pt">{}</span>').format(wide, said)
    if key & _BOLD:
        said = Markup("<strong>{}</strong>").format(said)
    if key & _RUN_IN:
        said = Markup('<span class="run-in">{}</span>').format(said)
    return said


@lru_cache(maxsize=8192)
def advance(character: str, role: str) -> float:
    """The width of a character in the open face of a role, in its own size."""
    style = _styles()[role]
    layout = create_layout(character, style, None, None, 0)
    width = line_size(layout.get_first_line()[0], style)[0] / _SAMPLE
    layout.deactivate()
    return float(width)


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    """WeasyPrint's computed style of each face."""
    spans = "".join(
        f"<p style='font: {font.weight} {_SAMPLE}px "
        + ", ".join(f'"{family}"' for family in font.open)
        + "; font-variant-ligatures: none; font-kerning: none'>字</p>"
        for font in measures().fonts.values()
    )
    page = HTML(string=f"<html lang=zh-CN>{spans}").render(font_config=FontConfiguration()).pages[0]
    found = [box.style for box in page._page_box.descendants() if isinstance(box, boxes.TextBox)]
    return dict(zip(measures().fonts, found, strict=True))
