"""What a clerk at a terminal is told when the set is handed in, or may not be yet (S16)."""

from __future__ import annotations

from datetime import UTC, datetime

from collector.receipts import Receipt
from forms import Finding
from forms.findings import Level
from huizong.steps.submit import Outcome
from huizong.steps.tell import tell_submission
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
