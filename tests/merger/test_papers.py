"""Report and circular say what the workbook says, at the edges too: no unit in, one unit, all clean, under
review."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache

import pytest

from forms.engine import Waiver
from huizong.steps.papers import written
from merger.binding import full_names
from merger.city import City, Override, consolidate
from merger.inserts import annex_tables, inserts, pictures
from merger.names import known_names
from merger.papers import Head, context
from merger.words import texts
from templates import Document, Table, compose, render_docx
from templates.readback import docx_said
from tests.merger.cities import (
    AS_OF,
    CLEAN,
    FIRST,
    SECOND,
    SMALL,
    THIRD,
    TROUBLED,
    Tables,
    city,
    engine,
    inputs,
    lines,
    opened,
)

HEAD = Head("瑞卫发〔2019〕88号", AS_OF, draft="征求意见稿", to="有关单位")
CITIES: Mapping[str, Mapping[str, Tables]] = {
    "no unit in": {},
    "one unit": {FIRST: TROUBLED},
    "one clean unit": {SECOND: CLEAN},
    "all clean": {FIRST: CLEAN, SECOND: {}, THIRD: {}},
    "some": SMALL,
    "under review": SMALL,
}
AWKWARD = re.compile(r"[，、；：。]{2}|（）|《》|[，；、]$|None|\{\{|%\}|^。|依次为[。；]|分，；")


@cache
def made(state: str) -> City:
    return city(CITIES[state], handed_in=tuple(SMALL) if state == "under review" else ())


def composed(paper: str, state: str) -> Document:
    return compose(f"{paper}.md", context(made(state), HEAD), inserts=inserts(made(state)))


@pytest.mark.parametrize("state", CITIES)
@pytest.mark.parametrize("paper", ["report", "circular", "reminder"])
def test_a_paper_reads_naturally(paper: str, state: str) -> None:
    for sentence in texts(composed(paper, state)):
        assert not AWKWARD.search(sentence), sentence
        assert not re.search(r"(?<!\d)0(人|本|件|家)(应备未备|应交未交|未报送|的疑似)", sentence), sentence


@pytest.mark.parametrize("state", CITIES)
@pytest.mark.parametrize("annex", ["附件2", "附件3"])
def test_the_reports_annexes_equal_the_workbooks(annex: str, state: str) -> None:
    read = lines(opened(made(state))[annex])
    title = next(form.title for form in made(state).campaign.forms.values() if form.number == annex)
    item = next(each for each in composed("report", state).attachments if each.title == title)
    table = next(block for block in item.blocks if isinstance(block, Table))
    for unit in made(state).campaign.units:
        shown = next(row for row in table.rows if row[1].text == unit.name)
        cells = [cell.text for cell in shown[2:] for _ in range(cell.cols)]
        assert cells == [str(value) for value in read[unit.name]]
    assert [cell.text for cell in table.rows[-1][1:]] == [str(value) for value in read["合计"]]


def test_the_word_files_tables_read_back_as_the_workbook_says() -> None:
    read = lines(opened(made("some"))["附件3"])
    said = docx_said(render_docx(composed("report", "some")))
    rows = {row[1]: row[2:] for table in said.tables for row in table if len(row) == 10}
    assert rows["瑞安市人民医院"] == tuple(map(str, read["瑞安市人民医院"]))


@pytest.mark.parametrize(
    ("stage", "number", "title"),
    [
        ("first", "瑞卫发〔2019〕88号", "自查阶段工作情况的报告"),
        ("final", "瑞卫发〔2019〕98号", "工作情况的报告"),
    ],
)
def test_first_and_final_report_have_numbers_and_titles_of_their_own(
    stage: str, number: str, title: str
) -> None:
    paper = next(each for each in written(made("some"), AS_OF, stage, "") if each.kind == "report")
    assert (paper.document.number, paper.document.title[-1]) == (number, title)


def test_the_words_use_the_totals_of_the_workbook() -> None:
    total = lines(opened(made("some"))["附件3"])["合计"]
    text = "".join(texts(composed("report", "some")))
    assert f"应登记备案{total[1]}人，实际登记备案{total[2]}人" in text
    assert f"应收因私出入境证件{total[3]}本，实收{total[4]}本" in text
    assert f"登记备案率{100 * total[2] / total[1]:.1f}%" in text


def test_a_number_set_by_hand_enters_words_rates_and_footnote() -> None:
    changed = city(overrides=[Override(FIRST, "annex3.d5", 2, "公安已入库", "王某")])
    document = compose("report.md", context(changed, HEAD), inserts=inserts(changed))
    text = "".join(texts(document))
    assert "实际登记备案3人，登记备案率100.0%" in text
    table = annex_tables(changed)["annex3"]
    assert table.rows[0][4].text == "2※" and table.below[0].startswith(
        "※ 瑞安市人民医院“实备数”由系统数1改为2"
    )


def test_units_under_review_are_told_apart_from_units_that_are_silent() -> None:
    text = "".join(texts(composed("report", "under review")))
    assert "已报送2家，均为按期报送，未报送1家" in text and "已报送的材料正在审核" in text
    assert "正在审核，问题排查情况待审核通过后统计" in text


def test_materials_owed_are_told_by_their_numbers_or_as_all_of_them() -> None:
    values = context(made("some"), HEAD)
    silent = next(unit for unit in values["units"] if unit["missing"])

    def owed(row: Mapping[str, object]) -> str:
        units = [row if each is silent else each for each in values["units"]]
        letter = compose("reminder.md", values | {"units": units}, inserts=inserts(made("some")))
        table = next(each for each in letter.attachments[0].blocks if isinstance(each, Table))
        return next(line[4].text for line in table.rows if line[1].text == silent["name"])

    assert owed(silent) == "全部材料"
    some = {"materials_sent": 10, "lacking": ["材料2", "附件3"]}
    assert owed(silent | some) == "材料2、附件3"


def test_what_was_sent_back_is_asked_for_anew_and_not_called_missing() -> None:
    values = context(made("some"), HEAD)
    units = [each for each in values["units"] if not each["missing"]][:3]
    back = {"missing": ["证件登记表"], "lacking": [], "back": ["材料4"], "materials_sent": 12}
    given = values | {"units": [each | back for each in units], "fig": values["fig"] | {"units_owing": 3}}
    letter = compose("reminder.md", given, inserts=inserts(made("some")))
    said = "".join(docx_said(render_docx(letter)).text.split())
    assert letter.title[0].endswith("关于补正") and letter.attachments[0].title == "退回补正材料单位清单"
    assert "有3家单位的部分材料需要补正，已退回（详见附件）" in said and "重新报送退回的材料" in said
    assert "没有报齐" not in said and "再次逾期" not in said
    table = next(each for each in letter.attachments[0].blocks if isinstance(each, Table))
    assert [cell.text for cell in table.rows[-1]][3:5] == ["12", "材料4"]
    mixed = given | {"units": [units[0] | back, *(each for each in values["units"] if each["lacking"])]}
    letter = compose("reminder.md", mixed, inserts=inserts(made("some")))
    assert letter.title[0].endswith("关于催报")
    assert letter.attachments[0].title == "缺报和退回补正材料单位清单"


def test_a_picture_of_one_bar_is_not_drawn() -> None:
    from PIL import Image

    years = {
        FIRST: {
            **TROUBLED,
            "trips": [
                *TROUBLED["trips"],
                {
                    **TROUBLED["trips"][0],
                    "exit_on": AS_OF.replace(month=3),
                    "entry_on": AS_OF.replace(month=4),
                },
            ],
        }
    }
    assert "trips_by_year" not in pictures(made("some"))
    drawn = pictures(city(years))
    assert drawn == pictures(city(years))
    for png in drawn.values():
        assert Image.open(io.BytesIO(png)).size[0] > 1000


def test_every_name_of_a_context_is_known() -> None:
    known = known_names(made("no unit in"))
    assert {
        "fig.units_counted",
        "units[].standing",
        "units[].lacking",
        "by.trips_year[].label",
    } <= known


def test_the_report_tells_each_waiver_in_force_and_none_that_has_run_out() -> None:
    waived = (
        Waiver(FIRST, "X01", None, "原单位备案，正在转出", "审核员甲", None),
        Waiver(FIRST, "X05", None, "已到期的豁免", "审核员甲", AS_OF - timedelta(days=1)),
    )
    with_waivers = consolidate(dataclasses.replace(inputs(), waivers=waived), engine())
    said = texts(compose("report.md", context(with_waivers, HEAD), inserts=inserts(with_waivers)))
    (told,) = [each for each in said if "豁免" in each]
    assert "经批准豁免的事项1项" in told and "“应登记备案而未备案”，理由：原单位备案，正在转出" in told
    assert "已到期的豁免" not in told
    assert not any("豁免" in each for each in texts(composed("report", "some")))


def test_an_approver_who_is_listed_as_staff_is_not_named_in_full() -> None:
    known = sorted(full_names(consolidate(inputs(), engine())))[0]
    approved = (("X01", known), ("X05", "王局长"))
    waived = tuple(Waiver(FIRST, rule, None, "局里同意", by, None) for rule, by in approved)
    city = consolidate(dataclasses.replace(inputs(), waivers=waived), engine())
    assert [row["by"] for row in context(city, HEAD)["waivers"]] == [f"{known[0]}某", "王局长"]
