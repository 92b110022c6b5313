"""The three officers: who makes accounts grants nothing, who grants makes none, who audits only reads."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from collector.people import User
from collector.portal.audit import begins, ends
from collector.portal.audit_words import KINDS, about, word
from collector.portal.officers import condition
from collector.portal.paging import cut
from collector.roles import MAY, OFFICERS
from tests.portal.conftest import opened
from tests.portal.phase_two import audited, text
from tests.portal.portals import Portal, Prepared


@pytest.fixture(scope="module")
def portal(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from opened(prepared, tmp_path_factory.mktemp("officers"))


@pytest.fixture
def admin(portal: Portal) -> FlaskClient:
    return portal.signed_in("xitong")


@pytest.fixture
def security(portal: Portal) -> FlaskClient:
    return portal.signed_in("anquan")


def test_no_right_is_held_by_two_officers_and_none_of_business_by_any() -> None:
    held = {right: roles & OFFICERS for right, roles in MAY.items() if roles & OFFICERS}
    assert all(len(roles) == 1 and MAY[right] == roles for right, roles in held.items())
    assert {role for roles in held.values() for role in roles} == OFFICERS


def test_many_accounts_are_made_at_once_and_rest_until_another_officer_grants(
    portal: Portal, admin: FlaskClient, security: FlaskClient
) -> None:
    unit = portal.units[0]
    lines = f"zhang1 张一 {unit}\nli2\t李二\t{unit}\n"
    page = text(admin.post("/officers/accounts/many", data={"lines": lines}))
    assert "已建立 2 个账号" in page and "zhang1" in page
    code = re.search(r"li2 李二 \d+ ([A-Z0-9-]+)", page)
    assert code is not None
    portal.desk.accounts.first_login("li2", code[1], "Spring-wheat7-boat")
    visitor = portal.visitor()
    visitor.post("/sign-in", data={"login": "li2", "password": "Spring-wheat7-boat"})
    assert "/waiting" in visitor.get(f"/units/{unit}").location
    assert admin.post("/officers/roles", data={"target": "li2", "role": "clerk"}).status_code == 403
    answer = security.post("/officers/roles", data={"target": ["zhang1", "li2"], "role": "clerk"})
    assert answer.status_code == 302
    roles = {each.login: each.role for each in portal.desk.accounts.users()}
    assert (roles["zhang1"], roles["li2"]) == ("clerk", "clerk")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("wang3 王三 001\nu001 某某 001", "u001”已存在"),
        ("wang3 王三 999", "第 1 行：没有代码为“999”的单位"),
        ("wang3 王三 001\n\n王四", "第 3 行“王四”看不懂"),
        (" \n", "请每行写一个账号"),
    ],
)
def test_one_wrong_line_and_no_account_is_made(
    portal: Portal, admin: FlaskClient, lines: str, sentence: str
) -> None:
    answer = admin.post("/officers/accounts/many", data={"lines": lines})
    assert answer.status_code in (400, 409) and sentence in text(answer)
    assert portal.desk.accounts.user("wang3") is None


def test_a_reset_of_the_bureaus_account_says_that_its_role_has_lapsed(
    portal: Portal, admin: FlaskClient, security: FlaskClient
) -> None:
    assert "现在没有角色" in text(admin.post("/officers/accounts/lingdao/reset"))
    assert "1 个账号等待授权" in text(security.get("/officers/roles"))
    security.post("/officers/roles/lingdao", data={"role": "leader"})
    assert "等待授权" not in text(security.get("/officers/roles"))
    assert "现在没有角色" not in text(admin.post(f"/officers/accounts/u{portal.units[2]}/reset"))


def test_the_security_officer_says_which_units_a_guide_sees(portal: Portal, security: FlaskClient) -> None:
    first, second, *_ = portal.units
    assert security.post("/officers/scope/zhidao", data={"units": [first]}).status_code == 302
    guide = portal.signed_in("zhidao")
    assert [guide.get(f"/units/{each}").status_code for each in (first, second)] == [200, 404]
    assert "1 / 1" not in text(guide.get("/inspection")) and "0 / 1" in text(guide.get("/inspection"))
    assert security.post("/officers/scope/zhidao", data={"units": ["999"]}).status_code == 400
    assert (
        security.post("/officers/scope/anquan", data={"units": [first]}).status_code == 400
    )  # not to himself


@pytest.mark.parametrize(
    ("password", "created", "state"),
    [
        (True, "2019-08-01", "正常"),
        (False, "2019-08-10", "待设密码"),
        (False, "2019-08-01", "超过 7 天没有启用，请停用"),
    ],
)
def test_an_account_nobody_uses_is_pointed_out(password: bool, created: str, state: str) -> None:
    person = User(1, "x", "x", None, None, (), False, password, False, 1, f"{created}T00:00:00+00:00")
    assert condition(person, datetime(2019, 8, 11, tzinfo=UTC))[1] == state


def logins(client: FlaskClient, address: str) -> list[str]:
    """Those in a list of accounts, in its order."""
    page = client.get(address).get_data(as_text=True)
    return re.findall(r'data-label="用户名">(?:<a [^>]*>)?([\w.-]+)<', page)


def test_accounts_come_in_pages_and_are_found_by_name_role_unit_or_state(
    portal: Portal, admin: FlaskClient, security: FlaskClient
) -> None:
    unit, lines = portal.desk.campaign.units[-1], [f"many{n:02} 甲{n}" for n in range(60)]
    assert admin.post("/officers/accounts/many", data={"lines": "\n".join(lines)}).status_code == 200
    first, second = (logins(admin, f"/officers/accounts?page={n}") for n in (1, 2))
    assert len(first) == 50 and len(second) > 10 and not set(first) & set(second)
    assert "下一页" in text(admin.get("/officers/accounts"))
    of_unit = logins(admin, f"/officers/accounts?find={unit.short_name}")
    assert of_unit == [f"s{unit.code}", f"u{unit.code}"]
    assert logins(admin, "/officers/accounts?find=XITONG") == ["xitong"]
    assert logins(security, "/officers/roles?find=指导组") == ["zhidao"]
    assert "没有符合条件的账号" in text(admin.get("/officers/accounts?find=nobody"))
    admin.post("/officers/accounts/many07/switch", data={"off": "1"})
    assert logins(admin, "/officers/accounts?state=off") == ["many07"]
    assert "many07" not in logins(security, "/officers/roles?state=waiting&page=2")


@pytest.mark.parametrize(
    ("number", "shown", "at"), [(1, [1, 2], 1), (2, [3, 4], 2), (3, [5], 3), (9, [5], 3), (-1, [1, 2], 1)]
)
def test_a_page_that_is_not_there_is_the_nearest_one(number: int, shown: list[int], at: int) -> None:
    page = cut([1, 2, 3, 4, 5], 2, number)
    assert (list(page.rows), page.number, page.pages, page.total) == (shown, at, 3, 5)


@pytest.mark.parametrize(
    ("object_", "words"),
    [
        ("001/staff v2", "甲院　2 名册　第2版"),
        ("001 pack", "甲院　材料包"),
        ("001/@82da5 v1", "甲院　扫描件　第1版"),
        ("001 X01", "甲院　应备未备"),
        ("xitong", "xitong"),
        ("", ""),
    ],
)
def test_an_object_of_the_log_is_told_in_words(object_: str, words: str) -> None:
    assert about(object_, {"001": "甲院", "staff": "2 名册", "X01": "应备未备", "pack": "材料包"}) == words


def test_an_empty_list_has_one_page() -> None:
    assert cut([], 2, 1).pages == 1


def test_the_auditor_finds_rows_by_who_what_and_day(portal: Portal, admin: FlaskClient) -> None:
    admin.post("/officers/accounts/u001/switch", data={"off": "1"})
    admin.post("/officers/accounts/u001/switch", data={"off": "0"})
    auditor = portal.signed_in("shenji")
    page = text(auditor.get("/audit?user=xitong&kind=account_disabled&object=u001"))
    assert "1 条" in page and "停用账号" in page and "成功" in page
    assert "0 条" in text(auditor.get("/audit?user=xitong&kind=account_disabled&until=2019-01-01"))
    assert "授予角色" in text(auditor.get("/audit?kind=role_granted")) and "单位填报" in text(
        auditor.get("/audit?kind=role_granted")
    )
    assert "没有符合条件" in text(auditor.get("/audit?object=100%25"))  # a wildcard is a word like any other
    lines = auditor.post("/audit/export").get_data(as_text=True).splitlines()
    assert json.loads(lines[0])["seq"] == 1 and len(lines) > 20
    assert "没有被改动或删去" in text(auditor.post("/audit/verify"))


def test_a_day_of_the_log_is_one_of_beijing() -> None:
    day = datetime(2019, 8, 11, tzinfo=UTC).date()
    assert (begins(day), ends(day)) == (
        "2019-08-10T16:00:00.000000+00:00",
        "2019-08-11T16:00:00.000000+00:00",
    )
    assert (begins(None), ends(None)) == ("", "")


def test_every_event_that_happened_has_a_word(portal: Portal) -> None:
    with portal.desk.ledger.reading() as view:
        kinds = view.audit_kinds()
    assert [kind for kind in kinds if word(kind) == kind] == [] and len(KINDS) > 40


def test_who_audits_changes_nothing(portal: Portal) -> None:
    auditor = portal.signed_in("shenji")
    for address in ("/officers/roles", "/officers/accounts/many", "/bureau/decisions", "/register/steps"):
        assert auditor.post(address).status_code == 403
    assert len(audited(portal, "page_refused")) >= 4
