"""The register of bans (不予审批期): the list, and the look-up before an approval."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, render_template, request

from collector.portal.access import declare, needs
from collector.portal.differences import shown
from collector.portal.gather import city_mark
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.inspection import day
from collector.portal.lives import PAGE
from collector.portal.paging import page_of
from collector.portal.register import audited, given_reason, taken
from collector.portal.show import masked
from collector.roles import may
from huizong.steps.bans import Ban, ban_workbook, banned, known
from huizong.steps.bans import bans as bans_of
from huizong.steps.errors import UseError

area = Blueprint("bans", __name__)


@area.get("/bans")
@declare(needs("see_all_units"))
def overview() -> Any:
    return page()


@area.post("/bans/look-up")
@declare(needs("look_up_bans"))
def look_up() -> Any:
    """Whether this person may be given an approval on that day; audited without the number."""
    here, number = desk(), request.form.get("id_number", "")
    bureau = here.bureau_with_registers()
    try:
        on = day("on") or here.today()
        ban = banned(bureau, number, on, by=actor())
    except UseError as wrong:
        return page(wrong=str(wrong)), 400
    return page(asked=on, ban=ban, stranger=ban is None and not known(bureau, number))


@area.post("/bans/export")
@declare(needs("look_up_bans"))
def export() -> Any:
    """The register as xlsx with full names."""
    reason = given_reason("请写明导出用途，会记入审计。")
    here = desk()
    bureau = here.bureau_with_registers()
    data = ban_workbook(bureau, bans_of(bureau), here.today(), taken())
    audited(here, "downloaded", "bans", reason)
    return attachment(data, f"{here.checklist.shape.ban_title}.xlsx")


def page(asked: date | None = None, ban: Ban | None = None, wrong: str = "", stranger: bool = False) -> Any:
    """`stranger`: the number asked about stands in no register."""
    here = desk()
    bureau = here.bureau_with_registers()
    every = here.answers.get_or_make(("bans", *city_mark(here)), lambda: bans_of(bureau))
    past = request.args.get("all") == "1"
    names = {unit.code: unit.short_name for unit in here.campaign.units}
    current = [each for each in every if each.current(here.today())]
    return render_template(
        "bureau/bans.html",
        heading=here.checklist.shape.ban_title,
        page=page_of([line(names, each, here.today()) for each in (every if past else current)], PAGE),
        current=len(current),
        wanted={"all": "1"} if past else {},
        past=past,
        total=len(every),
        today=here.today(),
        asked=asked,
        ban=line(names, ban, asked) if ban and asked else None,
        wrong=wrong,
        typed=request.form.get("id_number", ""),
        stranger=stranger,
        may_look=may(user().role, "look_up_bans"),
    )


def line(names: dict[str, str], each: Ban, on: date) -> dict[str, Any]:
    """Pure: one ban, the number masked."""
    return {
        "unit": names.get(each.unit, each.unit),
        "name": each.name,
        "id_number": masked(each.id_number),
        "violation": "、".join(each.violation),
        "method": each.method,
        "paper": each.paper or "",
        "decided_on": shown(each.decided_on),
        "from": shown(each.ban_from),
        "until": shown(each.ban_until),
        "current": each.current(on),
        "accepted": each.accepted,
    }
