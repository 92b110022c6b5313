# ruff: noqa: E501 — rows of tables
"""A tiny language for trying rules: one line per row, `table person field=value …`; what a line leaves out is unremarkable.

    staff 陈甲 due=是                     a row of a form's table, a register, or of `submissions`, `attachments`, `figures`
    custody 林乙 state=未上交 number=      an empty value is an empty cell; code lists take the code: violation=V4a
    staff 陈甲 unit=003                   rows belong to unit 002 where nothing else is said
    missing trips                        the form has not come (every other form a rule needs is there, if only as a nil return)
    as_of 2019-09-01                     the day of the check (2019-08-12)

Expectations are written as they would be told: `error custody.state#1 第6行：…`; `#n` is the n-th row of the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any, Final

import pyarrow as pa
from openpyxl.utils import get_column_letter

from forms.document import Document, TableData
from forms.engine import Checked, Data, Engine
from forms.engine_tables import GIVEN
from forms.findings import Finding
from forms.kinds.identity import eighteen
from forms.spec import Campaign, Field, Form
from forms.typed import register_schema
from tests.forms.small import Lists, campaign

UNIT: Final = "002"
FIRST: Final = 6                                 # sheet row of a table's first row
AS_OF: Final = date(2019, 8, 12)
PEOPLE: Final = ("陈甲", "林乙", "黄丙", "张丁", "欧阳戊")
Sheets = dict[tuple[str | None, str | None, str | None], str]      # (unit, form, sheet) → table

# What a careful clerk writes for one person with one passport in custody and one approved trip.
USUAL: Final[Mapping[str, Mapping[str, str]]] = {
    "staff": {"political_status": "群众", "category": "在编事业", "position": "护士", "title": "主管护师", "authority": "单位管",
              "joined_on": "2010-03-01", "status": "在岗", "household": "浙江瑞安", "due": "是",
              "reason": "其他在编（含备案制）工作人员", "has_certificate": "有", "has_trips": "有"},
    "registrations": {"household": "浙江瑞安", "political_status": "群众", "workplace": "瑞安市人民医院", "position": "护士",
                      "personnel_unit": "瑞安市卫生健康局", "action": "修改", "filing_unit_code": "A", "batch": "A20120305",
                      "filing_unit": "瑞安市人民医院", "filed_on": "2012-03-05", "state": "公安已入库", "informed": "是"},
    "certificates": {"kind": "普通护照", "number": "EZ9900001", "issued_on": "2017-05-08", "expires_on": "2027-05-07",
                     "status": "有效", "consented": "是", "consented_on": "2017-04-20", "custody_state": "在库"},
    "trips": {"nature": "因私", "reason": "旅游", "exit_on": "2018-05-01", "entry_on": "2018-05-06", "days": "6",
              "destinations": "日本", "kind": "普通护照", "number": "EZ9900001", "approval": "已审批", "approval_number": "A1",
              "approved_on": "2018-04-20", "approved_exit_on": "2018-05-01", "approved_return_on": "2018-05-06",
              "approved_destinations": "日本", "leave": "有", "conclusion": "不属违规", "violation": "无"},
    "approvals": {"approval_number": "A1", "position": "护士", "matter": "出国（境）", "applied_on": "2018-04-02", "reason": "旅游",
                  "destinations": "日本", "planned_exit_on": "2018-05-01", "planned_return_on": "2018-05-06",
                  "approved_days": "6", "unit_opinion": "同意", "unit_opinion_on": "2018-04-04",
                  "discipline_opinion": "无异议", "discipline_opinion_on": "2018-04-10", "bureau_decision": "同意",
                  "bureau_decided_on": "2018-04-20", "level": "局", "lent_on": "2018-04-25", "returned_on": "2018-05-10",
                  "departed": "是", "papers": "审批表", "scan": "002_A1.pdf", "approver": "周局长"},
    "custody": {"kind": "普通护照", "number": "EZ9900001", "issued_on": "2017-05-08", "expires_on": "2027-05-07",
                "first_handed_in_on": "2017-05-11", "nature": "常态上交", "place": "本单位保险柜/专柜专人", "state": "在库"},
    "loans": {"kind": "普通护照", "number": "EZ9900001", "reason": "因私出国（境）", "approval_number": "A1",
              "lent_on": "2018-04-25", "returned_on": "2018-05-10", "state": "已归还"},
    "declarations": {"has_passport": "有", "has_hkmo_permit": "无", "has_tw_permit": "无", "went_abroad": "有",
                     "went_hkmotw": "无", "signed_on": "2019-08-08"},
    "declared_passports": {"number": "EZ9900001", "issued_on": "2017-05-08", "expires_on": "2027-05-07"},
    "declared_permits": {"kind": "往来港澳通行证", "number": "CZ9900001", "issued_on": "2019-05-08", "expires_on": "2029-05-07"},
    "declared_trips_abroad": {"exit_on": "2018-05-01", "entry_on": "2018-05-06", "destinations": "日本", "number": "EZ9900001"},
    "declared_trips_hkmotw": {"exit_on": "2019-06-01", "entry_on": "2019-06-03", "destinations": "香港", "number": "CZ9900001"},
    "sanctions": {"political_status": "群众", "post": "瑞安市人民医院护士", "post_then": "瑞安市人民医院护士", "role": "当事人",
                  "violation": "V4a", "violated_on": "2018-05-01", "concerns": "2018-05-01出境", "class": "批评教育类",
                  "method": "批评教育", "decided_on": "2019-08-09", "ban_from": "2019-08-09", "ban_until": "2022-08-08"},
    "violations": {"violation": "V4a", "exit_on": "2018-05-01", "entry_on": "2018-05-06", "conclusion": "属实", "handled": "否",
                   "proposed": "批评教育", "due_on": "2019-08-30"},
    "problems": {"violation": "V2", "happened_on": "2019-08-01", "kind": "普通护照", "number": "EZ9900001", "concerns": "普通护照0001",
                 "conclusion": "属实", "voluntary": "否", "handled": "否", "proposed": "批评教育", "due_on": "2019-08-30"},
    "police_registrations": {"action": "修改"},
    "police_certificates": {"kind": "普通护照", "number": "EZ9900001", "issued_on": "2017-05-08", "expires_on": "2027-05-07"},
    "police_movements": {"kind": "普通护照", "number": "EZ9900001", "destination": "日本"},
    "roster": {"category": "在编事业", "status": "在岗", "joined_on": "2010-03-01"},
    "past_custody": {"kind": "普通护照", "number": "EZ9900001"},
    "consent_register": {"kind": "普通护照", "consented_on": "2017-04-20"},
    "submissions": {"state": "submitted", "received_at": "2019-08-09T10:00"},
}
# A stranger in each register: the register has come and says nothing of the case's people.
STRANGER: Final = {"police_certificates": {"kind": "普通护照", "number": "EZ9999999"}, "roster": {"category": "在编事业"},
                   "police_movements": {"kind": "普通护照", "number": "EZ9999999", "movement": "出境", "moved_on": "2019-08-10"}}


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    given: str
    findings: tuple[str, ...] = ()

    @property
    def expected(self) -> list[str]:
        return sorted(self.findings)

    @property
    def id(self) -> str:
        return f"{self.rule} {'fires' if self.findings else 'is silent'}: {self.name}"


@cache
def engine() -> Engine:
    """With every rule on, the optional ones too."""
    return Engine(replace(campaign(), levels={}))


def fires(rule: str, name: str, given: str, *findings: str) -> Case:
    assert findings, name
    return Case(rule, name, given, findings)


def silent(rule: str, name: str, given: str) -> Case:
    return Case(rule, name, given)


def id_of(person: str, born: str = "19800101") -> str:
    """A made-up number of the person: nobody's division, the place in PEOPLE as sequence."""
    n = PEOPLE.index(person) if person in PEOPLE else 90
    return eighteen(f"330399{born[2:]}{901 + 2 * n}")


