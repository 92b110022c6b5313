"""The problem register in the portal: numbered, filtered, worked by bureau and unit, exported."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from collector.portal import lives
from collector.portal.gather import case
from collector.problems import Life, State
from collector.rows import Actor
from huizong.steps.gather import inputs
from huizong.steps.problems import Problem, problem
from templates.readback import pdf_said
from tests.phase_two.desk import LATE, OPEN, UNAPPROVED, handed_in
from tests.portal.conftest import opened
from tests.portal.phase_two import ANN, REVIEWER, audited, listed, scan, step, text
from tests.portal.portals import Portal, Prepared


@pytest.fixture(scope="module")
def portal(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    yield from opened(prepared, tmp_path_factory.mktemp("register"))


@pytest.fixture(scope="module")
def unit(portal: Portal) -> str:
    return portal.units[0]


@pytest.fixture(scope="module")
def numbers(portal: Portal, unit: str) -> list[str]:
    """A suspicion, then a problem that the unit itself has confirmed."""
    return listed(portal, unit)


def state(portal: Portal, number: str) -> str:
    return problem(portal.desk.bureau_with_registers(), number).label


def version(portal: Portal, number: str) -> int:
    return problem(portal.desk.bureau_with_registers(), number).version


def test_what_documents_list_is_numbered_by_a_click(portal: Portal) -> None:
    other, shenhe = portal.units[1], portal.signed_in("shenhe")
    handed_in(portal.desk.bureau_with_registers(), other, violations=[LATE])
    assert "1 个问题还没有登记编号" in text(shenhe.get("/register"))
    assert "新登记 1 个问题" in text(shenhe.post("/register/enrol", follow_redirects=True))
    assert f"{other}-V5a-01" in text(shenhe.get("/register"))
    assert "没有新列出的问题" in text(shenhe.post("/register/enrol", follow_redirects=True))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", (True, True)),
        ("?code=V4a", (True, False)),
        ("?state=found", (False, True)),
        ("?unit={unit}&state=suspected", (True, False)),
        ("?unit={other}", (False, False)),
        ("?late=1", (False, False)),
    ],
)
def test_the_register_is_filtered(
    portal: Portal, unit: str, numbers: list[str], query: str, shown: tuple[bool, ...]
) -> None:
    page = text(portal.signed_in("lingdao").get("/register" + query.format(unit=unit, other=portal.units[2])))
    assert tuple(number in page for number in numbers) == shown


def test_the_counts_beside_the_states_are_those_a_click_would_show(
    portal: Portal, unit: str, numbers: list[str]
) -> None:
    leader = portal.signed_in("lingdao")
    assert "疑似 1 认定 1" in text(leader.get(f"/register?unit={unit}"))
    page = leader.get(f"/register?unit={portal.units[2]}&state=found").get_data(as_text=True)
    assert "认定 0" in page and "疑似 1" not in page
    assert '<option value="found" selected>' in page  # a list that is empty says what it was filtered by


def test_a_leader_reads_and_cannot_work(portal: Portal, numbers: list[str]) -> None:
    leader = portal.signed_in("lingdao")
    page = text(leader.get(f"/units/{numbers[0][:3]}/register/{numbers[0]}"))
    assert "疑似" in page and "交单位核实" not in page
    assert step(leader, numbers[0], "asked").status_code == 403
    assert leader.post("/register/steps", data={"target": f"{numbers[0]}@1"}).status_code == 403


def test_numbers_of_people_are_masked_until_a_reason_is_written(
    portal: Portal, unit: str, numbers: list[str]
) -> None:
    shenhe, address = portal.signed_in("shenhe"), f"/units/{unit}/register/{numbers[0]}"
    assert ANN not in text(shenhe.get(address))
    assert shenhe.post(f"{address}/in-full", data={"reason": ""}).status_code == 400
    assert ANN in text(shenhe.post(f"{address}/in-full", data={"reason": "核对本人"}))
    assert ("shenhe", numbers[0], "核对本人") in audited(portal, "seen_in_full")


def test_a_problem_is_worked_to_its_end_by_bureau_and_unit(portal: Portal, unit: str) -> None:
    number = next(iter(listed(portal, unit)), f"{unit}-V4a-01")
    shenhe, clerk = portal.signed_in("shenhe"), portal.clerk(unit)
    assert step(shenhe, number, "asked", version(portal, number), reason="请核实手续").status_code == 302
    assert "问题整改（1）" in text(clerk.get(f"/units/{unit}"))
    paper = scan()
    said = {"opinion": "属实", "reason": "本人承认", "evidence": (io.BytesIO(paper), "谈话记录.pdf")}
    assert step(clerk, number, "answered", version(portal, number), **said).status_code == 302
    assert step(clerk, number, "found", verdict="属实").status_code == 409
    for move, words in (
        ("review", {}),
        ("found", {"verdict": "属实"}),
        ("returned", {"reason": "处理依据写错，再核"}),  # judged too soon: back to review, with its reason
        ("found", {"verdict": "属实"}),
        ("sanctioned", {"reason": "批评教育，谈话记录"}),
        ("rectifying", {"measure": "诫勉", "responsible": "陈主任", "due_on": "2019-08-30"}),
    ):
        assert step(shenhe, number, move, version(portal, number), **words).status_code == 302, move
    assert step(shenhe, number, "closed").status_code == 409
    assert (
        step(clerk, number, "rectified", done_on="2019-08-10").status_code == 409
    )  # says nothing of what was done
    done = step(clerk, number, "rectified", done_on="2019-08-10", reason="已谈话，证件已收缴")
    assert done.status_code == 302
    assert step(shenhe, number, "closed").status_code == 302
    page = shenhe.get(f"/units/{unit}/register/{number}")
    assert "已谈话，证件已收缴" in text(page) and state(portal, number) == "销号"
    assert "退回复核" in text(page) and "处理依据写错，再核" in text(page)
    assert "演示局审核" in text(page)  # people by name, not by login
    assert shenhe.get(f"/units/{unit}/register/{number}/evidence/2").data == paper
    assert shenhe.get(f"/units/{unit}/register/{number}/evidence/1").status_code == 404
    # It belongs to the problem: neither the set's scans nor what a merge rests on know of it.
    assert [each for each in inputs(portal.desk.bureau_with_registers()).attachments if each[0] == unit] == []
    assert case(portal.desk, unit).scans == {}


def on_the_unit(portal: Portal, number: str) -> FlaskClient:
    """The unit's clerk, before a problem that the bureau has handed out to be put right."""
    said = {"measure": "诫勉", "responsible": "陈主任", "due_on": "2019-08-30"}
    assert step(portal.signed_in("shenhe"), number, "rectifying", **said).status_code == 302
    return portal.clerk(number[:3])


