"""Processes killed, the disk full, the ledger held, the server told to stop: nothing promised is lost."""

from __future__ import annotations

import hashlib
import http.client
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from collector.portal.desk import Desk
from tests.collector.servers import absent
from tests.portal.live import Live, Visitor, served, started
from tests.portal.portals import DAY, Prepared

pytestmark = pytest.mark.slow
KILLS = int(os.environ.get("HUIZONG_KILLS", "6"))       # of a worker; and a third as often of everything


@pytest.fixture
def folder(prepared: Prepared, tmp_path: Path) -> Path:
    shutil.copytree(prepared.campaign, tmp_path / "campaign")
    return tmp_path / "campaign"


def prepared_units(prepared: Prepared) -> list[str]:
    return sorted(login[1:] for login in prepared.passwords if login[0] == "u" and login[1:].isdigit())


def roster(prepared: Prepared, unit: str) -> Path:
    return next(path for path in prepared.files(1, unit) if path.name[:2] == "02" and path.suffix == ".xlsx")


class Clerks:
    """People who upload without end, each file only once, and keep what they were promised."""

    def __init__(self, prepared: Prepared, units: list[str]) -> None:
        self.prepared, self.units = prepared, units
        self.promised: dict[str, str] = {}              # receipt → SHA-256
        self.answers: list[int] = []
        self.lock, self.stop = threading.Lock(), threading.Event()
        self.live: Live | None = None
        self.threads = [threading.Thread(target=self._work, args=(unit,)) for unit in units]

    def _work(self, unit: str) -> None:
        form = roster(self.prepared, unit).read_bytes()
        visitor, number = None, 0
        while not self.stop.is_set():
            try:
                if visitor is None or visitor.live is not self.live:
                    assert self.live is not None
                    visitor = Visitor(self.live).sign_in(f"u{unit}", self.prepared.passwords[f"u{unit}"])
                number += 1
                # Read in full, or refused: the promise is the same.
                data = form if number % 4 == 0 else os.urandom(3000)
                answer = visitor.upload(unit, (f"{number}.xlsx", data))
                with self.lock:
                    self.answers.append(answer.status)
                    if answer.status == 200:
                        (said,) = answer.json["files"]
                        self.promised[said["receipt"]] = hashlib.sha256(data).hexdigest()
            except (OSError, http.client.HTTPException, AssertionError):
                time.sleep(0.1)         # the browser says so, the person tries again

    @contextmanager
    def at_work(self, live: Live) -> Iterator[None]:
        self.live = live
        for thread in self.threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in self.threads:
                thread.join(60)

    def more(self, count: int) -> None:
        """Until so many more files were promised."""
        goal = len(self.promised) + count
        eventually(lambda: len(self.promised) >= goal)


def eventually(holds: Callable[[], bool], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.02)


def everything_promised_is_there(folder: Path, promised: dict[str, str]) -> None:
    desk = Desk(folder, DAY)
    try:
        with desk.ledger.reading() as view:
            rows = {each.number: each.sha256 for each in view.receipts()}
            known = view.blobs()
        assert {number: rows.get(number) for number in promised} == promised
        assert desk.store.reconcile(known).missing == ()
        assert list(desk.store.scrub()) == []
        assert desk.ledger.broken() is None
    finally:
        desk.close()


def test_killed_workers_and_a_killed_server_lose_nothing_they_confirmed(
    prepared: Prepared, folder: Path
) -> None:
    clerks = Clerks(prepared, prepared_units(prepared)[:3])
    chance = random.Random(4)
    live = started(folder, str(DAY))
    with clerks.at_work(live):
        clerks.more(3)
        for kill in range(KILLS):
            time.sleep(chance.random() * 0.2)
            with suppress(psutil.NoSuchProcess, IndexError):
                chance.choice(live.workers).kill()
            if kill % 3 == 2:
                time.sleep(chance.random() * 0.2)
                live.kill()
                live = clerks.live = started(folder, str(DAY))
            clerks.more(2)
    assert set(clerks.answers) <= {200, 302, 400, 401, 429}
    everything_promised_is_there(folder, clerks.promised)
    unit = clerks.units[0]
    clerk = Visitor(live).sign_in(f"u{unit}", prepared.passwords[f"u{unit}"])
    assert clerk.get(f"/units/{unit}").status == 200
    family = [psutil.Process(live.process.pid), *psutil.Process(live.process.pid).children(True)]
    live.process.send_signal(signal.SIGTERM)
    live.process.wait(40)
    assert psutil.wait_procs(family, 10)[1] == []       # no reader outlives its server


def test_a_server_told_to_stop_finishes_what_it_began(prepared: Prepared, folder: Path) -> None:
    clerks = Clerks(prepared, prepared_units(prepared)[:3])
    live = started(folder, str(DAY))
    with clerks.at_work(live):
        clerks.more(3)
        live.process.send_signal(signal.SIGTERM)
        assert live.process.wait(25) == 0       # by itself, not killed after gunicorn's thirty seconds
    assert set(clerks.answers) == {200}
    everything_promised_is_there(folder, clerks.promised)
    told = live.log.read_text("utf-8")
    assert "terminate called" not in told and "was sent SIG" not in told     # nobody died of it


