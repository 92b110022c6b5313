# ruff: noqa: E501 — a fact is compared, and read, in one piece
"""What the problem register says happened: the trip, and in what it was not as approved."""

from __future__ import annotations

import pytest

from forms.checklist import load_checklist
from tests.rules.tables import at_hand, campaign

FACTS = [
    ("late, with the day he was to be back", """
        trips entry_on=2018-05-09 conclusion=属实 violation=V5a
        violations violation=V5a entry_on=2018-05-09 days=9 destinations=日本
        """, "2018年5月1日至9日赴日本，在外9天，批准5月6日返回，逾期3天"),
    ("not back yet", """
        as_of 2019-08-12
        trips exit_on=2018-12-30 entry_on=未归 approved_exit_on=2018-12-30 approved_return_on=2019-01-04 conclusion=属实 violation=V5a
        violations violation=V5a exit_on=2018-12-30 entry_on=未归 destinations=日本
        """, "2018年12月30日起赴日本，批准2019年1月4日返回，尚未返回"),
    ("to a place that nobody approved", """
        trips destinations=日本、瑞士 conclusion=属实 violation=V5b
        violations violation=V5b days=6 destinations=日本、瑞士
        """, "2018年5月1日至6日赴日本、瑞士，在外6天，其中瑞士未经批准"),
    ("off three days early", """
        trips exit_on=2018-04-28 conclusion=属实 violation=V5c
        violations violation=V5c exit_on=2018-04-28 days=9 destinations=日本
        """, "2018年4月28日至5月6日赴日本，在外9天，批准5月1日出境，提前3天"),
    ("off after the day he was to be back", """
        trips exit_on=2018-05-08 entry_on=2018-05-09 conclusion=属实 violation=V5c
        violations violation=V5c exit_on=2018-05-08 entry_on=2018-05-09 days=2 destinations=日本
        """, "2018年5月8日至9日赴日本，在外2天，批准的返回日为5月6日"),
    ("for another reason than approved", """
        approvals reason=探亲
        trips conclusion=属实 violation=V5d
        violations violation=V5d days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天，批准的事由为探亲，实际为旅游"),
    ("with another certificate than the one lent for it", """
        loans number=EZ9900007
        trips conclusion=属实 violation=V5e
        violations violation=V5e days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天，所用普通护照（尾号0001）不是经批准领用的证件"),
    ("while no approval was to be given", """
        sanctions violated_on=2016-03-01 concerns=2016-03-01出境 decided_on=2017-03-20 ban_from=2017-03-20 ban_until=2020-03-20
        trips conclusion=属实 violation=V4d
        violations violation=V4d days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天，在不予审批期内（至2020年3月20日）"),
    ("unapproved and punished before, of another person", """
        sanctions 林乙 violated_on=2016-03-01 concerns=2016-03-01出境 decided_on=2017-03-20 ban_from=2017-03-20 ban_until=2020-03-20
        trips conclusion=属实 violation=V4d
        violations violation=V4d days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天"),
    ("leave in place of an approval", """
        trips approval=以请假代替审批 conclusion=属实 violation=V4b
        violations violation=V4b days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天，只办理请假手续"),
    ("late by what the unit confirms, though no approval is at hand to compare", """
        trips approval=未经审批 approved_on= approved_exit_on= approved_return_on= approved_destinations= conclusion=属实 violation=V5a
        violations violation=V5a days=6 destinations=日本
        """, "2018年5月1日至6日赴日本，在外6天"),
    ("unapproved: the approval of another kind of fault is not told", """
        trips entry_on=2018-05-09 conclusion=属实 violation=V4a
        violations violation=V4a entry_on=2018-05-09 days=9 destinations=日本
        """, "2018年5月1日至9日赴日本，在外9天"),
    ("a trip that was not reported, told by the unit's own register", """
        trips
        problems violation=V6 exit_on=2018-05-01 kind= number=
        """, "2018年5月1日至6日赴日本，未如实报告"),
    ("a trip that was not reported, and stands in no register", """
        problems violation=V6 exit_on=2018-05-01 kind= number=
        """, "2018年5月1日出境，未如实报告"),
]


BOOKLETS = [
    ("handed in since", "custody first_handed_in_on=2019-08-09", "，已于2019年8月9日上交", False),
    ("still out", "custody state=未上交 first_handed_in_on= missing_reason=拒交", "，尚未上交", True),
    ("out on a loan whose term is past", """
        custody state=借出(经批准)
        approvals
        loans returned_on= state=已领用
        """, "，领用后尚未归还", True),
    ("in no ledger of custody", "", "，尚未上交", True),
]


ONE = "trips exit_on=2017-02-01 entry_on=2017-02-05 conclusion=属实 violation=V4a"
OTHER = "trips conclusion=属实 violation=V4a"
BOTH = f"""
    {ONE}
    {OTHER}
    violations exit_on=2017-02-01 entry_on=2017-02-05 handled=是 destinations=日本
    violations handled=是 destinations=日本
"""


def methods(given: str) -> list[str | None]:
    with at_hand(given, ("trips", "approvals", "violations", "sanctions", "staff")) as (data, _):
        rows = data.view("problem_register").to_pylist()
    return [row["method"] for row in sorted(rows, key=lambda row: row["row"])]


def test_each_of_two_trips_has_the_sanction_that_was_given_for_it() -> None:
    given = BOTH + """
        sanctions violated_on=2017-02-01 concerns=2017-02-01出境 method=批评教育 decided_on=2017-03-01
        sanctions method=诫勉
        """
    assert methods(given) == ["批评教育", "诫勉"]


def test_a_sanction_that_names_no_day_of_either_trip_stands_for_both() -> None:
    assert methods(BOTH + "sanctions violated_on= concerns=两次出境 method=诫勉") == ["诫勉", "诫勉"]


@pytest.mark.parametrize(
    ("code", "fault"), [("V7b", "次数或者天数超过规定"), ("V7a", "未事先听取派驻纪检组意见"), ("V7c", "在不予审批期内批准"), ("V7e", "申请材料不全")]
)
def test_an_approval_is_told_with_its_trip_and_what_was_wrong_with_it(code: str, fault: str) -> None:
    given = f"""
        approvals
        problems violation={code} kind= number= approval_number=A1
        """
    with at_hand(given, ("trips", "approvals", "violations")) as (data, _):
        (row,) = data.view("problem_register").to_pylist()
    assert row["fact"] == f"审批事项A1（2018年5月1日至6日赴日本）{fault}"


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ("approvals approved_days=30 planned_return_on=2018-05-30", "批准在外30天，超过旅游规定的15天"),
        ("""
         approvals approval_number=A0 planned_exit_on=2018-02-01 planned_return_on=2018-02-06
         approvals
         """, "为本年度第2次批准，超过一般每年1次"),
    ],
)
def test_an_approval_beyond_the_limits_is_told_with_the_one_it_went_beyond(given: str, fault: str) -> None:
    with at_hand(given + "\n        problems violation=V7b kind= number= approval_number=A1", ("approvals", "violations")) as (data, _):
        (row,) = data.view("problem_register").to_pylist()
    assert row["fact"].endswith(f"）{fault}")


@pytest.mark.parametrize(("given", "where", "owed"), [each[1:] for each in BOOKLETS], ids=[each[0] for each in BOOKLETS])
def test_a_certificate_is_told_with_where_it_is_now(given: str, where: str, owed: bool) -> None:
    needs = ("staff", "certificates", "custody", "loans", "approvals", "violations")
    with at_hand(f"staff\n certificates\n {given}\n problems", needs) as (data, _):
        (row,) = data.view("problem_register").to_pylist()
    assert row["fact"] == f"持有普通护照（尾号0001）未按规定集中保管{where}"
    assert (row["outstanding"] is not None) == owed


def test_register_and_inspection_tell_a_requirement_in_the_same_words() -> None:
    known = load_checklist(campaign()).categories
    trips, others = campaign().codes["trip_violation"].labels, campaign().codes["problem_violation"].labels
    given = "\n".join(f"violations violation={label.split()[0]}" for label in trips if label[0] == "V")
    given += "\n" + "\n".join(f"problems violation={label.split()[0]} concerns={n}" for n, label in enumerate(others) if label[0] == "V")
    with at_hand(given, ("violations",)) as (data, _):
        told = {row["code"]: row["requirement"] for row in data.view("problem_register").to_pylist()}
    assert len(told) == len({label for label in (*trips, *others) if label[0] == "V"}) and told == {code: known[code].requirement for code in told}


@pytest.mark.parametrize(("given", "fact"), [each[1:] for each in FACTS], ids=[each[0] for each in FACTS])
def test_the_register_tells_what_was_done_beside_what_was_approved(given: str, fact: str) -> None:
    with at_hand(given, ("trips", "approvals", "violations", "loans", "custody", "staff")) as (data, _):
        (row,) = data.view("problem_register").to_pylist()
    assert row["fact"] == fact
