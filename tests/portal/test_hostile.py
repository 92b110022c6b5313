"""Hostile and odd files, names and packs against the real server: a sentence, and the original is kept."""

from __future__ import annotations

import hashlib
import http.client
import io
import os
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collector.portal.desk import Desk
from tests.collector import hostile as h
from tests.collector.test_gate_refuses import CASES
from tests.portal.live import Answer, Live, Visitor, multipart, served
from tests.portal.portals import DAY, Prepared

pytestmark = pytest.mark.slow


@dataclass
class Place:
    """A server, a clerk signed in there, and what the ledger and the store say afterwards."""

    live: Live
    folder: Path
    prepared: Prepared
    unit: str
    clerk: Visitor
    desk: Desk

    def sent(self, *files: tuple[str | bytes, bytes]) -> Answer:
        answer = self.clerk.upload(self.unit, *files)
        assert answer.status < 500, answer.text
        return answer

    def said(self, *files: tuple[str | bytes, bytes]) -> list[dict[str, Any]]:
        answer = self.sent(*files)
        assert answer.status == 200, answer.text
        assert all(each["sentence"].endswith("。") and each["receipt"] for each in answer.json["files"])
        found: list[dict[str, Any]] = answer.json["files"]
        return found

    def kept(self, data: bytes) -> list[str]:
        """How the original stands in the ledger, once it is certain that the store gives it back whole."""
        sha256 = hashlib.sha256(data).hexdigest()
        assert self.desk.store.get(sha256) == data
        with self.desk.ledger.reading() as view:
            return [each.status for each in view.documents(self.unit) if each.sha256 == sha256]

    def roster(self) -> bytes:
        return next(path for path in self.prepared.files(1, self.unit)
                    if path.name[:2] == "02" and path.suffix == ".xlsx").read_bytes()


