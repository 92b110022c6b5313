"""A browser walks the whole campaign on a real server: issue, upload, mend, return, accept, merge,
publish, download."""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docx
import openpyxl
import pdfplumber
import pytest
from playwright.sync_api import Browser, Page, expect

from forms.campaign import load
from tests.portal.portals import Prepared, with_accounts
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

    def accepts(self, *units: str) -> None:
        """Whole units at once, by tick."""
        self.at("/bureau")
        for unit in units:
            self.page.check(f"input[name=target][value='{unit}']")
        self.page.click("button:has-text('通过')")
        expect(self.page.locator(".note-green").first).to_contain_text("已通过")

    def downloads(self, kind: str, folder: Path) -> list[Path]:
        """Everything of the newest result of a kind, unpacked; the snapshot beside it left out."""
        self.at("/bureau/results")
        self.page.locator(f"a[href*='/{kind}/']").first.click()
        self.page.fill("input[name=reason]", "核对")
        self.shot(f"folder-{kind}")
        with self.page.expect_download() as download:
            self.page.click("button:has-text('全部下载')")
        with zipfile.ZipFile(str(download.value.path())) as bundle:
            bundle.extractall(folder / kind)
        found = [each for each in (folder / kind).rglob("*") if each.is_file()]
        return sorted(each for each in found if each.suffix != ".json")

    def decides(self, path: str, button: str, reason: str = "") -> None:
        self.at(path)
        self.page.fill("input[name=reason]", reason)
        self.page.click(f"button:has-text('{button}')")


@pytest.fixture
def unissued(prepared: Prepared, tmp_path: Path) -> Prepared:
    """The campaign before anything was issued: a new ledger with accounts, the same keys."""
    folder = tmp_path / "campaign"
    shutil.copytree(prepared.campaign, folder)
    for old in (folder / ".state").iterdir():
        if old.name != "keys":
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    return Prepared(prepared.out, with_accounts(folder))


def corrected(marked: bytes, right: Path) -> bytes:
    """The clerk's own work: in the marked file, every cell that is wrong gets what it should have held."""
    book, wanted = openpyxl.load_workbook(io.BytesIO(marked)), openpyxl.load_workbook(right)
    for sheet in wanted.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                old = book[sheet.title][cell.coordinate]
                if old.value != cell.value:
                    old.value = cell.value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def row_of(book: openpyxl.Workbook, sheet: str, unit: str) -> list[int]:
    """The numbers of a unit's line in a statistics sheet of the city workbook."""
    lines = [line for line in book[sheet].iter_rows(values_only=True) if line[1] == unit]
    assert len(lines) == 1, (sheet, unit, lines)
    return [int(str(value)) for value in lines[0][2:] if value is not None]


def mend(clerk: Person, unit: str, prepared: Prepared, tmp_path: Path) -> int:
    """Every form that the second round changed: in its marked file where there is one.  How many were."""
    mended = 0
    first = {path.name: path for path in prepared.files(1, unit)}
    for right in prepared.files(2, unit):
        if right.name in first and right.read_bytes() == first[right.name].read_bytes():
            continue
        page = clerk.at(f"/units/{unit}")
        expect(page.locator("[data-poll]")).to_have_count(0, timeout=60_000)
        line = page.locator("#live tr", has_text=f"{right.stem.partition('-')[2]}")
        if right.suffix == ".xlsx" and line.locator("a.text-red").count():
            line.locator("a.text-red").click()
            with page.expect_download() as download:
                page.click("text=下载标出问题的文件")
            assert "问题标注" in download.value.suggested_filename
            file = tmp_path / download.value.suggested_filename
            file.write_bytes(corrected(Path(str(download.value.path())).read_bytes(), right))
            mended += 1
        else:
            file = right
        clerk.uploads(unit, [file])
    return mended


