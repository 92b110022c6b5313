# ruff: noqa: E501 — a message is compared, and read, in one piece
"""应审尽审: every trip approved, by whom and as the rules ask, and travelled as approved."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

BANNED = "sanctions 陈甲 decided_on=2017-06-01 ban_from=2017-06-01 ban_until=2020-05-31"

CASES = [
    fires("R05", "approved the day after he left", """
        trips 陈甲 approved_on=2018-05-02
        """, "warning trips.approved_on#1 第6行：批准日期2018-05-02晚于出境日期2018-05-01，按“事后补批”处理，视同未经审批。"),
    silent("R05", "approved on the day; before he joined; confirmed as V4c", """
        trips 陈甲 approved_on=2018-05-01
        staff 林乙 joined_on=2019-01-01
        trips 林乙 approved_on=2018-05-02
        trips 黄丙 approved_on=2018-05-02 approval=事后补批 conclusion=属实 violation=V4c
        """),

    fires("R06", "back four days late", """
        trips 陈甲 entry_on=2018-05-10
        """, "warning trips.entry_on#1 第6行：实际2018-05-01至2018-05-10，批准2018-05-01至2018-05-06，逾期4天，疑似逾期滞留。"),
    fires("R06", "left three days early, and after the approved return", """
        trips 陈甲 exit_on=2018-04-28 conclusion=待核实
        trips 林乙 exit_on=2018-05-08 entry_on=2018-05-08 conclusion=待核实
        """,
        "warning trips.exit_on#1 第6行：实际2018-04-28至2018-05-06，批准2018-05-01至2018-05-06，提前3天出境，疑似擅自变更日期。",
        "warning trips.entry_on#2 第7行：实际2018-05-08至2018-05-08，批准2018-05-01至2018-05-06，逾期2天，疑似逾期滞留。",
        "warning trips.exit_on#2 第7行：实际2018-05-08至2018-05-08，批准2018-05-01至2018-05-06，晚于批准返回日出境，"
        "疑似擅自变更日期。"),
    fires("R06", "not back yet, though the approval ran out", """
        as_of 2019-08-12
        trips 陈甲 exit_on=2019-08-01 entry_on=未归 approved_exit_on=2019-08-01 approved_return_on=2019-08-10 conclusion=待核实
        """, "warning trips.entry_on#1 第6行：实际2019-08-01至未归，批准2019-08-01至2019-08-10，逾期2天，疑似逾期滞留。"),
    fires("R06", "material 5 and material 6 name different days: the stricter counts", """
        approvals 陈甲
        trips 陈甲 entry_on=2018-05-08 approved_return_on=2018-05-08
        approvals 林乙 approval_number=A2
        trips 林乙 approval_number=A2 approved_return_on=2018-05-04
        """,
        "warning trips.entry_on#1 第6行：实际2018-05-01至2018-05-08，批准2018-05-01至2018-05-06，逾期2天，疑似逾期滞留。",
        "warning trips.entry_on#2 第7行：实际2018-05-01至2018-05-06，批准2018-05-01至2018-05-04，逾期2天，疑似逾期滞留。"),
    silent("R06", "a day shorter; extended; confirmed; said to be no violation", """
        trips 陈甲 exit_on=2018-05-02 entry_on=2018-05-05
        approvals 林乙 approval_number=A2
        approvals 林乙 approval_number=A3 matter=延期 planned_exit_on=2018-05-01 planned_return_on=2018-05-10
        trips 林乙 approval_number=A2 entry_on=2018-05-10
        trips 黄丙 entry_on=2018-05-10 conclusion=部分属实 violation=V5a
        """),
    silent("R06", "late, looked into and found not to be so; on duty", """
        trips 陈甲 entry_on=2018-05-10 conclusion=不属实 violation=V5a
        trips 林乙 nature=因公 entry_on=2018-05-10
        """),

    fires("R07", "Korea beside the approved Japan", """
        trips 陈甲 destinations=日本、韩国
        approvals 陈甲
        """, "warning trips.destinations#1 第6行：实际前往“韩国”不在批准范围“日本”内，疑似擅自变更行程。"),
    fires("R07", "by material 6 it was Japan, whatever material 5 says was approved", """
        trips 陈甲 destinations=日本、韩国 approved_destinations=日本、韩国
        approvals 陈甲
        """, "warning trips.destinations#1 第6行：实际前往“韩国”不在批准范围“日本”内，疑似擅自变更行程。"),
    fires("R07", "nothing that both materials allow", """
        trips 陈甲 destinations=日本 approved_destinations=韩国
        approvals 陈甲
        """, "warning trips.destinations#1 第6行：实际前往“日本”不在批准范围（本表填“韩国”，材料6为“日本”，两表不一致）内，疑似擅自变更行程。"),
    silent("R07", "fewer countries than approved; confirmed as V5b", """
        trips 陈甲 destinations=日本 approved_destinations=日本、韩国
        trips 林乙 destinations=日本、韩国 conclusion=属实 violation=V5a、V5b
        """),

    fires("R08", "approved without a number", """
        trips 陈甲 approval_number=
        """, "error trips.approval_number#1 第6行：陈甲选择“已审批”须填写审批编号。"),
    silent("R08", "numbered, or not approved", """
        trips 陈甲
        trips 林乙 approval=未经审批 approval_number=
        """),

    fires("R09", "leave, and no approval", """
        trips 陈甲 approval=未经审批 leave=有 conclusion=待核实
        """, "warning trips.approval#1 第6行：陈甲仅有请假手续、没有出国（境）审批，疑似“以请假代替审批”。"),
    silent("R09", "no leave; said to be leave instead of approval; looked into", """
        trips 陈甲 approval=未经审批 leave=无 conclusion=待核实
        trips 林乙 approval=以请假代替审批 leave=有 conclusion=待核实
        trips 黄丙 approval=未经审批 leave=有 conclusion=不属实 violation=V4b
        """),

    fires("R25", "the unit agreed before he applied; lent after he meant to leave", """
        approvals 陈甲 unit_opinion_on=2018-04-01
        approvals 林乙 approval_number=A2 lent_on=2018-05-02
        """,
        "warning approvals.unit_opinion_on#1 第6行：审批流程时间顺序异常：申请（2018-04-02）晚于单位意见（2018-04-01）。",
        "warning approvals.planned_exit_on#2 第7行：审批流程时间顺序异常：证件领用（2018-05-02）晚于拟出境（2018-05-01）。"),
    fires("R25", "of several steps in disorder the one at odds with most is the wrong one", """
        approvals 陈甲 applied_on=2018-04-21
        approvals 林乙 approval_number=A2 bureau_decided_on=2018-03-01 lent_on=
        """,
        "warning approvals.applied_on#1 第6行：审批流程时间顺序异常：申请（2018-04-21）晚于单位意见（2018-04-04）。",
        "warning approvals.bureau_decided_on#2 第7行：审批流程时间顺序异常：单位意见（2018-04-04）晚于局审批（2018-03-01）。"),
    fires("R25", "approved after the exit", """
        approvals 陈甲 bureau_decided_on=2018-05-03 lent_on=
        """, "warning approvals.planned_exit_on#1 第6行：审批流程时间顺序异常：局审批（2018-05-03）晚于拟出境（2018-05-01）。"),
    silent("R25", "all on one day; gaps skipped; looked into as V7", """
        approvals 陈甲 applied_on=2018-04-20 unit_opinion_on=2018-04-20 discipline_opinion_on=2018-04-20
        approvals 林乙 approval_number=A2 level=单位 bureau_decided_on= lent_on=
        approvals 黄丙 approval_number=A3 unit_opinion_on=2018-04-01
        problems 黄丙 violation=V7e approval_number=A3 conclusion=部分属实
        """),
    silent("R25", "asked only after the approval is R27's, lent before it R30's", """
        approvals 陈甲 discipline_opinion_on=2018-04-22 lent_on=2018-04-25
        approvals 林乙 approval_number=A2 lent_on=2018-04-18
        """),

    fires("R26", "sixteen days for tourism, eight for Hong Kong, two trips in a year", """
        approvals 陈甲 approved_days=16
        approvals 林乙 approval_number=A2 destinations=香港、澳门 approved_days=8
        approvals 黄丙 approval_number=A3
        approvals 黄丙 approval_number=A4 planned_exit_on=2018-11-01 planned_return_on=2018-11-06
        """,
        "warning approvals.approved_days#1 第6行：批准在外16天，超过旅游规定的15天。",
        "warning approvals.approved_days#2 第7行：批准在外8天，超过旅游规定的7天。",
        "warning approvals.planned_exit_on#4 第9行：本年度第2次批准，超过一般每年1次。"),
    silent("R26", "fifteen days; twenty-two with the family; the second one refused or cancelled; looked into", """
        approvals 陈甲 approved_days=15
        approvals 陈甲 approval_number=A5 planned_exit_on=2018-10-01 unit_opinion=不同意
        approvals 陈甲 approval_number=A6 planned_exit_on=2018-12-01 departed=取消
        approvals 林乙 approval_number=A2 reason=探亲 approved_days=22
        approvals 黄丙 approval_number=A3 approved_days=30
        problems 黄丙 violation=V7b approval_number=A3
        """),
    silent("R26", "one approval written twice is not the second of the year (S04)", """
        approvals 陈甲
        approvals 陈甲
        """),

    fires("R27", "the discipline group was not asked, or only afterwards", """
        approvals 陈甲 discipline_opinion=未征求 discipline_opinion_on=
        approvals 林乙 approval_number=A2 discipline_opinion_on=2018-04-21
        """,
        "warning approvals.discipline_opinion#1 第6行：A1未见事先听取派驻纪检组意见的记录。",
        "warning approvals.discipline_opinion#2 第7行：A2派驻纪检组意见（2018-04-21）在批准（2018-04-20）以后，不是事先听取。"),
    silent("R27", "asked on the day; not a trip; looked into as V7a", """
        approvals 陈甲 discipline_opinion_on=2018-04-20
        approvals 林乙 approval_number=A2 matter=换发/补发 discipline_opinion=未征求
        approvals 黄丙 approval_number=A3 discipline_opinion=未征求
        problems 黄丙 violation=V7a approval_number=A3
        """),

    fires("R28", "approved inside the ban", f"""
        {BANNED}
        approvals 陈甲
        """, "warning approvals.planned_exit_on#1 第6行：陈甲处于3年不予审批期内（至2020-05-31），不应批准（2018-04-20）。"),
    silent("R28", "the day after the ban; refused; the person responsible is not banned", """
        sanctions 陈甲 decided_on=2015-04-20 ban_from=2015-04-20 ban_until=2018-04-19
        approvals 陈甲
        sanctions 林乙 decided_on=2018-01-01 ban_from=2018-01-01 ban_until=2020-12-31
        approvals 林乙 approval_number=A2 bureau_decision=不同意
        sanctions 黄丙 role=领导责任人 decided_on=2018-01-01 ban_from= ban_until=
        approvals 黄丙 approval_number=A3
        """),

    fires("R29", "a bureau-managed officer approved by the unit", """
        staff 陈甲 authority=局管
        approvals 陈甲 level=单位
        """, "warning approvals.level#1 第6行：陈甲是局管人员，应由局审批，不应由单位级审批。"),
    silent("R29", "at the right level or above; not readable; looked into", """
        staff 陈甲 authority=单位管
        approvals 陈甲 level=局
        staff 林乙 authority=市管
        approvals 林乙 approval_number=A2 level=
        staff 黄丙 authority=市管
        approvals 黄丙 approval_number=A3 level=局
        problems 黄丙 violation=V7d approval_number=A3 conclusion=不属实
        """),

    fires("R30", "the passport lent before the approval", """
        approvals 陈甲 lent_on=2018-04-19
        """, "warning approvals.lent_on#1 第6行：陈甲未批准先领取证件（领用2018-04-19，批准2018-04-20）。"),
    fires("R30", "only the ledger of loans tells it", """
        approvals 陈甲 lent_on=
        loans 陈甲 lent_on=2018-04-19
        """, "warning loans.lent_on#1 第6行：陈甲未批准先领取证件（领用2018-04-19，批准2018-04-20）。"),
    silent("R30", "lent on the day; looked into as V7f; void; approved only after the trip, which is another rule's", """
        loans 陈甲 lent_on=2018-04-20
        loans 陈甲 lent_on=2018-04-10 state=已作废
        approvals 张丁 approval_number=A4 bureau_decided_on=2018-05-09 lent_on=
        loans 张丁 approval_number=A4
        approvals 陈甲 lent_on=2018-04-20
        approvals 林乙 approval_number=A2 lent_on=2018-04-19
        problems 林乙 violation=V7f approval_number=A2
        """),

    fires("X12", "unapproved, and not in material 10", """
        staff 陈甲
        trips 陈甲 approval=以请假代替审批 conclusion=属实 violation=V4b
        violations 陈甲 violation=V4b exit_on=2018-10-01
        """, "error trips.approval#1 第6行：陈甲2018-05-01赴日本未经审批，未列入材料10。"),
    fires("X12", "no violation, says the conclusion, and nothing says why", """
        staff 陈甲
        trips 陈甲 approval=未经审批 conclusion=不属违规
        """, "error trips.approval#1 第6行：陈甲2018-05-01赴日本未经审批，未列入材料10。"),
    silent("X12", "listed; found no violation, and why; before he joined", """
        staff 陈甲
        trips 陈甲 approval=未经审批 conclusion=属实 violation=V4a
        violations 陈甲 violation=V4a exit_on=2018-05-01
        trips 林乙 approval=未经审批 conclusion=不属违规 note=局里另有批文
        trips 张丁 approval=未经审批 conclusion=不属实 violation=V4a
        staff 黄丙 joined_on=2019-01-01
        trips 黄丙 approval=未经审批 conclusion=待核实
        """),

    fires("X13", "approved for May, never gone", """
        approvals 陈甲
        """, "notice approvals.departed#1 第6行：陈甲2018-05-01出境的申请（A1）已批准，未见出境记录，请确认是否成行及证件是否交回。"),
    silent("X13", "gone; cancelled; still to come", """
        approvals 陈甲
        trips 陈甲
        approvals 林乙 approval_number=A2 departed=取消
        approvals 黄丙 approval_number=A3 planned_exit_on=2019-08-20 planned_return_on=2019-08-26
        """),
    silent("X13", "written twice (S04), gone once", """
        approvals 陈甲
        approvals 陈甲
        trips 陈甲
        """),

    fires("X14", "late, and further than approved, and not in material 10", """
        trips 陈甲 entry_on=2018-05-10 destinations=日本、韩国 conclusion=属实 violation=V5a、V5b
        approvals 陈甲
        """, "error trips.match#1 第6行：陈甲2018-05-01存在逾期4天返回、擅自前往韩国的情况，未列入材料10。"),
    fires("X14", "material 10 concludes and names otherwise than material 5", """
        trips 陈甲 conclusion=属实 violation=V5a
        violations 陈甲 violation=V5a conclusion=不属实
        trips 林乙 conclusion=属实 violation=V5a
        violations 林乙 violation=V5b
        """,
        "error violations.conclusion#1 第6行：陈甲2018-05-01出境的行程，核实结论为“不属实”，材料5为“属实”。",
        "error violations.violation#2 第7行：林乙2018-05-01出境的行程，违规情形为“V5b 擅自变更行程”，材料5为“V5a 逾期滞留”。"),
    silent("X14", "listed; of two problems one confirmed; found no violation, and which or why; as approved", """
        trips 陈甲 entry_on=2018-05-10 conclusion=属实 violation=V5a、V5b
        violations 陈甲 violation=V5a
        violations 陈甲 violation=V5b conclusion=不属实
        trips 林乙 entry_on=2018-05-10 conclusion=不属违规 note=航班取消
        trips 张丁 entry_on=2018-05-10 conclusion=不属实 violation=V5a
        trips 黄丙
        """),

    fires("X18", "abroad and approved inside the ban", f"""
        {BANNED}
        trips 陈甲 violation=无 conclusion=待核实
        approvals 陈甲
        """,
        "error trips.exit_on#1 第6行：陈甲在3年不予审批期内（至2020-05-31）仍有出境记录。",
        "error approvals.planned_exit_on#1 第6行：陈甲在3年不予审批期内（至2020-05-31）仍有审批记录。"),
    silent("X18", "answered on both sheets; on duty; the ban is over", f"""
        {BANNED}
        trips 陈甲 violation=V4d conclusion=属实
        approvals 陈甲
        problems 陈甲 violation=V7c approval_number=A1
        trips 陈甲 exit_on=2018-09-01 nature=因公
        trips 陈甲 exit_on=2020-06-01
        """),

    fires("X33", "two trips of one person overlap", """
        trips 陈甲
        trips 陈甲 exit_on=2018-05-05 entry_on=2018-05-09
        """, "warning trips.exit_on#2 第7行：陈甲两次行程时间重叠（2018-05-05出境、2018-05-01出境）。"),
    silent("X33", "one trip written twice (S04)", """
        trips 陈甲
        trips 陈甲
        """),
    silent("X33", "back and out again on one day; another person", """
        trips 陈甲
        trips 陈甲 exit_on=2018-05-06 entry_on=2018-05-09
        trips 林乙
        """),

    fires("X35", "three trips in one year", """
        trips 陈甲 exit_on=2018-01-01 entry_on=2018-01-05
        trips 陈甲
        trips 陈甲 exit_on=2018-11-01 entry_on=2018-11-05
        """, "notice trips.exit_on#3 第8行：陈甲2018年因私出国（境）3次，超过一般次数。"),
    silent("X35", "one a year, and written twice (S04); one of two on duty; before 2016", """
        trips 陈甲
        trips 陈甲
        trips 陈甲 exit_on=2017-05-01
        trips 陈甲 exit_on=2018-10-01 nature=因公
        trips 陈甲 exit_on=2015-01-01
        trips 陈甲 exit_on=2015-06-01
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_approved_rule(case: Case) -> None:
    assert judged(case) == case.expected
