"""The bureau's lists are read once; the kept copy says the same, is sealed, and gives way to any change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.registers import Registers
from huizong.steps import registers as step
from huizong.steps.bureau import Bureau
from tests.steps.played import Played


@pytest.fixture
def bureau(small: Played, tmp_path: Path) -> Iterator[Bureau]:
    with small.bureau(small.copy(tmp_path)) as opened:
        yield opened


def same(one: Registers, other: Registers) -> bool:
    tables = one.tables.keys() == other.tables.keys() and all(
        one.tables[name].equals(other.tables[name]) for name in one.tables)
    return tables and (one.batches, one.findings) == (other.batches, other.findings)


def test_the_kept_copy_is_the_same_and_spares_the_reading(
        bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = step.read_registers(bureau)
    assert sum(table.num_rows for table in fresh.tables.values()) > 50

    def never(*_: object) -> Registers:
        raise AssertionError("read again")

    monkeypatch.setattr(step, "_read", never)
    assert same(step.read_registers(bureau), fresh)


def test_a_changed_list_is_read_again_and_the_old_copy_is_gone(bureau: Bureau) -> None:
    before = step.read_registers(bureau)
    gone = next(each for each in sorted((bureau.folder / "registers").iterdir()) if each.is_file())
    gone.unlink()
    after = step.read_registers(bureau)
    assert len(after.batches) == len(before.batches) - 1
    assert sum(1 for _ in (bureau.state / "cache").glob("blobs/*/*")) == 1


def test_nobody_can_read_the_kept_copy_without_the_keys(bureau: Bureau) -> None:
    found = step.read_registers(bureau)
    table = next(each for each in found.tables.values() if each.num_rows and "id_number" in each.column_names)
    number = table.column("id_number")[0].as_py()
    kept = b"".join(each.read_bytes() for each in (bureau.state / "cache").rglob("*") if each.is_file())
    assert number.encode() not in kept and b"PAR1" not in kept


def test_a_damaged_copy_costs_time_and_nothing_else(bureau: Bureau) -> None:
    fresh = step.read_registers(bureau)
    for blob in (bureau.state / "cache").glob("blobs/*/*"):
        blob.write_bytes(b"rot")
    assert same(step.read_registers(bureau), fresh)
