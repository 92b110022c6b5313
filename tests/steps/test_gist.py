"""Findings told to people: each problem once, with its places, and never a headline full of dots."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from forms import Campaign, Finding, load, shipped
from huizong.steps.gist import lines


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load(shipped())


def finding(rule: str, message: str, **place: object) -> Finding:
    whole = {"level": "error", "unit": "001", "form": None, "sheet": None, "cell": None, "row": None,
             "field": None, "key": None, "value": None, "fix": None} | place
    return Finding(rule=rule, message=message, **whole)  # type: ignore[arg-type]


def required(field: str, label: str, cells: Sequence[str]) -> list[Finding]:
    return [finding("F01", f"第{cell[1:]}行“{label}”为必填项，不能为空。", form="certificates",
                    sheet="证件登记表", cell=cell, row=int(cell[1:]), field=field, fix="请补填。")
            for cell in cells]


def test_one_problem_in_many_rows_is_one_line_with_the_cells(campaign: Campaign) -> None:
    assert list(lines(required("number", "证件号码", ["H4", "H5"]), campaign)) == [
        "[错误 F01] “证件号码”为必填项，不能为空。　证件登记表!H4、证件登记表!H5　→ 请补填。"]


def test_many_places_are_counted(campaign: Campaign) -> None:
    (line,) = lines(required("number", "证件号码", [f"H{n}" for n in range(4, 24)]), campaign)
    assert line.count("证件登记表!") == 8 and "等 20 处" in line


def test_columns_with_the_same_problem_are_named_together(campaign: Campaign) -> None:
    found = required("number", "证件号码", ["H4"]) + required("issued_on", "签发日期", ["J4"])
    (line,) = lines(found, campaign)
    assert "“证件号码、签发日期”为必填项" in line and "…" not in line


def test_different_sentences_of_one_rule_share_one_remedy(campaign: Campaign) -> None:
    found = [finding("X11", f"{name}未提交个人报告表。", form="staff", sheet="名册", cell=f"B{n}", row=n,
                     fix="补交。")
             for n, name in ((4, "甲"), (5, "乙"))]
    assert list(lines(found, campaign)) == [
        "[错误 X11] 2 处　→ 补交。", "  甲未提交个人报告表。　名册!B4", "  乙未提交个人报告表。　名册!B5"]


@pytest.mark.parametrize(("place", "shown"), [
    ({"form": "annex2"}, "　附件2"), ({"form": "staff"}, "　材料2"),
    ({"form": "certificates", "field": "number"}, "　材料4“证件号码”"),
    ({"unit": "001"}, "　001 "), ({"unit": None}, "　全市")])
def test_without_a_cell_the_column_the_form_the_unit_or_the_city_is_named(
        campaign: Campaign, place: dict[str, object], shown: str) -> None:
    (line,) = lines([finding("X99", "有问题。", **place)], campaign)
    assert shown in line


def test_an_explanation_is_told(campaign: Campaign) -> None:
    (line,) = lines([finding("X99", "有问题。", level="warning", explained="已核实")], campaign)
    assert "（已说明：已核实）" in line
