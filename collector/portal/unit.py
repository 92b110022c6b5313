"""A unit's pages: the checklist, one form with its problems, and what may be downloaded."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, current_app, render_template, request

from collector.portal import files, packs, papers
from collector.portal.access import READS_UNIT, declare, needs
from collector.portal.desk import Desk
from collector.portal.disputes import rulings
from collector.portal.gather import Case, case, judged, judged_soon, of_form, read_document
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.problems import handles, problems, told
from collector.portal.scans import Scans, named_by_rows, scans_of
from collector.portal.sending import Looking
from collector.roles import UNIT_ROLES, may

area = Blueprint("unit", __name__)


@area.get("/units/<unit>")
@declare(READS_UNIT)
def checklist(unit: str) -> Any:
    here = desk()
    held = case(here, unit)
    found, fresh = judged_soon(here, held)
    page = papers.checklist(
        here.campaign,
        held,
        found.findings,
        scans(here, held),
        here.bureau().now(),
        looking(),
        fresh=fresh,
    )
    return render_template(
        "unit/checklist.html",
        page=page,
        unit=held.unit,
        fresh=fresh,
        recent=files.recent(held),
        may_upload=may(user().role, "upload") or may(user().role, "review"),
        whole=problems(of_form(found, None), here.campaign, handles(here.secret()), told(here.engine)),
        may_review=may(user().role, "review"),
        may_explain=may(user().role, "explain"),
        own=user().role in UNIT_ROLES,
        rulings=rulings(held.events),
        sees_all=may(user().role, "see_all_units"),
        limit=current_app.config["MAX_CONTENT_LENGTH"],
    )


@area.get("/units/<unit>/forms/<form>")
@declare(READS_UNIT)
def form(unit: str, form: str) -> Any:
    return form_page(unit, form)


@area.post("/units/<unit>/forms/<form>/in-full")
@declare(needs("see_own_unit", "review", "see_given_units"))
def in_full(unit: str, form: str) -> Any:
    """The same page with whole numbers, after a reason was written into the audit log."""
    reason = request.form.get("reason", "").strip()
    if len(reason) < 2:
        return form_page(unit, form, wrong="请写明查看完整内容的理由。")
    with desk().accounts.ledger.writing(actor()) as tx:
        tx.audit("seen_in_full", f"{unit}/{form}", "ok", reason[:100])
    return form_page(unit, form, full=True)


def form_page(unit: str, form: str, *, full: bool = False, wrong: str = "") -> Any:
    here = desk()
    if form not in here.campaign.forms:
        abort(404)
    held, shape = case(here, unit), here.campaign.forms[form]
    found, fresh = judged_soon(here, held)
    findings, scanned = of_form(found, form), scans(here, held, form)[form]
    line = papers.line(
        shape,
        held,
        findings,
        scanned,
        deadline=here.campaign.dates["deadline"],
        now=here.bureau().now(),
        fresh=fresh,
    )
    return render_template(
        "unit/form.html",
        unit=held.unit,
        fresh=fresh,
        shape=shape,
        line=line,
        problems=problems(findings, here.campaign, handles(here.secret()), told(here.engine), in_full=full),
        versions=files.history(held, form),
        scans=files.scans(held, scanned),
        full=full,
        wrong=wrong,
        facts=[(name, each.label, each.kind) for name, each in shape.facts.items() if each.kind != "date"],
        own=user().role in UNIT_ROLES,
        may_upload=may(user().role, "upload") or may(user().role, "review"),
        may_explain=may(user().role, "explain"),
        may_review=may(user().role, "review"),
        changes=len(files.readable(held, form)) > 1,
        counted=any(each.figure for _, each in shape.fields()),
        limit=current_app.config["MAX_CONTENT_LENGTH"],
    ), 400 if wrong else 200


@area.get("/units/<unit>/pack")
@declare(READS_UNIT)
def pack(unit: str) -> Any:
    """The pre-filled pack as a zip."""
    data = packs.pack(desk(), unit)
    record("downloaded", f"{unit} pack")
    return attachment(data, f"{desk().campaign.units_by_code[unit].short_name}-材料包.zip", "application/zip")


@area.get("/units/<unit>/forms/<form>/blank")
@declare(READS_UNIT)
def blank(unit: str, form: str) -> Any:
    """One form of the pack."""
    found = packs.one(desk(), unit, form)
    if found is None:
        abort(404)
    record("downloaded", f"{unit}/{form} blank")
    return attachment(found[1], found[0])


@area.get("/units/<unit>/forms/<form>/versions/<int:version>/file")
@declare(READS_UNIT)
def original(unit: str, form: str, version: int) -> Any:
    """The bytes as they came, under the name they came with."""
    found = version_of(unit, form, version)
    record("downloaded", f"{unit}/{form} v{version}")
    return attachment(desk().store.get(found.sha256), found.file_name)


@area.get("/units/<unit>/files/<int:number>")
@declare(READS_UNIT)
def received(unit: str, number: int) -> Any:
    """A file that belongs to no form (refused, unidentified), by its place in the unit's list."""
    held = case(desk(), unit)
    if not 0 <= number < len(held.documents):
        abort(404)
    found = held.documents[number]
    record("downloaded", f"{unit} file {number}")
    return attachment(desk().store.get(found.sha256), found.file_name)


@area.get("/units/<unit>/forms/<form>/marked")
@declare(READS_UNIT)
def marked(unit: str, form: str) -> Any:
    """The clerk's own file with the faulty cells marked."""
    here = desk()
    held = case(here, unit)
    document = held.newest(form) if form in here.campaign.forms else None
    if document is None:
        abort(404)
    data, ending = packs.marked(here, document, of_form(judged(here, held), form))
    record("downloaded", f"{unit}/{form} marked")
    return attachment(
        data, f"{document.file_name.rpartition('.')[0] or document.file_name}-问题标注.{ending}"
    )


def second_person() -> bool:
    return bool(desk().campaign.config.get("second_person_confirms"))


def looking() -> Looking:
    """Who looks at the page, as far as handing in goes."""
    return Looking(may(user().role, "upload"), may(user().role, "submit"), second_person())


def scans(here: Desk, held: Case, *forms: str) -> dict[str, Scans]:
    """Of these forms, or all: which scans came and which are missing."""
    found = {}
    for name in forms or here.campaign.forms:
        shape, row = here.campaign.forms[name], held.newest(name)
        content = read_document(here, row) if row and named_by_rows(shape) else None
        found[name] = scans_of(shape, content, held.scans)
    return found


def submits() -> bool:
    """The reviewer of the unit always; the clerk where no second person has to confirm."""
    return may(user().role, "submit") or (may(user().role, "upload") and not second_person())


def version_of(unit: str, form: str, version: int) -> Any:
    with desk().ledger.reading() as view:
        found = view.document(unit, form, version)
    return found or abort(404)


def record(kind: str, what: str) -> None:
    with desk().accounts.ledger.writing(actor()) as tx:
        tx.audit(kind, what)
