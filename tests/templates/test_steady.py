"""A text has as many lines in every word processor: a letter spacing of its own where it would not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from templates import Document, SkinOptions, compose, flow, render_docx, render_pdf
from templates.blocks import Cell, Heading, Paragraph, Remark, Run, Table
from templates.fitting import dressed
from templates.lines import Measure, Stretch, broken, count
from templates.measures import Program, measures
from templates.ooxml import name
from templates.pdf_file import read_pages
from templates.printed import lines
from templates.rawzip import read
from templates.steady import spacing, steady

ROOM = flow.paragraph_room(Paragraph((Run(""),)), 442.2, measures().text.spacing_pt)[1]
RESTLESS = "，".join(["2019年8月7日起登记备案5400人次"] * 5) + "。"
"""Many numbers, and a last line that is nearly full or nearly empty, as the gaps are wide."""


def half(character: str, _: str) -> float:
    return 0.5 if character.isascii() else 1.0


def set_by(program: Program, parts: tuple[Stretch, ...], room: Measure) -> int:
    """How many lines a program sets: counted here by breaking the text, not by the count the skins use."""
    own = replace(
        room,
        gap=program.gap,
        through=program.through,
        bound=program.bound,
        hanging=room.hanging and program.hanging,
    )
    return len(broken(parts, own, half if program.half else flow.advance))


def heights(parts: tuple[Stretch, ...], room: Measure) -> set[int]:
    return {set_by(program, parts, room) for program in measures().steady.programs}


def test_a_text_with_as_many_lines_everywhere_keeps_the_spacing_of_all() -> None:
    parts = (Stretch("本次专项整治应报送材料的单位共20家，已报送19家。", "fangsong"),)
    assert heights(parts, ROOM) == {1}
    assert spacing(parts, ROOM) is None


def test_a_text_that_would_be_a_line_longer_in_some_programs_gets_a_spacing_of_its_own() -> None:
    parts = (Stretch(RESTLESS, "fangsong"),)
    assert len(heights(parts, ROOM)) == 2
    own = spacing(parts, ROOM)
    assert own is not None
    assert len(heights(parts, replace(ROOM, spacing=own))) == 1
    nearer = [at / 20 for at in range(-12, 8) if abs(at / 20 - ROOM.spacing) < abs(own - ROOM.spacing)]
    assert nearer and all(len(heights(parts, replace(ROOM, spacing=each))) > 1 for each in nearer)


WORDS = st.lists(
    st.sampled_from(["2019年8月7日", "5400人次", "登记备案", "99.9%", "（境）", "，", "。", "“应备”", "V4a"]),
    min_size=1,
    max_size=60,
).map("".join)


@settings(max_examples=60, deadline=None)
@given(WORDS, st.sampled_from([-0.8, -0.25, 0.35]), st.booleans())
def test_the_spacing_stays_within_its_bounds_and_makes_no_text_worse(
    text: str, own: float, hanging: bool
) -> None:
    parts, room = (Stretch(text, "fangsong"),), replace(ROOM, spacing=own, hanging=hanging)
    found = spacing(parts, room)

    def astray(given: float) -> int:
        first, *others = (
            set_by(program, parts, replace(room, spacing=given)) for program in measures().steady.programs
        )
        return sum(each != first for each in others)

    if found is None:
        return
    assert measures().steady.least_pt <= found <= measures().steady.most_pt
    assert astray(found) < astray(own)


@given(WORDS)
def test_lines_are_counted_as_they_are_broken(text: str) -> None:
    parts = (Stretch(text, "fangsong"),)
    assert count(parts, ROOM, flow.advance) == len(broken(parts, ROOM, flow.advance))


def texts(document: Document) -> Iterator[tuple[Paragraph | Heading, tuple[Stretch, ...], Measure]]:
    """Every paragraph and heading of the text, and the room it has there."""
    for block in document.blocks:
        if isinstance(block, Paragraph):
            yield block, *flow.paragraph_room(block, 442.2, measures().text.spacing_pt)
        elif isinstance(block, Heading):
            yield block, *flow.heading_room(block, 442.2, measures().text.spacing_pt)


@pytest.mark.parametrize("text", ["report", "circular", "notice", "reminder", "self_report"])
@pytest.mark.parametrize("state", ["many", "one", "clean"])
def test_every_text_of_our_papers_has_as_many_lines_in_all_programs(
    sample: ModuleType, text: str, state: str
) -> None:
    paper = compose(f"{text}.md", sample.context(state, 20), inserts=sample.inserts(20))
    for block, parts, room in texts(steady(paper, SkinOptions())):
        own = room.spacing if block.spacing is None else block.spacing
        assert len(heights(parts, replace(room, spacing=own))) == 1, parts[0].text


DOCUMENT = Document(
    kind="report",
    format="plain",
    upward=False,
    title=("演示",),
    blocks=(
        Paragraph((Run(RESTLESS),)),
        Heading(2, "（一）", "演示。", (Run(RESTLESS[3:]),)),
        Remark((Run(RESTLESS),)),
        Table(((Cell("甲"), Cell("乙")),), ((Cell(RESTLESS), Cell("无")),), (3.0, 1.0)),
    ),
)


def spacings(document: Document) -> list[float | None]:
    """Of every text that is restless, in the order in which it stands."""
    paragraph, heading, remark, table = document.blocks
    assert isinstance(paragraph, Paragraph) and isinstance(heading, Heading)
    assert isinstance(remark, Remark) and isinstance(table, Table)
    return [paragraph.spacing, heading.spacing, remark.spacing, table.rows[0][0].spacing]


def test_the_docx_says_the_spacing_of_every_text_that_has_its_own() -> None:
    own = spacings(steady(DOCUMENT, SkinOptions()))
    assert any(each is not None for each in own) and None in own
    root = etree.fromstring(read(render_docx(DOCUMENT))["word/document.xml"])
    said = [
        {value.get(name("w:val")) for value in part.iter(name("w:spacing")) if value.get(name("w:val"))}
        for part in root.iter(name("w:p"))
        if RESTLESS[3:] in "".join(part.itertext())
    ]
    assert said == [set() if each is None else {str(round(each * 20))} for each in own]


def test_the_pdf_breaks_a_text_where_its_own_spacing_breaks_it() -> None:
    given, _ = dressed(DOCUMENT, SkinOptions())
    (block, parts, room), *_ = texts(given)
    assert block.spacing is not None
    wanted = broken(parts, replace(room, spacing=block.spacing), flow.advance)
    pages = read_pages(render_pdf(DOCUMENT))
    shown = [line.text for at, page in enumerate(pages, 1) for line in lines(page, at)]
    expected = ["".join(piece.text for piece in line.pieces) for line in wanted]
    assert shown[1 : 1 + len(expected)] == expected
