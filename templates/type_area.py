"""Where marks, numbers and titles stand: arithmetic in points that both skins share."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from templates.blocks import Document
from templates.measures import MM, SkinOptions, measures

_NARROW = 0.5
"""Digits and Latin letters take half a Han character in the official faces."""


def em_width(text: str) -> float:
    """The width of a text in Han characters."""
    return sum(1.0 if unicodedata.east_asian_width(character) in "WFA" else _NARROW for character in text)


def width_pt(text: str) -> float:
    """The width in points of a line of body text."""
    size = measures().text
    return em_width(text) * size.size_pt + len(text) * size.spacing_pt


def mark_size_pt(document: Document) -> float:
    """The size of the issuing mark: as large as the measures say, smaller where it would not fit (G13)."""
    head = measures().head
    size = measures().letter.mark_size_pt if document.format == "letter" else head.mark.size_pt
    widest = head.mark.max_width_mm * MM
    if not document.bodies:
        return min(size, widest / max(em_width(document.mark or ""), 1.0))
    joint, names = joint_mark(document), len(document.bodies)
    across = max(em_width(name) for name in document.bodies) + joint.word_width
    return min(size, widest / across, head.joint.max_height_mm * MM / names / MARK_LINE)


MARK_LINE = 1.2
"""The line of a mark, in its own size."""


@dataclass(frozen=True)
class JointMark:
    """G13, joint issue: names of equal width under each other, the word level with their middle.

    Widths in characters of the mark; `names` with the spacing each needs between its characters.
    """

    names: tuple[tuple[str, float], ...]
    width: float
    word: str
    gap: float

    @property
    def word_width(self) -> float:
        """What the word takes at the names' right, its gap included; 0 without a word."""
        return self.gap + em_width(self.word) if self.word else 0.0


def joint_mark(document: Document) -> JointMark:
    """The names of a joint issue, spread to the width of the longest."""
    width = max(em_width(name) for name in document.bodies)
    names = tuple((name, (width - em_width(name)) / max(len(name) - 1, 1)) for name in document.bodies)
    return JointMark(names, width, document.mark or "", measures().head.joint.gap_em)


@dataclass(frozen=True)
class Setting:
    """How a program sets a character into its line: where the baseline lies, as shares of line and size."""

    of_line: float
    of_size: float

    def blanks(self, line: float, size: float) -> tuple[float, float]:
        """The blank above and below the character's em box (0.88 above, 0.12 below the baseline)."""
        baseline = self.of_line * line + self.of_size * size
        return baseline - 0.88 * size, line - baseline - 0.12 * size


WORD = Setting(0.8, 0.0)
"""Exact line spacing puts four fifths above the baseline."""
CSS = Setting(0.5, 0.4)
"""Half-leading: the glyph box is centred; 0.4 fits the open Han faces within half a millimetre."""


@dataclass(frozen=True)
class HeadGaps:
    """Points to add above each element of the head so that edges stand as the standard says."""

    mark: float
    number: float
    rule: float
    title: float
    to: float


def head_gaps(document: Document, options: SkinOptions, setting: Setting) -> HeadGaps:
    """The space above mark, number, red rule, title and recipients (G13-G18, G35), in points."""
    m = measures()
    profile = m.profiles[options.profile]
    line, size, one = options.line_pt, m.text.size_pt, m.line_mm * MM
    mark_size = mark_size_pt(document)
    mark_above, mark_below = setting.blanks(mark_size * MARK_LINE, mark_size)
    text_above, text_below = setting.blanks(line, size)
    title_above, title_below = setting.blanks(m.head.title.line_pt, m.head.title.size_pt)
    to = m.head.to_lines_below_title * one - title_below - text_above
    if document.format == "letter":
        letter = m.letter
        return HeadGaps(
            mark=letter.mark_top_mm * MM - mark_above,
            number=letter.number_below_rule_mm * MM - text_above,
            rule=letter.rule_below_mark_mm * MM - mark_below,
            title=letter.title_lines_below * one - text_below - title_above,
            to=to,
        )
    head = m.head
    return HeadGaps(
        mark=profile.mark_below_top_mm * MM - head.corner_lines * line - mark_above,
        number=head.number_lines_below_mark * one - mark_below - text_above,
        rule=head.rule_below_number_mm * MM - (text_below if document.number else mark_below),
        title=head.title.lines_below_rule * one - title_above,
        to=to,
    )


@dataclass(frozen=True)
class HeadPart:
    """A text of the head's number lines, `left` points into the type area; signers are set in 楷体.

    `behind`: it follows the part before it without a gap.
    """

    text: str
    left: float
    kai: bool = False
    behind: bool = False


def signer_lines(document: Document, text_width: float) -> tuple[tuple[HeadPart, ...], ...]:
    """The head lines of an upward document: two signers to a line under each other, the number one
    character in, on the last line (G14, G15). A name of two characters is spread to the others' three."""
    size, indent = measures().text.size_pt, measures().head.number_indent_chars * measures().text.size_pt
    longest = max(map(len, document.signers), default=0)
    names = ["\u3000".join(name) if len(name) == 2 < longest else name for name in document.signers]
    pairs = [names[at : at + 2] for at in range(0, len(names), 2)] or [[]]
    widest = max(em_width(name) for name in names) * size if names else 0.0
    label = measures().labels.signer
    across = widest * 2 + size if len(names) > 1 else widest
    left = text_width - indent - across
    lines: list[tuple[HeadPart, ...]] = []
    for at, pair in enumerate(pairs):
        parts = [HeadPart(document.number, indent)] if document.number and at == len(pairs) - 1 else []
        if at == 0 and pair:
            parts.append(HeadPart(label, left - em_width(label) * size))
        for nth, name in enumerate(pair):
            behind = at == 0 and nth == 0
            parts.append(HeadPart(name, left + nth * (widest + size), kai=True, behind=behind))
        lines.append(tuple(parts))
    return tuple(lines)
