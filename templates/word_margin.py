"""What stands outside the type area in Word: page numbers, the letter's head and rules, the draft mark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from templates.blocks import Document
from templates.measures import MM, SkinOptions, measures, sheet
from templates.ooxml import Element, Look, e, field, fonts, paragraph, red_rule, run, xml
from templates.type_area import WORD, em_width, head_gaps, mark_size_pt

PAGE_NUMBER_LINE = 16.0
LETTER_FOOT_MM = 5.0
"""The letter's footer ends this far below its lower rule."""


_TURNED_LOW = 2.4
"""Points from the middle of a turned page number's line to the middle of its dash; measured."""


@dataclass(frozen=True)
class Margin:
    """A header or footer part: for which kind of section and which pages."""

    kind: Literal["every", "upright", "lying", "letter", "bare"]
    part: Literal["header", "footer"]
    pages: Literal["default", "even", "first"]
    content: bytes

    @property
    def key(self) -> str:
        """Its file and relation name."""
        return f"{self.part}_{self.kind}_{self.pages}"


def margins(document: Document, options: SkinOptions) -> tuple[Margin, ...]:
    """Every header and footer the document's sections may refer to."""
    letter = document.format == "letter"
    draft = options.draft or document.draft
    filling = _filling(options)
    found = [
        Margin("upright", "footer", "default", _part("footer", _number("right", filling))),
        Margin("upright", "footer", "even", _part("footer", _number("left", filling))),
        Margin("lying", "footer", "default", _part("footer", _turned_number("right", options))),
        Margin("lying", "footer", "even", _part("footer", _turned_number("left", options))),
        Margin("bare", "footer", "default", _part("footer", _empty(filling))),
        Margin("bare", "footer", "even", _part("footer", _empty(filling))),
    ]
    if letter:
        low = measures().letter.rule_bottom_mm - LETTER_FOOT_MM
        filler = _filler((_foot_mm() - low) * MM)
        found += [
            Margin("letter", "footer", "default", _part("footer", _number("right"), filler)),
            Margin("letter", "footer", "even", _part("footer", _number("left"), filler)),
            Margin("letter", "footer", "first", _part("footer", *_letter_foot())),
            Margin("letter", "header", "first", _part("header", *_letter_head(document, options, draft))),
        ]
    if draft:
        found += [
            Margin("every", "header", "default", _part("header", _draft(draft))),
            Margin("every", "header", "even", _part("header", _draft(draft))),
        ]
    return tuple(found)


def _foot_mm() -> float:
    """From the paper's edge to the footer's end, so that the dash lies as G33 says."""
    m = measures()
    below = m.profiles["B"]
    centre = below.bottom_mm - below.page_number_below_mm
    # The dash's centre is a third of the size above the baseline, which lies a fifth above the line's end.
    return centre - (PAGE_NUMBER_LINE * 0.2 + m.page_number.size_pt * 0.33) / MM


def foot_mm(kind: str) -> float:
    """The footer distance of a kind of section; a lying one's number hangs in the left margin instead."""
    if kind == "lying":
        return LETTER_FOOT_MM
    return measures().letter.rule_bottom_mm - LETTER_FOOT_MM if kind == "letter" else _foot_mm()


def head_pt(document: Document, options: SkinOptions) -> float:
    """The header distance: a letter's mark stands in the header."""
    if document.format != "letter":
        return 15 * MM
    return head_gaps(document, options, WORD).mark


def _part(tag: str, *paragraphs: Element) -> bytes:
    return xml(e("w:hdr" if tag == "header" else "w:ftr", None, *paragraphs))


def _filling(options: SkinOptions) -> float:
    """Points of blank above a page number that fill the footer up to the type area.

    LibreOffice ends the first page of an even- or odd-page section where the footer begins; a footer that
    begins at the type area's end keeps 版记 on it (G30).  A twip less: Word must not push the text up.
    """
    profile = measures().profiles[options.profile]
    return (profile.bottom_mm - _foot_mm()) * MM - PAGE_NUMBER_LINE - 0.05


def _empty(above: float) -> Element:
    return paragraph("PageNumber", [], Look(before=above))


def _filler(height: float) -> Element:
    return paragraph("PageNumber", [], Look(line=max(height, 1)))


def _number_runs() -> list[Element]:
    dash = measures().page_number.dash
    return [run(f"{dash} ", "song"), *field("PAGE", "song"), run(f" {dash}", "song")]


def _number(side: Literal["left", "right"], above: float = 0) -> Element:
    """G33: — 1 —, one character in from the outer edge, `above` points under the text."""
    m = measures().page_number
    indent = m.indent_chars * m.size_pt
    left, right = (indent, 0.0) if side == "left" else (0.0, indent)
    return paragraph("PageNumber", _number_runs(), Look(side, left=left, right=right, before=above))


