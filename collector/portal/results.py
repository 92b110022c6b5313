"""Issuing, merging and publishing from the desk: jobs with progress, their results, two snapshots
compared."""

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
from collector.portal.show import beijing
from collector.roles import may
from huizong.steps.errors import UseError

area = Blueprint("results", __name__)
KINDS = ("issue", "merge", "publish")
FOLDERS = {"merged": "merged", "published": "published"}


@area.get("/bureau/results")
@declare(needs("see_all_units"))
def overview() -> Any:
    here = desk()
    jobs = work.recent(here.state, KINDS, 5)
    return render_template(
        "bureau/results.html",
        jobs=jobs,
        running=any(each.running for each in jobs),
        merged=listing(here.state / "merged"),
        published=listing(here.state / "published"),
        may_merge=may(user().role, "merge"),
        issued=bool(here.bureau().states()),
    )


@area.post("/bureau/results/issue")
@declare(needs("review"))
def issue() -> Any:
    work.start(desk(), "issue", actor(), {})
    return redirect(url_for("results.overview"))


@area.post("/bureau/results/merge")
@declare(needs("merge"))
def merge() -> Any:
    work.start(desk(), "merge", actor(), {})
    return redirect(url_for("results.overview"))


@area.post("/bureau/results/publish")
@declare(needs("publish"))
def publish() -> Any:
    report = request.form.get("report", "first")
    if report not in ("first", "final"):
        raise UseError("请选择初报或终报。")
    work.start(desk(), "publish", actor(), {"report": report, "signed": request.form.get("signed") == "1"})
    return redirect(url_for("results.overview"))


@area.get("/bureau/results/<kind>/<name>")
@declare(needs("see_all_units"))
def folder(kind: str, name: str) -> Any:
    path = folder_of(kind, name)
    return render_template(
        "bureau/folder.html", kind=kind, name=name, about=about(path), files=files_of(path)
    )


@area.post("/bureau/results/<kind>/<name>/download")
@declare(needs("merge", "publish"))
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
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for each, file in files.items():
            bundle.writestr(zipfile.ZipInfo(each, (1980, 1, 1, 0, 0, 0)), file.read_bytes())
    return attachment(
        out.getvalue(), f"{'汇总' if kind == 'merged' else '文稿'}-{name}.zip", "application/zip"
    )


@area.get("/bureau/results/compare")
@declare(needs("see_all_units"))
def compare() -> Any:
    here = desk()
    known = listing(here.state / "merged")
    names = [each["name"] for each in known]
    old, new = request.args.get("old", ""), request.args.get("new", "")
    if not old and len(names) > 1:
        old, new = names[1], names[0]
    if old not in names or new not in names:
        abort(404)
    left, right = (
        json.loads((folder_of("merged", each) / "snapshot.json").read_text("utf-8")) for each in (old, new)
    )
    return render_template("bureau/compare.html", known=known, old=old, new=new, lines=differing(left, right))


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
    return {**facts, "when": beijing(datetime.fromisoformat(facts["at"]))}


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
        for each in sorted(path.rglob("*"))
        if each.is_file() and each.name != "about.json"
    ]


def differing(old: Any, new: Any, at: tuple[str, ...] = ()) -> list[tuple[str, str, str]]:
    """Pure: every leaf that differs between two snapshot manifests, as (path, old, new)."""
    if isinstance(old, dict) and isinstance(new, dict):
        return [
            line
            for key in sorted(old.keys() | new.keys(), key=str)
            for line in differing(old.get(key), new.get(key), (*at, str(key)))
        ]
    if isinstance(old, list) and isinstance(new, list):
        return [
            line
            for n in range(max(len(old), len(new)))
            for line in differing(
                old[n] if n < len(old) else None, new[n] if n < len(new) else None, (*at, str(n + 1))
            )
        ]
    return (
        []
        if old == new
        else [(" › ".join(at), "" if old is None else str(old), "" if new is None else str(new))]
    )
