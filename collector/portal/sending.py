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


@dataclass(frozen=True)
class Stand:
    """How one form stands, as far as handing in goes; `number` is empty for what concerns several forms."""

    number: str
    state: str = ""  # its label
    has_file: bool = True
    editable: bool = True
    errors: int = 0
    warnings: int = 0  # that nobody explained


def standing(forms: Iterable[Stand]) -> tuple[str, ...]:
    """What still stands against submission, as sentences with the forms' numbers."""
    forms = tuple(forms)
    every = sum(bool(each.number) for each in forms)
    missing = [each for each in forms if not each.has_file]
    again = [each for each in forms if each.state in (STATES["returned"], STATES["reopened"])]
    wrong = [each for each in forms if each.errors]
    unexplained = [each for each in forms if each.warnings]
    sentences = (
        (len(missing), "还有 {n} 张表没有上传", missing),
        (len(again), "{n} 张退回或重新开放的表要改后重新上传", again),
        (sum(each.errors for each in wrong), "还有 {n} 处错误要改正", wrong),
        (sum(each.warnings for each in unexplained), "还有 {n} 处要说明情况", unexplained),
    )
    said = [words.format(n=n) + (numbers(of) if len(of) < every else "") for n, words, of in sentences if n]
    if shut := [each for each in forms if not each.editable and each.errors + each.warnings]:
        said.append(f"其中已报送的表不能再改，请改正相关的表，或请局里重新开放{numbers(shut)}")
    return tuple(said)


def numbers(forms: Iterable[Stand]) -> str:
    found = [each.number for each in forms if each.number]
    return f"：{'、'.join(found)}" if found else ""


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
