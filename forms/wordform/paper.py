"""Paper in WordprocessingML: pages, ruled tables, places to write in, content controls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeVar

from templates.measures import MM
from templates.ooxml import Element, Look, e, paragraph, run, twips, val

SHADE: Final = "F2F2F2"
_SIZE: Final = 10.5
T = TypeVar("T")


@dataclass(frozen=True)
class Page:
    """Millimetres."""

    landscape: bool = False
    top: float = 20
    bottom: float = 15
    left: float = 20
    right: float = 20

    @property
    def width(self) -> float:
        """Of the type area."""
        return (297 if self.landscape else 210) - self.left - self.right

    def section(self, numbered: bool) -> Element:
        long, short = twips(297 * MM), twips(210 * MM)
        size: dict[str, object] = {"w:w": short, "w:h": long}
        if self.landscape:
            size = {"w:w": long, "w:h": short, "w:orient": "landscape"}
        sides = {"top": self.top, "right": self.right, "bottom": self.bottom, "left": self.left}
        margins: dict[str, object] = {f"w:{side}": twips(mm * MM) for side, mm in sides.items()}
        margins |= {"w:header": twips(8 * MM), "w:footer": twips(9 * MM), "w:gutter": 0}
        return e(
            "w:sectPr",
            None,
            e("w:footerReference", {"w:type": "default", "r:id": "rId4"}) if numbered else None,
            e("w:pgSz", size),
            e("w:pgMar", margins),
        )


@dataclass(frozen=True)
class Box:
    """A cell of a ruled table; `rows` and `columns` it spans; covered cells are not repeated."""

    contents: Sequence[Element]
    columns: int = 1
    rows: int = 1
    align: str = "center"
    shade: str | None = None
    vertical: bool = False
    style: str = "TableText"


def box(text: str, size: float = 10.5, **more: object) -> Box:
    """A cell of plain text."""
    return Box([run(text, size=size)] if text else [], **more)  # type: ignore[arg-type]


def ruled(
    rows: Sequence[tuple[float, Sequence[Box]]],
    widths: Sequence[float],
    head: int = 0,
    border: str = "single",
) -> Element:
    """A table; rows with their least height, and widths, in millimetres; `head` rows are repeated."""
    total = sum(widths)
    line = {"w:val": border, "w:sz": 4, "w:space": 0, "w:color": "000000"}
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    table = e(
        "w:tbl",
        None,
        e(
            "w:tblPr",
            None,
            e("w:tblW", {"w:w": twips(total * MM), "w:type": "dxa"}),
            val("w:jc", "center"),
            e("w:tblBorders", None, *(e(f"w:{side}", line) for side in sides)),
            e("w:tblLayout", {"w:type": "fixed"}),
            e(
                "w:tblCellMar",
                None,
                *(e(f"w:{side}", {"w:w": 40, "w:type": "dxa"}) for side in ("left", "right")),
            ),
        ),
        e("w:tblGrid", None, *(e("w:gridCol", {"w:w": twips(width * MM)}) for width in widths)),
    )
    covered: dict[int, tuple[int, Box]] = {}
    for number, (height, boxes) in enumerate(rows):
        properties = e(
            "w:trPr",
            None,
            e("w:cantSplit"),
            e("w:trHeight", {"w:val": twips(height * MM), "w:hRule": "atLeast"}),
            e("w:tblHeader") if number < head else None,
        )
        line_ = e("w:tr", None, properties)
        left, at = iter(boxes), 0
        while at < len(widths):
            rest, above = covered.get(at, (0, None))
            if rest and above is not None:
                line_.append(_cell(Box([], above.columns, shade=above.shade), widths, at, "continue"))
                covered[at] = (rest - 1, above)
                at += above.columns
                continue
            one = next(left, Box([]))
            line_.append(_cell(one, widths, at, "restart" if one.rows > 1 else None))
            covered[at] = (one.rows - 1, one)
            at += one.columns
        table.append(line_)
    return table


def _cell(one: Box, widths: Sequence[float], at: int, merge: str | None) -> Element:
    width = sum(widths[at : at + one.columns])
    properties = e(
        "w:tcPr",
        None,
        e("w:tcW", {"w:w": twips(width * MM), "w:type": "dxa"}),
        val("w:gridSpan", one.columns) if one.columns > 1 else None,
        val("w:vMerge", merge) if merge else None,
        e("w:shd", {"w:val": "clear", "w:color": "auto", "w:fill": one.shade}) if one.shade else None,
        val("w:textDirection", "tbRlV") if one.vertical else None,
        val("w:vAlign", "center"),
    )
    return e("w:tc", None, properties, paragraph(one.style, one.contents, Look(one.align, auto_height=True)))


def control(alias: str, text: str, number: int, size: float | None = _SIZE) -> Element:
    """A content control named by its alias: LibreOffice keeps that, and loses tag and id."""
    content = run(text, size=size)
    return e(
        "w:sdt",
        None,
        e("w:sdtPr", None, val("w:alias", alias), val("w:tag", alias), val("w:id", number), e("w:text")),
        e("w:sdtContent", None, content),
    )


def line(
    text: str | Iterable[Element], style: str = "TableText", size: float | None = None, **look: object
) -> Element:
    """A paragraph of one run, or of these elements."""
    contents = [run(text, size=size)] if isinstance(text, str) else list(text)
    return paragraph(style, contents, Look(**{"align": "left", "auto_height": True, **look}))  # type: ignore[arg-type]


def batched(items: Iterable[T], size: int) -> Iterator[tuple[T, ...]]:
    """As itertools.batched, which Python 3.11 has not."""
    whole = iter(items)
    while batch := tuple(islice(whole, size)):
        yield batch
