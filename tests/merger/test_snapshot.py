"""The manifest of a snapshot, and two of them side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huizong.steps.errors import UseError
from huizong.steps.snapshots import compare_snapshots, lines
from merger.city import Override
from merger.snapshot import Change, Counted, compare, manifest, moved
from tests.merger.cities import FIRST, SECOND, SMALL, campaign, city


def test_a_snapshot_equals_itself() -> None:
    assert compare(manifest(city()), manifest(city())) == []


def test_the_manifest_counts_files_and_rows_of_counted_units_only() -> None:
    found = manifest(city(handed_in=[SECOND]))
    assert {each["unit"] for each in found["files"]} == {FIRST} and len(found["files"]) == 12
    assert found["rows"]["staff"] == 2 and found["figures"][SECOND]["annex3.d3"] is None


def test_differences_name_unit_number_and_file(tmp_path: Path) -> None:
    for name, made in (
        ("before", city({FIRST: SMALL[FIRST]})),
        ("after", city(overrides=[Override(FIRST, "annex3.d5", 2, "补录", "王某")])),
    ):
        (tmp_path / name).mkdir()
        (tmp_path / name / "snapshot.json").write_text(
            json.dumps(manifest(made), ensure_ascii=False), "utf-8"
        )
    changes = compare_snapshots(tmp_path / "before", tmp_path / "after" / "snapshot.json")
    assert Change("figure", FIRST, "annex3.d5", 1, 2) in changes
    told = list(lines(campaign(), changes))
    assert "瑞安市人民医院　附件3 实备数：1 → 2" in told
    assert "瑞安市中医院　附件3 实备数：未计入 → 1" in told
    assert "瑞安市中医院　本单位工作人员名册：新收" in told


def _side(*rows: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    return {"evidence": {FIRST: {"x": list(rows)}}}


@pytest.mark.parametrize(
    ("before", "after", "once", "gone", "come"),
    [
        (["a@1 a 6 k", "a@1 a 7 m"], ["a@1 a 7 m"], False, [6], []),
        (["a@1 a 6 k"], ["a@2 a 9 k"], False, [], []),  # sent again, the row elsewhere
        (["a@1 a 6 k"], ["a@1 a 6 k", "a@1 a 9 k"], False, [], [9]),  # the same once more
        (["a@1 a 6 k"], ["a@1 a 6 n"], False, [], []),  # the row is counted on both days
        (["a@1 a 6 k", "a@1 a 7 k"], ["a@1 a 7 k"], True, [], []),  # a person counts once
        (["a@1 a 6 k", "a@1 a 7 k"], ["a@1 a 8 m"], True, [6, 7], [8]),
    ],
)
def test_what_is_counted_on_both_sides_has_not_moved(
    before: list[str], after: list[str], once: bool, gone: list[int], come: list[int]
) -> None:
    found = moved(_side(*before), _side(*after), FIRST, "x", once=once)
    assert [[each.row for each in side] for side in found] == [gone, come]


def test_a_row_reads_as_it_was_written() -> None:
    line = "custody@2 custody 7 9f86d081884c expires_on=2019-08-20"
    assert str(Counted.read(line)) == line


def test_no_difference_is_told_too() -> None:
    assert list(lines(campaign(), [])) == ["两个快照的统计数和文件都相同。"]


@pytest.mark.parametrize("content", ["[]", "{}", "not json"])
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(UseError, match=r"snapshot\.json"):
        compare_snapshots(tmp_path / "x.json", tmp_path / "x.json")
