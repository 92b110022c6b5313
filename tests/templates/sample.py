"""Contexts for the shipped texts: a city with problems, a clean one, one where nobody has answered."""

from __future__ import annotations

import datetime as dt
import io
import re
from typing import Any

from templates import TEXT, Cell, Inserts, Table

ADMINISTRATION = {
    "plan": "《关于在全市卫生健康系统主题教育中深入开展"
    "工作人员因私出国（境）违规问题专项整治工作的实施方案》",
    "issuer": "瑞安市卫生健康局",
    "mark": "瑞安市卫生健康局文件",
    "letter_mark": "瑞安市卫生健康局",
    "signer": "演示人",
    "superior": "中共瑞安市委组织部、市专项整治指导组",
    "subordinates": "全市各医疗卫生单位",
    "office": "瑞安市卫生健康局办公室",
    "department": "市卫健局组织人事科",
    "contact": {"name": "演示联系人", "phone": "19900000000"},
    "start": "2019-08-07",
    "self_check_end": "2019-08-11",
    "deadline": "2019-08-11",
    "inspection_start": "2019-08-12",
    "inspection_end": "2019-08-31",
    "rectify_by": "2019-09-30",
    "decided": {
        "staff_base": "在编和备案制在册人员",
        "registration_scope": "全体在编（含备案制）",
        "leave_instead_column": "计入未经批准",
        "count_expired": False,
        "loan_counts_as_held": True,
    },
    "ban_years": 3,
    "reg_update_workdays": 5,
    "cert_handin_workdays": 5,
    "cert_return_workdays": 10,
}
UNITS = (
    "瑞安市人民医院",
    "瑞安市中医院",
    "瑞安市疾病预防控制中心",
    "瑞安市陶山镇卫生院",
    "瑞安市芳庄乡卫生院",
)


def figure_names() -> set[str]:
    """The figures FIGURES.md defines."""
    return set(re.findall(r"`fig\.(\w+)`", (TEXT / "FIGURES.md").read_text("utf-8")))


