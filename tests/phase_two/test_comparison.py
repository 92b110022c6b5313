"""The final report beside the first: every number that moved and what it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from forms import Campaign
from forms.engine import Engine
from huizong.steps.bureau import Bureau
from huizong.steps.comparison import Number, compare, comparison_paper, manifest_of
from huizong.steps.errors import UseError
from huizong.steps.merge import merge
from templates.readback import docx_said
from tests.phase_two.desk import LATE, OPEN, UNAPPROVED, bureau_of, handed_in

FIRST, FINAL = date(2019, 8, 11), date(2019, 8, 31)
TRIP = {"approval": "未经审批", "violation": [UNAPPROVED["violation"]]}


@pytest.fixture(scope="module")
def bureau(campaign: Campaign, engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bureau]:
    made = bureau_of(tmp_path_factory.mktemp("reports") / "campaign", campaign, engine)
    yield made
    made.ledger.close()


@pytest.fixture(scope="module")
def merged(bureau: Bureau) -> tuple[Path, Path]:
    """Two units at the first report, one of them corrected and a third come in by the final one."""
    first, final = bureau.folder / "first", bureau.folder / "final"
    handed_in(bureau, violations=[{**UNAPPROVED, **OPEN}], trips=[{**TRIP, **OPEN}])
    handed_in(bureau, "003", sanctions=[{"decided_on": "2019-08-20", "in_campaign": "是"}])
    merge(bureau, first, cutoff=FIRST)
    handed_in(bureau, violations=[UNAPPROVED], trips=[{**TRIP, "conclusion": "属实"}])
    handed_in(bureau, "004", violations=[LATE])
    merge(bureau, final, cutoff=FINAL)
    return first, final


def moved(found: tuple[Number, ...], figure: str) -> dict[str, tuple[int | None, int | None, str]]:
    return {each.unit: (each.first, each.final, each.basis) for each in found if each.figure == figure}


def test_each_number_that_moved_names_what_it_rests_on(bureau: Bureau, merged: tuple[Path, Path]) -> None:
    found = compare(bureau, *map(manifest_of, merged))
    assert moved(found.units, "annex2.c5") == {
        "002": (0, 1, "材料更正：材料5、材料10"),
        "004": (None, 0, "初报时未报齐或未审核通过，终报时计入"),
    }
    assert moved(found.units, "annex2.c13")["003"] == (0, 1, "统计截止日由2019年8月11日改为2019年8月31日")
    totals = {each.figure: each for each in found.city}
    assert (totals["annex2.c5"].first, totals["annex2.c5"].final, totals["annex2.c5"].change) == (0, 1, "+1")
    assert totals["annex2.c6"].change == "不变"
    assert list(totals) == [
        field.figure
        for form in bureau.campaign.forms.values()
        if form.annex
        for table in form.tables.values()
        for field in table.fields
        if field.figure
    ]


def test_the_same_snapshot_twice_moves_nothing(
    bureau: Bureau, merged: tuple[Path, Path], tmp_path: Path
) -> None:
    found = compare(bureau, manifest_of(merged[1]), manifest_of(merged[1]))
    assert (found.units, found.changes) == ((), ())
    said = docx_said(comparison_paper(bureau, found, tmp_path).docx.read_bytes())
    assert "各单位的统计数都没有变动。" in said.text


def test_the_paper_tells_both_reports_and_the_evidence(
    bureau: Bureau, merged: tuple[Path, Path], tmp_path: Path
) -> None:
    found = compare(bureau, *map(manifest_of, merged))
    said = docx_said(comparison_paper(bureau, found, tmp_path).docx.read_bytes()).text
    assert "初报时计入材料审核通过的单位2家，终报时3家。" in said
    assert (
        "材料更正：材料5、材料10" in said
        and found.first["snapshot"] in said
        and found.final["snapshot"] in said
    )


def test_reports_in_the_wrong_order_or_of_another_campaign_are_refused(
    bureau: Bureau, merged: tuple[Path, Path]
) -> None:
    first, final = map(manifest_of, merged)
    with pytest.raises(UseError, match="请调换先后"):
        compare(bureau, final, first)
    with pytest.raises(UseError, match="属于另一次活动（X-1）"):
        compare(bureau, {**first, "campaign": "X-1"}, final)


@pytest.mark.parametrize("content", [b"[]", b"{", b"\xff\xfe", json.dumps({"campaign": "x"}).encode()])
def test_what_is_no_manifest_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "snapshot.json").write_bytes(content)
    with pytest.raises(UseError, match="不是汇总留下的快照清单"):
        manifest_of(tmp_path)
