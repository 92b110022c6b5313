"""What was measured: one requirement in one file a row, and how rows are come by."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """One requirement measured in one file."""

    id: str
    file: str
    required: str
    measured: str
    ok: bool | None


class Rows:
    """Collects rows of one file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.rows: list[Row] = []

    def near(self, id: str, wanted: float, got: float | None, tolerance: float, unit: str = "mm") -> None:
        """A length: within the tolerance or not."""
        required = f"{wanted:g}±{tolerance:g} {unit}"
        if got is None:
            self.rows.append(Row(id, self.file, required, "—", False))
        else:
            self.rows.append(
                Row(id, self.file, required, f"{got:.2f} {unit}", abs(got - wanted) <= tolerance)
            )

    def between(self, id: str, low: float, high: float, got: float | None, unit: str = "mm") -> None:
        """A length within bounds."""
        measured = "—" if got is None else f"{got:.2f} {unit}"
        self.rows.append(
            Row(id, self.file, f"{low:g}–{high:g} {unit}", measured, got is not None and low <= got <= high)
        )

    def is_(self, id: str, required: object, measured: object, ok: bool | None = None) -> None:
        """A fact: equal, or judged by the caller."""
        self.rows.append(
            Row(id, self.file, str(required), str(measured), required == measured if ok is None else ok)
        )

    def unmeasured(self, id: str, why: str) -> None:
        """Not measurable here, or not applicable; said, not skipped."""
        self.rows.append(Row(id, self.file, why, "—", None))
