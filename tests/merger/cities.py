"""Small cities for tests: three units of a hand-made campaign, accepted, handed in or silent."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from forms import Campaign, load
from forms.document import Document, TableData
from forms.engine import Engine, Submission
from forms.registers import Registers
from merger.city import City, Inputs, Override, Source, consolidate
from merger.workbook import city_workbook

FIRST, SECOND, THIRD = "002", "003", "008"
ANN, BEN, CAT, DAN = "330399198001010018", "33039919750615002X", "330399199012310133", "330399198505050017"
AS_OF, CUTOFF = date(2019, 8, 13), date(2019, 8, 11)
RECEIVED = datetime(2019, 8, 10, 8, tzinfo=UTC)
Tables = Mapping[str, Sequence[Mapping[str, Any]]]
TOP = 6  # the row in which the data of a made-up file begin


def person(name: str, id_number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "category": "在编事业",
        "status": "在岗",
        "due": "是",
        "joined_on": date(2010, 1, 1),
        **more,
    }


def registration(id_number: str, **more: Any) -> dict[str, Any]:
    return {
        "surname": "陈",
        "given_name": "小一",
        "id_number": id_number,
        "action": "修改",
        "state": "公安已入库",
        "filed_on": date(2012, 1, 1),
        **more,
    }


def passport(name: str, id_number: str, number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "kind": "普通护照",
        "number": number,
        "issued_on": date(2015, 1, 5),
        "expires_on": date(2025, 1, 4),
        "status": "有效",
        "consented": "不适用",
        **more,
    }


def in_custody(name: str, id_number: str, number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "kind": "普通护照",
        "number": number,
        "issued_on": date(2015, 1, 5),
        "expires_on": date(2025, 1, 4),
        "first_handed_in_on": date(2015, 1, 8),
        "nature": "常态上交",
        "state": "在库",
        **more,
    }


def trip(name: str, id_number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "nature": "因私",
        "reason": "旅游",
        "exit_on": date(2018, 5, 1),
        "entry_on": date(2018, 5, 6),
        "destinations": ["日本"],
        "kind": "普通护照",
        "number": "EZ9900001",
        "approval": "已审批",
        "conclusion": "不属违规",
        "violation": ["无"],
        **more,
    }


def violation(name: str, id_number: str, **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "id_number": id_number,
        "violation": "V5a 逾期滞留",
        "exit_on": date(2018, 5, 1),
        "entry_on": date(2018, 5, 6),
        "destinations": ["日本"],
        "conclusion": "属实",
        "handled": "否",
        "category": "在编事业",
        "found_by": "单位自查",
        **more,
    }


TROUBLED: Tables = {
    "staff": [person("陈小一", ANN), person("林大二", BEN)],
    "registrations": [registration(ANN)],
    "certificates": [passport("陈小一", ANN, "EZ9900001"), passport("林大二", BEN, "EZ9900002")],
    "custody": [
        in_custody("陈小一", ANN, "EZ9900001", nature="本次整治新收缴", first_handed_in_on=date(2019, 8, 8))
    ],
    "trips": [
        trip("陈小一", ANN, violation=["V5a 逾期滞留"], conclusion="属实"),
        trip("林大二", BEN, number="EZ9900002"),
    ],
    "violations": [violation("陈小一", ANN)],
}
CLEAN: Tables = {"staff": [person("黄三三", CAT)], "registrations": [registration(CAT)]}
SMALL: Mapping[str, Tables] = {FIRST: TROUBLED, SECOND: CLEAN}


@cache
def campaign() -> Campaign:
    """The shipped campaign with three units."""
    shipped = load(Path(__file__).parents[2] / "forms" / "ruian2019")
    return replace(
        shipped, units=tuple(unit for unit in shipped.units if unit.code in (FIRST, SECOND, THIRD))
    )


@cache
def engine() -> Engine:
    return Engine(campaign())


def documents(unit: str, tables: Tables) -> list[Document]:
    """Every form of a unit; fields not given are empty."""
    found = []
    for form in campaign().forms.values():
        data = {}
        for name, table in form.tables.items():
            rows = tables.get(name, ())
            names = [each for field in table.fields for each in (field.name, *field.also.values())]
            blank = {flag: False for field in table.fields for flag in field.also.values()}
            data[name] = TableData(
                name,
                table.sheet,
                tuple(range(TOP, TOP + len(rows))),
                {each: [row.get(each, blank.get(each)) for row in rows] for each in names},
                {},
            )
        found.append(
            Document(
                campaign().id,
                unit,
                form.form,
                form.version,
                data,
                {},
                {},
                rows_read=0,
                rows_refused=0,
                stamp="valid",
                name=f"{unit}-{form.form}.xlsx",
            )
        )
    return found


def inputs(
    filled: Mapping[str, Tables] = SMALL,
    *,
    handed_in: Iterable[str] = (),
    overrides: Iterable[Override] = (),
    cutoff: date = CUTOFF,
) -> Inputs:
    """`filled` units are accepted whole, those of `handed_in` are under review, the others silent."""
    sources, submissions = [], []
    for unit, tables in filled.items():
        state = "submitted" if unit in set(handed_in) else "accepted"
        for document in documents(unit, tables):
            submissions.append(Submission(unit, document.form, state, RECEIVED))
            if state == "accepted":
                sources.append(
                    Source(
                        unit,
                        document.form,
                        1,
                        document.name,
                        f"{unit}{document.form}".ljust(64, "0"),
                        "2019-08-10 16:00:00",
                        document,
                    )
                )
    return Inputs(
        campaign(),
        AS_OF,
        cutoff,
        Registers({}),
        tuple(sources),
        tuple(submissions),
        overrides=tuple(overrides),
    )


def city(filled: Mapping[str, Tables] = SMALL, **more: Any) -> City:
    return consolidate(inputs(filled, **more), engine())


def opened(made: City, values: bool = True) -> openpyxl.Workbook:
    """The city workbook as a reader sees it; `values` False: the formulas."""
    return openpyxl.load_workbook(io.BytesIO(city_workbook(made)), data_only=values)


def lines(sheet: Worksheet) -> dict[str, list[Any]]:
    """Rows of an annex by what stands in the name's column (the total by the serial's)."""
    return {str(row[1] or row[0]): list(row[2:]) for row in sheet.iter_rows(min_row=6, values_only=True)}
