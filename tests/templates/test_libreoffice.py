"""The docx as LibreOffice prints it: the pages of the PDF, 版记 at the same foot."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from functools import cache
from types import ModuleType

import pdfplumber
import pytest
from lxml import etree

from templates import Document, SkinOptions, compose, measures, render_docx, render_pdf
from templates.aliases import fontconfig
from templates.pdf_file import fonts, read_pages
from templates.printed import Line, lines
from tests.formats.office import OFFICE, converted
from tests.templates.test_fitting import tailed
from tests.templates.test_skins import ending_lying
from tests.templates.test_standard import SPECIMENS, specimen

MM = 72 / 25.4
HEADING = re.compile(r"[一二三四五六七八九]、|（[一二三四五六七八九]）|附件\d?$|附件：")
pytestmark = [
    pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed"),
    pytest.mark.timeout(900),  # some 200 pages, twice; minutes on a busy machine
]
Printed = Mapping[str, tuple[bytes, bytes]]


def documents(sample: ModuleType) -> dict[str, tuple[Document, SkinOptions]]:
    prose = {
        name: compose(f"{name}.md", sample.context("many", 20), inserts=sample.inserts(20))
        for name in ("report", "circular", "notice", "reminder", "self_report")
    }
    shaped = {f"{name}-{profile}": (document, SkinOptions(profile=profile))
              for name, document in prose.items() for profile in ("A", "B")
              if profile == "B" or name in {"circular", "notice"}}  # fmt: skip
    shaped |= {name: (specimen(name), SkinOptions()) for name in SPECIMENS}
    for count in (1, 299):
        shaped[f"notice-{count}"] = (notice(sample, count), SkinOptions())
    for count in (1, 3):
        shaped[f"tail-{count}"] = (tailed(5, count), SkinOptions())
    for name, state, draft in (("report", "silent", None), ("circular", "one", "征求意见稿")):
        paper = compose(f"{name}.md", sample.context(state, 20), inserts=sample.inserts(20))
        shaped[f"{name}-{state}"] = (paper, SkinOptions(draft=draft))
    return shaped | {"blank": (ending_lying(5), SkinOptions()), "next": (ending_lying(30), SkinOptions())}


def notice(sample: ModuleType, problems: int) -> Document:
    """A notice to a unit with so many problems."""
    values = sample.context("many", 20) | {"problems": [sample._problem(at) for at in range(problems)]}
    return compose("notice.md", values, inserts=sample.inserts(20))


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory, sample: ModuleType) -> Printed:
    """(our PDF, LibreOffice's PDF of our docx) by name; one start of LibreOffice."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "aliases.conf").write_text(fontconfig(), "utf-8")
    (folder / "fonts.conf").write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<include>{folder / 'aliases.conf'}</include></fontconfig>",
        "utf-8",
    )
    given, ours = documents(sample), {}
    for name, (document, options) in given.items():  # both at once: they share their layouts
        (folder / f"{name}.docx").write_bytes(render_docx(document, options))
        ours[name] = render_pdf(document, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FONTCONFIG_FILE", str(folder / "fonts.conf"))
        converted([folder / f"{name}.docx" for name in given], "pdf", folder)
    return {name: (data, (folder / f"{name}.pdf").read_bytes()) for name, data in ours.items()}


def headings(data: bytes) -> list[tuple[str, int]]:
    """The first characters of every heading, and its page."""
    return [
        (line.replace("\u3000", "")[:4], at)
        for at, page in enumerate(said(data), 1)
        for line in page
        if HEADING.match(line.replace("\u3000", ""))
    ]


@cache
def shown(data: bytes) -> list[list[Line]]:
    """The lines of every page."""
    return [lines(page, at) for at, page in enumerate(read_pages(data), 1)]


def said(data: bytes) -> list[list[str]]:
    """What they say, the page's number left out. A mark that hangs over the edge is no part of a line."""
    told = [[line.text for line in page] for page in shown(data)]
    return [[line.rstrip("，。；、：") for line in page if not line.startswith("—")] for page in told]


def test_papers_have_the_pages_of_the_pdf_and_annexes_begin_on_the_same(printed: Printed) -> None:
    for name, files in printed.items():
        ours, office = (
            [(text, page) for text, page in headings(data) if re.fullmatch(r"附件\d?", text)]
            for data in files
        )
        assert office == ours, name
        assert len(said(files[0])) == len(said(files[1])), name


def test_every_page_begins_and_ends_with_the_line_of_the_pdf(printed: Printed) -> None:
    """The same lines, and as many: of a line that mixes faces both programs may tell the parts apart."""
    for name, files in printed.items():
        for at, (ours, office) in enumerate(zip(*map(said, files), strict=True), 1):
            assert ours[:1] == office[:1], (name, at)
            assert ours[-1:] == office[-1:], (name, at)


def test_headings_stand_on_the_pages_of_the_pdf(printed: Printed) -> None:
    for name, (ours, office) in printed.items():
        assert headings(office) == headings(ours), name


def test_the_imprint_ends_at_the_foot_of_the_type_area(printed: Printed) -> None:
    seen = 0
    for name, (_, office) in printed.items():
        with pdfplumber.open(io.BytesIO(office)) as pdf:
            last = pdf.pages[-1]
            if "印发" not in last.extract_text():
                continue
            ends = [each["bottom"] / MM for each in (*last.rects, *last.lines) if each["width"] > 150 * MM]
        assert max(ends) == pytest.approx(262, abs=0.6), name
        seen += 1
    assert seen >= 6


def test_the_faces_are_the_pdfs(printed: Printed) -> None:
    faces = fonts(printed["report-B"][1])
    for wanted in ("FandolFang", "UKai", "NotoSans", "NotoSerif"):
        assert any(wanted in face for face in faces), wanted


def test_fontconfig_is_told_every_name_a_docx_writes() -> None:
    told = {each.text for each in etree.fromstring(fontconfig().split("\n", 2)[2]).iter("string")}
    assert {name for font in measures().fonts.values() for name in (font.word, *font.alt, *font.open)} <= told


def test_joint_marks_signatures_and_stamps_stand_where_the_pdf_has_them(printed: Printed) -> None:
    """The names of the mark, those who sign and the date, within 2 mm."""
    for name in SPECIMENS:
        document = specimen(name)
        given = document.signature
        wanted = [*document.bodies, *((given.positions or given.names, given.date) if given else ())]
        texts = [each for part in wanted for each in ([part] if isinstance(part, str) else part)]
        for text in texts:
            ours, office = (_places(data, text) for data in printed[name])
            assert len(ours) == len(office) > 0, (name, text)
            for mine, theirs in zip(ours, office, strict=True):
                assert mine == pytest.approx(theirs, abs=2), (name, text)


def _places(data: bytes, text: str) -> list[tuple[int, float, float]]:
    """Page, right edge and baseline in mm of every stretch that says a text, in body size or larger."""
    parts = [(line.size, at, part) for at, page in enumerate(shown(data), 1)
             for line in page if (part := line.part(text))]  # fmt: skip
    return [(at, part.right, part.baseline) for size, at, part in parts if size > 15]
