"""What a clerk at a terminal is told when the set is handed in, or may not be yet (S16)."""

from __future__ import annotations

from datetime import UTC, date, datetime

from collector.receipts import Receipt
from forms import Finding
from forms.findings import Level
from huizong.steps.figure import Found
from huizong.steps.submit import Outcome
from huizong.steps.tell import tell_figure, tell_submission
from merger.city import Override
from tests.forms.small import campaign


def told(outcome: Outcome) -> list[str]:
    said: list[str] = []
    tell_submission(outcome, said.append, campaign())
    return said


def fault(level: Level, message: str) -> Finding:
    place = ("002", "certificates", "证件登记表", "H4", 4, "number", "E1", "E1")
    return Finding("X09", level, *place, message, "补登。")


def test_a_set_with_open_errors_or_unexplained_warnings_is_not_handed_in() -> None:
    one = fault("error", "第4行：本人申报的护照未列入材料4。")
    unexplained = (fault("warning", "第4行：未集中保管。"),) * 2
    first, *rest = told(Outcome("002", (), None, ("trips",), (one,), unexplained))
    assert first == "002 还不能报送：待上传 1 份材料，1 个错误，2 个未说明的警告（S16）。"
    assert rest[0] == "  待上传：材料5"
    assert any("未列入材料4" in line for line in rest) and any("未集中保管" in line for line in rest)


def test_a_set_handed_in_is_told_with_its_receipt() -> None:
    at = datetime(2019, 8, 9, 2, 5, 9, tzinfo=UTC)
    receipt = Receipt("R000001-95", "submission", "002", "ab" * 32, 12, "", at, "clerk")
    assert told(Outcome("002", ("staff", "trips"), receipt)) == [
        "002 已报送 2 份材料，回执 R000001-95，北京时间 2019-08-09 10:05:09。"]
    assert told(Outcome("002", (), receipt)) == [
        "002 此前已报送，回执 R000001-95，北京时间 2019-08-09 10:05:09。"]


def test_a_number_is_told_with_the_place_and_the_words_of_every_row_it_counts() -> None:
    row = {"unit": "002", "origin": "trips", "document": "002/trips@2", "row": 5, "name": "陈小一",
           "exit_on": date(2018, 5, 1), "destinations": ["日本", "韩国"], "entry_on": None, "form": "trips"}
    said: list[str] = []
    by = Override("002", "annex2.c5", 2, "另有文件", "局审核王某")
    tell_figure(Found("annex2.c5", "未经审批人数", "002", 1, (row,), override=by), said.append, campaign())
    assert said == [
        "annex2.c5　未经审批人数　002 瑞安市人民医院：1",
        "  ※ 由局审核王某改定为2：另有文件",
        "  002 市人民医院　材料5“出国（境）登记表”第5行　姓名 陈小一"
        "　出境日期 2018-05-01　前往国家（地区） 日本、韩国",
    ]


def test_a_breakdown_and_a_ratio_are_told_with_their_parts() -> None:
    said: list[str] = []
    parts = (("旅游", 2), ("探亲", 1))
    tell_figure(Found("by.trips_reason", "按事由", None, 3, (), by=parts), said.append, campaign())
    tell_figure(Found("ratio.registration", "登记备案率", None, 3, (), share=0.75), said.append, campaign())
    assert said == ["by.trips_reason　按事由　全市：3", "  旅游：2", "  探亲：1",
                    "ratio.registration　登记备案率　全市：3，75.0%"]
