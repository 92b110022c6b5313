"""A visit to a unit: the checklist of the four checks, findings by hand, the record, the notice."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from collector.inspections import Inspection
from forms import Campaign, CampaignError, new
from forms.checklist import load_checklist
from forms.engine import Engine
from huizong.steps import inspection as steps
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError
from huizong.steps.feedback import feedback, record, record_values
from huizong.steps.inspection_sheet import inspection, sheet
from huizong.steps.problem_moves import enrol, move
from huizong.steps.problems import problem, problems
from templates import TEXT, placeholders
from templates.readback import Said as Printed
from templates.readback import docx_said, pdf_said
from tests.phase_two.desk import BEN, DAY, UNAPPROVED, UNIT, bureau_of, handed_in

OPEN_DAY = date(2019, 8, 19)
SAFE = "保险柜钥匙由两人随意取用，领用登记缺签字5处。"


def visit(bureau: Bureau) -> Inspection:
    return steps.open_inspection(bureau, UNIT, on=OPEN_DAY, team=["周某", "吴某"], hosts=["郑某"], by="zhou")


def closed(bureau: Bureau) -> Inspection:
    now = visit(bureau)
    steps.check_items(bureau, now.number, {"K3": ("不符", "台账43本，实物42本"), "K1": ("相符", "")})
    steps.add_finding(bureau, now.number, "V8b", SAFE, due_on=date(2019, 9, 10))
    steps.add_finding(bureau, now.number, "V2", "林小二的通行证不在柜内。", person="林小二", id_number=BEN)
    return steps.close_inspection(bureau, now.number, opinion="属实，立即整改。")


def test_every_rule_of_the_four_checks_is_an_item_under_its_title(campaign: Campaign, engine: Engine) -> None:
    given = load_checklist(campaign)
    assert [check.title for check in given.checks.values()] == [
        "应备尽备",
        "应交尽交",
        "应审尽审",
        "应查尽查",
    ]
    titles = {rule.id: rule.title for rule in engine.rules}
    assert all(item.says == titles[item.id] for item in given.items.values() if item.rule)
    assert {"X01", "X05", "X12", "X16", "P06", "K3"} <= given.items.keys()
    assert set(given.categories) == {each.code for each in campaign.codes["violation"].codes}


def test_a_slip_in_the_checklist_is_told_with_its_line(tmp_path: Path, campaign: Campaign) -> None:
    folder = new(tmp_path / "campaign")
    file = folder / "inspection.yaml"
    text = file.read_text("utf-8")
    file.write_text(
        text.replace("[P01, P02]", "[P01, P99]")
        .replace("rules: approved", "rules: aproved")
        .replace("  V8a:", "  V9a:")
        .replace("[属实, 部分属实]", "[属实, 部份属实]"),
        "utf-8",
    )
    with pytest.raises(CampaignError) as told:
        load_checklist(replace(campaign, folder=folder))
    said = [str(each) for each in told.value.faults]
    assert len(said) == 4 and all(each.startswith("inspection.yaml:") for each in said)
    assert any("aproved.sql，是否想写“approved”" in each for each in said)
    assert any("“部份属实”，是否想写“部分属实”" in each for each in said)


def test_the_sheet_sets_what_the_system_found_beside_what_people_saw(bureau: Bureau) -> None:
    handed_in(bureau, certificates=[{}])  # in no custody list: X05
    now = visit(bureau)
    steps.check_items(bureau, now.number, {"X05": ("不符", "两本仍在本人处")}, by="wu")
    given = sheet(bureau, now.number)
    line = next(line for line in given.lines["surrendered"] if line.item.id == "X05")
    assert (line.system, line.result, line.note) == (1, "不符", "两本仍在本人处")
    assert "K3" in given.open_items and "X05" not in given.open_items


def test_what_the_system_found_is_frozen_when_the_record_is_closed(bureau: Bureau) -> None:
    handed_in(bureau, certificates=[{}])
    now = closed(bureau)
    handed_in(bureau)
    line = next(line for line in sheet(bureau, now.number).lines["surrendered"] if line.item.id == "X05")
    assert line.system == 1


@pytest.mark.parametrize(
    ("category", "said", "sentence"),
    [
        ("V2", {}, "须写明涉及人员的姓名和身份证号"),
        ("V2", {"person": "林小二", "id_number": "3303991975"}, "身份证号不对"),
        ("V8b", {"person": "林小二"}, "是单位的问题，不写个人"),
        ("V9", {}, "没有“V9”这种情形"),
    ],
)
def test_a_finding_by_hand_says_what_its_kind_needs(
    bureau: Bureau, category: str, said: dict[str, str], sentence: str
) -> None:
    now = visit(bureau)
    with pytest.raises(UseError, match=sentence):
        steps.add_finding(bureau, now.number, category, "事实", **said)


def test_an_item_that_does_not_agree_needs_a_note(bureau: Bureau) -> None:
    now = visit(bureau)
    with pytest.raises(UseError, match="K3 的检查结果为“不符”，请写明情况"):
        steps.check_items(bureau, now.number, {"K3": ("不符", " ")})
    with pytest.raises(UseError, match="检查表中没有“K99”"):
        steps.check_items(bureau, now.number, {"K99": ("相符", "")})


def test_the_second_inspector_is_told_that_the_first_was_faster(
    bureau: Bureau, campaign: Campaign, engine: Engine
) -> None:
    now = visit(bureau)
    other = bureau_of(bureau.folder, campaign, engine)
    steps.check_items(bureau, now.number, {"K1": ("相符", "")}, by="zhou", expected=now.version)
    with pytest.raises(UseError, match="已由 zhou 于08月20日17:00改动"):
        steps.check_items(other, now.number, {"K1": ("未查", "")}, by="wu", expected=now.version)
    assert inspection(other, now.number).items["K1"].result == "相符"
    other.ledger.close()


def test_the_same_finding_is_written_down_once(bureau: Bureau) -> None:
    """A double click, or two of the group who saw the same."""
    now = visit(bureau)
    about = {"person": "林小二", "id_number": BEN.lower(), "occasion": "2018-05-01"}
    first = steps.add_finding(bureau, now.number, "V2", "护照未交", **about, by="zhou", expected=now.version)
    for version in (now.version, first.version):  # whether or not the second one has seen the first
        with pytest.raises(UseError, match="与第1条现场发现相同（zhou 已记录），没有再记") as told:
            steps.add_finding(bureau, now.number, "V2", " 护照未交 ", **about, by="wu", expected=version)
        assert "先撤回第1条" in str(told.value)
    steps.add_finding(bureau, now.number, "V2", "护照未交", **{**about, "occasion": "2018-06-01"})
    steps.withdraw_finding(bureau, now.number, 1, "记错")
    steps.add_finding(bureau, now.number, "V2", "护照未交", **about)  # what was taken back may be said anew
    assert len(inspection(bureau, now.number).standing) == 2


def test_an_answer_can_be_blanked_again_while_the_record_is_open(bureau: Bureau) -> None:
    now = visit(bureau)
    steps.check_items(bureau, now.number, {"K1": ("相符", ""), "K3": ("不符", "少1本")})
    steps.check_items(bureau, now.number, {"K3": ("", "")})
    given = sheet(bureau, now.number)
    assert "K3" in given.open_items and "K1" not in given.open_items
    assert "K3" not in given.inspection.items


def test_findings_by_hand_enter_the_register_at_the_close_and_not_before(bureau: Bureau) -> None:
    handed_in(bureau)
    now = visit(bureau)
    steps.add_finding(bureau, now.number, "V8b", SAFE)
    steps.add_finding(bureau, now.number, "V8c", "没有制度。")
    steps.withdraw_finding(bureau, now.number, 2, "当场补交")
    assert problems(bureau) == ()
    steps.close_inspection(bureau, now.number)
    found = problems(bureau)
    assert [(each.number, each.label, each.facts["found_by"], each.facts["fact"]) for each in found] == [
        ("002-V8b-01", "疑似", "局集中检查", SAFE)
    ]
    with pytest.raises(UseError, match="已定稿，不能再改"):
        steps.add_finding(bureau, now.number, "V8c", "没有制度。")


def test_what_the_unit_has_listed_itself_keeps_its_number(bureau: Bureau) -> None:
    handed_in(bureau, violations=[UNAPPROVED])
    now = visit(bureau)
    steps.add_finding(
        bureau,
        now.number,
        "V4a",
        "请假条注明出国。",
        person="陈小一",
        id_number="330399198001010018",
        occasion="2018-05-01",
    )
    assert steps.close_inspection(bureau, now.number).numbers == {1: "002-V4a-01"}
    assert len(problems(bureau)) == 1


def test_a_finding_by_hand_lives_as_any_other_problem(bureau: Bureau) -> None:
    handed_in(bureau)
    closed(bureau)
    move(bureau, "002-V8b-01", "asked")
    assert move(bureau, "002-V8b-01", "answered", opinion="属实", reason="已换锁").label == "单位意见"
    assert problem(bureau, "002-V8b-01").due_on == date(2019, 9, 10)


def test_the_notice_carries_the_visit_the_listed_problems_and_the_findings_by_hand(
    bureau: Bureau, tmp_path: Path
) -> None:
    handed_in(bureau, violations=[UNAPPROVED])
    enrol(bureau)
    now = closed(bureau)
    paper = feedback(bureau, now.number, tmp_path, signed=True)
    said = docx_said(paper.docx.read_bytes())
    listed = {row[0]: row for table in said.tables for row in table if len(row) == 7}
    assert {"002-V4a-01", "002-V8b-01", "002-V2-01"} <= listed.keys()
    fact = f"{SAFE[:-1]}（现场检查记录）"
    assert listed["002-V8b-01"][3:7] == (fact, "证件应由专人专柜集中保管", "待核实", "9月10日")
    assert listed["002-V2-01"][2:4] == ("林某", "林某的通行证不在柜内（现场检查记录）")
    assert "于2019年8月19日对你单位开展了实地检查" in said.text and "共有3项问题" in said.text
    for text in (said.text, pdf_said(paper.pdf.read_bytes())):
        assert "林小二" not in text and BEN not in text
    assert inspection(bureau, now.number).notice == paper.number == "瑞卫整改〔2019〕1号"


def test_what_is_done_with_leaves_the_notice(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    now = closed(bureau)
    for to, said in (
        ("asked", {}),
        ("answered", {"opinion": "不属实", "reason": "在柜内"}),
        ("review", {}),
        ("dismissed", {"verdict": "不属实", "reason": "复核在柜内"}),
    ):
        move(bureau, "002-V2-01", to, **said)
    said_ = docx_said(feedback(bureau, now.number, tmp_path).docx.read_bytes()).text
    assert "002-V8b-01" in said_ and "002-V2-01" not in said_


def test_no_notice_before_the_close_and_none_with_a_name_in_it(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    now = visit(bureau)
    with pytest.raises(UseError, match="请先把检查记录定稿"):
        feedback(bureau, now.number, tmp_path)
    steps.add_finding(bureau, now.number, "V8b", "陈小一保管的钥匙遗失。")
    steps.close_inspection(bureau, now.number)
    with pytest.raises(UseError, match=r"不应出现的姓名或号码（陈某）"):
        feedback(bureau, now.number, tmp_path)
    assert not list(tmp_path.glob("*反馈*"))


def test_the_record_is_a_form_on_the_way_out_and_a_record_afterwards(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    now = visit(bureau)
    blank = docx_said(record(bureau, now.number, tmp_path).docx.read_bytes())
    assert "姓、名拆分与姓名不一致" in blank.text and "证件实物与保管台账逐本核对" in blank.text
    steps.check_items(bureau, now.number, {"K3": ("不符", "台账43本，实物42本")})
    steps.add_finding(bureau, now.number, "V8b", SAFE)
    steps.close_inspection(bureau, now.number, opinion="属实。")
    said = docx_said(record(bureau, now.number, tmp_path).docx.read_bytes()).text
    assert SAFE in said and "002-V8b-01" in said and "台账43本，实物42本" in said and "属实。" in said
    assert "姓、名拆分与姓名不一致" not in said and "项系统比对没有发现不一致" in said


def test_the_record_prints_no_full_name_of_whom_a_finding_is_about(bureau: Bureau) -> None:
    now = visit(bureau)
    steps.check_items(bureau, now.number, {"K3": ("不符", "少王大明的护照")})
    steps.add_finding(bureau, now.number, "V2", "护照未交", person="王大明", id_number=BEN)
    steps.close_inspection(bureau, now.number, opinion="王大明的护照即日上交。")
    said = str(record_values(bureau, sheet(bureau, now.number)))
    assert "王大明" not in said and said.count("王某") == 4


def printed(bureau: Bureau, number: str, out: Path) -> Printed:
    return docx_said(record(bureau, number, out).docx.read_bytes())


def test_a_record_is_of_the_day_it_was_closed_and_names_the_day_of_the_visit(
    bureau: Bureau, tmp_path: Path
) -> None:
    """Or it tells of a comparison made after the day on which it says it was signed."""
    handed_in(bureau)
    now = visit(bureau)
    blank = printed(bureau, now.number, tmp_path).text
    assert "检查日期：2019年8月19日\n" in blank and "检查组\n年　　月　　日" in blank  # to be written in
    steps.close_inspection(bureau, now.number)
    said = printed(bureau, now.number, tmp_path).text
    assert "检查日期：2019年8月19日（记录于2019年8月20日定稿）" in said
    assert "系统比对截至2019年8月20日" in said and "检查组\n2019年8月20日" in said


def test_the_day_of_a_record_is_that_of_beijing(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    now = visit(bureau)
    early = datetime(2019, 8, 20, 7, 30, tzinfo=BEIJING).astimezone(UTC)  # the day before in Greenwich
    monkeypatch.setattr(Bureau, "now", lambda _: early)
    steps.close_inspection(bureau, now.number)
    assert record_values(bureau, sheet(bureau, now.number))["document"]["date"] == DAY


def test_what_people_found_not_to_agree_stands_among_what_was_found(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    now = visit(bureau)
    steps.check_items(
        bureau,
        now.number,
        {"R15": ("不符", "领用登记簿无归还记录"), "K3": ("不符", "少1本"), "K1": ("相符", "抽查10人")},
    )
    steps.add_finding(bureau, now.number, "V8b", SAFE)
    steps.close_inspection(bureau, now.number)
    said = printed(bureau, now.number, tmp_path)
    part = said.text.split("五、现场发现的问题")[1]
    assert "结果为“不符”的项目2项" in part
    assert "列入问题台账的现场发现1项，为疑似问题，" in part
    assert "现场查看项目7项、上列系统比对项目2项现场未查。" in part
    rows = [row for table in said.tables for row in table if len(row) == 3]
    assert [(row[0], row[2]) for row in rows[1:]] == [("K3", "少1本"), ("R15", "领用登记簿无归还记录")]


def test_a_record_with_an_item_that_does_not_agree_does_not_say_nothing_was_found(
    bureau: Bureau, tmp_path: Path
) -> None:
    now = visit(bureau)
    steps.check_items(bureau, now.number, {"K3": ("不符", "少1本")})
    steps.close_inspection(bureau, now.number)
    said = printed(bureau, now.number, tmp_path).text
    assert "没有发现系统比对以外的问题" not in said and "没有列入问题台账的现场发现。" in said


def test_a_line_with_findings_of_the_system_that_nobody_looked_into_says_so(
    bureau: Bureau, tmp_path: Path
) -> None:
    handed_in(bureau, certificates=[{}])  # in no custody list: X05
    now = visit(bureau)
    blank = {row[0]: row for table in printed(bureau, now.number, tmp_path).tables for row in table}
    assert blank["X05"][2:4] == ("1处", "")
    steps.close_inspection(bureau, now.number)
    shown = {row[0]: row for table in printed(bureau, now.number, tmp_path).tables for row in table}
    assert shown["X05"][2:4] == ("1处", "未查") and shown["K1"][3] == "未查"


def test_what_the_unit_wrote_ends_with_a_full_stop(bureau: Bureau, tmp_path: Path) -> None:
    now = visit(bureau)
    steps.close_inspection(bureau, now.number, opinion="无异议")
    assert "\n无异议。\n" in printed(bureau, now.number, tmp_path).text


def test_a_record_says_what_its_codes_and_its_answers_mean(bureau: Bureau, tmp_path: Path) -> None:
    said = printed(bureau, visit(bureau).number, tmp_path).text
    assert "编号以P、R、X开头的为系统比对项目，以K开头的为现场查看项目" in said
    assert "“不符”指不符合规定或者与报送的材料不一致，“未查”指这次没有检查。" in said


def test_a_finding_about_nobody_names_nobody_in_the_notice(bureau: Bureau, tmp_path: Path) -> None:
    handed_in(bureau)
    now = closed(bureau)
    said = docx_said(feedback(bureau, now.number, tmp_path).docx.read_bytes())
    listed = {row[0]: row for table in said.tables for row in table if len(row) == 7}
    assert listed["002-V8b-01"][2] == "—" and "单位管理" not in said.text
    assert "向本人核实" not in said.text and "请核实并附佐证材料" in said.text


def test_a_notice_with_days_of_their_own_in_its_list_says_that_these_hold(
    bureau: Bureau, tmp_path: Path
) -> None:
    handed_in(bureau)
    now = closed(bureau)  # one to be put right by 10 September
    said = docx_said(feedback(bureau, now.number, tmp_path).docx.read_bytes()).text
    assert "完成整改（附件1另定时限的，按所定时限），并将整改回执" in said
    steps.open_inspection(bureau, "003", on=OPEN_DAY, team=["周某"])
    steps.add_finding(bureau, "003-J01", "V8b", SAFE)
    steps.close_inspection(bureau, "003-J01")
    said = docx_said(feedback(bureau, "003-J01", tmp_path).docx.read_bytes()).text
    assert "完成整改，并将整改回执" in said


def test_the_record_asks_for_nothing_that_is_not_given(bureau: Bureau) -> None:
    handed_in(bureau)
    now = closed(bureau)
    given = _names(record_values(bureau, sheet(bureau, now.number)))
    asked = placeholders((TEXT / "inspection.md").read_text("utf-8"))
    assert {each.split(".")[0].removesuffix("[]") for each in asked} <= given


def test_a_second_visit_has_a_number_of_its_own(bureau: Bureau) -> None:
    visit(bureau)
    with pytest.raises(UseError, match="002-J01）没有定稿"):
        visit(bureau)
    steps.close_inspection(bureau, "002-J01")
    assert visit(bureau).number == "002-J02"
    with pytest.raises(UseError, match="还没有到"):
        steps.open_inspection(bureau, "003", on=date(2019, 8, 21), team=["周某"])
    assert DAY > OPEN_DAY


def _names(values: dict[str, object]) -> set[str]:
    return set(values)
