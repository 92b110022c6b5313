"""What a document consists of, before any skin: frozen values that Word and PDF dress alike.

Elements of GB/T 9704-2012 §7 carry their G-number from `docx/gbt9704.yaml` in the comment beside them.
All texts are plain characters: nothing in them is markup any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

SHORT = 112
"""Characters in four lines of 28 (G07)."""

Align: TypeAlias = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Run:
    """A stretch of text in one face."""

    text: str
    bold: bool = False


@dataclass(frozen=True)
class Heading:
    """G20: level 1-4; `number` is 一、 （一） 1. （1）; `run_in` continues on the heading's own line;
    `spacing` as of a paragraph."""

    level: int
    number: str
    text: str
    run_in: tuple[Run, ...] = ()
    spacing: float | None = None

    @property
    def short(self) -> bool:
        """As for a paragraph."""
        return len(self.text) + sum(len(run.text) for run in self.run_in) <= SHORT


@dataclass(frozen=True)
class Paragraph:
    """G19: a paragraph of body text; `indent` is the first line's two characters. `spacing`: points between
    its letters where they are not the text's (templates/steady.py)."""

    runs: tuple[Run, ...]
    indent: bool = True
    align: Align = "left"
    spacing: float | None = None

    @property
    def short(self) -> bool:
        """Whether it can go to the signature's page as a whole (G27) without emptying the page before."""
        return sum(len(run.text) for run in self.runs) <= SHORT

    def parted(self, at: int) -> tuple[Paragraph, Paragraph]:
        """What stands before and from the character `at` on, the second without the first line's indent."""
        first, second = [], []
        for run in self.runs:
            cut = min(max(at, 0), len(run.text))
            first.append(replace(run, text=run.text[:cut]))
            second.append(replace(run, text=run.text[cut:]))
            at -= len(run.text)
        return (
            replace(self, runs=tuple(run for run in first if run.text)),
            replace(self, runs=tuple(run for run in second if run.text), indent=False),
        )


@dataclass(frozen=True)
class Remark:
    """A note in small type under a table or at the end of a part (data date, definitions); `spacing` as of a
    paragraph."""

    runs: tuple[Run, ...]
    spacing: float | None = None

    @property
    def short(self) -> bool:
        """Whether it stays on one page."""
        return sum(len(run.text) for run in self.runs) <= SHORT


@dataclass(frozen=True)
class Cell:
    """One cell; `rows` and `cols` are its spans, as in HTML: covered cells are not repeated; `spacing` as
    of a paragraph."""

    text: str
    rows: int = 1
    cols: int = 1
    align: Align = "center"
    spacing: float | None = None


@dataclass(frozen=True)
class Table:
    """A grid. `header` repeats on every page; `widths` are the columns' shares of the line, in any unit.

    `caption` is its title within a text; an annex that is one table has the annex's.
    """

    header: tuple[tuple[Cell, ...], ...]
    rows: tuple[tuple[Cell, ...], ...]
    widths: tuple[float, ...]
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    caption: str = ""

    @property
    def columns(self) -> int:
        """How many grid columns the table has."""
        return len(self.widths)


@dataclass(frozen=True)
class Image:
    """A chart or picture as PNG bytes; the height follows from the picture's own proportions."""

    png: bytes = field(repr=False)
    caption: str
    width_mm: float = 150.0


Block: TypeAlias = Heading | Paragraph | Remark | Table | Image


def noted(blocks: Sequence[Block]) -> list[tuple[Block, tuple[Remark, ...]]]:
    """Every block, a table with the short notes that follow it: its last row and they share a page."""
    found: list[tuple[Block, tuple[Remark, ...]]] = []
    for block in blocks:
        if isinstance(block, Remark) and block.short and found and isinstance(found[-1][0], Table):
            found[-1] = (found[-1][0], (*found[-1][1], block))
        else:
            found.append((block, ()))
    return found


@dataclass(frozen=True)
class Attachment:
    """G21 and G29: a line of the attachment list; with `blocks` also a bound annex, perhaps landscape."""

    title: str
    blocks: tuple[Block, ...] = ()
    landscape: bool = False


@dataclass(frozen=True)
class Signature:
    """G22-G26: who signs and when; sealed documents leave the room a seal of 42 mm needs.

    `others`: the further bodies of a joint issue, in their order. `positions`: the offices of those whose
    signature stamp (签名章) stands in place of names and seals, one to a line.
    """

    name: str
    date: str
    sealed: bool
    others: tuple[str, ...] = ()
    positions: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every issuing body, the principal one first."""
        return (self.name, *self.others)


@dataclass(frozen=True)
class Imprint:
    """版记, G30-G32. `main`: recipients moved here from page 1 (G31). A letter shows only these two."""

    copies: tuple[str, ...] = ()
    office: str | None = None
    printed: str | None = None
    main: tuple[str, ...] = ()


@dataclass(frozen=True)
class Corner:
    """A line of the corner of page 1: 份号 (G10), 密级和保密期限 (G11), 紧急程度 (G12)."""

    id: Literal["G10", "G11", "G12"]
    text: str

    @property
    def role(self) -> Literal["fangsong", "hei"]:
        """The face: all but the copy number are set in 黑体."""
        return "fangsong" if self.id == "G10" else "hei"


@dataclass(frozen=True)
class Attendance:
    """G36: who came, was excused or sat in (出席、请假、列席), as minutes list them."""

    label: str
    names: str


@dataclass(frozen=True)
class Document:
    """One official document. `format`: file (red head), letter (G35), minutes (G36) or plain (no head).

    `bodies`: the names of a joint issue, the principal first (G13); `mark` is then the word at their right.
    `upward` is 上行文: number left, signers right (G14, G15). `signed_on` dates the file's metadata;
    `source`, where the numbers come from, stands in it. `removed` names characters that no file may hold
    and that were taken out of the values.
    """

    kind: str
    format: Literal["file", "letter", "minutes", "plain"]
    upward: bool
    title: tuple[str, ...]
    blocks: tuple[Block, ...]
    mark: str | None = None
    bodies: tuple[str, ...] = ()
    number: str | None = None
    signers: tuple[str, ...] = ()
    corner: tuple[Corner, ...] = ()
    to: str | None = None
    attachments: tuple[Attachment, ...] = ()
    signature: Signature | None = None
    attendance: tuple[Attendance, ...] = ()
    note: str | None = None
    imprint: Imprint | None = None
    draft: str | None = None
    source: str | None = None
    signed_on: dt.date = dt.date(2000, 1, 1)
    removed: tuple[str, ...] = ()

    @property
    def by_hand(self) -> int:
        """How many blocks at the end are lines on which people sign by hand: they go with the signature, and
        are no text above it (G27)."""
        if self.signature is None:
            return 0
        for at, block in enumerate(reversed(self.blocks)):
            if not isinstance(block, Paragraph) or block.indent or block.align != "left":
                return at
        return 0  # nothing but such lines: then they are the text

    @property
    def name(self) -> str:
        """The title on one line."""
        return "".join(self.title)
