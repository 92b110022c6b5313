"""The measures of GB/T 9704-2012, read once from `docx/gbt9704.yaml` and shared by every skin and check."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

FOLDER = Path(__file__).parent
MM = 72 / 25.4
"""Points in a millimetre."""
TYPE_AREA_BOTTOM_MM = 35.0
"""Where the type area of 225 mm really ends, above the paper's edge (G05)."""


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Paper(_Frozen):
    width_mm: float
    height_mm: float


class Profile(_Frozen):
    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    line_pt: float
    mark_below_top_mm: float
    page_number_below_mm: float


class Text(_Frozen):
    size_pt: float
    lines_per_page: int
    chars_per_line: int
    spacing_pt: float
    indent_chars: int


class Mark(_Frozen):
    size_pt: float
    max_width_mm: float


class JointMark(_Frozen):
    max_height_mm: float
    gap_em: float


class Title(_Frozen):
    size_pt: float
    lines_below_rule: int
    line_pt: float


class Head(_Frozen):
    corner_lines: int
    mark: Mark
    joint: JointMark
    number_lines_below_mark: int
    number_indent_chars: int
    rule_below_number_mm: float
    rule_width_pt: float
    title: Title
    to_lines_below_title: int


class JointSeals(_Frozen):
    seal_gap_mm: float
    lines_apart: int


class Stamp(_Frozen):
    """A signature stamp (签名章) and the room around it."""

    width_mm: float
    height_mm: float
    lines_above: int
    right_chars: int
    left_chars: int
    lines_below: int


class Fit(_Frozen):
    """What a paper changes so that text stands above its signature (G27): line pitch, letter spacing."""

    line_pt: float | None = None
    spacing_pt: float | None = None


class Program(_Frozen):
    """How a word processor sets what no file decides: `gap` between Han and digits, in characters; `half`:
    with faces whose Latin is half a character wide; `through`: letters are drawn together everywhere;
    `hanging`: marks may hang over the edge; `bound`: a bracket keeps the number behind it on its line."""

    gap: float
    half: bool
    through: bool
    hanging: bool
    bound: bool


class Steady(_Frozen):
    """The programs whose lines are counted, the first is the one the PDF follows, and the letter spacing a
    text may take so that they come to the same."""

    programs: tuple[Program, ...]
    least_pt: float
    most_pt: float
    step_pt: float


class Tail(_Frozen):
    attachments_lines_below: int
    seal_mm: float
    seal_above_middle_mm: float
    seal_lines_above: int
    sealed_date_right_chars: int
    unsealed_lines_above: int
    unsealed_right_chars: int
    unsealed_date_offset_chars: int
    note_indent_chars: int
    joint: JointSeals
    stamp: Stamp
    attendance_lines_above: int
    least_lines: int
    fits: tuple[Fit, ...]


class Annex(_Frozen):
    label_font: str
    title_on_line: int


class ImprintMeasures(_Frozen):
    size_pt: float
    line_pt: float
    thick_mm: float
    thin_mm: float
    indent_chars: int


class PageNumber(_Frozen):
    size_pt: float
    indent_chars: int
    dash: str


class Letter(_Frozen):
    mark_top_mm: float
    mark_size_pt: float
    rule_below_mark_mm: float
    rule_width_mm: float
    rule_bottom_mm: float
    rule_thick_pt: float
    rule_thin_pt: float
    rule_gap_pt: float
    number_below_rule_mm: float
    title_lines_below: int


class Tables(_Frozen):
    size_pt: float
    line_pt: float
    padding_pt: float
    side_padding_pt: float
    rule_pt: float
    dense_columns: int
    dense_size_pt: float
    dense_line_pt: float
    dense_padding_pt: float


class Small(_Frozen):
    size_pt: float
    line_pt: float


class Watermark(_Frozen):
    size_pt: float
    colour: str
    angle: float


class Chart(_Frozen):
    """`bar_share` of its place is a bar's width, `widest_share` of the picture at most; `ink` is a grey
    0-255."""

    width_mm: float
    height_mm: float
    dpi: int
    size_pt: float
    line: float
    bar_share: float
    widest_share: float
    ink: int
    faces: tuple[tuple[str, str], ...]


class Font(_Frozen):
    """`word` is the name written into docx, `alt` equal names, `open` the free families PDFs embed."""

    word: str
    alt: tuple[str, ...]
    open: tuple[str, ...]
    weight: int


class Labels(_Frozen):
    signer: str
    attachment: str
    colon: str
    copies: str
    main: str
    copies_end: str
    separator: str
    printed: str


class Measures(_Frozen):
    """The whole of gbt9704.yaml; see there for units and G-numbers."""

    paper: Paper
    profiles: dict[str, Profile]
    text: Text
    line_mm: float
    black: str
    red: str
    head: Head
    levels: tuple[str, ...]
    steady: Steady
    tail: Tail
    annex: Annex
    imprint: ImprintMeasures
    page_number: PageNumber
    letter: Letter
    tables: Tables
    caption: Small
    remark: Small
    watermark: Watermark
    chart: Chart
    fonts: dict[str, Font]
    labels: Labels
    names: dict[str, str]
    font_names: dict[str, tuple[str, ...]]


@lru_cache(maxsize=1)
def measures() -> Measures:
    """The measures shipped with this package."""
    raw: Any = YAML(typ="safe").load((FOLDER / "docx" / "gbt9704.yaml").read_text("utf-8"))
    return Measures.model_validate(raw)


class SkinOptions(_Frozen):
    """How to dress a document: the margin profile (D16) and a draft mark that overrides the document's.

    `fit` and `bound` follow from where the pages break (G27, templates/fitting.py): what the text changes,
    and whether its last paragraph goes to the signature's page as a whole.
    """

    profile: Literal["A", "B"] = "B"
    draft: str | None = None
    fit: Fit = Fit()
    bound: bool = False

    @property
    def line_pt(self) -> float:
        """The text's line pitch."""
        return self.fit.line_pt or measures().profiles[self.profile].line_pt

    @property
    def spacing_pt(self) -> float:
        """The letter spacing of running text."""
        given = self.fit.spacing_pt
        return measures().text.spacing_pt if given is None else given


class Sheet:
    """One profile's type area in points, upright or lying (G34: the content turns, the margins with it)."""

    def __init__(self, profile: Profile, landscape: bool = False) -> None:
        paper = measures().paper
        width, height = paper.width_mm * MM, paper.height_mm * MM
        top, right = profile.top_mm * MM, profile.right_mm * MM
        bottom, left = profile.bottom_mm * MM, profile.left_mm * MM
        if landscape:  # turned left: the table's head lies on the left edge of the upright sheet
            width, height = height, width
            top, right, bottom, left = left, top, right, bottom
        self.width, self.height = width, height
        self.top, self.right, self.bottom, self.left = top, right, bottom, left
        # Profile A's area ends half a line gap below the true type area; 版记 stands on the true one (G30).
        self.below = (TYPE_AREA_BOTTOM_MM - profile.bottom_mm) * MM
        self.text_width = width - left - right
        self.text_height = height - top - bottom


def sheet(options: SkinOptions, landscape: bool = False) -> Sheet:
    """The sheet of a profile. Source: GB/T 9704-2012 §5.2, §5.3; GB/T 33476.2-2016."""
    return Sheet(measures().profiles[options.profile], landscape)
