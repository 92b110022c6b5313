"""The bureau's own decisions: waivers, two units that claim one person, findings and lists taken away."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from collector.portal import overview, work
from collector.portal.overview import rates_by_group
from forms import load, shipped
from huizong.steps.status import Status, UnitStatus, status
from tests.collector import hostile as h
from tests.phase_two.desk import PEOPLE, handed_in
from tests.portal.conftest import opened
from tests.portal.phase_two import ANN, BEN, audited, text
from tests.portal.portals import Portal, Prepared


@pytest.fixture(scope="module")
def portal(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """Two units list the same two people, whom the police do not know; the third has handed in nothing."""
    registered = [{}, {"given_name": "小二", "surname": "林", "id_number": BEN}]
    for portal in opened(prepared, tmp_path_factory.mktemp("bureau")):
        for n, unit in enumerate(portal.units[:2], 1):
            bureau = portal.desk.bureau_with_registers()
            handed_in(bureau, unit, staff=PEOPLE, registrations=registered[:n])
        yield portal


@pytest.fixture
def shenhe(portal: Portal) -> FlaskClient:
    return portal.signed_in("shenhe")


def rows(answer: TestResponse) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python()]


def handles(page: TestResponse, unit: str) -> list[str]:
    """The findings of a unit that the page offers to waive."""
    pattern = rf'name="unit" value="{unit}"><input type="hidden" name="handle" value="([0-9a-f]+)"'
    return re.findall(pattern, page.get_data(as_text=True))


def test_findings_are_seen_by_rule_and_filtered(portal: Portal, shenhe: FlaskClient) -> None:
    unit = portal.units[0]
    everything = text(shenhe.get("/bureau/problems"))
    total = int(re.search(r"共 (\d+) 处", everything)[1])  # type: ignore[index]
    of_unit = int(re.search(r"共 (\d+) 处", text(shenhe.get(f"/bureau/problems?unit={unit}")))[1])  # type: ignore[index]
    assert 0 < of_unit < total
    assert "共 0 处" in text(shenhe.get("/bureau/problems?rule=F01&unit=" + portal.units[2]))
    some = [
        int(re.search(r"共 (\d+) 处", text(shenhe.get(f"/bureau/problems?check={check}")))[1])  # type: ignore[index]
        for check in portal.desk.checklist.checks
    ]
    assert len(some) == 4 and sum(some) <= total


def test_findings_are_taken_away_as_filtered_with_a_reason(portal: Portal, shenhe: FlaskClient) -> None:
    unit = portal.desk.campaign.units_by_code[portal.units[0]]
    assert shenhe.post("/bureau/problems/export", data={"unit": unit.code}).status_code == 409
    got = rows(shenhe.post("/bureau/problems/export", data={"unit": unit.code, "reason": "开会"}))
    assert {row[0] for row in got[3:]} == {unit.name}
    assert any("演示局审核（shenhe）于" in cell for row in got[:3] for cell in row)
    assert ("shenhe", "findings", "开会") in audited(portal, "downloaded")


def test_a_waiver_has_a_reason_an_approver_and_an_end(portal: Portal, shenhe: FlaskClient) -> None:
    unit = portal.units[0]
    page = shenhe.get(f"/bureau/problems?unit={unit}&level=warning")
    handle = handles(page, unit)[0]
    wanted = {"unit": unit, "handle": handle, "reason": "上级已批", "until": "2019-08-31"}
    assert "写明理由和批准人" in text(shenhe.post("/bureau/waivers", data=wanted))
    done = shenhe.post("/bureau/waivers", data={**wanted, "approver": "王局长"}, follow_redirects=True)
    assert "王局长批准" in text(done) and "上级已批" in text(done) and "2019-08-31" in text(done)
    assert handle not in handles(shenhe.get(f"/bureau/problems?unit={unit}&level=warning"), unit)
    with portal.desk.ledger.reading() as view:
        (kept,) = view.waivers(unit)
    assert (kept.by, kept.approver, str(kept.until)) == ("shenhe", "王局长", "2019-08-31")
    assert portal.signed_in("lingdao").post("/bureau/waivers", data=wanted).status_code == 403
    shenhe.post(f"/bureau/waivers/{kept.id}/withdraw")
    assert handle in handles(shenhe.get(f"/bureau/problems?unit={unit}&level=warning"), unit)


def test_a_person_two_units_claim_is_given_to_one_and_goes_back_from_the_other(
    portal: Portal, shenhe: FlaskClient
) -> None:
    first, second, third = portal.units
    page = shenhe.get("/bureau/conflicts")
    said = text(page)
    assert "同时列入" in said and ANN not in said
    # What merely looks alike in two units (both owe a form) is nobody's claim.
    assert portal.desk.campaign.units_by_code[third].short_name not in said.partition("人事")[2]
    handle = re.search(r'name="handle" value="([0-9a-f]+)"', page.get_data(as_text=True))
    assert handle is not None
    verdict = {"handle": handle[1], "unit": first, "reason": "人事关系在此"}
    assert shenhe.post("/bureau/conflicts", data={**verdict, "reason": ""}).status_code == 409
    assert shenhe.post("/bureau/conflicts", data={**verdict, "unit": third}).status_code == 409
    assert shenhe.post("/bureau/conflicts", data=verdict).status_code == 302
    with portal.desk.ledger.reading() as view:
        states = view.states()
    assert (states[(first, "staff")].status, states[(second, "staff")].status) == ("accepted", "reopened")
    assert "局裁定" in states[(second, "staff")].reason
    assert "局裁定：人事关系在此" in text(shenhe.get("/bureau/conflicts"))


def test_the_reconciliation_is_read_by_unit_and_taken_away(portal: Portal, shenhe: FlaskClient) -> None:
    unit = portal.units[0]
    whole = int(re.search(r"共 (\d+) 处不一致", text(shenhe.get("/bureau/police")))[1])  # type: ignore[index]
    part = int(re.search(r"共 (\d+) 处不一致", text(shenhe.get(f"/bureau/police?unit={unit}")))[1])  # type: ignore[index]
    assert 0 < part < whole
    got = rows(shenhe.post("/bureau/police/export", data={"reason": "核对"}))
    assert len(got) == 3 + whole
    assert portal.signed_in("lingdao").get("/bureau/police").status_code == 403


def test_lists_are_taken_in_each_with_its_sentence_the_refused_ones_first(
    portal: Portal, shenhe: FlaskClient
) -> None:
    """A list of the police, the same again, somebody's letter, a workbook of no kind, and rubbish."""
    folder = portal.folder / "registers"
    before = {file.name for file in folder.iterdir()}
    known = (folder / "police_certificates.xlsx").read_bytes()
    sent = [
        ("证件名单.xlsx", known),
        ("证件名单.xlsx", known),
        ("通知.docx", portal.file(portal.units[0], "01-").read_bytes()),
        ("工资表.xlsx", h.zipped(h.workbook_parts())),
        ("坏.xlsx", b"PK\x03\x04 broken"),
    ]
    files = {"files": [(io.BytesIO(data), name) for name, data in sent]}
    said = text(shenhe.post("/bureau/police", data=files, follow_redirects=True))
    assert "通知.docx：名单应是 .xlsx 或 .xls 文件。" in said
    assert "工资表.xlsx：表头无法识别，没有导入" in said and "共 5 个文件，导入 2 个" in said
    new = {file.name for file in folder.iterdir()} - before
    assert new == {"证件名单.xlsx"} and (folder / "证件名单.xlsx").read_bytes() == known
    assert [each[:2] for each in audited(portal, "police_imported")] == [("shenhe", "证件名单.xlsx")] * 2
    nothing = shenhe.post("/bureau/police", data={})
    assert nothing.status_code == 400 and "没有收到文件" in text(nothing)
    (folder / "证件名单.xlsx").unlink()


