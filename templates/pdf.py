"""The HTML skin: a Document as HTML, and as PDF through WeasyPrint. Nothing is fetched from anywhere.

Source: GB/T 9704-2012. The same document and options give the same bytes.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML
from weasyprint.formatting_structure import boxes
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from templates import flow
from templates.blocks import Document, Image, noted
from templates.measures import MM, SkinOptions, measures, sheet
from templates.signing import placed
from templates.type_area import (
    CSS,
    MARK_LINE,
    em_width,
    head_gaps,
    joint_mark,
    mark_size_pt,
    signer_lines,
    width_pt,
)
from templates.word import Placement
from templates.word_table import column_widths, stands_whole, type_of

SLACK = 0.5
"""Points the page is taller than the type area, so that rounding costs no line."""
_NUMBER_LINE = 16.0
_TURNED = 60.0
_DASH_LOW = 1.2
"""Points from the middle of a page number's line down to the middle of its dash; measured."""


class _Fetcher(URLFetcher):  # type: ignore[misc]  # WeasyPrint has no types
    """Hands out the document's own pictures and refuses every other address."""

    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        super().__init__()
        self._pictures = pictures

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        if url not in self._pictures:
            raise ValueError("文书渲染不读取任何外部地址")
        return URLFetcherResponse(url, self._pictures[url], {"Content-Type": "image/png"})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "html"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["kind"] = lambda block: type(block).__name__
    environment.filters |= {
        "column_widths": column_widths,
        "type_of": type_of,
        "stands_whole": stands_whole,
        "placed": flow.placed_cells,
        "noted": noted,
    }
    environment.globals |= {"flow": flow}
    return environment


@lru_cache(maxsize=4)
def html(document: Document, options: SkinOptions, placement: Placement) -> tuple[str, dict[str, bytes]]:
    """The document as one HTML page with its style, and its pictures by address."""
    m = measures()
    upright, lying = sheet(options), sheet(options, landscape=True)
    line = options.line_pt
    letter = document.format == "letter"
    number_middle = (m.profiles["B"].bottom_mm - m.profiles["B"].page_number_below_mm) * MM
    beside = (m.paper.width_mm - m.letter.rule_width_mm) / 2 * MM
    pictures: dict[str, bytes] = {}

    def picture(block: Image) -> str:
        address = f"picture:{len(pictures)}"
        pictures[address] = block.png
        return address

    environment = _environment()
    # Style and 版记 are our own rendered templates; only they enter unescaped.
    css = Markup(
        environment.get_template("document.css.j2").render(
            m=m,
            upright=upright,
            lying=lying,
            line=line,
            spacing=options.spacing_pt,
            slack=SLACK,
            gaps=head_gaps(document, options, CSS),
            mark_size=mark_size_pt(document),
            mark_line=MARK_LINE,
            number_line=_NUMBER_LINE,
            number_bottom=number_middle - _NUMBER_LINE / 2 + _DASH_LOW,
            turned=_TURNED,
            turned_left=number_middle - _TURNED / 2 + _DASH_LOW,
            over=(upright.left - beside, upright.right - beside),
            foot_bottom=m.letter.rule_bottom_mm * MM - upright.bottom + SLACK - m.letter.rule_thick_pt,
        )
    )
    imprint = _imprint(document, options, placement)
    annexes = [
        (m.labels.attachment + (str(at) if len(document.attachments) > 1 else ""), annex)
        for at, annex in enumerate(document.attachments, 1)
        if annex.blocks
    ]
    corner = [(line.role, line.text) for line in document.corner]
    corner += [("fangsong", "")] * (m.head.corner_lines - len(corner))
    page = environment.get_template("document.html.j2").render(
        d=document,
        m=m,
        css=css,
        line=line,
        upright=upright,
        lying=lying,
        draft=options.draft or document.draft,
        bound=options.bound,
        spacing=options.spacing_pt,
        corner=corner,
        signer_lines=signer_lines(document, upright.text_width),
        list_items=_attachment_list(document),
        place=document.signature and placed(document.signature, upright.text_width, line),
        joint=joint_mark(document) if document.bodies else None,
        mark_line=MARK_LINE,
        width_pt=width_pt,
        annexes=annexes,
        picture=picture,
        self_imprint=imprint if placement == "same" else "",
        own_imprint=imprint if placement != "same" else "",
        letter=letter,
    )
    return page, pictures


