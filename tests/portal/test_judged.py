"""Findings kept for the other processes: the same, sealed, and only for exactly what they were made from."""

from __future__ import annotations

import os
import threading
from collections.abc import Hashable, Sequence
from pathlib import Path

import pytest

from collector.keys import Keys
from collector.portal.judged import Kept, definitions_at
from forms.engine import Held
from forms.findings import Finding
from huizong.steps.judge import Judged

NUMBER = "110101199003070118"
FOUND = Judged(
    (Finding("X06", "error", "001", "custody", "台账", "H12", 12, "number", NUMBER, "值", "话", None, "因"),),
    (Held("X10", "001", ("staff", "custody")), Held("U01", None, ())),
)


def never(_: Sequence[str]) -> dict[str, Judged]:
    raise AssertionError("it was made once already")


def get(kept: Kept, unit: str, mark: Hashable, found: Judged = FOUND) -> Judged:
    """What the kept ones say, or this when nothing is kept."""
    return kept.get_or_make({unit: mark}, lambda _: {unit: found})[unit]


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    return Keys(tmp_path / "keys")


def test_another_process_gets_the_very_same(tmp_path: Path, keys: Keys) -> None:
    get(Kept(tmp_path, keys, "d"), "001", ("mark", 1))
    assert Kept(tmp_path, keys, "d").get_or_make({"001": ("mark", 1)}, never) == {"001": FOUND}


@pytest.mark.parametrize("unit, mark, definitions", [("002", 1, "d"), ("001", 2, "d"), ("001", 1, "other")])
def test_what_was_made_from_something_else_does_not_count(
    tmp_path: Path, keys: Keys, unit: str, mark: int, definitions: str
) -> None:
    get(Kept(tmp_path, keys, "d"), "001", 1)
    nothing = Judged((), ())
    assert get(Kept(tmp_path, keys, definitions), unit, mark, nothing) == nothing


def test_no_person_can_be_read_there_and_a_changed_file_does_not_count(tmp_path: Path, keys: Keys) -> None:
    kept = Kept(tmp_path, keys, "d")
    get(kept, "001", 1)
    (file,) = [each for each in kept.folder.iterdir() if each.suffix != ".lock"]
    assert NUMBER not in file.read_text() and oct(file.stat().st_mode & 0o777) == "0o600"
    file.write_text(file.read_text()[:-8] + "AAAAAAA=")
    assert get(kept, "001", 1, Judged((), ())) == Judged((), ())


def test_two_at_once_make_it_once(tmp_path: Path, keys: Keys) -> None:
    made: list[int] = []

    def make(_: Sequence[str]) -> dict[str, Judged]:
        made.append(1)
        threading.Event().wait(0.1)
        return {"001": FOUND}

    threads = [threading.Thread(target=Kept(tmp_path, keys, "d").get_or_make, args=({"001": 1}, make))
               for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]


def test_who_judges_several_does_its_own_first_and_takes_what_another_is_at_from_it(
    tmp_path: Path, keys: Keys
) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slowly(_: Sequence[str]) -> dict[str, Judged]:
        begun.set()
        may_end.wait(10)
        return {"001": FOUND}

    def soon(units: Sequence[str]) -> dict[str, Judged]:
        assert units == ["002", "003"] and not may_end.is_set()
        may_end.set()
        return {unit: Judged((), ()) for unit in units}

    other = threading.Thread(target=Kept(tmp_path, keys, "d").get_or_make, args=({"001": 1}, slowly))
    other.start()
    begun.wait(10)
    found = Kept(tmp_path, keys, "d").get_or_make({"001": 1, "002": 1, "003": 1}, soon)
    other.join()
    assert found == {"001": FOUND, "002": Judged((), ()), "003": Judged((), ())}


def test_every_definition_counts_and_no_state_does(tmp_path: Path) -> None:
    for name in ("rules", ".state", "registers"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.sql").write_text("select 1")
    before = definitions_at(tmp_path)
    for name in (".state", "registers"):
        os.utime(tmp_path / name / "a.sql", (1, 1))
    assert definitions_at(tmp_path) == before
    os.utime(tmp_path / "rules" / "a.sql", (1, 1))
    assert definitions_at(tmp_path) != before
