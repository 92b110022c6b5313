"""Files in: by a clerk, or by the bureau for a unit that sent them another way; and nil returns by a tick."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from flask import Blueprint, abort, jsonify, redirect, request, url_for

from collector.examine import attached_to
from collector.inbox import Item, opened
from collector.names import display_name
from collector.portal import errors, packs
from collector.portal.access import declare, needs
from collector.portal.guard import actor, desk, wants_json
from collector.portal.papers import nil_possible
from collector.portal.scans import named_by_rows, needs_attachment
from collector.portal.show import LEVELS, note
from forms.findings import counts
from forms.spec import Campaign
from huizong.steps.errors import UseError
from huizong.steps.take import Taken, take_items

area = Blueprint("uploads", __name__)
FILES_A_DAY: Final = 1500
BYTES_A_DAY: Final = 3 << 30


@area.post("/units/<unit>/uploads")
@declare(needs("upload", "review"))
def upload(unit: str) -> Any:
    """Any number of files or packs; `form` in the query says on whose page they were dropped."""
    here, form = desk(), request.args.get("form", "")
    found = [each for each in request.files.getlist("files") if each.filename]
    if not found:
        return errors.answer(
            400,
            "没有收到文件",
            "请先选择文件。如果选了文件仍看到这句话，请把文件名改短、去掉特殊字符后再传。",
        )
    within_quota(unit)
    items: list[Item] = []
    for each in found:
        name, data = each.filename or "", each.read()
        name = scan_name(here.campaign, form, name)
        items += opened(name, display_name(name), data, here.campaign.units_by_code, hint=unit)
    taken = list(take_items(here.bureau(), items, unit=unit, actor=actor()))
    said = [answer(here.campaign, unit, each) for each in taken]
    if wants_json():
        return jsonify(files=said)
    tones = {"bad": "red", "care": "amber", "ok": "green"}
    for line in sorted(said, key=lambda each: list(tones).index(each["tone"]))[:3]:
        note(f"{line['name']}：{line['sentence']}", tones[line["tone"]])
    if len(said) > 3:
        note(f"共收到 {len(said)} 个文件，其余结果见下面“最近收到的文件”。", "blue")
    return redirect(
        url_for("unit.form", unit=unit, form=form)
        if form in here.campaign.forms
        else url_for("unit.checklist", unit=unit)
    )


@area.post("/units/<unit>/forms/<form>/nil")
@declare(needs("upload", "review"))
def nil(unit: str, form: str) -> Any:
    """A nil return: the form as issued with 「无」 in it goes the way of every file."""
    here = desk()
    if form not in here.campaign.forms or not nil_possible(here.campaign.forms[form]):
        abort(404)
    if request.form.get("nil") != "1":
        raise UseError("请勾选“本表无内容”后再确认。")
    return made_here(unit, form, packs.nil_return, "零报告")


@area.post("/units/<unit>/forms/<form>/adopt")
@declare(needs("upload", "review"))
def adopt(unit: str, form: str) -> Any:
    """The numbers computed from the registers become the unit's own: the filled form goes the way of
    every file."""
    here = desk()
    if form not in here.campaign.forms or not any(
        field.figure for _, field in here.campaign.forms[form].fields()
    ):
        abort(404)
    return made_here(unit, form, packs.adopted, "采用系统数")


def made_here(unit: str, form: str, make: Callable[..., tuple[str, bytes]], label: str) -> Any:
    here = desk()
    words = {name: request.form.get(name, "").strip()[:40] for name in here.campaign.forms[form].facts}
    name, data = make(here, unit, form, words)
    taken = list(take_items(here.bureau(), [Item(name, name, data, unit)], unit=unit, actor=actor()))
    said = answer(here.campaign, unit, taken[0])
    note(f"{label}：{said['sentence']}", "green" if said["tone"] != "bad" else "red")
    return redirect(url_for("unit.form", unit=unit, form=form))


def within_quota(unit: str) -> None:
    """At most so many files and bytes a unit and day (ASVS 5.2.4)."""
    here = desk()
    since = here.bureau().now() - timedelta(days=1)
    with here.ledger.reading() as view:
        files, size = view.received_since(unit, since)
    if files >= FILES_A_DAY or size >= BYTES_A_DAY:
        abort(429)


def scan_name(campaign: Campaign, form: str, name: str) -> str:
    """Pure: a scan dropped on a form's own page is that form's, whatever the scanner called it.

    Forms whose rows name their attachments keep the names as they are.
    """
    shape = campaign.forms.get(form)
    last = display_name(name)
    if (
        shape is None
        or not needs_attachment(shape)
        or named_by_rows(shape)
        or attached_to(campaign, last)
        or not last.casefold().endswith((".pdf", ".jpg", ".jpeg", ".png"))
    ):
        return name
    return f"{shape.file_stem}-{last}"


def answer(campaign: Campaign, unit: str, taken: Taken) -> dict[str, Any]:
    """Pure: what became of one file, in a sentence."""
    form = taken.form if taken.form in campaign.forms else attached_to(campaign, taken.name)
    shape = campaign.forms.get(form or "")
    label = f"{shape.number} {shape.title}" if shape else ""
    sentence, tone = outcome(taken, label)
    address = url_for("unit.form", unit=unit, form=form) if shape and not taken.refused else ""
    return {
        "name": display_name(taken.name),
        "sentence": sentence,
        "tone": tone,
        "label": label,
        "address": address,
        "status": taken.status,
        "form": form or "",
        "receipt": taken.receipt.number,
    }


def outcome(taken: Taken, label: str) -> tuple[str, str]:
    """Pure: the sentence and its tone (ok | care | bad)."""
    again = "（与上次相同，没有重复登记）" if taken.repeated else ""
    if taken.status == "attachment":
        return (
            (f"已收到扫描件{again}，归入“{label}”。", "ok")
            if label
            else (
                f"已收到扫描件{again}，按文件名与表中登记的对应；如是签字盖章的扫描件，请到那张表的页面上传。",
                "ok",
            )
        )
    if taken.refused:
        return taken.says or "没有收下。", "bad"
    number = counts(taken.findings)
    found = [f" {number[level]} 处{LEVELS[level]}" for level in number if number[level]]
    if taken.rows_refused:
        found.insert(0, f" {taken.rows_refused} 行没有读出")
    tone = "bad" if number["error"] or taken.rows_refused else "care" if number["warning"] else "ok"
    rows = f"，读出 {taken.rows_read} 行" if taken.rows_read else ""
    return f"已收到“{label}”{rows}{again}" + (
        f"；发现{'、'.join(found)}。" if found else "，没有发现填写错误。"
    ), tone
