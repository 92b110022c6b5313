"""Headers, tokens, cookies, sessions and templates: what holds on every page."""

from __future__ import annotations

import ast
import re
import shutil
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from collector.portal.app import create_app
from collector.portal.headers import HEADERS
from collector.portal.signin import safe_target
from tests.portal.portals import DAY, Portal, Prepared

TEMPLATES = Path(__file__).parents[2] / "collector" / "portal" / "templates"


@pytest.mark.parametrize(
    "login, address, status",
    [
        ("", "/sign-in", 200),
        ("", "/nothing", 404),
        ("", "/static/portal.css", 200),
        ("", "/health", 200),
        ("u{unit}", "/units/{unit}", 200),
        ("u{unit}", "/units/999", 404),
        ("u{unit}", "/bureau", 403),
        ("u{unit}", "/units/{unit}/pack", 200),
        ("shenhe", "/bureau", 200),
    ],
)
def test_every_answer_carries_the_headers(shared: Portal, login: str, address: str, status: int) -> None:
    unit = shared.units[0]
    client = shared.signed_in(login.format(unit=unit)) if login else shared.visitor()
    answer = client.get(address.format(unit=unit))
    answer.close()
    assert answer.status_code == status
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS
    if "static" not in address:
        assert answer.headers["Cache-Control"] == "no-store"


def test_downloads_are_attachments_with_their_chinese_name(shared: Portal) -> None:
    answer = shared.clerk(shared.units[0]).get(f"/units/{shared.units[0]}/forms/staff/blank")
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''02-%E6%9C%AC" in answer.headers["Content-Disposition"]