def context(state: str = "many", units: int = 38) -> dict[str, Any]:
    """`many` problems, `one` of everything, `clean`, or `silent` (no unit has submitted)."""
    amount = {"many": 7, "one": 1, "clean": 0, "silent": 0}[state]
    fig = dict.fromkeys(figure_names(), amount)
    silent = state == "silent"
    names = [UNITS[at] if at < len(UNITS) else f"瑞安市演示第{at}卫生院" for at in range(units)]
    missing = units if silent else {"many": 2, "one": 1, "clean": 0}[state]
    late = 0 if silent else {"many": 3, "one": 1, "clean": 0}[state]
    total = 0 if silent else 5400
    fig |= {
        "units_required": units,
        "units_submitted": units - missing,
        "units_missing": missing,
        "units_owing": missing,
        "units_counted": units - missing,
        "units_in_review": 0,
        "units_late": late,
        "units_on_time": units - missing - late,
        "annex3_d3": total,
        "annex3_d4": total,
        "annex3_d5": total - amount,
        "annex3_d6": 0 if silent else 3120,
        "annex3_d7": 0 if silent else 3120 - amount,
        "annex3_d8": 0 if silent else 1500,
        "annex3_d9": 0 if silent else 1100,
        "annex3_d10": 0 if silent else 520 - amount,
        "annex2_c3": 0 if silent else 61,
        "trips_private": 0 if silent else 2864,
        "travellers": 0 if silent else 1690,
        "declarations_due": total,
        "declarations_made": total,
        "police_persons": total,
        "police_records": 0 if silent else 5728,
        "problems_total": amount * 3,
        "problems_settled": amount * 2,
        "problems_open": amount,
        "handled_staff": amount,
        "persons_handled": amount // 2,
        "persons_handled_before": min(amount, 1) * (amount // 2),
        "handled_managers": 0,
        "annex2_c13": amount,
    }
    rate = "—" if silent else "99.9%"
    return {
        "campaign": ADMINISTRATION,
        "fig": fig,
        "by": _breakdowns(amount, silent),
        "ratio": dict.fromkeys(("registration", "collection", "submission", "holding", "declaration"), rate),
        "facts": {
            "mobilisation_meeting_on": "2019-08-06",
            "leading_group_formed_on": None,
            "inspection_teams": 4,
        },
        "document": {
            "number": "瑞卫发〔2019〕88号",
            "date": "2019-09-05",
            "data_date": "2019-08-31",
            "stage": "final",
            "snapshot": "a1b2c3d4",
            "copies": ["市纪委市监委", "市委编办", "市公安局", "市人力社保局"],
            "draft": "",
            "to": "有关单位",
            "trigger": "after",
            "new_deadline": dt.date(2019, 8, 14),
        },
        "units": [_unit(name, at, units, missing, late, amount) for at, name in enumerate(names)],
        "unit": _unit(names[0], 0, units, units if silent else 0, 0, amount)
        | {
            "short_name": "市人民医院",
            "missing": ["材料4", "材料7"] if amount else [],
            "lacking": ["登记表", "保管台账"] if amount else [],
            "back": [],
            "materials_sent": 10 if amount else 12,
            "inspected_on": "2019-08-20",
            "told": [{"number": "瑞卫整改〔2019〕37号", "on": "2019-08-21"}] if amount > 1 else [],
            "owed_listed": min(amount, 1),
            "visited_since": amount > 1,
            "phone": None,
        },
        "register": {
            "on_site": min(amount, 1),
            "on_site_pending": int(amount == 1),
            "closed": amount,
            "notices": amount,
            "noticed": min(amount, 1),
        },
        "visit": {"looked": 5 * min(amount, 1)},
        "amiss": [{"says": "证件由专人专柜保管", "note": "登记簿缺页", "compared": False}] * min(amount, 2),
        "cases": [
            {
                "unit": UNITS[at % 5],
                "person": "陈某",
                "category": "专业技术人员",
                "fact": "2018年2月10日至20日未经审批赴泰国旅游11天",
                "result": "给予批评教育，3年内不予办理因私出国（境）审批手续",
            }
            for at in range(min(amount, 3))
        ],
        "problems": [_problem(at) for at in range(amount)],
        "waivers": [
            {
                "unit": "瑞安市某某卫生院",
                "matter": "应登记备案而未备案",
                "reason": "原单位备案，正在转出",
                "by": "审核员甲",
                "until": dt.date(2019, 12, 31) if at else None,
            }
            for at in range(min(amount, 2))
        ],
        "report": dict.fromkeys(
            (
                "leading_group_formed_on",
                "leader",
                "meeting_on",
                "meeting_attendance",
                "rules",
                "keeper",
                "custody_place",
            )
        ),
        "receipt": {"number": "R-2019-0001", "received_at": dt.datetime(2019, 8, 11, 16, 5), "late": False},
        "files": [{"name": "02-名册.xlsx", "form": "本单位工作人员名册", "rows": 60, "sha256": "ab" * 32}],
    }


def _problem(at: int) -> dict[str, Any]:
    return {
        "unit": UNITS[at % 5],
        "violation": "未经审批出国（境）",
        "kind": "V4",
        "n": 3,
        "settled": 2,
        "open": 1,
        "overdue": 0,
        "number": f"002-V4-{at + 1:03d}",
        "person": "陈某",
        "fact": "2018年2月10日出境，2月20日入境，材料6无审批记录",
        "evidence": "材料5、材料6",
        "rule": "应审尽审",
        "state": "待核实",
        "until": "2019-09-20",
        "own_date": at > 0,
        "late": at > 0,
        "set_by_bureau": at > 1,
    }


def _unit(name: str, at: int, units: int, missing: int, late: int, amount: int) -> dict[str, Any]:
    submitted = at < units - missing
    return {
        "name": name,
        "submitted": submitted,
        "late": submitted and at < late,
        "on_time": submitted and at >= late,
        "received_on": dt.date(2019, 8, 10) if submitted else None,
        "materials_required": 12,
        "missing": [] if submitted else ["证件登记表", "证件保管情况登记表"],
        "lacking": [] if submitted else ["材料4", "材料7"],
        "back": [],
        "materials_sent": 12 if submitted else 0,
        "counted": submitted,
        "standing": "" if submitted else "未报送",
        "contact": None,
        "unregistered": amount if at == 0 else 0,
        "problem_persons": amount if at == 0 else 0,
        "with_problems": bool(amount) and at == 0,
        **dict.fromkeys(("c3", "c4", "c12", "c13"), 1 if at else amount),
        **dict.fromkeys(("d4", "d5", "d6", "d7"), 142),
    }


def _breakdowns(amount: int, silent: bool) -> dict[str, Any]:
    def rows(*pairs: tuple[str, int]) -> list[dict[str, Any]]:
        return [{"label": label, "n": n} for label, n in pairs]

    return {
        "trips_year": []
        if silent
        else rows(("2016年", 512), ("2017年", 688), ("2018年", 902), ("2019年", 762)),
        "trips_reason": [] if silent else rows(("旅游", 1950), ("探亲", 630), ("访友", 114), ("留学", 0)),
        "trips_destination": []
        if silent
        else rows(("香港", 515), ("泰国", 430), ("日本", 428), ("台湾", 258), ("意大利", 200)),
        "deviation": rows(("逾期滞留", amount), ("擅自变更行程", amount)),
        "missing_reason": rows(("在外未归", amount)),
        "handling": rows(("批评教育", amount), ("诫勉", 0)),
        "disciplined": rows(("党纪处分", amount // 7)),
        "handling_violation": rows(("未经审批出国（境）", amount)) if amount else [],
        "unit_type": [{"label": "医院", "units": 2, "n": amount, "rate": "0.3%"}] if amount else [],
        "unit_rate": [{"label": UNITS[3], "n": amount, "rate": "2.1%"}] if amount else [],
        "problems": rows(("未经审批出国（境）", amount)) if amount else [],
    }


def annex(rows: int = 40) -> Table:
    """A statistics table with a three-row head, as wide as Annex 2."""
    groups = (
        ("序号", 2, 1),
        ("单位", 2, 1),
        ("组织开展情况", 1, 3),
        ("问题排查情况", 1, 7),
        ("处理情况", 1, 8),
    )
    head = (
        tuple(Cell(text, rows=down, cols=across) for text, down, across in groups),
        tuple(Cell("新增登记备案人数") for _ in range(18)),
    )
    body = tuple(
        (Cell(str(at)), Cell(f"瑞安市演示第{at}卫生院", align="left"), *(Cell("0") for _ in range(18)))
        for at in range(1, rows + 1)
    )
    above = "单位主要负责人签字（加盖单位公章）：\t填表时间：2019年8月31日"
    return Table(head, body, (8.0, 42.0, *(9.7,) * 18), (above,), ("填表人：　　　审核人：",))


def picture() -> bytes:
    """A small PNG."""
    from PIL import Image

    target = io.BytesIO()
    Image.new("RGB", (600, 300), "#4a7ebb").save(target, "PNG")
    return target.getvalue()


def inserts(rows: int = 40) -> Inserts:
    """What report.md inserts."""
    return Inserts({"trips_by_year": picture()}, {"annex2": annex(rows), "annex3": annex(rows)})
