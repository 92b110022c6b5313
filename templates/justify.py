"""Full lines of Han text reach the right edge, as official documents want and WeasyPrint does not do.

WeasyPrint widens spaces only, and Han text has none. After layout every full line of a justified
paragraph gets the missing points as letter spacing; no line break and no page break changes.
This reads WeasyPrint's boxes (version 70); a test holds the result in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.text.line_break import create_layout

_MOST = 5.0
"""A line that lacks more than this many characters is left ragged: stretching it would show."""


def justify(document: Any) -> Any:
    """The same laid-out document with its justified lines filled."""
    paragraphs: dict[int, list[Any]] = {}
    for page in document.pages:
        for block in _blocks(page._page_box):
            paragraphs.setdefault(id(block.element), []).append(block)
    for parts in paragraphs.values():
        lines = [(part, line) for part in parts for line in part.children]
        for part, line in lines[:-1]:
            _fill(part, line)
    return document


def _blocks(box: Any) -> Iterator[Any]:
    """Block boxes of justified lines."""
    for child in getattr(box, "children", ()):
        if isinstance(child, boxes.BlockContainerBox) and child.children:
            first = child.children[0]
            if isinstance(first, boxes.LineBox):
                if first.style["text_align_all"] == "justify":
                    yield child
                continue
        yield from _blocks(child)


def _texts(box: Any) -> Iterator[Any]:
    for child in box.children:
        if isinstance(child, boxes.TextBox):
            yield child
        elif isinstance(child, boxes.InlineBox):
            yield from _texts(child)


def _fill(block: Any, line: Any) -> None:
    texts = [text for text in _texts(line) if text.text]
    count = sum(len(text.text) for text in texts)
    if count < 2 or (line.children and texts and texts[-1].text.endswith("\n")):
        return
    edge = block.content_box_x() + block.width
    end = texts[-1].position_x + texts[-1].width
    missing = edge - end + _spacing(texts[-1])
    if not 0 < missing < _MOST * texts[-1].style["font_size"]:
        return
    each, moved = missing / (count - 1), 0.0
    for text in texts:
        style = text.style.copy()
        style["letter_spacing"] = _spacing(text) + each
        wider = each * len(text.text)
        layout = create_layout(text.text, style, None, None, text.justification_spacing)
        layout.deactivate()
        text.style, text.pango_layout = style, layout
        text.position_x += moved
        text.width += wider
        moved += wider


def _spacing(text: Any) -> float:
    spacing = text.style["letter_spacing"]
    return 0.0 if spacing == "normal" else float(spacing)
