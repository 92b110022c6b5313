"""Intake: originals first, nothing twice, one bad file costs only itself."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from collector import rows
from collector.database import LedgerBusy
from collector.inbox import OURS, files, folder_unit, items
from collector.refusal import Refusal
from collector.store import StoreFull, StoreSettings
from forms.pack import FIRST, GUIDE
from huizong.steps.bureau import Bureau
from huizong.steps.check import recheck
from huizong.steps.errors import UseError, sentence
from huizong.steps.submit import ready
from huizong.steps.take import Taken, take, taking
from tests.steps.played import Played

UNITS = ("001", "042")


@pytest.fixture
def bureau(small: Played, tmp_path: Path) -> Iterator[Bureau]:
    """The issued campaign, nothing taken yet."""
    with small.bureau(small.copy(tmp_path)) as opened:
        yield opened


def recorded(bureau: Bureau) -> list[rows.Document]:
    with bureau.ledger.reading() as view:
        return view.documents()


def events(bureau: Bureau) -> list[tuple[str, str, str]]:
    with bureau.ledger.reading() as view:
        return [(each.unit, each.form, each.kind) for each in view.events()]


def test_taking_everything_again_changes_nothing(small: Played, bureau: Bureau) -> None:
    folder = small.returned(small.units[0])
    first = take(bureau, [folder])
    before = recorded(bureau), events(bureau)
    again = take(bureau, [folder])
    assert (recorded(bureau), events(bureau)) == before
    assert all(each.repeated for each in again)
    assert [each.receipt.number for each in again] == [each.receipt.number for each in first]


def test_every_original_is_stored_under_the_hash_on_its_receipt(small: Played, bureau: Bureau) -> None:
    folder = small.returned(small.units[0])
    for one in take(bureau, [folder]):
        original = Path(one.path).read_bytes()
        assert bureau.store.get(one.receipt.sha256) == original
        assert one.receipt.sha256 == hashlib.sha256(original).hexdigest()


def test_two_files_for_one_form_the_last_by_path_counts_and_a_second_take_is_a_no_op(
        small: Played, bureau: Bureau, tmp_path: Path) -> None:
    folder = tmp_path / "in" / small.units[0]
    folder.mkdir(parents=True)
    file = small.file(small.units[0], "03-")
    shutil.copy(file, folder / "b.xlsx")
    pack_file = small.out / "packs" / f"{small.units[0]}.zip"
    shutil.unpack_archive(pack_file, tmp_path / "pack")
    shutil.copy(next((tmp_path / "pack").glob("03-*.xlsx")), folder / "a.xlsx")
    first, last = take(bureau, [folder])
    assert (first.name, first.gave_way, last.gave_way) == ("a.xlsx", True, False)
    assert "b.xlsx" in first.says and not first.refused
    before = recorded(bureau), events(bureau)
    take(bureau, [folder])
    assert (recorded(bureau), events(bureau)) == before
    assert bureau.filed()[small.units[0], "registrations"].row.sha256 == last.receipt.sha256


def test_scans_are_versions_of_their_own_name(small: Played, bureau: Bureau, tmp_path: Path) -> None:
    scan = next(each for each in small.returned(small.units[0]).iterdir() if each.suffix == ".pdf")
    folder = tmp_path / small.units[0]
    folder.mkdir()
    (folder / scan.name).write_bytes(scan.read_bytes())
    (folder / f"另-{scan.name}").write_bytes(scan.read_bytes())
    take(bureau, [folder])
    (folder / scan.name).write_bytes(scan.read_bytes() + b"\n")
    take(bureau, [folder])
    assert sorted((each.file_name, each.version) for each in recorded(bureau)) == sorted([
        (scan.name, 1), (f"另-{scan.name}", 1), (scan.name, 2)])
    assert {each.status for each in recorded(bureau)} == {"attachment"}


def test_a_file_without_a_unit_is_kept_and_says_what_to_do(bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "说明.pdf").write_bytes(b"%PDF-1.4\nnot much of one")
    (one,) = take(bureau, [tmp_path / "说明.pdf"])
    assert one.receipt.number and one.says
    assert bureau.store.has(one.receipt.sha256)


def test_a_file_that_cannot_be_read_costs_only_itself(small: Played, bureau: Bureau, tmp_path: Path,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    unreadable = tmp_path / "锁住.xlsx"
    unreadable.write_bytes(b"x")
    whole = Path.read_bytes

    def read_bytes(path: Path) -> bytes:
        if path.name == unreadable.name:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return whole(path)

    monkeypatch.setattr(Path, "read_bytes", read_bytes)
    locked, good = take(bureau, [unreadable, small.file(small.units[0], "03-")])
    assert locked.refused and locked.receipt.number == "" and "锁住.xlsx" in locked.says
    assert good.status == "read" and good.version == 1


@pytest.mark.parametrize("trouble", [StoreFull("full"), LedgerBusy("busy"), OSError(errno.ENOSPC, "Full")])
def test_what_was_taken_before_the_trouble_stays_taken(small: Played, bureau: Bureau, trouble: Exception,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    folder = small.returned(small.units[0])
    number = len(files([folder]))
    done: list[Taken] = []
    writing = bureau.ledger.writing
    monkeypatch.setattr("huizong.steps.take.TOGETHER", 3)

    def sometimes(by: rows.Actor) -> Any:
        if len(done) == 3:
            raise trouble
        return writing(by)

    monkeypatch.setattr(bureau.ledger, "writing", sometimes)
    with pytest.raises(type(trouble)) as raised:
        for one in taking(bureau, [folder]):
            done.append(one)
    assert "重试" in sentence(raised.value) and "程序出错" not in sentence(raised.value)
    assert len(recorded(bureau)) == 3
    monkeypatch.setattr(bureau.ledger, "writing", writing)
    assert [each.repeated for each in take(bureau, [folder])] == [True] * 3 + [False] * (number - 3)


def test_a_full_store_is_told_before_anything_is_recorded(small: Played, bureau: Bureau) -> None:
    bureau.store.settings = StoreSettings(purpose=bureau.campaign.id, reserve=1 << 60)
    with pytest.raises(StoreFull):
        take(bureau, [small.file(small.units[0], "03-")])
    assert recorded(bureau) == []


def test_another_units_file_is_named_and_blocks_the_handing_in(small: Played, bureau: Bureau) -> None:
    (one,) = take(bureau, [small.file(small.units[0], "03-")], unit=small.units[1])
    strange = [each for each in one.findings if each.rule == "S02"]
    assert [(each.level, each.unit) for each in strange] == [("error", small.units[1])]
    assert "请勿代报" in strange[0].message and one.receipt.number
    assert any(each.rule == "S02" for each in ready(bureau, small.units[1]).errors)


def test_an_empty_folder_is_hardly_what_was_meant(bureau: Bureau, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UseError, match="没有可以收的文件"):
        take(bureau, [tmp_path / "empty"])


def test_a_rerun_says_what_appeared_and_what_vanished(small: Played, bureau: Bureau) -> None:
    unit = small.units[0]
    take(bureau, [small.out / "packs" / f"{unit}.zip"])
    first = recheck(bureau)
    assert set(first.appeared) == set(first.findings) and first.findings
    assert recheck(bureau).appeared == recheck(bureau).vanished == ()
    take(bureau, [small.returned(unit)])
    assert any(each.rule == "F01" for each in recheck(bureau).vanished)
    assert b"F01" not in (bureau.state / "findings.sealed").read_bytes()


# ------------------------------------------------------------------------------------------- what lies where

@pytest.mark.parametrize(("path", "unit"), [
    ("001/表.xlsx", "001"), ("042/001/表.xlsx", "001"), ("001-卫健局/扫描/表.pdf", "001"), ("001.zip", "001"),
    ("收件/042 卫生院.zip", "042"), ("1001/表.xlsx", None), ("表.xlsx", None), ("001.xlsx", None)])
def test_the_nearest_folder_or_pack_named_by_a_code_tells_the_unit(path: str, unit: str | None) -> None:
    assert folder_unit(Path(path), UNITS) == unit


def test_a_folder_is_read_in_a_stable_order_without_leftovers(tmp_path: Path) -> None:
    for name in ("b/2.xlsx", "b/10.xlsx", "a.xlsx", ".hidden/x.xlsx", "b/~$2.xlsx", "b/Thumbs.db", *OURS):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    found = [each.relative_to(tmp_path).as_posix() for each in files([tmp_path, tmp_path / "a.xlsx"])]
    assert found == ["a.xlsx", "b/10.xlsx", "b/2.xlsx"]


def test_a_file_beyond_the_limit_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "大.zip").open("wb") as file:
        file.truncate(201 << 20)
    (item,) = items([tmp_path / "大.zip"], UNITS)
    assert item.data == b"" and isinstance(item.refused, Refusal) and item.refused.code == "too_big"


def test_what_a_pack_tells_its_reader_is_no_form() -> None:
    assert {FIRST, f"{GUIDE}.docx"} == OURS
