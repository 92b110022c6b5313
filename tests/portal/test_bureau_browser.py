"""The second phase and the three officers at the screen: one server, people in windows of their own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Download, expect
from python_calamine import CalamineWorkbook

from tests.portal.conftest import opened
from tests.portal.phase_two import listed, scan
from tests.portal.portals import Portal, Prepared, token_of
from tests.portal.screens import Screen, in_thread, window

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]


@dataclass(frozen=True)
class Office:
    portal: Portal
    address: str
    browser: Browser

    def person(self, login: str, *, js: bool = True) -> Screen:
        token = token_of(self.portal.signed_in(login))
        return window(self.browser, self.address, login, token, js=js)


@pytest.fixture(scope="module")
def office(
    prepared: Prepared, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    for portal in opened(prepared, tmp_path_factory.mktemp("office")):
        listed(portal, portal.units[0])
        with in_thread(portal.app) as address:
            yield Office(portal, address, browser)


def content(download: Download) -> bytes:
    return Path(str(download.path())).read_bytes()


def test_an_inspection_its_feedback_and_a_problem_to_its_end(office: Office) -> None:
    unit = office.portal.units[0]
    bureau, clerk = office.person("shenhe"), office.person(f"u{unit}", js=False)
    page = bureau.at("/inspections")
    page.select_option("[name=unit]", unit)
    page.fill("[name=team]", "张某、李某")
    page.click("button:text-is('开始')")
    page.select_option("[name=result-K3]", "不符")
    page.fill("[name=note-K3]", "台账12本，实物11本")
    page.click("text=保存检查结果")
    page.select_option("[name=category]", "V8b")
    page.fill("[name=fact]", "证件放在办公室抽屉")
    page.click("button:text-is('记录')")
    expect(page.locator("table").last).to_contain_text("证件放在办公室抽屉")
    bureau.shot("inspection-open")
    page.click("text=检查记录定稿")
    page.click("text=已签发，发给单位")
    expect(page.locator(".note-green")).to_contain_text("已发出")
    with page.expect_download() as issued:
        page.click("text=下载反馈意见")
    with zipfile.ZipFile(io.BytesIO(content(issued.value))) as bundle:
        assert {name[-4:] for name in bundle.namelist()} == {"docx", ".pdf"}
        assert all(bundle.read(name)[:2] in (b"PK", b"%P") for name in bundle.namelist())

    # The unit has no JavaScript: every step is an ordinary form.
    theirs = clerk.at(f"/units/{unit}")
    theirs.click("text=问题整改（2）")
    clerk.shot("problems")
    theirs.click(f"text={unit}-V8b-01")
    theirs.select_option("[name=opinion]", "属实")
    theirs.fill("#answered-reason", "情况属实，已购置保险柜")
    proof = {"name": "保险柜.pdf", "mimeType": "application/pdf", "buffer": scan()}
    theirs.set_input_files("#answered-evidence", files=[proof])  # type: ignore[list-item]
    theirs.click("button:text-is('单位答复')")
    expect(theirs.locator("h1")).to_contain_text("单位意见")

    page = bureau.at(f"/units/{unit}/register/{unit}-V8b-01")
    page.click("button:text-is('提交局复核')")
    page.click("button:text-is('认定')")
    page.fill("#returned-reason", "核实结论选错，再核")
    page.click("button:text-is('退回复核')")
    expect(page.locator("h1")).to_contain_text("局复核")
    page.click("button:text-is('认定')")
    page.fill("#rectifying-responsible", "王院长")
    bureau.shot("problem")
    page.click("button:text-is('交办整改')")
    theirs = clerk.at(f"/units/{unit}/register/{unit}-V8b-01")
    theirs.fill("#rectified-done_on", "2019-08-10")
    theirs.fill("#rectified-reason", "已由专人专柜保管")
    theirs.click("button:text-is('报告整改完成')")
    expect(theirs.locator("main")).to_contain_text("已报告，等待局里核验")
    page = bureau.at(f"/units/{unit}/register/{unit}-V8b-01")
    page.click("button:text-is('销号')")
    expect(page.locator("h1")).to_contain_text("销号")
    with page.expect_download() as kept:
        page.click("text=取佐证材料")
    assert content(kept.value) == proof["buffer"] and kept.value.suggested_filename.endswith("保险柜.pdf")

    page = bureau.at("/register?state=closed", "register-closed")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.fill(".card-own [name=reason]", "局务会")
    with page.expect_download() as register:
        page.click("text=导出 xlsx")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(content(register.value))).get_sheet_by_index(0).to_python()
    )
    assert any(f"{unit}-V8b-01" in row and "已销号" in row for row in rows)
    assert [*bureau.complaints, *clerk.complaints] == []


def test_three_officers_bring_one_person_in(office: Office) -> None:
    unit = office.portal.units[1]
    admin, security = office.person("xitong"), office.person("anquan")
    page = admin.at("/officers/accounts")
    page.fill("#lines", f"chen3\t陈三\t{unit}")
    page.click("button:text-is('建立')")
    code = page.locator("code.secret").inner_text()
    admin.shot("codes")
    page = security.at("/officers/roles")
    page.check("[name=target][value=chen3]")
    page.select_option("[name=role]", "clerk")
    security.shot("roles")
    page.click("button:text-is('授予')")
    expect(page.locator(".note-green")).to_contain_text("已授予 1 个账号“单位填报”")

    new = window(office.browser, office.address, "chen3")
    page = new.at("/first-time")
    page.fill("#login", "chen3")
    page.fill("#code", code)
    page.fill("#password", "Spring-wheat7-boat")
    page.fill("#again", "Spring-wheat7-boat")
    page.click("main button")
    page.goto(f"{office.address}/sign-in")
    page.fill("#login", "chen3")
    page.fill("#password", "Spring-wheat7-boat")
    page.click("main button")
    expect(page.locator("h1")).to_contain_text(office.portal.desk.campaign.units_by_code[unit].name)

    audit = office.person("shenji")
    page = audit.at("/audit?object=chen3", "audit")
    expect(page.locator("tbody")).to_contain_text("建立账号")
    expect(page.locator("tbody")).to_contain_text("授予角色")
    page.click("text=核验记录是否完整")
    expect(page.locator("main")).to_contain_text("没有被改动或删去")
    assert [*admin.complaints, *security.complaints, *audit.complaints] == []


def test_problems_ticked_are_asked_about_without_the_words_of_another_step(office: Office) -> None:
    """One form holds the fields of all steps for many; what 交办整改 needs must not bar 交单位核实."""
    unit = office.portal.units[2]
    listed(office.portal, unit)
    bureau = office.person("shenhe")
    page = bureau.at(f"/register?unit={unit}&state=suspected")
    page.check("input[name=target]")
    page.click("button[name=move][value=rectifying]")  # its own fields are wanted: the browser says so
    expect(page.locator("input[name=target]")).to_be_checked()
    page.click("button[name=move][value=asked]")
    expect(page.locator(".note-green")).to_contain_text("已办 1 个问题")
    assert f"unit={unit}" in page.url  # and the list is the same
    assert bureau.complaints == []


def test_a_checklist_filled_in_and_not_saved_is_not_lost_by_another_button(office: Office) -> None:
    unit = office.portal.units[1]
    bureau, asked = office.person("shenhe"), []
    page = bureau.at("/inspections")
    page.select_option("[name=unit]", unit)
    page.fill("[name=team]", "张某")
    page.click("button:text-is('开始')")
    page.on("dialog", lambda dialog: asked.append(dialog.type))
    page.click("[name=note-K3]")
    page.keyboard.type("台账12本")
    page.select_option("[name=category]", "V8c")
    page.fill("[name=fact]", "没有制度")
    page.click("button:text-is('记录')")
    expect(page.locator(".note-green")).to_contain_text("现场发现已记录")
    assert asked == ["beforeunload"]  # accepted by this window; a person may stay
    page.select_option("[name=result-K3]", "相符")
    page.click("text=保存检查结果")
    expect(page.locator(".note-green")).to_contain_text("已保存 1 项")
    page.click("text=集中检查")
    assert asked == ["beforeunload"]
    assert bureau.complaints == []
