"""Every column of Annex 2 and 3 counts the rows it should, and not their near misses (domain brief
§2.2, §2.4)."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from forms.engine import Engine
from tests.forms.small import (
    ANN,
    AS_OF,
    BEN,
    CAT,
    HKMO,
    OTHER,
    PASSPORT,
    TAIWAN,
    UNIT,
    campaign,
    documents,
    engine,
    numbers,
    registers,
)

FINAL = date(2019, 8, 31)
STAFF = [{"id_number": ANN}, {"id_number": BEN}, {"id_number": CAT}]
V = {label.split(" ")[0]: label for label in campaign().codes["violation"].labels}
UNAPPROVED = {"approval": "未经审批", "conclusion": "属实", "violation": [V["V4a"]]}


def one(
    figure: str, *changed: tuple[str, Any], cutoff: date | None = None, lists: Any = None, **tables: Any
) -> int:
    given = documents(**{"staff": STAFF, **tables})
    with engine(*changed).data(lists, given, as_of=AS_OF, cutoff=cutoff) as data:
        return data.figure(figure, UNIT).n


NEW = {"action": "新增", "filed_on": "2019-08-08"}


@pytest.mark.parametrize(
    ("row", "n"),
    [
        (NEW, 1),
        (NEW | {"state": "已报送公安"}, 1),
        (NEW | {"filed_on": "2019-08-07"}, 1),
        (NEW | {"filed_on": "2019-08-11"}, 1),
        (NEW | {"filed_on": "2019-08-06"}, 0),
        (NEW | {"filed_on": "2019-08-12"}, 0),
        (NEW | {"state": "待报送"}, 0),
        (NEW | {"action": "修改"}, 0),
        (NEW | {"id_number": "330399197001010011"}, 0),  # not on the roster
    ],
)
def test_c3_counts_persons_newly_registered_in_the_window(row: dict[str, Any], n: int) -> None:
    assert one("annex2.c3", registrations=[row]) == n


def test_c3_counts_a_person_once_and_leaves_out_who_has_left() -> None:
    assert one("annex2.c3", registrations=[NEW, NEW, NEW | {"id_number": BEN}]) == 2
    left = [{"id_number": ANN, "status": "调出", "status_on": "2019-08-01"}]
    assert one("annex2.c3", staff=left, registrations=[NEW]) == 0


def test_c3_of_the_final_report_goes_to_the_end_of_august() -> None:
    late = NEW | {"filed_on": "2019-08-20"}
    assert one("annex2.c3", registrations=[late]) == 0
    assert one("annex2.c3", registrations=[late], cutoff=FINAL) == 1


COLLECTED = {"nature": "本次整治新收缴", "first_handed_in_on": "2019-08-08"}


@pytest.mark.parametrize(
    ("row", "n"),
    [
        (COLLECTED, 1),
        (COLLECTED | {"nature": "常态上交"}, 0),
        (COLLECTED | {"nature": "换发新证上交"}, 0),
        (COLLECTED | {"first_handed_in_on": "2019-08-06"}, 0),
        (COLLECTED | {"expires_on": "2019-08-07"}, 0),  # expired on the day it was handed in
        (COLLECTED | {"expires_on": "2019-08-08"}, 1),
    ],
)
def test_c4_counts_certificates_collected_in_the_window(row: dict[str, Any], n: int) -> None:
    assert one("annex2.c4", custody=[row]) == n


def test_c4_counts_expired_ones_where_decision_7_says_so_and_never_cancelled_ones() -> None:
    assert one("annex2.c4", ("count_expired", True), custody=[COLLECTED | {"expires_on": "2018-01-01"}]) == 1
    assert one("annex2.c4", custody=[COLLECTED], certificates=[{"status": "注销/宣布作废"}]) == 0
    assert one("annex2.c4", custody=[COLLECTED], certificates=[{"status": "有效"}]) == 1


@pytest.mark.parametrize(
    ("row", "n"),
    [
        (UNAPPROVED, 1),
        (UNAPPROVED | {"approval": "以请假代替审批"}, 1),
        (UNAPPROVED | {"approval": "事后补批"}, 1),
        (UNAPPROVED | {"conclusion": "部分属实"}, 1),
        (UNAPPROVED | {"approval": "已审批"}, 0),
        (UNAPPROVED | {"approval": "不需审批(入职前/离职后)"}, 0),
        (UNAPPROVED | {"approval": "待核实"}, 0),
        (UNAPPROVED | {"conclusion": "待核实"}, 0),
        (UNAPPROVED | {"conclusion": "不属实"}, 0),
        (UNAPPROVED | {"conclusion": "不属违规"}, 0),
        (UNAPPROVED | {"nature": "因公"}, 0),
        (UNAPPROVED | {"exit_on": "2015-12-31"}, 0),
        (UNAPPROVED | {"exit_on": "2016-01-01"}, 1),
        (UNAPPROVED | {"exit_on": "2019-08-12", "entry_on": "2019-08-14"}, 0),  # after the cut-off
        (UNAPPROVED | {"exit_on": "2009-12-31"}, 0),
    ],
)
def test_c5_counts_persons_with_a_confirmed_unapproved_private_trip(row: dict[str, Any], n: int) -> None:
    assert one("annex2.c5", trips=[row]) == n


def test_c5_leaves_out_trips_before_the_person_joined_or_after_leaving() -> None:
    assert one("annex2.c5", staff=[{"joined_on": "2018-05-02"}], trips=[UNAPPROVED]) == 0
    assert one("annex2.c5", staff=[{"joined_on": "2018-05-01"}], trips=[UNAPPROVED]) == 1
    assert one("annex2.c5", staff=[{"status": "退休", "status_on": "2018-04-01"}], trips=[UNAPPROVED]) == 0
    assert one("annex2.c5", staff=[{"status": "退休", "status_on": "2018-06-01"}], trips=[UNAPPROVED]) == 1


HANDLED = {"decided_on": "2018-09-01", "violated_on": "2018-05-01"}


def test_c9_leaves_out_trips_dealt_with_before_the_campaign_but_not_the_person() -> None:
    second = UNAPPROVED | {"exit_on": "2019-02-01", "entry_on": "2019-02-05"}
    assert one("annex2.c9", trips=[UNAPPROVED]) == 1
    assert one("annex2.c9", trips=[UNAPPROVED], sanctions=[HANDLED]) == 0
    assert one("annex2.c5", trips=[UNAPPROVED], sanctions=[HANDLED]) == 1
    assert one("annex2.c9", trips=[UNAPPROVED, second], sanctions=[HANDLED]) == 1
    assert one("annex2.c9", trips=[UNAPPROVED], sanctions=[HANDLED | {"decided_on": "2019-08-07"}]) == 1
    assert one("annex2.c9", trips=[UNAPPROVED], sanctions=[HANDLED | {"violation": [V["V5a"]]}]) == 1
    assert one("annex2.c9", trips=[UNAPPROVED], sanctions=[HANDLED | {"id_number": BEN}]) == 1
    assert one("annex2.c9", ("unapproved_open_only", False), trips=[UNAPPROVED], sanctions=[HANDLED]) == 1


def test_c9_or_c10_counts_leave_instead_of_approval_as_decision_9_says() -> None:
    trip = UNAPPROVED | {"approval": "以请假代替审批", "violation": [V["V4b"]]}
    both = ("annex2.c9", "annex2.c10")
    assert [one(each, trips=[trip]) for each in both] == [1, 0]
    assert [one(each, ("leave_instead_column", "c10"), trips=[trip]) for each in both] == [0, 1]


@pytest.mark.parametrize(
    ("row", "n"),
    [
        ({"happened_on": "2018-03-01"}, 1),
        ({"happened_on": "2018-03-01", "conclusion": "部分属实"}, 1),
        ({"happened_on": "2018-03-01", "conclusion": "待核实"}, 0),
        ({"happened_on": "2018-03-01", "conclusion": "不属违规"}, 0),
        ({"happened_on": "2015-03-01"}, 0),  # before 2016: in a note, not in the number
        ({"happened_on": "2018-03-01", "violation": V["V2"]}, 0),
    ],
)
def test_c6_counts_confirmed_irregular_issues_since_2016(row: dict[str, Any], n: int) -> None:
    assert (
        one("annex2.c6", problems=[{"violation": V["V1"], "kind": PASSPORT, "number": "EZ9900001"} | row])
        == n
    )


def test_c6_needs_an_issue_after_registration_and_without_consent() -> None:
    problem = [{"violation": V["V1"], "kind": PASSPORT, "number": "EZ9900001", "happened_on": "2018-03-01"}]
    issued = {"issued_on": "2018-03-01", "consented": "否"}
    assert (
        one("annex2.c6", problems=problem, certificates=[issued], registrations=[{"filed_on": "2017-01-01"}])
        == 1
    )
    assert (
        one("annex2.c6", problems=problem, certificates=[issued], registrations=[{"filed_on": "2018-03-02"}])
        == 0
    )
    assert one("annex2.c6", problems=problem, certificates=[issued | {"consented": "是"}]) == 0


@pytest.mark.parametrize(
    ("figure", "violation", "row", "n"),
    [
        ("annex2.c7", "V2", {}, 1),
        ("annex2.c7", "V2", {"voluntary": "是"}, 1),  # handed in by themselves: still counted
        ("annex2.c7", "V2", {"conclusion": "待核实"}, 0),
        ("annex2.c7", "V3", {}, 0),
        ("annex2.c8", "V3", {}, 1),
        ("annex2.c8", "V3", {"voluntary": "是"}, 0),  # corrected in time: forgotten, not concealed
        ("annex2.c8", "V3", {"conclusion": "不属实"}, 0),
        ("annex2.c8", "V2", {}, 0),
        ("annex2.c11", "V6", {"exit_on": "2018-05-01"}, 1),
        ("annex2.c11", "V6", {"exit_on": "2018-05-01", "conclusion": "不属违规"}, 0),
        ("annex2.c11", "V3", {}, 0),
    ],
)
def test_c7_c8_and_c11_count_what_people_confirmed(
    figure: str, violation: str, row: dict[str, Any], n: int
) -> None:
    assert one(figure, problems=[{"violation": V[violation]} | row]) == n


def test_c11_counts_a_trip_marked_as_concealed_in_material_5_and_each_person_once() -> None:
    trip = {"conclusion": "属实", "violation": [V["V4a"], V["V6"]]}
    assert one("annex2.c11", trips=[trip]) == 1
    assert one("annex2.c11", trips=[trip], problems=[{"violation": V["V6"], "exit_on": "2018-05-01"}]) == 1
    assert one("annex2.c11", trips=[trip | {"conclusion": "待核实"}]) == 0


@pytest.mark.parametrize(
    ("row", "n"),
    [
        ({}, 1),
        ({"violation": V["V5b"]}, 1),
        ({"violation": V["V5e"]}, 1),
        ({"violation": V["V4a"]}, 0),
        ({"conclusion": "待核实"}, 0),
        ({"conclusion": "不属违规"}, 0),
    ],
)
def test_c10_counts_persons_who_went_otherwise_than_approved(row: dict[str, Any], n: int) -> None:
    assert one("annex2.c10", violations=[row]) == n


def test_c10_leaves_out_what_was_dealt_with_before_the_campaign_and_counts_persons_once() -> None:
    dealt = [{"violation": [V["V5a"]], "violated_on": "2018-05-04", "decided_on": "2018-09-01"}]
    assert one("annex2.c10", violations=[{}], sanctions=dealt) == 0
    assert one("annex2.c10", violations=[{}], sanctions=[dealt[0] | {"decided_on": "2019-08-08"}]) == 1
    assert one("annex2.c10", violations=[{}, {"violation": V["V5b"]}, {"id_number": BEN}]) == 2
    trip = {"conclusion": "属实", "violation": [V["V5c"]]}
    assert one("annex2.c10", violations=[{}], trips=[trip]) == 1


def test_c12_counts_approvals_not_persons_unless_decision_4_says_otherwise() -> None:
    rows = [
        {"violation": V["V7a"], "approval_number": "A1"},
        {"violation": V["V7b"], "approval_number": "A1"},
        {"violation": V["V7a"], "approval_number": "A2"},
        {"violation": V["V7f"], "approval_number": "A3", "conclusion": "待核实"},
    ]
    assert one("annex2.c12", problems=rows) == 2
    assert one("annex2.c12", ("problem_unit", "responsible"), problems=rows) == 1


@pytest.mark.parametrize(
    ("row", "n"),
    [
        ({}, 1),
        ({"role": "相关责任人"}, 1),
        ({"decided_on": "2019-08-06"}, 0),
        ({"decided_on": "2019-08-12"}, 0),
        ({"in_campaign": "否"}, 0),
    ],
)
def test_c13_counts_persons_dealt_with_in_the_window(row: dict[str, Any], n: int) -> None:
    assert one("annex2.c13", sanctions=[row]) == n


def test_c13_counts_a_person_with_two_sanctions_once_and_managers_as_decision_15_says() -> None:
    assert (
        one("annex2.c13", sanctions=[{}, {"method": ["诫勉"]}, {"id_number": BEN, "role": "领导责任人"}]) == 2
    )
    assert (
        one(
            "annex2.c13",
            ("managers_counted", False),
            sanctions=[{}, {"id_number": BEN, "role": "领导责任人"}],
        )
        == 1
    )


METHODS = [(each.label, each.column) for each in campaign().codes["sanction_method"].codes]


@pytest.mark.parametrize(("method", "column"), METHODS)
def test_c14_to_c20_count_each_method_in_its_column(method: str, column: str) -> None:
    rows = [{"method": [method]}, {"method": [method], "decided_on": "2019-08-06"}]
    found = numbers(documents(staff=STAFF, sanctions=rows))
    columns = {f"annex2.c{n}": found[f"annex2.c{n}"] for n in range(14, 21)}
    assert columns == {f"annex2.c{n}": int(column == f"c{n}") for n in range(14, 21)}


def test_two_methods_in_one_cell_are_both_counted() -> None:
    found = numbers(documents(staff=STAFF, sanctions=[{"method": ["批评教育", "诫勉"]}]))
    assert [found[f"annex2.c{n}"] for n in (13, 14, 15, 16)] == [1, 1, 1, 0]


def test_c20_leaves_discipline_out_where_decision_14_says_so() -> None:
    rows = [{"method": ["党内警告"]}, {"method": ["移交纪检监察机关"]}]
    assert one("annex2.c20", sanctions=rows) == 2
    assert one("annex2.c20", ("discipline_counts_as_referred", False), sanctions=rows) == 1


@pytest.mark.parametrize(
    ("row", "d3", "d4"),
    [
        ({}, 1, 1),
        ({"category": "公务员"}, 1, 1),
        ({"category": "备案制(报备员额)"}, 1, 1),
        ({"category": "编外合同制", "due": "否"}, 0, 0),
        ({"category": "劳务派遣", "due": "否"}, 0, 0),
        ({"due": "否"}, 1, 0),
        ({"status": "病(产)假"}, 1, 1),
        ({"status": "借出/挂职"}, 1, 1),
        ({"status": "借入"}, 0, 0),
        ({"status": "退休", "status_on": "2019-08-11"}, 0, 0),
        ({"status": "退休", "status_on": "2019-08-12"}, 1, 1),
        ({"joined_on": "2019-08-11"}, 1, 1),
        ({"joined_on": "2019-08-12"}, 0, 0),
    ],
)
def test_d3_and_d4_count_staff_in_service_on_the_statistic_date(
    row: dict[str, Any], d3: int, d4: int
) -> None:
    found = numbers(documents(staff=[row]))
    assert (found["annex3.d3"], found["annex3.d4"]) == (d3, d4)


def test_d3_counts_everybody_where_decision_2_says_so() -> None:
    assert (
        one("annex3.d3", ("staff_base", "C"), staff=[{}, {"id_number": BEN, "category": "编外合同制"}]) == 2
    )


@pytest.mark.parametrize(
    ("row", "n"),
    [
        ({}, 1),
        ({"state": "待报送"}, 0),
        ({"state": "已撤销"}, 0),
        ({"action": "撤销"}, 0),
        ({"filed_on": "2019-08-12"}, 0),
        ({"id_number": "330399197001010011"}, 0),
    ],
)
def test_d5_counts_persons_due_who_have_a_live_registration(row: dict[str, Any], n: int) -> None:
    assert one("annex3.d5", registrations=[row]) == n


def test_d5_takes_a_sent_registration_only_while_the_police_have_not_answered() -> None:
    police = registers(police_registrations=[{"id_number": BEN}])
    assert one("annex3.d5", registrations=[{"state": "已报送公安"}]) == 1
    assert one("annex3.d5", registrations=[{"state": "已报送公安"}], lists=police) == 0
    assert one("annex3.d5", registrations=[{}], staff=[{"due": "否"}]) == 0


@pytest.mark.parametrize(
    ("row", "n"),
    [
        ({}, 1),
        ({"status": "过期"}, 0),
        ({"status": "遗失(已报失)"}, 0),
        ({"expires_on": "2019-08-10"}, 0),
        ({"expires_on": "2019-08-11"}, 1),
        ({"issued_on": "2019-08-12"}, 0),
        ({"id_number": "330399197001010011"}, 0),
    ],
)
def test_d6_counts_valid_certificates_of_persons_due(row: dict[str, Any], n: int) -> None:
    assert one("annex3.d6", certificates=[row]) == n


def test_d6_counts_booklets_once_and_those_only_the_police_know() -> None:
    known = {
        "id_number": ANN,
        "kind": PASSPORT,
        "number": "EZ9900001",
        "issued_on": "2015-01-05",
        "expires_on": "2025-01-04",
    }
    police = registers(
        police_certificates=[
            known,
            known | {"kind": HKMO, "number": "CZ9900001"},
            known | {"kind": TAIWAN, "number": "L99000001", "expires_on": "2019-01-01"},
        ]
    )
    assert one("annex3.d6", certificates=[{}, {}]) == 1
    assert one("annex3.d6", certificates=[{}], lists=police) == 2
    assert one("annex3.d6", certificates=[{}], lists=police, staff=[{"due": "否"}]) == 0
    assert (
        one(
            "annex3.d6", ("due_certificate_holders", "全体在册人员"), certificates=[{}], staff=[{"due": "否"}]
        )
        == 1
    )
    assert (
        one(
            "annex3.d6",
            ("count_expired", True),
            certificates=[{"status": "过期", "expires_on": "2018-01-01"}],
        )
        == 1
    )


@pytest.mark.parametrize(
    ("custody", "n"),
    [
        ({}, 1),
        ({"place": "市委组织部(市管干部)"}, 1),
        ({"state": "借出(经批准)"}, 1),
        ({"state": "未上交", "first_handed_in_on": None}, 0),
        ({"state": "遗失"}, 0),
        ({"first_handed_in_on": "2019-08-12"}, 0),
        ({"number": "EZ9900002"}, 0),
    ],
)
def test_d7_counts_due_certificates_in_custody(custody: dict[str, Any], n: int) -> None:
    assert one("annex3.d7", certificates=[{}], custody=[custody]) == n


def test_d7_counts_a_loan_only_while_it_is_not_overdue() -> None:
    """Back on 2019-07-26 and ten workdays: due on 2019-08-09, late on the statistic date, the 11th."""
    out = {"state": "借出(经批准)"}
    late = {"exit_on": "2019-07-01", "entry_on": "2019-07-26"}
    in_time = {"exit_on": "2019-07-01", "entry_on": "2019-07-29"}
    given = {"certificates": [{}], "custody": [out], "loans": [{"approval_number": "A1"}]}
    assert one("annex3.d7", **given, trips=[late]) == 0
    assert one("annex3.d7", **given, trips=[in_time]) == 1
    assert one("annex3.d7", ("loan_counts_as_held", False), **given, trips=[in_time]) == 0
    assert (
        one(
            "annex3.d7", **given | {"loans": [{"returned_on": "2019-08-10", "state": "已归还"}]}, trips=[late]
        )
        == 1
    )


def test_d8_to_d10_split_d7_by_kind() -> None:
    booklets = [
        {},
        {"kind": HKMO, "number": "CZ9900001"},
        {"kind": TAIWAN, "number": "L99000001"},
        {"id_number": BEN, "kind": HKMO, "number": "CZ9900002"},
    ]
    found = numbers(documents(staff=STAFF, certificates=booklets, custody=booklets))
    assert [found[f"annex3.d{n}"] for n in range(6, 11)] == [4, 4, 1, 2, 1]


def test_the_city_is_the_sum_of_its_units_and_a_unit_without_problems_prints_zero() -> None:
    given = [
        *documents(UNIT, staff=STAFF, trips=[UNAPPROVED]),
        *documents(OTHER, staff=STAFF, trips=[UNAPPROVED]),
    ]
    assert numbers(given, unit=None)["annex2.c5"] == 2
    assert numbers(given)["annex2.c7"] == 0
    with engine().data(None, given, as_of=date(2019, 8, 12), units=[UNIT]) as data:
        assert data.figures()[None, "annex2.c5"] == 1
        assert (OTHER, "annex2.c5") not in data.figures()


def test_every_field_of_the_annexes_and_of_material_1_has_its_figure() -> None:
    asked = {field.figure for form in campaign().forms.values() for _, field in form.fields() if field.figure}
    assert asked and asked <= set(engine().figures)


def test_a_figure_shows_its_evidence_with_unit_form_document_and_row() -> None:
    with engine().data(None, documents(staff=STAFF, trips=[{}, UNAPPROVED]), as_of=date(2019, 8, 12)) as data:
        figure = data.figure("annex2.unapproved_since_2016")
    assert (figure.id, figure.n) == ("annex2.c5", 1)
    row = figure.rows.to_pylist()[0]
    assert (row["unit"], row["form"], row["origin"], row["document"], row["row"]) == (
        UNIT,
        "trips",
        "trips",
        "002-trips.xlsx",
        7,
    )


def test_breakdowns_and_ratios() -> None:
    trips = [
        {"exit_on": "2018-05-01"},
        {"exit_on": "2018-06-01", "destinations": ["泰国"]},
        {"exit_on": "2017-06-01", "destinations": ["泰国", "日本"]},
    ]
    given = documents(staff=STAFF, trips=trips, registrations=[{}])
    with engine().data(None, given, as_of=date(2019, 8, 12)) as data:
        assert data.figure("by.trips_year").by == (("2017年", 1), ("2018年", 2))
        assert data.figure("by.trips_destination").by == (("日本", 2), ("泰国", 2))
        assert data.figure("ratio.registration").ratio == pytest.approx(1 / 3)
        assert data.figure("ratio.collection").ratio is None


def test_report_figures_of_one_unit() -> None:
    given = documents(
        staff=[*STAFF, {"id_number": "330399197001010011", "status": "退休", "status_on": "2018-01-01"}],
        registrations=[{}, {"id_number": "330399197001010011"}],
        certificates=[{}],
        declarations=[{}, {"id_number": BEN, "signed_on": None}],
        trips=[
            {},
            {"exit_on": "2018-07-01"},
            {"nature": "因公"},
            UNAPPROVED | {"exit_on": "2019-01-01", "conclusion": "待核实"},
        ],
        problems=[
            {"violation": V["V2"]},
            {"violation": V["V3"], "handled": "是"},
            {"violation": V["V2"], "conclusion": "不属实"},
        ],
        sanctions=[
            {},
            {"id_number": BEN, "role": "领导责任人", "method": ["党内警告"], "violation": [V["V8a"]]},
        ],
    )
    found = numbers(given)
    assert {
        name: found[f"report.{name}"]
        for name in (
            "certificate_holders",
            "trips",
            "travellers",
            "declarations_due",
            "declarations_in",
            "stale_registrations",
            "problem_persons",
            "pending_persons",
            "problems_total",
            "problems_settled",
            "problems_open",
            "handled_staff",
            "handled_managers",
            "disciplined",
            "ban_persons",
        )
    } == {
        "certificate_holders": 1,
        "trips": 3,
        "travellers": 1,
        "declarations_due": 3,
        "declarations_in": 1,
        "stale_registrations": 1,
        "problem_persons": 1,
        "pending_persons": 1,
        "problems_total": 2,
        "problems_settled": 1,
        "problems_open": 1,
        "handled_staff": 1,
        "handled_managers": 1,
        "disciplined": 1,
        "ban_persons": 1,
    }


def test_of_the_persons_with_problems_those_dealt_with_now_and_before_are_told_apart() -> None:
    def handled(**tables: Any) -> tuple[int, ...]:
        found = numbers(documents(staff=STAFF, **tables))
        names = ("problem_persons", "persons_handled", "persons_handled_before")
        return tuple(found[f"report.{name}"] for name in names)

    problems = [{"violation": V["V2"], "happened_on": "2018-05-04"}]
    before = {"violation": [V["V2"]], "violated_on": "2018-05-04", "decided_on": "2018-09-01"}
    assert handled(problems=problems) == (1, 0, 0)
    assert handled(problems=problems, sanctions=[before | {"decided_on": "2019-08-09"}]) == (1, 1, 0)
    assert handled(problems=problems, sanctions=[before]) == (1, 0, 1)
    more = [*problems, {"violation": V["V3"], "happened_on": "2018-05-04"}]
    assert handled(problems=more, sanctions=[before]) == (1, 0, 0)  # one of the two is still open


def test_visits_up_to_the_day_and_one_reminder_are_counted() -> None:
    problems = [{"violation": V["V2"]}, {"violation": V["V3"]}, {"violation": V["V2"], "handled": "是"}]
    day = date(2019, 8, 12)
    visits = [(UNIT, "J1", date(2019, 8, 1)), (UNIT, "J2", day), ("011", "J3", date(2019, 8, 13))]
    with engine().data(None, documents(staff=STAFF, problems=problems), as_of=day, cutoff=day,
                       inspections=visits) as data:
        found = {name: data.figure(f"fig.{name}")
                 for name in ("units_inspected", "reminders_sent")}
    assert {name: each.n for name, each in found.items()} == {
        "units_inspected": 1, "reminders_sent": 1}
    assert [row["inspection"] for row in found["units_inspected"].rows.to_pylist()] == ["J1", "J2"]
    assert len(set(found["reminders_sent"].rows["owing"].to_pylist())) == len(campaign().units)
    with engine().data(None, documents(staff=STAFF), as_of=day) as data:
        assert data.figure("fig.units_inspected").n == 0


@pytest.mark.parametrize("text", ["report.md", "circular.md", "notice.md"])
def test_every_number_of_a_paper_is_a_figure_by_the_name_it_has_there(text: str) -> None:
    prose = (Path(__file__).parents[2] / "templates" / "text" / text).read_text("utf-8")
    named = set(re.findall(r"\b(?:fig|by|ratio)\.[a-z0-9_]+", prose))
    assert len(named) > 5
    engine = Engine(campaign())
    for name in sorted(named):
        assert engine.spec(name).label, name
