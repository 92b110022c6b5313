"""Long work (merge, publish, backup) in a process of its own, seen through a folder all workers can read.

A job is `.state/jobs/<id>/`: job.json says what, progress.json how far; its age is the heartbeat.  The
result is put in place by one rename at the end, so a job that dies leaves no half result and may simply be
started again.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from collector.portal.desk import Desk
from collector.rows import Actor
from huizong.steps.errors import UseError

SILENT: Final = 60.0  # seconds without a heartbeat after which a job counts as dead
LABELS: Final = {"issue": "下发", "merge": "汇总", "publish": "发布", "backup": "备份"}


@dataclass(frozen=True)
class Job:
    id: str
    kind: str
    by: str
    at: datetime
    state: str  # running | done | failed | dead
    sentence: str
    done: int
    total: int
    result: Mapping[str, Any]

    @property
    def running(self) -> bool:
        return self.state == "running"

    @property
    def label(self) -> str:
        return LABELS.get(self.kind, self.kind)

    @property
    def tone(self) -> str:
        return {"running": "blue", "done": "green"}.get(self.state, "red")


def start(desk: Desk, kind: str, by: Actor, settings: Mapping[str, Any]) -> str:
    """Starts the job's process and gives its id.  Raises UseError while one of the kind runs."""
    jobs = desk.state / "jobs"
    jobs.mkdir(mode=0o700, exist_ok=True)
    with (jobs / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if any(job.running for job in recent(desk.state, (kind,))):
            raise UseError(f"已有一次{LABELS[kind]}正在进行，请等它结束。")
        for job in recent(desk.state, (kind,)):
            if job.state == "dead":  # what it had written so far is nobody's, and may name people
                shutil.rmtree(jobs / job.id / "out", ignore_errors=True)
        number = f"{datetime.now(UTC):%Y%m%d%H%M%S}-{secrets.token_hex(3)}"
        folder = jobs / number
        folder.mkdir(mode=0o700)
        write(
            folder / "job.json",
            {
                "kind": kind,
                "by": by.login,
                "role": by.role,
                "address": by.address,
                "at": datetime.now(UTC).isoformat(),
                "settings": dict(settings),
                "as_of": desk.as_of.isoformat() if desk.as_of else "",
            },
        )
        write(folder / "progress.json", {"state": "running", "sentence": "正在开始", "done": 0, "total": 0})
    process = subprocess.Popen(
        [sys.executable, "-m", "collector.portal.worker", str(desk.folder), number],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
    )
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays in the process table when done
    return number


def recent(state: Path, kinds: Sequence[str], most: int = 10) -> list[Job]:
    """The newest jobs of these kinds."""
    folder = state / "jobs"
    names = (
        sorted((each.name for each in folder.iterdir() if each.is_dir()), reverse=True)
        if folder.is_dir()
        else []
    )
    jobs = (one(state, name) for name in names)
    return [job for job in jobs if job and job.kind in kinds][:most]


def one(state: Path, number: str) -> Job | None:
    folder = state / "jobs" / Path(number).name
    try:
        head = json.loads((folder / "job.json").read_text("utf-8"))
        now = json.loads((folder / "progress.json").read_text("utf-8"))
        silent = time.time() - (folder / "progress.json").stat().st_mtime
    except (OSError, ValueError):
        return None
    dead = now["state"] == "running" and silent > SILENT
    return Job(
        number,
        head["kind"],
        head["by"],
        datetime.fromisoformat(head["at"]),
        "dead" if dead else now["state"],
        "中断了，没有改变任何结果，可以重新开始。" if dead else now["sentence"],
        now["done"],
        now["total"],
        now.get("result", {}),
    )


def write(file: Path, value: Mapping[str, Any]) -> None:
    """Whole or not at all: readers never see half a file."""
    temporary = file.with_name(f".{file.name}-{secrets.token_hex(4)}")
    temporary.write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    temporary.rename(file)
