"""The shared derivations: due dates, loans, custody, bans, trips against approvals, and what packs are
filled with."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.forms.small import (
    ANN,
    AS_OF,
    BEN,
    HKMO,
    PASSPORT,
    TAIWAN,
    UNIT,
    campaign,
    document,
    documents,
    engine,
    registers,
    rows,
)

V = {label.split(" ")[0]: label for label in campaign().codes["violation"].labels}
PERSON = {
    "id_number": ANN,
    "name": "陈小一",
    "category": "在编事业",
    "status": "在岗",
    "joined_on": "2010-01-01",
    "department": "内科",
    "position": "医师",
    "household": "浙江瑞安",
    "political_status": "群众",
}


def one(view: str, given: Any, *changed: tuple[str, Any], **more: Any) -> dict[str, Any]:
    [row] = rows(view, given, more.pop("lists", None), *changed, **more)
    return row


def asked(sql: str) -> Any:
    with engine().data(None, [], as_of=AS_OF) as data:
        return data._slot.rows(f"select {sql} from workday_index w")[1][0][0]


@pytest.mark.parametrize(
    ("sql", "value"),
    [
        ("workdays_between(date '2019-08-09', date '2019-08-12', w)", 1),  # Friday to Monday
        ("workdays_between(date '2019-08-12', date '2019-08-12', w)", 0),
        ("workdays_between(date '2019-08-12', date '2019-08-09', w)", -1),
        ("workdays_between(date '2019-09-30', date '2019-10-08', w)", 1),  # the October holiday
        ("workdays_between(date '2019-09-27', date '2019-09-29', w)", 1),  # a Sunday worked for it
        ("add_workdays(date '2019-08-09', 1, w)", date(2019, 8, 12)),
        ("add_workdays(date '2019-08-10', 1, w)", date(2019, 8, 12)),
        ("add_workdays(date '2019-09-30', 1, w)", date(2019, 10, 8)),
        ("add_workdays(date '2099-01-01', 1, w)", None),  # beyond the calendar: unknown, no error
        ("workdays_between(date '1999-01-01', date '2019-01-01', w)", None),
        ("born('330399198001010018')", date(1980, 1, 1)),
        ("born('330399198013010018')", None),
        ("sex_of('330399198001010018')", "男"),
        ("sex_of('33039919750615002X')", "女"),
        ("surname_of('欧阳小一')", "欧阳"),
        ("surname_of('陈小一')", "陈"),
        ("surname_of('欧阳')", "欧"),
        ("tail('EZ9900001')", "0001"),
        ("code_of('V4a 未经批准（无任何手续）')", "V4a"),
        ("beyond(['日本', '韩国'], ['日本'])", ["韩国"]),
        ("places('中国香港，泰国')", ["香港", "泰国"]),
    ],
)
def test_small_words(sql: str, value: Any) -> None:
    found = asked(sql)
    assert (sorted(found) if isinstance(found, list) else found) == (
        sorted(value) if isinstance(value, list) else value
    )


@pytest.mark.parametrize(
    ("loan", "trip", "approval", "due", "late", "overdue"),
    [
        (
            {},
            {"exit_on": "2019-07-01", "entry_on": "2019-07-10"},
            None,
            "2019-07-24",
            13,
            True,
        ),  # open, long late
        (
            {},
            {"exit_on": "2019-07-01", "entry_on": "2019-07-29"},
            None,
            "2019-08-12",
            0,
            False,
        ),  # due today: in time
        (
            {"returned_on": "2019-07-25", "state": "已归还"},
            {"exit_on": "2019-07-01", "entry_on": "2019-07-10"},
            None,
            "2019-07-24",
            1,
            False,
        ),
        (
            {"state": "已作废"},
            {"exit_on": "2019-07-01", "entry_on": "2019-07-10"},
            None,
            "2019-07-24",
            0,
            False,
        ),
        (
            {"approval_number": "A1"},
            None,
            {"planned_exit_on": "2019-07-01", "planned_return_on": "2019-07-29"},
            "2019-08-12",
            0,
            False,
        ),
        (
            {"approval_number": "A1"},
            None,
            {"departed": "取消", "cancelled_on": "2019-07-29"},
            "2019-08-05",
            5,
            True,
        ),
        (
            {"approval_number": "A1"},
            {
                "exit_on": "2019-07-01",
                "entry_on": "2019-07-29",
                "approval_number": "A1",
                "number": "EZ9900009",
            },
            {"planned_return_on": "2019-07-05"},
            "2019-08-12",
            0,
            False,
        ),  # the real return counts
        ({"reason": "换发/补发"}, {"exit_on": "2019-07-01", "entry_on": "2019-07-10"}, None, None, 0, False),
    ],
)
def test_a_loan_is_due_ten_workdays_after_return_or_five_after_cancelling(
    loan: dict[str, Any],
    trip: dict[str, Any] | None,
    approval: dict[str, Any] | None,
    due: str | None,
    late: int | None,
    overdue: bool,
) -> None:
    given = documents(loans=[loan], trips=[trip] if trip else [], approvals=[approval] if approval else [])
    row = one("loan_terms", given)
    assert (str(row["due_on"]) if row["due_on"] else None, row["workdays_late"], row["overdue"]) == (
        due,
        late,
        overdue,
    )


@pytest.mark.parametrize(
    ("custody", "filed", "due", "late"),
    [
        ({"issued_on": "2019-07-01", "first_handed_in_on": "2019-07-08"}, "2012-01-01", "2019-07-08", 0),
        ({"issued_on": "2019-07-01", "first_handed_in_on": "2019-07-09"}, "2012-01-01", "2019-07-08", 1),
        (
            {"issued_on": "2015-07-01", "first_handed_in_on": "2019-07-09"},
            "2019-07-08",
            "2019-07-15",
            0,
        ),  # registered later
        (
            {"issued_on": "2019-07-01", "first_handed_in_on": None, "state": "未上交"},
            "2012-01-01",
            "2019-07-08",
            35,
        ),  # to this day
    ],
)
def test_a_certificate_is_due_five_workdays_after_issue_or_registration(
    custody: dict[str, Any], filed: str, due: str, late: int
) -> None:
    row = one("custody_terms", documents(custody=[custody], registrations=[{"filed_on": filed}]))
    assert (str(row["due_on"]), row["days_late"]) == (due, late)


def test_custody_is_broken_by_loans() -> None:
    loans = [
        {"lent_on": "2018-05-01", "returned_on": "2018-05-10", "state": "已归还"},
        {"lent_on": "2019-06-20"},
    ]
    found = rows("custody_periods", documents(custody=[{"state": "借出(经批准)"}], loans=loans))
    assert sorted((str(row["since"]), str(row["until"])) for row in found) == [
        ("2015-01-09", "2018-04-30"),
        ("2018-05-11", "2019-06-19"),
    ]
    [row] = rows("custody_periods", documents(custody=[{}]))
    assert (str(row["since"]), row["until"]) == ("2015-01-09", None)


@pytest.mark.parametrize(
    ("sanction", "until"),
    [
        ({"decided_on": "2018-03-01"}, "2021-03-01"),
        ({"decided_on": "2018-03-01", "ban_from": "2018-04-01", "ban_until": "2020-04-01"}, "2020-04-01"),
    ],
)
def test_a_ban_lasts_three_years_unless_the_row_says_otherwise(sanction: dict[str, Any], until: str) -> None:
    assert str(one("bans", documents(sanctions=[sanction]))["ban_until"]) == until
    assert rows("bans", documents(sanctions=[sanction | {"role": "领导责任人"}])) == []
    assert rows("bans", documents(sanctions=[sanction | {"violation": [V["V8a"]]}])) == []


def test_periods_of_influence_follow_the_method() -> None:
    row = one("sanction_terms", documents(sanctions=[{"method": ["诫勉"], "decided_on": "2019-08-07"}]))
    assert (row["influence_months"], str(row["influence_until"]), row["in_campaign"]) == (
        6,
        "2020-02-07",
        "是",
    )


def test_of_two_methods_in_one_row_the_longer_period_holds_and_the_row_stays_one() -> None:
    methods = ["诫勉", "党内警告"]
    row = one("sanction_terms", documents(sanctions=[{"method": methods, "decided_on": "2019-08-07"}]))
    months = {each.label: each.months or 0 for each in campaign().codes["sanction_method"].codes}
    longest = max(months[each] for each in methods)
    assert row["influence_months"] == longest == 12


APPROVED = {"approval_number": "A1"}


@pytest.mark.parametrize(
    ("trip", "approval", "suspected", "match"),
    [
        ({}, {}, [], "一致"),
        ({"entry_on": "2018-05-10"}, {}, ["V5a"], "逾期滞留"),
        ({"destinations": ["日本", "韩国"]}, {}, ["V5b"], "变更目的地/路线"),
        ({"exit_on": "2018-04-28"}, {}, ["V5c"], "提前或推迟出境"),
        ({"exit_on": "2018-05-03"}, {}, [], "一致"),
        ({"reason": "探亲"}, {}, ["V5d"], "事由不符"),
        (
            {"approval": "未经审批"},
            {"approval_number": "A2", "planned_exit_on": "2019-05-01", "planned_return_on": "2019-05-06"},
            ["V4a"],
            "无审批可比",
        ),
        ({"approval": "以请假代替审批"}, {"departed": "取消", "id_number": BEN}, ["V4b"], "无审批可比"),
        ({"approval": "事后补批"}, {"id_number": BEN}, ["V4c"], "无审批可比"),
        ({"approved_on": "2018-05-02"}, {}, ["V4c"], "一致"),
        ({"nature": "因公", "entry_on": "2018-05-10"}, {}, [], None),
        ({}, {"bureau_decision": "不同意"}, [], "无审批可比"),
    ],
)
def test_a_trip_is_compared_with_its_approval(
    trip: dict[str, Any], approval: dict[str, Any], suspected: list[str], match: str | None
) -> None:
    row = one("trip_checks", documents(staff=[{}], trips=[trip], approvals=[approval]))
    assert row["suspected"] == suspected
    assert match is None or row["match"] == match


def test_an_approved_extension_is_no_overstay_and_a_grace_is_taken_off() -> None:
    late = {"entry_on": "2018-05-10"}
    longer = {
        "approval_number": "A2",
        "matter": "延期",
        "planned_exit_on": "2018-05-01",
        "planned_return_on": "2018-05-10",
    }
    assert one("trip_checks", documents(staff=[{}], trips=[late], approvals=[{}]))["days_late"] == 4
    assert one("trip_checks", documents(staff=[{}], trips=[late], approvals=[{}, longer]))["days_late"] == 0
    assert (
        one(
            "trip_checks",
            documents(staff=[{}], trips=[late], approvals=[{}, longer | {"bureau_decision": "不同意"}]),
        )["days_late"]
        == 4
    )
    assert (
        one("trip_checks", documents(staff=[{}], trips=[late], approvals=[{}]), ("overstay_grace_days", 5))[
            "days_late"
        ]
        == 0
    )


def test_days_abroad_include_both_ends_unless_decision_13_says_otherwise() -> None:
    given = documents(staff=[{}], trips=[{}])
    assert one("trip_checks", given)["days"] == 6
    assert one("trip_checks", given, ("days_inclusive", False))["days"] == 5


def test_a_trip_in_a_ban_and_one_before_joining() -> None:
    banned = documents(
        staff=[{}],
        trips=[{}],
        approvals=[{}],
        sanctions=[{"decided_on": "2017-01-01", "violated_on": "2016-05-01"}],
    )
    assert one("trip_checks", banned)["suspected"] == ["V4d"]
    before = documents(staff=[{"joined_on": "2018-06-01"}], trips=[{"approval": "未经审批"}])
    assert (one("trip_checks", before)["employed"], one("trip_checks", before)["suspected"]) == (False, [])


def test_approvals_are_used_once_and_the_named_one_first() -> None:
    trips = [{"exit_on": "2018-05-02"}, {"exit_on": "2018-05-01", "approval_number": "A1"}]
    found = rows("trip_checks", documents(staff=[{}], trips=trips, approvals=[{}]))
    assert [(row["row"], row["granted_number"]) for row in sorted(found, key=lambda row: row["row"])] == [
        (6, None),
        (7, "A1"),
    ]


@pytest.mark.parametrize(("lead", "found"), [("2018-05-16", "A1"), ("2018-05-17", None)])
def test_an_approval_covers_an_exit_up_to_fifteen_days_before(lead: str, found: str | None) -> None:
    approval = {"planned_exit_on": lead, "planned_return_on": "2018-05-30"}
    assert (
        one("trip_checks", documents(staff=[{}], trips=[{}], approvals=[approval]))["granted_number"] == found
    )


@pytest.mark.parametrize(
    ("scope", "person", "due"),
    [
        ("A", {}, True),
        ("A", {"category": "编外合同制"}, False),
        ("B", {}, False),
        ("B", {"reason": "中层干部（科主任、护士长、职能科室负责人）"}, True),
        ("B", {"secrecy": "重要"}, True),
        ("C", {"category": "编外合同制"}, True),
        ("C", {"category": "劳务派遣"}, False),
        ("A", {"status": "退休", "status_on": "2019-01-01"}, False),
    ],
)
def test_who_is_due_follows_decision_1(scope: str, person: dict[str, Any], due: bool) -> None:
    assert (
        one("people", (), ("registration_scope", scope), lists=registers(roster=[PERSON | person]))["due"]
        is due
    )


# --- prefill --------------------------------------------------------------------------------------

MOVES = [
    {
        "movement": "出境",
        "kind": PASSPORT,
        "number": "EZ9900001",
        "id_number": ANN,
        "moved_on": "2018-05-01",
        "destination": "日本",
    },
    {"movement": "入境", "kind": PASSPORT, "number": "EZ9900001", "id_number": ANN, "moved_on": "2018-05-08"},
]
HELD = {
    "id_number": ANN,
    "kind": PASSPORT,
    "number": "EZ9900001",
    "issued_on": "2015-01-05",
    "expires_on": "2025-01-04",
    "status": "有效",
}
GRANT = {
    "approval_number": "A1",
    "id_number": ANN,
    "name": "陈小一",
    "matter": "出国（境）",
    "reason": "旅游",
    "destinations": ["日本"],
    "planned_exit_on": "2018-05-01",
    "planned_return_on": "2018-05-06",
    "bureau_decision": "同意",
    "bureau_decided_on": "2018-04-20",
    "level": "局",
}


def held(**more: Any) -> Any:
    return registers(
        **{
            "roster": [PERSON],
            "police_certificates": [HELD],
            "police_movements": MOVES,
            "approval_register": [GRANT],
            "police_registrations": [
                {"id_number": ANN, "surname": "陈", "given_name": "小一", "batch": "12330399-20120101"}
            ],
        }
        | more
    )


def test_every_prefilled_field_has_its_column() -> None:
    asked = {
        field.prefill for form in campaign().forms.values() for _, field in form.fields() if field.prefill
    }
    with engine().data(None, [], as_of=AS_OF) as data:
        for view in {each.view for each in asked}:
            columns = data.view(view).column_names
            assert columns[0] == "unit"
            assert {each.column for each in asked if each.view == view} <= set(columns)


def test_material_2_is_filled_from_the_roster_and_the_police() -> None:
    row = one("known_staff", (), lists=held())
    assert (row["name"], row["sex"], str(row["born_on"]), row["due"], row["reason"]) == (
        "陈小一",
        "男",
        "1980-01-01",
        "是",
        "其他在编（含备案制）工作人员",
    )
    assert (row["registered"], row["has_certificate"], row["has_trips"]) == ("是", "有", "有")
    row = one(
        "known_staff", (), lists=registers(roster=[PERSON | {"status": "调出", "status_on": "2018-01-01"}])
    )
    assert (row["due"], row["reason"], row["registered"], row["has_certificate"]) == (
        "否",
        "已离职待撤",
        None,
        None,
    )


def test_nothing_of_the_police_is_shown_where_the_bureau_decides_so() -> None:
    hidden = ("police_prefill", False)
    assert [
        rows(view, (), held(), hidden)
        for view in (
            "known_trips",
            "known_certificates",
            "known_violations",
            "known_custody",
            "known_registrations",
            "known_loans",
        )
    ] == [[], [], [], [], [], []]
    row = one("known_staff", (), hidden, lists=held())
    assert (row["registered"], row["has_certificate"], row["has_trips"]) == (None, None, None)
    assert one("known_approvals", (), hidden, lists=held())["departed"] is None


def test_material_8_is_never_filled_from_the_police() -> None:
    assert one("known_declarations", (), lists=held()) == {"unit": UNIT, "id_number": ANN, "name": "陈小一"}


def test_material_3_takes_last_years_list_and_what_the_police_know() -> None:
    past = {
        "id_number": ANN,
        "name": "陈小一",
        "filed_on": "2013-05-01",
        "state": "公安已入库",
        "action": "新增",
    }
    row = one("known_registrations", (), lists=registers(roster=[PERSON], past_registrations=[past]))
    assert (row["surname"], row["given_name"], str(row["filed_on"]), row["state"], row["workplace"]) == (
        "陈",
        "小一",
        "2013-05-01",
        "公安已入库",
        "瑞安市人民医院",
    )
    row = one("known_registrations", (), lists=held())
    assert (str(row["filed_on"]), row["state"], row["new_in_campaign"]) == ("2012-01-01", "公安已入库", "否")


@pytest.mark.parametrize(
    ("issued", "consents", "shown"),
    [
        ("2011-01-05", [], ("否", "不适用", None)),
        ("2018-01-05", [], ("是", None, None)),
        ("2018-01-05", ["2017-12-01"], ("是", "是", "2017-12-01")),
        ("2018-01-05", ["2017-09-01"], ("是", None, None)),  # a consent letter holds three months
    ],
)
def test_material_4_says_whether_the_unit_consented(
    issued: str, consents: list[str], shown: tuple[str | None, ...]
) -> None:
    letters = [{"id_number": ANN, "kind": PASSPORT, "consented_on": each} for each in consents]
    row = one(
        "known_certificates",
        (),
        lists=held(police_certificates=[HELD | {"issued_on": issued}], consent_register=letters),
    )
    told = str(row["consented_on"]) if row["consented_on"] else None
    assert (row["registered_at_issue"], row["consented"], told) == shown


def test_material_5_joins_the_approval_and_compares_but_never_concludes() -> None:
    row = one("known_trips", (), lists=held())
    assert (
        row["approval"],
        row["approval_number"],
        row["match"],
        row["days_late"],
        row["days"],
        row["conclusion"],
    ) == ("已审批", "A1", "逾期滞留", 2, 8, "待核实")
    row = one("known_trips", (), lists=held(approval_register=[]))
    assert (row["approval"], row["match"], row["conclusion"]) == ("待核实", "无审批可比", "待核实")
    row = one("known_trips", (), lists=held(approval_register=[GRANT | {"planned_return_on": "2018-05-08"}]))
    assert (row["match"], row["conclusion"]) == ("一致", "待核实")
    row = one(
        "known_trips", (), lists=held(roster=[PERSON | {"joined_on": "2019-01-01"}], approval_register=[])
    )
    assert (row["approval"], row["conclusion"]) == ("不需审批(入职前/离职后)", "待核实")


def test_material_6_and_7_follow_the_approval_register_and_the_trip() -> None:
    row = one("known_approvals", (), lists=held())
    assert (row["departed"], row["scan"]) == ("是", "002_A1_陈小一.pdf")
    assert (
        one(
            "known_approvals",
            (),
            lists=held(police_movements=[MOVES[0] | {"moved_on": "2018-09-01"}]),
        )["departed"]
        == "否"
    )
    row = one("known_loans", (), lists=held())
    assert (row["approval_number"], row["number"], str(row["due_on"])) == ("A1", "EZ9900001", "2018-05-22")


def test_material_7_starts_from_last_years_ledger() -> None:
    kept = {
        "id_number": ANN,
        "name": "陈小一",
        "kind": PASSPORT,
        "number": "EZ9900001",
        "first_handed_in_on": "2015-01-08",
        "state": "在库",
    }
    found = rows(
        "known_custody",
        (),
        held(
            past_custody=[kept],
            police_certificates=[
                HELD,
                HELD | {"kind": HKMO, "number": "CZ9900001"},
                HELD | {"kind": TAIWAN, "number": "L99000001", "expires_on": "2018-01-01"},
            ],
        ),
    )
    assert [
        (row["number"], row["state"], row["nature"]) for row in sorted(found, key=lambda row: row["number"])
    ] == [("CZ9900001", None, None), ("EZ9900001", "在库", "常态上交")]


def test_material_10_proposes_and_never_concludes() -> None:
    row = one("known_violations", (), lists=held())
    assert (row["violation"], row["difference"], row["conclusion"], row["found_by"]) == (
        "V5a 逾期滞留",
        "逾期2天",
        "待核实",
        "公安比对",
    )
    assert one("known_violations", (), lists=held(approval_register=[]))["violation"] == V["V4a"]


def test_the_filled_in_forms_do_not_change_what_packs_are_filled_with() -> None:
    before = rows("known_trips", (), held())
    assert (
        rows("known_trips", [document("trips", trips=[{}]), document("staff", staff=[{}])], held()) == before
    )
