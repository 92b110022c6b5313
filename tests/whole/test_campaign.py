"""A whole campaign through the command line: from the pack to the circular, with a kill in the middle."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from docx import Document as Letter
from openpyxl import load_workbook

from tests.steps.played import ROOT, Played, findings, rules, shell

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1500)]
AS_OF = ("--as-of", "2019-08-11")
CHECKED = (("annex2", "c5"), ("annex2", "c13"), ("annex3", "d6"))


def killed_while_taking(campaign: Path, folder: Path, after: int) -> None:
    """`take` ended by kill -9 once `after` originals are stored."""
    command = [sys.executable, "-m", "huizong.cli", "take", str(campaign), str(folder), *AS_OF]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as taking:
        blobs = campaign / ".state" / "store" / "blobs"
        deadline = time.monotonic() + 120
        while sum(1 for _ in blobs.glob("*/*")) < after:
            assert taking.poll() is None and time.monotonic() < deadline, "taken before the kill"
            time.sleep(0.02)
        os.kill(taking.pid, signal.SIGKILL)
        assert taking.wait() == -signal.SIGKILL


def versions(small: Played, campaign: Path) -> dict[tuple[str, str], list[str]]:
    """(unit, form or attachment) → SHA-256 of each recorded version."""
    found: dict[tuple[str, str], list[str]] = {}
    with small.bureau(campaign) as bureau, bureau.ledger.reading() as view:
        for row in view.documents():
            found.setdefault((row.unit, row.form), []).append(row.sha256)
    return found


def test_a_kill_in_the_middle_of_taking_loses_and_doubles_nothing(small: Played, tmp_path: Path) -> None:
    campaign, returns = small.copy(tmp_path), small.out / "returns" / "round1"
    killed_while_taking(campaign, returns, after=12)
    before = versions(small, campaign)
    said = shell("take", campaign, returns, *AS_OF).must(0)
    assert len(said.out.splitlines()) == sum(each.is_file() for each in returns.rglob("*"))
    after = versions(small, campaign)
    assert all(len(each) == 1 for each in after.values())
    assert all(after[key] == each for key, each in before.items())
    again = shell("take", campaign, returns, *AS_OF).must(0)
    assert again.out.count("与上次相同") == len(said.out.splitlines())
    assert versions(small, campaign) == after
    untouched = small.copy(tmp_path / "untouched")
    shell("take", untouched, returns, *AS_OF).must(0)
    assert versions(small, untouched) == after


def handed_in(campaign: Path, unit: str) -> None:
    """As a clerk does: hand in, explain what is asked for, hand in again."""
    said = shell("submit", campaign, unit, *AS_OF)
    for rule in sorted(set(re.findall(r"\[警告 (\w+)\]", said.out))):
        shell("explain", campaign, unit, rule, "--reason", "已核对原件，情况属实。", *AS_OF).must(0)
    if said.code:
        said = shell("submit", campaign, unit, *AS_OF)
    assert said.code == 0 and "已报送" in said.out, said.out


def test_from_the_pack_to_the_circular(small: Played, tmp_path: Path) -> None:
    campaign, units = small.copy(tmp_path), small.units
    shell("take", campaign, small.out / "returns" / "round1", *AS_OF).must(0)
    faulty = {each["unit"] for each in findings(shell("check", campaign, "--json", *AS_OF).json)
              if each["level"] == "error"}
    assert faulty, "the made-up clerks make mistakes"
    for unit in faulty:
        assert shell("submit", campaign, unit, *AS_OF).code == 1
    shell("take", campaign, small.out / "returns" / "round2", *AS_OF).must(0)
    changed = shell("check", campaign, "--json", *AS_OF).json
    assert changed["vanished"] and not rules(changed["appeared"], "error")
    for unit in units:
        handed_in(campaign, unit)
        shell("review", campaign, "--accept", unit, *AS_OF).must(0)
    status = shell("status", campaign, "--json", *AS_OF).must(0).json
    assert status["completeness"]["units_complete"] == len(units)

    first, second = (shell("merge", campaign, "--out", tmp_path / name, *AS_OF).must(0) for name in "ab")
    workbook = next((tmp_path / "a").rglob("*.xlsx"))
    assert workbook.read_bytes() == next((tmp_path / "b").rglob("*.xlsx")).read_bytes()
    assert first.out.partition("：")[0] == second.out.partition("：")[0]
    load_workbook(workbook, read_only=True).close()

    shell("publish", campaign, "--out", tmp_path / "published", *AS_OF).must(0)
    papers = {each.name for each in (tmp_path / "published").rglob("*.docx")}
    assert any("通报" in name for name in papers) and any("报告" in name for name in papers)
    circular = next(each for each in (tmp_path / "published").rglob("*.docx") if "通报" in each.name)
    text = "\n".join(each.text for each in Letter(str(circular)).paragraphs)
    assert "因私出国" in text and "{" not in text
    assert circular.with_suffix(".pdf").read_bytes().startswith(b"%PDF-")
    assert _numbers_agree(campaign, small.out / "expected.json")


def _numbers_agree(campaign: Path, expected: Path) -> bool:
    """Figures of the city against the numbers known from the synthesis, which used no rule and no figure."""
    known = json.loads(expected.read_text("utf-8"))["city"]
    return all(shell("figure", campaign, f"{annex}.{column}", "--json", *AS_OF).must(0).json["n"]
               == known[annex][column] for annex, column in CHECKED)
