"""Files in: good, odd and hostile ones; always a Chinese sentence, nothing lost, nothing double."""

from __future__ import annotations

import html
import io
import threading
import zipfile
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.portal.portals import Portal

SCRIPT = {"X-Requested-With": "XMLHttpRequest"}


def send(client: FlaskClient, unit: str, *files: tuple[str, bytes], form: str = "") -> Any:
    return client.post(
        f"/units/{unit}/uploads" + (f"?form={form}" if form else ""),
        headers=SCRIPT,
        data={"files": [(io.BytesIO(data), name) for name, data in files]},
    )


def test_a_filled_form_is_recognised_by_itself_and_kept_across_reloads(portal: Portal) -> None:
    unit = portal.units[0]
    clerk = portal.clerk(unit)
    (said,) = send(clerk, unit, ("随便什么名字.xlsx", portal.file(unit, "02-").read_bytes())).get_json()[
        "files"
    ]
    assert (said["form"], said["status"]) == ("staff", "read") and said["sentence"].startswith("已收到“2 ")
    assert "随便什么名字.xlsx" in clerk.get(f"/units/{unit}").get_data(as_text=True)


def test_why_a_file_was_not_taken_stands_beside_it_also_after_a_reload(portal: Portal) -> None:
    unit = portal.units[0]
    clerk = portal.clerk(unit)
    (said,) = send(clerk, unit, ("坏.xlsx", b"PK\x03\x04 broken")).get_json()["files"]
    page = clerk.get(f"/units/{unit}").get_data(as_text=True)
    recent = page[page.index("最近收到的文件"):]
    assert said["sentence"] and said["sentence"] in html.unescape(recent)


def test_the_original_comes_back_byte_for_byte_under_its_name(portal: Portal) -> None:
    unit, data = portal.units[0], portal.file(portal.units[0], "02-").read_bytes()
    clerk = portal.clerk(unit)
    send(clerk, unit, ("名册（终稿）.xlsx", data))
    back = clerk.get(f"/units/{unit}/forms/staff/versions/1/file")
    assert back.data == data and "%E7%BB%88%E7%A8%BF" in back.headers["Content-Disposition"]


def test_a_whole_pack_is_opened_and_each_file_judged_by_itself(portal: Portal) -> None:
    unit, out = portal.units[0], io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("名册.xlsx", portal.file(unit, "02-").read_bytes())
        pack.writestr("坏.xlsx", b"PK\x03\x04 broken")
        pack.writestr("__MACOSX/x", b"")
    said = send(portal.clerk(unit), unit, ("全部.zip", out.getvalue())).get_json()["files"]
    assert [(each["name"], each["status"]) for each in said] == [
        ("名册.xlsx", "read"),
        ("坏.xlsx", "refused"),
    ]


NAMES = [
    "../../etc/passwd.xlsx",
    "C:\\Users\\x\\表.xlsx",
    "a" * 4000 + ".xlsx",
    "空 格（1）.xlsx",
    "\u202egpj.xlsx",
    "<script>alert(1)</script>.xlsx",
    "CON.xlsx",
    "；'\"--.xlsx",
    "表😀.xlsx",
    ".xlsx",
    "=1+1.xlsx",
]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_is_taken_shown_safely_and_given_back(shared: Portal, name: str) -> None:
    unit, content = shared.units[0], b"not a workbook " + str(NAMES.index(name)).encode()
    clerk = shared.clerk(unit)
    answer = send(clerk, unit, (name, content))
    assert answer.status_code == 200 and answer.get_json()["files"][0]["status"] == "refused"
    page = clerk.get(f"/units/{unit}")
    assert page.status_code == 200 and b"<script>alert" not in page.data
    with shared.desk.ledger.reading() as view:
        last = len(view.documents(unit)) - 1
    back = clerk.get(f"/units/{unit}/files/{last}")
    assert back.status_code == 200 and back.data == content
    assert "\n" not in back.headers["Content-Disposition"]


