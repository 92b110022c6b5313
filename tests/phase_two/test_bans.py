"""Who may not be given an approval, and until which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from huizong.steps.bans import ban_workbook, banned, bans
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from tests.phase_two.desk import ANN, BEN, handed_in

LAST = date(2022, 8, 9)
THEIR_OWN = {"name": "林小二", "id_number": BEN, "ban_from": "2019-08-09", "ban_until": "2020-02-09"}


@pytest.mark.parametrize(
    ("day", "held"),
    [(date(2019, 8, 8), False), (date(2019, 8, 9), True), (LAST, True), (date(2022, 8, 10), False)],
)
def test_a_ban_holds_from_the_sanction_to_its_last_day(bureau: Bureau, day: date, held: bool) -> None:
    handed_in(bureau, sanctions=[{}])
    ban = banned(bureau, ANN, day)
    assert (ban is not None) is held
    assert len(bans(bureau, day)) == held
    if ban is not None:
        assert (ban.unit, ban.ban_until, ban.method, ban.accepted, ban.category) == (
            "002",
            LAST,
            "批评教育",
            True,
            "在编事业",
        )


def test_a_term_written_by_hand_counts_and_the_longest_is_told(bureau: Bureau) -> None:
    handed_in(
        bureau,
        sanctions=[
            THEIR_OWN,
            {**THEIR_OWN, "decided_on": "2018-08-01", "ban_from": "2018-08-01", "ban_until": "2021-08-01"},
        ],
    )
    ban = banned(bureau, BEN, date(2020, 1, 1))
    assert ban is not None and ban.ban_until == date(2021, 8, 1)
    assert banned(bureau, BEN, date(2021, 8, 2)) is None


def test_a_responsible_manager_is_not_banned_from_travelling(bureau: Bureau) -> None:
    handed_in(bureau, sanctions=[{"role": "领导责任人"}])
    assert bans(bureau) == ()


@pytest.mark.parametrize(
    "written", [ANN, f" {ANN} ", ANN.translate(str.maketrans("0123456789", "０１２３４５６７８９"))]
)
def test_a_number_is_known_however_it_is_typed(bureau: Bureau, written: str) -> None:
    handed_in(bureau, sanctions=[{}])
    assert banned(bureau, written, LAST) is not None


@pytest.mark.parametrize("wrong", ["", "33039919800101001", "330399198001010019", "陈小一"])
def test_what_is_no_number_is_refused_rather_than_let_pass(bureau: Bureau, wrong: str) -> None:
    handed_in(bureau, sanctions=[{}])
    with pytest.raises(UseError, match="身份证号不对"):
        banned(bureau, wrong, LAST)


def test_every_look_up_is_in_the_audit_log_without_the_number(bureau: Bureau) -> None:
    handed_in(bureau, sanctions=[{}])
    banned(bureau, ANN, LAST, by="shenpi")
    with bureau.ledger.reading() as view:
        entry = [each for each, _ in view.audit_rows()][-1]
    assert (entry.kind, entry.user, entry.object, entry.result) == (
        "ban_looked_up",
        "shenpi",
        "002",
        "banned",
    )
    assert ANN not in str(entry)


def test_the_register_names_the_sanction_each_ban_rests_on(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau, sanctions=[{"paper": "瑞卫党〔2019〕30号"}, THEIR_OWN])
    (file := tmp_path / "bans.xlsx").write_bytes(ban_workbook(bureau, bans(bureau), date(2020, 3, 1)))
    head, *rows = CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()[2:]
    shown = [
        [
            str(dict(zip(head, row, strict=True))[name])
            for name in ("姓名", "处理文号", "不予审批期止", "仍在期内")
        ]
        for row in rows
    ]
    assert shown == [["林小二", "", "2020-02-09", "否"], ["陈小一", "瑞卫党〔2019〕30号", "2022-08-09", "是"]]
