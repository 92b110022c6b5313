"""What a campaign sets for itself is what its rules go by, and what their sentences say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from forms.engine import Engine
from forms.findings import Finding
from tests.forms.small import campaign
from tests.rules import tables
from tests.rules.tables import Case

Judge = Callable[..., tuple[Finding, ...]]


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Judge:
    """The findings of a rule in a campaign of these settings."""

    def under(rule: str, given: str, **settings: object) -> tuple[Finding, ...]:
        config = {**campaign().config, **settings}
        monkeypatch.setattr(tables, "engine", lambda: Engine(replace(campaign(), levels={}, config=config)))
        return tables.check(Case(rule, "", given))[0].findings

    return under


def test_days_are_counted_and_told_as_the_campaign_counts_them(found: Judge) -> None:
    [one] = found("R02", "trips 陈甲 days=6", days_inclusive=False)
    assert one.message == "第6行：在外天数（6天）按入境日期减出境日期应为5天，已更正。"
    assert found("R02", "trips 陈甲 days=6", days_inclusive=True) == ()


def test_a_remedy_names_the_term_that_the_campaign_sets(found: Judge) -> None:
    [one] = found("X01", "staff 陈甲", reg_update_workdays=30)
    assert "新进未满30个工作日" in (one.fix or "")
