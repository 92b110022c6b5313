"""The problem register worked in the portal: the list, one problem, its steps, a unit's answer."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for

from collector.names import display_name
from collector.portal import lives, visits
from collector.portal.access import READS_UNIT, declare, needs
from collector.portal.desk import Desk
from collector.portal.guard import actor, attachment, desk, user
from collector.portal.paging import page_of
from collector.portal.show import beijing, note
from collector.problems import MOVE_LABELS
from collector.roles import UNIT_ROLES, may
from huizong.steps.errors import UseError
from huizong.steps.evidence import keep
from huizong.steps.inspection_sheet import inspections
from huizong.steps.problem_moves import enrol, move, move_all
from huizong.steps.problem_register import register_workbook
from huizong.steps.problems import Problem, listed_problems, problems

area = Blueprint("register", __name__)
FILTERS = ("unit", "code", "state", "late")


@area.get("/register")
@declare(needs("see_all_units", "see_given_units"))
def overview() -> Any:
    """Every problem of the units this person may see, filtered."""
    here, scope = desk(), None if may(user().role, "see_all_units") else user().units
    wanted = {key: request.args.get(key, "") for key in FILTERS}
    lines = [each for each in lines_of(here, held(here)) if scope is None or each.unit in scope]
    shown = chosen(lines, wanted)
    return render_template(
        "bureau/register.html",
        page=page_of(shown, lives.PAGE),
        total=len(lines),
        late=sum(each.overdue for each in lines),
        # How many a click would show: of the unit and kind looked at.
        tally=lives.tally(chosen(lines, {**wanted, "state": ""}), wanted["state"]),
        codes=lives.codes(lines),
        units=[each for each in here.campaign.units if scope is None or each.code in scope],
        unnumbered=sum(not each.number for each in lines),
        wanted=wanted,
        together=lives.together(here.campaign.dates["rectify_by"], here.today()),
        may_work=may(user().role, "work_problems"),
    )


@area.post("/register/enrol")
@declare(needs("work_problems"))
def number() -> Any:
    """A number for every listed problem that has none."""
    new = enrol(desk().bureau_with_registers(), by=actor())
    note(f"新登记 {len(new)} 个问题。" if new else "没有新列出的问题。")
    return redirect(url_for("register.overview"))


@area.post("/register/steps")
@declare(needs("work_problems"))
def step_many() -> Any:
    """One step for all ticked problems, or for none."""
    targets = dict(each.rpartition("@")[::2] for each in request.form.getlist("target"))
    if not targets:
        raise UseError("请先勾选问题。")
    to = known_move()
    wanted = {number: int(seen) for number, seen in targets.items() if seen.isdigit()}
    done = move_all(desk().bureau(), wanted, to, by=actor(), **said(to))
    note(f"{MOVE_LABELS[to]}：已办 {len(done)} 个问题。")
    where: dict[str, Any] = {key: word for key in (*FILTERS, "page") if (word := request.form.get(key, ""))}
    return redirect(url_for("register.overview", **where))


@area.post("/register/export")
@declare(needs("work_problems"))
def export() -> Any:
    """The register as filtered, xlsx with full names; the reason goes into the audit log (domain brief
    §5.5)."""
    reason = given_reason("请写明导出用途，会记入审计。")
    here = desk()
    wanted, found = {key: request.form.get(key, "") for key in FILTERS}, held(here)
    lines = lines_of(here, found)
    shown = {id(each) for each in chosen(lines, wanted)}
    some = [problem for problem, each in zip(found, lines, strict=True) if id(each) in shown]
    if not some:
        raise UseError("没有符合条件的问题，不用导出。请放宽筛选条件。")
    data = register_workbook(here.bureau_with_registers(), some, taken())
    asked = " ".join(f"{key}={word}" for key, word in wanted.items() if word)
    audited(here, "downloaded", f"register {asked} {len(some)}", reason)
    return attachment(data, "问题台账.xlsx")


def chosen(lines: list[lives.Line], wanted: dict[str, str]) -> list[lives.Line]:
    """Pure: the lines that the filters leave."""
    return lives.chosen(
        lines, unit=wanted["unit"], code=wanted["code"], state=wanted["state"], late=wanted["late"] == "1"
    )


@area.get("/units/<unit>/register")
@declare(READS_UNIT)
def unit_list(unit: str) -> Any:
    """The unit's own problems."""
    here = desk()
    page = page_of(lives.first_what_waits(visible(held(here, unit))), lives.PAGE)
    return render_template(
        "bureau/unit_register.html",
        unit=here.campaign.units_by_code[unit],
        page=page,
        lines=lines_of(here, page.rows),
        visits=visits.known_to(inspections(here.bureau(), unit), here.campaign, user().role or ""),
        rectify_by=here.campaign.dates["rectify_by"],
        of_unit=user().role in UNIT_ROLES,
    )


@area.get("/units/<unit>/register/<number>")
@declare(READS_UNIT)
def one(unit: str, number: str) -> Any:
    return page(unit, number)


