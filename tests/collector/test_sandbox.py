"""Whatever a child does with foreign bytes, the caller gets a value; the next job goes on."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from collector.gate import Limits, inspect
from collector.gate.limited import inspect_limited
from collector.sandbox import Cage, Sandbox
from tests.collector import hostile as h

JOBS = "tests.collector.jobs"
CAGE = Cage(workers=2, wall_seconds=1.5, cpu_seconds=1, answer_size=1 << 20, preload=())


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(CAGE) as box:
        yield box


def test_a_function_gives_its_json_or_its_bytes(box: Sandbox) -> None:
    assert box.run(f"{JOBS}:size", b"abc", args={"times": 2}).value == 6
    assert box.run(f"{JOBS}:reversed_bytes", b"abc").value == b"cba"
    assert box.run(f"{JOBS}:prints", b"").value == "quiet"


@pytest.mark.parametrize(
    ("job", "code", "detail"),
    [
        ("aborts", "unreadable_within_limits", "SIGABRT"),
        ("crashes", "unreadable_within_limits", "SIGSEGV"),
        ("leaves", "unreadable_within_limits", "exit 3"),
        ("hangs", "unreadable_within_limits", "wall clock"),
        ("spins", "unreadable_within_limits", ""),
        ("eats_memory", "unreadable_within_limits", "MemoryError"),
        ("talks_too_much", "unreadable_within_limits", "answer too large"),
        ("raises", "unreadable", "ValueError at jobs.py"),
        ("answers_no_json", "unreadable", "TypeError"),
        ("opens_many", "unreadable", "OSError"),
        ("missing", "unreadable", "AttributeError"),
    ],
)
def test_a_child_that_fails_is_an_ordinary_refusal_and_the_next_job_works(
    box: Sandbox, job: str, code: str, detail: str
) -> None:
    started = time.monotonic()
    result = box.run(f"{JOBS}:{job}", b"", name="名册.xlsx")
    assert result.refused is not None and result.refused.code == code
    assert detail in result.detail and "名册.xlsx" in result.refused.message
    assert time.monotonic() - started < 6
    assert box.run(f"{JOBS}:size", b"abc").value == 3


def test_the_workbook_that_aborts_calamine_costs_one_sentence(box: Sandbox) -> None:
    rows = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    data = h.zipped(h.workbook_parts(rows))
    result = box.run(f"{JOBS}:read_with_calamine", data, name="a.xlsx")
    assert result.refused is not None
    assert inspect(data, "a.xlsx").refused is not None  # and the gate sees it coming


def test_the_gate_in_the_child_gives_the_same_verdict(box: Sandbox) -> None:
    data = h.zipped(h.workbook_parts())
    assert inspect_limited(data, "名册.xlsx", sandbox=box) == inspect(data, "名册.xlsx")
    small = inspect_limited(data, "名册.xlsx", Limits(office_size=10), box)
    assert small.refused is not None and small.refused.code == "too_big"


def test_a_gate_that_dies_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    with Sandbox(Cage(workers=1, preload=(), memory=48 << 20)) as tight:
        verdict = inspect_limited(os.urandom(60 << 20), "大.zip", sandbox=tight)
    assert verdict.refused is not None and verdict.refused.code == "unreadable_within_limits"


def test_the_child_writes_no_file(box: Sandbox, tmp_path: Path) -> None:
    result = box.run(f"{JOBS}:writes_a_file", b"", args={"path": str(tmp_path / "x")})
    assert result.refused is not None
    assert not (tmp_path / "x").exists() or (tmp_path / "x").stat().st_size == 0


def test_the_child_inherits_no_environment(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "x")
    with Sandbox(CAGE) as fresh:
        assert "SECRET_KEY" not in fresh.run(f"{JOBS}:environment", b"").value


def test_a_large_file_passes_both_ways() -> None:
    with Sandbox(Cage(workers=1, preload=())) as wide:
        data = os.urandom(1 << 20) * 20
        assert wide.run(f"{JOBS}:reversed_bytes", data).value == data[::-1]


def test_many_threads_share_few_children(box: Sandbox) -> None:
    with ThreadPoolExecutor(12) as threads:
        pids = {r.value for r in threads.map(lambda _: box.run(f"{JOBS}:process_id", b""), range(60))}
    assert len(pids) <= 2


def test_a_warm_job_costs_less_than_five_milliseconds(box: Sandbox) -> None:
    box.run(f"{JOBS}:size", b"x")
    best = min(_seconds(box) for _ in range(5))
    assert best < 0.005


def _seconds(box: Sandbox) -> float:
    started = time.perf_counter()
    for _ in range(20):
        box.run(f"{JOBS}:size", b"x" * 5000)
    return (time.perf_counter() - started) / 20


def test_map_keeps_the_order_and_survives_a_bad_one(box: Sandbox) -> None:
    jobs: list[tuple[bytes, str, dict[str, Any]]] = [(b"x" * n, f"{n}.xlsx", {}) for n in range(30)]
    assert [r.value for r in box.map(f"{JOBS}:size", jobs)] == list(range(30))


def test_a_forked_process_starts_children_of_its_own(box: Sandbox) -> None:
    box.run(f"{JOBS}:size", b"x")
    mine = box.run(f"{JOBS}:process_id", b"").value
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=lambda: queue.put(box.run(f"{JOBS}:process_id", b"").value))
    process.start()
    theirs = queue.get()
    process.join(10)
    assert theirs != mine and box.run(f"{JOBS}:size", b"abc").value == 3


def test_children_end_with_the_process_that_started_them() -> None:
    script = (
        "from collector.sandbox import *; import os, sys;"
        f"print(run_limited('{JOBS}:process_id', b'', cage=Cage(workers=1, preload=())).value);"
        "sys.stdout.flush(); os._exit(0)"
    )  # no clean-up at all
    done = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        cwd=Path(__file__).parents[2],
    )
    pid = int(done.stdout)
    for _ in range(50):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return
        time.sleep(0.1)
    pytest.fail("the child outlived its parent")


def test_a_worker_is_replaced_after_its_share_of_jobs() -> None:
    with Sandbox(Cage(workers=1, preload=(), jobs_per_worker=2)) as box:
        pids = [box.run(f"{JOBS}:process_id", b"").value for _ in range(4)]
    assert pids[0] == pids[1] != pids[2] == pids[3]
