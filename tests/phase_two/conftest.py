"""One campaign and engine for all tests; each test has a ledger and store of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from forms import Campaign, load, shipped
from forms.engine import Engine
from huizong.steps.bureau import Bureau
from tests.phase_two.desk import bureau_of


@pytest.fixture(scope="session")
def campaign() -> Campaign:
    return load(shipped())


@pytest.fixture(scope="session")
def engine(campaign: Campaign) -> Engine:
    return Engine(campaign)


@pytest.fixture
def bureau(campaign: Campaign, engine: Engine, tmp_path: Path) -> Iterator[Bureau]:
    made = bureau_of(tmp_path / "campaign", campaign, engine)
    yield made
    made.ledger.close()
