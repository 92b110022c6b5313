"""Before anything is issued: every page says what comes next, and nothing that cannot work is offered."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from collector.portal.app import create_app
from huizong.steps.issue import issue
from tests.portal.phase_two import text
from tests.portal.portals import DAY, Portal, Prepared, with_accounts


@pytest.fixture
def fresh(prepared: Prepared, tmp_path: Path) -> Iterator[Portal]:
    folder = tmp_path / "campaign"
    shutil.copytree(prepared.campaign, folder, ignore=shutil.ignore_patterns(".state"))
    found = Prepared(prepared.out, with_accounts(folder))
    app = create_app(folder, DAY, settings={"WTF_CSRF_ENABLED": False, "PROPAGATE": True})
    yield Portal(app, found, folder)
    app.extensions["desk"].close()


def test_what_waits_for_the_bureau_is_said_until_the_packs_are_issued(fresh: Portal, tmp_path: Path) -> None:
    unit = fresh.units[0]
    clerk, bureau = fresh.clerk(unit), fresh.signed_in("shenhe")
    page = text(clerk.get(f"/units/{unit}"))
    assert "局里还没有下发材料包" in page and "等局里下发" in page
    assert "下载空表" not in page and "下载材料包" not in page and "逾期" not in page
    assert "还没有下发材料包" in text(bureau.get("/bureau"))
    early = clerk.get(f"/units/{unit}/pack")
    assert early.status_code == 409 and "还没有下发" in text(early)
    issue(fresh.desk.bureau_with_registers(), tmp_path / "packs")
    page = text(clerk.get(f"/units/{unit}"))
    assert "还没有下发" not in page and "填好后上传" in page and "下载材料包" in page
    assert "还没有下发" not in text(bureau.get("/bureau"))
    assert clerk.get(f"/units/{unit}/pack").data.startswith(b"PK")


def test_the_form_for_an_account_is_empty_again_once_it_made_one(fresh: Portal) -> None:
    admin = fresh.signed_in("xitong")

    def made(login: str) -> str:
        said = {"login": login, "name": "王审核", "unit": ""}
        return admin.post("/officers/accounts", data=said).get_data(as_text=True)

    page = made("wang")
    assert "一次性验证码" in page and 'value="王审核"' not in page
    wrong = made("王")
    assert "用户名只能用字母" in wrong and 'value="王审核"' in wrong  # what was typed stays to be mended
