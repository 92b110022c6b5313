"""The process of one job: `python -m collector.portal.worker CAMPAIGN JOB`."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sized
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from collector.portal import work
from collector.portal.desk import Desk
from collector.rows import Actor
from huizong.steps.errors import sentence

T = TypeVar("T")


class Reporter:
    """Writes progress at most four times a second, and a heartbeat while a step says nothing."""

    def __init__(self, file: Path) -> None:
        self.file, self.last, self.open = file, 0.0, True
        self.now: dict[str, Any] = {"state": "running", "sentence": "正在准备", "done": 0, "total": 0}
        threading.Thread(target=self._beat, daemon=True).start()

    def __call__(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        known = total if total is not None else len(items) if isinstance(items, Sized) else 0
        self._say(label, 0, known, force=True)
        for n, item in enumerate(items, 1):
            yield item
            self._say(label, n, known)

    def finish(self, state: str, text: str, result: dict[str, Any]) -> None:
        self.open = False
        work.write(self.file, {"state": state, "sentence": text, "done": 1, "total": 1, "result": result})

    def _say(self, label: str, done: int, total: int, force: bool = False) -> None:
        self.now = {"state": "running", "sentence": label, "done": done, "total": total}
        if force or time.monotonic() - self.last > 0.25:
            self.last = time.monotonic()
            work.write(self.file, self.now)

    def _beat(self) -> None:
        while self.open:
            time.sleep(10)
            if self.open:
                os.utime(self.file)


def main(folder: Path, number: str) -> None:
    here = folder / ".state" / "jobs" / number
    job = json.loads((here / "job.json").read_text("utf-8"))
    report = Reporter(here / "progress.json")
    by = Actor(job["by"], job["role"], job["address"])
    try:
        desk = Desk(folder, date.fromisoformat(job["as_of"]) if job["as_of"] else None)
        result, text = WORK[job["kind"]](desk, job["settings"], here, report, by)
        if job["kind"] == "backup":
            with desk.accounts.ledger.writing(by) as tx:
                tx.audit("backup", str(result["name"]))
        report.finish("done", text, result)
    except Exception as wrong:
        report.finish("failed", sentence(wrong), {})


def _merge(
    desk: Desk, settings: dict[str, Any], here: Path, report: Reporter, by: Actor
) -> tuple[dict[str, Any], str]:
    from huizong.steps.merge import merge

    out = here / "out"
    final = settings.get("report") == "final"
    cutoff = desk.campaign.dates["final_statistic_date" if final else "statistic_date"]
    merged = merge(desk.bureau(), out, cutoff=cutoff, actor=by, progress=report)
    about = {
        "snapshot": merged.snapshot,
        "by_job": here.name,
        "report": "final" if final else "first",
        "cutoff": str(cutoff),
        "complete": len(merged.city.complete),
    }
    _put(desk, out, desk.state / "merged" / merged.snapshot, about)
    return {"name": merged.snapshot}, f"汇总完成，数据快照 {merged.snapshot}。"


def _publish(
    desk: Desk, settings: dict[str, Any], here: Path, report: Reporter, by: Actor
) -> tuple[dict[str, Any], str]:
    from huizong.steps.publish import publish

    out = here / "out"
    published = publish(
        desk.bureau(),
        out,
        report=settings["report"],
        signed=bool(settings["signed"]),
        actor=by,
        progress=report,
    )
    leaks = len(published.leaks)
    about = {
        "report": settings["report"],
        "signed": bool(settings["signed"]),
        "leaks": leaks,
        "snapshot": published.city.snapshot,
        "checked": list(published.conformance),
    }
    _put(desk, out, desk.state / "published" / here.name, about)
    text = f"文稿已生成，但发现 {leaks} 处可能泄露个人信息，请先核对。" if leaks else "文稿已生成。"
    return {"name": here.name, "leaks": leaks}, text


def _backup(
    desk: Desk, _: dict[str, Any], here: Path, report: Reporter, by: Actor
) -> tuple[dict[str, Any], str]:
    from huizong.steps.backup import backup

    made = backup(desk.bureau(), desk.state / "backups")
    return {"name": made.path.name}, f"已备份 {made.blobs} 个文件。请把备份和密钥分别存到别处。"


def _put(desk: Desk, out: Path, target: Path, about: dict[str, Any]) -> None:
    """By one rename, whole with its `about.json`; the same snapshot made again is the same result."""
    now = datetime.now().astimezone().isoformat()
    work.write(out / "about.json", {**about, "as_of": str(desk.today()), "at": now})
    target.parent.mkdir(mode=0o700, exist_ok=True)
    if target.exists():
        shutil.rmtree(out)
    else:
        out.rename(target)


def _issue(
    desk: Desk, _: dict[str, Any], here: Path, report: Reporter, by: Actor
) -> tuple[dict[str, Any], str]:
    from huizong.steps.issue import issue

    packs = issue(desk.bureau(), here / "out", actor=by, progress=report)
    target = desk.state / "packs"
    if target.exists():
        target.rename(here / "before")
    (here / "out").rename(target)
    shutil.rmtree(here / "before", ignore_errors=True)
    return {"name": f"{len(packs)}"}, f"已下发 {len(packs)} 个单位的材料包，各单位可以下载了。"


WORK = {"issue": _issue, "merge": _merge, "publish": _publish, "backup": _backup}

if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