HOSTILE = {
    "empty": b"",
    "random": bytes(range(256)) * 40,
    "html": b"<html><table><tr><td>1</td></table></html>",
    "program": b"MZ" + b"\0" * 500,
    "rar": b"Rar!\x1a\x07\x00" + b"x" * 50,
    "truncated": b"PK\x03\x04" + b"\0" * 26,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_no_form_is_refused_with_a_sentence_and_kept(shared: Portal, kind: str) -> None:
    unit = shared.units[0]
    (said,) = send(shared.clerk(unit), unit, (f"{kind}.xlsx", HOSTILE[kind])).get_json()["files"]
    assert (
        (said["status"], said["tone"]) == ("refused", "bad") and "。" in said["sentence"] and said["receipt"]
    )


def test_a_file_of_another_unit_is_named_and_never_becomes_theirs(portal: Portal) -> None:
    first, second = portal.units[:2]
    clerk = portal.clerk(first)
    (said,) = send(clerk, first, ("名册.xlsx", portal.file(second, "02-").read_bytes())).get_json()["files"]
    assert said["tone"] == "bad"
    assert portal.desk.campaign.units_by_code[second].name in clerk.get(
        f"/units/{first}/forms/staff"
    ).get_data(as_text=True)
    with portal.desk.ledger.reading() as view:
        assert view.states(second)[second, "staff"].status == "assigned" and view.documents(second) == []


def test_no_file_at_all_is_said_and_not_taken_for_success(portal: Portal) -> None:
    unit = portal.units[0]
    answer = portal.clerk(unit).post(f"/units/{unit}/uploads", data={}, headers=SCRIPT)
    assert answer.status_code == 400 and answer.get_json()["title"] == "没有收到文件"


def test_a_name_in_raw_gbk_bytes_is_said_and_not_lost_silently(portal: Portal) -> None:
    """Werkzeug drops such a part whole: neither file nor field (security notes, F12)."""
    unit = portal.units[0]
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename="'
        + "名册.xlsx".encode("gbk")
        + b'"\r\n\r\ndata\r\n--x--\r\n'
    )
    answer = portal.clerk(unit).post(
        f"/units/{unit}/uploads", data=body, headers=SCRIPT, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code in (200, 400)
    assert answer.get_json().get("files") or answer.get_json()["title"] == "没有收到文件"


def test_twenty_times_the_same_at_once_is_one_version_and_one_receipt(portal: Portal) -> None:
    unit, data = portal.units[0], portal.file(portal.units[0], "03-").read_bytes()
    clients = [portal.clerk(unit)]
    cookie = clients[0].get_cookie("huizong", domain="localhost")
    assert cookie is not None
    for _ in range(19):
        client = portal.visitor()
        client.set_cookie("huizong", cookie.value, domain="localhost")
        clients.append(client)
    answers: list[Any] = []
    threads = [
        threading.Thread(target=lambda c=c: answers.append(send(c, unit, ("备案.xlsx", data))))
        for c in clients
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.get_json()["files"][0]["receipt"] for answer in answers}) == 1
    with portal.desk.ledger.reading() as view:
        assert [each.version for each in view.documents(unit, "registrations")] == [1]


def test_a_scan_dropped_on_a_forms_page_is_that_forms(portal: Portal) -> None:
    unit = portal.units[0]
    clerk = portal.clerk(unit)
    form = next(each for each in portal.desk.campaign.forms.values() if each.seal or each.attachments)
    scan = next(path for path in portal.prepared.files(1, unit) if path.suffix == ".pdf").read_bytes()
    (said,) = send(clerk, unit, ("扫描0001.pdf", scan), form=form.form).get_json()["files"]
    assert (said["status"], said["form"]) == ("attachment", form.form)
    assert "扫描0001.pdf" in clerk.get(f"/units/{unit}/forms/{form.form}").get_data(as_text=True)


def test_a_nil_return_by_tick_is_read_like_any_file(portal: Portal) -> None:
    unit = portal.units[0]
    clerk = portal.clerk(unit)
    words = {"nil": "1", "filled_by": "王一", "phone": "19900000001", "reviewed_by": "李二"}
    assert clerk.post(f"/units/{unit}/forms/sanctions/nil", data=words).status_code == 302
    held = portal.desk.bureau().filed(unit)[unit, "sanctions"].document
    assert held is not None and all(table.nil for table in held.tables.values())
    assert (held.facts["filled_by"], held.facts["phone"]) == ("王一", "19900000001")
    assert [each.rule for each in held.findings if each.level == "error"] == []


def test_the_bureau_uploads_for_a_unit_under_its_own_name(portal: Portal) -> None:
    unit = portal.units[0]
    send(portal.signed_in("shenhe"), unit, ("名册.xlsx", portal.file(unit, "02-").read_bytes()))
    with portal.desk.ledger.reading() as view:
        assert [each.actor for each in view.documents(unit, "staff")] == ["shenhe"]


def test_a_full_disk_is_said_and_changes_nothing(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    from collector.store import Store, StoreFull

    def full(*_: Any) -> str:
        raise StoreFull("no room")

    unit = portal.units[0]
    clerk = portal.clerk(unit)
    monkeypatch.setattr(Store, "put", full)
    answer = send(clerk, unit, ("名册.xlsx", portal.file(unit, "02-").read_bytes()))
    assert (
        answer.status_code == 413
        and answer.get_json()["title"] == "服务器存储空间不足"
        and answer.headers["Retry-After"]
    )
    with portal.desk.ledger.reading() as view:
        assert view.documents(unit) == []
