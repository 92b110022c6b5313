"""The commands of the second phase, as a person types them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from forms import Campaign
from huizong.phase_two_cli import register
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.merge import merge
from tests.phase_two.desk import ANN, OPEN, UNAPPROVED, UNIT, handed_in

Run = Callable[..., str]


@pytest.fixture
def run(bureau: Bureau, campaign: Campaign) -> Run:
    shutil.copytree(campaign.folder, bureau.folder, dirs_exist_ok=True)
    commands = click.Group()
    register(commands)

    def said(name: str, *words: str, code: int = 0) -> str:
        line = [name, str(bureau.folder), *words, "--as-of", "2019-08-20"]
        done = CliRunner().invoke(commands, line, standalone_mode=False)
        if done.exception is not None:
            raise done.exception
        assert (done.return_value or 0) == code, done.output
        return done.output

    return said


def test_a_problem_is_enrolled_worked_on_and_exported(run: Run, bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}])
    assert "新登记 1 个问题" in run("problem", "--enrol")
    told = run("problem", "002-V4a-01", "--to", "asked", "--by", "shenhe")
    assert "待单位核实" in told and "交单位核实　shenhe" in told and "现在可以：answered" in told
    found = json.loads(run("problem", "002-V4a-01", "--json"))["problems"][0]
    with pytest.raises(UseError, match="您的修改没有保存"):
        run(
            "problem",
            "002-V4a-01",
            "--to",
            "answered",
            "--opinion",
            "属实",
            "--reason",
            "本人承认",
            "--expect",
            "1",
        )
    run(
        "problem",
        "002-V4a-01",
        "--to",
        "answered",
        "--opinion",
        "属实",
        "--reason",
        "本人承认",
        "--expect",
        str(found["version"]),
    )
    assert "问题台账" in run("problem", "--out", str(tmp_path / "问题台账.xlsx"))
    assert (tmp_path / "问题台账.xlsx").stat().st_size > 4000


def test_a_visit_from_the_door_to_the_notice(run: Run, bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    assert "检查 002-J01" in run("inspect", UNIT, "--open", "2019-08-19", "--team", "周某")
    told = run(
        "inspect",
        UNIT,
        "--item",
        "K3",
        "不符",
        "差1本",
        "--item",
        "K1",
        "相符",
        "",
        "--found",
        "V8b",
        "--fact",
        "钥匙未专管",
        "--close",
        "--feedback",
        str(tmp_path),
    )
    assert "还有 7 项现场检查没有结果，记为“未查”。" in told  # K1 and K3 are answered
    assert "结果为“不符”的 1 项（K3）只写入检查记录和反馈意见，没有另记为现场发现的，不进入问题台账" in told
    assert "反馈意见 瑞卫整改〔2019〕1号" in told and "现场发现 1　V8b　002-V8b-01　钥匙未专管" in told
    given = json.loads(run("inspect", "002-J01", "--json"))
    assert given["inspection"]["state"] == "closed" and given["found"][0]["problem"] == "002-V8b-01"
    assert sorted(each.suffix for each in tmp_path.glob("002-J01-*")) == [".docx", ".pdf"]


def test_a_look_up_says_yes_by_its_exit_code(run: Run, bureau: Bureau) -> None:
    handed_in(bureau, sanctions=[{}])
    assert "至 2022-08-09（含当日）" in run("bans", "--id", ANN, "--on", "2022-08-09", code=1)
    assert "不在不予审批期内" in run("bans", "--id", ANN, "--on", "2022-08-10")
    assert "共 1 项" in run("bans") and "共 0 项" in run("bans", "--on", "2022-08-10")


def test_two_merges_are_compared(run: Run, bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    merge(bureau, tmp_path / "first")
    handed_in(bureau, "003")
    merge(bureau, tmp_path / "final")
    told = run("compare", str(tmp_path / "first"), str(tmp_path / "final"))
    assert "003　国家工作人员总数　未计入 → 2　初报时未报齐或未审核通过，终报时计入" in told
    assert (
        json.loads(run("compare", str(tmp_path / "first"), str(tmp_path / "first"), "--json"))["units"] == []
    )
