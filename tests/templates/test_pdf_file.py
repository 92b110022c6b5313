"""What PDFium reads of a paper is what other readers see there: lines, boxes, colours, text, fonts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from types import ModuleType
from typing import Any

import pdfplumber
import pytest
import weasyprint
from pypdf import PdfReader

from templates import SkinOptions, compose, render_pdf
from templates.pdf_file import fonts, page_count, read_pages, text
from templates.printed import lines


@pytest.fixture(scope="module")
def paper(sample: ModuleType) -> bytes:
    """A draft with tables, a red head, landscape annexes and a chart."""
    document = compose("report.md", sample.context("many", 3), inserts=sample.inserts(3))
    return render_pdf(document, SkinOptions(draft="征求意见稿"))


def boxes(rects: Iterable[Any]) -> list[tuple[float | str, ...]]:
    return sorted(
        (*(round(float(rect[side]), 1) for side in ("x0", "x1", "top", "bottom")), str(colour(rect)))
        for rect in rects
    )


def colour(thing: Any) -> tuple[float, ...]:
    return tuple(round(float(part), 2) for part in thing["non_stroking_color"] or (0, 0, 0))


def test_two_readers_see_the_same_lines_at_the_same_places(paper: bytes) -> None:
    with pdfplumber.open(io.BytesIO(paper)) as other:
        assert page_count(paper) == len(other.pages)
        for at, (mine, theirs) in enumerate(zip(read_pages(paper), other.pages, strict=True), 1):
            assert (mine.width, mine.height) == pytest.approx((theirs.width, theirs.height), abs=0.01)
            for a, b in zip(lines(mine, at), lines(theirs, at), strict=True):
                assert (a.text, a.size, a.red, a.font) == (b.text, b.size, b.red, b.font)
                assert [a.left, a.right, a.baseline] == pytest.approx([b.left, b.right, b.baseline], abs=1e-3)
                for one, two in zip(a.edges, b.edges, strict=True):
                    assert one[:2] == pytest.approx(two[:2], abs=1e-3)


def test_two_readers_see_the_same_boxes_turned_characters_and_colours(paper: bytes) -> None:
    turned = 0
    with pdfplumber.open(io.BytesIO(paper)) as other:
        for mine, theirs in zip(read_pages(paper), other.pages, strict=True):
            assert boxes(mine.rects) == boxes(theirs.rects)
            assert len(mine.chars) == len(theirs.chars)
            for a, b in zip(mine.chars, theirs.chars, strict=True):
                assert (a["text"], a["upright"], colour(a)) == (b["text"], b["upright"], colour(b))
                assert list(a["matrix"]) == pytest.approx(list(b["matrix"]), abs=1e-3)
                if not a["upright"]:
                    turned += 1
                    assert (a["top"], a["bottom"]) == pytest.approx((b["top"], b["bottom"]), abs=1e-2)
    assert turned >= 10


def test_two_readers_read_the_same_text_blanks_and_draft_mark_aside(paper: bytes) -> None:
    def words(said: str) -> str:
        return re.sub(r"\s|征求意见稿", "", said)

    other = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(paper)).pages)
    assert words(text(paper)) == words(other)
    assert text(paper).split("\n").count("征求意见稿") == page_count(paper)


def test_a_hyphen_at_the_end_of_a_line_is_one() -> None:
    data = weasyprint.HTML(string="<p>0577-<br>12345678<p>alpha-<br>beta").write_pdf()
    assert text(data).split() == ["0577-", "12345678", "alpha-", "beta"]
    assert [line.text for line in lines(read_pages(data)[0], 1)] == ["0577-", "12345678", "alpha-", "beta"]


def test_every_font_of_a_paper_is_embedded_and_one_that_is_not_is_told(paper: bytes) -> None:
    assert len(fonts(paper)) >= 4
    assert all(fonts(paper).values())
    bare = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>"
        b"endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>>>>>endobj 4 0 obj<</Length 31>>"
        b"stream\nBT /F 9 Tf 9 9 Td (said) Tj ET\nendstream endobj "
        b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    )
    assert fonts(bare) == {"Helvetica": False}
