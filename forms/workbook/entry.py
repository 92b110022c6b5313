"""What Excel says and allows when a cell is chosen: drop-downs, limits, input messages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from forms.kinds import KINDS
from forms.spec import Campaign, Field
from forms.workbook.cells import letters
from forms.workbook.layout import CODES, NIL

PROMPT: Final = 255
TITLE: Final = 32
LIST: Final = 255
"""Excel's limits on an input message, its title, and a list written into the validation itself."""


@dataclass(frozen=True)
class Entry:
    """A data validation. `kind` is Excel's type; `stop` refuses, otherwise Excel only asks."""

    kind: str | None
    operator: str | None
    formula: str | None
    title: str
    prompt: str
    error: str
    stop: bool


def long_lists(fields: Iterable[Field], campaign: Campaign) -> dict[str, str]:
    """Code list → the range of the hidden sheet that holds it, for the lists Excel cannot hold inline."""
    long: dict[str, int] = {}
    for each in fields:
        choices = KINDS[each.kind].choices(each, campaign)
        if each.codes and choices and _inline(choices) is None:
            long.setdefault(each.codes, len(choices))
    return {
        name: f"{CODES}!${letters(at)}$2:${letters(at)}${count + 1}"
        for at, (name, count) in enumerate(long.items(), 1)
    }


def entry(field: Field, campaign: Campaign, ranges: Mapping[str, str], nil: bool) -> Entry:
    """The validation of a column. `nil`: its first cell may hold the nil return."""
    said = KINDS[field.kind].excel(field, campaign)
    kind, operator, formula, error = _limit(field, said.choices, ranges)
    if nil and kind is not None:
        kind, operator, formula = None, None, None
    prompt = _prompt(field, said.prompt, campaign, nil)
    return Entry(kind, operator, formula, field.label[:TITLE], prompt, error, kind == "list")


def _limit(
    field: Field, choices: tuple[str, ...] | None, ranges: Mapping[str, str]
) -> tuple[str | None, str | None, str | None, str]:
    if choices:
        formula = ranges.get(field.codes or "") or _inline(choices)
        return "list", None, formula, "请从下拉列表中选择一项。"
    if field.also:
        return None, None, None, ""
    if field.kind == "date":
        day = field.earliest
        first = f"DATE({day.year},{day.month},{day.day})" if day else "DATE(1900,1,1)"
        asks = f"“{field.label}”应为日期，例如 2019-08-07。仍要这样填吗？"
        return "date", "greaterThanOrEqual", first, asks
    if field.kind == "count":
        return "whole", "greaterThanOrEqual", "0", f"“{field.label}”应为不小于0的整数。仍要这样填吗？"
    if field.kind == "id_number":
        return "textLength", "equal", "18", "身份证号应为18位。仍要这样填吗？"
    if field.max_length:
        most = str(field.max_length)
        asks = f"“{field.label}”最多{most}个字。仍要这样填吗？"
        return "textLength", "lessThanOrEqual", most, asks
    return None, None, None, ""


def _prompt(field: Field, said: str, campaign: Campaign, nil: bool) -> str:
    text = _needed(field) + said
    if field.codes and field.kind == "choices" and not field.one_per_cell:
        text += f"可填：{'、'.join(campaign.codes[field.codes].labels)}。"
    end = f"本表没有情况的，在第一行此列填“{NIL}”。" if nil else ""
    room = PROMPT - len(end)
    return (text if len(text) <= room else f"{text[: room - 1]}…") + end


def _needed(field: Field) -> str:
    if field.auto:
        return "由系统核算，可不填。" if field.kind != "serial" else ""
    if field.required:
        return "必填。"
    return "按情形必填。" if field.required_when else ""


def _inline(choices: tuple[str, ...]) -> str | None:
    labels = ",".join(choices)
    if len(labels) > LIST or any("," in each for each in choices):
        return None
    return '"' + labels.replace('"', '""') + '"'