def test_a_file_that_is_no_scan_leaves_the_problem_where_it_was(portal: Portal, numbers: list[str]) -> None:
    number = numbers[1]
    clerk = on_the_unit(portal, number)
    bad = {"done_on": "2019-08-10", "reason": "已改", "evidence": (io.BytesIO(b"MZ no scan"), "a.pdf")}
    answer = step(clerk, number, "rectified", **bad)
    assert (answer.status_code, "佐证材料没有收下" in text(answer)) == (409, True)
    assert "a.pdf" in text(answer) and "佐证-" not in text(answer)  # by its own name
    assert problem(portal.desk.bureau_with_registers(), number).life.done_on is None  # type: ignore[union-attr]


def test_the_receipt_of_a_refused_file_says_that_it_was_kept_and_not_taken(
    portal: Portal, numbers: list[str]
) -> None:
    unit, clerk = numbers[1][:3], on_the_unit(portal, numbers[1])
    said = {"done_on": "2019-08-10", "reason": "已改"}
    answer = step(clerk, numbers[1], "rectified", **said, evidence=(io.BytesIO(b"MZ other"), "b.pdf"))
    assert "佐证材料没有收下" in text(answer) and "文件已留存备查" in text(answer)
    (receipt,) = [each for each in case(portal.desk, unit).receipts if each.file_name.endswith("b.pdf")]
    address, kept = f"/units/{unit}/receipts/{receipt.number}", "没有收下，留存备查"
    printed = pdf_said(clerk.get(f"{address}.pdf").data).replace("\n", "")
    assert kept in text(clerk.get(address)) and kept in printed


def test_a_form_sent_as_evidence_is_no_new_version_of_the_form(portal: Portal, numbers: list[str]) -> None:
    unit, clerk = numbers[1][:3], on_the_unit(portal, numbers[1])
    with portal.desk.ledger.writing(REVIEWER) as tx:
        tx.event("reopened", unit, "staff", details={"reason": "更正"})
    before = case(portal.desk, unit).newest("staff")
    said = {"done_on": "2019-08-10", "reason": "已改"}
    filled = portal.file(unit, "02-").read_bytes()
    answer = step(clerk, numbers[1], "rectified", **said, evidence=(io.BytesIO(filled), "名册.xlsx"))
    assert (answer.status_code, "佐证材料没有收下" in text(answer)) == (409, True)
    assert case(portal.desk, unit).newest("staff") == before
    assert case(portal.desk, unit).state("staff").status == "reopened"
    # Sent where it belongs the same bytes are taken, and their one receipt says so.
    clerk.post(f"/units/{unit}/uploads", data={"files": (io.BytesIO(filled), "名册.xlsx")})
    (receipt,) = [each for each in case(portal.desk, unit).receipts if each.file_name.endswith("名册.xlsx")]
    page = text(clerk.get(f"/units/{unit}/receipts/{receipt.number}"))
    assert "没有收下" not in page and portal.desk.campaign.forms["staff"].title in page