@pytest.fixture(scope="module")
def place(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("hostile") / "campaign"
    shutil.copytree(prepared.campaign, folder)
    unit = sorted(login[1:] for login in prepared.passwords if login[0] == "u" and login[1:].isdigit())[0]
    with served(folder, str(DAY)) as live:
        desk = Desk(folder, DAY)
        yield Place(live, folder, prepared, unit,
                    Visitor(live).sign_in(f"u{unit}", prepared.passwords[f"u{unit}"]), desk)
        desk.close()


@pytest.mark.parametrize("title", [title for title, *_ in CASES])
def test_every_file_the_gate_refuses_is_refused_by_the_portal_and_kept(place: Place, title: str) -> None:
    name, build = next((name, build) for each, name, build, _ in CASES if each == title)
    data = build()
    (said,) = place.said((name, data))
    assert (said["status"], said["tone"]) == ("refused", "bad")
    assert set(place.kept(data)) == {"refused"}


NAMES: dict[str, str | bytes] = {
    "traversal": "../../../etc/passwd.xlsx",
    "windows path": "C:\\Users\\王\\报表.xlsx",
    "4,096 characters": "长" * 4096 + ".xlsx",
    "NUL": b"a\0b.xlsx",
    "line ends": "a\r\nX-Evil: 1\r\n\r\nb.xlsx",
    "raw line ends": b'a"\r\nX-Evil: 1\r\n',
    "quotes": "“名册”\"'`.xlsx",
    "raw GBK": "名册.xlsx".encode("gbk"),
    "bidi override": "名册\u202exslx.exe",
    "markup": "<img src=x onerror=alert(1)>.xlsx",
    "template": "{{7*7}}{% raw %}.xlsx",
    "formula": "=HYPERLINK(\"http://x\").xlsx",
    "device": "CON.xlsx",
    "macOS": unicodedata.normalize("NFD", "é名册.xlsx"),
    "beyond the plane": "𠮷😀.xlsx",
    "lone surrogate": b"\xed\xa0\x80.xlsx",
    "nothing but dots": "...",
    "spaces": "   .xlsx",
}


@pytest.mark.parametrize("kind", NAMES)
def test_any_name_is_a_sentence_and_shown_safely(place: Place, kind: str) -> None:
    data = b"no workbook: " + kind.encode()
    answer = place.sent((NAMES[kind], data))
    if answer.status == 400:            # the form could not be understood at all, and says so
        assert answer.json["title"] == "没有收到文件" and "文件名" in answer.json["sentence"]
        return
    (said,) = answer.json["files"]
    assert said["status"] == "refused" and place.kept(data) == ["refused"]
    shown = said["name"]
    assert shown == shown.strip() and len(shown) <= 120 and shown.isprintable() and "/" not in shown
    page = place.clerk.get(f"/units/{place.unit}")
    assert page.status == 200 and "X-Evil" not in page.headers
    assert "<img src=x" not in page.text and "\u202e" not in page.text and "49{%" not in page.text


def pack(*members: tuple[bytes, bytes], utf8: bool = False) -> bytes:
    return h.raw_zip(list(members), flags=0x800 if utf8 else 0)


def test_packs_of_any_system_give_the_right_names_and_each_file_its_verdict(place: Place) -> None:
    good, other = place.roster(), b"not a workbook"
    gbk = "材料/本单位工作人员名册.xlsx".encode("gbk")
    nfd = unicodedata.normalize("NFD", "材料/é名册.xlsx").encode()
    for number, members in enumerate((
        [(gbk, good), ("材料/坏.xlsx".encode("gbk"), other + b"1")],
        [(nfd, good), (b"__MACOSX/._x", b"junk"), (b".DS_Store", b"junk"), ("坏.xlsx".encode(), other)],
        [("一.xlsx".encode(), other + b"3"), ("二.xlsx".encode(), good), (b"Thumbs.db", b"junk"),
         ("~$二.xlsx".encode(), b"junk"), ("三.xlsx".encode(), other + b"4")],
    )):
        said = place.said((f"包{number}.zip", pack(*members)))
        read = [each["name"] for each in said if each["status"] == "read"]
        assert read == [("本单位工作人员名册.xlsx", "é名册.xlsx", "二.xlsx")[number]]
        refused = [each["name"] for each in said if each["status"] == "refused"]
        assert refused == [["坏.xlsx"], ["坏.xlsx"], ["一.xlsx", "三.xlsx"]][number]


def test_two_hundred_parts_in_one_request_are_two_hundred_answers(place: Place) -> None:
    said = place.said(*((f"{n}.xlsx", b"part %d" % n) for n in range(200)))
    assert [each["name"] for each in said] == [f"{n}.xlsx" for n in range(200)]
    assert len({each["receipt"] for each in said}) == 200


def test_more_parts_than_anybody_sends_is_a_sentence(place: Place) -> None:
    answer = place.sent(*((f"{n}.txt", b"x") for n in range(1100)))
    assert answer.status == 413 and answer.json["title"]


def test_a_body_beyond_the_limit_is_a_page_with_a_sentence_without_our_script_too(place: Place) -> None:
    """As a browser without JavaScript sends it: the length is told first, and nothing of it is waited for."""
    cookies = "; ".join(f"{name}={value}" for name, value in place.clerk.cookies.items())
    connection = http.client.HTTPConnection("127.0.0.1", place.live.port, timeout=60)
    connection.putrequest("POST", f"/units/{place.unit}/uploads")
    connection.putheader("Cookie", cookies)
    connection.putheader("Content-Type", "multipart/form-data; boundary=x")
    connection.putheader("Content-Length", str(230 << 20))
    connection.endheaders()
    answer = connection.getresponse()
    page = answer.read().decode("utf-8")
    connection.close()
    assert answer.status == 413
    assert "文件太大" in page and "请分几次上传" in page
    assert f'href="/units/{place.unit}"' in page and "退出" in page      # still signed in, and the way back


def test_one_byte_too_many_is_said_with_both_sizes_and_kept(place: Place) -> None:
    parts, most = h.workbook_parts(), (20 << 20) + 1
    around = len(h.zipped({**parts, "xl/media/a.png": b""}, zipfile.ZIP_STORED))
    data = h.zipped({**parts, "xl/media/a.png": os.urandom(most - around)}, zipfile.ZIP_STORED)
    assert len(data) == most
    (said,) = place.said(("大.xlsx", data))
    assert said["status"] == "refused" and "20.0 MB" in said["sentence"] and place.kept(data) == ["refused"]


def test_a_body_that_is_no_form_and_one_cut_short_are_sentences(place: Place) -> None:
    clerk, path = place.clerk, f"/units/{place.unit}/uploads"
    body, kind = multipart(clerk.token, ("名册.xlsx", place.roster()))
    for sent, what in ((b"nonsense", kind), (body[: len(body) // 2], kind), (b"", kind),
                       (b"{}", "application/json"), (body, "multipart/form-data"), (body, kind + "x")):
        answer = clerk.ask("POST", path, sent, {"Content-Type": what, "X-CSRFToken": clerk.token,
                                                "X-Requested-With": "XMLHttpRequest"})
        assert 400 <= answer.status < 500 and answer.json["sentence"].endswith("。"), (what, answer.status)


def test_thousands_of_small_faults_make_a_page_that_stays_small_and_quick(place: Place) -> None:
    book = openpyxl.load_workbook(io.BytesIO(place.roster()))
    sheet = next(each for each in book.worksheets if each.max_row > 20)
    first = next(row for row in range(1, 20) if sheet.cell(row, 1).value in (1, "1"))
    for merged in [each for each in sheet.merged_cells.ranges if each.min_row > first]:
        sheet.unmerge_cells(str(merged))
    for row in range(first, first + 1000):
        for column in range(2, 7):
            sheet.cell(row, column).value = "？错" * (1 + (row + column) % 3)
    out = io.BytesIO()
    book.save(out)
    (said,) = place.said(("名册.xlsx", out.getvalue()))
    assert said["status"] == "read" and said["tone"] == "bad", said
    page = place.clerk.get(f"/units/{place.unit}/forms/{said['form']}")
    assert page.status == 200 and len(page.body) < 400_000
    marked = place.clerk.get(f"/units/{place.unit}/forms/{said['form']}/marked")
    assert marked.status == 200 and zipfile.is_zipfile(io.BytesIO(marked.body))
