"""The final report beside the first: every number that moved and what it rests on."""

from __future__ import annotations

import json
import zipfile
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
from tests.phase_two.desk import ANN, LATE, OPEN, UNAPPROVED, bureau_of, handed_in

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
        "002": (0, 1, "材料更正：材料5、材料10，新计入材料5第6行"),
        "004": (None, 0, "初报时未报齐或未审核通过，终报时计入"),
    }
    assert moved(found.units, "annex2.c13")["003"] == (0, 1, "材料9第6行作出处理，新计入")
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


CERTIFICATE = {"kind": "往来港澳通行证", "number": "C90000001", "issued_on": "2014-08-21", "status": "有效"}
HELD = {
    **{key: value for key, value in CERTIFICATE.items() if key != "status"},
    "first_handed_in_on": "2014-08-22",
    "state": "在库",
}


def test_a_certificate_that_expired_and_a_loan_that_fell_due_are_told_by_their_rows(
    campaign: Campaign, engine: Engine, tmp_path: Path
) -> None:
    bureau = bureau_of(tmp_path / "campaign", campaign, engine)
    lent = {"number": "C90000002", "expires_on": "2024-08-20"}
    expired = {"expires_on": "2019-08-20"}
    handed_in(
        bureau,
        certificates=[{**CERTIFICATE, **expired}, {**CERTIFICATE, **lent}],
        custody=[{**HELD, **expired}, {**HELD, **lent, "state": "借出(经批准)"}],
        loans=[
            {
                "number": lent["number"],
                "kind": CERTIFICATE["kind"],
                "reason": "因私出国（境）",
                "approval_number": "S1",
                "lent_on": "2019-07-30",
                "state": "借出未还",
            }
        ],
        approvals=[
            {
                "approval_number": "S1",
                "departed": "按期",
                "planned_exit_on": "2019-08-01",
                "planned_return_on": "2019-08-09",
            }
        ],
    )
    for name, cutoff in (("first", FIRST), ("final", FINAL)):
        merge(bureau, tmp_path / name, cutoff=cutoff)
    found = compare(bureau, *(manifest_of(tmp_path / name) for name in ("first", "final")))
    assert moved(found.units, "annex3.d6") == {"002": (2, 1, "材料4第6行证件有效期届满，不再计入")}
    assert moved(found.units, "annex3.d9") == {
        "002": (
            2,
            0,
            "材料7“保管台账”第6行证件有效期届满，不再计入；材料7“保管台账”第7行领用归还期限已过，不再计入",
        )
    }
    said = docx_said(comparison_paper(bureau, found, tmp_path).docx.read_bytes()).text
    assert "1家单位共3个统计数有变动（明细见附件）。" in said
    assert "按原因分，证件有效期届满1个、兼有以上几种原因2个。" in said
    assert {each.reason for each in found.units if each.figure == "annex3.d9"} == {"兼有以上几种原因"}
    bureau.ledger.close()


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
    assert "材料更正：材料5、材料10，新计入材料5第6行" in said
    assert "3家单位共" in said and "附件2" not in said and "附件3" not in said
    for form in bureau.campaign.forms.values():
        assert not form.annex or form.title in said


def test_the_snapshots_stand_in_the_files_metadata_and_not_on_the_paper(
    bureau: Bureau, merged: tuple[Path, Path], tmp_path: Path
) -> None:
    found = compare(bureau, *map(manifest_of, merged))
    paper = comparison_paper(bureau, found, tmp_path).docx
    with zipfile.ZipFile(paper) as parts:
        core = parts.read("docProps/core.xml").decode()
    for side in (found.first, found.final):
        assert side["snapshot"] not in docx_said(paper.read_bytes()).text and side["snapshot"] in core


def test_no_name_and_no_number_of_a_person_stands_in_a_manifest(merged: tuple[Path, Path]) -> None:
    text = (merged[1] / "snapshot.json").read_text("utf-8")
    assert '"trips 6 ' not in text and "trips@" in text
    assert ANN not in text and "陈小一" not in text


def test_what_was_counted_before_the_rows_were_kept_still_has_a_reason(
    bureau: Bureau, merged: tuple[Path, Path]
) -> None:
    old = [{k: v for k, v in manifest_of(each).items() if k != "evidence"} for each in merged]
    assert moved(compare(bureau, *old).units, "annex2.c13")["003"] == (
        0,
        1,
        "统计截止日由2019年8月11日改为2019年8月31日",
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
