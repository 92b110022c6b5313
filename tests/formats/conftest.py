"""One played campaign per session; a test that changes it works on a copy."""

from __future__ import annotations

import pytest

from tests.steps.played import Played, played


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Played:
    return played(tmp_path_factory.mktemp("played"))
