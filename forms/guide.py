"""The filling guide and the data dictionary, derived from the definitions.

What each cell wants, in plain words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from forms.kinds import KINDS
from forms.spec import Campaign, Field, Form, Table

NIL: Final = "没有此类情况的，在第一行的第一个空格填“无”（零报告），不要留空。"
_CLAUSE: Final = re.compile(
    r"(?P<name>\w+)\s*(?:(?P<sign>=|<>)\s*(?P<value>'[^']*'|\['[^']*'\])|in\s*\((?P<values>(?:'[^']*'(?:,\s*)?)+)\)|"
    r"(?P<given>is not null))|starts_with\((?P<starts>\w+),\s*'(?P<head>[^']*)'\)"
)
_LITERAL: Final = re.compile(r"'((?:[^']|'')*)'")


@dataclass(frozen=True)
class ColumnGuide:
    """One column or labelled cell. `codes`: what may be chosen; `label`: with the groups above it."""

    label: str
    required: str
    may: str
    codes: tuple[str, ...]
    example: str
    note: str


@dataclass(frozen=True)
class TableGuide:
    """One sheet; `nil` is the sentence on the zero report, empty where a table cannot be empty."""

    sheet: str
    title: str
    nil: str
    columns: tuple[ColumnGuide, ...]


@dataclass(frozen=True)
class FormGuide:
    """One form; `facts` are the labelled cells around its tables."""

    number: str
    title: str
    file: str
    tables: tuple[TableGuide, ...]
    facts: tuple[ColumnGuide, ...]


@dataclass(frozen=True)
class Entry:
    """One line of the data dictionary, for those who read the data rather than fill it in."""

    form: str
    table: str
    field: str
    label: str
    kind: str
    sql_type: str
    required: str
    codes: str
    prefill: str
    figure: str
    note: str


def guide(campaign: Campaign, form: Form) -> FormGuide:
    """How to fill in one form."""
    tables = tuple(_table(campaign, form, table) for table in form.tables.values())
    facts = tuple(_column(campaign, fact, form.facts) for fact in form.facts.values())
    return FormGuide(form.number, form.title, f"{form.file_stem}.{form.file}", tables, facts)


def markdown(of: FormGuide) -> str:
    """The guide as Markdown: a heading per sheet, a table of its columns."""
    heading = f"材料{of.number}" if of.number.isdigit() else of.number
    lines = [f"# {heading}　{of.title}", "", f"文件：{of.file}", ""]
    for table in of.tables:
        lines += [f"## {table.title}", "", *([table.nil, ""] if table.nil else []), *_rows(table.columns), ""]
    if of.facts:
        lines += ["## 表外各项", "", *_rows(of.facts), ""]
    return "\n".join(lines)


def dictionary(campaign: Campaign) -> tuple[Entry, ...]:
    """Every column of every form and register, flags included, in the order of the definitions."""
    entries: list[Entry] = []
    for form in campaign.forms.values():
        for table, field in form.fields():
            siblings = form.tables[table].by_name if table in form.tables else form.facts
            entries += _entries(form.form, table, field, siblings)
    for register in campaign.registers.values():
        for field in register.fields:
            entries += _entries(register.name, register.name, field, register.by_name)
    return tuple(entries)


def condition(sql: str, fields: Mapping[str, Field]) -> str:
    """A `required.

    {when: …}` in a clerk's words; the bare 「视情况必填」 where it is too intricate to say.
    """
    said = []
    for clause in re.split(r"\s+and\s+", sql):
        match = _CLAUSE.fullmatch(clause.strip())
        words = _said(match, fields) if match else None
        if words is None:
            return "视情况必填"
        said.append(words)
    return "，且".join(said) + "时必填"


def _said(match: re.Match[str], fields: Mapping[str, Field]) -> str | None:
    field = fields.get(match["name"] or match["starts"])
    if field is None:
        return None
    if match["starts"]:
        return f"“{field.label}”以“{match['head']}”开头"
    if match["given"]:
        return f"“{field.label}”已填写"
    values = "”或“".join(_LITERAL.findall(match["values"] or match["value"]))
    verb = "不是" if match["sign"] == "<>" else "为"
    return f"“{field.label}”{verb}“{values}”"


def _required(field: Field, fields: Mapping[str, Field]) -> str:
    if field.auto or field.kind == "serial":
        return "自动"
    if field.required:
        return "必填"
    return condition(field.required_when, fields) if field.required_when else "选填"


def _column(campaign: Campaign, field: Field, fields: Mapping[str, Field]) -> ColumnGuide:
    kind = KINDS[field.kind]
    codes = campaign.codes[field.codes].labels if field.codes else ()
    return ColumnGuide(
        label="／".join(field.path) or field.label,
        required=_required(field, fields),
        may=kind.says(field, campaign),
        codes=codes,
        example=kind.example(field, campaign),
        note=field.note or "",
    )


def _table(campaign: Campaign, form: Form, table: Table) -> TableGuide:
    columns = tuple(_column(campaign, field, table.by_name) for field in table.fields)
    return TableGuide(table.sheet, table.title or form.title, NIL if table.nil else "", columns)


def _entries(owner: str, table: str, field: Field, fields: Mapping[str, Field]) -> Iterable[Entry]:
    yield Entry(
        form=owner,
        table=table,
        field=field.name,
        label="／".join(field.path),
        kind=field.kind,
        sql_type=KINDS[field.kind].sql_type,
        required=_required(field, fields),
        codes=field.codes or "",
        prefill=str(field.prefill) if field.prefill else "",
        figure=field.figure or "",
        note=field.note or "",
    )
    for word, flag in field.also.items():
        yield Entry(owner, table, flag, f"{field.label}填“{word}”", "flag", "BOOLEAN", "自动", "", "", "", "")


def _rows(columns: Iterable[ColumnGuide]) -> list[str]:
    lines = ["| 栏目 | 是否必填 | 填写内容 | 可选值 | 示例 | 说明 |", "|---|---|---|---|---|---|"]
    for each in columns:
        cells = (each.label, each.required, each.may, "；".join(each.codes), each.example, each.note)
        lines.append("| " + " | ".join(_cell(text) for text in cells) + " |")
    return lines


def _cell(text: str) -> str:
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("\n", " ")