def _turned_number(side: Literal["left", "right"], options: SkinOptions) -> Element:
    """G34: the number at the foot of the upright sheet, which is the lying sheet's left margin."""
    area = sheet(options, landscape=True)
    height = PAGE_NUMBER_LINE
    centre = (measures().profiles["B"].bottom_mm - measures().profiles["B"].page_number_below_mm) * MM
    style = (
        "position:absolute;mso-position-horizontal-relative:page;mso-position-vertical-relative:page;"
        f"margin-left:{centre - height / 2 + _TURNED_LOW:.2f}pt;margin-top:{area.top:.2f}pt;"
        f"width:{height:.2f}pt;height:{area.text_height:.2f}pt;z-index:1"
    )
    box = e("v:textbox", {"style": "layout-flow:vertical", "inset": "0,0,0,0"})
    box.append(e("w:txbxContent", None, _number(side)))
    shape = e(
        "v:shape",
        {"id": f"number_{side}", "type": "#_x0000_t202", "style": style, "stroked": "f", "filled": "f"},
        box,
    )
    kind = e(
        "v:shapetype",
        {
            "id": "_x0000_t202",
            "coordsize": "21600,21600",
            "o:spt": "202",
            "path": "m,l,21600r21600,l21600,xe",
        },
        e("v:stroke", {"joinstyle": "miter"}),
        e("v:path", {"gradientshapeok": "t", "o:connecttype": "rect"}),
    )
    return paragraph("PageNumber", [e("w:r", None, e("w:pict", None, kind, shape))])


def _overhang() -> tuple[float, float]:
    """How far the letter's rules reach beyond the type area, left and right, in points (G35)."""
    m = measures()
    beside = (m.paper.width_mm - m.letter.rule_width_mm) / 2
    profile = m.profiles["B"]
    return (profile.left_mm - beside) * MM, (profile.right_mm - beside) * MM


def _letter_head(document: Document, options: SkinOptions, draft: str | None) -> list[Element]:
    letter, size = measures().letter, mark_size_pt(document)
    gaps = head_gaps(document, options, WORD)
    contents = [run(document.mark or "", size=size)]
    if draft:
        contents.append(_draft_run(draft))
    return [
        paragraph("Mark", contents, Look(line=size * 1.2)),
        red_rule(max(gaps.rule, 1), letter.rule_thick_pt, _overhang()),
        red_rule(letter.rule_gap_pt, letter.rule_thin_pt, _overhang()),
    ]


def _letter_foot() -> list[Element]:
    letter = measures().letter
    below = LETTER_FOOT_MM * MM - letter.rule_thick_pt
    return [
        red_rule(1, letter.rule_thin_pt, _overhang()),
        red_rule(letter.rule_gap_pt, letter.rule_thick_pt, _overhang()),
        _filler(below),
    ]


def _draft(text: str) -> Element:
    return paragraph("PageNumber", [_draft_run(text)])


def _draft_run(text: str) -> Element:
    """D-10: the draft mark as the word art Word itself would insert."""
    m = measures().watermark
    width, height = em_width(text) * m.size_pt, m.size_pt
    style = (
        "position:absolute;margin-left:0;margin-top:0;"
        f"width:{width:.0f}pt;height:{height:.0f}pt;rotation:{m.angle % 360:.0f};z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:margin;"
        "mso-position-vertical:center;mso-position-vertical-relative:margin"
    )
    kind = e(
        "v:shapetype",
        {
            "id": "_x0000_t136",
            "coordsize": "21600,21600",
            "o:spt": "136",
            "adj": "10800",
            "path": "m@7,l@8,m@5,21600l@6,21600e",
        },
        e(
            "v:formulas",
            None,
            *(
                e("v:f", {"eqn": equation})
                for equation in (
                    "sum #0 0 10800",
                    "prod #0 2 1",
                    "sum 21600 0 @1",
                    "sum 0 0 @2",
                    "sum 21600 0 @3",
                    "if @0 @3 0",
                    "if @0 21600 @1",
                    "if @0 0 @2",
                    "if @0 @4 21600",
                )
            ),
        ),
        e("v:path", {"textpathok": "t", "o:connecttype": "rect"}),
        e("v:textpath", {"on": "t", "fitshape": "t"}),
    )
    face = measures().fonts["title"].word
    shape = e(
        "v:shape",
        {
            "id": "draft",
            "type": "#_x0000_t136",
            "style": style,
            "fillcolor": f"#{m.colour}",
            "stroked": "f",
            "o:allowincell": "f",
        },
        e("v:fill", {"opacity": ".5"}),
        e("v:textpath", {"style": f"font-family:'{face}';font-size:1pt", "string": text}),
    )
    return e("w:r", None, e("w:rPr", None, fonts("title"), e("w:noProof")), e("w:pict", None, kind, shape))
