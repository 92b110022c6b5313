"""A PDF as PDFium reads it: its characters, its filled boxes, its fonts, its text.

Said in pdfplumber's words (points from the page's top left), so that what measures either measures both.
PDFium is compiled and reads no more than a page needs: a paper of twenty pages takes it a tenth of the time.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import hypot
from threading import RLock
from typing import Any, TypedDict

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as raw  # type: ignore[import-untyped]

_ALONE = RLock()
"""PDFium may be in use by one thread at a time."""
_DEEP = 8
"""Drawings within drawings: an opaque draft mark is one."""
_HYPHENS = str.maketrans({"\x02": "-", "\ufffe": "-"})
"""PDFium's word for a hyphen that ends a line."""


class Char(TypedDict):
    """A printed character; `size` as it stands on the page."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    matrix: tuple[float, float, float, float, float, float]
    size: float
    fontname: str
    upright: bool
    non_stroking_color: tuple[float, ...]


class Rect(TypedDict):
    """A filled box."""

    x0: float
    x1: float
    top: float
    bottom: float
    width: float
    height: float
    non_stroking_color: tuple[float, ...]


@dataclass(frozen=True)
class Page:
    """One page, as it is printed."""

    width: float
    height: float
    chars: tuple[Char, ...]
    rects: tuple[Rect, ...]


def read_pages(data: bytes) -> tuple[Page, ...]:
    """What stands on every page."""
    with _opened(data) as pdf:
        return tuple(_page(page) for page in pdf)


def page_count(data: bytes) -> int:
    """How many pages a PDF has."""
    with _opened(data) as pdf:
        return len(pdf)


def text(data: bytes) -> str:
    """The text of a PDF, a line per line of print; what stands at an angle is a line of its own."""
    return "\n".join(texts(data))


def texts(data: bytes) -> tuple[str, ...]:
    """The same, page by page."""
    with _opened(data) as pdf:
        return tuple(_text(page.get_textpage()).translate(_HYPHENS) for page in pdf)


def fonts(data: bytes) -> dict[str, bool]:
    """The fonts the pages' texts are set in, by PostScript name, and whether each is embedded."""
    found: dict[str, bool] = {}
    name = ctypes.create_string_buffer(256)
    with _opened(data) as pdf:
        for page in pdf:
            for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=_DEEP):
                font = raw.FPDFTextObj_GetFont(drawn.raw)
                raw.FPDFFont_GetBaseFontName(font, name, len(name))
                found.setdefault(name.value.decode(), raw.FPDFFont_GetIsEmbedded(font) == 1)
    return found


@contextmanager
def _opened(data: bytes) -> Iterator[Any]:
    with _ALONE:
        pdf = pypdfium2.PdfDocument(data)
        try:
            yield pdf
        finally:
            pdf.close()


def _text(said: Any) -> str:
    page, matrix = said.raw, raw.FS_MATRIX()
    slanted: dict[int, bool] = {}
    parts, before = [], False
    for at in range(raw.FPDFText_CountChars(page)):
        stretch = _address(raw.FPDFText_GetTextObject(page, at))
        if stretch and stretch not in slanted:
            raw.FPDFText_GetMatrix(page, at, matrix)
            slanted[stretch] = bool(matrix.b and matrix.a)
        now = slanted.get(stretch, before)  # blanks between words belong to none
        ends = raw.FPDFText_IsHyphen(page, at) == 1  # a line; PDFium would have its word run on
        parts.append("\n" * (now != before) + chr(raw.FPDFText_GetUnicode(page, at)) + "\n" * ends)
        before = now
    lines = (line.strip() for line in "".join(parts).splitlines())
    return "\n".join(line for line in lines if line)


def _address(pointer: Any) -> int:
    return ctypes.cast(pointer, ctypes.c_void_p).value or 0


def _page(page: Any) -> Page:
    height, said = page.get_height(), page.get_textpage()  # held: it closes with its last name
    return Page(page.get_width(), height, tuple(_chars(said.raw, height)), tuple(_rects(page, height)))


def _chars(page: Any, height: float) -> Iterator[Char]:
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    looks: dict[int, _Look] = {}  # of each stretch of text: its characters look alike
    for at in range(raw.FPDFText_CountChars(page)):
        if raw.FPDFText_IsGenerated(page, at) == 1:
            continue
        stretch = raw.FPDFText_GetTextObject(page, at)
        key = _address(stretch)
        look = looks[key] if key in looks else looks.setdefault(key, _look(page, at, stretch))
        a, b, c, d = look.matrix
        code = raw.FPDFText_GetUnicode(page, at)
        raw.FPDFText_GetLooseCharBox(page, at, box)
        raw.FPDFText_GetCharOrigin(page, at, x, y)
        left, right, low, high = box.left, box.right, box.bottom, box.top
        # PDFium's box holds all the ink; along the line, what counts is how far on the next character stands.
        wide = look.width(code)
        if wide and not b:
            left, right = sorted((x.value, x.value + wide * a))
        elif wide and not a:
            low, high = sorted((y.value, y.value + wide * b))
        yield {
            "text": chr(code).translate(_HYPHENS),
            "x0": left,
            "x1": right,
            "top": height - high,
            "bottom": height - low,
            "matrix": (a, b, c, d, x.value, y.value),
            "size": look.size * hypot(c, d),
            "fontname": look.fontname,
            "upright": a * d > 0 and b * c <= 0,
            "non_stroking_color": look.colour,
        }


@dataclass(frozen=True)
class _Look:
    """What the characters of a stretch of text share; `size` and `widths` before its matrix."""

    matrix: tuple[float, float, float, float]
    size: float
    font: Any
    fontname: str
    colour: tuple[float, ...]
    widths: dict[int, float] = field(default_factory=dict)

    def width(self, code: int) -> float:
        """How far on the character behind one stands."""
        if code not in self.widths:
            found = ctypes.c_float()
            raw.FPDFFont_GetGlyphWidth(self.font, code, self.size, found)
            self.widths[code] = found.value
        return self.widths[code]


def _look(page: Any, at: int, stretch: Any) -> _Look:
    matrix, name = raw.FS_MATRIX(), ctypes.create_string_buffer(256)
    raw.FPDFText_GetMatrix(page, at, matrix)
    font = raw.FPDFTextObj_GetFont(stretch)
    raw.FPDFFont_GetBaseFontName(font, name, len(name))
    parts = [ctypes.c_uint() for _ in range(4)]
    raw.FPDFText_GetFillColor(page, at, *parts)
    shape, size = (matrix.a, matrix.b, matrix.c, matrix.d), raw.FPDFText_GetFontSize(page, at)
    return _Look(shape, size, font, name.value.decode(), _colour(parts))


def _rects(page: Any, height: float) -> Iterator[Rect]:
    mode, stroked = ctypes.c_int(), ctypes.c_int()
    parts = [ctypes.c_uint() for _ in range(4)]
    for drawn in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=_DEEP):
        raw.FPDFPath_GetDrawMode(drawn.raw, mode, stroked)
        if mode.value == raw.FPDF_FILLMODE_NONE:
            continue
        raw.FPDFPageObj_GetFillColor(drawn.raw, *parts)
        left, low, right, high = drawn.get_bounds()
        yield {
            "x0": left,
            "x1": right,
            "top": height - high,
            "bottom": height - low,
            "width": right - left,
            "height": high - low,
            "non_stroking_color": _colour(parts),
        }


def _colour(parts: list[Any]) -> tuple[float, ...]:
    return tuple(part.value / 255 for part in parts[:3])
