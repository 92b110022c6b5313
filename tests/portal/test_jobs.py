"""Long work in processes of its own: killed anywhere, it leaves nothing half done and may start again."""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
from pathlib import Path

import psutil
import pytest

from collector.portal import work
from collector.rows import Actor
from huizong.steps.errors import UseError
from tests.portal.portals import Portal

REVIEWER = Actor("shenhe", "bureau_reviewer", "127.0.0.1")


def process(number: str) -> psutil.Process:
    for each in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):   # an earlier job may end while we look
            if number in each.cmdline():
                return each
    raise AssertionError(f"job {number} has no process")


def ended(portal: Portal, number: str, seconds: float = 60) -> work.Job:
    until = time.monotonic() + seconds
    while (job := work.one(portal.desk.state, number)) is None or job.running:
        assert time.monotonic() < until
        time.sleep(0.05)
    return job


def silent_for_a_minute(folder: Path) -> None:
    before = time.time() - work.SILENT - 1
    os.utime(folder / "progress.json", (before, before))


def content(folder: Path) -> dict[str, str]:
    """What the result holds, without the time and the job that made it."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest()
            for file in folder.iterdir() if file.name != "about.json"}


@pytest.mark.slow
def test_a_merge_killed_anywhere_is_told_and_the_next_one_gives_the_same_bytes(portal: Portal) -> None:
    merged = portal.desk.state / "merged"
    began = time.monotonic()
    first = ended(portal, work.start(portal.desk, "merge", REVIEWER, {}))
    whole, snapshot = time.monotonic() - began, str(first.result["name"])
    assert first.state == "done"
    expected = content(merged / snapshot)
    reviewer = portal.signed_in("shenhe")
    killed = 0
    for share in (0.3, 0.55, 0.7, 0.8, 0.9):
        number = work.start(portal.desk, "merge", REVIEWER, {})
        job = process(number)
        time.sleep(whole * share)
        with contextlib.suppress(psutil.NoSuchProcess):  # the first is the slowest: it may be done
            job.kill()
            killed += 1
        psutil.wait_procs([job], 10)
        folder = portal.desk.state / "jobs" / number
        if (now := work.one(portal.desk.state, number)) is not None and now.running:
            with pytest.raises(UseError, match="正在进行"):      # it might still be alive, for all we know
                work.start(portal.desk, "merge", REVIEWER, {})
            silent_for_a_minute(folder)
            dead = work.one(portal.desk.state, number)
            assert dead is not None and dead.state == "dead" and "重新开始" in dead.sentence
        page = reviewer.get("/bureau/results")
        assert page.status_code == 200
        assert [each.name for each in merged.iterdir()] == [snapshot]
        assert content(merged / snapshot) == expected
    assert killed                                           # at the least the one a third of the way through
    last = ended(portal, work.start(portal.desk, "merge", REVIEWER, {}))
    assert last.state == "done" and [each.name for each in merged.iterdir()] == [snapshot]
    assert content(merged / snapshot) == expected
    assert [each for each in (portal.desk.state / "jobs").glob("*/out")] == []
    assert portal.desk.ledger.broken() is None


def test_two_merges_asked_for_at_once_are_one(portal: Portal) -> None:
    number = work.start(portal.desk, "merge", REVIEWER, {})
    with pytest.raises(UseError, match="正在进行"):
        work.start(portal.desk, "merge", REVIEWER, {})
    assert ended(portal, number).state == "done"


def test_work_that_fails_says_why_and_leaves_no_result(portal: Portal) -> None:
    campaign = portal.folder / "campaign.yaml"
    campaign.write_text(campaign.read_text("utf-8") + "\nnonsense: [", "utf-8")
    failed = ended(portal, work.start(portal.desk, "merge", REVIEWER, {}))
    assert failed.state == "failed" and "campaign.yaml" in failed.sentence
    assert not (portal.desk.state / "merged").exists()
