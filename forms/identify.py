"""Which form of which unit a file is: by its signed stamp, else by headers for the unit that is expected."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final

from forms import stamp
from forms.findings import Finding, Level
from forms.spec import Campaign, Form, Unit
from forms.workbook.cells import RawWorkbook
from forms.workbook.layout import META
from forms.workbook.locate import assign, plain

UNSIGNED: Final = "unverified"  # the stamp's fields are believed; whoever holds the key must settle it
_HEAD_ROWS: Final = 12


@dataclass(frozen=True)
class Identity:
    """`stamp`: valid, missing, forged, or unverified (read where no key is). `fields` are the stamp's as
    found.

    `unit` is the expected unit where there is one, so that a stranger's file is judged as what it was sent
    as.
    """

    form: str
    unit: str | None
    version: str | None
    stamp: str
    findings: tuple[Finding, ...] = ()
    fields: Mapping[str, str] = field(default_factory=dict)


def identify(
    campaign: Campaign, raw: RawWorkbook, key: bytes | None, expected: str | None = None, believe: bool = True
) -> Identity | Finding:
    """What a workbook is, or why that cannot be told (S01, with what was seen).

    `expected`: the code of the unit that sends it. Without a key (the limited child has none) the stamp is
    believed, unless `believe` is False because the parent found the signature false.
    """
    named = stamp_of(raw)
    known, state = judge(named, key, believe)
    unit = expected or _stamped_unit(campaign, known) or unit_line(campaign, raw)
    form = campaign.forms.get(known.get("form", "")) if known.get("campaign") == campaign.id else None
    if form is None or form.file != "xlsx" or (form.tables and not assign(form, raw.sheets)):
        by_headers = form_by_headers(campaign, raw)
        form = by_headers or form
    if form is None:
        return unidentified(campaign, named, state, unit, _seen(raw))
    return identity(campaign, form, unit, expected, known, state, named)


def stamp_of(raw: RawWorkbook) -> dict[str, str]:
    """The fields of the stamp: of the hidden sheet, else of the custom property; empty when both are gone."""
    sheet = raw.sheet(META)
    rows = sheet.rows if sheet else ()
    found = {row[0].strip(): _text(row[1]) for row in rows if len(row) > 1 and isinstance(row[0], str)}
    return found if found.get("signature") else stamp.read(raw.properties.get(stamp.PROPERTY, ""))


def judge(named: Mapping[str, str], key: bytes | None, believe: bool) -> tuple[dict[str, str], str]:
    """(fields that may be believed, state of the stamp)."""
    if not named.get("signature"):
        return {}, "missing"
    if key is None:
        return (dict(named), UNSIGNED) if believe else ({}, "forged")
    found = stamp.verify(key, named)
    return ({}, "forged") if found is None else (found.fields(), "valid")


def identity(
    campaign: Campaign,
    form: Form,
    unit: str | None,
    expected: str | None,
    known: Mapping[str, str],
    state: str,
    named: Mapping[str, str],
) -> Identity:
    """The identity with what is wrong about the stamp: S01 (lost, forged, old, another campaign's), S02
    (another unit's).
    """
    download = "请重新下载本次的模板。"
    says: list[tuple[str, Level, str, str, str | None]] = []
    wanted = f"请使用本次下发的模板填报（当前版本{form.version}）。"
    if state == "missing":
        says.append(
            ("S01", "warning", f"文件中没有模板标识，已按表头识别为“{form.title}”。{wanted}", download, None)
        )
    elif state == "forged":
        says.append(
            ("S01", "error", f"模板标识校验不通过，可能被改动过。{wanted}", download, named.get("form"))
        )
    elif known.get("campaign") != campaign.id:
        says.append(
            (
                "S01",
                "error",
                f"该文件是另一次填报（{known.get('campaign')}）的模板。{wanted}",
                download,
                known.get("campaign"),
            )
        )
    elif known.get("form") != form.form:
        other = campaign.forms.get(known.get("form", ""))
        says.append(
            (
                "S01",
                "error",
                f"模板标识为“{other.title if other else known.get('form')}”，内容却是“{form.title}”。"
                f"{wanted}",
                download,
                known.get("form"),
            )
        )
    elif known.get("version") != form.version:
        says.append(
            (
                "S01",
                "error",
                f"该文件是旧版模板（{known.get('version')}）。{wanted}",
                download,
                known.get("version"),
            )
        )
    owner = known.get("unit")
    if owner and expected and owner != expected:
        name = campaign.units_by_code[owner].name if owner in campaign.units_by_code else owner
        says.append(("S02", "error", f"该文件属于“{name}”，请勿代报。", "请换成本单位的文件。", owner))
    findings = tuple(_finding(unit, form.form, *each) for each in says)
    return Identity(form.form, unit, known.get("version") or None, state, findings, dict(named))


def unidentified(
    campaign: Campaign, named: Mapping[str, str], state: str, unit: str | None, seen: str
) -> Finding:
    """S01: neither stamp nor headers tell; the sentence says what was seen."""
    if named.get("campaign") and named["campaign"] != campaign.id and state != "forged":
        message = f"该文件是另一次填报（{named['campaign']}）的模板，不能用于本次填报。"
    else:
        message = f"无法识别是哪一张表：没有有效的模板标识，表头也对不上。{seen}"
    return _finding(
        unit, None, "S01", "error", message, "请使用本次下发的模板填报，不要另建文件。", named.get("form")
    )


def form_by_headers(campaign: Campaign, raw: RawWorkbook) -> Form | None:
    """The form most of whose columns are found; ties go to the form with fewer columns missing."""
    best: tuple[float, int, Form] | None = None
    for form in campaign.forms.values():
        if form.file != "xlsx":
            continue
        found = assign(form, raw.sheets)
        score = sum(block.score for _, block in found.values())
        wanted = sum(len(form.tables[name].fields) for name in found)
        if found and (best is None or (score / wanted, score) > best[:2]):
            best = score / wanted, score, form
    return best[2] if best else None


def folder_unit(campaign: Campaign, path: str) -> str | None:
    """The unit whose code names a folder above the file; the nearest wins."""
    for part in reversed(PurePosixPath(path.replace("\\", "/")).parts[:-1]):
        if part in campaign.units_by_code:
            return part
        code = re.match(r"[0-9A-Za-z]+(?=[-_ 　.])", part)
        if code and code[0] in campaign.units_by_code:
            return code[0]
    return None


def unit_line(campaign: Campaign, raw: RawWorkbook) -> str | None:
    """The unit named after a colon, or in a cell of its own, at the head of a sheet."""
    texts = (
        cell
        for sheet in raw.sheets
        for row in sheet.rows[:_HEAD_ROWS]
        for cell in row
        if isinstance(cell, str)
    )
    return unit_named(campaign, tuple(texts))


def unit_named(campaign: Campaign, texts: Sequence[str]) -> str | None:
    names = {plain(name): unit.code for unit in campaign.units for name in (unit.short_name, unit.name)}
    for text in texts:
        found = names.get(plain(re.split("[:：]", text)[-1]))
        if found:
            return found
    return None


def unit_by_name(campaign: Campaign, text: str) -> Unit | None:
    """By code, official or short name, whatever the blanks and widths."""
    wanted = plain(text)
    return next(
        (unit for unit in campaign.units if wanted in (unit.code, plain(unit.name), plain(unit.short_name))),
        None,
    )


def _stamped_unit(campaign: Campaign, known: Mapping[str, str]) -> str | None:
    return known.get("unit") if known.get("unit") in campaign.units_by_code else None


def _seen(raw: RawWorkbook) -> str:
    for sheet in raw.sheets:
        for row in sheet.rows[:_HEAD_ROWS]:
            texts = [plain(cell) for cell in row if isinstance(cell, str) and cell.strip()]
            if len(texts) > 1:
                return f"工作表“{sheet.name}”的开头是“{'、'.join(texts[:5])[:60]}”。"
    return "工作表都是空的。" if not any(any(row) for sheet in raw.sheets for row in sheet.rows) else ""


def _finding(
    unit: str | None, form: str | None, rule: str, level: Level, message: str, fix: str, value: str | None
) -> Finding:
    return Finding(rule, level, unit, form, None, None, None, None, None, value, message, fix)


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()
