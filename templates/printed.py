"""What a PDF really shows: its lines of text with their edges, its rules, its fonts, read with PDFium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from templates.blocks import Document
from templates.measures import MM, SkinOptions, measures
from templates.pdf_file import Page, fonts

RED = (1.0, 0.0, 0.0)


@dataclass(frozen=True)
class Line:
    """Upright characters on one baseline, lengths in mm from the page's top left; edges of the em boxes."""

    page: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    red: bool
    font: str
    edges: tuple[tuple[float, float, str], ...] = field(default=(), repr=False, compare=False)
    """Of each character: left, right, font."""

    @property
    def top(self) -> float:
        """The em box's upper edge."""
        return self.baseline - 0.88 * self.size / MM

    @property
    def bottom(self) -> float:
        """The em box's lower edge."""
        return self.baseline + 0.12 * self.size / MM

    @property
    def middle(self) -> float:
        """Half way between its ends."""
        return (self.left + self.right) / 2

    def part(self, text: str) -> Line | None:
        """The stretch of the line that says `text`, spaces aside."""
        wanted = bare(text)
        at = self.text.find(wanted)
        if at < 0 or not wanted:
            return None
        edges = self.edges[at : at + len(wanted)]
        return replace(
            self, text=wanted, left=edges[0][0], right=edges[-1][1], font=edges[0][2], edges=edges
        )


def bare(text: str) -> str:
    """A text without its spaces, as lines are kept."""
    return "".join(text.split())


def slanted(char: Any) -> bool:
    """Whether a character stands at an angle: only the draft mark does, and it is no part of the text."""
    a, b, c, d = char["matrix"][:4]
    return bool(abs(a * b) > 1e-6 or abs(c * d) > 1e-6)


def lines(page: Any, number: int) -> list[Line]:
    """The upright lines of a page, top to bottom."""
    rows: dict[float, list[Any]] = {}
    for char in page.chars:
        if char["upright"] and char["text"].strip() and not slanted(char):
            rows.setdefault(round(float(page.height) - char["matrix"][5], 1), []).append(char)
    found = []
    for baseline, chars in sorted(rows.items()):
        chars.sort(key=lambda char: char["x0"])
        first = max(chars, key=lambda char: char["size"])
        edges = tuple((c["x0"] / MM, c["x1"] / MM, c["fontname"].split("+")[-1]) for c in chars)
        found.append(
            Line(
                number,
                "".join(char["text"] for char in chars),
                edges[0][0],
                edges[-1][1],
                baseline / MM,
                round(first["size"], 1),
                tuple(chars[0]["non_stroking_color"] or ()) == RED,
                edges[0][2],
                edges,
            )
        )
    return found


def embedded(data: bytes) -> dict[str, bool]:
    """PostScript names of the fonts the pages use, without subset prefix, and whether each is embedded."""
    return {name.split("+")[-1]: inside for name, inside in fonts(data).items()}


class Printed:
    """One PDF beside the document it is said to be."""

    def __init__(self, pages: Sequence[Page], document: Document, options: SkinOptions) -> None:
        self.pages, self.document, self.options = pages, document, options
        self.m = measures()
        self.profile = self.m.profiles[options.profile].model_copy(update={"line_pt": options.line_pt})
        self.lines = [lines(page, at) for at, page in enumerate(pages, 1)]
        self.all = [line for page in self.lines for line in page]
        self.left = self.profile.left_mm
        self.right = self.m.paper.width_mm - self.profile.right_mm
        self.middle = (self.left + self.right) / 2

    def chars(self, count: float) -> float:
        """So many characters of the text in mm."""
        return count * self.m.text.size_pt / MM

    def find(self, text: str, page: int | None = None) -> Line | None:
        """The first line with that text, spaces aside."""
        return next((line for line in self.on(page) if line.text == bare(text)), None)

    def place(self, text: str, page: int | None = None) -> Line | None:
        """The first stretch of a line with that text."""
        return next((part for line in self.on(page) if (part := line.part(text))), None)

    def on(self, page: int | None) -> list[Line]:
        """The lines of a page, or of all."""
        return self.all if page is None else self.lines[page - 1]

    def rules(self, page: int, red: bool) -> list[Any]:
        """Horizontal rules wider than 100 mm, top to bottom."""
        found = [
            rect
            for rect in self.pages[page - 1].rects
            if rect["height"] < 3 and rect["width"] > 100 * MM
            and (tuple(rect["non_stroking_color"] or ()) == RED) == red
        ]  # fmt: skip
        return sorted(found, key=lambda rect: rect["top"])

    def body(self, page: int) -> list[Line]:
        """Lines of body size within the type area, the corner of page 1 left out."""
        size = self.m.text.size_pt
        low = self.m.paper.height_mm - self.profile.bottom_mm + 2
        corner = {bare(line.text) for line in self.document.corner} if page == 1 else set()
        return [
            line
            for line in self.lines[page - 1]
            if abs(line.size - size) < 0.2 and line.baseline < low and line.text not in corner
        ]

    def upright(self) -> Iterator[tuple[int, Any]]:
        """The upright pages with their numbers."""
        return ((at, page) for at, page in enumerate(self.pages, 1) if page.width < page.height)

    def is_face(self, font: str, role: str) -> bool:
        """Whether a font is the standard's face for a role, or one of the open ones that stand in for it."""
        name = plain(font)
        return any(plain(each) in name for each in (*self.m.font_names[role], *self.m.fonts[role].open))


def plain(name: str) -> str:
    """A font's name for comparing: letters and digits alone."""
    return name.replace(" ", "").replace("-", "").lower()
