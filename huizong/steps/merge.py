"""The city workbook of everything accepted, with its snapshot."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from collector.rows import Actor
from huizong.steps.bureau import Bureau
from huizong.steps.files import write
from huizong.steps.gather import inputs
from huizong.steps.progress import Progress, silent
from merger.city import City, consolidate
from merger.snapshot import manifest
from merger.workbook import city_workbook


@dataclass(frozen=True)
class Merged:
    snapshot: str
    path: Path
    city: City


def merge(
    bureau: Bureau,
    out: Path,
    *,
    cutoff: date | None = None,
    actor: str | Actor = "bureau",
    progress: Progress = silent,
) -> Merged:
    """Writes OUT/<workbook>.xlsx and OUT/snapshot.json; the same accepted documents give the same bytes."""
    stages = iter(progress(("收集", "统计", "成表"), "汇总"))
    next(stages)
    given = inputs(bureau, cutoff=cutoff)
    next(stages)
    city = consolidate(given, bureau.engine)
    next(stages)
    data = city_workbook(city)
    path = write(out / f"{bureau.campaign.settings.bureau.short_name}汇总工作簿.xlsx", data)
    facts: dict[str, Any] = manifest(city)
    write(out / "snapshot.json", json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True).encode())
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    with bureau.ledger.writing(by) as tx:
        tx.event("merged", "", details={"snapshot": city.snapshot, "complete": len(city.complete)})
    list(stages)
    return Merged(city.snapshot, path, city)