def test_a_list_that_was_wrong_is_taken_back_and_kept_aside(portal: Portal, shenhe: FlaskClient) -> None:
    name = "police_registrations.xlsx"
    assert "请写明撤回名单的理由" in text(shenhe.post("/bureau/police/withdraw", data={"file": name}))
    for wrong in ("../campaign.yaml", "nothing.xlsx", ""):
        assert shenhe.post("/bureau/police/withdraw", data={"file": wrong, "reason": "x"}).status_code == 409
    done = shenhe.post(
        "/bureau/police/withdraw", data={"file": name, "reason": "发错了"}, follow_redirects=True
    )
    assert "已撤回" in text(done) and f"> {name}<" not in done.get_data(as_text=True)
    assert [file.name.endswith(name) for file in (portal.desk.state / "withdrawn").iterdir()] == [True]
    assert ("shenhe", name, "发错了") in audited(portal, "register_withdrawn")


def test_a_number_set_by_hand_has_its_reason(portal: Portal, shenhe: FlaskClient) -> None:
    unit, address = portal.units[0], f"/units/{portal.units[0]}/overrides"
    wanted = {"form": "annex2", "field": "new_registrations", "value": "3", "reason": "两人档案在局里"}
    form = portal.desk.campaign.forms["annex2"]
    wanted["field"] = next(each.name for _, each in form.fields() if each.figure)
    assert shenhe.post(address, data={**wanted, "reason": ""}).status_code == 409
    assert shenhe.post(address, data={**wanted, "value": "-1"}).status_code == 409
    assert portal.signed_in("lingdao").post(address, data=wanted).status_code == 403
    assert portal.clerk(unit).post(address, data=wanted).status_code == 403
    assert shenhe.post(address, data=wanted).status_code == 302
    with portal.desk.ledger.reading() as view:
        (kept,) = view.overrides(unit)
    assert (kept.value, kept.reason, kept.by) == ("3", "两人档案在局里", "shenhe")
    assert "两人档案在局里" in shenhe.get(f"/units/{unit}/figures").get_data(as_text=True)


