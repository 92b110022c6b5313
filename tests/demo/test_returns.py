"""Real files: issued, filled as a clerk would, read back by the real reader; and the folder around them."""

import csv
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from pypdf import PdfReader

sys.path.insert(0, str(Path(__file__).parent))

from forms import registers as lists
from forms.campaign import load
from forms.engine import Engine
from forms.pack import Packer
from forms.reading import read_file
from forms.spec import Campaign
from forms.workbook.cells import cells
from huizong.demo import folder, registers
from huizong.demo.desk import Return
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import World
from huizong.demo.planted import Round, placed, rounds
from huizong.demo.returns import Filler, arranged, scan, unpacked
from huizong.demo.sheets import workbook
from huizong.demo.world import synthesise

KEY = b"k" * 32
TODAY = date(2019, 8, 11)


@cache
def shipped_units():  # type: ignore[no-untyped-def]
    from forms.campaign import shipped

    return folder.chosen(load(shipped()).units, 10)


@cache
def world() -> World:
    return synthesise(folder.sites(shipped_units()), 300, 5)[0]


@pytest.fixture(scope="module")
def campaign(tmp_path_factory: pytest.TempPathFactory) -> Campaign:
    place = tmp_path_factory.mktemp("demo") / "campaign"
    made = folder.write(place, shipped_units(), world())
    registers.write(place / "registers", Lexicon.of(made), world())
    return made


@pytest.fixture(scope="module")
def played(campaign: Campaign) -> tuple[Round, Round]:
    return rounds(Lexicon.of(campaign), world())


@pytest.fixture(scope="module")
def packs(campaign: Campaign) -> Mapping[str, Mapping[str, bytes]]:
    packer = Packer(campaign, KEY, date(2019, 8, 7))
    held = lists.read(campaign, campaign.folder / "registers")
    with Engine(campaign).data(held, {}, as_of=date(2019, 8, 7)) as data:
        return {unit.code: unpacked(packer.zip(unit, data.view, None)) for unit in campaign.units}


@pytest.fixture(scope="module")
def filler(campaign: Campaign) -> Filler:
    return Filler(campaign)


def _messages(campaign: Campaign, packs: Mapping[str, Mapping[str, bytes]], filler: Filler,
              handed: Return) -> set[tuple[str, str]]:
    found = set()
    for sent in filler.files(packs[handed.unit.code], handed, packs):
        outcome = read_file(campaign, sent.data, sent.path, key=KEY, unit=handed.unit.code, today=TODAY)
        assert outcome.status in ("read", "attachment"), sent.path
        if outcome.document:
            assert outcome.document.stamp == "valid"
            found |= {(each.rule, each.cell or "") for each in outcome.document.findings
                      if each.level != "notice"}
    return found


def test_a_clean_unit_is_read_without_a_word(campaign: Campaign, packs: Mapping[str, Mapping[str, bytes]],
                                             filler: Filler, played: tuple[Round, Round]) -> None:
    clean = [handed for code, handed in played[0].returns.items() if code not in played[1].returns]
    assert clean
    for handed in clean:
        assert _messages(campaign, packs, filler, handed) == set()


def test_every_planted_fault_of_a_cell_is_found_in_that_cell(
        campaign: Campaign, packs: Mapping[str, Mapping[str, bytes]], filler: Filler,
        played: tuple[Round, Round]) -> None:
    first = played[0]
    found, wanted = set(), set()
    for code in {mark.unit for mark in first.marks if mark.rule.startswith(("F", "S0"))}:
        found |= {(code, *each) for each in _messages(campaign, packs, filler, first.returns[code])}
    for line in placed(campaign, first):
        if line[6].startswith("F") or line[6] in ("S02", "S03", "S07"):
            wanted.add((line[1], line[6], line[4]))
    assert wanted <= {(unit, rule, cell if rule != "S02" else "") for unit, rule, cell in found}
    assert {rule for _, rule, _ in wanted} >= {"F03", "F06", "F07", "F08", "F09", "F16", "F17", "F18", "F19"}


def test_rows_keep_their_pre_filled_places(campaign: Campaign) -> None:
    table = campaign.forms["custody"].tables["custody"]
    known = [{"kind": "a", "number": "1"}, {"kind": "a", "number": "2"}, {"kind": "b", "number": "3"}]
    rows = [{"kind": "b", "number": "3"}, {"kind": "c", "number": "9"}, {"kind": "a", "number": "1"}]
    assert arranged(table, rows, known) == [2, 3, 0]


def test_a_scan_is_a_pdf_and_no_two_are_alike() -> None:
    assert len(PdfReader(BytesIO(scan("001 a"))).pages) == 1
    assert scan("001 a") != scan("001 b")


def test_a_plain_workbook_reads_as_written() -> None:
    data = workbook([["标题"], ["姓名", "号码"], ["甲<&>乙", "0012"], [7, None]], merges=["A1:B1"])
    assert [row[:2] for row in cells(data).sheets[0].rows] == [
        ("标题", None), ("姓名", "号码"), ("甲<&>乙", "0012"), (7, None)]


def test_the_folder_has_the_chosen_units_and_nobody_real(campaign: Campaign) -> None:
    assert [unit.code for unit in campaign.units] == [unit.code for unit in shipped_units()]
    with (campaign.folder / "units.csv").open(encoding="utf-8") as file:
        assert sum(int(row["staff"]) for row in csv.DictReader(file)) == 300
    assert campaign.settings.contact.phone.startswith("199")
    assert campaign.settings.demo_divisions == ["330399"]
    assert not campaign.levels.get("F17")
