"""The pure decisions behind the pages: next steps, masking, handles, differences, reminders."""

from __future__ import annotations

import pytest

from collector.portal.checking import Checking
from collector.portal.papers import next_step
from collector.portal.problems import handles, named, token
from collector.portal.reminders import LONGEST, short
from collector.portal.results import differing
from collector.portal.show import masked
from forms.findings import Finding
from huizong.steps.judge import Judged

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
    "status, errors, warnings, needs_scan, has_file, says",
    [
        ("accepted", 3, 3, True, True, "已通过"),
        ("submitted", 0, 0, False, True, "等待局里审核"),
        ("returned", 0, 0, False, True, "按退回理由修改"),
        ("assigned", 0, 0, True, False, "填好后上传"),
        ("uploaded", 2, 1, True, True, "改正 2 处错误"),
        ("uploaded", 0, 1, True, True, "对 1 处写明说明"),
        ("uploaded", 0, 0, True, True, "扫描件"),
        ("uploaded", 0, 0, False, True, "可以报送"),
    ],
)
def test_the_next_step_is_the_most_pressing_one(
    status: str, errors: int, warnings: int, needs_scan: bool, has_file: bool, says: str
) -> None:
    assert says in next_step(status, "", errors, warnings, needs_scan, has_file)[0]


def test_a_handle_names_one_finding_or_a_rule_and_tells_nothing() -> None:
    handle = handles(b"secret")
    assert named([FINDING], handle(token(FINDING)), handle) == [FINDING]
    assert named([FINDING], handle("R1"), handle) == [FINDING]
    assert named([FINDING], handle("R2"), handle) == []
    assert "330399" not in handle(token(FINDING)) != handles(b"other")(token(FINDING))


@pytest.mark.parametrize("count", [1, 5, 12, 40])
def test_a_reminder_fits_a_short_message(count: int) -> None:
    text = short("塘下镇鲍田中心卫生院", [str(n) for n in range(1, count + 1)], "8月11日")
    assert len(text) <= LONGEST and f"尚缺{count}项" in text


def test_two_snapshots_differ_leaf_by_leaf() -> None:
    old, new = {"a": 1, "b": {"c": [1, 2]}}, {"a": 1, "b": {"c": [1, 3]}, "d": "x"}
    assert differing(old, new) == [("b › c › 2", "2", "3"), ("d", "", "x")]


def test_a_slow_check_shows_what_was_known_and_then_what_is() -> None:
    import threading

    checking, gate = Checking(), threading.Event()
    first, second = Judged((FINDING,), ()), Judged((), ())

    def slow() -> Judged:
        gate.wait(10)
        return second

    assert checking.get("001", 1, lambda: first, 10) == (first, True)
    assert checking.get("001", 2, slow, 0.01) == (first, False)
    gate.set()
    assert checking.get("001", 2, slow, 10) == (second, True)
    checking.close()
