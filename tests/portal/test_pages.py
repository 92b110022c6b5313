"""Every page of every role in a browser: no barrier, no complaint, nothing foreign, no sideways scroll.

The pages come from the route table: a new GET route that is not told here fails the first test.
"""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
from flask import Flask, abort, request, url_for
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from collector.portal import work
from collector.portal.access import PUBLIC, declared
from collector.roles import UNIT_ROLES, Role
from collector.schema import metadata
from huizong.steps.problems import problems
from tests.portal.conftest import opened
from tests.portal.portals import Portal, Prepared, explain_all, send, token_of
from tests.portal.screens import DESK, PHONE, faults, in_thread, window

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    # The bureau's job outlives the request that started it: that is its purpose.
    pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning"),
]


@dataclass(frozen=True)
class World:
    """A campaign in full swing: `faulty` has errors, `done` came back with one form returned, `empty` has
    nothing."""

    portal: Portal
    address: str
    faulty: str
    done: str
    empty: str
    merged: tuple[str, ...]
    problem: str  # a number of the register, of `done`
    visits: tuple[str, str]  # inspections of `done`: one fed back, one under way

    def receipt(self, unit: str) -> str:
        with self.portal.desk.ledger.reading() as view:
            return [each.number for each in view.receipts(unit)][-1]


@dataclass(frozen=True)
class Who:
    """`unit`: whose pages they look at; `every`: all forms instead of two."""

    login: str
    role: Role
    unit: str
    every: bool = False


PEOPLE: Final = {
    "clerk": Who("u{faulty}", "clerk", "faulty", True),
    "clerk-new": Who("u{empty}", "clerk", "empty"),
    "clerk-returned": Who("u{done}", "clerk", "done"),
    "unit-reviewer": Who("s{done}", "unit_reviewer", "done"),
    "bureau": Who("shenhe", "bureau_reviewer", "done"),
    "leader": Who("lingdao", "leader", "faulty"),
    "guide": Who("zhidao", "guide", "faulty"),
    "admin": Who("xitong", "admin", ""),
    "security": Who("anquan", "security", ""),
    "auditor": Who("shenji", "auditor", ""),
}


def forms(world: World, who: Who) -> list[dict[str, Any]]:
    some = world.portal.desk.campaign.forms if who.every else ("trips", "approvals")
    return [{"unit": unit(world, who), "form": form} for form in some]


def unit(world: World, who: Who) -> str:
    return str(getattr(world, who.unit))


def own(world: World, who: Who) -> list[dict[str, Any]]:
    return [{"unit": unit(world, who)}]


def once(*_: Any) -> list[dict[str, Any]]:
    return [{}]


def versions(world: World, who: Who) -> list[dict[str, Any]]:
    return [{**each, "version": 1} for each in forms(world, who)[:1] if who.unit != "empty"]


def of_done(world: World, who: Who, number: str) -> list[dict[str, Any]]:
    return [{**each, "number": number} for each in own(world, who) if who.unit == "done"]


Pages = Callable[[World, Who], list[dict[str, Any]]]
PAGES: Final[dict[str, Pages]] = {
    "public.guide": once,
    "signin.sign_in": once,
    "signin.first_time": once,
    "signin.change_password": once,
    "signin.waiting": once,
    "signin.second_factor": once,
    "signin.enrol": once,
    "unit.checklist": own,
    "unit.form": forms,
    "submission.figures": own,
    "submission.evidence": lambda world, who: [{"unit": unit(world, who), "figure": "annex3.d4"}],
    "submission.receipts": own,
    "submission.receipt": lambda world, who: [
        {**each, "number": world.receipt(each["unit"])} for each in own(world, who) if who.unit != "empty"
    ],
    "versions.content": versions,
    "versions.compare": lambda world, who: [
        {**each, "form": "trips"} for each in own(world, who) if who.unit == "done"
    ],
    "bureau.matrix": once,
    "findings.overview": once,
    "bureau.reminders_page": once,
    "decisions.conflicts": once,
    "police.overview": once,
    "results.overview": once,
    "results.folder": lambda world, _: [{"kind": "merged", "name": world.merged[0]}],
    "snapshots.overview": once,
    "inspection.units": once,
    "inspection.overview": once,
    "inspection.one": lambda world, who: [
        each
        for number in (world.visits[:1] if who.role in UNIT_ROLES else world.visits)
        for each in of_done(world, who, number)
    ],
    "register.overview": once,
    "register.unit_list": own,
    "register.one": lambda world, who: of_done(world, who, world.problem),
    "bans.overview": once,
    "officers.accounts": once,
    "officers.system": once,
    "rights.overview": once,
    "rights.one": lambda world, _: [{"login": f"u{world.done}"}, {"login": "anquan"}],
    "audit.entries": once,
}
FILES: Final = {
    "unit.pack",
    "unit.blank",
    "unit.original",
    "unit.received",
    "unit.marked",
    "submission.printable",
    "submission.receipt_pdf",
    "inspection.notice",
    "register.evidence",
}
NO_PAGE: Final = {"static", "bootstrap.static", "public.health", "public.home"}


