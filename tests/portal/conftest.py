"""A small demo campaign, issued and with its clerks' files at hand; the portal on a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from collector.portal.app import create_app
from huizong.demo import play
from tests.portal.portals import DAY, Filled, OnlyIssued, Portal, Prepared, with_accounts
from tests.portal.screens import CHROMIUM, FLAGS


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    out = tmp_path_factory.mktemp("demo")
    with pytest.raises(Filled):
        play(out, units=3, staff=60, steps=OnlyIssued())  # type: ignore[arg-type]
    return Prepared(out, with_accounts(out / "campaign"))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, without a head."""
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def portal(prepared: Prepared, tmp_path: Path) -> Iterator[Portal]:
    """A portal of one's own, for tests that change it."""
    yield from opened(prepared, tmp_path)


@pytest.fixture(scope="module")
def shared(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """One portal for all tests of a module that do not mind each other."""
    yield from opened(prepared, tmp_path_factory.mktemp("shared"))


def opened(prepared: Prepared, folder: Path) -> Iterator[Portal]:
    shutil.copytree(prepared.campaign, folder / "campaign")
    app = create_app(folder / "campaign", DAY, settings={"WTF_CSRF_ENABLED": False, "PROPAGATE": True})
    app.extensions["desk"].patience = 60.0
    yield Portal(app, prepared, folder / "campaign")
    app.extensions["desk"].close()
