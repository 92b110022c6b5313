# ruff: noqa: E501 — a message is compared, and read, in one piece
"""应查尽查: what was found is dealt with, as it deserves, and every sheet tells the same story."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

CASES = [
    fires("R20", "removed from office, yet the roster still says director", """
        staff 陈甲 position=科主任
        sanctions 陈甲 method=免职 post_then=瑞安市人民医院内科科主任
        """, "warning sanctions.method#1 第6行：陈甲已给予“免职”，但名册职务仍为“科主任”，请核对。"),
    fires("R20", "dismissed, yet still at work by the roster", """
        staff 陈甲 position=无
        sanctions 陈甲 class=政务/事业单位处分 method=S4
        """, "warning sanctions.method#1 第6行：陈甲已给予“开除”，但名册在岗状态仍为“在岗”，请核对。"),
    silent("R20", "no office any more; another one, even within the old word; only criticised; dismissed and gone", """
        staff 张丁 position=护士
        sanctions 张丁 method=降职 post_then=瑞安市人民医院内科护士长
        staff 欧阳戊 status=开除 status_on=2019-08-09
        sanctions 欧阳戊 class=政务/事业单位处分 method=S4
        staff 陈甲 position=无
        sanctions 陈甲 method=免职 post_then=瑞安市人民医院内科科主任
        staff 林乙 position=医师
        sanctions 林乙 method=降职 post_then=瑞安市人民医院内科科主任
        staff 黄丙 position=科主任
        sanctions 黄丙 method=批评教育 post_then=瑞安市人民医院内科科主任
        """),

    fires("R21", "dealt with, and no ban", """
        sanctions 陈甲 ban_from= ban_until=
        """, "error sanctions.ban_until#1 第6行：陈甲为违规人员，须登记3年不予审批期（2019-08-09至2022-08-09）。"),
    silent("R21", "banned; banned in the row of the heavier method; responsible, not offending; lax approval only", """
        sanctions 陈甲
        sanctions 林乙 ban_from= ban_until=
        sanctions 林乙 method=诫勉 class=组织处理 ban_until=2022-08-09
        sanctions 黄丙 role=相关责任人 ban_from= ban_until=
        sanctions 张丁 violation=V7a ban_from= ban_until=
        """),

    fires("X15", "material 10 knows a trip that material 5 does not", """
        violations 陈甲 exit_on=2018-05-02
        trips 陈甲
        """, "error violations.exit_on#1 第6行：陈甲2018-05-02出境的行程在材料5中不存在。"),
    silent("X15", "the same trip", """
        violations 陈甲
        trips 陈甲
        """),

    fires("X16", "confirmed, and nobody does anything", """
        violations 陈甲 proposed=
        problems 林乙 due_on=
        violations 黄丙 handled=是 proposed= due_on=
        """,
        "warning violations.proposed#1 第6行：陈甲的违规问题“未经批准（无任何手续）”尚未处理，请填写拟处理意见和完成时限（应查尽查）。",
        "warning problems.proposed#1 第6行：林乙的违规问题“违规持有因私证照”尚未处理，请填写拟处理意见和完成时限（应查尽查）。",
        "warning violations.proposed#2 第7行：黄丙的违规问题“未经批准（无任何手续）”标为已处理，材料9中却没有此人，请补登（应查尽查）。"),
    silent("X16", "proposed with a date; dealt with in material 9; not confirmed", """
        violations 陈甲
        violations 林乙 handled=是 proposed= due_on=
        sanctions 林乙
        violations 黄丙 conclusion=待核实 proposed= due_on=
        """),

    fires("X17", "punished for things no sheet lists", """
        sanctions 陈甲 violation=V4a、V2
        violations 陈甲 violation=V5a
        """,
        "warning sanctions.violation#1 第6行：陈甲已处理的问题“未经批准（无任何手续）”未在对应登记表反映。",
        "warning sanctions.violation#1 第6行：陈甲已处理的问题“违规持有因私证照”未在对应登记表反映。"),
    silent("X17", "listed; of 2015; the person responsible", """
        sanctions 陈甲 violation=V4a、V2
        violations 陈甲
        problems 陈甲
        sanctions 林乙 violated_on=2015-12-31
        sanctions 黄丙 role=相关责任人
        """),

    fires("X22", "two trips on the list, one told; one told that is not on the list", """
        declarations 陈甲
        trips 陈甲
        trips 陈甲 exit_on=2018-10-01 entry_on=2018-10-05
        declared_trips_abroad 陈甲
        declarations 林乙
        declared_trips_hkmotw 林乙
        """,
        "warning declarations.went_abroad#1 第6行：陈甲本人报告与登记表行程不一致（1/2次）：只在登记表的2018-10-01。",
        "warning declarations.went_abroad#2 第7行：林乙本人报告与登记表行程不一致（1/0次）：只在报告的2019-06-01。"),
    fires("X22", "as many told as listed, of other days", """
        declarations 陈甲
        trips 陈甲
        declared_trips_abroad 陈甲 exit_on=2017-05-01
        """, "warning declarations.went_abroad#1 第6行：陈甲本人报告与登记表行程不一致（1/1次）："
        "只在登记表的2018-05-01，只在报告的2017-05-01。"),
    fires("X22", "what the tables tell, the ticks deny", """
        staff 陈甲
        declarations 陈甲 went_abroad=无
        trips 陈甲
        declared_trips_abroad 陈甲
        staff 林乙
        declarations 林乙 went_hkmotw=无
        trips 林乙 exit_on=2019-06-01 entry_on=2019-06-03 destinations=香港
        declared_trips_hkmotw 林乙
        """,
        "warning declarations.went_abroad#1 第6行：陈甲本人报告与登记表行程不一致（1/1次）：选“无”而有2018-05-01。",
        "warning declarations.went_hkmotw#2 第7行：林乙本人报告与登记表行程不一致（1/1次）：选“无”而有2019-06-01。"),
    silent("X22", "the unit's row is there twice (S04)", """
        declarations 陈甲
        trips 陈甲
        trips 陈甲
        declared_trips_abroad 陈甲
        """),
    silent("X22", "a day's difference; before 2016; on duty; before she joined; after she signed", """
        staff 陈甲
        declarations 陈甲
        trips 陈甲
        declared_trips_abroad 陈甲 exit_on=2018-04-30
        declared_trips_abroad 陈甲 exit_on=2015-04-30
        trips 陈甲 exit_on=2017-05-01 nature=因公
        trips 陈甲 exit_on=2019-08-10 entry_on=未归
        staff 林乙 joined_on=2018-01-01
        declarations 林乙
        declared_trips_abroad 林乙 exit_on=2017-04-30
        """),
    silent("X22", "concealed, and looked into as V6", """
        declarations 陈甲
        trips 陈甲
        problems 陈甲 violation=V6 exit_on=2018-05-01
        """),

    fires("X34", "abroad during a ban, and only criticised", """
        sanctions 陈甲 violation=V4d
        """, "warning sanctions.method#1 第6行：陈甲“不予批准或禁批期内出境”，只作“批评教育”，轻于“诫勉”，处理方式与情节不匹配，请附研究意见。"),
    fires("X34", "dismissed for leaving a day early", """
        sanctions 陈甲 violation=V5c class=政务/事业单位处分 method=S4
        """, "warning sanctions.method#1 第6行：陈甲“擅自变更日期”，作“开除”，重于“调离岗位或警告”，处理方式与情节不匹配，请附研究意见。"),
    fires("X34", "the third time, and only criticised again", """
        sanctions 陈甲 class=组织处理 method=诫勉 violated_on=2016-05-01
        sanctions 林乙 violated_on=2016-05-01
        sanctions 林乙 violated_on=2017-05-01
        sanctions 林乙 violated_on=2018-05-01
        """,
        *(f"warning sanctions.method#{n} 第{n + 5}行：林乙多次“未经批准（无任何手续）”，只作“批评教育”，轻于“诫勉”，处理方式与情节不匹配，请附研究意见。"
          for n in (2, 3, 4))),
    silent("X34", "criticised and warned; an ordinary case; handed over; somebody else's responsibility", """
        sanctions 陈甲 violation=V4d
        sanctions 陈甲 violation=V4d method=诫勉 class=组织处理
        sanctions 林乙 violation=V4a
        sanctions 黄丙 violation=V4d method=移交纪检监察机关 class=移交
        sanctions 张丁 violation=V4d role=领导责任人
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_rule_on_dealing_with_what_was_found(case: Case) -> None:
    assert judged(case) == case.expected
