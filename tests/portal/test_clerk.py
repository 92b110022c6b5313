"""A unit's clerk at the screen: by mouse, without JavaScript, and with a second person who confirms."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pdfplumber
import pytest
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from collector.portal.scans import named_by_rows
from tests.portal.conftest import opened
from tests.portal.portals import Portal, Prepared, explain_all, send, token_of
from tests.portal.screens import PHONE, Screen, in_thread, window

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SETTING = "second_person_confirms: {value: false"


@pytest.fixture
def address(portal: Portal) -> Iterator[str]:
    with in_thread(portal.app) as found:
        yield found


def at_home(browser: Browser, portal: Portal, address: str, login: str, **options: bool) -> Screen:
    screen = window(browser, address, login, token_of(portal.signed_in(login)), **options)
    screen.at("/")
    return screen


def faulty(portal: Portal) -> str:
    return next(code for code in portal.units if portal.prepared.files(2, code))


def blob(name: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": "application/pdf", "buffer": data}


def drop(page: Page, files: list[Path]) -> None:
    """As from a file manager, onto the page and not onto the box."""
    page.evaluate(
        """files => {
          const carried = new DataTransfer();
          for (const [name, bytes] of files) { carried.items.add(new File([new Uint8Array(bytes)], name)); }
          document.querySelector('h1').dispatchEvent(
            new DragEvent('drop', {dataTransfer: carried, bubbles: true, cancelable: true}));
        }""",
        [[file.name, list(file.read_bytes())] for file in files],
    )


def test_files_dropped_anywhere_are_told_apart_and_stay_after_a_reload(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = faulty(portal)
    page = (screen := at_home(browser, portal, address, f"u{unit}")).page
    drop(page, [portal.file(unit, "05-"), portal.file(unit, "02-")])
    lines = page.locator("#uploading .uploads > li")
    expect(page.locator("#uploading-sum")).to_contain_text("都传完了", timeout=60_000)
    expect(lines.nth(0)).to_contain_text("已收到“5 ")
    expect(lines.nth(1)).to_contain_text("已收到“2 ")
    expect(page.locator("#announce")).to_contain_text("2 个文件都传完了")
    expect(page.locator("#live tr", has_text="本单位工作人员名册")).to_contain_text("已上传")
    page.reload()
    expect(page.locator("#recent")).to_contain_text(portal.file(unit, "05-").name)
    assert screen.complaints == []


def test_a_folder_dropped_on_the_page_is_opened_up_with_what_lies_deeper(
    portal: Portal, address: str, browser: Browser, tmp_path: Path
) -> None:
    """A real folder, as the desktop hands it to the browser."""
    unit, folder = faulty(portal), tmp_path / "报送材料"
    (folder / "名册和证件").mkdir(parents=True)
    for stem, where in (("05-", folder), ("02-", folder / "名册和证件"), ("04-", folder / "名册和证件")):
        file = portal.file(unit, stem)
        (where / file.name).write_bytes(file.read_bytes())
    page = (screen := at_home(browser, portal, address, f"u{unit}")).page
    carried = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    hand = page.context.new_cdp_session(page)
    for step in ("dragEnter", "dragOver", "drop"):
        hand.send("Input.dispatchDragEvent", {"type": step, "x": 600, "y": 300, "data": carried})
    expect(page.locator("#uploading-sum")).to_contain_text("3 个文件都传完了", timeout=60_000)
    for stem in ("02-", "04-", "05-"):
        expect(page.locator("#uploading li", has_text=portal.file(unit, stem).name)).to_contain_text("已收到")
    assert screen.complaints == []


def test_a_pack_is_listed_file_by_file(
    portal: Portal, address: str, browser: Browser, tmp_path: Path
) -> None:
    unit, pack = faulty(portal), tmp_path / "全部.zip"
    with zipfile.ZipFile(pack, "w") as made:
        made.write(portal.file(unit, "02-"), "名册.xlsx")
        made.writestr("坏.xlsx", b"PK broken")
    page = at_home(browser, portal, address, f"u{unit}").page
    page.set_input_files("input[name=files]", [str(pack)])
    inner = page.locator("#uploading li li")
    expect(inner).to_have_count(2, timeout=60_000)
    expect(inner.nth(0)).to_contain_text("名册.xlsx")
    expect(inner.nth(0)).to_contain_text("已收到")
    expect(page.locator("#uploading-sum")).to_contain_text("没有收下或有错误")


def test_a_file_beyond_the_limit_is_not_even_sent(portal: Portal, address: str, browser: Browser) -> None:
    portal.app.config["MAX_CONTENT_LENGTH"] = 1 << 20
    unit = faulty(portal)
    page = at_home(browser, portal, address, f"u{unit}").page
    page.set_input_files("input[name=files]", blob("大.pdf", b"%PDF" * (1 << 19)))
    expect(page.locator("#uploading li")).to_contain_text("文件太大：一次最多 1 MB", timeout=30_000)
    with portal.desk.ledger.reading() as view:
        assert view.documents(unit) == []


def test_an_expired_session_is_said_beside_the_file_with_the_way_back(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = faulty(portal)
    page = at_home(browser, portal, address, f"u{unit}").page
    page.context.clear_cookies(name="huizong")
    page.set_input_files("input[name=files]", [str(portal.file(unit, "02-"))])
    line = page.locator("#uploading li").first
    expect(line).to_contain_text("登录已过期", timeout=30_000)
    expect(line.locator("a", has_text="重新登录")).to_be_visible()
    page.goto(f"{address}/units/{unit}/receipts")
    page.fill("#login", f"u{unit}")
    page.fill("#password", portal.prepared.passwords[f"u{unit}"])
    page.click("main button")
    expect(page).to_have_url(f"{address}/units/{unit}/receipts")  # where one wanted to go


def test_faults_are_found_in_the_marked_file_where_the_page_says(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = next(code for code in portal.units if len(findings_of(portal, code)) > 1)
    send(portal.clerk(unit), unit, portal.prepared.files(1, unit))
    page = (screen := at_home(browser, portal, address, f"u{unit}")).page
    page.locator("#live a.text-red").first.click()
    place = page.locator(".group-red .cell").first.inner_text()
    screen.shot("faults")
    with page.expect_download() as download:
        page.click("text=下载标出问题的文件")
    sheet, _, cell = place.rpartition("!")
    book = openpyxl.load_workbook(io.BytesIO(Path(str(download.value.path())).read_bytes()))
    marked = book[sheet][cell]
    assert marked.comment is not None and marked.fill.fgColor.rgb != "00000000"
    assert "问题清单" in book.sheetnames


def findings_of(portal: Portal, unit: str) -> list[str]:
    lines = (portal.prepared.out / "planted.csv").read_text("utf-8-sig").splitlines()
    return [line for line in lines if line.startswith(f"1,{unit},")]


def test_a_warning_is_explained_in_place_and_can_be_put_otherwise(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = next(code for code in portal.units if len(findings_of(portal, code)) > 1)
    send(portal.clerk(unit), unit, portal.prepared.files(1, unit))
    screen = at_home(browser, portal, address, f"u{unit}")
    page = screen.page
    page.locator("#live a.text-amber").first.click()
    for said, button in (("复印件在档。", "保存说明"), ("原件在局里。", "保存改写")):
        box = page.locator("details:has(form[action$=explanations])").first
        box.locator("summary").click()
        box.locator("input[name=reason]").fill(said)
        box.locator(f"button:has-text('{button}')").click()
        expect(page.locator(".places .text-green").first).to_have_text(f"已说明：{said}")
    assert screen.complaints == []


def test_a_tick_makes_a_nil_return_and_the_computed_numbers_are_adopted(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = faulty(portal)
    send(portal.clerk(unit), unit, [portal.file(unit, "02-"), portal.file(unit, "03-")])
    page = (screen := at_home(browser, portal, address, f"u{unit}")).page
    page.click("text=被组织处理或纪律处分情况登记表")
    page.check("input[name=nil]")
    people(page, "form[action$=nil]")
    page.click("text=确认零报告")
    expect(page.locator("main")).to_contain_text("零报告：已收到")
    page.click("nav >> text=统计数")
    page.locator("summary", has_text="采用系统数").first.click()
    people(page, "form[action$=adopt]")
    page.locator("form[action$=adopt] button").first.click()
    expect(page.locator("main")).to_contain_text("采用系统数：已收到")
    page.click("nav >> text=统计数")
    expect(page.locator(".badge-own:has-text('不一致')")).to_have_count(0)
    screen.shot("figures")
    with pdfplumber.open(io.BytesIO(page.pdf(prefer_css_page_size=True))) as paper:
        printed = [each.extract_text() for each in paper.pages]
        assert all(each.width > each.height for each in paper.pages)
    # One sheet for each table, with its signature line and nothing of the screen around it.
    assert len(printed) == page.locator("table.paper").count()
    assert all("签字" in each and "统计数" not in each.partition("表")[0] for each in printed)
    number = page.locator("table.paper a:not(:text-is('0'))").first
    counted = int(number.inner_text())
    number.click()
    expect(page.locator("h1")).to_have_text(re.compile(rf"：{counted}$"))
    assert page.locator("table.data tbody tr").count() >= 1
    assert screen.complaints == []


def people(page: Page, form: str) -> None:
    for field in page.locator(f"{form} input.form-control").all():
        if field.is_visible():
            field.fill("19900000001" if field.get_attribute("name") == "phone" else "王一")


@pytest.mark.parametrize("kind", ["pdf", "jpg", "png"])
def test_a_scan_belongs_to_the_form_on_whose_page_it_was_dropped(
    portal: Portal, address: str, browser: Browser, kind: str
) -> None:
    unit = faulty(portal)
    form = next(each for each in portal.desk.campaign.forms.values() if each.seal)
    send(portal.clerk(unit), unit, [portal.file(unit, form.file_stem)])
    data = picture(kind)
    screen = at_home(browser, portal, address, f"u{unit}")
    page = screen.at(f"/units/{unit}/forms/{form.form}")
    expect(page.locator("#scans")).to_contain_text("还缺")
    page.set_input_files("input[name=files]", blob(f"IMG_1.{kind}", data))
    expect(page.locator("#scans")).to_contain_text("已收到", timeout=30_000)
    expect(page.locator("#scans")).not_to_contain_text("还缺")
    with page.expect_download() as download:
        page.locator("#scans a").click()
    assert Path(str(download.value.path())).read_bytes() == data


def picture(kind: str) -> bytes:
    """A page that is a real picture."""
    out = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(out, {"jpg": "jpeg"}.get(kind, kind))
    return out.getvalue()


def test_the_scans_that_rows_name_are_counted_until_all_came(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = next(code for code in portal.units if scans_of(portal, code))
    form = next(each for each in portal.desk.campaign.forms.values() if named_by_rows(each))
    first, *others = scans_of(portal, unit)
    send(portal.clerk(unit), unit, [portal.file(unit, form.file_stem), first])
    page = at_home(browser, portal, address, f"u{unit}").page
    line = page.locator("#live tr", has_text=form.title)
    expect(line).to_contain_text(f"补传 {len(others)} 份扫描件")
    drop(page, others)
    expect(line).to_contain_text("已就绪", timeout=60_000)


def scans_of(portal: Portal, unit: str) -> list[Path]:
    """The scans of a unit that no form claims by its name."""
    return [each for each in portal.prepared.files(1, unit) if each.name.startswith(f"{unit}_")]


def test_everything_works_without_javascript_on_a_phone(
    portal: Portal, address: str, browser: Browser
) -> None:
    unit = next(code for code in portal.units if not portal.prepared.files(2, code))
    token = token_of(portal.signed_in(f"u{unit}"))
    screen = window(browser, address, "no-script", token, size=PHONE, js=False)
    page = screen.at(f"/units/{unit}")
    page.set_input_files("input[name=files]", [str(each) for each in portal.prepared.files(1, unit)])
    page.click("main .drop button")
    expect(page.locator("#live")).to_contain_text("已上传")
    screen.shot("uploaded")
    while page.locator("td a.text-amber").count():
        page.locator("td a.text-amber").first.click()
        page.locator("details:has(form[action$=explanations]) summary").first.click()
        page.locator("form[action$=explanations] input[name=reason] >> visible=true").first.fill("已核实。")
        page.locator("form[action$=explanations] button >> visible=true").first.click()
        screen.at(f"/units/{unit}")
    page.click("text=报送整套材料")
    expect(page.locator("h1")).to_contain_text("材料接收回执")
    expect(page.locator("main")).to_contain_text("北京时间")
    expect(page.locator("tbody code").first).to_have_text(re.compile("^[0-9a-f]{64}$"))
    screen.shot("receipt")
    screen.at(f"/units/{unit}")
    expect(page.locator("#send")).to_contain_text("整套材料已报送")


def test_while_a_check_runs_a_page_without_javascript_comes_again_by_itself(
    portal: Portal, address: str, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = faulty(portal)
    send(portal.clerk(unit), unit, [portal.file(unit, "02-")])
    portal.desk.patience = 0.0
    screen = window(browser, address, "slow", token_of(portal.signed_in(f"u{unit}")), js=False)
    page = screen.at(f"/units/{unit}", "checking")
    expect(page.locator("#checking")).to_contain_text("正在检查")
    expect(page.locator("#live tr", has_text="本单位工作人员名册")).to_contain_text("正在检查")
    expect(page.locator("#checking")).not_to_contain_text("正在检查", timeout=30_000)


@pytest.fixture
def two_people(prepared: Prepared, tmp_path: Path) -> Iterator[Portal]:
    """The campaign asks for a second person of the unit."""
    changed = tmp_path / "asked"
    shutil.copytree(prepared.campaign, changed / "campaign")
    settings = changed / "campaign" / "campaign.yaml"
    words = settings.read_text("utf-8")
    assert SETTING in words
    settings.write_text(words.replace(SETTING, SETTING.replace("false", "true")), "utf-8")
    yield from opened(Prepared(changed, prepared.passwords), tmp_path)


def test_where_the_campaign_says_so_a_second_person_confirms(
    two_people: Portal, prepared: Prepared, browser: Browser
) -> None:
    unit = next(code for code in two_people.units if not prepared.files(2, code))
    send(two_people.clerk(unit), unit, prepared.files(1, unit))
    explain_all(two_people, unit)
    with in_thread(two_people.app) as address:
        clerk = at_home(browser, two_people, address, f"u{unit}")
        second = at_home(browser, two_people, address, f"s{unit}")
        expect(second.page.locator("#send")).to_contain_text("填报人还没有交来核对")
        assert second.page.locator("text=报送整套材料").count() == 0
        clerk.page.click("button:has-text('交单位审核人')")
        expect(clerk.page.locator("#send")).to_contain_text("等待确认报送")
        second.at("/", "to-confirm")
        second.page.fill("#send input[name=reason]", "名册少一人")
        second.page.click("button:has-text('退给填报人')")
        expect(second.page.locator("main")).to_contain_text("已退给填报人")
        clerk.at("/", "given-back")
        expect(clerk.page.locator("main")).to_contain_text("单位审核人没有同意报送：名册少一人")
        clerk.page.click("button:has-text('交单位审核人')")
        expect(clerk.page.locator("#send")).to_contain_text("等待确认报送")
        second.at("/")
        second.page.click("text=报送整套材料")
        expect(second.page.locator("h1")).to_contain_text("材料接收回执")
        assert [*clerk.complaints, *second.complaints] == []


def test_where_it_does_not_the_clerk_hands_in_alone(portal: Portal, address: str, browser: Browser) -> None:
    unit = next(code for code in portal.units if not portal.prepared.files(2, code))
    send(portal.clerk(unit), unit, portal.prepared.files(1, unit))
    explain_all(portal, unit)
    page = at_home(browser, portal, address, f"u{unit}").page
    assert page.locator("text=交单位审核人").count() == 0
    page.click("text=报送整套材料")
    expect(page.locator("h1")).to_contain_text("材料接收回执")