def test_what_workers_are_forked_from_has_no_threads_of_the_rule_engine() -> None:
    """DuckDB starts them when it is imported; a process forked from one that has them hangs or dies."""
    loaded = "import sys, collector.portal.server, huizong.cli; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True)
    assert {"gunicorn", "huizong.cli"} <= set(done.stdout.split())
    assert {"duckdb", "pyarrow"} & set(done.stdout.split()) == set()


@contextmanager
def on_a_small_disk(folder: Path, megabytes: int) -> Iterator[tuple[Live, Path]]:
    """A server whose campaign lies on a disk of its own, and that disk as seen from here."""
    disk = folder.parent / "disk"
    disk.mkdir()
    script = 'mount -t tmpfs -o size="$1"m tmpfs "$2" && cp -a "$3" "$2"/ && shift 3 && exec "$@"'
    try:
        live = started(disk / "campaign", str(DAY), log=folder.parent / "server.log", wrap=[
            "unshare", "-rm", "sh", "-c", script, "sh", str(megabytes), str(disk), str(folder)])
    except AssertionError as wrong:
        if "unshare" in str(wrong) or "mount" in str(wrong):
            absent("unshare with the right to mount")
        raise
    try:
        yield live, Path(f"/proc/{live.process.pid}/root{disk}")
    finally:
        live.process.send_signal(signal.SIGTERM)
        live.process.wait(40)


def test_a_full_disk_refuses_uploads_keeps_the_rest_and_recovers(prepared: Prepared, folder: Path) -> None:
    unit = prepared_units(prepared)[0]
    form = roster(prepared, unit)
    with on_a_small_disk(folder, 400) as (live, disk):
        clerk = Visitor(live).sign_in(f"u{unit}", prepared.passwords[f"u{unit}"])
        first = clerk.upload(unit, (form.name, form.read_bytes()))
        assert first.status == 200
        # Nearly full: the reserve is for people who must still get in.
        fill(disk, leaving=40 << 20)
        refused = clerk.upload(unit, ("补充.xlsx", b"something else"))
        assert (refused.status, refused.json["title"]) == (413, "服务器存储空间不足")
        assert refused.headers["Retry-After"] == "600" and "。" in refused.json["sentence"]
        reviewer = Visitor(live).sign_in(f"s{unit}", prepared.passwords[f"s{unit}"])
        assert form.name in reviewer.get(f"/units/{unit}").text
        # To the last byte: even the ledger cannot grow; every answer is a sentence all the same.
        fill(disk, leaving=0)
        for answer in (clerk.upload(unit, ("补充.xlsx", b"something else")), clerk.get(f"/units/{unit}"),
                       clerk.get(f"/units/{unit}/pack"), clerk.post("/sign-out")):
            assert answer.status < 500
        # Somebody makes room.
        for ballast in disk.glob("ballast*"):
            ballast.unlink()
        clerk = Visitor(live).sign_in(f"u{unit}", prepared.passwords[f"u{unit}"])
        last = clerk.upload(unit, ("补充.xlsx", b"something else"))
        assert last.status == 200
        promised = {first.json["files"][0]["receipt"]: hashlib.sha256(form.read_bytes()).hexdigest(),
                    last.json["files"][0]["receipt"]: hashlib.sha256(b"something else").hexdigest()}
        shutil.copytree(disk / "campaign", folder.parent / "saved")
    everything_promised_is_there(folder.parent / "saved", promised)


def fill(disk: Path, leaving: int) -> None:
    free = shutil.disk_usage(disk).free
    with suppress(OSError), (disk / f"ballast-{leaving}").open("wb", buffering=0) as ballast:
        for _ in range((free - leaving) // (1 << 16) + (2 if not leaving else 0)):
            ballast.write(bytes(1 << 16))


def test_a_ledger_held_by_somebody_else_is_a_sentence_and_pages_still_show(
    prepared: Prepared, folder: Path
) -> None:
    unit = prepared_units(prepared)[0]
    with served(folder, str(DAY)) as live:
        clerk = Visitor(live).sign_in(f"u{unit}", prepared.passwords[f"u{unit}"])
        held = sqlite3.connect(folder / ".state" / "ledger.db", isolation_level=None)
        held.execute("begin immediate")
        began = time.monotonic()
        busy = clerk.upload(unit, ("名册.xlsx", b"a file"))
        assert (busy.status, busy.json["title"]) == (429, "系统繁忙") and busy.headers["Retry-After"] == "5"
        assert time.monotonic() - began < 20
        assert clerk.get(f"/units/{unit}").status == 200
        held.execute("rollback")
        held.close()
        assert clerk.upload(unit, ("名册.xlsx", b"a file")).status == 200
