"""Where everything stands on an issued sheet: title, unit line, headers, rows, footnote, labelled cells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from math import ceil
from typing import Final

from forms.spec import Campaign, Field, Form, Table
from forms.wording import checked, placeholders
from forms.workbook.skin import Skin

META: Final = "_meta"
CODES: Final = "_codes"
PREFILL: Final = "_prefill"
UNIT_LABEL: Final = "填报单位（盖章）："
NIL: Final = "无"
TITLE_ROW: Final = 1
UNIT_ROW: Final = 2
HEADER_ROW: Final = 3


@dataclass(frozen=True)
class Place:
    """A labelled cell: its label in column `label`, its entry in the columns `first`…`last` (from 1)."""

    field: Field
    label: int
    first: int
    last: int


@dataclass(frozen=True)
class SheetLayout:
    """One table's sheet. `first_row` is the first data row; what stands below moves with their number."""

    table: Table
    title: str
    widths: tuple[float, ...]
    footnote: str | None
    head_line: str | None
    top: tuple[Place, ...]
    bottom: tuple[Place, ...]
    printed: bool

    @property
    def columns(self) -> int:
        return len(self.widths)

    @property
    def first_row(self) -> int:
        return HEADER_ROW + self.table.depth

    @property
    def frozen_columns(self) -> int:
        """Columns that stay in sight: up to the person's name where it stands near the left."""
        names = (at for at, each in enumerate(self.table.fields[:4], 1) if each.kind == "person_name")
        return next(names, 1 if self.columns > 8 else 0)

    @cached_property
    def view(self) -> str | None:
        """The view that pre-fills the table; None where nothing does."""
        return next((each.prefill.view for each in self.table.fields if each.prefill), None)

    @cached_property
    def figures(self) -> bool:
        return any(each.figure for each in self.table.fields)

    def rows(self, filled: int, most: int, skin: Skin) -> int:
        """Data rows for `filled` pre-filled ones; `most` is the largest such number in the form."""
        if self.table.rows is not None:
            return max(filled, self.table.rows, self.table.blank_rows or 0)
        return filled + max(skin.spare_rows.least, ceil(max(filled, most) * skin.spare_rows.percent / 100))


def layouts(campaign: Campaign, form: Form, skin: Skin) -> tuple[SheetLayout, ...]:
    """The sheets of a form, in its order; the labelled cells stand on the first.

    Raises CampaignError for a footnote with an unknown placeholder, ValueError for a table filled from two
    views: its rows could not be told apart.
    """
    words = placeholders(campaign)
    checked(campaign.where(form.form), [form.footnote or ""], words)
    found = []
    for at, table in enumerate(form.tables.values()):
        views = {each.prefill.view for each in table.fields if each.prefill}
        if len(views) > 1:
            raise ValueError(f"{form.form}.{table.name} is pre-filled from several views: {sorted(views)}")
        widths = tuple(each.width or skin.widths.default for each in table.fields)
        facts = list(form.facts.values()) if at == 0 else []
        top = [each for each in facts if each.place == "top"]
        found.append(
            SheetLayout(
                table=table,
                title=table.title or form.title,
                widths=widths,
                footnote=form.footnote.format_map(words) if form.footnote and at == 0 else None,
                head_line=form.head_line if at == 0 else None,
                top=_from_the_right(top, widths, skin),
                bottom=_spread([each for each in facts if each not in top], widths, skin),
                printed=form.print is not None,
            )
        )
    return tuple(found)


def numbered(form: Form) -> str:
    """How a form is called in running text: `材料2`, `附件2`."""
    return f"材料{form.material}" if form.material is not None else form.number


def _from_the_right(facts: list[Field], widths: tuple[float, ...], skin: Skin) -> tuple[Place, ...]:
    places = []
    last = len(widths)
    for fact in reversed(facts):
        first = last
        while first > 2 and sum(widths[first - 1 : last]) < skin.widths.entry:
            first -= 1
        places.append(Place(fact, first - 1, first, last))
        last = first - 2
    return tuple(reversed(places))


def _spread(facts: list[Field], widths: tuple[float, ...], skin: Skin) -> tuple[Place, ...]:
    """Labels at even distances; a label is set flush right and may reach over its empty left neighbour."""
    if not facts:
        return ()
    ends = list(accumulate(widths))
    places: list[Place] = []
    for at, fact in enumerate(facts):
        start = ends[-1] * at / len(facts)
        label = next(column for column, end in enumerate(ends, 1) if end > start)
        if widths[label - 1] < skin.widths.label:
            label += 1
        if places and label <= places[-1].last:
            label = places[-1].last + 1
        first = last = label + 1
        while last < len(widths) and sum(widths[first - 1 : last]) < skin.widths.entry:
            last += 1
        places.append(Place(fact, label, first, last))
    return tuple(places)
