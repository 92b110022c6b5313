# ruff: noqa: E501 — a message is compared, and read, in one piece
"""Within one row: do dates, days, certificate and destination make sense together?"""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

CASES = [
    fires("R01", "back before he left", """
        trips 陈甲 entry_on=2018-04-30
        """, "error trips.exit_on#1 第6行：出境日期2018-05-01晚于入境日期2018-04-30。"),
    fires("R01", "so on the personal sheets and in material 10", """
        declared_trips_abroad 陈甲 entry_on=2018-04-30
        declared_trips_hkmotw 陈甲 entry_on=2019-05-31
        violations 陈甲 entry_on=2018-04-30
        """,
        "error declared_trips_abroad.exit_on#1 第6行：出境日期2018-05-01晚于入境日期2018-04-30。",
        "error declared_trips_hkmotw.exit_on#1 第6行：出境日期2019-06-01晚于入境日期2019-05-31。",
        "error violations.exit_on#1 第6行：出境日期2018-05-01晚于入境日期2018-04-30。"),
    silent("R01", "there and back in a day; not back yet", """
        trips 陈甲 entry_on=2018-05-01
        trips 林乙 entry_on=未归
        """),

    fires("R02", "five days written, six counted", """
        trips 陈甲 days=5
        """, "notice trips.days#1 第6行：在外天数（5天）按含出入境当日计算应为6天，已更正。"),
    silent("R02", "counted with both days; left empty", """
        trips 陈甲 days=6
        trips 林乙 days=
        """),

    fires("R03", "a trip of 2015", """
        trips 陈甲 exit_on=2015-12-31 entry_on=2016-01-03
        """, "notice trips.exit_on#1 第6行：陈甲2015-12-31的出境早于2016-01-01，不计入统计。"),
    silent("R03", "the first day of 2016", """
        trips 陈甲 exit_on=2016-01-01
        """),

    fires("R04", "before she joined, after she left", """
        staff 陈甲 joined_on=2018-05-02
        trips 陈甲
        staff 林乙 status=退休 status_on=2018-04-01
        trips 林乙
        """,
        "notice trips.exit_on#1 第6行：陈甲2018-05-01出境时不在本单位工作，不作为违规统计，请在备注说明。",
        "notice trips.exit_on#2 第7行：林乙2018-05-01出境时不在本单位工作，不作为违规统计，请在备注说明。"),
    silent("R04", "on the day she joined; marked as needing no approval", """
        staff 陈甲 joined_on=2018-05-01
        trips 陈甲
        staff 林乙 joined_on=2019-01-01
        trips 林乙 approval=不需审批(入职前/离职后)
        """),

    fires("R10", "not yet issued, or already expired", """
        trips 陈甲
        certificates 陈甲 issued_on=2018-05-02
        trips 林乙 number=EZ9900002
        certificates 林乙 number=EZ9900002 issued_on=2008-04-01 expires_on=2018-04-30
        """,
        "error trips.number#1 第6行：陈甲2018-05-01出境时所用证件（尾号0001）尚未签发（2018-05-02签发），请核对证件号码。",
        "error trips.number#2 第7行：林乙2018-05-01出境时所用证件（尾号0002）已过期（有效期至2018-04-30），请核对证件号码。"),
    silent("R10", "issued that day; cancelled only later", """
        trips 陈甲
        certificates 陈甲 issued_on=2018-05-01 status=注销/宣布作废
        """),

    fires("R11", "the wrong paper for Taiwan, for Hong Kong, for Japan", """
        trips 陈甲 destinations=台湾
        trips 林乙 destinations=香港、澳门 kind=大陆居民往来台湾通行证
        trips 黄丙 destinations=日本 kind=往来港澳通行证
        """,
        "warning trips.kind#1 第6行：前往台湾一般使用大陆居民往来台湾通行证，不用普通护照，请核对（经港澳转机可说明）。",
        "warning trips.kind#2 第7行：前往香港、澳门一般使用往来港澳通行证，不用大陆居民往来台湾通行证，请核对（经港澳转机可说明）。",
        "warning trips.kind#3 第8行：前往日本一般使用普通护照，不用往来港澳通行证，请核对（经港澳转机可说明）。"),
    silent("R11", "the right ones; Japan by way of Hong Kong; Hong Kong in transit with a passport", """
        trips 陈甲 destinations=台湾 kind=大陆居民往来台湾通行证
        trips 林乙 destinations=香港 kind=往来港澳通行证
        trips 黄丙 destinations=香港、日本 kind=普通护照
        trips 张丁 destinations=香港 kind=普通护照
        """),

    fires("R18", "punished before the deed; punished before 2016", """
        sanctions 陈甲 decided_on=2018-04-30
        sanctions 林乙 violated_on=2014-01-01 decided_on=2015-12-31
        """,
        "error sanctions.decided_on#1 第6行：陈甲的处理日期2018-04-30早于违规日期2018-05-01。",
        "warning sanctions.decided_on#2 第7行：林乙的处理日期2015-12-31早于2016-01-01，请核对是否应列入本表。"),
    silent("R18", "on the same day, in 2016", """
        sanctions 陈甲 violated_on=2016-01-01 decided_on=2016-01-01
        """),

    fires("R19", "a party warning for somebody outside the party", """
        sanctions 陈甲 method=党内警告 class=党纪处分
        """, "error sanctions.class#1 第6行：陈甲政治面貌为“群众”，不是中共党员，不适用党纪处分（党内警告）。"),
    silent("R19", "a member, a candidate; not readable; another method", """
        sanctions 陈甲 method=党内警告 class=党纪处分 political_status=中共党员
        sanctions 林乙 method=党内警告 class=党纪处分 political_status=中共预备党员
        sanctions 黄丙 method=党内警告 class=党纪处分 political_status=
        sanctions 张丁 method=政务警告
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_row_rule(case: Case) -> None:
    assert judged(case) == case.expected
