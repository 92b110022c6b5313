"""Issuing, merging and publishing from the desk: jobs with progress, and what they gave to be fetched."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from collector.portal import work
from collector.portal.access import declare, needs
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.register import names
from collector.portal.show import beijing
from collector.roles import may
from huizong.steps.errors import UseError

area = Blueprint("results", __name__)
KINDS = ("issue", "merge", "publish")
FOLDERS = {"merged": "merged", "published": "published"}
REPORTS = {"first": "初报", "final": "终报"}


@area.get("/bureau/results")
@declare(needs("see_all_units"))
def overview() -> Any:
    here = desk()
    jobs = work.recent(here.state, KINDS, 5)
    return render_template(
        "bureau/results.html",
        jobs=jobs,
        names=names(here),
        running=any(each.running for each in jobs),
        merged=listing(here.state / "merged"),
        published=listing(here.state / "published"),
        may_merge=may(user().role, "merge"),
        issued=bool(here.bureau().states()),
        packs=len(list((here.state / "packs").glob("*.zip"))),
        may_read=may(user().role, "read_results"),
    )


@area.post("/bureau/results/issue")
@declare(needs("review"))
def issue() -> Any:
    work.start(desk(), "issue", actor(), {})
    return redirect(url_for("results.overview"))


@area.post("/bureau/results/merge")
@declare(needs("merge"))
def merge() -> Any:
    work.start(desk(), "merge", actor(), {"report": report_of()})
    return redirect(url_for("results.overview"))


@area.post("/bureau/results/publish")
@declare(needs("publish"))
def publish() -> Any:
    settings = {"report": report_of(), "signed": request.form.get("signed") == "1"}
    work.start(desk(), "publish", actor(), settings)
    return redirect(url_for("results.overview"))


def report_of() -> str:
    """first or final: which of the campaign's cut-off dates counts.  Raises UseError."""
    report = request.form.get("report", "first")
    if report not in REPORTS:
        raise UseError("请选择初报或终报。")
    return report


@area.get("/bureau/results/<kind>/<name>")
@declare(needs("see_all_units"))
def folder(kind: str, name: str) -> Any:
    path = folder_of(kind, name)
    return render_template(
        "bureau/folder.html", kind=kind, name=name, about=about(path), files=files_of(path)
    )


@area.post("/bureau/results/<kind>/<name>/download")
@declare(needs("read_results"))
def download(kind: str, name: str) -> Any:
    """One file or, without a name, all of them as a zip; the reason is logged, the bureau's own copies
    are not masked."""
    path, wanted = folder_of(kind, name), request.form.get("file", "")
    reason = request.form.get("reason", "").strip()[:100]
    if not reason:
        raise UseError("请写明下载用途，会记入审计。")
    files = {each["name"]: path / each["name"] for each in files_of(path)}
    if wanted and wanted not in files:
        abort(404)
    with desk().accounts.ledger.writing(actor()) as tx:
        tx.audit("downloaded", f"{kind}/{name} {wanted}", "ok", reason)
    if wanted:
        return attachment(files[wanted].read_bytes(), Path(wanted).name)
    return attachment(
        zipped(files), f"{'汇总' if kind == 'merged' else '文稿'}-{name}.zip", "application/zip"
    )


@area.post("/bureau/results/packs")
@declare(needs("review"))
def packs() -> Any:
    """All packs as they were issued, for units that are served another way."""
    issued = sorted((desk().state / "packs").glob("*.zip"))
    if not issued:
        raise UseError("还没有从网站下发过材料包，请先下发。")
    with desk().accounts.ledger.writing(actor()) as tx:
        tx.audit("downloaded", "packs")
    return attachment(zipped({each.name: each for each in issued}), "全部材料包.zip", "application/zip")


def zipped(files: dict[str, Path]) -> bytes:
    """The same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, file in files.items():
            bundle.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), file.read_bytes())
    return out.getvalue()


def listing(path: Path) -> list[dict[str, Any]]:
    """The finished results, newest first."""
    found = (
        [{**about(each), "name": each.name} for each in path.iterdir() if (each / "about.json").exists()]
        if path.is_dir()
        else []
    )
    return sorted(found, key=lambda each: str(each["at"]), reverse=True)


def about(path: Path) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads((path / "about.json").read_text("utf-8"))
    return {
        **facts,
        "when": beijing(datetime.fromisoformat(facts["at"])),
        "report_label": REPORTS.get(facts.get("report", ""), ""),
    }


def folder_of(kind: str, name: str) -> Path:
    """Only a folder that exists right below its kind's."""
    if kind not in FOLDERS:
        abort(404)
    base = desk().state / FOLDERS[kind]
    found = (
        next((each for each in base.iterdir() if each.name == name and (each / "about.json").exists()), None)
        if base.is_dir()
        else None
    )
    return found or abort(404)


def files_of(path: Path) -> list[dict[str, Any]]:
    return [
        {"name": each.relative_to(path).as_posix(), "size": each.stat().st_size}
        for each in sorted(path.rglob("*"), key=lambda each: (len(each.relative_to(path).parts), each))
        if each.is_file() and each.name != "about.json"
    ]
