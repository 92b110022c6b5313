"""A file that a unit sends with its answer or receipt about a problem: through the gate, kept, named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from collector import problems as lives
from collector.inbox import Item
from collector.names import display_name
from collector.problems import evidence_name
from collector.rows import Actor
from collector.workflow import NotAllowed
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.problems import Problem
from huizong.steps.second_phase import unchanged
from huizong.steps.take import take_items


def keep(
    bureau: Bureau,
    problem: Problem,
    to: str,
    name: str,
    data: bytes,
    said: Mapping[str, Any],
    expected: int | None,
    *,
    by: Actor,
) -> str:
    """The name under which the file is kept.

    Raises UseError for a file that is no scan, and before anything is kept where the step itself would fail.
    """
    life = problem.life
    if life is None:
        raise UseError("这个问题还没有登记编号。")
    unchanged(life.version, expected, f"问题 {life.number}", life.label, life.actor, life.since)
    try:
        lives.moved(life, to, said, by.role, bureau.as_of)
    except NotAllowed as refusal:
        raise UseError(str(refusal)) from None
    kept = display_name(evidence_name(life.number, len(life.history), name))
    taken = next(
        take_items(
            bureau, [Item(kept, kept, data, problem.unit)], unit=problem.unit, actor=by, only_scans=True
        )
    )
    if taken.status != "attachment":
        why = (taken.says or "").replace(kept, name)  # the person knows the file by its own name
        raise UseError(
            f"佐证材料没有收下（文件已留存备查），这一步也没有办：{why}佐证材料只收 PDF、JPG 或 PNG 扫描件。"
        )
    return taken.name
