"""The life of a problem as a table: which step follows which, what must be said, who may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import pytest

from collector import inspections, problems
from collector.problems import LABELS, MOVES, NEEDS, UPHELD, Life, moved, next_number, replay
from collector.workflow import NotAllowed

NOON = datetime(2019, 8, 20, 4, tzinfo=UTC)
TODAY = date(2019, 9, 5)
KEY = ["002", "330399198001010018", "V4a", "2018-05-01"]
SAID = {
    "reason": "经查",
    "opinion": "属实",
    "verdict": "属实",
    "measure": "诫勉",
    "responsible": "陈主任",
    "due_on": "2019-09-10",
    "done_on": "2019-09-05",
}


@dataclass(frozen=True)
class Event:
    seq: int
    kind: str
    details: Mapping[str, Any] = field(default_factory=dict)
    unit: str = "002"
    form: str = "002-V4a-01"
    actor: str = "shenhe"
    at: datetime = NOON


def life(*moves: str, start: str = "suspected") -> Life:
    """A problem after these steps, each with everything said that it needs."""
    events = [Event(1, "problem_registered", {"key": KEY, "state": start})]
    now = replay(events)["002-V4a-01"]
    for seq, move in enumerate(moves, start=2):
        said = {name: SAID[name] for name in NEEDS.get(move, ())}
        moved(now, move, said, "bureau", TODAY)
        events.append(Event(seq, f"problem_{move}", said))
        now = replay(events)["002-V4a-01"]
    return now


WAY = ("asked", "answered", "review", "found", "sanctioned", "rectifying", "rectified", "closed")


def test_a_problem_goes_from_suspicion_to_its_number_struck_off() -> None:
    seen = [life(*WAY[:n]).label for n in range(len(WAY) + 1)]
    assert seen == ["疑似", "待单位核实", "单位意见", "局复核", "认定", "处理", "整改", "整改", "销号"]
    ended = life(*WAY)
    assert (ended.closed_by, ended.closed_at, ended.done_on) == ("shenhe", NOON, date(2019, 9, 5))
    assert (ended.version, len(ended.history)) == (9, 9)


@pytest.mark.parametrize("state", list(LABELS))
@pytest.mark.parametrize("move", [each for each in problems.MOVE_LABELS if each != "registered"])
def test_only_the_steps_of_the_table_are_allowed(state: problems.State, move: str) -> None:
    now = Life("002-V4a-01", ("002", "", "V4a", ""), state, 1, NOON, "shenhe", done_on=date(2019, 9, 5))
    if (state, move) in MOVES:
        assert moved(now, move, SAID, "bureau", TODAY) == MOVES[state, move]
    else:
        with pytest.raises(NotAllowed, match=LABELS[state]):
            moved(now, move, SAID, "bureau", TODAY)


@pytest.mark.parametrize("move", sorted(NEEDS))
def test_a_step_wants_its_words(move: str) -> None:
    state = next(state for state, each in MOVES if each == move)
    now = Life("002-V4a-01", ("002", "", "V4a", ""), state, 1, NOON, "shenhe", done_on=date(2019, 9, 5))
    for missing in NEEDS[move]:
        with pytest.raises(NotAllowed, match="须写明"):
            moved(now, move, {**SAID, missing: "  "}, "bureau", TODAY)


def test_a_unit_answers_and_reports_but_decides_nothing() -> None:
    assert life("asked").moves("clerk") == ("answered",)
    assert life(*WAY[:6]).moves("unit_reviewer") == ("rectified",)
    with pytest.raises(NotAllowed, match="由局里办理"):
        moved(life(*WAY[:3]), "found", SAID, "clerk", TODAY)


def test_nothing_is_struck_off_before_it_is_reported_done() -> None:
    with pytest.raises(NotAllowed, match="还没有报告整改完成"):
        moved(life(*WAY[:6]), "closed", {}, "bureau", TODAY)
    again = life(*WAY, "reopened")
    assert (again.label, again.done_on, again.closed_by) == ("整改", None, "")
    with pytest.raises(NotAllowed, match="还没有报告整改完成"):
        moved(again, "closed", {}, "bureau", TODAY)


def test_what_review_finds_untrue_ends_and_can_be_opened_again() -> None:
    assert life("asked", "answered", "review", "dismissed").label == "不予认定"
    assert life("asked", "answered", "review", "dismissed", "reopened").label == "局复核"


@pytest.mark.parametrize("upto", [4, 5, 7])
def test_what_was_judged_wrongly_goes_back_to_review_and_is_judged_again(upto: int) -> None:
    back = life(*WAY[:upto], "returned")
    assert (back.label, back.verdict, back.done_on) == ("局复核", "", None)
    assert set(back.moves()) == {"asked", "found", "dismissed"}
    assert back.history[-1].said["reason"] and len(back.history) == upto + 2
    again = life(*WAY[:upto], "returned", "dismissed")
    assert again.state not in UPHELD and again.verdict
    with pytest.raises(NotAllowed, match="由局里办理"):
        moved(life(*WAY[:upto]), "returned", SAID, "clerk", TODAY)


@pytest.mark.parametrize(
    ("moves", "day", "column"),
    [
        (WAY[:4], date(2019, 9, 1), "waiting"),
        (WAY[:5], date(2019, 9, 1), "working"),
        (WAY[:6], date(2019, 9, 10), "working"),
        (WAY[:6], date(2019, 9, 11), "overdue"),
        (WAY[:7], date(2019, 9, 11), "done"),
        (WAY, date(2020, 1, 1), "closed"),
    ],
)
def test_the_column_of_rectification_follows_the_day(moves: tuple[str, ...], day: date, column: str) -> None:
    assert life(*moves).rectification(day) == column


def test_nothing_is_done_before_its_day_has_come() -> None:
    with pytest.raises(NotAllowed, match="整改完成日期 2019-09-06 还没有到"):
        moved(life(*WAY[:6]), "rectified", {**SAID, "done_on": "2019-09-06"}, "clerk", TODAY)


def test_no_problem_is_handed_out_with_a_date_already_past() -> None:
    now = life(*WAY[:4])
    sentence = "整改时限 2019-09-04 已经过去，请改为 2019-09-05 或以后的日期"
    with pytest.raises(NotAllowed, match=sentence):
        moved(now, "rectifying", {**SAID, "due_on": "2019-09-04"}, "bureau", TODAY)
    assert moved(now, "rectifying", {**SAID, "due_on": TODAY}, "bureau", TODAY) == "rectifying"


def test_a_date_that_is_none_is_refused_with_an_example() -> None:
    with pytest.raises(NotAllowed, match="“九月”不是日期，请写成 2019-09-15"):
        moved(life(*WAY[:4]), "rectifying", {**SAID, "due_on": "九月"}, "bureau", TODAY)


def test_numbers_count_on_within_unit_and_kind() -> None:
    assert next_number([], "002", "V4a") == "002-V4a-01"
    assert next_number([life()], "002", "V4a") == "002-V4a-02"
    assert next_number([life()], "002", "V4b") == "002-V4b-01"
    assert next_number([life()], "003", "V4a") == "003-V4a-01"


def test_a_closed_inspection_is_not_edited() -> None:
    events = [
        Event(1, "inspection_opened", {"on": "2019-08-19", "team": ["周某"]}, form="002-J01"),
        Event(2, "inspection_found", {"category": "V8b", "fact": "无台账"}, form="002-J01"),
        Event(3, "inspection_withdrawn", {"finding": 1, "reason": "已补"}, form="002-J01"),
        Event(4, "inspection_closed", {"opinion": "属实"}, form="002-J01"),
    ]
    visit = inspections.replay(events)["002-J01"]
    assert (visit.label, visit.standing, visit.version, visit.findings[0].withdrawn) == (
        "已定稿",
        (),
        4,
        "已补",
    )
    for move in ("checked", "found", "withdrawn", "closed"):
        with pytest.raises(NotAllowed, match="已定稿"):
            inspections.moved(visit.state, move, visit.number)
