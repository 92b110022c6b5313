# ruff: noqa: E501 — a message is compared, and read, in one piece
"""The set as a whole: complete, with its scans, of the right size, in time."""

from __future__ import annotations

import pytest

from tests.rules.tables import Case, fires, judged, silent

ROSTER = "\n".join(f"roster 陈甲 unit=002 id_number=r{n}" for n in range(120))
SCANS = "\n".join(f"attachments form={form} name={form}.pdf" for form in ("annex2", "annex3", "self_report", "declarations"))


def staff(n: int) -> str:
    return "\n".join(f"staff 陈甲 id_number=r{each}" for each in range(n))


CASES = [
    fires("S08", "handed in without the trips and Annex 3", """
        missing trips annex3
        submissions form=staff
        submissions form=trips state=assigned received_at=
        submissions form=annex3 state=assigned received_at=
        staff 陈甲
        """,
        "error trips 缺少材料5《2016年以来工作人员出国（境）情况登记表》。",
        "error annex3 缺少附件3《干部因私出国（境）管理工作有关情况统计表》。"),
    fires("S08", "a scan named in a row is not there", """
        approvals 陈甲
        sanctions 陈甲 evidence=谈话记录.pdf
        attachments form=approvals name=002_A9.pdf
        """,
        "error approvals.scan#1 第6行：缺少附件“002_A1.pdf”。", "error sanctions.evidence#1 第6行：缺少附件“谈话记录.pdf”。"),
    fires("S08", "handed in without a single scan", """
        submissions form=staff
        submissions form=approvals
        staff 陈甲
        approvals 陈甲
        """, "error approvals.scan#1 第6行：缺少附件“002_A1.pdf”。"),
    silent("S08", "nothing handed in yet; every scan there; papers known to be missing (V7e)", """
        submissions form=trips state=assigned received_at=
        approvals 陈甲
        attachments form=approvals name=002_A1.pdf
        approvals 林乙 approval_number=A2 scan=002_A2.pdf
        problems 林乙 violation=V7e approval_number=A2
        """),

    fires("S09", "handed in, and nothing signed", """
        submissions form=staff
        attachments form=annex2 name=附件2.pdf
        attachments form=self_report name=材料1.pdf
        """,
        "warning annex3 《干部因私出国（境）管理工作有关情况统计表》未上传签字盖章扫描件。",
        "warning declarations 《工作人员持有因私出入境证件和因私出国（境）情况报告表》未上传签字盖章扫描件。"),
    silent("S09", "all four scans are in", SCANS),
    silent("S09", "nothing handed in yet", "submissions form=staff state=uploaded"),

    fires("S12", "seven fewer than the bureau knows", f"""
        {ROSTER}
        {staff(113)}
        """, "warning staff 名册113人，与局人事系统120人相差较大，请说明。"),
    silent("S12", "six fewer of a hundred and twenty", f"""
        {ROSTER}
        {staff(114)}
        """),

    fires("S15", "handed in after midnight of the deadline", """
        submissions form=staff received_at=2019-08-12T00:05
        """, "warning 002 已超过报送时限（2019-08-11），报送时间2019-08-12 00:05。"),
    silent("S15", "the last minute of the day; mended later", """
        submissions form=staff received_at=2019-08-11T23:59
        submissions form=trips received_at=2019-08-14T09:00
        """),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_every_package_rule(case: Case) -> None:
    assert judged(case) == case.expected
