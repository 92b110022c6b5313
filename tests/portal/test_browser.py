"""A browser walks the whole campaign on a real server: issue, upload, mend, return, accept, merge,
publish, download."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.portal.portals import Prepared
from tests.portal.screens import SHOTS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SERVE = (
    "import sys; from datetime import date; from pathlib import Path; from collector.portal import serve;"
    "serve(Path(sys.argv[1]), '127.0.0.1', int(sys.argv[2]), 2, date.fromisoformat(sys.argv[3]))"
)
# What is explained already has the same form once more, to be rewritten.
TO_EXPLAIN = "form[action$=explanations]:not(:has(button:text-is('保存改写')))"


@contextmanager
def served(folder: Path, day: str) -> Iterator[str]:
    """The campaign's portal in processes of its own, with two workers; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    root = Path(__file__).parents[2]
    server = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(folder), str(port), day],
        cwd=root,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/health", timeout=2).close()
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait(40)


class Person:
    """Somebody at a screen of 1366 × 768."""

    def __init__(self, browser: Browser, address: str, prepared: Prepared, login: str) -> None:
        self.address, self.complaints = address, list[str]()
        self.page: Page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        self.page.on(
            "console", lambda said: self.complaints.append(said.text) if said.type == "error" else None
        )
        self.page.on("dialog", lambda asked: asked.accept())
        self.page.goto(f"{address}/")
        self.page.fill("#login", login)
        self.page.fill("#password", prepared.passwords[login])
        self.page.click("main button")

    def at(self, path: str, name: str = "") -> Page:
        self.page.goto(self.address + path)
        self.shot(name)
        return self.page

    def shot(self, name: str) -> None:
        if SHOTS and name:
            self.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)

    def uploads(self, unit: str, files: list[Path]) -> None:
        page = self.at(f"/units/{unit}")
        page.set_input_files("input[name=files]", [str(file) for file in files])
        expect(page.locator(".uploads li")).to_have_count(len(files), timeout=120_000)
        expect(page.locator(".uploads progress")).to_have_count(0, timeout=120_000)
        page.wait_for_load_state("networkidle")
        self.shot(f"uploaded-{unit}")

    def explains_everything(self, unit: str) -> int:
        """Writes an explanation at every warning that still wants one, through the page."""
        done = 0
        for _ in range(60):
            self.at(f"/units/{unit}")
            expect(self.page.locator("[data-poll]")).to_have_count(0, timeout=60_000)
            targets = [
                f"/units/{unit}",
                *(
                    str(link.get_attribute("href"))
                    for link in self.page.locator("td a.text-amber, td a.text-red").all()
                ),
            ]
            for path in targets:
                self.at(path)
                expect(self.page.locator("[data-poll]")).to_have_count(0, timeout=60_000)
                form = self.page.locator(TO_EXPLAIN)
                if form.count():
                    one = form.first
                    if not one.locator("input[name=reason]").is_visible():
                        self.page.locator(f"details:has({TO_EXPLAIN}) summary").first.click()
                    one.locator("input[name=reason]").fill("情况已核实，属实。")
                    one.locator("button").click()
                    done += 1
                    break
            else:
                return done
        raise AssertionError("explaining does not come to an end")

    def submits(self, unit: str) -> None:
        self.at(f"/units/{unit}", f"before-submit-{unit}")
        self.page.click("text=报送整套材料", timeout=60_000)
        expect(self.page.locator("h1")).to_contain_text("材料接收回执")
        self.shot(f"receipt-{unit}")

    def runs(self, button: str) -> None:
        """A job from the results page, to its good end."""
        self.at("/bureau/results")
        self.page.click(f"button:has-text('{button}')")
        expect(self.page.locator("[data-poll]")).to_have_count(0, timeout=240_000)
        expect(self.page.locator("#jobs .note").first).to_have_class("note note-green")
        self.shot(f"job-{button}")

    def decides(self, path: str, button: str, reason: str = "") -> None:
        self.at(path)
        self.page.fill("input[name=reason]", reason)
        self.page.click(f"button:has-text('{button}')")


@pytest.mark.timeout(900)
def test_the_whole_campaign(prepared: Prepared, browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    shutil.copytree(prepared.campaign, folder)
    good, faulty, late = (path.name for path in sorted((prepared.out / "returns" / "round1").iterdir()))
    if not prepared.files(2, faulty):
        faulty, good = good, faulty
    with served(folder, "2019-08-11") as address:
        bureau = Person(browser, address, prepared, "shenhe")
        bureau.runs("再次下发")

        clerk = Person(browser, address, prepared, f"u{good}")
        with clerk.page.expect_download() as pack:
            clerk.page.click("text=下载材料包")
        assert pack.value.suggested_filename.endswith("材料包.zip")
        clerk.uploads(good, prepared.files(1, good) + prepared.files(2, good))
        clerk.explains_everything(good)
        clerk.submits(good)
        with clerk.page.expect_download() as receipt:
            clerk.page.click("text=下载 PDF")
        assert Path(str(receipt.value.path())).read_bytes().startswith(b"%PDF")

        other = Person(browser, address, prepared, f"u{faulty}")
        other.uploads(faulty, prepared.files(1, faulty))
        wrong = other.page.locator("td a.text-red").first
        expect(wrong).to_contain_text("错误", timeout=60_000)
        wrong.click()
        other.shot("faults")
        with other.page.expect_download() as marked:
            other.page.click("text=下载标出问题的文件")
        assert "问题标注" in marked.value.suggested_filename
        other.uploads(faulty, prepared.files(2, faulty))
        other.explains_everything(faulty)
        other.submits(faulty)

        bureau.decides(f"/units/{good}/forms/trips", "退回", "请补填第一行的审批编号")
        clerk.at(f"/units/{good}", "returned")
        expect(clerk.page.locator("main")).to_contain_text("请补填第一行的审批编号")
        again = next(
            file
            for file in reversed(prepared.files(1, good) + prepared.files(2, good))
            if file.name.startswith("05-") and file.suffix == ".xlsx"
        )
        clerk.uploads(good, [again])
        clerk.explains_everything(good)
        clerk.submits(good)
        for unit in (good, faulty):
            bureau.at("/bureau")
            bureau.page.check(f"input[name=target][value='{unit}']")
            bureau.page.click("button:has-text('通过')")
        bureau.at("/bureau", "matrix-accepted")
    with served(folder, "2019-08-13") as address:
        bureau, clerk = (Person(browser, address, prepared, login) for login in ("shenhe", f"u{late}"))
        bureau.at("/bureau/reminders", "reminders")
        expect(bureau.page.locator("tbody tr")).to_have_count(1)
        clerk.uploads(late, prepared.files(1, late))
        clerk.uploads(late, prepared.files(2, late))
        clerk.explains_everything(late)
        clerk.submits(late)
        expect(clerk.page.locator("main")).to_contain_text("逾期")
        bureau.at("/bureau")
        bureau.page.check(f"input[name=target][value='{late}']")
        bureau.page.click("button:has-text('通过')")
        bureau.runs("开始汇总")
        bureau.runs("生成文稿")
        bureau.page.locator("a[href*='/merged/']").first.click()
        bureau.page.fill("input[name=reason]", "核对")
        with bureau.page.expect_download() as workbook:
            bureau.page.click("button:has-text('全部下载')")
        assert workbook.value.suggested_filename.endswith(".zip")
        assert [*bureau.complaints, *clerk.complaints] == []
