"""What somebody typed comes back: after a refusal, after somebody else's change, after an expired session."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient

from collector.portal import kept as keeping
from collector.portal.app import create_app
from collector.portal.kept import Kept, draft, label
from tests.portal.portals import DAY, Portal, Prepared

TEMPLATES = Path(keeping.__file__).parent / "templates"
WORDS = "已与本人和保卫科核实，出国期间单位派员陪同，情况属实。"
OURS, FOREIGN = {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "cross-site"}


def text(answer: Any) -> str:
    return html.unescape(answer.get_data(as_text=True))


def hidden(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]* name="{name}"[^>]* value="([^"]*)"', page)
    assert found, name
    return found[1]


def drafted(page: str) -> str:
    """The part of the page that holds what was typed; a form only where it may be sent again."""
    found = re.search(r'<(form|div) class="draft".*?回到原页面</a></p>', page, re.S)
    assert found, page
    assert (found[1] == "form") == ("再提交一次" in found[0]) == ("csrf_token" in found[0])
    return found[0]


def expire(client: FlaskClient) -> None:
    client.set_cookie("huizong", "no-longer-known", domain="localhost")


def enter(portal: Portal, client: FlaskClient, page: str, login: str) -> Any:
    """Signs in by the page that was given instead of an answer."""
    said = {"login": login, "password": portal.prepared.passwords[login]}
    return client.post(
        "/sign-in", data={**said, "kept": hidden(page, "kept"), "after": hidden(page, "after")}
    )


def test_every_field_that_people_write_in_is_known_by_its_label(shared: Portal) -> None:
    """A new text field in a template that `kept` does not know would be lost unseen."""
    wanted = set()
    for file in TEMPLATES.rglob("*.html"):
        if file.parent.name in ("signin", "audit"):
            continue
        for post in re.findall(r'<form method="post".*?</form>', file.read_text("utf-8"), re.S):
            for field in re.findall(r'<(?:input|textarea)[^>]*class="form-control[^>]*>', post):
                if 'type="file"' not in field:
                    wanted |= set(re.findall(r'\bname="([a-z_]+)"', field))
    assert {"reason", "fact", "team", "lines"} <= wanted
    assert [name for name in sorted(wanted) if not label(name, shared.desk.campaign)] == []


def test_a_refused_step_shows_what_was_typed_ready_to_be_sent_again(shared: Portal) -> None:
    said = {"unit": shared.units[0], "handle": "gone", "reason": WORDS, "approver": ""}
    answer = shared.signed_in("shenhe").post("/bureau/waivers", data=said)
    form = drafted(text(answer))
    assert answer.status_code == 409
    assert 'action="/bureau/waivers"' in form and f'value="{WORDS}"' in form
    assert hidden(form, "handle") == "gone" and "批准人" in form and "再提交一次" in form


def test_a_step_in_which_nothing_was_typed_offers_nothing(shared: Portal) -> None:
    answer = shared.signed_in("shenhe").post("/bureau/decisions", data={"kind": "accept", "reason": " "})
    assert answer.status_code == 409 and "您刚才写的内容" not in text(answer)


def test_a_page_that_one_may_not_open_gives_the_words_back_to_be_copied_only(shared: Portal) -> None:
    answer = shared.clerk(shared.units[0]).post("/bureau/waivers", data={"reason": WORDS})
    form = drafted(text(answer))
    assert answer.status_code == 403 and WORDS in form and "readonly" in form and "再提交一次" not in form


def test_after_an_expired_session_signing_in_leads_to_what_was_typed(portal: Portal) -> None:
    unit = portal.units[0]
    clerk, path = portal.clerk(unit), f"/units/{unit}/explanations"
    expire(clerk)
    gone = clerk.post(path, data={"handle": "abc", "before": "", "reason": WORDS})
    page = text(gone)
    assert gone.status_code == 401 and "登录已过期" in page and "您刚才写的内容还在" in page
    assert WORDS not in page  # sealed: nothing to read before signing in
    assert 'action="/sign-in"' in page
    mistyped = clerk.post(
        "/sign-in", data={"login": f"u{unit}", "password": "wrong", "kept": hidden(page, "kept")}
    )
    assert hidden(text(mistyped), "kept") == hidden(page, "kept")
    back = text(enter(portal, clerk, page, f"u{unit}"))
    form = drafted(back)
    assert f'action="{path}"' in form and f'value="{WORDS}"' in form and hidden(form, "handle") == "abc"
    assert "再提交一次" in form and f'href="/units/{unit}"' in form
    assert clerk.get(f"/units/{unit}").status_code == 200  # signed in


def test_what_was_typed_stays_with_those_who_may_do_it(portal: Portal) -> None:
    clerk = portal.clerk(portal.units[0])
    expire(clerk)
    page = text(clerk.post(f"/units/{portal.units[0]}/explanations", data={"reason": WORDS}))
    other = enter(portal, clerk, page, f"u{portal.units[1]}")
    assert other.status_code == 302 and other.location == "/"


def test_words_outlive_the_second_factor_too(portal: Portal) -> None:
    reviewer = portal.signed_in("shenhe")
    picture = text(reviewer.get("/enrol"))
    found = re.search(r'密钥：<code class="secret">([^<]+)', picture)
    assert found
    secret = found[1].replace(" ", "")
    code = pyotp.TOTP(secret)
    assert reviewer.post("/enrol", data={"code": code.now()}).status_code == 302
    expire(reviewer)
    page = text(reviewer.post("/bureau/decisions", data={"kind": "return", "target": "x", "reason": WORDS}))
    second = text(enter(portal, reviewer, page, "shenhe"))
    assert "输入动态口令" in second and 'action="/second-factor"' in second
    later = code.at(int(time.time()) + 30)  # a code counts once
    done = text(reviewer.post("/second-factor", data={"code": later, "kept": hidden(second, "kept")}))
    assert f'value="{WORDS}"' in drafted(done)


def test_the_page_that_was_wanted_opens_after_both_factors(portal: Portal) -> None:
    asked = portal.visitor().get("/bureau/police?unit=001")
    assert asked.location == "/sign-in?after=/bureau/police?unit%3D001"


@pytest.fixture(scope="module")
def guarded(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """With form tokens, as it runs."""
    folder = tmp_path_factory.mktemp("guarded") / "campaign"
    shutil.copytree(prepared.campaign, folder)
    app = create_app(folder, DAY)
    yield Portal(app, prepared, folder)
    app.extensions["desk"].close()


@pytest.mark.parametrize("headers, again", [(OURS, True), (FOREIGN, False), ({}, False)])
def test_an_outdated_form_token_costs_no_words_but_foreign_ones_are_never_sent_on(
    guarded: Portal, headers: dict[str, str], again: bool
) -> None:
    client = guarded.visitor()
    token = hidden(text(client.get("/sign-in")), "csrf_token")
    said = {"login": "shenhe", "password": guarded.prepared.passwords["shenhe"], "csrf_token": token}
    assert client.post("/sign-in", data=said).status_code == 302
    answer = client.post(
        "/bureau/decisions", headers=headers, data={"csrf_token": token, "kind": "return", "reason": WORDS}
    )
    form = drafted(text(answer))
    assert answer.status_code == 400 and WORDS in form
    assert ("再提交一次" in form) == again and ("readonly" in form) != again


def test_only_what_was_sealed_here_is_opened(shared: Portal) -> None:
    kept = Kept("/units/001/ready", (("reason", "字"),), (), True)
    sealed = keeping.sealed(shared.desk, kept)
    assert keeping.opened(shared.desk, sealed) == kept
    assert keeping.opened(shared.desk, sealed[:-8] + "AAAAAAA=") is None
    assert keeping.opened(shared.desk, "nonsense") is None


def test_a_draft_leads_back_to_the_nearest_page(shared: Portal) -> None:
    unit = shared.units[0]
    with shared.app.test_request_context():
        pages = {
            path: draft(Kept(path, (("reason", "字"),), (), True), shared.desk.campaign).back  # type: ignore[union-attr]
            for path in (f"/units/{unit}/forms/staff/nil", f"/units/{unit}/recall", "/bureau/waivers", "/x/y")
        }
    assert list(pages.values()) == [f"/units/{unit}/forms/staff", f"/units/{unit}", "/bureau", "/"]


def test_a_browser_that_was_closed_and_opened_again_costs_no_words(guarded: Portal) -> None:
    """Neither session nor form token is left."""
    answer = guarded.visitor().post("/bureau/waivers", headers=OURS, data={"reason": WORDS})
    page = text(answer)
    assert answer.status_code == 401 and "您刚才写的内容还在" in page
    kept = keeping.opened(guarded.desk, hidden(page, "kept"))
    assert kept == Kept("/bureau/waivers", (("reason", WORDS),), (), True)


def test_of_a_long_checklist_only_what_was_filled_in_is_shown_and_nothing_is_left_out(shared: Portal) -> None:
    said = (
        ("note-X01", "抽查三人"),
        ("result-X01", "不符"),
        ("note-X02", ""),
        ("result-X02", ""),
        ("result-K3", "不符"),
        ("note-K3", ""),
        ("version", "3"),
    )
    with shared.app.test_request_context():
        kept = draft(Kept("/units/001/inspections/001-J01/items", said, (), True), shared.desk.campaign)
    assert kept is not None
    assert [(each.label, each.text) for each in kept.typed] == [
        ("情况（X01）", "抽查三人"),
        ("检查结果（X01）", "不符"),
        ("检查结果（K3）", "不符"),
        ("情况（K3）", ""),  # what was left out is what the refusal asks for
    ]
    assert dict(kept.unseen) == {"note-X02": "", "result-X02": "", "version": "3"}
