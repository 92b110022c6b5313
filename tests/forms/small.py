"""Small data sets for tests: a few rows written as mappings become documents and registers, and
numbers come out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
from openpyxl.utils import get_column_letter

from forms.campaign import load
from forms.document import Document, TableData
from forms.engine import Checked, Data, Engine
from forms.spec import Campaign
from forms.typed import register_schema

UNIT, OTHER = "002", "003"
ANN, BEN, CAT, DAN = "330399198001010018", "33039919750615002X", "330399199012310133", "330399198505050017"
PASSPORT, HKMO, TAIWAN = "普通护照", "往来港澳通行证", "大陆居民往来台湾通行证"
AS_OF = date(2019, 8, 12)

# What a clerk would have written where a test does not care.
USUAL: Mapping[str, Mapping[str, Any]] = {
    "staff": {
        "name": "陈小一",
        "id_number": ANN,
        "category": "在编事业",
        "status": "在岗",
        "joined_on": "2010-01-01",
        "due": "是",
    },
    "registrations": {
        "surname": "陈",
        "given_name": "小一",
        "id_number": ANN,
        "action": "修改",
        "state": "公安已入库",
        "filed_on": "2012-01-01",
    },
    "certificates": {
        "name": "陈小一",
        "id_number": ANN,
        "kind": PASSPORT,
        "number": "EZ9900001",
        "issued_on": "2015-01-05",
        "expires_on": "2025-01-04",
        "status": "有效",
        "consented": "不适用",
    },
    "custody": {
        "name": "陈小一",
        "id_number": ANN,
        "kind": PASSPORT,
        "number": "EZ9900001",
        "issued_on": "2015-01-05",
        "expires_on": "2025-01-04",
        "first_handed_in_on": "2015-01-08",
        "nature": "常态上交",
        "state": "在库",
    },
    "loans": {
        "name": "陈小一",
        "id_number": ANN,
        "kind": PASSPORT,
        "number": "EZ9900001",
        "reason": "因私出国（境）",
        "lent_on": "2019-06-20",
        "state": "已领用",
    },
    "trips": {
        "name": "陈小一",
        "id_number": ANN,
        "nature": "因私",
        "reason": "旅游",
        "exit_on": "2018-05-01",
        "entry_on": "2018-05-06",
        "destinations": ["日本"],
        "kind": PASSPORT,
        "number": "EZ9900001",
        "approval": "已审批",
        "conclusion": "不属违规",
        "violation": ["无"],
    },
    "approvals": {
        "name": "陈小一",
        "id_number": ANN,
        "approval_number": "A1",
        "matter": "出国（境）",
        "reason": "旅游",
        "destinations": ["日本"],
        "planned_exit_on": "2018-05-01",
        "planned_return_on": "2018-05-06",
        "unit_opinion": "同意",
        "bureau_decision": "同意",
        "level": "局",
        "departed": "是",
    },
    "sanctions": {
        "name": "陈小一",
        "id_number": ANN,
        "role": "当事人",
        "violation": ["V4a 未经批准（无任何手续）"],
        "violated_on": "2018-05-01",
        "concerns": "行程",
        "class": "批评教育类",
        "method": ["批评教育"],
        "decided_on": "2019-08-09",
    },
    "violations": {
        "name": "陈小一",
        "id_number": ANN,
        "violation": "V5a 逾期滞留",
        "exit_on": "2018-05-01",
        "entry_on": "2018-05-06",
        "conclusion": "属实",
        "handled": "否",
    },
    "problems": {
        "name": "陈小一",
        "id_number": ANN,
        "violation": "V2 违规持有因私证照",
        "happened_on": "2019-01-01",
        "conclusion": "属实",
        "voluntary": "否",
        "handled": "否",
    },
    "declarations": {"name": "陈小一", "id_number": ANN, "signed_on": "2019-08-08"},
}


@dataclass(frozen=True)
class Lists:
    """Registers as the engine takes them."""

    tables: Mapping[str, pa.Table]


@cache
def campaign(*changed: tuple[str, Any]) -> Campaign:
    """The shipped campaign, with some keys of `config` changed."""
    shipped = load(Path(__file__).parents[2] / "forms" / "ruian2019")
    return replace(shipped, config={**shipped.config, **dict(changed)}) if changed else shipped


@cache
def engine(*changed: tuple[str, Any]) -> Engine:
    return Engine(campaign(*changed))


def document(
    form: str,
    unit: str = UNIT,
    refused: int = 0,
    unreadable: Iterable[tuple[str, int, str]] = (),
    facts: Mapping[str, Any] | None = None,
    **tables: Sequence[Mapping[str, Any]],
) -> Document:
    """A form with rows from row 6 on, columns lettered in the order of their definition; texts like
    2019-08-07 are dates."""
    definition = campaign().forms[form]
    found = {}
    for name, rows in tables.items():
        full = [{**USUAL.get(name, {}), **row} for row in rows]
        values = {}
        for field in definition.tables[name].fields:
            values[field.name] = [_typed(row.get(field.name), field.kind) for row in full]
            for flag in field.flags:
                values[flag] = [bool(row.get(flag)) for row in full]
        unknown = {key for row in full for key in row} - values.keys()
        assert not unknown, f"{name} has no {unknown}"
        letters = {
            field.name: get_column_letter(n)
            for n, field in enumerate(definition.tables[name].fields, start=1)
        }
        found[name] = TableData(
            name,
            definition.tables[name].sheet,
            tuple(range(6, 6 + len(full))),
            values,
            letters,
            unreadable=tuple((row, field) for table, row, field in unreadable if table == name),
        )
    cells = {name: ("数据", f"B{n}") for n, name in enumerate(definition.facts, start=1)}
    return Document(
        campaign().id,
        unit,
        form,
        definition.version,
        found,
        dict(facts or {}),
        cells,
        rows_read=sum(len(rows) for rows in tables.values()),
        rows_refused=refused,
        stamp="valid",
        name=f"{unit}-{form}.xlsx",
    )


def _typed(value: Any, kind: str) -> Any:
    return date.fromisoformat(value) if kind == "date" and isinstance(value, str) else value


def documents(unit: str = UNIT, **tables: Sequence[Mapping[str, Any]]) -> list[Document]:
    """Every form of a unit, filled with these tables, the others empty."""
    found = []
    for form in campaign().forms.values():
        own = {name: rows for name, rows in tables.items() if name in form.tables}
        found.append(document(form.form, unit, **own))
    return found


def registers(**tables: Sequence[Mapping[str, Any]]) -> Lists:
    found = {}
    for name, rows in tables.items():
        register = campaign().registers[name]
        schema = register_schema(register)
        known = {**({"unit": UNIT} if not register.police else {}), "document": f"{name}.xlsx"}
        listed = []
        for n, row in enumerate(rows, start=2):
            full = {**known, "row": n, **row}
            assert set(full) <= set(schema.names), set(full) - set(schema.names)
            listed.append(
                {
                    key: _typed(value, "date" if pa.types.is_date(schema.field(key).type) else "")
                    for key, value in full.items()
                }
            )
        found[name] = pa.Table.from_pylist(listed, schema=schema)
    return Lists(found)


def numbers(
    given: Sequence[Document],
    lists: Lists | None = None,
    *changed: tuple[str, Any],
    unit: str | None = UNIT,
    as_of: date = AS_OF,
    cutoff: date | None = None,
) -> dict[str, int]:
    """Every figure of one unit (None: the city) under its id."""
    with engine(*changed).data(lists, given, as_of=as_of, cutoff=cutoff) as data:
        return {figure: n for (owner, figure), n in data.figures().items() if owner == unit}


def rows(
    view: str,
    given: Sequence[Document] = (),
    lists: Lists | None = None,
    *changed: tuple[str, Any],
    as_of: date = AS_OF,
    cutoff: date | None = None,
) -> list[dict[str, Any]]:
    with engine(*changed).data(lists, given, as_of=as_of, cutoff=cutoff) as data:
        return list(data.view(view).to_pylist())


def checked(
    given: Sequence[Document], *rules: str, lists: Lists | None = None, unit: str | None = UNIT, **more: Any
) -> Checked:
    with engine().data(lists, given, as_of=AS_OF, **more) as data:
        assert isinstance(data, Data)
        return data.check(unit=unit, rules=rules or None)
