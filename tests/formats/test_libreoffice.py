"""Every issued document survives LibreOffice; what a clerk types is read back to the character."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from collector.examine import CAGE, examined
from collector.inbox import items
from collector.sandbox import shared
from forms import Document, TableData
from tests.formats.office import OFFICE, Entry, resaved, typed
from tests.steps.played import DAY, Played, run

pytestmark = [pytest.mark.libreoffice, pytest.mark.timeout(600),
              pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")]
# Synthetic people only: 330399 is nobody's division.  One number has zeros at its end, one an X.
PEOPLE = (("陈小一", "330399198001010018", date(2005, 7, 1)),
          ("林𬭼妮", "33039919750615002X", date(1996, 8, 31)),
          ("阿卜杜拉·买买提", "330399199012310133", date(2012, 2, 29)))


def unpacked(small: Played, folder: Path) -> list[Path]:
    """The pack of a unit, as files."""
    unit = small.units[0]
    with zipfile.ZipFile(small.out / "packs" / f"{unit}.zip") as pack:
        pack.extractall(folder / unit)
    return sorted(each for each in (folder / unit).iterdir() if each.is_file())


def told(small: Played, files: list[Path]) -> dict[str, Any]:
    """form → what `check` says of it, apart from where the file lies."""
    report = run("check", small.campaign, *files, "--unit", small.units[0], "--json", "--as-of", DAY).json
    return {file["form"]: {key: value for key, value in file.items() if key != "path"}
            for file in report["files"] if file["status"] == "read"}


def test_all_twelve_documents_resaved_by_libreoffice_are_read_alike(small: Played, tmp_path: Path) -> None:
    issued = [each for each in unpacked(small, tmp_path) if each.suffix in (".xlsx", ".docx")
              and "（" not in each.name.replace("（境）", "") and "填报说明" not in each.name]
    assert len(issued) == 12
    before, after = told(small, issued), told(small, resaved(issued, tmp_path / "resaved"))
    assert len(before) == 12
    assert after == before


def test_filled_documents_resaved_by_libreoffice_are_read_alike(small: Played, tmp_path: Path) -> None:
    filled = [each for each in sorted(small.returned(small.units[-1]).iterdir())
              if each.suffix in (".xlsx", ".docx")]
    assert len(filled) == 12
    again = resaved(filled, tmp_path / "resaved")
    assert values(small, again) == values(small, filled)


def values(small: Played, files: list[Path]) -> dict[str, Document]:
    """form → everything read, apart from the file's name."""
    with small.bureau() as bureau:
        found = examined(bureau.campaign, items(files, ()), shared(CAGE), key=bureau.stamp_key(), today=DAY)
        documents = [one.document for one in found if one.document is not None]
    return {each.form: replace(each, name="") for each in documents}


@dataclass(frozen=True)
class Desk:
    """The roster as issued, opened on a clerk's desk, and what is to be typed below its pre-filled rows."""

    file: Path
    entries: tuple[Entry, ...]
    wanted: dict[str, list[Any]]


FIELDS = ("name", "id_number", "joined_on")


@pytest.fixture
def desk(small: Played, tmp_path: Path) -> Desk:
    file = next(each for each in unpacked(small, tmp_path) if each.name.startswith("02-"))
    table = roster(small, file)
    first = table.rows[-1] + 1
    entries = [(table.sheet, f"{table.letters[field]}{first + n}", value)
               for n, person in enumerate(PEOPLE) for field, value in zip(FIELDS, person, strict=True)]
    wanted = {field: [person[n] for person in PEOPLE] for n, field in enumerate(FIELDS)}
    return Desk(file, tuple(entries), wanted)


def roster(small: Played, file: Path) -> TableData:
    return next(iter(values(small, [file])["staff"].tables.values()))


def last(table: TableData) -> dict[str, list[Any]]:
    return {field: table.values[field][-len(PEOPLE):] for field in FIELDS}


def test_what_openpyxl_types_is_read_back_exactly(small: Played, tmp_path: Path, desk: Desk) -> None:
    book = openpyxl.load_workbook(desk.file)
    for sheet, cell, value in desk.entries:
        book[sheet][cell] = value
    book.save(tmp_path / "typed.xlsx")
    assert last(roster(small, tmp_path / "typed.xlsx")) == desk.wanted


def test_what_libreoffice_types_is_read_back_exactly(small: Played, tmp_path: Path, desk: Desk) -> None:
    done = typed(desk.file, desk.entries, tmp_path / "typed")
    assert last(roster(small, done)) == desk.wanted


def test_numbers_survive_both_programs_one_after_the_other(small: Played, tmp_path: Path, desk: Desk) -> None:
    once = typed(desk.file, desk.entries, tmp_path / "typed")
    book = openpyxl.load_workbook(once)
    book.save(tmp_path / "again.xlsx")
    (twice,) = resaved([tmp_path / "again.xlsx"], tmp_path / "resaved")
    assert last(roster(small, twice)) == desk.wanted
