"""The synthesised world: deterministic, harmless numbers, every case planted,
time in proportion to people.
"""

import time
from collections import Counter
from datetime import date
from functools import cache

import pytest
from stdnum.cn import ric, uscc

from forms.campaign import load, shipped
from forms.spec import Campaign
from huizong.demo import folder, workdays
from huizong.demo.catalogue import Plan
from huizong.demo.identity import DIVISION, Numbers, check_character, organisation_code
from huizong.demo.model import World
from huizong.demo.world import shares, synthesise


@cache
def campaign() -> Campaign:
    return load(shipped())


@cache
def world(units: int = 36, staff: int = 5460, seed: int = 2019) -> tuple[World, Plan]:
    return synthesise(folder.sites(folder.chosen(campaign().units, units)), staff, seed)


def test_the_same_seed_gives_the_same_world() -> None:
    sites = folder.sites(folder.chosen(campaign().units, 4))
    assert repr(synthesise(sites, 150, 7)) == repr(synthesise(sites, 150, 7))
    assert repr(synthesise(sites, 150, 7)) != repr(synthesise(sites, 150, 8))


def test_identity_numbers_are_valid_and_of_a_division_that_never_was() -> None:
    people = [person for unit in world()[0].units for person in unit.people]
    numbers = [person.id_number for person in people]
    assert len(set(numbers)) == len(numbers)
    for person in people:
        assert person.id_number.startswith(DIVISION)
        assert person.id_number[-1] == ric.calc_check_digit(person.id_number)
        assert ric.get_birth_date(person.id_number) == person.born
        assert int(person.id_number[14:17]) >= 900
        assert int(person.id_number[16]) % 2 == (person.sex == "1")


@pytest.mark.parametrize("body, check", [
    ("11010519491231002", "X"), ("33039919800101001", "8"), ("33039919750615002", "X"),
    ("33039919901231013", "3")])
def test_check_characters_follow_the_standard(body: str, check: str) -> None:
    assert check_character(body) == check


@pytest.mark.parametrize("n", [1, 9, 36, 99])
def test_organisation_codes_are_valid(n: int) -> None:
    assert uscc.is_valid(organisation_code(n))


def test_a_day_with_all_numbers_given_out_passes_on_to_the_next() -> None:
    numbers = Numbers()
    born = [numbers.person(date(1980, 1, 1), male=True)[1] for _ in range(51)]
    assert born[49] == date(1980, 1, 1) and born[50] == date(1980, 1, 2)


def test_certificates_fit_the_series_of_their_day_of_issue() -> None:
    kinds = campaign().codes["certificate_kind"].by_code
    for unit in world()[0].units:
        for held in unit.certificates:
            fitting = [each for each in campaign().certificates if each.section
                       == "private" and not each.doubtful
                       and each.kind == kinds[held.kind] and each.regex.fullmatch(held.number)]
            assert fitting
            assert all((each.since is None or each.since <= held.issued_on)
                       and (each.until is None or held.issued_on <= each.until) for each in fitting)
            lasts = round((held.expires_on - held.issued_on).days / 365.25)
            assert lasts in {term for each in fitting for term in each.terms}


def test_every_case_is_planted_in_the_default_size() -> None:
    made, _ = world()
    assert {seed.case for unit in made.units for seed in unit.seeds} >= set(range(1, 49))


def test_a_small_campaign_plants_every_case_too() -> None:
    made, _ = world(10, 600)
    assert {seed.case for unit in made.units for seed in unit.seeds} >= set(range(1, 49))


def test_at_least_two_units_are_clean_and_hold_no_case() -> None:
    made, plan = world()
    assert len(plan.clean) >= 2
    assert not [seed for unit in made.units if unit.code in plan.clean for seed in unit.seeds]


def test_a_case_has_a_person_of_its_own() -> None:
    made, _ = world()
    hosts = Counter(seed.id_number for unit in made.units for seed in unit.seeds if seed.id_number)
    assert not [person for person, n in hosts.items() if n > 1]


def test_permanent_staff_is_what_was_asked_for() -> None:
    made, _ = world()
    assert sum(person.due for unit in made.units for person in unit.people) == 5460


@pytest.mark.parametrize("units, staff", [(1, 12), (2, 40), (5, 60), (36, 300)])
def test_any_size_gives_a_world(units: int, staff: int) -> None:
    made, plan = world(units, staff, 3)
    assert len(made.units) == units
    assert sum(person.due for unit in made.units for person in unit.people) == staff
    assert units < 2 or plan.clean


@pytest.mark.parametrize("weights, total, sizes", [
    ([1, 1], 10, [5, 5]), ([90, 10], 100, [90, 10]), ([1000, 1], 60, [54, 6]), ([3], 7, [7]),
    ([1, 2], 7, [3, 4])])
def test_people_are_shared_by_weight(weights: list[int], total: int, sizes: list[int]) -> None:
    assert shares(weights, total) == sizes


def test_time_grows_with_people_and_no_faster() -> None:
    def seconds(staff: int) -> float:
        start = time.process_time()
        synthesise(folder.sites(list(campaign().units)), staff, 1)
        return time.process_time() - start

    seconds(500)
    assert seconds(16_000) < 8 * seconds(4_000)


@pytest.mark.parametrize("start, n, day", [
    (date(2019, 7, 15), 10, date(2019, 7, 29)), (date(2019, 8, 9), 1, date(2019, 8, 12)),
    (date(2019, 9, 30), 1, date(2019, 10, 8)), (date(2019, 8, 11), -1, date(2019, 8, 9))])
def test_workdays_skip_weekends_and_holidays(start: date, n: int, day: date) -> None:
    assert workdays.add(start, n) == day
    assert workdays.between(start, day) == n or n < 0