@area.post("/units/<unit>/register/<number>/in-full")
@declare(needs("see_own_unit", "review", "see_given_units"))
def in_full(unit: str, number: str) -> Any:
    """The same page with whole numbers, after a reason was written into the audit log."""
    reason = request.form.get("reason", "").strip()
    if len(reason) < 2:
        return page(unit, number, wrong="请写明查看完整内容的理由。")
    found = one_of(desk(), unit, number)
    audited(desk(), "seen_in_full", found.number, reason)
    return page(unit, number, full=True)


@area.post("/units/<unit>/register/<number>/steps")
@declare(needs("work_problems", "answer_problems"))
def step(unit: str, number: str) -> Any:
    """One step; a unit's answer and receipt may bring a file as evidence."""
    here, to = desk(), known_move()
    found, seen = one_of(here, unit, number), request.form.get("version", type=int)
    words = said(to)
    files = [each for each in request.files.getlist("evidence") if each.filename]
    if files:
        first = files[0]
        words["evidence"] = keep(
            here.bureau(),
            found,
            to,
            display_name(first.filename or ""),
            first.read(),
            words,
            seen,
            by=actor(),
        )
    move(here.bureau(), found.number, to, by=actor(), expected=seen, **words)
    note(f"{found.number}：“{MOVE_LABELS[to]}”已办好。")
    return redirect(url_for("register.one", unit=unit, number=number))


@area.get("/units/<unit>/register/<number>/evidence/<int:version>")
@declare(READS_UNIT)
def evidence(unit: str, number: str, version: int) -> Any:
    """The file that came with the n-th step of the history."""
    here = desk()
    life = one_of(here, unit, number).life
    name = str(life.history[version].said.get("evidence", "")) if life and version < len(life.history) else ""
    found = next(
        (each for each in here.bureau().kept_files(unit) if name and each.file_name == name), None
    ) or abort(404)
    audited(here, "downloaded", f"{number} {version}")
    return attachment(here.store.get(found.sha256), found.file_name)


def page(unit: str, number: str, *, full: bool = False, wrong: str = "") -> Any:
    here = desk()
    found = one_of(here, unit, number)
    given = here.checklist
    works = may(user().role, "work_problems") or may(user().role, "answer_problems")
    return render_template(
        "bureau/problem.html",
        unit=here.campaign.units_by_code[unit],
        line=lines_of(here, [found])[0],
        problem=found,
        life=found.life,
        history=lives.history(found.life, names(here)) if found.life else (),
        offers=lives.offers(
            found,
            user().role or "",
            {each: given.verdicts(each) for each in ("found", "dismissed")},
            here.campaign.dates["rectify_by"],
            here.today(),
        )
        if works
        else (),
        waits=bool(found.life and lives.waiting(found.life)),
        full=full,
        wrong=wrong,
        of_unit=user().role in UNIT_ROLES,
    ), 400 if wrong else 200


def held(here: Desk, unit: str | None = None) -> tuple[Problem, ...]:
    """The register now; what the accepted documents list is read once until one of them changes."""
    bureau = here.bureau_with_registers()
    states = bureau.states()
    accepted = tuple(
        sorted((*key, state.version) for key, state in states.items() if state.status == "accepted")
    )
    listed = here.answers.get_or_make(
        ("listed", accepted, here.registers_at(), here.today()), lambda: listed_problems(bureau)
    )
    return problems(bureau, unit, listed)


def visible(found: tuple[Problem, ...]) -> list[Problem]:
    return [each for each in found if lives.visible(each, user().role or "")]


def one_of(here: Desk, unit: str, number: str) -> Problem:
    return next((each for each in visible(held(here, unit)) if each.number == number), None) or abort(404)


def lines_of(here: Desk, found: Any) -> list[lives.Line]:
    words = dict(here.checklist.shape.rectification)
    return [lives.line(here.campaign, words, each, here.today()) for each in found]


def known_move() -> str:
    to = request.form.get("move", "")
    if to not in MOVE_LABELS:
        raise UseError("请选择要办的一步。")
    return to


def said(to: str) -> dict[str, Any]:
    """What the form says with this step (one form may hold the fields of several); texts at most 500
    characters."""
    return {
        name: request.form.get(name, "").strip()[:500]
        for name in lives.sayable(to)
        if name != "evidence" and request.form.get(name)
    }


def names(here: Desk) -> dict[str, str]:
    """Login → the person's name, for histories."""
    return {each.login: each.name for each in here.accounts.users()}


def given_reason(sentence: str) -> str:
    reason = request.form.get("reason", "").strip()[:100]
    if not reason:
        raise UseError(sentence)
    return reason


def taken() -> str:
    """Stands on a list that somebody takes away: who, and when by the clock on the wall."""
    return f"{user().name}（{user().login}）于{beijing(desk().accounts.ledger.clock())}导出。"


def audited(here: Desk, kind: str, what: str, reason: str = "") -> None:
    with here.accounts.ledger.writing(actor()) as tx:
        tx.audit(kind, what, "ok", reason)
