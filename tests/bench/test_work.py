"""The work seam: one process, a pool and a Dask cluster give the same packs, byte for byte."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from forms.campaign import load, shipped
from huizong.demo import folder, registers
from huizong.demo.lexicon import Lexicon
from huizong.demo.world import synthesise
from huizong.steps import issue as issuing
from huizong.steps.bureau import open_bureau
from huizong.steps.errors import UseError
from huizong.steps.issue import issue
from huizong.steps.work import crew

START = date(2019, 7, 16)
PEOPLE = 60


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three units and their registers."""
    root = tmp_path_factory.mktemp("campaign") / "campaign"
    units = folder.chosen(load(shipped()).units, 3)
    world, _ = synthesise(folder.sites(units), PEOPLE, 2019)
    registers.write(root / "registers", Lexicon.of(folder.write(root, units, world)), world)
    return root


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """A real scheduler with two workers of one thread each, on the loopback alone."""
    code = ("import sys; from distributed import LocalCluster\n"
            "if __name__ == '__main__':\n"
            "    made = LocalCluster(n_workers=2, threads_per_worker=1, host='127.0.0.1',\n"
            "                        dashboard_address=None)\n"
            "    print(made.scheduler_address, flush=True); sys.stdin.read(); made.close()\n")
    path = os.pathsep.join(each or "." for each in sys.path)
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True, env=os.environ | {"PYTHONPATH": path})
    assert process.stdin is not None and process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.stdin.close()
        process.wait(30)
        process.stdout.close()


def packs(campaign: Path, out: Path, scheduler: str | None = None) -> dict[str, bytes]:
    with open_bureau(campaign, as_of=START, scheduler=scheduler) as bureau:
        return {path.name: path.read_bytes() for path in issue(bureau, out)}


@pytest.mark.slow
def test_one_process_a_pool_and_a_cluster_give_the_same_packs(
        campaign: Path, cluster: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alone = packs(campaign, tmp_path / "alone")
    assert len(alone) == 3
    assert packs(campaign, tmp_path / "cluster", cluster) == alone
    monkeypatch.setenv("HUIZONG_PROCESSES", "2")
    monkeypatch.setattr(issuing, "ROWS_PER_HAND", 1)
    assert packs(campaign, tmp_path / "pool") == alone


def test_results_come_in_the_order_of_the_batches_whoever_is_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIZONG_PROCESSES", "2")
    with crew() as workers:
        assert workers.hands == 2
        assert list(workers.each(abs, range(-20, 0))) == list(range(20, 0, -1))
        assert len(set(workers.each(process_of, range(6))) - {os.getpid()}) >= 1


def process_of(_: int) -> int:
    return os.getpid()


def test_a_single_batch_stays_in_this_process() -> None:
    with crew(batches=1) as workers:
        assert list(workers.each(process_of, [1])) == [os.getpid()]


def test_an_error_in_a_worker_is_raised_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUIZONG_PROCESSES", "2")
    with crew() as workers, pytest.raises(ZeroDivisionError):
        list(workers.each(divided, [1, 0, 1, 1, 1, 1, 1]))


def divided(by: int) -> float:
    return 1 / by


@pytest.mark.parametrize("address", ["10.0.0.8:8786", "http://10.0.0.8"])
def test_an_address_that_is_none_of_a_scheduler_is_said_at_once(address: str) -> None:
    with pytest.raises(UseError, match="Dask 调度器的地址"), crew(address):
        pass


def test_a_scheduler_that_does_not_answer_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huizong.steps.work.PATIENCE", 0.5)
    with pytest.raises(UseError, match="连不上 Dask 调度器"), crew("tcp://127.0.0.1:9"):
        pass