def test_many_are_decided_at_once_or_none_and_only_the_faulty_form_is_opened(
    portal: Portal, shenhe: FlaskClient
) -> None:
    first, _, third = portal.units

    def status_of(form: str) -> str:
        return portal.desk.bureau().states(first)[(first, form)].status

    assert status_of("trips") == status_of("sanctions") == "accepted"
    both = {"kind": "reopen", "target": [f"{first}/trips", f"{third}/trips"], "reason": "日期不清"}
    assert shenhe.post("/bureau/decisions", data=both).status_code == 409
    assert status_of("trips") == "accepted"
    one = {"kind": "reopen", "target": f"{first}/trips", "reason": "日期不清"}
    assert shenhe.post("/bureau/decisions", data={**one, "reason": ""}).status_code == 409
    assert "刚刚有了新的版本" in text(shenhe.post("/bureau/decisions", data={**one, "version": "7"}))
    assert shenhe.post("/bureau/decisions", data=one).status_code == 302
    assert (status_of("trips"), status_of("sanctions")) == ("reopened", "accepted")


SENT = datetime(2019, 8, 10, tzinfo=UTC)


def unit_status(unit: str, state: str, *, late: bool = False, overdue: bool = False) -> UnitStatus:
    forms: dict[str, Any] = {"staff": state, "trips": "accepted"}
    missing = () if state in ("submitted", "accepted") else ("staff",)
    return UnitStatus(unit, unit, forms, missing, None if missing else SENT, late, overdue)


@pytest.mark.parametrize(
    ("only", "shown"),
    [
        ("", "abcd"),
        ("late", "b"),
        ("overdue", "c"),
        ("missing", "cd"),
        ("waiting", "b"),
        ("errors", "d"),
        ("done", "a"),
    ],
)
def test_the_matrix_shows_only_what_is_asked_for(portal: Portal, only: str, shown: str) -> None:
    campaign = portal.desk.campaign
    codes = dict(zip("abcd", [unit.code for unit in load(shipped()).units][:4], strict=True))
    state = Status(
        campaign.id,
        SENT.date(),
        SENT.date(),
        (
            unit_status(codes["a"], "accepted"),
            unit_status(codes["b"], "submitted", late=True),
            unit_status(codes["c"], "assigned", overdue=True),
            unit_status(codes["d"], "uploaded"),
        ),
    )
    found = overview.rows(load(shipped()), state, {(codes["d"], "staff"): (2, 1)}, only=only)
    assert [each.unit for each in found] == [codes[name] for name in shown]
    worst = overview.rows(load(shipped()), state, {(codes["d"], "staff"): (2, 1)}, sort="errors")
    assert worst[0].unit == codes["d"]


def test_rates_are_told_for_every_kind_of_unit(portal: Portal) -> None:
    state = status(portal.desk.bureau())
    groups = rates_by_group(portal.desk.campaign, state)
    assert sum(each.units for _, each in groups) == len(portal.units)
    assert sum(each.complete for _, each in groups) == sum(each.complete for each in state.units)


@pytest.mark.parametrize(("merged", "told"), [("5a5a5a5a5a5a", False), ("000000000000", True)])
def test_a_report_tells_the_data_it_rests_on_and_when_no_workbook_has_the_same(
    portal: Portal, shenhe: FlaskClient, merged: str, told: bool
) -> None:
    at = {"at": "2019-08-11T12:00:00+08:00"}
    about = {**at, "report": "first", "signed": False, "leaks": 0, "as_of": "2019-08-11"}
    told_of = {
        f"merged/{merged}/about.json": about,
        "published/1/about.json": {**about, "snapshot": "5a5a5a5a5a5a"},
        "jobs/1/job.json": {**at, "kind": "merge", "by": "shenhe"},
        "jobs/1/progress.json": {"state": "done", "sentence": "汇总完成。", "done": 1, "total": 1},
    }
    for name, said in told_of.items():
        file = portal.desk.state / name
        file.parent.mkdir(parents=True, exist_ok=True)
        work.write(file, said)
    page = text(shenhe.get("/bureau/results"))
    for name in told_of:
        shutil.rmtree((portal.desk.state / name).parent, ignore_errors=True)
    assert ("没有同一数据的汇总工作簿" in page) == told and "5a5a5a5a5a5a" in page
    assert "演示局审核" in page.split("汇总完成。")[1][:40]  # who did it, by name
