"""Faults written into clerks' workbooks from outside, by the printed labels alone: each is told at its cell, nothing else is."""
# ruff: noqa: E501 — rows of a table

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from tests.steps.played import Played, findings, run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
AS_OF = ("--as-of", "2019-08-11")
Change = Callable[["Row"], object]


class Row:
    """A row of a workbook as a person reads it: by the labels above it."""

    def __init__(self, sheet: Any, columns: Mapping[str, int], number: int) -> None:
        self.sheet, self.columns, self.number = sheet, columns, number

    def __getitem__(self, label: str) -> Any:
        value = self.sheet.cell(self.number, self.columns[label]).value
        return value.date() if isinstance(value, datetime) else value

    def write(self, label: str, value: object) -> None:
        self.sheet.cell(self.number, self.columns[label]).value = value

    def cell(self, label: str) -> str:
        return f"{get_column_letter(self.columns[label])}{self.number}"

    def day(self, label: str) -> date:
        value = self[label]
        return value if isinstance(value, date) else date.fromisoformat(str(value))


def rows(sheet: Any) -> Iterator[Row]:
    """Below the header: wherever an identity number (or the unit's own name) stands."""
    columns: dict[str, int] = {}
    for line in sheet.iter_rows():
        texts = [each for each in line if isinstance(each.value, str) and each.value.strip()]
        if any((len(each.value.strip()) == 18 and each.value.strip()[:17].isdigit()) or each.value.startswith("瑞安市")
               for each in texts) and len(columns) > 3:
            yield Row(sheet, columns, line[0].row)
        elif len(texts) > 1:
            columns |= {each.value.strip(): each.column for each in texts}


def later(label: str, days: int) -> Change:
    return lambda row: row.day(label) + timedelta(days=days)


@dataclass(frozen=True)
class Plant:
    """`edits`: label → value, or a function of the row; `told`: rule → label of the cell it must point to."""

    file: str
    sheet: str
    edits: Mapping[str, object]
    told: Mapping[str, str]
    fits: Mapping[str, object] = field(default_factory=dict)


APPROVED = {"审批情况": "已审批", "与审批一致性": "一致", "违规情形": "无", "所用证件种类": "普通护照"}
WANTED = {"申请事项": "出国（境）", "派驻纪检组意见": "无异议", "局审批结论": "同意"}
PLANTS = (
    Plant("02", "工作人员名册", {"身份证号": lambda row: row["身份证号"][:17]}, {"F02": "身份证号"}),
    Plant("02", "工作人员名册", {"出生日期": "1971-02-03"}, {"F08": "出生日期"}),
    Plant("02", "工作人员名册", {"进入本单位日期": "2019-02-30"}, {"F11": "进入本单位日期"}),
    Plant("03", "已备案名册", {"备案状态": "某某"}, {"F14": "备案状态"}, {"备案状态": "公安已入库"}),
    Plant("03", "已备案名册", {"入库批号": None}, {"R23": "入库批号"}, {"备案状态": "公安已入库"}),
    Plant("04", "证件登记表", {"办证是否经单位同意": None}, {"F01": "办证是否经单位同意"}),
    Plant("04", "证件登记表", {"办证是否经单位同意": "否", "同意函日期": None}, {"P14": "办证是否经单位同意"}, {"办证是否经单位同意": "是"}),
    Plant("05", "出国（境）登记表", {"前往国家（地区）": "欧洲"}, {"F19": "前往国家（地区）"}),
    Plant("05", "出国（境）登记表", {"审批编号": None}, {"R08": "审批编号"}, APPROVED),
    Plant("05", "出国（境）登记表", {"批准日期": later("出境日期", 1)}, {"R05": "批准日期"}, APPROVED),
    Plant("05", "出国（境）登记表", {"批准返回日期": later("入境（回国）日期", -1)}, {"R06": "入境（回国）日期", "X14": "与审批一致性"}, APPROVED),
    Plant("05", "出国（境）登记表", {"审批情况": "未经审批"}, {"R09": "审批情况", "X12": "审批情况"}, APPROVED | {"有无": "有"}),
    Plant("06", "审批材料目录", {"派驻纪检组意见": "未征求", "派驻纪检组意见日期": None}, {"R27": "派驻纪检组意见"}, WANTED),
    Plant("06", "审批材料目录", {"单位意见日期": later("申请日期", -2)}, {"R25": "单位意见日期"}, WANTED),
    Plant("07", "7-保管台账", {"首次上交日期": later("签发日期", -3)}, {"R12": "首次上交日期"}, {"当前保管状态": "在库"}),
    Plant("07", "7-领用归还登记", {"对应审批编号": "RW-0"}, {"X19": "对应审批编号"}, {"取出原因": "因私出国（境）", "状态": "已归还"}),
    Plant("03", "已备案名册", {"中文姓": "某"}, {"R24": "中文姓"}),
    Plant("08", "声明", {"有无普通护照": "无"}, {"X10": "有无普通护照"}, {"有无普通护照": "有"}),
    Plant("09", "处理情况登记表", {"处理方式": "批评教育、诫勉"}, {"R22": "处理方式"}, {"处理方式": "批评教育", "是否本次专项整治期间处理": "否"}),
    Plant("附件2", "附件2", {"违规办理因私证照": 7}, {"X23": "违规办理因私证照"}),
    Plant("附件3", "附件3", {"国家工作人员总数": 9999}, {"X24": "国家工作人员总数"}),
)


