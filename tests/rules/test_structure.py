"""Every rule of the campaign has a case that fires and one that does not; none judges too soon."""

from __future__ import annotations

import re

import pytest

from forms.rules import Rule
from tests.forms.small import campaign
from tests.rules import (
    test_across_units,
    test_approved,
    test_dealt_with,
    test_package,
    test_police,
    test_registered,
    test_rows,
    test_surrendered,
)
from tests.rules.tables import Case, check, engine, judged, silent

MODULES = (test_registered, test_surrendered, test_approved, test_dealt_with, test_rows, test_police,
           test_across_units, test_package)
CASES: tuple[Case, ...] = tuple(case for module in MODULES for case in module.CASES)


# Numbers against numbers: totals.sql; tried with the figures.
TOTALS = {"X23", "X24", "X25", "X26", "X27", "X28", "X29", "S14"}

RULES: tuple[Rule, ...] = tuple(rule for rule in engine().rules if rule.id not in TOTALS)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_case_that_fires_it_and_one_that_does_not(rule: Rule) -> None:
    own = [case for case in CASES if case.rule == rule.id]
    assert any(case.findings for case in own)
    assert any(not case.findings for case in own)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_says_what_is_wrong_and_what_to_do(rule: Rule) -> None:
    assert rule.title and rule.fix
    assert rule.says[-1] in "。}" and rule.fix[-1] == "。"
    assert not re.search(r"\{\}|\{\{", rule.says)


def test_cases_are_of_rules_that_exist() -> None:
    assert {case.rule for case in CASES} == {rule.id for rule in RULES}


FIRING = {rule.id: next(case for case in CASES if case.rule == rule.id and case.findings) for rule in RULES}
NEEDY = [(rule, need) for rule in RULES if not rule.city for need in rule.needs]


@pytest.mark.parametrize(("rule", "need"), NEEDY, ids=lambda each: each if isinstance(each, str) else each.id)
def test_a_rule_waits_for_what_it_needs(rule: Rule, need: str) -> None:
    case = FIRING[rule.id]
    if need in campaign().registers:
        kept = [line for line in case.given.splitlines() if line.split()[:1] != [need]]
        given = "\n".join([*kept, f"missing {need}"])
    else:
        tables = {need, *campaign().forms[need].tables}
        kept = [line for line in case.given.splitlines() if not tables & {*line.split()[:1]}]
        given = "\n".join([*kept, f"missing {need}"])
    checked, _ = check(Case(rule.id, case.name, given))
    assert checked.findings == ()
    assert [(held.rule, held.unit, held.needs) for held in checked.held] == [(rule.id, "002", (need,))]


CAREFUL = """
    staff 陈甲
    registrations 陈甲
    police_registrations 陈甲
    certificates 陈甲
    police_certificates 陈甲
    custody 陈甲
    loans 陈甲
    approvals 陈甲
    trips 陈甲
    police_movements 陈甲 movement=出境 moved_on=2018-05-01
    police_movements 陈甲 movement=入境 moved_on=2018-05-06
    declarations 陈甲
    declared_passports 陈甲
    declared_trips_abroad 陈甲
    consent_register 陈甲 unit=002
    roster 陈甲 unit=002
    attachments form=approvals name=002_A1.pdf
    attachments form=annex2 name=2.pdf
    attachments form=annex3 name=3.pdf
    attachments form=self_report name=1.pdf
    attachments form=declarations name=8.pdf
    submissions form=staff
    """


def test_no_rule_has_anything_to_say_of_a_careful_unit() -> None:
    # U05 counts what has come; here one form stands for all.
    rules = " ".join(rule.id for rule in RULES if rule.id != "U05")
    assert judged(silent(rules, "a careful unit", CAREFUL)) == []
