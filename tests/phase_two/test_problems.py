"""The register at work on a real ledger: identity over resubmissions, two people, figures that stay."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from collector.ledger import Ledger
from collector.problems import PREFIX, replay
from forms import Campaign
from forms.engine import Engine
from huizong.steps import problem_moves as moves
from huizong.steps import problems as steps
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.figure import figure
from huizong.steps.gather import inputs
from huizong.steps.problem_register import register_lives, register_workbook
from merger.city import consolidate
from merger.items import problems
from merger.papers import Head, concerned, context
from tests.phase_two.desk import BEN, CLERK, DAY, LATE, OPEN, REVIEWER, UNAPPROVED, UNIT, bureau_of, handed_in


def numbers(bureau: Bureau) -> dict[str, str]:
    """Number → person."""
    return {each.number: str(each.facts.get("person")) for each in steps.problems(bureau)}


def walk(bureau: Bureau, number: str, *steps_taken: str) -> None:
    said = {
        "asked": {},
        "answered": {"opinion": "属实", "reason": "本人承认"},
        "review": {},
        "found": {"verdict": "属实"},
        "sanctioned": {"reason": "已诫勉"},
        "rectified": {"done_on": "2019-08-19", "reason": "已谈话"},
        "closed": {},
        "rectifying": {"measure": "诫勉谈话", "responsible": "陈主任", "due_on": "2019-08-20"},
    }
    for move in steps_taken:
        moves.move(bureau, number, move, by=REVIEWER, **said[move])


def test_looking_gives_no_number_and_enrolling_twice_gives_it_once(bureau: Bureau) -> None:
    handed_in(bureau, violations=[UNAPPROVED, LATE])
    assert list(numbers(bureau)) == [""]
    assert moves.enrol(bureau) == (f"{UNIT}-V4a-01", f"{UNIT}-V5a-01")
    assert moves.enrol(bureau) == ()


def test_a_problem_begins_where_the_accepted_document_left_it(bureau: Bureau) -> None:
    handed_in(
        bureau, violations=[{**UNAPPROVED, **OPEN}, LATE, {**LATE, "exit_on": "2017-03-01", "handled": "是"}]
    )
    moves.enrol(bureau)
    assert [(each.number, each.label) for each in steps.problems(bureau)] == [
        ("002-V4a-01", "疑似"),
        ("002-V5a-01", "认定"),
        ("002-V5a-02", "处理"),
    ]


def test_a_number_once_given_stays_when_rows_move_and_new_ones_come(bureau: Bureau) -> None:
    handed_in(bureau, violations=[UNAPPROVED, {**UNAPPROVED, "exit_on": "2017-02-03"}])
    moves.enrol(bureau)
    first = {each.key: each.number for each in steps.problems(bureau)}
    handed_in(
        bureau,
        violations=[
            {**UNAPPROVED, "exit_on": "2016-09-09"},
            {**UNAPPROVED, "exit_on": "2017-02-03"},
            UNAPPROVED,
        ],
    )
    assert moves.enrol(bureau) == ("002-V4a-03",)
    second = {each.key: each.number for each in steps.problems(bureau)}
    assert first.items() <= second.items()
    assert second[(UNIT, "330399198001010018", "V4a", "2016-09-09")] == "002-V4a-03"


def test_what_the_unit_no_longer_lists_stays_in_the_register_and_its_number_is_not_given_again(
    bureau: Bureau,
) -> None:
    handed_in(bureau, violations=[UNAPPROVED])
    moves.enrol(bureau)
    handed_in(bureau, violations=[{**UNAPPROVED, "exit_on": "2016-09-09"}])
    assert moves.enrol(bureau) == ("002-V4a-02",)
    gone = steps.problem(bureau, "002-V4a-01")
    assert "不再列出" in gone.differs
    assert (gone.facts["person"], gone.facts["fact"]) == ("陈小一", "2018年5月1日至6日赴日本")


def test_two_things_on_one_certificate_are_two_problems(bureau: Bureau) -> None:
    kept = {"kind": "普通护照", "number": "EZ9900001"}
    handed_in(bureau, problems=[{**kept, "happened_on": "2018-01-01"}, {**kept, "happened_on": "2019-01-01"}])
    assert len(moves.enrol(bureau)) == 2
    assert [each.key[3] for each in steps.problems(bureau)] == ["EZ9900001", "EZ9900001#2"]


def test_the_second_of_two_people_is_told_who_was_faster(
    bureau: Bureau, campaign: Campaign, engine: Engine
) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}])
    moves.enrol(bureau)
    other = bureau_of(bureau.folder, campaign, engine)
    seen = steps.problem(other, "002-V4a-01").version
    moves.move(bureau, "002-V4a-01", "asked", by=REVIEWER, expected=seen)
    with pytest.raises(
        UseError, match="已由 shenhe 于08月20日17:00改动（现为“待单位核实”），您的修改没有保存"
    ):
        moves.move(other, "002-V4a-01", "asked", by="lingdao", expected=seen)
    assert len(steps.problem(other, "002-V4a-01").life.history) == 2  # type: ignore[union-attr]
    other.ledger.close()


def test_of_two_clients_at_the_same_moment_one_moves_the_problem(
    bureau: Bureau, campaign: Campaign, engine: Engine
) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}])
    moves.enrol(bureau)
    seen = steps.problem(bureau, "002-V4a-01").version
    desks = [bureau_of(bureau.folder, campaign, engine) for _ in range(2)]

    def asks(desk: Bureau) -> str:
        try:
            return moves.move(desk, "002-V4a-01", "asked", by=REVIEWER, expected=seen).label
        except UseError as refusal:
            return str(refusal)

    with ThreadPoolExecutor(2) as pool:
        said = sorted(pool.map(asks, desks), key=len)
    assert said[0] == "待单位核实" and "您的修改没有保存" in said[1]
    assert len(steps.problem(bureau, "002-V4a-01").life.history) == 2  # type: ignore[union-attr]
    for desk in desks:
        desk.ledger.close()


def test_a_step_out_of_order_or_by_the_wrong_hand_leaves_no_event(bureau: Bureau) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}])
    moves.enrol(bureau)
    before = _events(bureau.ledger)
    with pytest.raises(UseError, match="现为“疑似”，不能“销号”；现在可以：交单位核实"):
        moves.move(bureau, "002-V4a-01", "closed", by=REVIEWER)
    walk(bureau, "002-V4a-01", "asked", "answered", "review")
    with pytest.raises(UseError, match="核实结论应为属实或部分属实，不是“不属实”"):
        moves.move(bureau, "002-V4a-01", "found", by=REVIEWER, verdict="不属实")
    with pytest.raises(UseError, match="由局里办理"):
        moves.move(bureau, "002-V4a-01", "found", by=CLERK, verdict="属实")
    with pytest.raises(UseError, match="没有编号为“002-V4a-99”的问题"):
        moves.move(bureau, "002-V4a-99", "asked")
    assert _events(bureau.ledger) == before + 3


def test_working_on_a_problem_changes_no_figure_and_says_where_the_papers_differ(bureau: Bureau) -> None:
    trip = {"approval": "未经审批", "violation": [UNAPPROVED["violation"]], **OPEN}
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}], trips=[trip])
    moves.enrol(bureau)
    walk(bureau, "002-V4a-01", "asked", "answered", "review", "found")
    assert figure(bureau, "annex2.c5").n == 0
    assert "结论仍为“待核实”" in steps.problem(bureau, "002-V4a-01").differs
    handed_in(bureau, violations=[UNAPPROVED], trips=[{**trip, "conclusion": "属实"}])
    assert figure(bureau, "annex2.c5").n == 1
    assert steps.problem(bureau, "002-V4a-01").differs == ""


def test_a_conclusion_the_bureau_has_not_found_is_pointed_out(bureau: Bureau) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}])
    moves.enrol(bureau)
    handed_in(bureau, violations=[UNAPPROVED])
    assert "流程仍在“疑似”" in steps.problem(bureau, "002-V4a-01").differs
    handed_in(bureau, violations=[{**UNAPPROVED, "conclusion": "不属实"}])
    untrue = steps.problem(bureau, "002-V4a-01")
    assert (untrue.conclusion, untrue.differs, dict(untrue.row)) == ("不属实", "", {})


def test_the_register_shows_the_life_of_every_problem(
    bureau: Bureau, campaign: Campaign, engine: Engine
) -> None:
    handed_in(bureau, violations=[UNAPPROVED, LATE])
    moves.enrol(bureau)
    walk(bureau, "002-V4a-01", "sanctioned", "rectifying")
    walk(bureau, "002-V5a-01", "rectifying", "rectified", "closed")
    next_day = bureau_of(bureau.folder, campaign, engine, DAY + timedelta(days=1))
    file = io.BytesIO(register_workbook(next_day))
    next_day.ledger.close()
    head, *rows = CalamineWorkbook.from_filelike(file).get_sheet_by_index(0).to_python()[2:]
    found = [dict(zip(head, row, strict=True)) for row in rows]
    shown = [
        [
            str(row[name])
            for name in ("问题编号", "流程环节", "整改状态", "整改完成日期", "销号人", "是否超期")
        ]
        for row in found
    ]
    assert shown == [
        ["002-V4a-01", "整改", "超期", "", "", "是"],
        ["002-V5a-01", "销号", "已销号", "2019-08-19", "shenhe", "否"],
    ]


def test_a_row_of_the_register_prints_on_one_page_in_letters_that_can_be_read(bureau: Bureau) -> None:
    handed_in(bureau, violations=[UNAPPROVED, LATE])
    moves.enrol(bureau)
    walk(bureau, "002-V4a-01", "sanctioned", "rectifying")
    walk(bureau, "002-V5a-01", "rectifying", "rectified", "closed")
    sheet = openpyxl.load_workbook(io.BytesIO(register_workbook(bureau))).active
    assert sheet is not None
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToWidth or 1) == (8, 1)  # A3
    across = sum(
        each.width * 7 * 0.75 * (each.max - each.min + 1)  # points: a letter is seven dots of 1/96 inch
        for each in sheet.column_dimensions.values()
    )
    assert 10 * (420 - 30) / 25.4 * 72 / across >= 6  # letters of 10 points, shrunk to the page's width


def test_no_number_of_a_person_lies_open_in_the_ledger(bureau: Bureau) -> None:
    handed_in(bureau, violations=[UNAPPROVED])
    moves.enrol(bureau)
    walk(bureau, "002-V4a-01", "sanctioned")
    assert b"330399198001010018" not in (bureau.state / "ledger.db").read_bytes()
    assert bureau.ledger.broken() is None


def _events(ledger: Ledger) -> int:
    with ledger.reading() as view:
        return len(view.events())


def test_the_register_says_whether_a_row_is_settled_and_whether_it_is_late(bureau: Bureau) -> None:
    past = {**LATE, "due_on": "2019-08-01"}
    handed_in(
        bureau,
        violations=[
            {**past, "exit_on": "2017-01-01", "handled": "是"},
            {**past, "exit_on": "2017-02-01"},
            {**past, "exit_on": "2017-03-01", **OPEN},
            {**LATE, "exit_on": "2017-04-01"},
        ],
    )
    told = {each.key[3]: (each.row["settled"], each.row["late"]) for each in steps.problems(bureau)}
    assert told == {
        "2017-01-01": (True, False),
        "2017-02-01": (False, True),
        "2017-03-01": (False, False),
        "2017-04-01": (False, False),
    }


def test_a_problem_is_late_by_the_units_own_date_until_the_bureau_sets_one(bureau: Bureau) -> None:
    past = {**LATE, "due_on": "2019-08-01"}
    handed_in(
        bureau,
        violations=[past, {**past, "exit_on": "2017-01-01", "handled": "是"}, {**UNAPPROVED, **OPEN, **past}],
    )
    moves.enrol(bureau)
    late = {each.number: bool(each.life and each.life.overdue(DAY)) for each in steps.problems(bureau)}
    assert late == {"002-V5a-01": True, "002-V5a-02": False, "002-V5a-03": False}
    said = {"measure": "诫勉谈话", "responsible": "陈主任", "due_on": "2019-08-20"}
    moves.move(bureau, "002-V5a-01", "rectifying", by=REVIEWER, **said)
    (first, *_) = steps.problems(bureau)
    assert first.life is not None and not first.life.overdue(DAY)


def test_papers_count_what_was_written_off_and_found_on_the_spot_not_what_was_only_dealt_with(
    bureau: Bureau,
) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, "handled": "是"}, LATE])
    moves.enrol(bureau)
    lives = register_lives(bureau)
    assert [each.closed_on for each in lives.all()] == [None, None]
    walk(bureau, "002-V5a-01", "rectifying", "rectified", "closed")
    lives = register_lives(bureau)
    assert [each.closed_on for each in lives.all()] == [None, DAY]
    assert not any(each.dismissed for each in lives.all())


def on_the_spot(bureau: Bureau, person: str = "", id_number: str = "") -> str:
    facts = {"person": person or "单位管理", "violation": "未集中保管", "requirement": "集中保管",
             "fact": f"{person or '柜'}未上锁", "evidence": "现场检查记录"}  # fmt: skip
    with bureau.ledger.writing(REVIEWER) as tx:
        known = replay(tx.events(kinds=PREFIX))
        return moves.registered(tx, known, (UNIT, id_number, "V8b", f"{UNIT}-J01#1"), "suspected",
                                origin=f"{UNIT}-J01", facts=facts)  # fmt: skip


def test_a_notice_lists_what_was_found_on_the_spot_and_not_what_the_bureau_is_through_with(
    bureau: Bureau,
) -> None:
    handed_in(bureau, violations=[UNAPPROVED, LATE])
    moves.enrol(bureau)
    walk(bureau, "002-V5a-01", "rectifying", "rectified", "closed")
    assert on_the_spot(bureau) == "002-V8b-01"
    city, lives = consolidate(inputs(bureau), bureau.engine), register_lives(bureau)
    unit = bureau.campaign.units_by_code[UNIT]
    listed = context(city, Head("", DAY), unit, lives)
    assert [(each["number"], each["person"]) for each in listed["problems"]] == [
        ("002-V4a-01", "陈某"),
        ("002-V8b-01", None),
    ]
    assert listed["by"]["problems"] == [
        {"label": "未经批准（无任何手续）", "n": 1},
        {"label": "未集中保管", "n": 1},
    ]
    assert [each.code for each in concerned(city, lives)] == [UNIT]
    assert context(city, Head("", DAY), None, lives)["register"] == {
        "on_site": 1,
        "on_site_pending": 1,
        "closed": 1,
        "notices": 1,
        "noticed": 1,
    }


def test_a_person_found_on_the_spot_is_masked_in_the_fact_too(bureau: Bureau) -> None:
    handed_in(bureau)
    on_the_spot(bureau, "林小二", BEN)
    city = consolidate(inputs(bureau), bureau.engine)
    (row,) = problems(city, bureau.campaign.units_by_code[UNIT], register_lives(bureau))
    assert (row["person"], row["fact"]) == ("林某", "林某未上锁")


def test_a_letter_asks_by_the_date_the_bureau_set_not_by_the_units_own(bureau: Bureau) -> None:
    handed_in(bureau, violations=[{**LATE, "due_on": "2019-08-01"}])
    moves.enrol(bureau)
    unit = bureau.campaign.units_by_code[UNIT]
    city = consolidate(inputs(bureau), bureau.engine)
    (asked,) = problems(city, unit, register_lives(bureau))
    assert (asked["due"], asked["late"]) == (date(2019, 8, 1), True)
    walk(bureau, "002-V5a-01", "rectifying")
    (asked,) = problems(city, unit, register_lives(bureau))
    assert (asked["due"], asked["late"]) == (date(2019, 8, 20), False)


def test_what_is_dealt_with_is_asked_for_again_while_the_bureau_has_it_rectified(bureau: Bureau) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, "handled": "是"}])
    moves.enrol(bureau)
    unit = bureau.campaign.units_by_code[UNIT]
    city = consolidate(inputs(bureau), bureau.engine)
    assert problems(city, unit, register_lives(bureau)) == []
    walk(bureau, "002-V4a-01", "rectifying")
    assert [each["due"] for each in problems(city, unit, register_lives(bureau))] == [date(2019, 8, 20)]
    walk(bureau, "002-V4a-01", "rectified", "closed")
    assert problems(city, unit, register_lives(bureau)) == []
