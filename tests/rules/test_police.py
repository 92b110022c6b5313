# ruff: noqa: E501 — a message is compared, and read, in one piece
"""The police's records against the unit's forms: registrations, certificates, exits and entries."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

ABROAD = """
        police_movements 陈甲 movement=出境 moved_on=2018-05-01
        police_movements 陈甲 movement=入境 moved_on=2018-05-06"""
DAY_TRIPS = """
        police_movements 陈甲 movement=出境 moved_on=2018-05-01 moved_at=080000
        police_movements 陈甲 movement=入境 moved_on=2018-05-01 moved_at=110000
        police_movements 陈甲 movement=出境 moved_on=2018-05-01 moved_at=140000
        police_movements 陈甲 movement=入境 moved_on=2018-05-01 moved_at=190000"""

CASES = [
    fires("P01", "registered says the unit, the police say not", """
        registrations 陈甲
        police_registrations 林乙
        """, "warning registrations.id_number#1 第6行：陈甲台账已备案，公安库中未查到。"),
    silent("P01", "the police have them; only sent, not yet stored", """
        registrations 陈甲
        police_registrations 陈甲
        registrations 林乙 state=已报送公安
        """),

    fires("P02", "the police have somebody the unit does not list", """
        staff 陈甲
        police_registrations 陈甲
        """, "warning staff.registered#1 公安库已备案、台账未列：陈甲。"),
    silent("P02", "listed; withdrawn at the police; nobody of the unit", """
        staff 陈甲
        registrations 陈甲
        police_registrations 陈甲
        staff 林乙
        police_registrations 林乙 action=撤销
        police_registrations 黄丙
        """),

    fires("P03", "a passport the police know and the list lacks", """
        staff 陈甲
        police_certificates 陈甲
        """, "warning staff.name#1 公安反馈陈甲持有普通护照（尾号0001），材料4未登记。"),
    silent("P03", "listed; expired; looked into as V3; somebody who has left", """
        staff 陈甲
        certificates 陈甲
        police_certificates 陈甲
        staff 林乙
        police_certificates 林乙 number=EZ9900002 expires_on=2019-08-10
        staff 黄丙
        police_certificates 黄丙 number=EZ9900003
        problems 黄丙 violation=V3 number=EZ9900003 conclusion=属实
        staff 张丁 status=调出 status_on=2019-01-01
        police_certificates 张丁 number=EZ9900004
        """),

    fires("P04", "a passport the police do not know", """
        certificates 陈甲
        """, "warning certificates.number#1 第6行：公安库中查无陈甲的普通护照（尾号0001），请核对号码或是否已换发。"),
    silent("P04", "known; cancelled long ago", """
        certificates 陈甲
        police_certificates 陈甲
        certificates 林乙 number=EZ9900002 status=注销/宣布作废
        """),

    fires("P05", "cancelled, and expired, say the police", """
        certificates 陈甲
        police_certificates 陈甲 status=注销/宣布作废
        certificates 林乙 number=EZ9900002
        police_certificates 林乙 number=EZ9900002 expires_on=2019-08-01
        """,
        "notice certificates.status#1 第6行：公安库显示陈甲的普通护照（尾号0001）为“注销/宣布作废”，本表为“有效”。",
        "notice certificates.status#2 第7行：公安库显示林乙的普通护照（尾号0002）为“过期”，本表为“有效”。"),
    silent("P05", "the same; the police say nothing", """
        certificates 陈甲
        police_certificates 陈甲 status=有效
        certificates 林乙 number=EZ9900002
        police_certificates 林乙 number=EZ9900002
        """),

    fires("P06", "abroad, and not in material 5", f"""
        staff 陈甲
        {ABROAD}
        """, "error staff.name#1 公安反馈陈甲2018-05-01至2018-05-06赴日本，材料5未登记。"),
    fires("P06", "the second of two trips is missing", f"""
        staff 陈甲
        trips 陈甲
        {ABROAD}
        police_movements 陈甲 movement=出境 moved_on=2019-02-01 destination=中国香港
        """, "error staff.name#1 公安反馈陈甲2019-02-01至（无入境记录）赴香港，材料5未登记。"),
    silent("P06", "twice out and home on one day, listed in the one row that there can be", f"""
        staff 陈甲
        trips 陈甲 entry_on=2018-05-01
        {DAY_TRIPS}
        """),
    fires("P06", "out and home on one day, and the next day again", f"""
        staff 陈甲
        trips 陈甲 entry_on=2018-05-01
        {DAY_TRIPS}
        police_movements 陈甲 movement=出境 moved_on=2018-06-02
        police_movements 陈甲 movement=入境 moved_on=2018-06-02
        """, "error staff.name#1 公安反馈陈甲2018-06-02至2018-06-02赴日本，材料5未登记。"),
    silent("P06", "listed, a day off; before 2016; before she joined", f"""
        staff 陈甲
        trips 陈甲 exit_on=2018-04-30
        {ABROAD}
        police_movements 陈甲 movement=出境 moved_on=2015-05-01
        police_movements 陈甲 movement=入境 moved_on=2015-05-05
        staff 林乙 joined_on=2019-01-01
        police_movements 林乙 movement=出境 moved_on=2018-05-01 number=EZ9900002
        police_movements 林乙 movement=入境 moved_on=2018-05-06 number=EZ9900002
        """),

    fires("P07", "a trip the police have not seen", """
        staff 陈甲
        trips 陈甲
        """, "warning trips.exit_on#1 第6行：公安记录中没有陈甲2018-05-01的出境，请核对日期、证件或性质（因公）。"),
    silent("P07", "seen; written twice (S04); on duty; after the police's last record", f"""
        staff 陈甲
        trips 陈甲
        trips 陈甲
        {ABROAD}
        trips 陈甲 exit_on=2018-09-01 nature=因公
        trips 陈甲 exit_on=2019-08-11
        """),

    fires("P08", "two days apart", f"""
        staff 陈甲
        trips 陈甲 exit_on=2018-05-03
        {ABROAD}
        """, "warning trips.exit_on#1 第6行：陈甲登记2018-05-03至2018-05-06，公安记录2018-05-01至2018-05-06，相差2天。"),
    fires("P08", "back three days later than written", f"""
        staff 陈甲
        trips 陈甲 entry_on=2018-05-03
        {ABROAD}
        """, "warning trips.entry_on#1 第6行：陈甲登记2018-05-01至2018-05-03，公安记录2018-05-01至2018-05-06，相差3天。"),
    silent("P08", "a day apart", f"""
        staff 陈甲
        trips 陈甲 entry_on=2018-05-07
        {ABROAD}
        """),

    fires("P09", "declared Thailand at the border", """
        staff 陈甲
        trips 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01 destination=泰国
        police_movements 陈甲 movement=入境 moved_on=2018-05-06 destination=日本
        """, "notice trips.destinations#1 第6行：陈甲登记前往“日本”，公安记录另有“泰国”。"),
    silent("P09", "more countries than the first one declared", f"""
        staff 陈甲
        trips 陈甲 destinations=日本、韩国
        {ABROAD}
        """),

    fires("P10", "another passport at the border", """
        staff 陈甲
        trips 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01 number=EZ9900008
        police_movements 陈甲 movement=入境 moved_on=2018-05-06 number=EZ9900008
        """, "warning trips.number#1 第6行：公安记录陈甲实际使用证件为尾号0008，登记为尾号0001。"),
    silent("P10", "back with the one that is written; confirmed as V5e", """
        staff 陈甲
        trips 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01 kind=往来港澳通行证 number=CZ9900001
        police_movements 陈甲 movement=入境 moved_on=2018-05-06
        staff 林乙
        trips 林乙 conclusion=属实 violation=V5e
        police_movements 林乙 movement=出境 moved_on=2018-05-01 number=EZ9900008
        police_movements 林乙 movement=入境 moved_on=2018-05-06 number=EZ9900008
        """),

    fires("P11", "out and never in", """
        staff 陈甲
        trips 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01
        """, "warning trips.entry_on#1 第6行：公安记录陈甲2018-05-01出境后无入境记录，请核实是否仍在境外。"),
    fires("P11", "abroad still, within the approval: to be looked at all the same", """
        staff 陈甲
        trips 陈甲 exit_on=2019-08-01 entry_on=未归 approved_return_on=2019-08-20
        police_movements 陈甲 movement=出境 moved_on=2019-08-01
        """, "warning trips.entry_on#1 第6行：公安记录陈甲2019-08-01出境后无入境记录，请核实是否仍在境外。"),
    silent("P11", "out and in; confirmed as V5a", f"""
        staff 陈甲
        trips 陈甲
        {ABROAD}
        staff 黄丙
        trips 黄丙 entry_on=未归 number=EZ9900003 conclusion=属实 violation=V5a
        police_movements 黄丙 movement=出境 moved_on=2018-05-01 number=EZ9900003
        """),

    fires("P12", "in and never out", """
        staff 陈甲
        police_movements 陈甲 movement=入境 moved_on=2018-05-06
        """, "notice staff.name#1 陈甲2018-05-06入境，缺少对应的出境记录。"),
    silent("P12", "out and in; in before she joined", f"""
        staff 陈甲
        {ABROAD}
        staff 林乙 joined_on=2019-01-01
        police_movements 林乙 movement=入境 moved_on=2018-05-06 number=EZ9900002
        """),

    fires("P13", "two passports, two trips at once", """
        staff 陈甲
        police_movements 陈甲 movement=出境 moved_on=2018-05-01
        police_movements 陈甲 movement=出境 moved_on=2018-05-03 number=EZ9900008
        police_movements 陈甲 movement=入境 moved_on=2018-05-05 number=EZ9900008
        police_movements 陈甲 movement=入境 moved_on=2018-05-08
        """, "error 002 公安数据中陈甲的两次行程重叠（2018-05-01、2018-05-03出境），请退回公安核对。"),
    silent("P13", "one after the other", f"""
        staff 陈甲
        {ABROAD}
        police_movements 陈甲 movement=出境 moved_on=2018-05-06 number=EZ9900008
        police_movements 陈甲 movement=入境 moved_on=2018-05-08 number=EZ9900008
        """),

    fires("P14", "a passport issued after the registration, without consent", """
        certificates 陈甲 consented=否 consented_on=
        registrations 陈甲
        """, "warning certificates.consented#1 第6行：陈甲登记备案后于2017-05-08新办普通护照（尾号0001），未见单位同意函。"),
    fires("P14", "the letter is younger than the passport", """
        certificates 陈甲 consented_on=2017-05-09
        registrations 陈甲
        """, "warning certificates.consented#1 第6行：陈甲登记备案后于2017-05-08新办普通护照（尾号0001），单位同意函（2017-05-09）晚于签发日期。"),
    fires("P14", "the unit says no, and the bureau has the letter: one of them is wrong", """
        certificates 陈甲 consented=否 consented_on=
        registrations 陈甲
        consent_register 陈甲 unit=002
        certificates 林乙 number=EZ9900002 consented_on=2017-05-20
        registrations 林乙
        consent_register 林乙 unit=002
        """,
        "warning certificates.consented#1 第6行：陈甲登记备案后于2017-05-08新办普通护照（尾号0001），局里有2017-04-20的单位同意函，本行却写“否”，请核对。",
        "warning certificates.consented#2 第7行：林乙登记备案后于2017-05-08新办普通护照（尾号0002），局里有2017-04-20的单位同意函，本行却写“是”、2017-05-20，请核对。"),
    fires("P14", "before 2016 too: looked into, though not counted", """
        certificates 陈甲 issued_on=2015-05-08 consented=否 consented_on=
        registrations 陈甲
        """, "warning certificates.consented#1 第6行：陈甲登记备案后于2015-05-08新办普通护照（尾号0001），未见单位同意函。"),
    fires("P14", "the bureau's letter had run out", """
        certificates 陈甲 consented=否 consented_on=
        registrations 陈甲
        consent_register 陈甲 unit=002 consented_on=2017-01-20
        """, "warning certificates.consented#1 第6行：陈甲登记备案后于2017-05-08新办普通护照（尾号0001），未见单位同意函。"),
    silent("P14", "with consent; before the registration; looked into", """
        certificates 陈甲
        registrations 陈甲
        certificates 黄丙 number=EZ9900003 consented=不适用
        registrations 黄丙 filed_on=2017-05-08
        certificates 欧阳戊 number=EZ9900005 consented=否
        registrations 欧阳戊
        problems 欧阳戊 violation=V1 number=EZ9900005 conclusion=不属违规
        """),

    fires("P15", "another name under the same number", """
        staff 陈甲
        police_certificates 陈甲 name=陈加
        police_registrations 陈甲 given_name=佳
        """,
        "warning staff.name#1 公安数据姓名“陈加”与名册“陈甲”不一致（身份证号相同），需人工确认。",
        "warning staff.name#1 公安数据姓名“陈佳”与名册“陈甲”不一致（身份证号相同），需人工确认。"),
    fires("P15", "a record without a number fits two people", """
        staff 陈甲
        staff 林乙 name=陈甲
        roster 陈甲 unit=002
        roster 林乙 name=陈甲 unit=002
        police_movements 陈甲 id_number= born_on=1980-01-01 movement=出境 moved_on=2018-05-01
        """,
        "warning staff.name#1 公安有陈甲2018-05-01出境的记录，没有身份证号，同名同生日的有2人，需人工确认。",
        "warning staff.name#2 公安有陈甲2018-05-01出境的记录，没有身份证号，同名同生日的有2人，需人工确认。"),
    fires("P15", "a record without a number fits somebody the bureau's roster does not know", """
        staff 陈甲
        police_movements 陈甲 id_number= born_on=1980-01-01 movement=出境 moved_on=2018-05-01
        """, "warning staff.name#1 公安有陈甲2018-05-01出境的记录，没有身份证号，只凭姓名和出生日期对上，需人工确认。"),
    silent("P15", "the same name; a record without a number fits one", """
        staff 陈甲
        police_certificates 陈甲
        roster 陈甲 unit=002
        police_movements 陈甲 id_number= born_on=1980-01-01 movement=出境 moved_on=2018-05-01
        """),

    fires("P16", "left the country during the ban", f"""
        staff 陈甲
        sanctions 陈甲 decided_on=2017-06-01 ban_from=2017-06-01 ban_until=2020-05-31
        {ABROAD}
        """, "error staff.name#1 陈甲在3年不予审批期内（至2020-05-31）于2018-05-01出境。"),
    silent("P16", "after the ban; confirmed as V4d", f"""
        staff 陈甲
        sanctions 陈甲 decided_on=2015-04-30 ban_from=2015-04-30 ban_until=2018-04-30
        {ABROAD}
        staff 林乙
        sanctions 林乙 decided_on=2017-06-01 ban_from= ban_until=
        trips 林乙 conclusion=属实 violation=V4d number=EZ9900002
        police_movements 林乙 movement=出境 moved_on=2018-05-01 number=EZ9900002
        police_movements 林乙 movement=入境 moved_on=2018-05-06 number=EZ9900002
        """),

    fires("P17", "twice out in one year", f"""
        staff 陈甲
        {ABROAD}
        police_movements 陈甲 movement=出境 moved_on=2018-10-01
        """, "notice staff.name#1 陈甲2018年内出境2次。"),
    silent("P17", "once a year", f"""
        staff 陈甲
        {ABROAD}
        police_movements 陈甲 movement=出境 moved_on=2019-05-01
        """),

    fires("P19", "at the border with a passport that lay in the safe", f"""
        staff 陈甲
        custody 陈甲
        {ABROAD}
        """, "error custody.state#1 第6行：陈甲的证件（尾号0001）在库期间（2018-05-01）有出境记录，保管台账不实。"),
    silent("P19", "lent for the trip; handed in only afterwards", f"""
        staff 陈甲
        custody 陈甲
        loans 陈甲
        {ABROAD}
        staff 林乙
        custody 林乙 number=EZ9900002 first_handed_in_on=2018-05-06
        police_movements 林乙 movement=出境 moved_on=2018-05-01 number=EZ9900002
        """),

    fires("P20", "expires in half a year, expired last week", """
        custody 陈甲 expires_on=2020-02-11
        custody 林乙 number=EZ9900002 expires_on=2019-08-05
        """,
        "notice custody.expires_on#1 第6行：陈甲的证件（尾号0001）将于2020-02-11到期，请提醒处理。",
        "notice custody.expires_on#2 第7行：林乙的证件（尾号0002）已于2019-08-05过期，请提醒处理。"),
    silent("P20", "a day more than half a year; no longer kept", """
        custody 陈甲 expires_on=2020-02-12
        custody 林乙 number=EZ9900002 expires_on=2019-08-05 state=作废处理
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_police_rule(case: Case) -> None:
    assert judged(case) == case.expected
