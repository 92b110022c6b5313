"""Where those who sign stand on the page: single and joint issues, sealed and unsealed, signature stamps.

Arithmetic in points that both skins share. Source: GB/T 9704-2012 §7.3.5 (G22-G26).
"""

from __future__ import annotations

from dataclasses import dataclass

from templates.blocks import Signature
from templates.measures import MM, measures
from templates.type_area import width_pt

_ROW = 3
"""Seals of 42 mm in a row of 156 mm."""


@dataclass(frozen=True)
class Part:
    """A text and the middle of its place, in points from the left edge of the type area."""

    text: str
    middle: float


@dataclass(frozen=True)
class SignLine:
    """A line above the date; `lines_above` blank lines (of the text's pitch) come before it."""

    lines_above: float
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Placed:
    """A signature block: its lines, the blank lines above the date, and the date's right indent in points."""

    lines: tuple[SignLine, ...]
    date_lines_above: float
    date_right: float


def placed(signature: Signature, text_width: float, line: float) -> Placed:
    """Where every name and the date stand. `line` is the pitch of the text in points."""
    if signature.positions:
        return _stamped(signature, text_width, line)
    return _sealed(signature, text_width) if signature.sealed else _unsealed(signature, text_width)


def _sealed(signature: Signature, text_width: float) -> Placed:
    """The date four characters from the right, the last name centred on it (both moved left where the name
    is too long); the others of a joint issue beside and above it, far enough apart for their seals."""
    tail, size = measures().tail, measures().text.size_pt
    names, date = signature.names, width_pt(signature.date)
    widest = max(map(width_pt, names))
    middle = text_width - tail.sealed_date_right_chars * size - date / 2
    room = widest if len(names) == 1 else max(widest, tail.seal_mm * MM)
    middle = max(min(middle, text_width - room / 2), width_pt(names[-1]) / 2)
    step = max(tail.seal_mm + tail.joint.seal_gap_mm, widest / MM + size / MM) * MM
    across = min(_ROW, 1 + max(0, int((middle - room / 2) // step)))
    rows = [names[at : at + across] for at in range(0, len(names), across)]
    lines = []
    for at, row in enumerate(rows):
        above = tail.joint.lines_apart - 1 if at else tail.seal_lines_above
        first = middle - (len(row) - 1 if at == len(rows) - 1 else across - 1) * step
        lines.append(SignLine(above, tuple(Part(name, first + nth * step) for nth, name in enumerate(row))))
    return Placed(tuple(lines), 0, text_width - middle - date / 2)


def _unsealed(signature: Signature, text_width: float) -> Placed:
    """The longest name two characters from the right, the others of a joint issue flush with its first
    character; the date's first character two right of that, and a longer date two from the right."""
    tail, size = measures().tail, measures().text.size_pt
    names, date = signature.names, width_pt(signature.date)
    right, offset = tail.unsealed_right_chars * size, tail.unsealed_date_offset_chars * size
    left = min(text_width - right - max(map(width_pt, names)), text_width - right - date - offset)
    lines = tuple(
        SignLine(0 if at else tail.unsealed_lines_above, (Part(name, left + width_pt(name) / 2),))
        for at, name in enumerate(names)
    )
    return Placed(lines, 0, text_width - left - offset - date)


def _stamped(signature: Signature, text_width: float, line: float) -> Placed:
    """G26: each office two characters left of the place of its holder's stamp, level with its middle; the
    stamp four characters from the right, the date one line under the last one and as far from the right."""
    stamp, size = measures().tail.stamp, measures().text.size_pt
    right = stamp.right_chars * size
    edge = text_width - right - stamp.width_mm * MM - stamp.left_chars * size
    beside = (stamp.height_mm * MM / line - 1) / 2  # blank above and below an office, level with its stamp
    lines = tuple(
        SignLine(
            2 * beside + stamp.lines_below if at else stamp.lines_above + beside,
            (Part(position, edge - width_pt(position) / 2),),
        )
        for at, position in enumerate(signature.positions)
    )
    return Placed(lines, beside + stamp.lines_below, right)
