"""The pure decisions behind the pages: next steps, masking, handles, differences, reminders."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from collector.portal.differences import differences
from collector.portal.disputes import rulings
from collector.portal.papers import due, found_in, next_step, returned
from collector.portal.problems import Told, handles, named, problems, token
from collector.portal.proof import together
from collector.portal.reminders import due_now
from collector.portal.scans import Scans, named_by_rows, needs_attachment, scans_of
from collector.portal.sending import Looking, Stand, readiness, sending, standing
from collector.portal.show import left, masked
from collector.rows import Document as Row
from collector.rows import Event
from collector.workflow import BEIJING
from forms.campaign import load, shipped
from forms.document import Document as Content
from forms.document import TableData
from forms.findings import Finding
from forms.spec import Campaign

FINDING = Finding(
    "R1", "warning", "001", "staff", "名册", "C5", 5, "x", "330399199001019999", "v", "说明", None
)


@pytest.mark.parametrize(
    "text, shown",
    [
        ("330399199001019999", "330399********9999"),
        ("证件EZ9912345有误", "证件****2345有误"),
        ("电话19900000001", "电话199****0001"),
        ("共 12345678 元", "共 12345678 元"),
        (None, ""),
    ],
)
def test_numbers_of_people_are_masked_and_others_are_not(text: str | None, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "status, errors, warnings, scan, has_file, says",
    [
        ("accepted", 3, 3, "上传扫描件", True, "已通过"),
        ("submitted", 0, 0, "", True, "等待局里审核"),
        ("returned", 0, 0, "", True, "按退回理由修改"),
        ("assigned", 0, 0, "上传扫描件", False, "填好后上传"),
        ("uploaded", 2, 1, "上传扫描件", True, "改正 2 处错误"),
        ("uploaded", 0, 1, "上传扫描件", True, "说明 1 处的情况"),
        ("uploaded", 0, 0, "上传扫描件", True, "上传扫描件"),
        ("uploaded", 0, 0, "", True, "已就绪"),
    ],
)
def test_the_next_step_is_the_most_pressing_one(
    status: str, errors: int, warnings: int, scan: str, has_file: bool, says: str
) -> None:
    assert says in next_step(status, errors, warnings, scan, has_file=has_file)[0]


def test_missing_scans_come_before_the_errors_they_are() -> None:
    assert next_step("uploaded", 5, 0, "", missing=4, has_file=True) == ("补传 4 份扫描件", "red")
    assert next_step("assigned", 0, 0, "", missing=0, has_file=False)[0] == "填好后上传"


def test_a_handle_names_one_finding_or_a_rule_and_tells_nothing() -> None:
    handle = handles(b"secret")
    assert named([FINDING], handle(token(FINDING)), handle) == [FINDING]
    assert named([FINDING], handle("R1"), handle) == [FINDING]
    assert named([FINDING], handle("R2"), handle) == []
    assert "330399" not in handle(token(FINDING)) != handles(b"other")(token(FINDING))


@pytest.mark.parametrize(
    ("days", "says"), [(3, "还没有到"), (2, "宜发提示"), (1, "宜发提示"), (0, "宜催报"), (-1, "逾期催报")]
)
def test_what_kind_of_reminder_is_due(days: int, says: str) -> None:
    assert says in due_now(days)


CLERK, REVIEWER = (True, False), (False, True)


@pytest.mark.parametrize(
    "who, second, all_in, fresh, todo, ready, says, button, recall",
    [
        (CLERK, False, False, True, [], False, "材料齐全", "submit", False),
        (CLERK, False, False, True, ["还有 1 处错误要改正"], False, "还不能报送", "", False),
        (CLERK, False, False, False, [], False, "正在检查", "", False),
        (CLERK, False, True, True, [], False, "已报送", "", False),
        (CLERK, True, False, True, [], False, "请交单位审核人", "ready", False),
        (CLERK, True, False, True, [], True, "等待确认", "", False),
        (REVIEWER, True, False, True, [], False, "还没有交来", "", False),
        (REVIEWER, True, False, True, [], True, "请核对", "submit", True),
        (REVIEWER, True, True, True, [], True, "已报送", "", False),
        (REVIEWER, True, False, False, [], True, "正在检查", "", True),
    ],
)
def test_who_may_hand_in_and_when(
    who: tuple[bool, bool],
    second: bool,
    all_in: bool,
    fresh: bool,
    todo: list[str],
    ready: bool,
    says: str,
    button: str,
    recall: bool,
) -> None:
    found = sending(Looking(*who, second), all_in=all_in, fresh=fresh, todo=todo, ready=ready)
    assert (says in found.says, found.button, found.recall) == (True, button, recall)


def test_a_form_whose_rows_name_their_scans_waits_for_those(portal_forms: Campaign) -> None:
    form = next(each for each in portal_forms.forms.values() if named_by_rows(each))
    table = next(each for each in form.tables.values() if any(field.attachment for field in each.fields))
    field = next(each.name for each in table.fields if each.attachment)
    data = TableData(table.name, table.sheet, (4, 5, 6), {field: ["a.pdf", "B.pdf", "a.pdf"]})
    paper = Content("c", "001", form.form, form.version, {table.name: data})
    came = (scan("A.PDF"), scan("另一份.pdf"))
    found = scans_of(form, paper, {"": came})
    assert [each.file_name for each in found.came] == ["A.PDF"]
    assert (found.missing, found.due) == (("B.pdf",), False)
    assert scans_of(form, None, {"": came}) == Scans()


def test_a_sealed_form_waits_for_its_one_scan(portal_forms: Campaign) -> None:
    form = next(each for each in portal_forms.forms.values() if each.seal)
    assert scans_of(form, None, {}).due
    assert not scans_of(form, None, {form.form: (scan("x.pdf"),)}).due
    plain = next(each for each in portal_forms.forms.values() if not needs_attachment(each))
    assert not scans_of(plain, None, {}).wanted


def test_what_was_found_is_not_said_before_somebody_looked() -> None:
    assert found_in(0, 0, 0, True, False) == ("正在检查", "quiet")
    assert found_in(0, 0, 0, True, True) == ("没有问题", "quiet")
    assert found_in(0, 0, 0, False, True) == ("", "quiet")
    assert found_in(2, 1, 3, True, True) == ("2 处错误、1 处需说明、3 条提示", "red")


@pytest.mark.parametrize(
    "open_, back, hour, says",
    [
        (True, False, 11, "8月11日"),
        (True, False, 12, "已逾期"),
        (True, True, 12, "尽快"),
        (False, False, 12, ""),
    ],
)
def test_the_time_limit_of_a_form(open_: bool, back: bool, hour: int, says: str) -> None:
    assert due(open_, back, date(2019, 8, 11), datetime(2019, 8, hour, 9, tzinfo=BEIJING))[0] == says


def event(seq: int, kind: str, form: str = "trips", reason: str = "") -> Event:
    at = datetime(2019, 8, 10, tzinfo=BEIJING)
    return Event(seq, at, "c", "001", form, kind, "x", seq, None, {"reason": reason})


def test_a_return_stands_until_the_form_is_handed_in_again() -> None:
    story = [event(1, "submitted"), event(2, "returned", reason="缺编号"), event(3, "returned", "staff")]
    assert (found := returned(story, "trips")) is not None and found.reason == "缺编号"
    assert returned([*story, event(4, "uploaded")], "trips") is not None
    assert returned([*story, event(4, "uploaded"), event(5, "submitted")], "trips") is None


def test_any_new_paper_ends_what_the_clerk_called_ready() -> None:
    assert readiness([event(1, "ready")]) == (True, "")
    assert readiness([event(1, "ready"), event(2, "uploaded")]) == (False, "")
    assert readiness([event(1, "ready"), event(2, "recalled", reason="行数不对")]) == (False, "行数不对")


def test_a_ruling_stands_until_the_form_comes_in_anew() -> None:
    ruled = [event(1, "conflict_decided", "staff", "归甲单位"), event(2, "uploaded")]
    assert rulings(ruled) == ("归甲单位",)
    assert rulings([*ruled, event(3, "uploaded", "staff")]) == ()


@pytest.fixture(scope="module")
def portal_forms() -> Campaign:
    return load(shipped())


def scan(name: str) -> Row:
    at = datetime(2019, 8, 10, tzinfo=BEIJING)
    return Row("001", f"@{name}", "0" * 64, name, 1, "attachment", at, version=1)


def test_what_stands_against_submission_names_the_forms() -> None:
    said = standing(
        [
            Stand("1", "待上传", has_file=False),
            Stand("2", "已退回"),
            Stand("5", "已上传", errors=2, warnings=1),
            Stand("附件2", "已报送", editable=False, errors=1),
            Stand("", warnings=1),
        ]
    )
    assert said == (
        "还有 1 张表没有上传：1",
        "1 张退回或重新开放的表要改后重新上传：2",
        "还有 3 处错误要改正：5、附件2",
        "还有 2 处要说明情况：5",
        "其中已报送的表不能再改，请改正相关的表，或请局里重新开放：附件2",
    )
    assert standing([Stand("1", "已上传")]) == ()


@pytest.mark.parametrize(
    "until, says, tone",
    [
        (datetime(2019, 8, 12, tzinfo=BEIJING), "还剩 1 天 7 小时", "quiet"),
        (datetime(2019, 8, 11, tzinfo=BEIJING), "还剩 7 小时", "amber"),
        (datetime(2019, 8, 10, 17, 0, 20, tzinfo=BEIJING), "还剩 不到 1 分", "amber"),
        (datetime(2019, 8, 8, 16, 30, tzinfo=BEIJING), "已逾期 2 天", "red"),
    ],
)
def test_the_time_left(until: datetime, says: str, tone: str) -> None:
    assert left(until, datetime(2019, 8, 10, 17, tzinfo=BEIJING)) == (says, tone)


def test_the_forms_of_one_commit_belong_together() -> None:
    first = [event(3, "submitted", "staff"), event(4, "submitted")]
    second = [event(5, "returned"), event(7, "submitted")]
    assert together([*first, *second]) == [((("staff", 3), ("trips", 4)), 4), ((("trips", 7),), 7)]


def certificates(campaign: Campaign, *rows: tuple[str, str, str], by: str = "张三") -> Content:
    """A reading of material 4: (name, number, status) a row, numbered as they stand."""
    form = campaign.forms["certificates"]
    names, numbers, states = zip(*rows, strict=True) if rows else ((), (), ())
    data = TableData(
        "certificates",
        "登记表",
        tuple(range(5, 5 + len(rows))),
        {
            "serial": list(range(1, len(rows) + 1)),
            "name": list(names),
            "kind": ["普通护照"] * len(rows),
            "number": list(numbers),
            "status": list(states),
        },
        {"status": "L"},
    )
    facts = {"filled_by": by}
    return Content(
        "c", "001", form.form, form.version, {"certificates": data}, facts, {"filled_by": ("登记表", "A9")}
    )


ANN, BEN = ("陈小一", "E10000001", "有效"), ("林小二", "E10000002", "有效")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ((ANN, BEN), (ANN, BEN), []),
        ((ANN, BEN), (BEN, ANN), []),  # another order is no change, nor is the number of the row
        ((ANN,), ((*ANN[:2], "注销"),), [("changed", "L5", "有效", "注销")]),
        ((ANN,), (ANN, BEN), [("added", "第 6 行", "", "林小二")]),
        ((ANN, BEN), (BEN,), [("removed", "", "陈小一", "")]),
        (
            (ANN,),
            (("陈小一", "E10000009", "有效"),),
            [("added", "第 5 行", "", "陈小一"), ("removed", "", "陈小一", "")],
        ),
        ((ANN, ANN), (ANN,), [("removed", "", "陈小一", "")]),  # the second of the same key is not lost
    ],
)
def test_two_versions_differ_in_what_people_changed(
    portal_forms: Campaign,
    old: tuple[tuple[str, str, str], ...],
    new: tuple[tuple[str, str, str], ...],
    said: list[tuple[str, str, str, str]],
) -> None:
    form = portal_forms.forms["certificates"]
    found = differences(form, certificates(portal_forms, *old), certificates(portal_forms, *new))
    told = [(each.kind, each.cell, each.old, each.new) for each in found]
    assert len(told) == len(said)
    for (kind, cell, before, after), wanted in zip(told, said, strict=True):
        assert (kind, cell) == wanted[:2] and wanted[2] in before and wanted[3] in after
    assert all("E1000000" not in each.row + each.old + each.new for each in found)  # masked


def test_who_filled_a_form_is_a_difference_too(portal_forms: Campaign) -> None:
    form = portal_forms.forms["certificates"]
    old, new = (certificates(portal_forms, ANN, by=name) for name in ("张三", "李四"))
    assert [(each.cell, each.old, each.new) for each in differences(form, old, new)] == [
        ("A9", "张三", "李四")
    ]


def test_places_of_one_problem_stand_in_the_order_of_the_sheet() -> None:
    """Whoever they are about: a clerk goes down the sheet."""
    given = [replace(FINDING, row=row, cell=f"C{row}", message=f"{name}未备案。")
             for row, name in ((9, "甲"), (10, "丁"), (7, "丙"), (8, "乙"))]
    [one] = problems(given, load(shipped()), handles(b"secret"), Told({"R1": "未备案"}, {}), cap=3)
    assert [each.message[0] for each in one.places] == ["丙", "乙", "甲"] and one.more == 1
