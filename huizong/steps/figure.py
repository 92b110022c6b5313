"""One number and the rows it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.gather import inputs


@dataclass(frozen=True)
class Found:
    """`rows`: the evidence, a mapping per row; `unit` None is the city."""

    id: str
    label: str
    unit: str | None
    n: int
    rows: tuple[dict[str, Any], ...]

    def as_dict(self) -> dict[str, Any]:
        return {"figure": self.id, "label": self.label, "unit": self.unit, "n": self.n,
                "rows": [{key: value if isinstance(value, int | str | list | None) else str(value)
                          for key, value in row.items()} for row in self.rows]}


def figure(bureau: Bureau, figure_id: str, *, unit: str | None = None) -> Found:
    """The figure over what is filed: of one unit as it stands now, of the city over accepted sets.

    Raises UseError for a figure or unit nobody knows.
    """
    if unit is not None:
        bureau.known_unit(unit)
    given = inputs(bureau, accepted_only=unit is None)
    documents = {each.id: each.document for each in given.sources if unit is None or each.unit == unit}
    with bureau.engine.data(given.registers, documents, as_of=bureau.as_of, cutoff=given.cutoff,
                            submissions=given.submissions, attachments=given.attachments) as data:
        try:
            found = data.figure(figure_id, unit)
        except KeyError:
            raise UseError(f"没有名为“{figure_id}”的指标，请看 figures/*.sql，如 annex2.c5。") from None
    return Found(found.id, found.label, unit, found.n, tuple(found.rows.to_pylist()))
