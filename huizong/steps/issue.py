"""Issuing: one zip per unit, pre-filled from the registers, every form assigned in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from collector.rows import Actor
from forms.engine import Data
from forms.pack import Packer
from huizong.steps.bureau import Bureau
from huizong.steps.files import write
from huizong.steps.progress import Progress, silent


def issue(bureau: Bureau, out: Path, *, units: Sequence[str] = (), actor: str | Actor = "bureau",
          progress: Progress = silent) -> list[Path]:
    """Writes OUT/<code>.zip for these units (default all) and assigns them every form.  Raises UseError."""
    wanted = [bureau.known_unit(code) for code in units] or list(bureau.campaign.units)
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    packer = Packer(bureau.campaign, bureau.keys.current("stamp")[1], bureau.as_of)
    cabinet = bureau.filed()
    documents = {filed.id: filed.document for filed in cabinet.values() if filed.document is not None}
    paths = []
    with bureau.engine.data(bureau.registers, documents, as_of=bureau.as_of) as data:
        rows = by_unit(data)
        for unit in progress(wanted, "生成材料包"):
            figures = unit_figures(data, unit.code) if any(key[0] == unit.code for key in cabinet) else None
            paths.append(write(out / f"{unit.code}.zip", packer.zip(unit, rows, figures)))
    with bureau.ledger.writing(by) as tx:
        states = tx.states()
        for unit in wanted:
            for form in bureau.campaign.forms:
                if (unit.code, form) not in states:
                    tx.event("assigned", unit.code, form)
    return paths


def by_unit(data: Data) -> Callable[[str, str], pa.Table]:
    """Rows of a view for a unit; a view is asked once for all units, and cut."""
    cut: dict[str, Mapping[str, pa.Table]] = {}

    def rows(view: str, unit: str) -> pa.Table:
        if view not in cut:
            whole = data.view(view)
            codes = whole.column("unit")
            cut[view] = {code: whole.filter(pc.equal(codes, code)) for code in pc.unique(codes).to_pylist()
                         if code is not None}
            cut[view] = {**cut[view], "": whole.slice(0, 0)}
        return cut[view].get(unit, cut[view][""])

    return rows


def unit_figures(data: Data, unit: str) -> dict[str, int]:
    """The figures of a unit as its registers stand now, to be confirmed in Annex 2 and 3."""
    return {figure: n for (code, figure), n in data.figures().items() if code == unit}
