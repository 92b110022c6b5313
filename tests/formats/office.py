"""LibreOffice at work on files, as a clerk's computer: opened and saved again, or typed into.

Each call is a run of the program with a profile of its own.  Debian's package without a window has neither
Basic nor Python, so nobody can press keys in it: typing is done in the flat XML that LibreOffice itself wrote
(a text into a text cell, a date into a date cell, as its input line would), and LibreOffice saves it as xlsx.
"""

from __future__ import annotations

import copy
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl.utils.cell import coordinate_to_tuple

OFFICE = shutil.which("soffice")
_XLSX = "xlsx:Calc MS Excel 2007 XML"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
Entry = tuple[str, str, str | date]


def converted(files: Iterable[Path], to: str, folder: Path) -> None:
    """One start of the program for all of them."""
    assert OFFICE is not None
    profile = folder.parent / f"{folder.name}-profile"
    subprocess.run([OFFICE, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
                    "--convert-to", to, "--outdir", str(folder), *map(str, files)],
                   check=True, capture_output=True, timeout=300)


def resaved(files: Iterable[Path], folder: Path) -> list[Path]:
    """Every file opened and saved under its own name into `folder`, by one start of the program per kind."""
    given = list(files)
    folder.mkdir()
    for ending, to in ((".xlsx", _XLSX), (".docx", "docx:MS Word 2007 XML")):
        some = [each for each in given if each.suffix == ending]
        if some:
            converted(some, to, folder)
    found = [folder / each.name for each in given]
    assert all(each.stat().st_size for each in found)
    return found


def typed(file: Path, entries: Iterable[Entry], folder: Path) -> Path:
    """The workbook with (sheet, cell, value) typed in, saved by LibreOffice."""
    converted([file], "fods:OpenDocument Spreadsheet Flat XML", folder)
    flat = folder / f"{file.stem}.fods"
    tree: Any = etree.parse(str(flat))
    for sheet, cell, value in entries:
        row, column = coordinate_to_tuple(cell)
        _enter(_nth(_nth_row(tree, sheet, row), column), value)
    tree.write(str(flat), encoding="utf-8", xml_declaration=True)
    converted([flat], _XLSX, folder)
    return folder / f"{file.stem}.xlsx"


def _enter(cell: Any, value: str | date) -> None:
    for child in list(cell):
        cell.remove(child)
    for name in [each for each in cell.attrib if each.startswith(_OFFICE) or "calcext" in each]:
        del cell.attrib[name]
    cell.set(f"{_OFFICE}value-type", "date" if isinstance(value, date) else "string")
    if isinstance(value, date):
        cell.set(f"{_OFFICE}date-value", value.isoformat())
    etree.SubElement(cell, f"{_TEXT}p").text = str(value)


def _nth_row(tree: Any, sheet: str, number: int) -> Any:
    table = next(each for each in tree.iter(f"{_TABLE}table") if each.get(f"{_TABLE}name") == sheet)
    return _single(table.iter(f"{_TABLE}table-row"), f"{_TABLE}number-rows-repeated", number)


def _nth(row: Any, number: int) -> Any:
    return _single(row.iterchildren(f"{_TABLE}table-cell"), f"{_TABLE}number-columns-repeated", number)


def _single(elements: Iterator[Any], repeated: str, number: int) -> Any:
    """The number-th of elements that may stand for several: taken out of its repetition."""
    at = 0
    for each in elements:
        times = int(each.get(repeated, "1"))
        if at + times < number:
            at += times
            continue
        for before, count in ((True, number - at - 1), (False, at + times - number)):
            if count:
                twin = copy.deepcopy(each)
                twin.set(repeated, str(count))
                each.addprevious(twin) if before else each.addnext(twin)
        each.attrib.pop(repeated, None)
        return each
    raise AssertionError(f"no element {number}")
