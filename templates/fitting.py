"""So that text stands above the signature (G27): what a paper changes where the pages would break otherwise.

Word cannot say where its pages break before it has laid them out; both skins break alike, so the PDF's pages
decide for both.  Source: GB/T 9704-2012 §7.3.5.5 (line pitch and letter spacing may be adjusted).
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any

from weasyprint.formatting_structure import boxes

from templates.blocks import Document
from templates.measures import Fit, SkinOptions, measures
from templates.pdf import layout
from templates.steady import steady
from templates.type_area import em_width


def dressed(document: Document, options: SkinOptions) -> tuple[Document, SkinOptions]:
    """What both skins dress, and how: the options that fit, and every text steady with them."""
    options = fitted(document, options)
    return steady(document, options), options


_PT = 0.75
"""Points in a CSS pixel, in which WeasyPrint counts."""


@lru_cache(maxsize=16)
def fitted(document: Document, options: SkinOptions) -> SkinOptions:
    """The options a document is dressed with: as given where text stands above the signature by itself; else
    with the first adjustment that brings it there; else its last paragraph is bound to the signature, in the
    first one that leaves the smallest hole before."""
    if document.signature is None:
        return options
    holes: list[tuple[int, SkinOptions]] = []
    listed = tuple(replace(annex, blocks=()) for annex in document.attachments)
    signed = replace(document, imprint=None, attachments=listed)  # what follows the signature does not count
    for fit in (Fit(), *measures().tail.fits):
        tried = options.model_copy(update={"fit": fit})
        laid = layout(steady(signed, tried), tried, "same")
        if _stands(laid) and _within(laid):
            return tried
        holes.append((_hole(laid, tried.line_pt), tried))
    _, least = min(holes, key=lambda each: each[0])
    return least.model_copy(update={"bound": True})


def _hole(document: Any, line: float) -> int:
    """How many lines stay empty on the page before the signature's once its last paragraph has gone along."""
    before = None
    for page in document.pages:
        area = page._page_box
        shown = list(area.descendants())
        if any(_class(box, "signature") for box in shown):
            break
        texts = [box for box in shown if isinstance(box, boxes.BlockBox) and _class(box, "run")]
        before = area, [box for box in texts if not _class(box, "signing")]
    if before is None or not before[1]:
        return 0
    area, texts = before
    left: float = area.content_box_y() + area.height - texts[-1].position_y
    return round(left * _PT / line)


def _stands(document: Any) -> bool:
    for at, page in enumerate(document.pages):
        shown = list(page._page_box.descendants())
        if any(_class(box, "signature") for box in shown):
            texts = [box for box in shown if isinstance(box, boxes.BlockContainerBox) and _is_text(box)]
            lines = sum(isinstance(line, boxes.LineBox) for box in texts for line in box.children)
            return at == 0 or lines >= measures().tail.least_lines
    return True


def _within(document: Any) -> bool:
    """Whether no line has more characters than G07 allows: where they stand closer, one more with a mark over
    the edge is one too many."""
    most = measures().text.chars_per_line + 1
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, boxes.LineBox) and _class(box, "run"):
                parts = [part.text for part in box.descendants() if isinstance(part, boxes.TextBox)]
                said = "".join(parts).strip()
                if em_width(said) == len(said) > most:
                    return False
    return True


def _is_text(box: Any) -> bool:
    if _class(box, "signing"):  # a line to sign on: a page of such lines could belong to any paper
        return False
    return _class(box, "run") or _class(box, "remark") or box.element_tag in {"td", "th", "figcaption"}


def _class(box: Any, name: str) -> bool:
    return box.element is not None and name in (box.element.get("class") or "").split()