def test_who_comes_second_is_told(portal: Portal, numbers: list[str]) -> None:
    answer = step(portal.signed_in("shenhe"), numbers[1], "rectifying", 1, measure="x", responsible="y")
    assert (answer.status_code, "您的修改没有保存" in text(answer)) == (409, True)


def test_many_at_once_means_all_or_none(portal: Portal) -> None:
    other = portal.units[2]
    first, second = listed(
        portal,
        other,
        violations=[
            {**UNAPPROVED, **OPEN},
            {**UNAPPROVED, **OPEN, "exit_on": "2017-01-01", "entry_on": "2017-01-03"},
        ],
    )
    shenhe = portal.signed_in("shenhe")
    assert step(shenhe, second, "asked").status_code == 302
    both = {"move": "asked", "target": [f"{each}@{version(portal, each)}" for each in (first, second)]}
    answer = shenhe.post("/register/steps", data=both)
    assert (answer.status_code, second in text(answer)) == (409, True)
    assert [state(portal, each) for each in (first, second)] == ["疑似", "待单位核实"]
    one = {"move": "asked", "target": [f"{first}@{version(portal, first)}"]}
    assert "已办 1 个问题" in text(shenhe.post("/register/steps", data=one, follow_redirects=True))


def test_many_at_once_say_only_what_the_step_asks_and_come_back_to_the_same_list(portal: Portal) -> None:
    """One form holds the fields of all steps: the date of another step must not go along."""
    other = portal.units[1]
    (number,) = listed(portal, other, violations=[{**UNAPPROVED, **OPEN}])[:1]
    said = {"move": "asked", "target": f"{number}@{version(portal, number)}", "due_on": "2019-12-31"}
    shown = {"unit": other, "code": "", "state": "suspected", "page": "2"}
    answer = portal.signed_in("shenhe").post("/register/steps", data={**said, **shown})
    assert answer.location == f"/register?unit={other}&state=suspected&page=2"
    life = problem(portal.desk.bureau_with_registers(), number).life
    assert life and (life.label, life.due_on) == ("待单位核实", None)


def test_many_at_once_are_not_handed_out_with_a_date_already_past(portal: Portal) -> None:
    unit, shenhe = portal.units[1], portal.signed_in("shenhe")
    late = {**LATE, "exit_on": "2017-02-03"}
    handed_in(portal.desk.bureau_with_registers(), unit, violations=[LATE, late])
    shenhe.post("/register/enrol")
    numbers = [f"{unit}-V5a-01", f"{unit}-V5a-02"]
    said = {"measure": "诫勉", "responsible": "陈主任", "due_on": "2019-08-10", "move": "rectifying"}
    answer = shenhe.post(
        "/register/steps", data={**said, "target": [f"{each}@{version(portal, each)}" for each in numbers]}
    )
    assert (answer.status_code, "整改时限 2019-08-10 已经过去" in text(answer)) == (409, True)
    assert [state(portal, each) for each in numbers] == ["认定", "认定"]


@pytest.mark.parametrize(
    ("due", "filled_in"), [(date(2019, 8, 18), "2019-09-30"), (date(2019, 8, 19), "2019-08-19")]
)
def test_no_date_is_filled_in_that_is_already_past(due: date, filled_in: str) -> None:
    today, now = date(2019, 8, 19), datetime(2019, 8, 20, tzinfo=UTC)
    life = Life("002-V4a-01", ("002", "", "V4a", ""), "rectifying", 1, now, "shenhe", due_on=due)
    each = Problem(life.key, life, {}, None, "rectifying", frozenset())
    offers = lives.offers(each, "bureau_reviewer", {}, date(2019, 9, 30), today)
    assert [ask.value for ask in asked(offers, "due_on")] == [filled_in]
    assert [ask.value for ask in asked(lives.together(date(2019, 8, 18), today), "due_on")] == [""]


def asked(offers: tuple[lives.Offer, ...], name: str) -> list[lives.Ask]:
    return [ask for offer in offers for ask in offer.asks if ask.name == name]


def test_a_units_long_list_comes_by_pages(
    portal: Portal, unit: str, numbers: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lives, "PAGE", 1)
    clerk = portal.clerk(unit)
    first, second = (text(clerk.get(f"/units/{unit}/register?page={n}")) for n in (1, 2))
    assert [sum(number in page for number in numbers) for page in (first, second)] == [1, 1]
    assert "第 1 / 2 页，共 2 条" in first and "下一页" in first and "上一页" in second