def world(given: str) -> tuple[dict[str, list[dict[str, str]]], set[str], date]:
    """Table → rows as written, the forms that are missing, the day."""
    rows: dict[str, list[dict[str, str]]] = defaultdict(list)
    missing: set[str] = set()
    as_of = AS_OF
    for line in filter(None, map(str.strip, given.splitlines())):
        table, *words = line.split()
        if table == "missing":
            missing |= set(words)
        elif table == "as_of":
            as_of = date.fromisoformat(words[0])
        else:
            person = words.pop(0) if words and "=" not in words[0] else PEOPLE[0]
            told = dict(word.split("=", 1) for word in words)
            rows[table].append({"unit": UNIT, **_person(table, person), **USUAL.get(table, {}), **told})
    return rows, missing, as_of


def _person(table: str, person: str) -> dict[str, str]:
    own = {"name": person, "id_number": id_of(person)}
    if "registrations" in table:
        own |= {"surname": person[:-1], "given_name": person[-1]}
    return own


def check(case: Case) -> tuple[Checked, Sheets]:
    """The findings of the case's rule (or rules) over all its units, and which table stands where."""
    rules = [each for each in engine().rules if each.id in case.rule.split()]
    assert rules, case.rule
    with at_hand(case.given, {need for rule in rules for need in rule.needs}) as (data, tables):
        return data.check(rules=[rule.id for rule in rules]), tables


@contextmanager
def at_hand(given: str, needs: Iterable[str]) -> Iterator[tuple[Data, Sheets]]:
    """The engine's data of a text, with every form and register of `needs` come in, and which table stands where."""
    rows, missing, as_of = world(given)
    wanted = {need for need in needs if need not in missing}
    units = dict.fromkeys([UNIT, *(row["unit"] for listed in rows.values() for row in listed if row["unit"] != "-")])
    documents = [_document(form, unit, rows) for unit in units for form in campaign().forms.values()
                 if form.form not in missing and (form.form in wanted or any(table in rows for table in form.tables))]
    tables: Sheets = {
        (each.unit, each.form, data.sheet): name for each in documents for name, data in each.tables.items()}
    with engine().data(_registers(rows, wanted), documents, as_of=as_of, units=list(units),
                       submissions=_given("submissions", rows), attachments=_given("attachments", rows)) as data:
        if "figures" in rows:       # numbers the engine would count itself
            numbers = pa.table({
                "unit": [None if row["unit"] == "-" else row["unit"] for row in rows["figures"]],
                "figure": [row["figure"] for row in rows["figures"]],
                "n": pa.array([int(row["n"]) for row in rows["figures"]], pa.int64())})
            data._slot.derive("figures", data.units, lambda: numbers)
        yield data, tables


