"""The manifest of a snapshot, and two of them side by side."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huizong.steps.errors import UseError
from huizong.steps.snapshots import compare_snapshots, lines
from merger.city import Override
from merger.snapshot import Change, compare, manifest
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


def test_no_difference_is_told_too() -> None:
    assert list(lines(campaign(), [])) == ["两个快照的统计数和文件都相同。"]


@pytest.mark.parametrize("content", ["[]", "{}", "not json"])
def test_another_file_is_refused_in_a_sentence(tmp_path: Path, content: str) -> None:
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(UseError, match=r"snapshot\.json"):
        compare_snapshots(tmp_path / "x.json", tmp_path / "x.json")
