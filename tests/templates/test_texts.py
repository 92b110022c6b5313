"""The shipped texts read naturally for many, for one, for none, and where nobody has answered."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from merger.words import texts
from templates import TEXT, Table, compose, fill_text, placeholders

TEXTS = ("report.md", "circular.md", "reminder.md", "notice.md", "self_report.md", "receipt.md")
STATES = ("many", "one", "clean", "silent")


def names_defined() -> set[str]:
    text = (TEXT / "FIGURES.md").read_text("utf-8")
    return {
        name
        for name in re.findall(r"`([a-z_]+(?:\[\])?(?:\.[a-z0-9_]+(?:\[\])?)*)`", text)
        if not name.endswith(".md")
    }


def names_used() -> set[str]:
    files = [path for path in TEXT.iterdir() if path.suffix == ".txt" or path.name in TEXTS]
    return {name for path in files for name in placeholders(path.read_text("utf-8"))}


def rows_of_breakdowns(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith("by.") and "[]" in name}


def test_every_name_a_text_uses_is_defined_in_figures_md() -> None:
    used = names_used()
    assert used - names_defined() - rows_of_breakdowns(used) == {"campaign.contact"} & used
    assert {name.split("].")[1] for name in rows_of_breakdowns(used)} <= {"label", "n", "rate", "units"}


def test_figures_md_defines_no_name_that_no_text_uses() -> None:
    dotted = {name for name in names_defined() if "." in name and not name.startswith("by.name")}
    assert dotted - names_used() == set()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("state", STATES)
def test_a_text_reads_naturally(text: str, state: str, sample: ModuleType) -> None:
    document = compose(text, sample.context(state), inserts=sample.inserts(3))
    said = texts(document)
    for sentence in said:
        assert not re.search(r"[，、；：。]{2}|（）|《》|[，；、]$|None|\{\{|%\}|^。", sentence), sentence
        assert not re.search(r"\d{17}[\dX]|[EGCWTL][A-Z0-9]\d{7}", sentence), sentence  # D-02
        assert not re.search(r"国家(?!（地区）|工作人员)[^。]*(香港|澳门|台湾)", sentence), sentence  # D-11
    if document.kind == "报告":  # D-08: a report carries no request
        assert not any(re.search(r"请(示|批准|批复)", sentence) for sentence in said)
        assert "特此报告。" in said


@pytest.mark.parametrize("state", STATES)
def test_every_unit_stands_once_in_the_annex(state: str, sample: ModuleType) -> None:
    context = sample.context(state)
    for text, at in (("report.md", 2), ("circular.md", 0)):
        document = compose(text, context, inserts=sample.inserts(3))
        table = next(block for block in document.attachments[at].blocks if isinstance(block, Table))
        names = [row[1].text for row in table.rows]
        assert [name for name in names if name != "合计"] == [unit["name"] for unit in context["units"]]


def test_a_missing_unit_prints_as_not_submitted_never_as_nought(sample: ModuleType) -> None:
    document = compose("circular.md", sample.context("silent", units=2), inserts=sample.inserts(3))
    table = next(block for block in document.attachments[0].blocks if isinstance(block, Table))
    assert [cell.text for cell in table.rows[0][2:4]] == ["未报送", "—"]


def test_clean_units_get_no_problem_list_and_no_receipt(sample: ModuleType) -> None:
    assert compose("notice.md", sample.context("clean")).attachments == ()
    assert len(compose("notice.md", sample.context("one")).attachments) == 2


def test_the_first_report_does_not_tell_of_the_inspection(sample: ModuleType) -> None:
    context = sample.context("many")
    first = context | {"document": context["document"] | {"stage": "first"}}
    said = "".join(texts(compose("report.md", first, inserts=sample.inserts(3))))
    assert "集中检查。" not in said and "单位自查阶段工作已经结束" in said


def test_the_chat_reminder_fits_a_message(sample: ModuleType) -> None:
    context = sample.context("many")
    longest = context | {
        "unit": context["unit"] | {"lacking": ["证件保管台账"] * 10, "back": ["材料7"],
                                   "short_name": "潘岱街道社区卫生服务中心"},
    }  # fmt: skip
    text = (TEXT / "reminder_chat.txt").read_text("utf-8")
    assert len(fill_text(text, longest)) <= 70
    assert (
        fill_text(text, context) == "市人民医院：专项整治材料尚缺2项（登记表、保管台账），请于8月14日前上报。"
    )


def notice(sample: ModuleType, state: str, *, listed: int = 0, **fig: int) -> str:
    """What a notice says, with some figures; `listed` of the certificates owed are in its list."""
    context = sample.context(state)
    given = context | {"fig": context["fig"] | fig, "unit": context["unit"] | {"owed_listed": listed}}
    return "".join(texts(compose("notice.md", given)))


def test_a_notice_names_what_is_missing_beside_the_problems(sample: ModuleType) -> None:
    full = {"annex3_d4": 10, "annex3_d5": 10, "annex3_d6": 8, "annex3_d7": 8, "stale_registrations": 0}
    assert "应备未备" not in notice(sample, "clean", **full)
    some = notice(sample, "clean", **full | {"annex3_d5": 9, "annex3_d7": 6})
    assert "截至2019年8月31日，尚有1人应备未备，2本证件应交未交。" in some
    assert "请立即补办或者撤销有关人员的登记备案" in some
    many = notice(sample, "one", **full | {"stale_registrations": 3})
    assert "尚有3名已调离、退休或者辞职人员的登记备案未撤销。" in many and "另外" not in many
    assert "应撤未撤的，及时办理撤销" in many and "应备未备的" not in many


def test_a_certificate_in_the_list_is_not_told_as_a_further_one(sample: ModuleType) -> None:
    owed = {"annex3_d6": 8, "annex3_d7": 6}
    assert "2本证件应交未交（其中1本已列入附件1）" in notice(sample, "one", listed=1, **owed)
    assert "2本证件应交未交（均已列入附件1）" in notice(sample, "one", listed=2, **owed)
    assert "1本证件应交未交（已列入附件1）" in notice(sample, "one", listed=1, annex3_d6=8, annex3_d7=7)


def test_a_letter_says_once_by_when_and_in_its_list_where_the_days_differ(sample: ModuleType) -> None:
    context = sample.context("many")
    days = [{"until": "2019-08-14", "own_date": False}, {"until": "2019-09-20", "own_date": True}]

    def said(*rows: dict[str, object]) -> str:
        listed = [problem("V4", **row) for row in rows]
        return "".join(texts(compose("notice.md", context | {"problems": listed})))

    assert "请于2019年8月14日前完成整改，并将" in said(days[0], days[0])
    assert "请于2019年8月14日前完成整改（附件1另定时限的，按所定时限），并将" in said(*days)
    own = said(days[1])
    assert "请按附件1所列时限完成整改（其他事项于2019年8月14日前完成），并于2019年8月14日前将整改回执" in own
    assert "9月20日" in own


def test_the_circular_names_the_units_with_the_most_problems_first(sample: ModuleType) -> None:
    context = sample.context("many", 3)
    units = [unit | {"problem_persons": n, "with_problems": True, "unregistered": n}
             for n, unit in enumerate(context["units"], 1)]  # fmt: skip
    given = context | {"units": units, "fig": context["fig"] | {"units_with_problems": 3}}
    said = "".join(texts(compose("circular.md", given, inserts=sample.inserts(3))))
    names = "、".join(unit["name"] for unit in reversed(units))
    assert f"{names}存在违规问题（各单位情况见附件）" in said


def problem(kind: str, **more: object) -> dict[str, object]:
    return {"number": f"002-{kind}-01", "kind": kind, "violation": kind, "person": "陈某", "fact": "事实",
            "evidence": "材料5", "rule": "要求", "state": "属实", "until": "2019-08-14",
            "own_date": False, "late": False, "set_by_bureau": False, **more}  # fmt: skip


ALL_IN = {"annex3_d4": 10, "annex3_d5": 10, "annex3_d6": 8, "annex3_d7": 8, "stale_registrations": 0}


@pytest.mark.parametrize(
    ("kind", "asked"),
    [
        ("V2", "按期整改到位；认定属实的"),
        ("V4", "按期整改到位；认定属实的，按干部管理权限提出处理意见"),
        ("V7", "审批把关不严的，查明责任"),
    ],
)
def test_a_notice_asks_only_for_what_its_own_list_holds(sample: ModuleType, kind: str, asked: str) -> None:
    context = sample.context("one")
    fig = context["fig"] | ALL_IN | {"annex2_c8": 4, "annex2_c12": 4}  # dealt with: not in the list
    document = compose("notice.md", context | {"fig": fig, "problems": [problem(kind)]})
    said = "".join(texts(document))
    assert asked in said
    assert "限期收缴" not in said and ("把关不严" in said) == (kind == "V7")


def rectified(sample: ModuleType, closed: int, on_site: int = 0, pending: int = 0, **fig: int) -> str:
    context = sample.context("many", 3)
    figures = {"problems_total": 9, "problems_settled": 6, "problems_open": 3, "problems_overdue": 0}
    given = context | {
        "fig": context["fig"] | figures | fig,
        "register": {"on_site": on_site, "on_site_pending": pending, "closed": closed, "notices": 1,
                     "noticed": 1},
    }
    said = "".join(texts(compose("report.md", given, inserts=sample.inserts(3))))
    return said[said.index("建立问题台账") : said.index("存在的困难和问题")]


def test_the_report_tells_apart_what_was_dealt_with_and_what_was_written_off(sample: ModuleType) -> None:
    said = rectified(sample, 0)
    assert "已作出处理6项，尚未处理的3项正在研究处理。整改情况正在逐项核查，经核查整改到位后销号。" in said
    assert "已整改销号2项，其余正在整改和核查。" in rectified(sample, 2)
    assert "台账所列问题已全部整改销号。" in rectified(sample, 9)
    on_site = rectified(sample, 9, on_site=1)
    assert "集中检查现场另发现问题1项，一并列入台账。已整改销号9项" in on_site


def test_the_report_calls_suspected_what_nobody_has_upheld(sample: ModuleType) -> None:
    assert "另发现疑似问题2项，正在核实，一并列入台账" in rectified(sample, 0, on_site=2, pending=2)
    assert "另发现问题2项（其中1项正在核实），一并列入台账" in rectified(sample, 0, on_site=2, pending=1)


def test_the_report_does_not_say_of_all_that_they_are_among_the_rest(sample: ModuleType) -> None:
    assert "尚未处理的3项均已超过单位所定的完成时限。" in rectified(sample, 0, problems_overdue=3)
    assert "尚未处理的3项中，有2项已超过单位所定的完成时限。" in rectified(sample, 0, problems_overdue=2)


@pytest.mark.parametrize(("troubled", "said"), [(1, "反映出部分单位"), (3, "反映出多数单位")])
def test_the_circular_calls_most_units_not_some(sample: ModuleType, troubled: int, said: str) -> None:
    context = sample.context("many", 4)
    fig = context["fig"] | {"units_with_problems": troubled, "units_counted": 4, "problem_persons": 9}
    assert said in "".join(texts(compose("circular.md", context | {"fig": fig}, inserts=sample.inserts(3))))


def test_the_report_names_why_certificates_are_out_and_guesses_nothing(sample: ModuleType) -> None:
    said = "".join(texts(compose("report.md", sample.context("many", 3), inserts=sample.inserts(3))))
    assert "应交未交（在外未归" in said and "换发" not in said


def test_the_bureaus_own_report_is_not_addressed_to_itself(sample: ModuleType) -> None:
    context = sample.context("one")
    own = context | {"unit": context["unit"] | {"name": context["campaign"]["issuer"]}}
    assert compose("self_report.md", own).to == "局专项整治工作领导小组："
    assert compose("self_report.md", context).to == f"{context['campaign']['issuer']}："


def test_a_second_letter_knows_the_first_and_says_which_problems_are_late(sample: ModuleType) -> None:
    context = sample.context("many", 3)
    listed = [problem("V2", late=True), problem("V4", late=False)]
    assert compose("notice.md", context).title[-1] == "检查情况并再次限期整改的通知"
    said = "".join(texts(compose("notice.md", context | {"problems": listed})))
    told = "，有关情况已于2019年8月21日以瑞卫整改〔2019〕37号反馈；2019年8月20日，又对你单位开展了实地检查。"
    assert f"{told}现将检查情况和至今没有处理、整改到位的问题通知如下（整改时限以本通知为准）：" in said
    assert "其中1项已超过你单位所定的完成时限。" in said
    twice = [*context["unit"]["told"], {"number": "瑞卫整改〔2019〕40号", "on": "2019-08-30"}]
    later = context["unit"] | {"told": twice, "visited_since": False}
    given = context | {"unit": later, "visit": {"looked": 0}}
    third = compose("notice.md", given)
    again = "已先后于2019年8月21日以瑞卫整改〔2019〕37号、2019年8月30日以瑞卫整改〔2019〕40号反馈，现就至今"
    assert again in "".join(texts(third))
    untold = context["unit"] | {"told": [], "visited_since": False}
    first = compose("notice.md", context | {"problems": [listed[0]], "unit": untold})
    assert "现将有关情况反馈如下" in "".join(texts(first))
    assert "以上问题均已超过你单位所定的完成时限。" in "".join(texts(first))
    assert first.title[-1] == "检查情况并限期整改的通知"
    moved = compose("notice.md", context | {"problems": [listed[0] | {"set_by_bureau": True}]})
    assert "以上问题均已超过原定的完成时限。" in "".join(texts(moved))


def test_a_letter_names_what_a_visit_found_amiss_and_a_paper_review_is_called_one(sample: ModuleType) -> None:
    context = sample.context("one")
    visited = compose("notice.md", context)
    assert visited.title[-1].startswith("检查情况")
    assert "现场检查发现以下情况：未做到“证件由专人专柜保管”（登记簿缺页）。" in "".join(texts(visited))
    reviewed = context | {
        "unit": context["unit"] | {"inspected_on": None},
        "visit": {"looked": 0},
        "amiss": [],
    }
    document = compose("notice.md", reviewed)
    assert document.title[-1].startswith("审核情况")
    assert "检查组" not in "".join(texts(document)) and "一、基本情况" in "".join(texts(document))


def test_a_case_of_an_approval_names_no_person(sample: ModuleType) -> None:
    context = sample.context("one")
    case = {
        "unit": "甲院",
        "person": None,
        "category": None,
        "fact": "审批把关不严",
        "result": "对相关责任人给予诫勉处理",
    }
    for paper in ("report.md", "circular.md"):
        said = texts(compose(paper, context | {"cases": [case]}, inserts=sample.inserts(3)))
        assert "1.甲院审批把关不严，对相关责任人给予诫勉处理。" in said
