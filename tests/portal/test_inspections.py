"""Inspections and bans in the portal: a visit from its opening to the notice the unit downloads."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from collector.portal import bans
from collector.rows import Actor
from tests.portal.conftest import opened
from tests.portal.phase_two import ANN, BANNED, BEN, audited, listed, text
from tests.portal.portals import Portal, Prepared


@pytest.fixture(scope="module")
def portal(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from opened(prepared, tmp_path_factory.mktemp("inspections"))


@pytest.fixture(scope="module")
def unit(portal: Portal) -> str:
    listed(portal, portal.units[0], sanctions=[BANNED])
    return portal.units[0]


@pytest.fixture
def shenhe(portal: Portal) -> FlaskClient:
    return portal.signed_in("shenhe")


def visit(client: FlaskClient, unit: str, **said: str) -> str:
    """The number of a visit just opened."""
    answer = client.post(
        "/inspections", data={"unit": unit, "on": "2019-08-10", "team": "张某、李某", **said}
    )
    assert answer.status_code == 302, text(answer)
    return str(answer.location.rpartition("/")[2])


def at(client: FlaskClient, unit: str, number: str, what: str, **said: str) -> TestResponse:
    return client.post(f"/units/{unit}/inspections/{number}/{what}", data=said)


def names(answer: TestResponse) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        return bundle.namelist()


@pytest.mark.slow
def test_a_visit_goes_from_its_opening_to_the_notice_the_unit_downloads(
    portal: Portal, unit: str, shenhe: FlaskClient
) -> None:
    number, clerk = visit(shenhe, unit), portal.clerk(unit)
    page = text(shenhe.get(f"/units/{unit}/inspections/{number}"))
    assert all(check in page for check in ("应备尽备", "应交尽交", "应审尽审", "应查尽查", "张某、李某"))
    assert "没有定稿，请先定稿" in text(shenhe.post("/inspections", data={"unit": unit, "team": "王某"}))

    at(shenhe, unit, number, "items", **{"result-K1": "相符", "result-K3": "不符", "note-K3": "少1本"})
    at(shenhe, unit, number, "findings", category="V8b", fact="证件放在抽屉")
    at(shenhe, unit, number, "findings", category="V2", fact="未交护照", person="陈小一", id_number=ANN)
    at(shenhe, unit, number, "findings", category="V8c", fact="没有制度")
    at(shenhe, unit, number, "findings/3/withdraw", reason="已补交制度")
    sheet = shenhe.get(f"/units/{unit}/inspections/{number}")
    page = text(sheet)
    assert (
        "少1本" in sheet.get_data(as_text=True)
        and "已撤回：已补交制度" in page
        and "陈小一" in page
        and ANN not in page
    )
    full = at(shenhe, unit, number, "in-full", reason="核对")
    assert ANN in text(full) and ("shenhe", number, "核对") in audited(portal, "seen_in_full")
    assert names(at(shenhe, unit, number, "record")) == [f"{number}-检查记录.docx", f"{number}-检查记录.pdf"]
    assert at(shenhe, unit, number, "feedback").status_code == 409  # not before the record is closed

    assert "还有 7 项现场检查没有结果，定稿后记为“未查”" in sheet.get_data(as_text=True)
    assert at(shenhe, unit, number, "close", opinion="属实，电话13800138000").status_code == 302
    page = text(shenhe.get(f"/units/{unit}/inspections/{number}"))
    assert "还有 7 项现场检查没有结果，记为“未查”。" in page and "（K3）只写入检查记录" in page  # said once
    shown = shenhe.get(f"/units/{unit}/inspections/{number}")
    page, found = text(shown), shown.get_data(as_text=True).count("rule=")
    assert (
        page.count("未查") == 7 + found and "演示局审核" in page.split("定稿：")[1][:40]
    )  # as its paper; a name
    assert "13800138000" not in page
    assert at(shenhe, unit, number, "findings", category="V8b", fact="再加一条").status_code == 409
    assert f"{unit}-V8b-01" in text(shenhe.get(f"/register?unit={unit}"))
    for address in (f"inspections/{number}", f"inspections/{number}/notice", f"register/{unit}-V8b-01"):
        assert clerk.get(f"/units/{unit}/{address}").status_code == 404, address
    assert names(at(shenhe, unit, number, "feedback")) == [
        f"{number}-反馈意见.docx",
        f"{number}-反馈意见.pdf",
    ]
    assert clerk.get(f"/units/{unit}/inspections/{number}").status_code == 404  # a draft is nobody's but ours

    assert at(shenhe, unit, number, "feedback", signed="1").status_code == 302
    issued = shenhe.get(f"/units/{unit}/inspections/{number}/notice")
    assert clerk.get(f"/units/{unit}/inspections/{number}/notice").data == issued.data
    assert "待单位核实" in text(clerk.get(f"/units/{unit}/register/{unit}-V8b-01"))
    seen = text(clerk.get(f"/units/{unit}/inspections/{number}"))
    assert "证件放在抽屉" in seen and "少1本" not in seen  # what the group noted for itself stays there
    assert "没有制度" not in seen  # nor what it took back
    again = shenhe.get(f"/units/{unit}/inspections/{number}").get_data(as_text=True)
    assert "新的反馈意见会代替已经发出的" in again
    assert "另有 1 个问题已认定、还没有交办整改" in again  # or the unit waits, and nobody knows for what


def test_a_note_without_a_result_is_not_lost_in_silence(portal: Portal, shenhe: FlaskClient) -> None:
    unit = portal.units[2]
    number = visit(shenhe, unit)
    answer = at(shenhe, unit, number, "items", **{"result-K1": "", "note-K1": "抽查12人"})
    assert (answer.status_code, "K1 写了情况，没有选检查结果" in text(answer)) == (409, True)
    assert "抽查12人" in answer.get_data(as_text=True) and 'name="result-K1"' in answer.get_data(as_text=True)
    at(shenhe, unit, number, "close")


def test_an_answer_is_set_back_to_empty_and_what_the_form_does_not_name_stays(
    portal: Portal, shenhe: FlaskClient
) -> None:
    unit = portal.units[2]
    number = visit(shenhe, unit)
    at(shenhe, unit, number, "items", **{"result-K1": "相符", "result-K3": "不符", "note-K3": "少1本"})
    half = at(shenhe, unit, number, "items", **{"result-K3": "", "note-K3": "少1本"})
    assert (half.status_code, "要撤销这一项的结果，请把情况也清空" in text(half)) == (409, True)
    at(shenhe, unit, number, "items", **{"result-K3": "", "note-K3": "", "result-K4": ""})
    page = shenhe.get(f"/units/{unit}/inspections/{number}").get_data(as_text=True)
    assert "已保存 1 项检查结果" in page and "少1本" not in page and page.count(" selected>") == 1
    at(shenhe, unit, number, "close")


def test_only_the_bureau_inspects_and_only_given_units_are_read(portal: Portal, shenhe: FlaskClient) -> None:
    first, other = portal.units[1], portal.units[2]
    known = [visit(shenhe, each) for each in (first, other)]
    portal.desk.accounts.assigned(Actor("anquan", "security"), "zhidao", units=[first])
    guide, leader = portal.signed_in("zhidao"), portal.signed_in("lingdao")
    assert [number in text(guide.get("/inspections")) for number in known] == [True, False]
    assert [number in text(leader.get("/inspections")) for number in known] == [True, True]
    assert guide.get(f"/units/{other}/inspections/{known[1]}").status_code == 404
    assert "保存检查结果" not in text(guide.get(f"/units/{first}/inspections/{known[0]}"))
    for reader in (guide, leader):
        assert reader.post("/inspections", data={"unit": first, "team": "张某"}).status_code == 403
        assert at(reader, first, known[0], "close").status_code == 403


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"team": ""}, "请写明检查组成员"),
        ({"on": "2019-12-01"}, "还没有到"),
        ({"on": "八月"}, "日期请写成"),
        ({"unit": "999"}, "没有代码为“999”的单位"),
    ],
)
def test_a_visit_wants_its_people_and_its_day(
    portal: Portal, shenhe: FlaskClient, said: dict[str, str], sentence: str
) -> None:
    answer = shenhe.post("/inspections", data={"unit": portal.units[0], "team": "张某", **said})
    assert (answer.status_code, sentence in text(answer)) == (409, True)


@pytest.mark.parametrize(
    ("number", "on", "sentence"),
    [
        (BEN, "2019-08-11", "在不予审批期内，至 2022-0"),
        (BEN, "2025-01-01", "不在不予审批期内"),
        (ANN, "2019-08-11", "不在不予审批期内"),
        ("123", "2019-08-11", "身份证号不对"),
    ],
)
def test_a_ban_is_looked_up_before_an_approval(
    portal: Portal, unit: str, number: str, on: str, sentence: str
) -> None:
    answer = portal.signed_in("lingdao").post("/bans/look-up", data={"id_number": number, "on": on})
    assert sentence in text(answer)
    assert all(number not in " ".join(row) for row in audited(portal, "ban_looked_up"))


def test_the_answer_says_who_was_asked_about_and_doubts_a_number_nobody_knows(
    portal: Portal, unit: str
) -> None:
    registered = str(portal.desk.bureau_with_registers().registers.tables["roster"]["id_number"][0])
    leader = portal.signed_in("lingdao")
    for number, doubted in ((registered, False), (ANN, True)):
        page = text(leader.post("/bans/look-up", data={"id_number": number}))
        assert f"********{number[-4:]}：2019-08-11 不在不予审批期内" in page
        assert ("没有这个号码，请核对" in page) == doubted
    page = text(leader.post("/bans/look-up", data={"id_number": BEN}))
    assert f"********{BEN[-4:]}：2019-08-11 在不予审批期内" in page and BEN not in page.partition("查询")[2]


def test_a_long_list_of_bans_comes_by_pages(
    portal: Portal, unit: str, shenhe: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = bans.bans_of(portal.desk.bureau_with_registers()) * 3
    monkeypatch.setattr(bans, "bans_of", lambda _: many)
    monkeypatch.setattr(bans, "PAGE", 2)
    portal.desk.answers.clear()
    first, second = (text(shenhe.get(f"/bans?all=1&page={n}")) for n in (1, 2))
    portal.desk.answers.clear()
    assert (first.count("林小二"), second.count("林小二")) == (2, 1)
    assert "下一页" in first and "上一页" in second


def test_the_list_of_bans_is_masked_and_its_export_logged(
    portal: Portal, unit: str, shenhe: FlaskClient
) -> None:
    page = text(shenhe.get("/bans"))
    assert "林小二" in page and BEN not in page
    assert portal.signed_in("zhidao").get("/bans").status_code == 403
    assert shenhe.post("/bans/export", data={"reason": "审批用"}).data.startswith(b"PK")
    assert ("shenhe", "bans", "审批用") in audited(portal, "downloaded")