def test_every_get_route_is_a_page_a_file_or_none_of_both(shared: Portal) -> None:
    routes = {rule.endpoint for rule in shared.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert routes == PAGES.keys() | FILES | NO_PAGE


@pytest.fixture(scope="module")
def world(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    for portal in opened(prepared, tmp_path_factory.mktemp("pages")):
        portal.app.config["PROPAGATE"] = False
        faulty, done = (code for code in portal.units if prepared.files(2, code))
        (empty,) = (code for code in portal.units if not prepared.files(2, code))
        clerk, bureau = portal.clerk(done), portal.signed_in("shenhe")
        send(portal.clerk(faulty), faulty, prepared.files(1, faulty))
        returned = portal.file(done, "05-")
        send(clerk, done, [returned, *prepared.files(2, done)])
        explain_all(portal, done)
        assert clerk.post(f"/units/{done}/submit").status_code == 302
        others = (f"{done}/{form}" for form in portal.desk.campaign.forms if form != "annex3")
        decide(bureau, "accept", *others)
        merged = [merge(portal, bureau)]
        visits = (inspected(bureau, done, close=True), inspected(bureau, done, close=False))
        problem = problems(portal.desk.bureau_with_registers(), done)[0].number
        decide(bureau, "return", f"{done}/annex3")
        decide(bureau, "reopen", f"{done}/staff", f"{done}/trips")
        send(clerk, done, [returned])
        merged.append(merge(portal, bureau))
        with in_thread(portal.app) as address:
            yield World(
                portal,
                address,
                faulty,
                done,
                empty,
                tuple(merged),
                problem,
                visits,
            )


def decide(client: FlaskClient, kind: str, *targets: str) -> None:
    words = {"kind": kind, "target": list(targets), "reason": "请补填第一行的审批编号"}
    assert client.post("/bureau/decisions", data=words).status_code == 302


def merge(portal: Portal, client: FlaskClient) -> str:
    """A snapshot made as the bureau makes it; its name."""
    assert client.post("/bureau/results/merge").status_code == 302
    for _ in range(240):
        job = work.recent(portal.desk.state, ("merge",))[0]
        if not job.running:
            break
        time.sleep(0.5)
    assert job.state == "done", job.sentence
    return str(job.result["name"])


def inspected(client: FlaskClient, unit: str, *, close: bool) -> str:
    """A visit with one finding, fed back to the unit where it is closed; its number."""
    started = client.post("/inspections", data={"unit": unit, "team": "王一、李二", "hosts": "赵三"})
    number = started.location.rsplit("/", 1)[1]
    steps = [("findings", {"category": "V8b", "fact": "证件放在抽屉"})]
    steps += [("close", {"opinion": "属实"}), ("feedback", {"signed": "1"})] if close else []
    for step, words in steps:
        answer = client.post(f"/units/{unit}/inspections/{number}/{step}", data=words)
        assert answer.status_code == 302, answer.get_data(as_text=True)
    return number


FILE_ARGUMENTS: Final[dict[str, Any]] = {"form": "trips", "version": 1, "number": 0}
UNCOUNTED: Final = {"audit", "sessions", "failures"}  # who looked, and when: that is meant
OWN_MEMORY: Final = {"checked"}  # what a check found, kept for the next process: it can be thrown away


def state_of(portal: Portal) -> dict[str, Any]:
    """Every row of every table, and every file, that a look at a page must leave alone."""
    with portal.desk.ledger.reading() as view:
        rows = {
            name: sorted(map(repr, view.connection.execute(table.select())))
            for name, table in metadata.tables.items()
            if name not in UNCOUNTED
        }
    files = {
        str(file.relative_to(portal.folder)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in portal.folder.rglob("*")
        if file.is_file() and not file.name.startswith("ledger.db") and file.parent.name not in OWN_MEMORY
    }
    return {**rows, **files}


def looks(world: World, who: Who) -> Iterator[str]:
    """The addresses of all pages and files that a person may open."""
    accesses = declared(world.portal.app)
    for endpoint in sorted(PAGES.keys() | FILES | {"public.health", "public.home"}):
        if not (accesses[endpoint].open_to != "rights" or accesses[endpoint].admits(who.role)):
            continue
        if endpoint in PAGES:
            for arguments in PAGES[endpoint](world, who):
                yield address(world.portal.app, endpoint, arguments)
            continue
        given = {**FILE_ARGUMENTS, "unit": unit(world, who) if who.unit else ""}
        if endpoint.startswith("inspection."):
            given["number"] = world.visits[0]
        elif endpoint.startswith("register."):
            given["number"] = world.problem
        elif endpoint.startswith("submission.") and who.unit != "empty":
            given["number"] = world.receipt(given["unit"])
        rule = next(world.portal.app.url_map.iter_rules(endpoint))
        yield address(world.portal.app, endpoint, {name: given[name] for name in rule.arguments})


def test_looking_changes_nothing(world: World) -> None:
    """GET of every route, as everybody: rows and files stay as they are; only the audit log grows."""
    people = []
    for who in PEOPLE.values():
        login = who.login.format(faulty=world.faulty, done=world.done, empty=world.empty)
        people.append((who, world.portal.signed_in(login)))
    with world.portal.desk.ledger.reading() as view:
        known = len(list(view.audit_rows()))
    people[0][1].get(f"/units/{world.faulty}")  # the first check of all makes the key that keeps it
    before, seen = state_of(world.portal), Counter[int]()
    for who, client in people:
        for at in looks(world, who):
            answer = client.get(at)
            answer.close()
            seen[answer.status_code] += 1
            assert answer.status_code in (200, 302, 404), (who, at, answer.status_code)
    assert state_of(world.portal) == before
    assert seen[200] > 150, seen
    with world.portal.desk.ledger.reading() as view:
        kinds = {entry.kind for entry, _ in list(view.audit_rows())[known:]}
    assert kinds <= {"downloaded", "page_refused"}, kinds


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_a_person_may_open(world: World, browser: Browser, name: str) -> None:
    who, app, seen = PEOPLE[name], world.portal.app, 0
    login = who.login.format(faulty=world.faulty, done=world.done, empty=world.empty)
    screen = window(browser, world.address, name, token_of(world.portal.signed_in(login)))
    for endpoint, access in sorted(declared(app).items()):
        if endpoint in PAGES and access.open_to == "rights" and access.admits(who.role):
            for n, arguments in enumerate(PAGES[endpoint](world, who)):
                screen.examined(address(app, endpoint, arguments), f"{endpoint}-{n}")
                seen += 1
    assert seen > 0 and screen.complaints == []


def test_the_pages_before_and_around_signing_in(world: World, browser: Browser) -> None:
    app, accesses = world.portal.app, declared(world.portal.app)
    visitor = window(browser, world.address, "visitor")
    # The security officer has no second factor yet: enrolling is shown to whoever has none.
    signed_in = window(browser, world.address, "signed-in", token_of(world.portal.signed_in("anquan")))
    for endpoint in PAGES:
        if accesses[endpoint].open_to != "rights":
            screen = visitor if accesses[endpoint] is PUBLIC else signed_in
            screen.examined(address(app, endpoint, {}), endpoint)
    assert [*visitor.complaints, *signed_in.complaints] == []


def address(app: Flask, endpoint: str, arguments: dict[str, Any]) -> str:
    with app.test_request_context():
        return url_for(endpoint, **arguments)


ERRORS: Final = {
    400: "没有看懂这次请求",
    401: "请先登录",
    403: "您的角色不能打开此页",
    404: "没有这个页面",
    405: "不能这样打开此页",
    409: "内容已被别人改动",
    413: "文件太大",
    429: "操作太频繁",
    500: "系统出错",
    503: "系统正在维护",
}


@pytest.fixture
def failing(world: World) -> Iterator[None]:
    """The help page fails with the code asked for, as any page may."""
    views = world.portal.app.view_functions
    whole = views["public.guide"]

    def fails() -> Any:
        abort(request.args.get("code", 500, type=int))

    views["public.guide"] = fails
    yield
    views["public.guide"] = whole


def test_what_axe_finds_is_noticed(world: World, browser: Browser) -> None:
    """The checks of this module can fail: a page with known faults has them all."""
    screen = window(browser, world.address, "faulty")
    wrong = "<html><title>x</title><img src='data:,'><input><p style='color:#ddd'>hard to read</p>"
    screen.page.set_content(wrong)
    found = {line.split(":")[0] for line in faults(screen.page)}
    known = {"critical image-alt", "critical label", "serious color-contrast", "serious html-has-lang"}
    assert known <= found


def test_every_error_has_a_page_with_a_sentence_and_a_way_on(
    world: World, browser: Browser, failing: None
) -> None:
    screen = window(browser, world.address, "error", token_of(world.portal.clerk(world.faulty)))
    for code, title in ERRORS.items():
        answer = screen.page.goto(f"{world.address}/help?code={code}")
        assert answer is not None and answer.status == code
        screen.shot(str(code))
        assert screen.page.locator("h1").inner_text() == title
        assert "。" in screen.page.locator(".lead-own").inner_text()
        assert screen.page.locator("main a.primary").count() == 1
        assert faults(screen.page) == []
    # The browser itself names the failed document; there is nothing else to complain about.
    assert [each for each in screen.complaints if "the server responded with a status of" not in each] == []


SEND: Final = """said => { const form = document.createElement('form'); form.method = 'post';
  form.action = '/bureau/waivers';
  for (const name in said) { const field = document.createElement('input');
    field.name = name; field.value = said[name]; form.appendChild(field); }
  document.body.appendChild(form); form.submit(); }"""


def test_what_was_typed_stands_on_pages_that_everybody_can_use(world: World, browser: Browser) -> None:
    """After a refusal, on the sign-in page of an expired session, and after signing in again."""
    password = world.portal.prepared.passwords["shenhe"]
    screen = window(browser, world.address, "kept", token_of(world.portal.signed_in("shenhe")))
    page, words = screen.at("/help"), "经局长办公会研究，同意豁免这一处问题，并请单位补报说明。"
    found = []
    for n, step in enumerate(("refused", "expired", "again")):
        with page.expect_navigation():
            if step == "again":
                page.fill("[name=login]", "shenhe")
                page.fill("[name=password]", password)
                page.click("main button.primary")
            else:
                page.evaluate(SEND, {"unit": world.done, "reason": words, "approver": ""})
        screen.shot(step)
        found += faults(page)
        page.set_viewport_size(PHONE)
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        found += [f"{step}: {wide} px wide on a phone"] * (wide > PHONE["width"])
        page.set_viewport_size(DESK)
        assert (page.locator("[name=reason]").count() == 1) == (n != 1)
        if step == "refused":
            page.context.add_cookies([{"name": "huizong", "value": "gone", "url": world.address}])
    assert page.locator("[name=reason]").input_value() == words
    assert found == []


def test_a_clerk_finds_the_way_by_keyboard(world: World, browser: Browser) -> None:
    screen = window(browser, world.address, "keyboard", token_of(world.portal.clerk(world.faulty)))
    page = screen.at(f"/units/{world.faulty}")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["text"] == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"
    wanted = page.evaluate(REACHABLE)
    reached = []
    for _ in range(wanted + 5):
        page.keyboard.press("Tab")
        at = page.evaluate(FOCUSED)
        if at["text"] == "跳到正文" or at["tag"] == "BODY":
            break
        reached.append(at)
    assert len(reached) == wanted
    assert [each["text"] for each in reached if not each["outlined"]] == []
    assert screen.complaints == []


FOCUSED: Final = """() => {
  const at = document.activeElement, style = getComputedStyle(at), label = at.labels && at.labels[0];
  const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const beside = at.nextElementSibling && getComputedStyle(at.nextElementSibling);
  return {tag: at.tagName, text: (at.textContent || at.name || '').trim().slice(0, 40),
          outlined: shown || Boolean(beside && beside.outlineStyle !== 'none')};
}"""
REACHABLE: Final = """() => Array.from(document.querySelectorAll(
    'main a[href], main button, main input, main summary, main [tabindex="0"]'))
  .filter(each => each.type !== 'hidden' && each.checkVisibility({checkVisibilityCSS: true})).length"""
