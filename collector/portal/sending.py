"""Whether a unit's set can be handed in, by whom, and what still stands against it.  Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from collector.portal.show import STATES
from collector.rows import Event


@dataclass(frozen=True)
class Sending:
    """What the box 「报送」 says, and the one button it has; `recall`: the second person may give the set
    back."""

    says: str
    todo: tuple[str, ...] = ()
    button: Literal["", "ready", "submit"] = ""
    recall: bool = False
    receipts: bool = False


@dataclass(frozen=True)
class Looking:
    """Who looks: may they fill, may they hand in; `second`: the campaign asks for a second person."""

    clerk: bool
    confirms: bool
    second: bool


def sending(who: Looking, *, all_in: bool, fresh: bool, todo: Iterable[str], ready: bool) -> Sending:
    """The first line that holds wins; a set that the second person holds can always be given back."""
    recall = ready and who.second and who.confirms and not all_in
    if all_in:
        return Sending("整套材料已报送。", receipts=True)
    if not fresh:
        return Sending("正在检查，检查完就能看到能否报送。", recall=recall)
    if todo := tuple(todo):
        return Sending("还不能报送：", todo, recall=recall)
    final = "报送后不能再改；局里退回的除外。"
    if not who.second:
        return Sending(f"材料齐全，没有错误。{final}", button="submit")
    if not ready:
        return (
            Sending("材料齐全，没有错误。请交单位审核人核对。", button="ready")
            if who.clerk
            else Sending("填报人还没有交来核对。")
        )
    if not who.confirms:
        return Sending("已交单位审核人，等待确认报送。")
    return Sending(f"填报人已交来，请核对各表和统计数。{final}", button="submit", recall=recall)


def standing(lines: Iterable[tuple[str, str, bool]], errors: int, warnings: int) -> tuple[str, ...]:
    """What still stands against submission, as sentences.  `lines`: number, state's label, has a file."""
    lines, said = list(lines), []
    missing = [number for number, _, has_file in lines if not has_file]
    if missing:
        said.append(f"还有 {len(missing)} 张表没有上传：{'、'.join(missing)}")
    again = [number for number, state, _ in lines if state in (STATES["returned"], STATES["reopened"])]
    if again:
        said.append(f"退回或重新开放的表要修改后重新上传：{'、'.join(again)}")
    if errors:
        said.append(f"还有 {errors} 处错误要改正")
    if warnings:
        said.append(f"还有 {warnings} 处要写明说明")
    return tuple(said)


def readiness(events: Iterable[Event]) -> tuple[bool, str]:
    """(whether the clerk's 'ready' stands, why the second person gave it back): any new paper ends it."""
    ready, why = False, ""
    for event in events:
        if event.kind == "ready":
            ready, why = True, ""
        elif event.kind == "recalled":
            ready, why = False, event.reason
        elif event.kind in ("uploaded", "returned", "reopened", "submitted"):
            ready = False
    return ready, why