def _attachment_list(document: Document) -> list[dict[str, Any]]:
    """G21: as in the Word skin, each line with its left edge and hanging indent in points."""
    m = measures()
    word = m.labels.attachment + m.labels.colon
    start = m.text.indent_chars * m.text.size_pt
    items = []
    for at, item in enumerate(document.attachments):
        number = f"{at + 1}." if len(document.attachments) > 1 else ""
        lead = (word if at == 0 else "") + number
        left = start + width_pt(word + number)
        items.append({"text": lead + item.title, "left": left, "hang": width_pt(lead)})
    return items


def _imprint(document: Document, options: SkinOptions, placement: Placement) -> Markup:
    i, m = document.imprint, measures()
    letter = document.format == "letter"
    office = bool(i and (i.office or i.printed) and not letter)
    sent = [(m.labels.main, i.main), (m.labels.copies, i.copies)] if i else []
    sent = [(label, names) for label, names in sent if names]
    if i is None or not (sent or office):
        return Markup("")
    across = (
        sheet(options).text_width - (2 * m.imprint.indent_chars + len(m.labels.copies)) * m.imprint.size_pt
    )
    lines = sum(
        -int(-em_width(m.labels.separator.join(names) + m.labels.copies_end) * m.imprint.size_pt // across)
        for _, names in sent
    )
    room = (lines + office) * m.imprint.line_pt + 2 + sheet(options).below
    own = "" if placement == "same" else "bare" if placement == "after_blank" else "upright"
    return Markup(
        _environment()
        .get_template("imprint.html.j2")
        .render(
            i=i,
            m=m,
            sent=sent,
            letter=letter,
            office=office,
            own=own,
            room=room,
        )
    )


def pdf(document: Document, options: SkinOptions, placement: Placement) -> bytes:
    """The document as PDF."""
    rendered = layout(document, options, placement)
    page, _ = html(document, options, placement)
    identifier = hashlib.sha256(page.encode()).digest()[:16]
    with _uncollected():
        rendered_bytes = rendered.write_pdf(pdf_identifier=identifier, pdf_tags=True)
    assert isinstance(rendered_bytes, bytes)
    return rendered_bytes


def layout(document: Document, options: SkinOptions, placement: Placement) -> Any:
    """WeasyPrint's laid-out document."""
    page, pictures = html(document, options, placement)
    return _laid_out(page, tuple(pictures.items()))


@lru_cache(maxsize=2)
def _laid_out(page: str, pictures: tuple[tuple[str, bytes], ...]) -> Any:
    with _uncollected():
        source = HTML(string=page, url_fetcher=_Fetcher(dict(pictures)), base_url=None)
        return source.render(font_config=FontConfiguration())


@contextmanager
def _uncollected() -> Iterator[None]:
    """Laying out makes many objects that all stay: looking through them for garbage is a seventh of it."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()


def divided(document: Document, options: SkinOptions, placement: Placement) -> int:
    """After how many characters the last paragraph, bound to the signature, breaks over two pages, 0 where it
    does not: a long one would leave a hole, the only one page 1 without text (G19, G27)."""
    if not options.bound:
        return 0
    parts = []
    for page in layout(document, options, placement).pages:
        shown = [box for box in page._page_box.descendants() if box.element_tag == "p"]
        only = [box for box in shown if box.element.get("id") == "parted" and box.element_tag == "p"]
        texts = [text for box in only if isinstance(box, boxes.BlockBox) for text in box.descendants()]
        said = "".join(text.text for text in texts if isinstance(text, boxes.TextBox))
        parts.append(len(said.replace("\n", "")))
    return parts[0] if sum(map(bool, parts)) > 1 else 0


@lru_cache(maxsize=16)
def placement(document: Document, options: SkinOptions) -> Placement:
    """Where 版记 goes (G30, G33): the last page if that is even, upright and has room; else an even page.

    Word cannot say this before it has laid out; both skins break pages alike, so the PDF's count decides.
    """
    if document.imprint is None or document.format == "letter":
        return "same"
    bound = [annex for annex in document.attachments if annex.blocks]
    if bound or options.bound:
        pages = _before_own(layout(document, options, "next").pages)  # mostly it stays there: one layout
    else:
        # What was just laid out to fit it (templates/fitting.py).
        pages = len(layout(replace(document, imprint=None), options, "same").pages)
    if pages % 2:
        return "next"
    lying = bool(bound) and bound[-1].landscape
    return "same" if not lying and len(layout(document, options, "same").pages) == pages else "after_blank"


def _before_own(pages: Sequence[Any]) -> int:
    """How many pages a document has before the page of its 版记, and the blank one that may lead to it."""
    own = [box.element for box in pages[-1]._page_box.descendants() if box.element is not None]
    alone = any("imprint" in (element.get("class") or "").split() for element in own)
    before = pages[:-1] if alone else pages
    return sum(not page._page_box.page_type.blank for page in before)
