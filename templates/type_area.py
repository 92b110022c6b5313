"""Where signatures, dates and titles stand on the line: arithmetic in points that both skins share."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from templates.blocks import Document, Signature
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


@dataclass(frozen=True)
class Placed:
    """A signature block: right indents in points, and the blank lines above it."""

    lines_above: int
    name_right: float
    date_right: float


def placed(signature: Signature, text_width: float) -> Placed:
    """Where name and date end, measured from the right edge of the type area (G22, G23, G25).

    Sealed: the date four characters from the right, the name centred on it (moved left together where
    the name is too long). Unsealed: the name two characters from the right and the date's first
    character two right of the name's; a longer date goes to two characters and the name moves left.
    """
    tail, size = measures().tail, measures().text.size_pt
    name, date = width_pt(signature.name), width_pt(signature.date)
    if signature.sealed:
        date_right = tail.sealed_date_right_chars * size
        name_right = date_right + (date - name) / 2
        if name_right < 0:
            date_right, name_right = date_right - name_right, 0.0
        return Placed(tail.seal_lines_above, min(name_right, text_width - name), date_right)
    right, offset = tail.unsealed_right_chars * size, tail.unsealed_date_offset_chars * size
    name_right, date_right = right, right + name - offset - date
    if date_right < right:
        name_right, date_right = right + (right - date_right), right
    return Placed(tail.unsealed_lines_above, name_right, date_right)


def mark_size_pt(document: Document) -> float:
    """The size of the issuing mark: as large as the measures say, smaller where it would not fit (G13)."""
    letter = document.format == "letter"
    size = measures().letter.mark_size_pt if letter else measures().head.mark.size_pt
    widest = measures().head.mark.max_width_mm / 25.4 * 72
    return min(size, widest / max(em_width(document.mark or ""), 1.0))


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
    line, size, one = profile.line_pt, m.text.size_pt, m.line_mm * MM
    mark_size = mark_size_pt(document)
    mark_above, mark_below = setting.blanks(mark_size * 1.2, mark_size)
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
        rule=head.rule_below_number_mm * MM - text_below,
        title=head.title.lines_below_rule * one - title_above,
        to=to,
    )


def signer_lines(document: Document) -> list[tuple[str, str, str]]:
    """The head lines of an upward document: (number, label, names), two signers to a line (G14, G15).

    The number stands on the last line, the label on the first.
    """
    names = list(document.signers)
    pairs = [names[at : at + 2] for at in range(0, len(names), 2)] or [[]]
    last = len(pairs) - 1
    return [
        (
            (document.number or "") if at == last else "",
            measures().labels.signer if at == 0 and pair else "",
            "\u3000".join(pair),
        )
        for at, pair in enumerate(pairs)
    ]
