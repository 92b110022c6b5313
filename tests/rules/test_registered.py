# ruff: noqa: E501 — a message is compared, and read, in one piece
"""应备尽备: who must be registered is, who has left is withdrawn, and both lists say the same."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

CASES = [
    fires("X01", "nobody registered a person who must be", """
        staff 陈甲
        staff 林乙
        registrations 林乙
        """, "warning staff.due#1 陈甲应登记备案但未在已备案名册中。"),
    fires("X01", "the registration was withdrawn", """
        staff 陈甲
        registrations 陈甲 action=撤销 state=已撤销
        """, "warning staff.due#1 陈甲应登记备案但未在已备案名册中。"),
    fires("X01", "filed only after the statistic date", """
        staff 陈甲
        registrations 陈甲 action=新增 filed_on=2019-08-12
        """, "warning staff.due#1 陈甲应登记备案但未在已备案名册中。"),
    fires("X01", "sent to the police, who have not stored it; not even sent", """
        staff 陈甲
        registrations 陈甲 action=新增 state=已报送公安
        staff 林乙
        registrations 林乙 action=新增 state=待报送 filed_on=
        police_registrations 黄丙
        """,
        "notice staff.due#1 陈甲应登记备案但公安尚未入库（备案状态为“已报送公安”）。",
        "warning staff.due#2 林乙应登记备案但公安尚未入库（备案状态为“待报送”）。"),
    silent("X01", "sent, while the police's list has not come", """
        staff 陈甲
        registrations 陈甲 action=新增 state=已报送公安
        """),
    silent("X01", "the registration is live", """
        staff 陈甲
        registrations 陈甲
        """),
    silent("X01", "not due, or already gone", """
        staff 陈甲 due=否 category=编外合同制
        staff 林乙 status=调出 status_on=2019-08-01 counterpart=瑞安市中医院
        """),

    fires("X02", "somebody unknown to the roster is registered", """
        staff 陈甲
        registrations 林乙
        """, "warning registrations.id_number#1 林乙已不在本单位名册，备案未撤销。"),
    fires("X02", "the retired person's registration is still live", """
        staff 陈甲 status=退休 status_on=2019-06-30
        registrations 陈甲
        """, "warning registrations.id_number#1 陈甲已不在本单位名册，备案未撤销。"),
    silent("X02", "on leave, yet on the register", """
        staff 陈甲 status=病(产)假 status_on=2019-06-30
        registrations 陈甲
        """),
    silent("X02", "withdrawn when he retired", """
        staff 陈甲 status=退休 status_on=2019-06-30
        registrations 陈甲 action=撤销 state=已撤销 withdrawal_reason=退休
        """),

    fires("X03", "another employer, post, household, party status", """
        staff 陈甲
        registrations 陈甲 workplace=瑞安市中医院 position=院长 household=浙江平阳 political_status=中共党员
        """,
        "warning registrations.workplace#1 第6行：备案信息与名册不一致：工作单位“瑞安市中医院”，名册为“瑞安市人民医院”。",
        "warning registrations.position#1 第6行：备案信息与名册不一致：职务（级）或职称“院长”，名册为“护士、主管护师”。",
        "warning registrations.household#1 第6行：备案信息与名册不一致：户口所在地“浙江平阳”，名册为“浙江瑞安”。",
        "warning registrations.political_status#1 第6行：备案信息与名册不一致：政治面貌“中共党员”，名册为“群众”。"),
    silent("X03", "the title stands for the post", """
        staff 陈甲 position=无 title=主管护师
        registrations 陈甲 position=主管护师
        """),
    silent("X03", "the withdrawn registration may say anything", """
        staff 陈甲
        registrations 陈甲 workplace=瑞安市中医院 action=撤销 state=已撤销
        """),

    fires("X04", "left twenty workdays ago, still registered", """
        staff 陈甲 status=调出 status_on=2019-07-15 counterpart=瑞安市中医院
        registrations 陈甲
        """, "warning staff.status_on#1 陈甲调出已20个工作日，未更新备案。"),
    fires("X04", "joined six workdays ago, not yet filed", """
        staff 陈甲 joined_on=2019-08-02
        """, "warning staff.joined_on#1 陈甲进入本单位已6个工作日，未更新备案。"),
    fires("X04", "joined, and the filing still lies in the drawer", """
        staff 陈甲 joined_on=2019-08-02
        registrations 陈甲 action=新增 state=待报送 filed_on=
        """, "warning staff.joined_on#1 陈甲进入本单位已6个工作日，未更新备案。"),
    silent("X04", "joined long ago: that is X01's", """
        staff 陈甲 joined_on=2018-08-02
        """),
    silent("X04", "five workdays are in time", """
        staff 陈甲 joined_on=2019-08-05
        staff 林乙 status=退休 status_on=2019-08-05
        registrations 林乙
        """),
    silent("X04", "withdrawn after leaving", """
        staff 陈甲 status=退休 status_on=2019-07-15
        registrations 陈甲 action=撤销 state=已撤销
        """),

    fires("X11", "two people have not declared", """
        staff 陈甲
        staff 林乙
        staff 黄丙
        declarations 林乙
        """,
        "error staff.name#1 陈甲未提交个人报告表（本单位共缺2人）。", "error staff.name#3 黄丙未提交个人报告表（本单位共缺2人）。"),
    silent("X11", "everybody on the register has; the retired need not", """
        staff 陈甲 category=编外合同制 due=否
        staff 林乙 status=退休 status_on=2019-01-31
        declarations 陈甲
        """),

    fires("R23", "a new registration of last year", """
        registrations 陈甲 action=新增 filed_on=2018-03-05 batch=A20180305
        """, "warning registrations.filed_on#1 第6行：标为“新增”，但备案日期2018-03-05不在专项整治期间。"),
    fires("R23", "the batch number names another day", """
        registrations 陈甲 action=新增 filed_on=2019-08-08 batch=A20190801
        """, "warning registrations.batch#1 第6行：入库批号“A20190801”格式不符，应为“A20190808”。"),
    fires("R23", "filed with the police, and no batch number", """
        registrations 陈甲 batch=
        """, "warning registrations.batch#1 第6行：缺少入库批号，应为“A20120305”。"),
    silent("R23", "filed on the campaign's first day; not yet filed has no batch", """
        registrations 陈甲 action=新增 filed_on=2019-08-07 batch=A20190807
        registrations 林乙 action=新增 filed_on= batch= state=待报送
        """),

    fires("R24", "surname and given name do not make the name", """
        staff 陈甲
        registrations 陈甲 given_name=乙
        """, "error registrations.surname#1 第6行：姓、名合并为“陈乙”，与姓名“陈甲”不一致。"),
    fires("R24", "a compound surname cut in two", """
        staff 欧阳戊
        registrations 欧阳戊 surname=欧 given_name=阳戊
        """, "warning registrations.surname#1 第6行：“欧阳戊”可能是复姓“欧阳”，请核对拆分。"),
    silent("R24", "a compound surname kept whole", """
        staff 欧阳戊
        registrations 欧阳戊
        registrations 林乙
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_registered_rule(case: Case) -> None:
    assert judged(case) == case.expected
