"""The check report is read by a clerk: first whether all is well, then what to do in which paper."""

from __future__ import annotations

from huizong.steps.check_report import Checked, summary, told
from huizong.steps.dress import Dressed, dressed
from merger.vetting import Flaw
from templates import Document, SkinOptions
from templates.blocks import Paragraph, Run, Signature
from templates.readback import Said


def done(*faults: str) -> Dressed:
    return Dressed(b"", b"", 7, faults, ("仿宋_GB2312用FandolFang",), Said((), (), ()), "", 3)


WELL = Checked("通报", done(), ())
LEAKING = Checked(
    "整改通知书/002", done(), (Flaw("D-03", "整改通知书/002", "陈某", "一人的姓名没有遮盖，请改。"),)
)
CROOKED = Checked("汇总报告", done("页码：应为269，PDF中为260（G33）"), ())


def test_where_all_is_well_one_line_a_paper_says_so() -> None:
    text = "\n".join(told("abc", [WELL]))
    assert "1. 通报　已写出，3页，内容和保密符合，版式7项符合" in text
    assert "内容和保密0处不符，版式量了7项、0处不符" in text and "不符：" not in text


def test_a_paper_kept_back_and_a_paper_out_of_form_say_what_is_wrong() -> None:
    text = "\n".join(told("abc", [LEAKING, CROOKED]))
    assert "整改通知书/002　未写出，请先处理" in text and "“陈某”一人的姓名没有遮盖" in text
    assert "   · 版式：页码：应为269" in text
    assert "2份，其中1份因泄密未写出，内容和保密1处不符，版式量了15项、1处不符" in text


def test_substituted_fonts_are_named_once() -> None:
    found = [line for line in summary([WELL, CROOKED]) if "FandolFang" in line]
    assert found == ["PDF 中的字体替代：仿宋_GB2312用FandolFang（Word 文件写的是标准字体名）。"]


def test_a_fault_is_told_by_the_element_it_concerns() -> None:
    wrong = Document(
        kind="通知", format="plain", upward=False, title=("关于演示的通知",),
        blocks=(Paragraph((Run("演示正文。" * 40),)),),
        signature=Signature("瑞安市卫生健康局", "2019年09月05日", True),
    )  # fmt: skip
    assert any(fault.startswith("成文日期：应为") and "2019年09月05日" in fault
               for fault in dressed(wrong, SkinOptions()).faults)  # fmt: skip
