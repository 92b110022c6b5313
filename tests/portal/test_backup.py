"""A backup is worth what its restore proves: whole ones come back, all others fail loudly."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from huizong.steps.backup import backup, restore
from huizong.steps.errors import UseError
from tests.portal.portals import Portal


@pytest.fixture
def made(portal: Portal, tmp_path: Path) -> Path:
    unit = portal.units[0]
    with portal.file(unit, "02-").open("rb") as data:
        portal.clerk(unit).post(f"/units/{unit}/uploads", data={"files": (data, "名册.xlsx")})
    return backup(portal.desk.bureau(), tmp_path / "out").path


def empty(portal: Portal, tmp_path: Path) -> tuple[Path, Path]:
    """A campaign folder without state, and the keys kept apart."""
    folder = tmp_path / "again"
    shutil.copytree(portal.folder, folder, ignore=shutil.ignore_patterns(".state", "registers"))
    return folder, portal.folder / ".state" / "keys"


def test_a_restored_campaign_is_the_same(portal: Portal, made: Path, tmp_path: Path) -> None:
    folder, keys = empty(portal, tmp_path)
    done = restore(made, folder, keys)
    assert done.events > 0 and done.blobs > 0
    from huizong.steps.bureau import open_bureau

    with open_bureau(folder, as_of=portal.desk.today()) as again:
        unit = portal.units[0]
        assert (
            again.filed(unit)[unit, "staff"].document
            == portal.desk.bureau().filed(unit)[unit, "staff"].document
        )
        assert (
            again.registers.tables["roster"].num_rows
            == portal.desk.bureau().registers.tables["roster"].num_rows
        )


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.999])
def test_a_cut_off_backup_is_not_restored(portal: Portal, made: Path, tmp_path: Path, keep: float) -> None:
    whole = made.read_bytes()
    made.write_bytes(whole[: int(len(whole) * keep)])
    folder, keys = empty(portal, tmp_path)
    with pytest.raises(UseError):
        restore(made, folder, keys)
    assert not (folder / ".state" / "ledger.db").exists()


def test_a_changed_byte_is_noticed(portal: Portal, made: Path, tmp_path: Path) -> None:
    data = bytearray(made.read_bytes())
    data[len(data) // 2] ^= 1
    made.write_bytes(data)
    folder, keys = empty(portal, tmp_path)
    with pytest.raises(UseError, match=r"改动|截断"):
        restore(made, folder, keys)


def test_without_the_keys_nothing_opens(portal: Portal, made: Path, tmp_path: Path) -> None:
    folder, _ = empty(portal, tmp_path)
    (tmp_path / "other").mkdir()
    with pytest.raises(UseError, match="密钥"):
        restore(made, folder, tmp_path / "other")


def test_a_backup_that_lacks_a_file_of_the_ledger_is_refused(portal: Portal, tmp_path: Path) -> None:
    unit = portal.units[0]
    with portal.file(unit, "02-").open("rb") as data:
        portal.clerk(unit).post(f"/units/{unit}/uploads", data={"files": (data, "名册.xlsx")})
    blob = next((portal.folder / ".state" / "store" / "blobs").rglob("*/*"))
    blob.unlink()
    made = backup(portal.desk.bureau(), tmp_path / "out").path
    folder, keys = empty(portal, tmp_path)
    with pytest.raises(UseError, match="缺少"):
        restore(made, folder, keys)


def test_a_folder_with_records_is_never_overwritten(portal: Portal, made: Path) -> None:
    with pytest.raises(UseError, match="已有记录"):
        restore(made, portal.folder, portal.folder / ".state" / "keys")
