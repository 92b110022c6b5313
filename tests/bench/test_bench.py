"""The benchmark compares like with like: both sides give what they say, and ratios come out right."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from huizong.bench import line, naive
from huizong.bench.comparisons import Workshop
from huizong.bench.race import Measured, Race, run
from huizong.demo.clock import Clock


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Workshop:
    return Workshop(tmp_path_factory.mktemp("shop"), 20)


def test_the_ratio_says_how_many_times_the_other_side_takes() -> None:
    measured = Measured("a", "b", "c", 0.002, 0.09)
    assert measured.ratio == pytest.approx(45)
    assert line(measured) == "a\t45 倍\tb：2 毫秒\tc：90 毫秒"


def test_both_sides_run_equally_often() -> None:
    calls: list[str] = []
    run(Race("a", ("ours", lambda: calls.append("ours")), ("theirs", lambda: calls.append("theirs")), 4))
    assert calls.count("ours") == calls.count("theirs") == 5


@pytest.mark.parametrize("rows", [20, 100])
def test_both_workbooks_hold_the_same_cells(shop: Workshop, rows: int) -> None:
    form = shop.form.form
    content = shop.content(form, rows)
    ours = shop.issued(form, content)
    theirs = naive.filled_workbook(shop.template(form, content), shop.cells(form, content))
    for sheet, first, cells in shop.cells(form, content):
        for data in (ours, theirs):
            page = openpyxl.load_workbook(io.BytesIO(data))[sheet]
            read = [[page.cell(first + n, column + 1).value for column in range(len(row))]
                    for n, row in enumerate(cells)]
            assert len(read) == len(cells)
            assert [row[1] for row in read] == [row[1] for row in cells]
    assert sum(len(cells) for _, _, cells in shop.cells(form, content)) >= rows


def test_marks_of_the_library_are_in_its_workbook(shop: Workshop) -> None:
    form = shop.form.form
    data = shop.issued(form, shop.content(form))
    sheet = shop.compiled[form].layouts[0].table.sheet
    marked = openpyxl.load_workbook(io.BytesIO(naive.marked_workbook(data, [(sheet, "B6", "有误")])))
    assert marked[sheet]["B6"].comment is not None


def test_a_stage_entered_twice_is_added_up(tmp_path: Path) -> None:
    clock, said = Clock(), list[str]()
    for name in ("下发", "收件", "下发"):
        with clock.stage(name):
            pass
    clock.tell(said.append)
    assert [each.split("　")[0].strip() for each in said[:-1]] == ["下发", "收件"]
    assert said[-1].startswith("用时")
