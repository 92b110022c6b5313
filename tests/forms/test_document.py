"""Documents, typed tables, findings, the guide: what goes out comes back; problems come in a useful order."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import Document, Finding, TableData, arrange, levelled, load, shipped, typed
from forms.findings import pattern
from forms.guide import condition, dictionary, guide, markdown
from forms.kinds import KINDS

CAMPAIGN = load(shipped())


def finding(rule: str = "F01", **more: Any) -> Finding:
    usual: dict[str, Any] = dict(
        level="error",
        unit="002",
        form="staff",
        sheet="工作人员名册",
        cell="D7",
        row=7,
        field="id_number",
        key=None,
        value=None,
        message="“身份证号”为必填项。",
        fix="请补填。",
    )
    return Finding(rule, **{**usual, **more})


def document(**more: Any) -> Document:
    trips = TableData(
        "trips",
        "出国（境）登记表",
        (6, 8),
        {
            "name": ["陈某", None],
            "exit_on": [date(2018, 2, 1), date(2019, 1, 3)],
            "entry_on": [None, date(2019, 1, 9)],
            "not_returned": [True, False],
            "destinations": [["泰国", "日本"], None],
            "days": [None, 7],
        },
        {"name": "B", "exit_on": "H"},
        unreadable=((8, "destinations"),),
    )
    usual: dict[str, Any] = dict(
        campaign="RAWJ-2019-01",
        unit="002",
        form="trips",
        version="0a1b2c3d",
        tables={"trips": trips},
        facts={"filled_on": date(2019, 8, 9), "filled_by": "林某"},
        fact_cells={"filled_on": ("出国（境）登记表", "H2")},
        findings=(finding(),),
        rows_read=2,
        rows_refused=1,
        stamp="valid",
        name="05-出国.xlsx",
    )
    return Document(**{**usual, **more})


def test_a_document_survives_json_exactly() -> None:
    before = document()
    after = Document.from_json(before.to_json())
    assert after == before
    assert type(after.tables["trips"].values["exit_on"][0]) is date
    assert after.to_json() == before.to_json()


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.dates()
    | st.lists(st.text(max_size=5))
)


@settings(max_examples=60, deadline=None)
@given(
    columns=st.dictionaries(
        st.text(min_size=1, max_size=8), st.lists(SCALARS, min_size=3, max_size=3), max_size=4
    ),
    facts=st.dictionaries(st.text(min_size=1, max_size=8), SCALARS, max_size=3),
    name=st.text(max_size=10),
)
def test_any_values_survive_json_exactly(
    columns: dict[str, list[Any]], facts: dict[str, Any], name: str
) -> None:
    before = document(tables={"t": TableData("t", "s", (1, 2, 3), columns)}, facts=facts, name=name)
    assert Document.from_json(before.to_json()) == before


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"tables": 3}', '{"campaign": "x"}'])
def test_what_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        Document.from_json(text)


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="not 2 values long"):
        TableData("t", "s", (1, 2), {"a": [1]})


def test_tables_become_arrow_with_every_declared_column_in_order() -> None:
    tables = typed.arrow(CAMPAIGN.forms["trips"], document())
    trips = tables["trips"]
    assert trips.column_names[:4] == ["unit", "document", "row", "serial"]
    assert trips.schema == typed.schemas(CAMPAIGN.forms["trips"])["trips"]
    row = trips.to_pylist()[0]
    assert (row["unit"], row["document"], row["row"]) == ("002", "05-出国.xlsx", 6)
    assert (row["exit_on"], row["not_returned"], row["destinations"]) == (
        date(2018, 2, 1),
        True,
        ["泰国", "日本"],
    )
    assert tables["trips_facts"].to_pylist()[0]["filled_by"] == "林某"


def test_a_form_nobody_filled_gives_empty_tables_of_the_right_types() -> None:
    for form in CAMPAIGN.forms.values():
        tables = typed.arrow(form, Document(CAMPAIGN.id, "001", form.form, form.version))
        for name, schema in typed.schemas(form).items():
            assert tables[name].schema == schema
            assert tables[name].num_rows == (1 if name == form.facts_table else 0)


def test_parquet_keeps_tables_exactly_and_is_deterministic() -> None:
    for table in typed.arrow(CAMPAIGN.forms["trips"], document()).values():
        data = typed.to_parquet(table)
        assert typed.from_parquet(data).equals(table)
        assert typed.to_parquet(table) == data


def test_a_value_of_another_type_does_not_slip_into_a_column() -> None:
    wrong = document(tables={"trips": TableData("trips", "s", (6,), {"exit_on": ["2018-02-01"]})})
    with pytest.raises((pa.ArrowInvalid, pa.ArrowTypeError, TypeError)):
        typed.arrow(CAMPAIGN.forms["trips"], wrong)


def test_every_kind_has_one_column_type_in_sql_and_in_arrow() -> None:
    for kind in KINDS.values():
        assert (kind.sql_type == "DATE") == (kind.arrow_type == pa.date32())
        assert (kind.sql_type == "VARCHAR[]") == pa.types.is_list(kind.arrow_type)


def test_registers_have_a_unit_unless_they_are_the_polices() -> None:
    assert typed.register_schema(CAMPAIGN.registers["roster"]).names[:3] == ["unit", "document", "row"]
    assert typed.register_schema(CAMPAIGN.registers["police_movements"]).names[:2] == ["document", "row"]


def test_findings_are_grouped_by_problem_worst_first_and_by_place() -> None:
    arranged = arrange(
        [
            finding("F24", level="notice", message="已自动规范：“a”→“b”。"),
            finding("F03", cell="D10", row=10, message="校验码不正确（末位应为3）。"),
            finding("F03", cell="D9", row=9, message="校验码不正确（末位应为X1）。"),
            finding("F05", level="warning", message="前6位“330399”不在库中。"),
            finding("F02", cell="AA9", row=9),
        ]
    )
    assert [(group.rule, group.total) for group in arranged.groups] == [
        ("F02", 1),
        ("F03", 2),
        ("F05", 1),
        ("F24", 1),
    ]
    assert [each.cell for each in arranged.groups[1].findings] == ["D9", "D10"]
    assert arranged.groups[1].message == "校验码不正确（末位应为…）。"
    assert arranged.groups[0].message == "“身份证号”为必填项。"
    assert arranged.counts == {"error": 3, "warning": 1, "notice": 1}


def test_a_long_group_is_cut_and_says_how_many_are_left() -> None:
    many = [finding(row=n, cell=f"D{n}") for n in range(1, 251)]
    group = arrange(many, cap=200).groups[0]
    assert (len(group.findings), group.more, group.total) == (200, 50, 250)
    assert arrange(many).counts["error"] == 250


def test_columns_of_a_row_come_in_sheet_order() -> None:
    cells = [
        each.cell
        for each in arrange([finding(cell="AB7"), finding(cell="Z7"), finding(cell="B7")]).groups[0].findings
    ]
    assert cells == ["B7", "Z7", "AB7"]


def test_the_campaign_may_lower_a_level_or_switch_a_rule_off() -> None:
    found = (finding("F17", level="warning"), finding("F03"), finding("F24", level="notice"))
    assert levelled(found, {}) == found
    assert levelled(found, {"F17": "notice", "F24": "off"}) == (replace(found[0], level="notice"), found[1])


def test_a_pattern_forgets_values_and_keeps_words() -> None:
    assert pattern("第12行“张某”的E12345678于2019-08-07出境") == "第…行“…”的…于…出境"


def test_a_finding_as_a_dict_has_the_keys_of_the_command_line() -> None:
    assert list(finding().as_dict()) == [
        "rule",
        "level",
        "unit",
        "form",
        "sheet",
        "cell",
        "row",
        "field",
        "key",
        "value",
        "message",
        "fix",
        "explained",
    ]


def test_the_guide_names_every_column_and_says_conditions_in_words() -> None:
    for form in CAMPAIGN.forms.values():
        text = markdown(guide(CAMPAIGN, form))
        for _, each in form.fields():
            assert each.label in text
    trips = guide(CAMPAIGN, CAMPAIGN.forms["trips"]).tables[0]
    required = {column.label: column.required for column in trips.columns}
    assert required["所用证件号码"] == "“性质”为“因私”时必填"
    assert required["在外天数"] == "自动"
    assert not [entry for entry in dictionary(CAMPAIGN) if entry.required == "视情况必填"]


def test_a_condition_too_intricate_is_not_misquoted() -> None:
    fields = CAMPAIGN.forms["trips"].tables["trips"].by_name
    assert condition("nature = '因私' or days > 3", fields) == "视情况必填"
    assert condition("unknown = '因私'", fields) == "视情况必填"


def test_the_dictionary_lists_every_column_the_rules_see() -> None:
    listed = {(entry.table, entry.field) for entry in dictionary(CAMPAIGN)}
    for form in CAMPAIGN.forms.values():
        for table, schema in typed.schemas(form).items():
            assert {(table, name) for name in schema.names} - {
                (table, n) for n in ("unit", "document", "row")
            } <= listed
