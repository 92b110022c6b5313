# ruff: noqa: E501 — a message is compared, and read, in one piece
"""应交尽交: every certificate handed in, every loan returned, and the ledger says what the list and the people say."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, id_of, judged, silent

CASES = [
    fires("X05", "valid, and at home without a word", """
        staff 陈甲
        certificates 陈甲 custody_state=未上交
        custody 陈甲 state=未上交 first_handed_in_on=
        """, "warning certificates.custody_state#1 陈甲的普通护照（尾号0001）未集中保管。"),
    fires("X05", "valid, and in no ledger", """
        staff 陈甲
        certificates 陈甲
        """, "warning certificates.custody_state#1 陈甲的普通护照（尾号0001）未集中保管。"),
    fires("X05", "a city-managed officer's, kept in the unit's safe", """
        staff 陈甲 authority=市管
        certificates 陈甲
        custody 陈甲
        """, "warning certificates.custody_state#1 陈甲的普通护照（尾号0001）属市管干部证件，应由市委组织部保管。"),
    silent("X05", "the reason is written, or the officer's is where it belongs, or it is lent", """
        staff 陈甲
        certificates 陈甲 custody_state=未上交
        custody 陈甲 state=未上交 missing_reason=在外未归
        staff 林乙 authority=市管
        certificates 林乙 number=EZ9900002
        custody 林乙 number=EZ9900002 place=市委组织部(市管干部)
        staff 黄丙
        certificates 黄丙 number=EZ9900003 custody_state=借出(经批准)
        custody 黄丙 number=EZ9900003 state=借出(经批准)
        """),
    silent("X05", "expired, or of somebody who need not hand in", """
        staff 陈甲
        certificates 陈甲 expires_on=2019-08-01
        staff 林乙 due=否 category=编外合同制
        certificates 林乙 number=EZ9900002
        """),
    silent("X05", "already looked into as V2", """
        staff 陈甲
        certificates 陈甲 custody_state=未上交
        problems 陈甲 violation=V2 conclusion=不属违规
        """),

    fires("X06", "in the ledger, not on the list", """
        custody 陈甲 number=EZ9900002
        certificates 陈甲
        """, "error custody.number#1 第6行：保管台账有、登记表无：普通护照（尾号0002）。"),
    silent("X06", "in both", """
        custody 陈甲
        certificates 陈甲
        """),

    fires("X07", "kind, dates and holder differ", """
        custody 陈甲 kind=往来港澳通行证 issued_on=2017-05-09 expires_on=2027-05-08
        certificates 林乙
        """,
        "error custody.kind#1 第6行：两表证件信息不一致（尾号0001）：证件种类登记表为“普通护照”，台账为“往来港澳通行证”。",
        "error custody.issued_on#1 第6行：两表证件信息不一致（尾号0001）：签发日期登记表为“2017-05-08”，台账为“2017-05-09”。",
        "error custody.expires_on#1 第6行：两表证件信息不一致（尾号0001）：有效期至登记表为“2027-05-07”，台账为“2027-05-08”。",
        f"error custody.id_number#1 第6行：两表证件信息不一致（尾号0001）：持证人登记表为“林乙（身份证尾号{id_of('林乙')[-4:]}）”，"
        f"台账为“陈甲（身份证尾号{id_of('陈甲')[-4:]}）”。"),
    silent("X07", "the same in both; what cannot be read is not compared", """
        custody 陈甲
        certificates 陈甲 expires_on=
        """),

    fires("X08", "handed in on the sixth workday", """
        registrations 陈甲
        custody 陈甲 first_handed_in_on=2017-05-16
        """, "warning custody.first_handed_in_on#1 第6行：陈甲的普通护照（尾号0001）在签发（或备案）后第6个工作日才上交，超过5个工作日规定。"),
    silent("X08", "on the fifth; counted from the registration where that came later", """
        registrations 陈甲
        custody 陈甲 first_handed_in_on=2017-05-15
        registrations 林乙 filed_on=2019-08-08
        custody 林乙 number=EZ9900002 first_handed_in_on=2019-08-12
        """),
    silent("X08", "people who are not registered, and what was looked into", """
        custody 林乙 number=EZ9900002 first_handed_in_on=2018-05-16
        registrations 黄丙
        custody 黄丙 number=EZ9900003 first_handed_in_on=2018-05-16
        problems 黄丙 violation=V2 number=EZ9900003
        """),

    fires("X09", "a passport and a permit declared and not listed", """
        declared_passports 陈甲
        declared_permits 陈甲
        """,
        "error declared_passports.number#1 第6行：本人申报的普通护照（尾号0001）未列入材料4。",
        "error declared_permits.number#1 第6行：本人申报的往来港澳通行证（尾号0001）未列入材料4。"),
    silent("X09", "declared and listed", """
        declared_passports 陈甲
        certificates 陈甲
        """),

    fires("X10", "listed, and not declared", """
        staff 陈甲
        declarations 陈甲 has_passport=无
        certificates 陈甲
        """, "warning declarations.has_passport#1 第6行：陈甲报告表未报告普通护照（尾号0001），疑似瞒报（或漏报）。"),
    fires("X10", "known to the police alone", """
        staff 陈甲
        declarations 陈甲
        police_certificates 陈甲 kind=大陆居民往来台湾通行证 number=L99000001
        """, "warning declarations.has_tw_permit#1 第6行：陈甲报告表未报告大陆居民往来台湾通行证（尾号0001），疑似瞒报（或漏报）。"),
    fires("X10", "written in the table, and ticked as none", """
        staff 陈甲
        declarations 陈甲 has_passport=无
        declared_passports 陈甲
        certificates 陈甲
        """, "warning declarations.has_passport#1 第6行：陈甲报告表未报告普通护照（尾号0001），疑似瞒报（或漏报）。"),
    silent("X10", "declared, or issued after the declaration, or no longer valid", """
        staff 陈甲
        declarations 陈甲 signed_on=2019-08-08
        certificates 陈甲
        declared_passports 陈甲
        certificates 陈甲 kind=往来港澳通行证 number=CZ9900001 issued_on=2019-08-09 expires_on=2029-08-08
        certificates 陈甲 number=EZ9900009 status=注销/宣布作废
        """),
    silent("X10", "looked into as V3", """
        staff 陈甲
        declarations 陈甲 has_passport=无
        certificates 陈甲
        problems 陈甲 violation=V3 conclusion=不属实
        """),

    fires("X19", "lent for a trip that nobody approved", """
        loans 陈甲 approval_number=A9
        approvals 陈甲
        """, "warning loans.approval_number#1 第6行：陈甲领用普通护照（尾号0001）没有对应的审批记录。"),
    fires("X19", "lent on an approval that was refused", """
        loans 陈甲
        approvals 陈甲 bureau_decision=不同意
        """, "warning loans.approval_number#1 第6行：陈甲领用普通护照（尾号0001）没有对应的审批记录。"),
    silent("X19", "approved; for other reasons; void; before 2016; looked into", """
        approvals 陈甲
        loans 陈甲
        loans 陈甲 lent_on=2018-04-26 approval_number=
        loans 陈甲 reason=换发/补发 approval_number=
        loans 陈甲 state=已作废 approval_number=A9
        loans 陈甲 lent_on=2015-12-30 approval_number=A9
        loans 林乙 number=EZ9900002 approval_number=A9
        problems 林乙 violation=V2 number=EZ9900002
        """),

    fires("X20", "abroad with a passport that lay in the safe", """
        trips 陈甲
        custody 陈甲
        """, "error trips.number#1 第6行：台账显示2018-05-01陈甲的证件（尾号0001）在库，但同日有出境记录，台账与事实不符。"),
    fires("X20", "abroad again after the passport came back", """
        trips 陈甲 exit_on=2018-05-11
        custody 陈甲
        loans 陈甲 returned_on=2018-05-10
        """, "error trips.number#1 第6行：台账显示2018-05-11陈甲的证件（尾号0001）在库，但同日有出境记录，台账与事实不符。"),
    silent("X20", "lent that day, or handed in only later, or another certificate", """
        trips 陈甲
        custody 陈甲
        loans 陈甲
        trips 林乙 number=EZ9900002
        custody 林乙 number=EZ9900002 first_handed_in_on=2018-05-20
        trips 黄丙 number=EZ9900003
        """),

    fires("X21", "a trip with a certificate nobody lists", """
        trips 陈甲 number=EZ9900007
        certificates 陈甲
        """, "error trips.number#1 第6行：陈甲行程所用证件（尾号0007）未登记，疑似未报告的证件。"),
    silent("X21", "listed though expired; known from last year's ledger; on duty; looked into", """
        trips 陈甲
        certificates 陈甲 status=过期
        trips 林乙 number=EZ9900002
        past_custody 林乙 unit=002 number=EZ9900002
        trips 黄丙 number=EZ9900003 nature=因公
        trips 张丁 number=EZ9900004
        problems 张丁 violation=V3 number=EZ9900004
        """),

    fires("X31", "two valid permits of one kind", """
        certificates 陈甲
        certificates 陈甲 number=EZ9900002 issued_on=2018-05-08
        """, "warning certificates.number#2 第7行：陈甲同时有2本有效普通护照，请核对旧证是否已注销。"),
    silent("X31", "one passport written twice (S04); the old one is cancelled; another kind; another person", """
        certificates 陈甲
        certificates 陈甲
        certificates 陈甲 number=EZ9900002 status=注销/宣布作废
        certificates 陈甲 kind=往来港澳通行证 number=CZ9900001
        certificates 林乙 number=EZ9900003
        """),

    fires("X32", "one passport under two names", """
        certificates 陈甲
        certificates 林乙
        """,
        "error certificates.number#1 第6行：证件（尾号0001）同时登记在陈甲、林乙名下。",
        "error certificates.number#2 第7行：证件（尾号0001）同时登记在林乙、陈甲名下。"),
    silent("X32", "the same person's row twice is another rule's matter", """
        certificates 陈甲
        certificates 陈甲
        certificates 林乙 number=EZ9900002
        """),

    fires("R12", "handed in before it was issued", """
        custody 陈甲 first_handed_in_on=2017-05-07
        """, "error custody.first_handed_in_on#1 第6行：上交日期2017-05-07早于证件签发日期2017-05-08。"),
    silent("R12", "handed in on the day of issue", """
        custody 陈甲 first_handed_in_on=2017-05-08
        """),

    fires("R13", "returned before it was lent; lent before it was handed in", """
        custody 陈甲
        loans 陈甲 returned_on=2018-04-24
        loans 陈甲 lent_on=2017-05-10 returned_on=2017-06-01
        """,
        "error loans.returned_on#1 第6行：领用（归还）日期先后顺序有误：归还2018-04-24早于领用2018-04-25。",
        "error loans.lent_on#2 第7行：领用（归还）日期先后顺序有误：领用2017-05-10早于首次上交2017-05-11。"),
    fires("R13", "returned before it was lent, by material 6", """
        approvals 陈甲 returned_on=2018-04-24
        """, "error approvals.returned_on#1 第6行：领用（归还）日期先后顺序有误：归还2018-04-24早于领用2018-04-25。"),
    silent("R13", "lent and returned on one day, the day of handing in", """
        custody 陈甲
        loans 陈甲 lent_on=2017-05-11 returned_on=2017-05-11
        """),

    fires("R14", "in the safe and out at once", """
        custody 陈甲
        loans 陈甲 state=已领用 returned_on=
        """, "error custody.state#1 第6行：陈甲的普通护照（尾号0001）有未归还的领用记录，不能登记为“在库”。"),
    silent("R14", "returned, void, or not in the safe", """
        custody 陈甲
        loans 陈甲
        loans 陈甲 state=已作废 returned_on=
        custody 林乙 number=EZ9900002 state=借出(经批准)
        loans 林乙 number=EZ9900002 state=已领用 returned_on=
        """),

    fires("R15", "nine workdays late", """
        as_of 2019-08-12
        approvals 陈甲 planned_exit_on=2019-07-10 planned_return_on=2019-07-16
        loans 陈甲 lent_on=2019-07-08 returned_on= state=已领用
        """, "warning loans.returned_on#1 第6行：陈甲的普通护照（尾号0001）逾期9个工作日未归还，疑似违规持有。"),
    silent("R15", "due today; returned late but returned; looked into", """
        as_of 2019-08-12
        approvals 陈甲 planned_exit_on=2019-07-22 planned_return_on=2019-07-29
        loans 陈甲 lent_on=2019-07-20 returned_on= state=已领用
        approvals 林乙 approval_number=A2
        loans 林乙 approval_number=A2 number=EZ9900002 returned_on=2018-07-10
        approvals 黄丙 approval_number=A3
        loans 黄丙 approval_number=A3 number=EZ9900003 returned_on= state=已领用
        problems 黄丙 violation=V2 number=EZ9900003
        """),

    fires("R16", "not handed in, and no reason", """
        custody 陈甲 state=未上交 first_handed_in_on=
        certificates 林乙 number=EZ9900002 custody_state=未上交
        """,
        "error custody.missing_reason#1 第6行：陈甲的普通护照（尾号0001）未上交，须逐本填写原因。",
        "error certificates.missing_reason#1 第6行：林乙的普通护照（尾号0002）未上交，须逐本填写原因。"),
    silent("R16", "not handed in, with the reason", """
        custody 陈甲 state=未上交 first_handed_in_on= missing_reason=拒交
        certificates 陈甲 custody_state=未上交 missing_reason=拒交
        custody 林乙 number=EZ9900002
        """),

    fires("R17", "lost, and no proof", """
        certificates 陈甲 status=遗失(已报失)
        """, "warning certificates.status#1 第6行：陈甲遗失的普通护照（尾号0001）请上传报失或公安宣布作废证明及本人说明。"),
    fires("R17", "lost, by the ledger", """
        certificates 陈甲
        custody 陈甲 state=遗失
        """, "warning certificates.status#1 第6行：陈甲遗失的普通护照（尾号0001）请上传报失或公安宣布作废证明及本人说明。"),
    silent("R17", "lost, with the proof uploaded", """
        certificates 陈甲 status=遗失(已报失)
        attachments form=certificates name=报失证明EZ9900001.pdf
        certificates 林乙 number=EZ9900002
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_surrendered_rule(case: Case) -> None:
    assert judged(case) == case.expected
