"""Issuing: one zip per unit, pre-filled from the registers, every form assigned in the ledger."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from collector.rows import Actor
from forms.engine import Data
from forms.pack import Packer, views
from huizong.steps.bureau import Bureau
from huizong.steps.files import write
from huizong.steps.progress import Progress, silent
from huizong.steps.work import crew

ROWS_PER_HAND = 8_000       # below this a further process costs more (start, compile) than it saves


@dataclass(frozen=True)
class Order:
    """One pack to be made, wherever that is: everything it needs as values."""

    campaign: bytes             # pickled, so that a worker knows again what it compiled for
    key: bytes
    day: date
    unit: str
    rows: Mapping[str, pa.Table]
    figures: Mapping[str, int] | None


def issue(bureau: Bureau, out: Path, *, units: Sequence[str] = (), actor: str | Actor = "bureau",
          progress: Progress = silent) -> list[Path]:
    """Writes OUT/<code>.zip for these units (default all) and assigns them every form.

    A pack written once more changes no state.  Raises UseError for an unknown unit.
    """
    wanted = [bureau.known_unit(code) for code in dict.fromkeys(units)] or list(bureau.campaign.units)
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    cabinet = bureau.filed()
    documents = {filed.id: filed.document for filed in cabinet.values() if filed.document is not None}
    filled = {unit for unit, _ in cabinet}
    with bureau.engine.data(bureau.registers, documents, as_of=bureau.as_of) as data:
        rows = by_unit(data)
        campaign, key = pickle.dumps(bureau.campaign), bureau.keys.current("stamp")[1]
        shown = views(bureau.campaign)
        orders = [Order(campaign, key, bureau.as_of, unit.code,
                        {view: rows(view, unit.code) for view in shown},
                        unit_figures(data, unit.code) if unit.code in filled else None) for unit in wanted]
    weight = sum(table.num_rows for order in orders for table in order.rows.values())
    paths = []
    with crew(bureau.scheduler, batches=min(len(orders), 1 + weight // ROWS_PER_HAND)) as workers:
        made = zip(wanted, workers.each(packed, orders), strict=True)
        for unit, pack in progress(made, "生成材料包", len(wanted)):
            paths.append(write(out / f"{unit.code}.zip", pack))
    with bureau.ledger.writing(by) as tx:
        states = tx.states()
        for unit in wanted:
            for form in bureau.campaign.forms:
                if (unit.code, form) not in states:
                    tx.event("assigned", unit.code, form)
    return paths


def packed(order: Order) -> bytes:
    """The pack of one order; a process compiles a campaign's templates once."""
    def rows(view: str, unit: str) -> pa.Table:
        return order.rows[view]

    return _packer(order.campaign, order.key, order.day).zip(order.unit, rows, order.figures)


@lru_cache(maxsize=2)
def _packer(campaign: bytes, key: bytes, day: date) -> Packer:
    return Packer(pickle.loads(campaign), key, day)


def by_unit(data: Data) -> Callable[[str, str], pa.Table]:
    """Rows of a view for a unit; a view is asked once for all units, and cut."""
    cut: dict[str, Mapping[str, pa.Table]] = {}

    def rows(view: str, unit: str) -> pa.Table:
        if view not in cut:
            whole = data.view(view)
            codes = whole.column("unit")
            cut[view] = {code: whole.filter(pc.equal(codes, code))
                         for code in pc.unique(codes).to_pylist() if code is not None}
            cut[view] = {**cut[view], "": whole.slice(0, 0)}
        return cut[view].get(unit, cut[view][""])

    return rows


def unit_figures(data: Data, unit: str) -> dict[str, int]:
    """The figures of a unit as its registers stand now, to be confirmed in Annex 2 and 3."""
    return {figure: n for (code, figure), n in data.figures().items() if code == unit}
