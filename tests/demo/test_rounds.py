"""Two rounds against the real rules and figures: what is planted fires where it says, nothing else does,
numbers agree.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from direct import documents

from forms import registers as lists
from forms.campaign import load, shipped
from forms.engine import Engine
from forms.spec import Campaign
from huizong.demo import folder, registers, truth
from huizong.demo.lexicon import Lexicon
from huizong.demo.model import Outcome, Person, Problem, Trip, UnitWorld
from huizong.demo.planted import Round, placed, rounds
from huizong.demo.tally import Tally
from huizong.demo.world import synthesise

AS_OF = date(2019, 8, 11)
BY_FILE_ALONE = ("F", "S")  # rules of the reader and of submission: no file is read here


@cache
def campaign() -> Campaign:
    found = load(shipped())
    found.settings.demo_divisions.append("330399")
    return found


@cache
def played() -> tuple[Round, Round]:
    return rounds(Lexicon.of(campaign()), made())


@cache
def made():  # type: ignore[no-untyped-def]
    return synthesise(folder.sites(folder.chosen(campaign().units, 10)), 600, 2019)[0]


@cache
def messy() -> frozenset[str]:
    return synthesise(folder.sites(folder.chosen(campaign().units, 10)), 600, 2019)[1].messy


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, lists.Registers]]:
    place = tmp_path_factory.mktemp("registers")
    registers.write(place, Lexicon.of(campaign()), made())
    yield Engine(campaign()), lists.read(campaign(), place)


def test_the_registers_read_without_a_word(bureau: tuple[Engine, lists.Registers]) -> None:
    assert not bureau[1].findings
    assert {batch.shape for batch in bureau[1].batches} == {"flat", "block"}
    assert all(not batch.unmatched and not batch.refused for batch in bureau[1].batches)


def test_units_judged_together_are_each_judged_as_alone(bureau: tuple[Engine, lists.Registers]) -> None:
    engine, held = bureau
    returns = dict(sorted(played()[0].returns.items())[:5])
    papers = {code: list(documents(campaign(), handed)) for code, handed in returns.items()}
    with engine.data(held, [one for each in papers.values() for one in each], as_of=AS_OF) as data:
        together = data.check(list(papers))
    alone = []
    for code, own in papers.items():
        with engine.data(held, own, as_of=AS_OF) as data:
            alone.append(data.check(code))
    assert sum(bool(each.findings) for each in alone) > 2
    assert set(together.findings) == {one for each in alone for one in each.findings}
    assert set(together.held) == {one for each in alone for one in each.held}


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_planted_fires_in_its_cell_and_nothing_else(bureau: tuple[Engine, lists.Registers],
                                                            number: int) -> None:
    engine, held = bureau
    each = played()[number - 1]
    returns = {**played()[0].returns, **each.returns}
    found = {one.name: one for handed in returns.values() for one in documents(campaign(), handed)}
    scans = [(code, form, name) for code, handed in returns.items() for name, form in handed.scans.items()]
    with engine.data(held, found, as_of=AS_OF, attachments=scans) as data:
        checked = data.check()
    fired = {(one.unit, one.rule, one.cell or "", one.key) for one in checked.findings
             if one.level != "notice" and one.unit not in messy()}
    lines = list(placed(campaign(), replace(each, returns=returns)))
    wanted = {(line[1], line[6], line[4], line[5]) for line in lines if line[1] not in messy()}
    unclear = {(line[0], line[2].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for line in wanted if line[1] == "F19"}
    vague = {line for line in fired if line[1] in ("R07", "X14") and (line[0], line[2][1:]) in unclear}
    assert fired - vague == {line for line in wanted if not line[1].startswith(BY_FILE_ALONE)
                             or line in fired}
    assert len(fired) > (5 if number == 2 else 60)


def test_the_city_counts_what_is_true(bureau: tuple[Engine, lists.Registers]) -> None:
    engine, held = bureau
    returns = {**played()[0].returns, **played()[1].returns}
    found = {one.name: one for handed in returns.values() for one in documents(campaign(), handed)}
    expected = truth.expected(made())
    with engine.data(held, found, as_of=AS_OF) as data:
        figures = data.figures()
    for annex in ("annex2", "annex3"):
        for unit, columns in (*expected[annex].items(), (None, expected["city"][annex])):
            assert {column: figures[unit, f"{annex}.{column}"] for column in columns} == columns


def test_clerks_who_make_no_mistake_type_what_is_true() -> None:
    lexicon, expected = Lexicon.of(campaign()), truth.expected(made())
    for code, handed in {**played()[0].returns, **played()[1].returns}.items():
        assert (Tally(lexicon, handed, handed.unit.certificates).columns()
                == expected["annex2"][code] | expected["annex3"][code])


def test_truth_by_hand() -> None:
    """Two people: one went unapproved and was criticised now,
    one was admonished years ago and concealed a trip.
    """
    unit = next(unit for unit in made().units if unit.trips)
    first, second = (replace(person, due=True, enrolled=True, category="3") for person in unit.people[:2])
    alone = _unit(unit, first, second)
    assert truth.annex2(alone) == {
        "c3": 0, "c4": 0, "c5": 2, "c6": 0, "c7": 0, "c8": 0, "c9": 1, "c10": 0, "c11": 1, "c12": 0, "c13": 1,
        "c14": 1,
        "c15": 0, "c16": 0, "c17": 0, "c18": 0, "c19": 0, "c20": 0}
    assert truth.annex3(alone) == {"d3": 2, "d4": 2, "d5": 0, "d6": 0, "d7": 0, "d8": 0, "d9": 0, "d10": 0}


def _unit(unit: UnitWorld, first: Person, second: Person) -> UnitWorld:
    def trip(person: Person, day: date) -> Trip:
        return replace(unit.trips[0], id_number=person.id_number, exit_on=day, approval_state="2",
                       approval=None,
                       violations=("V4a",))

    def outcome(person: Person, day: date, method: str, decided: date) -> Outcome:
        return Outcome(person.id_number, "1", ("V4a",), day, ("trip", day.isoformat()), method, decided, "3")

    now, before = date(2018, 5, 1), date(2016, 5, 1)
    return replace(
        unit, people=(first, second), registrations=(), certificates=(), approvals=(), loans=(), seeds=(),
        trips=(trip(first, now), trip(second, before)),
        problems=(Problem(second.id_number, "V6", date(2019, 8, 8), None, None, before, None, "3", False),),
        outcomes=(outcome(first, now, "H01", date(2019, 8, 8)),
                  outcome(second, before, "H02", date(2016, 9, 1))))


def test_only_units_with_something_to_mend_send_again() -> None:
    first, second = played()
    assert set(second.returns) == {mark.unit for mark in first.marks}
    assert len(set(first.returns) - set(second.returns)) >= 2


def test_what_stays_in_round_two_is_lasting_and_was_there_before() -> None:
    first, second = played()
    assert all(mark.lasting for mark in second.marks)
    assert {(mark.unit, mark.rule, mark.key) for mark in second.marks} <= {
        (mark.unit, mark.rule, mark.key) for mark in first.marks}