@pytest.fixture(scope="module")
def clean(small: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the clerks have sent in the end."""
    folder = tmp_path_factory.mktemp("clean")
    for number in (1, 2):
        for unit in (small.out / "returns" / f"round{number}").iterdir():
            shutil.copytree(unit, folder / unit.name, dirs_exist_ok=True)
    return folder


def told(small: Played, folder: Path) -> set[tuple[Any, ...]]:
    report = run("check", small.campaign, folder, "--json", *AS_OF).json
    return {(each["unit"], each["rule"], each["sheet"], each["cell"], each["message"]) for each in findings(report)}


def planted(plant: Plant, folder: Path) -> set[tuple[str, str, str, str]] | None:
    """Writes the fault into a fitting row; where it must be told, or None where no row fits."""
    path = next(each for each in folder.iterdir() if each.name.startswith(plant.file) and each.suffix == ".xlsx")
    book = load_workbook(path)
    fitting = [row for row in rows(book[plant.sheet]) if all(row[label] == value for label, value in plant.fits.items())]
    if not fitting:
        return None
    row = fitting[len(fitting) // 2]
    for label, value in {label: value(row) if callable(value) else value for label, value in plant.edits.items()}.items():
        row.write(label, value)
    book.save(path)
    return {(folder.name, rule, plant.sheet, row.cell(label)) for rule, label in plant.told.items()}


def test_every_fault_is_told_at_its_cell_and_nothing_else_is(small: Played, clean: Path, tmp_path: Path) -> None:
    known, waiting, done = told(small, clean), list(PLANTS), 0
    assert not any(line[1] in plant.told for line in known for plant in PLANTS if line[1][0] == "F")
    for turn in range(len(PLANTS)):
        spoilt = Path(shutil.copytree(clean, tmp_path / f"{turn}"))
        wanted: set[tuple[str, str, str, str]] = set()
        for folder in sorted(spoilt.iterdir()):
            for plant in waiting:
                places = planted(plant, folder)
                if places is not None:
                    wanted |= places
                    waiting.remove(plant)
                    done += 1
                    break
        if not wanted:
            break
        new = {line[:4] for line in told(small, spoilt) - known}
        corrected = {line for line in new if line[1] == "S13"}      # a pre-filled fact changed: the same cell's
        assert new - corrected == wanted
        assert {line[3] for line in corrected} <= {line[3] for line in wanted}
    assert done >= len(PLANTS) - 2, [plant.told for plant in waiting]


def test_another_units_file_is_told_as_that_and_no_rule_looks_into_it(small: Played, clean: Path, tmp_path: Path) -> None:
    first, second = small.units[:2]
    spoilt = Path(shutil.copytree(clean, tmp_path / "spoilt"))
    name = next(each.name for each in (spoilt / first).iterdir() if each.name.startswith("06-2"))
    shutil.copyfile(spoilt / second / name, spoilt / first / name)
    new = {line[:4] for line in told(small, spoilt) - told(small, clean)}
    assert new == {(first, "S02", None, None)}