def test_templates_hold_no_inline_script_style_or_unescaped_value() -> None:
    forbidden = re.compile(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|\|\s*safe\b|javascript:", re.I)
    found = [
        (path.name, hit.group())
        for path in TEMPLATES.rglob("*.html")
        for hit in forbidden.finditer(path.read_text("utf-8"))
    ]
    assert found == []


def test_no_module_of_the_portal_needs_itself() -> None:
    """Imports inside functions count too: they only hide a circle."""
    needs: dict[str, set[str]] = {}
    for file in TEMPLATES.parent.glob("*.py"):
        if file.stem == "__init__":
            continue
        found = needs.setdefault(file.stem, set())
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "collector.portal":
                found |= {each.name for each in node.names}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("collector.portal."):
                found.add(str(node.module).rpartition(".")[2])
    assert len(list(TopologicalSorter(needs).static_order())) >= len(needs) > 40   # raises CycleError


def test_script_and_style_ask_nothing_that_old_browsers_lack() -> None:
    """Offices still run the browsers of 2016: ES5, and no newer CSS than flexible boxes."""
    static = TEMPLATES.parent / "static"
    script = re.sub(r"/\*.*?\*/", "", (static / "portal.js").read_text("utf-8"), flags=re.S)
    assert re.findall(r"=>|`|\b(?:let|const|class|async|await)\b|\.\.\.|\?\.|\?\?", script) == []
    newer = r"var\(--|[^-]gap:|:(?:is|has|where)\(|(?:clamp|min|max)\(|inset:|aspect-ratio|@layer|\bgrid|&"
    for sheet in static.glob("*.css"):
        assert re.findall(newer, sheet.read_text("utf-8")) == [], sheet.name


def test_no_post_passes_without_a_form_token(prepared: Prepared, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(prepared.campaign, folder)
    app = create_app(folder, DAY)
    client, unit = app.test_client(), app.extensions["desk"].campaign.units[0].code
    page = client.get("/sign-in").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token is not None
    entered = client.post(
        "/sign-in",
        data={"login": f"u{unit}", "password": prepared.passwords[f"u{unit}"], "csrf_token": token[1]},
    )
    assert entered.status_code == 302
    posts = [rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or set())]
    values = {"unit": unit, "form": "staff", "login": "x", "number": 1, "kind": "merged", "name": "x"}
    values["version"] = 1
    with app.test_request_context():
        routes = [
            (
                rule.endpoint,
                app.url_map.bind("localhost").build(
                    rule.endpoint, {name: values[name] for name in rule.arguments}, method="POST"
                ),
            )
            for rule in posts
        ]
    assert {endpoint: client.post(address, data={}).status_code for endpoint, address in routes} == {
        endpoint: 400 for endpoint, _ in routes if endpoint not in SHOWS_ITS_FORM_AGAIN
    } | {endpoint: 400 for endpoint in SHOWS_ITS_FORM_AGAIN}
    app.extensions["desk"].close()


SHOWS_ITS_FORM_AGAIN = ("signin.sign_in",)


def test_the_session_cookie_is_not_for_scripts_and_bound_to_the_host_over_https(shared: Portal) -> None:
    login, password = "shenhe", shared.prepared.passwords["shenhe"]
    data = {"login": login, "password": password}
    plain = shared.visitor().post("/sign-in", data=data).headers.getlist("Set-Cookie")
    secure = (
        shared.visitor()
        .post("/sign-in", data=data, base_url="https://localhost")
        .headers.getlist("Set-Cookie")
    )
    (cookie,) = [each for each in secure if each.startswith("__Host-huizong=")]
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert any(each.startswith("huizong=") and "HttpOnly" in each for each in plain)


def test_signing_in_replaces_whatever_session_there_was(shared: Portal) -> None:
    client = shared.visitor()
    client.set_cookie("huizong", "planted-by-somebody", domain="localhost")
    client.post("/sign-in", data={"login": "shenhe", "password": shared.prepared.passwords["shenhe"]})
    cookie = client.get_cookie("huizong", domain="localhost")
    assert cookie is not None and cookie.value != "planted-by-somebody"


def test_signing_out_ends_the_session_on_the_server(portal: Portal) -> None:
    client = portal.signed_in("shenhe")
    cookie = client.get_cookie("huizong", domain="localhost")
    client.post("/sign-out")
    assert cookie is not None
    client.set_cookie("huizong", cookie.value, domain="localhost")
    assert client.get("/bureau").location.startswith("/sign-in")


def test_a_wrong_password_and_an_unknown_user_get_the_same_sentence(shared: Portal) -> None:
    client = shared.visitor()
    pages = [
        client.post("/sign-in", data={"login": login, "password": "Wrong-password-1"})
        for login in ("shenhe", "nobody")
    ]
    assert {page.status_code for page in pages} == {403}
    said = [re.findall(r'role="alert">([^<]+)<', page.get_data(as_text=True)) for page in pages]
    assert said[0] == said[1] != []


@pytest.mark.parametrize(
    "after, target",
    [
        ("/bureau?only=late", "/bureau?only=late"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
        (None, "/"),
    ],
)
def test_after_signing_in_one_stays_here(shared: Portal, after: str | None, target: str) -> None:
    with shared.app.test_request_context():
        assert safe_target(after) == target


def test_logs_and_audit_hold_no_id_number_and_no_file_name(
    portal: Portal, capfd: pytest.CaptureFixture[str]
) -> None:
    unit = portal.units[0]
    clerk, file = portal.clerk(unit), portal.file(unit, "02-")
    with file.open("rb") as data:
        clerk.post(f"/units/{unit}/uploads", data={"files": (data, "李四330399199001019999.xlsx")})
    clerk.get(f"/units/{unit}/forms/staff")
    said = capfd.readouterr()
    with portal.desk.ledger.reading() as view:
        log = "".join(str(vars(entry)) for entry, _ in view.audit_rows())
    assert not re.search(r"330399\d{11}[\dX]|李四", said.out + said.err + log)


def test_pages_mask_numbers_until_a_reason_is_written(portal: Portal) -> None:
    unit = portal.units[0]
    clerk = portal.clerk(unit)
    with portal.file(unit, "02-").open("rb") as data:
        clerk.post(f"/units/{unit}/uploads", data={"files": (data, "名册.xlsx")})
    page = clerk.get(f"/units/{unit}/forms/staff/versions/1").get_data(as_text=True)
    assert re.search(r"330399\*{8}[\dX]{4}", page) and not re.search(r"330399\d{11}", page)
    refused = clerk.post(f"/units/{unit}/forms/staff/in-full", data={"reason": ""})
    assert refused.status_code == 400
    assert clerk.post(f"/units/{unit}/forms/staff/in-full", data={"reason": "核对"}).status_code == 200
    with portal.desk.ledger.reading() as view:
        assert [entry.details for entry, _ in view.audit_rows() if entry.kind == "seen_in_full"] == ["核对"]
