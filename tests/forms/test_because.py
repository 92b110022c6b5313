"""Every check tells why it exists, and no sentence to a clerk speaks in codes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forms.because import CHECKS
from forms.campaign import load
from forms.engine import Engine
from forms.kinds.base import RULES
from forms.rules import Rule
from forms.spec import Campaign

ROOT = Path(__file__).parents[2]
CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z]\d{1,2}[a-z]?(?![A-Za-z0-9])")
CHOSEN = re.compile(r"违规情形选((?:“[^”]+”(?:或|、)?)+)")


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load(ROOT / "forms" / "ruian2019")


@pytest.fixture(scope="module")
def rules(campaign: Campaign) -> list[Rule]:
    return [rule for rule in Engine(campaign).rules if rule.labels is None]


def test_every_rule_of_the_campaign_tells_why(rules: list[Rule]) -> None:
    assert [rule.id for rule in rules if not rule.why.endswith("。")] == []


def test_every_check_of_cells_sheets_and_files_tells_why() -> None:
    """Ids of the program's own checks, as its source names them."""
    source = "".join(file.read_text("utf-8") for file in (ROOT / "forms").rglob("*.py"))
    named = set(re.findall(r'\(\s*"(S\d\d)"', source)) | RULES.keys()
    assert len(named) > 30
    assert sorted(named - CHECKS.keys()) == []
    assert [why for why in CHECKS.values() if not why.endswith("。")] == []


def test_what_a_clerk_reads_names_no_code(rules: list[Rule]) -> None:
    spoken = [(rule.id, text) for rule in rules for text in (rule.says, rule.fix or "", rule.why, rule.title)]
    assert [each for each in spoken if CODE.search(each[1])] == []


def test_the_violations_a_remedy_names_are_those_of_the_list(campaign: Campaign, rules: list[Rule]) -> None:
    listed = {label.partition(" ")[2] for label in campaign.codes["violation"].labels}
    named = {
        word
        for rule in rules
        for some in CHOSEN.findall(rule.fix or "")
        for word in re.findall("“([^”]+)”", some)
    }
    assert len(named) > 10
    assert sorted(named - listed) == []
