"""Waivers and levels: what the bureau lets pass, with reason, approver and end, and what it makes milder."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from huizong.steps.bureau import open_bureau
from huizong.steps.check import recheck
from huizong.steps.errors import UseError
from huizong.steps.explain import explain
from huizong.steps.judge import judge
from huizong.steps.submit import ready
from huizong.steps.take import take
from huizong.steps.waive import waive, waivers, withdraw
from tests.steps.played import DAY, Played, run


@pytest.fixture
def campaign(small: Played, tmp_path: Path) -> Path:
    """With the first round of all units."""
    copy = small.copy(tmp_path)
    with small.bureau(copy) as bureau:
        take(bureau, [small.out / "returns" / "round1"])
    return copy


@pytest.fixture
def unit(small: Played, campaign: Path) -> str:
    """One that has errors and warnings."""
    with small.bureau(campaign) as bureau:
        found = ((each, judge(bureau, each, submitting=True)) for each in small.units)
        return next(code for code, judged in found if judged.errors and judged.unexplained)


def test_a_waived_error_is_not_in_the_way_until_its_day(small: Played, campaign: Path, unit: str) -> None:
    last = DAY + timedelta(days=3)
    with small.bureau(campaign) as bureau:
        errors = {each.rule for each in judge(bureau, unit, submitting=True).errors}
        assert errors
        for rule in errors:
            waive(bureau, unit, rule, reason="局里已研究", approver="王局长", until=last)
        outlook = ready(bureau, unit)
        assert not outlook.errors and outlook.unexplained
        told = [each for each in judge(bureau, unit, submitting=True).findings if each.level == "error"]
        assert told and {each.remark for each in told} == {"豁免：局里已研究"}
    with open_bureau(campaign, as_of=last + timedelta(days=1)) as bureau:
        assert {each.rule for each in judge(bureau, unit, submitting=True).errors} >= errors
        for each in waivers(bureau, unit):
            withdraw(bureau, each.id)
        assert not waivers(bureau)


def test_a_waiver_has_reason_approver_and_a_day_to_come(small: Played, campaign: Path, unit: str) -> None:
    with small.bureau(campaign) as bureau:
        rule = judge(bureau, unit, submitting=True).errors[0].rule
        for words in ({"reason": " ", "approver": "王局长"}, {"reason": "有", "approver": ""},
                      {"reason": "有", "approver": "王局长", "until": DAY - timedelta(days=1)}):
            with pytest.raises(UseError):
                waive(bureau, unit, rule, **words)      # type: ignore[arg-type]
        with pytest.raises(UseError):
            waive(bureau, unit, "X999", reason="有", approver="王局长")
        assert not waivers(bureau)


def test_waivers_by_the_command_line(small: Played, campaign: Path, unit: str) -> None:
    day = ("--as-of", DAY)
    with small.bureau(campaign) as bureau:
        rule = judge(bureau, unit, submitting=True).errors[0].rule
    assert run("waive", campaign).must(0).out == "没有豁免。\n"
    words = ("--reason", "局里已研究", "--approver", "王局长", "--until", "2019-08-12")
    assert "王局长批准" in run("waive", campaign, unit, rule, *words, *day).must(0).out
    told = run("waive", campaign, unit, "--as-of", "2019-08-13").must(0).out
    assert f"　{unit}　{rule}" in told and "理由：局里已研究　批准人：王局长　至 2019-08-12（已到期）" in told
    assert "（已到期）" not in run("waive", campaign, *day).must(0).out
    assert "已撤销第 1 号豁免" in run("waive", campaign, "--withdraw", "1").must(0).out
    run("waive", campaign, "--withdraw", "1").must(2)


def test_levels_of_today_hold_for_what_was_filed_before(small: Played, campaign: Path) -> None:
    """A rule is rolled out as notice first and made sharper later; so with the checks of cells and sheets."""
    file = campaign / "campaign.yaml"
    plain = file.read_text("utf-8")

    def levels() -> dict[str, set[str]]:
        with small.bureau(campaign) as bureau:
            found: dict[str, set[str]] = {}
            for each in judge(bureau).findings:
                found.setdefault(each.rule, set()).add(each.level)
            return found

    before = levels()
    own = next(rule for rule in ("S05", "F24", "S13", "F17") if rule in before)
    for level in ("error", "warning", "notice"):
        file.write_text(plain.replace("levels:\n", f"levels:\n  {own}: {level}\n"), "utf-8")
        assert levels()[own] == {level}
    file.write_text(plain.replace("levels:\n", f"levels:\n  {own}: off\n"), "utf-8")
    assert own not in levels()
    file.write_text(plain, "utf-8")
    assert levels() == before


def test_a_word_about_a_problem_does_not_make_it_a_new_one(small: Played, campaign: Path, unit: str) -> None:
    with small.bureau(campaign) as bureau:
        recheck(bureau)
        warning = judge(bureau, unit).unexplained[0]
        explain(bureau, unit, warning.rule, reason="情况属实，正在办理")
        again = recheck(bureau)
        assert again.appeared == again.vanished == ()
