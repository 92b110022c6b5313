# ruff: noqa: E501 — a message is compared, and read, in one piece
"""Across units: one person one unit, one certificate one owner, what one unit says the other confirms."""

from __future__ import annotations

import pytest

from tests.rules.tables import PEOPLE, Case, fires, judged, silent

FORMS = ("self_report", "staff", "registrations", "certificates", "trips", "approvals", "custody", "declarations", "sanctions",
         "violations", "annex2", "annex3")
HANDED_IN = "\n".join(f"submissions form={form}" for form in FORMS)
APPROVALS = "\n".join(f"approvals {person} approval_number=A{n}" for n, person in enumerate(PEOPLE[:3], start=1))
TWENTY = "\n".join(f"staff 陈甲 unit=002 id_number=a{n}\nstaff 陈甲 unit=003 id_number=b{n}" for n in range(20))
HOLDERS = "\n".join(f"certificates 陈甲 unit=003 id_number=b{n} number=EZ99001{n:02}" for n in range(20))

CASES = [
    fires("U01", "on two rosters at once", """
        staff 陈甲
        staff 陈甲 unit=003
        """,
        "warning staff.id_number#1 陈甲同时列入市人民医院、市中医院名册，请确认人事关系所在单位。",
        "warning 003: staff.id_number#1 陈甲同时列入市中医院、市人民医院名册，请确认人事关系所在单位。"),
    silent("U01", "gone from one, lent to the other", """
        staff 陈甲 status=调出 status_on=2019-07-01 counterpart=瑞安市中医院
        staff 陈甲 unit=003
        staff 林乙 status=借出/挂职 counterpart=瑞安市中医院
        staff 林乙 unit=003 status=借入 counterpart=瑞安市人民医院
        """),

    fires("U02", "gone to a unit that does not know her", """
        staff 陈甲 status=调出 status_on=2019-07-01 counterpart=瑞安市中医院
        staff 林乙 unit=003
        """, "warning staff.counterpart#1 名册显示陈甲调往瑞安市中医院，对方未列入。"),
    silent("U02", "arrived there; gone elsewhere; the other roster is not in", """
        staff 陈甲 status=调出 status_on=2019-07-01 counterpart=市中医院
        staff 陈甲 unit=003
        staff 林乙 status=调出 status_on=2019-07-01 counterpart=温州市人民医院
        staff 黄丙 status=调出 status_on=2019-07-01 counterpart=瑞安市塘下人民医院
        """),

    fires("U03", "one passport in two units", """
        certificates 陈甲
        certificates 陈甲 unit=003
        """,
        "error certificates.number#1 第6行：证件（尾号0001）在市人民医院、市中医院重复登记。",
        "error 003: certificates.number#1 第6行：证件（尾号0001）在市中医院、市人民医院重复登记。"),
    silent("U03", "twice in one unit is another rule's matter", """
        certificates 陈甲
        certificates 陈甲
        certificates 林乙 unit=003 number=EZ9900002
        """),

    fires("U04", "still registered by the former unit", """
        staff 陈甲
        registrations 陈甲 filing_unit=瑞安市中医院
        """, "warning registrations.filing_unit#1 陈甲的备案关系仍在瑞安市中医院。"),
    silent("U04", "registered by its own; withdrawn by the other", """
        staff 陈甲
        registrations 陈甲
        staff 林乙
        registrations 林乙 filing_unit=瑞安市中医院 action=撤销 state=已撤销
        """),

    fires("U05", "the day before the deadline, two forms short", f"""
        as_of 2019-08-10
        {HANDED_IN.replace("form=annex3", "form=annex3 state=assigned").replace("form=trips", "form=trips state=returned")}
        """, "warning 002 瑞安市人民医院尚缺2项材料。"),
    silent("U05", "two days before; everything in", """
        as_of 2019-08-09
        submissions form=trips state=assigned received_at=
        """),
    silent("U05", "everything in on the last day", f"""
        as_of 2019-08-11
        {HANDED_IN}
        """),

    fires("U06", "nothing to report, while the police have a passport and a trip", """
        staff 陈甲
        police_certificates 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01
        missing x
        """, "warning trips 瑞安市人民医院零报告，但公安反馈有2条记录。"),
    fires("U06", "one holder among twenty where all the others hold", f"""
        {TWENTY}
        {HOLDERS}
        certificates 陈甲 unit=002 id_number=a0 number=EZ9900200
        """, "warning trips 瑞安市人民医院持证率5.0%，明显低于全系统。"),
    silent("U06", "nothing to report, and nothing known", """
        staff 陈甲
        """),
    silent("U06", "a trip is reported", """
        staff 陈甲
        trips 陈甲
        police_certificates 陈甲
        """),

    fires("U07", "one approver, three lax approvals", f"""
        {APPROVALS}
        problems 陈甲 violation=V7a approval_number=A1
        problems 林乙 violation=V7b approval_number=A2
        problems 黄丙 violation=V7f approval_number=A3
        """, "notice approvals.approver#1 周局长审批问题3件。"),
    silent("U07", "two, and one that was not confirmed", f"""
        {APPROVALS}
        problems 陈甲 violation=V7a approval_number=A1
        problems 陈甲 violation=V7b approval_number=A1
        problems 林乙 violation=V7b approval_number=A2
        problems 黄丙 violation=V7f approval_number=A3 conclusion=待核实
        """),

    fires("U08", "the total is one more than its units", """
        figures figure=annex2.c3 n=2
        figures unit=003 figure=annex2.c3 n=1
        figures unit=- figure=annex2.c3 n=4
        """, "error city 汇总表“新增登记备案人数”合计4与各单位之和3不一致。"),
    silent("U08", "the total is the sum; what is in no annex is not compared", """
        figures figure=annex2.c3 n=2
        figures unit=003 figure=annex2.c3 n=1
        figures unit=- figure=annex2.c3 n=3
        figures unit=- figure=report.trips n=9
        figures figure=report.trips n=1
        """),

    fires("U09", "two travel together, one is approved", """
        trips 陈甲 approval=未经审批
        trips 林乙 unit=003
        """, "warning trips.approval#1 第6行：陈甲与市中医院的人员同日同地出境，只有一方有审批。"),
    silent("U09", "both approved; colleagues of one unit; another day", """
        trips 陈甲
        trips 林乙 unit=003
        trips 黄丙 approval=未经审批 exit_on=2018-09-01 entry_on=2018-09-05
        trips 张丁 exit_on=2018-09-01 entry_on=2018-09-05
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_rule_across_units(case: Case) -> None:
    assert judged(case) == case.expected
