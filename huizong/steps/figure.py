"""One number and the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.gather import inputs
from merger.city import Override, complete_units, counted_sources


@dataclass(frozen=True)
class Found:
    """`rows`: the evidence, a mapping per row; `unit` None is the city. `by`: the parts of a breakdown;
    `share`: a ratio's value, of which `n` is the part; `override`: the bureau's number, printed instead.
    """

    id: str
    label: str
    unit: str | None
    n: int
    rows: tuple[dict[str, Any], ...]
    by: tuple[tuple[str, int], ...] = ()
    share: float | None = None
    override: Override | None = None

    def as_dict(self) -> dict[str, Any]:
        plain: dict[str, Any] = {"figure": self.id, "label": self.label, "unit": self.unit, "n": self.n,
                 "rows": [{key: value if isinstance(value, int | str | list | None) else str(value)
                           for key, value in row.items()} for row in self.rows]}
        if self.by:
            plain["by"] = [{"label": label, "n": n} for label, n in self.by]
        if self.share is not None:
            plain["ratio"] = round(self.share, 4)
        if self.override is not None:
            plain["override"] = {"n": self.override.value, "reason": self.override.reason,
                                 "by": self.override.by}
        return plain


def figure(bureau: Bureau, figure_id: str, *, unit: str | None = None) -> Found:
    """The figure over what is filed: of one unit as it stands now, of the city over accepted sets.

    By its id, the field that prints it, or its name in the texts.  Raises UseError for a figure or unit
    nobody knows.
    """
    if unit is not None:
        bureau.known_unit(unit)
    given = inputs(bureau, accepted_only=unit is None)
    if unit is None:
        sources = counted_sources(given, complete_units(bureau.campaign, given.submissions))
    else:
        sources = tuple(each for each in given.sources if each.unit == unit)
    with bureau.engine.data(given.registers, {each.id: each.document for each in sources}, as_of=bureau.as_of,
                            cutoff=given.cutoff, submissions=given.submissions,
                            attachments=given.attachments, inspections=given.inspections) as data:
        try:
            found = data.figure(figure_id, unit)
        except KeyError:
            raise UseError(f"没有名为“{figure_id}”的指标，请看 figures/*.sql，如 annex2.c5。") from None
    set_by = next((each for each in given.overrides if (each.unit, each.figure) == (unit, found.id)), None)
    rows = tuple(found.rows.to_pylist())
    return Found(found.id, found.label, unit, found.n, rows, found.by, found.ratio, set_by)