def told(finding: Finding, tables: Sheets) -> str:
    """The finding in a line; where it names a row, its cell is the field's on the issued sheet."""
    at = finding.unit or "city"
    if finding.row is not None:
        table = tables[finding.unit, finding.form, finding.sheet]
        assert finding.field is not None and finding.key, finding
        letter = _letters(campaign().forms[str(finding.form)], table)[finding.field]
        assert finding.cell == f"{letter}{finding.row}", finding
        at = f"{table}.{finding.field}#{finding.row - FIRST + 1}"
    elif finding.form is not None:
        at = finding.form
    other = f"{finding.unit}: " if finding.row is not None and finding.unit != UNIT else ""
    return f"{finding.level} {other}{at} {finding.message}"


def judged(case: Case) -> list[str]:
    """What the rule says, in words without holes, at cells that exist."""
    checked, tables = check(case)
    assert not checked.held, checked.held
    assert all("{" not in each.message + (each.fix or "") for each in checked.findings)
    assert all(each.value for each in checked.findings if each.level == "warning" and each.row is None)
    return sorted(told(each, tables) for each in checked.findings)


def _letters(form: Form, table: str) -> dict[str, str]:
    return {field.name: get_column_letter(n) for n, field in enumerate(form.tables[table].fields, start=1)}


def _document(form: Form, unit: str, rows: Mapping[str, list[dict[str, str]]]) -> Document:
    tables = {}
    for name, table in form.tables.items():
        own = [row for row in rows.get(name, ()) if row["unit"] == unit]
        known = {*table.by_name, "unit", "name", "id_number"}
        assert all(row.keys() <= known for row in own), f"{name} has no {[set(row) - known for row in own]}"
        values: dict[str, list[Any]] = {}
        for field in table.fields:
            words = [row.get(field.name) or None for row in own]
            values[field.name] = [None if word in field.also else _cell(word, field, campaign()) for word in words]
            for word, flag in field.also.items():
                values[flag] = [each == word for each in words]
        tables[name] = TableData(name, table.sheet, tuple(range(FIRST, FIRST + len(own))), values, _letters(form, name),
                                 nil=not own)
    return Document(campaign().id, unit, form.form, form.version, tables, stamp="valid", name=f"{unit}-{form.form}.xlsx")


def _cell(word: str | None, field: Field, of: Campaign) -> Any:
    if word is None:
        return None
    match field.kind:
        case "date":
            return date.fromisoformat(word)
        case "count" | "serial":
            return int(word)
        case "countries":
            return word.split("、")
        case "choice":
            return _label(word, field, of)
        case "choices":
            return [_label(each, field, of) for each in word.split("、")]
    return word


def _label(word: str, field: Field, of: Campaign) -> str:
    listed = of.codes[str(field.codes)]
    label = word if word in listed.labels else listed.by_code.get(word)
    assert label is not None, f"{field.name}: {word} is not in {field.codes}"
    return label


def _registers(rows: Mapping[str, list[dict[str, str]]], wanted: set[str]) -> Lists:
    found = {}
    for name, register in campaign().registers.items():
        schema = register_schema(register)
        known = {each.name: each for each in register.fields}
        listed = list(rows.get(name, ()))
        if name in wanted:
            listed.append({**_person(name, "何人"), "unit": "052", **STRANGER.get(name, {})})
        full = [{"unit": row["unit"], "document": f"{name}.xlsx", "row": n,
                 **{key: _value(row.get(key) or None, known[key]) for key in known}} for n, row in enumerate(listed, start=2)]
        assert all(row.keys() <= {*known, "unit", "name", "id_number"} for row in listed), name
        found[name] = pa.Table.from_pylist([{key: row[key] for key in schema.names} for row in full], schema=schema)
    return Lists(found)


def _value(word: str | None, field: Any) -> Any:
    readers: Mapping[str, Callable[[str], Any]] = {
        "date": date.fromisoformat, "count": int, "countries": lambda each: each.split("、")}
    return word if word is None or field.kind not in readers else readers[field.kind](word)


def _given(table: str, rows: Mapping[str, list[dict[str, str]]]) -> list[dict[str, Any]]:
    found = []
    for row in rows.get(table, ()):
        own: dict[str, Any] = {key: row.get(key) or None for key in GIVEN[table].names}
        if own.get("received_at"):
            own["received_at"] = datetime.fromisoformat(own["received_at"])
        found.append(own)
    return found