@pytest.mark.timeout(900)
def test_the_whole_campaign(prepared: Prepared, unissued: Prepared, browser: Browser, tmp_path: Path) -> None:
    folder = tmp_path / "campaign"
    (good,) = (code for code in packed(prepared) if not prepared.files(2, code))
    others = [code for code in packed(prepared) if code != good]
    late, faulty = sorted(others, key=lambda code: planted(prepared, code))
    names = {unit.code: unit.name for unit in load(folder).units}
    with served(folder, "2019-08-11") as address:
        bureau, clerk, other = (
            Person(browser, address, unissued, login) for login in ("shenhe", f"u{good}", f"u{faulty}")
        )
        expect(clerk.page.locator("#live")).to_contain_text("未下发")
        bureau.runs("下发")

        clerk.at(f"/units/{good}", "issued")
        with clerk.page.expect_download() as pack:
            clerk.page.click("text=下载材料包")
        assert pack.value.suggested_filename.endswith("材料包.zip")
        with zipfile.ZipFile(str(pack.value.path())) as issued:
            inside = set(issued.namelist())
        assert {path.name for path in prepared.files(1, good) if path.suffix in (".xlsx", ".docx")} <= inside
        clerk.uploads(good, prepared.files(1, good))
        clerk.explains_everything(good)
        clerk.submits(good)
        with clerk.page.expect_download() as receipt:
            clerk.page.click("text=下载 PDF")
        with pdfplumber.open(str(receipt.value.path())) as paper:
            words = "".join(page.extract_text() for page in paper.pages).replace("\n", "")
        roster = next(path for path in prepared.files(1, good) if path.name.startswith("02-"))
        assert "北京时间" in words and hashlib.sha256(roster.read_bytes()).hexdigest()[:20] in words

        other.uploads(faulty, prepared.files(1, faulty))
        expect(other.page.locator("#live a.text-red").first).to_contain_text("错误", timeout=60_000)
        other.shot("faults")
        assert mend(other, faulty, prepared, tmp_path) >= 2
        other.explains_everything(faulty)
        other.submits(faulty)

        bureau.decides(f"/units/{good}/forms/trips", "退回", "请补填第一行的审批编号")
        clerk.at(f"/units/{good}", "returned")
        expect(clerk.page.locator("#live > .scroll tbody tr")).to_have_count(1)
        expect(clerk.page.locator("main")).to_contain_text("请补填第一行的审批编号")
        again = next(p for p in prepared.files(1, good) if p.name.startswith("05-") and p.suffix == ".xlsx")
        clerk.uploads(good, [noted(again, tmp_path, "补填的说明")])
        clerk.page.click("text=看退回后改了什么")
        expect(clerk.page.locator("main")).to_contain_text("补填的说明")
        clerk.shot("changed-since")
        clerk.explains_everything(good)
        clerk.submits(good)
        bureau.accepts(good, faulty)
        bureau.at("/bureau", "matrix-accepted")
    with served(folder, "2019-08-13") as address:
        bureau, clerk = (Person(browser, address, unissued, login) for login in ("shenhe", f"u{late}"))
        bureau.at("/bureau/reminders", "reminders")
        expect(bureau.page.locator("tbody tr")).to_have_count(1)
        expect(clerk.page.locator("#facts")).to_contain_text("已逾期")
        clerk.uploads(late, prepared.files(1, late))
        clerk.uploads(late, prepared.files(2, late))
        clerk.explains_everything(late)
        clerk.submits(late)
        expect(clerk.page.locator("main")).to_contain_text("逾期")
        bureau.accepts(late)
        bureau.runs("开始汇总")
        bureau.runs("生成文稿")
        (merged,) = bureau.downloads("merged", tmp_path)
        published = bureau.downloads("published", tmp_path)
        assert [*bureau.complaints, *clerk.complaints] == []

    book = openpyxl.load_workbook(merged, read_only=True)
    expected = json.loads((prepared.out / "expected.json").read_text("utf-8"))
    for form, sheet in (("annex2", "附件2"), ("annex3", "附件3")):
        for code, name in names.items():
            assert row_of(book, sheet, name) == list(expected[form][code].values()), (form, code)
    book.close()
    stems = {path.name for path in published}
    assert {"汇总报告.docx", "汇总报告.pdf"} <= stems and any("通报" in each for each in stems)
    for path in published:
        if path.suffix == ".pdf":
            assert path.read_bytes().startswith(b"%PDF")
        if path.suffix == ".docx":
            text = "".join(each.text for each in docx.Document(str(path)).paragraphs)
            assert text and not re.search(r"330399\d{11}", text), path


def packed(prepared: Prepared) -> list[str]:
    return sorted(path.name for path in (prepared.out / "returns" / "round1").iterdir())


def planted(prepared: Prepared, unit: str) -> int:
    """How many faults the first round of a unit holds."""
    lines = (prepared.out / "planted.csv").read_text("utf-8-sig").splitlines()
    return sum(line.startswith(f"1,{unit},") for line in lines)


def noted(file: Path, folder: Path, words: str) -> Path:
    """The file with a note in its first row, as the bureau asked."""
    book = openpyxl.load_workbook(file)
    sheet = book.worksheets[0]
    cells = [cell for row in sheet.iter_rows(max_row=12) for cell in row]
    head = next(cell for cell in cells if str(cell.value).startswith("备注"))
    first = next(cell for cell in cells if cell.column == 1 and str(cell.value) == "1")
    sheet.cell(first.row, head.column).value = words
    changed = folder / file.name
    book.save(changed)
    return changed
