"""Where the PDF breaks a text into lines: where word processors do, so that all of them fill the same pages.

WeasyPrint sets Han and digits close, LibreOffice and (by default) Word part them by a fraction of a character
and hang a mark over the edge.  Here the parting is the same, and a line that ends in such a mark is drawn in
by a hair instead: nothing stands outside the type area (G04).  Source: GB/T 15834-2011 §5.1 (marks that begin
or end no line); the sets are those of word processors for zh-CN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import east_asian_width

GAP = 0.2
"""Between Han and a digit or letter, in characters, as LibreOffice parts them."""
HANGING = frozenset("、。！，．：；？")
"""Marks that may follow the last character that fits."""
CLOSING = frozenset(")]}〉》」』】〕〗〞）］｝”’％")
"""Marks that begin no line, and no digit or letter after them does."""
NEVER_FIRST = HANGING | CLOSING | frozenset("!,.:;?%～·•…—")
NEVER_LAST = frozenset("([{〈《「『【〔〖〝（［｛￡￥“‘")
BREAKS = frozenset("-/")
"""Within a word of letters and digits, a line may end behind these."""

Advance = Callable[[str, str], float]
"""The width of a character in a face (a role of the measures), in its own size."""


@dataclass(frozen=True)
class Stretch:
    """Text in one face; `key` comes back with its pieces."""

    text: str
    role: str
    key: int = 0


@dataclass(frozen=True)
class Piece:
    """A part of a line; `behind`: points behind its only character in place of the spacing."""

    text: str
    key: int
    behind: float | None = None


@dataclass(frozen=True)
class Line:
    """One line: its pieces, and the points to add behind each character so that it fills its measure (less
    than 0: so that it fits); None where it is to stay as it is."""

    pieces: tuple[Piece, ...]
    spread: float | None = None


@dataclass(frozen=True)
class Measure:
    """The room: its width, how far the first line begins further in (or, below 0, out), the type's size and
    spacing; all in points."""

    width: float
    size: float
    spacing: float = 0.0
    first: float = 0.0
    justified: bool = False
    hanging: bool = True
    """Whether a mark may follow what fits; in tables none does."""
    gap: float = GAP
    """What stands between Han and a digit or letter, in characters."""
    through: bool = False
    """Whether letters drawn together are so where the script or the face changes too."""
    bound: bool = True
    """Whether a closing bracket keeps the number or word behind it on its line, and so does a comma or stop
    behind a number; and a percentage a bracket."""


def broken(parts: Sequence[Stretch], room: Measure, advance: Advance) -> tuple[Line, ...]:
    """The lines of a text; a newline in it breaks one too."""
    chars, text, widths, behind = _measured(parts, room, advance)
    found: list[Line] = []
    for at, end, width in _ends(text, widths, behind, room):
        last = text[end : end + 1] in {"", "\n"}
        fills = room.justified and not last
        found.append(_line(chars[at:end], widths[at:end], behind[at:end], width, fills, room))
    return tuple(found)


def count(parts: Sequence[Stretch], room: Measure, advance: Advance) -> int:
    """How many lines a text has; cheaper than to break it."""
    _, text, widths, behind = _measured(parts, room, advance)
    return sum(1 for _ in _ends(text, widths, behind, room))


_Chars = list[tuple[str, Stretch]]


def _measured(
    parts: Sequence[Stretch], room: Measure, advance: Advance
) -> tuple[_Chars, str, list[float], list[float]]:
    """The characters, as one text, how wide each is and what stands behind it, in points."""
    chars = [(character, part) for part in parts for character in part.text]
    text = "".join(character for character, _ in chars)
    widths = [advance(character, part.role) * room.size for character, part in chars]
    return chars, text, widths, [_behind(chars, at, room) for at in range(len(chars))]


def _ends(
    text: str, widths: Sequence[float], behind: Sequence[float], room: Measure
) -> Iterator[tuple[int, int, float]]:
    """Where every line begins and ends, and how wide it may be."""
    at, first = 0, room.first
    while at < len(text):
        width = room.width - first
        end = _end(text, at, widths, behind, width - max(room.spacing, 0.0), room)
        yield at, end, width
        last = text[end : end + 1] in {"", "\n"}
        at, first = end + last, 0.0
        while not last and text[at : at + 1] == " ":
            at += 1


def _behind(chars: Sequence[tuple[str, Stretch]], at: int, room: Measure) -> float:
    """What stands behind a character: the spacing; between Han and a digit the gap too. A negative spacing is
    left out where the script or the face changes: LibreOffice draws together within a stretch only."""
    if at + 1 == len(chars):
        return 0.0
    (before, part), (after, next_part) = chars[at], chars[at + 1]
    changed = room.spacing if room.through else max(room.spacing, 0.0)
    if wide(before) == wide(after):
        return room.spacing if part.role == next_part.role else changed
    gap = room.gap * room.size if before.isalnum() and after.isalnum() else 0.0
    return changed + gap


def _line(
    chars: Sequence[tuple[str, Stretch]],
    widths: Sequence[float],
    behind: Sequence[float],
    width: float,
    fills: bool,
    room: Measure,
) -> Line:
    missing = width - sum(widths) - sum(behind[:-1])
    spread = missing / max(len(chars) - 1, 1)
    shown = (fills and missing < _MOST * room.size) or missing < -_ROUNDING
    pieces: list[Piece] = []
    for (character, part), space in zip(chars, behind, strict=True):
        own = space != room.spacing
        last = pieces[-1] if pieces else None
        if last and last.key == part.key and last.behind is None and not own:
            pieces[-1] = Piece(last.text + character, part.key)
        else:
            pieces.append(Piece(character, part.key, space if own else None))
    return Line(tuple(pieces), spread if shown else None)


def _end(
    text: str, start: int, widths: Sequence[float], behind: Sequence[float], width: float, room: Measure
) -> int:
    """Where the line from `start` on ends."""
    used, at = 0.0, start
    while at < len(text) and text[at] != "\n":
        used += widths[at] + (behind[at - 1] if at > start else 0.0)
        if used > width + _ROUNDING and text[at] != " ":
            break
        at += 1
    if at == len(text) or text[at] == "\n":
        return at
    hangs = room.hanging and text[at] in HANGING and at > start and wide(text[at - 1])
    if hangs and may_break(text, at + 1, room.bound):
        return at + 1
    cut = at
    while cut > start and not may_break(text, cut, room.bound):
        cut -= 1
    return cut if cut > start else max(at, start + 1)


_MOST = 5.0
"""A line that lacks more characters than this is left ragged: stretching it would show."""
_ROUNDING = 0.06
"""Points: word processors count in twentieths."""


def may_break(text: str, at: int, bound: bool = True) -> bool:
    """Whether a line may end before the character `at`; `bound` as of a `Measure`."""
    if at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if after == " " or after in NEVER_FIRST or before in NEVER_LAST:
        return False
    if bound and _bound(text, at):
        return False
    if wide(after) or wide(before):
        return True
    return before in BREAKS or before in " \n"


_KEEPING = frozenset("，。、")
"""Marks that keep a word or number behind them where they follow a number."""


def _bound(text: str, at: int) -> bool:
    """What LibreOffice keeps together beyond the rule, as its line breaker knows no full-width marks."""
    before, after = text[at - 1], text[at]
    if after.isalnum() and not wide(after):
        if before in _KEEPING:
            return text[max(at - 3, 0) : at - 1].rstrip("%")[-1:].isdecimal()
        return wide(before) and before in CLOSING
    return before == "%" and after in NEVER_LAST and text[at - 2 : at - 1].isdecimal()


@lru_cache(maxsize=4096)
def wide(character: str) -> bool:
    """Whether it takes a whole character's place and counts as Han."""
    return east_asian_width(character) in "WFA"