@pytest.mark.parametrize(
    ("state", "role", "offered", "strong"),
    [
        ("answered", "bureau_reviewer", ("review", "asked"), "review"),
        ("review", "bureau_reviewer", ("found", "dismissed", "asked"), ""),  # for people to decide
        ("rectifying", "bureau_reviewer", ("closed", "rectifying", "rectified", "returned"), "closed"),
        ("rectifying", "clerk", ("rectified",), "rectified"),
        ("asked", "clerk", ("answered",), "answered"),
    ],
)
def test_the_step_that_leads_on_comes_first(
    state: State, role: str, offered: tuple[str, ...], strong: str
) -> None:
    found = offered_at(state, role)
    assert tuple(each.move for each in found) == offered
    assert [each.move for each in found if each.strong] == [strong] * bool(strong)


@pytest.mark.parametrize(
    ("state", "role", "asked"),
    [
        ("review", "bureau_reviewer", set()),  # what is found or dealt with can be returned to review
        ("found", "bureau_reviewer", set()),
        ("asked", "clerk", {"answered"}),
        ("rectifying", "bureau_reviewer", set()),  # what is struck off can be opened again
    ],
)
def test_a_step_that_cannot_be_taken_back_asks_first(state: State, role: str, asked: set[str]) -> None:
    assert {each.move for each in offered_at(state, role) if each.confirm} == asked


def offered_at(state: State, role: str) -> tuple[lives.Offer, ...]:
    """The steps offered for a problem in this state, reported done."""
    now, day = datetime(2019, 8, 20, tzinfo=UTC), date(2019, 8, 19)
    life = Life("002-V4a-01", ("002", "", "V4a", ""), state, 1, now, "shenhe", done_on=day)
    return lives.offers(Problem(life.key, life, {}, None, state, frozenset()), role, {}, day, day)


def test_the_export_has_full_names_and_is_logged(portal: Portal, numbers: list[str]) -> None:
    shenhe = portal.signed_in("shenhe")
    assert shenhe.post("/register/export", data={"reason": ""}).status_code == 409
    answer = shenhe.post("/register/export", data={"reason": "局务会"})
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert {"陈小一", "林小二"} <= {str(cell) for row in rows for cell in row}
    assert "shenhe" in str(rows[1][0]) and "导出" in str(rows[1][0])      # who took it, on the list itself
    assert ("shenhe", f"register  {len(rows) - 3}", "局务会") in audited(portal, "downloaded")


def test_the_export_tells_people_by_name_and_the_sanction_that_no_document_tells(portal: Portal) -> None:
    unit, shenhe = portal.units[2], portal.signed_in("shenhe")
    visit = shenhe.post("/inspections", data={"unit": unit, "team": "张某"}).location
    shenhe.post(f"{visit}/findings", data={"category": "V8b", "fact": "证件放在抽屉"})
    shenhe.post(f"{visit}/close")
    number, said = f"{unit}-V8b-01", {"opinion": "属实", "verdict": "属实", "measure": "换锁"}
    said |= {"responsible": "陈主任", "due_on": "2019-08-30", "done_on": "2019-08-10"}
    for move in ("asked", "answered", "review", "found", "sanctioned", "rectifying", "rectified", "closed"):
        assert step(shenhe, number, move, **said, reason=f"{move}的理由").status_code == 302, move
    answer = shenhe.post("/register/export", data={"unit": unit, "code": "V8b", "reason": "核对"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    head, row = book.get_sheet_by_index(0).to_python()[2:]
    found = dict(zip(head, row, strict=True))
    assert (found["处理方式"], found["销号人"]) == ("sanctioned的理由", "演示局审核")


def test_the_export_holds_what_the_filters_leave(portal: Portal, numbers: list[str], unit: str) -> None:
    shenhe = portal.signed_in("shenhe")
    asked = {"unit": unit, "code": "V4a", "state": "", "late": ""}
    answer = shenhe.post("/register/export", data={**asked, "reason": "核对"})
    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    head, *rows = book.get_sheet_by_index(0).to_python()[2:]
    assert [row[head.index("问题编号")] for row in rows] == [numbers[0]]
    assert ("shenhe", f"register unit={unit} code=V4a 1", "核对") in audited(portal, "downloaded")
    nothing = shenhe.post("/register/export", data={**asked, "late": "1", "reason": "核对"})
    assert nothing.status_code == 409 and "没有符合条件" in text(nothing)


def test_a_guide_sees_only_the_units_given(portal: Portal, numbers: list[str]) -> None:
    accounts = portal.desk.accounts
    accounts.assigned(Actor("anquan", "security"), "zhidao", units=[portal.units[1]])
    page = text(portal.signed_in("zhidao").get("/register"))
    assert numbers[0] not in page and f"{portal.units[1]}-V5a-01" in page
