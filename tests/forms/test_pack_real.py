"""The real way: a roster file, the campaign's own views, and a pack filled from them."""

from __future__ import annotations

import io
from datetime import date

import openpyxl

from forms import registers
from forms.campaign import load, shipped
from forms.engine import Engine
from forms.pack import Packer
from forms.wordform.read import letter
from forms.workbook.cells import cells

CLERK = {
    "单位": "瑞安市人民医院", "姓名": "陈小一", "身份证号": "330399198001010018", "政治面貌": "群众",
    "所在科室": "检验科", "人员类别": "在编事业", "岗位类别": "专业技术", "职务": "技师", "职称": "主管技师",
    "职称级别": "中级", "管理权限": "单位管", "进入本单位日期": "2005-07-01", "在岗状态": "在岗",
    "户口所在地": "浙江瑞安",
}  # fmt: skip


def roster() -> bytes:
    book = openpyxl.Workbook()
    ws = book.active
    assert ws is not None
    ws.append(list(CLERK))
    ws.append(list(CLERK.values()))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def test_a_pack_is_filled_from_the_bureaus_roster() -> None:
    campaign = load(shipped())
    held = registers.read_files(campaign, [("roster.xlsx", roster())])
    with Engine(campaign).data(held, [], as_of=date(2019, 8, 7)) as data:
        asked: list[str] = []

        def rows(view: str, unit: str) -> object:
            asked.append(view)
            return data.view(view, unit)

        packer = Packer(campaign, b"k" * 32)
        files = dict(packer.files("002", rows))  # type: ignore[arg-type]
        others = dict(packer.files("003", rows))  # type: ignore[arg-type]
    assert len(asked) == len(set(asked)) * 2, "every view is asked for once per unit"
    staff = cells(files["02-本单位工作人员名册.xlsx"]).sheets[0]
    header, first, second = staff.rows[2:5]
    row = dict(zip(header, first, strict=True))
    assert row["姓名"] == "陈小一"
    assert row["身份证号"] == "330399198001010018"
    assert row["性别"] == "男"
    assert row["进入本单位日期"] == date(2005, 7, 1)
    assert not any(second)
    personal = files["08-个人报告表/0001-陈小一.docx"]
    assert {"检验科", "1980-01-01"} <= set(letter(personal).texts)
    assert not any("个人报告表/" in name for name in others)
    annex = cells(files["附件3-干部因私出国（境）管理工作有关情况统计表.xlsx"]).sheets[0]
    assert annex.rows[5][1] == "瑞安市人民医院"
