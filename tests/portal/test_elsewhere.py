"""The portal with its ledger in PostgreSQL and its files in S3: two applications, one campaign."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from pathlib import Path

import fsspec.config
import pytest
from flask import Flask

from collector.portal.app import create_app
from huizong.steps.issue import issue
from tests.collector import servers
from tests.portal.portals import DAY, SCRIPT, Portal, Prepared, explain_all, send, with_accounts

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.s3]


def opened(folder: Path) -> Flask:
    app = create_app(folder, DAY, settings={"WTF_CSRF_ENABLED": False, "PROPAGATE": True})
    app.extensions["desk"].patience = 60.0
    return app


@pytest.fixture(scope="module")
def pair(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, Portal]]:
    """Two applications of one campaign, with no state of it on the local disk but the keys."""
    out = tmp_path_factory.mktemp("elsewhere")
    folder = out / "campaign"
    shutil.copytree(prepared.campaign, folder, ignore=shutil.ignore_patterns(".state"))
    shutil.copytree(prepared.campaign / ".state" / "keys", folder / ".state" / "keys")
    with (
        servers.postgres() as ledger,
        servers.s3() as (store, options),
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("HUIZONG_LEDGER", ledger)
        patch.setenv("HUIZONG_STORE", store)
        patch.setitem(fsspec.config.conf, "s3", options)
        found = Prepared(prepared.out, with_accounts(folder))
        apps = [opened(folder) for _ in range(2)]
        issue(apps[0].extensions["desk"].bureau_with_registers(), out / "packs")
        yield Portal(apps[0], found, folder), Portal(apps[1], found, folder)
        for app in apps:
            app.extensions["desk"].close()


def test_a_set_is_handed_in_at_one_and_accepted_at_the_other(pair: tuple[Portal, Portal]) -> None:
    here, there = pair
    unit = next(code for code in here.units if here.prepared.files(2, code))
    clerk = here.clerk(unit)
    assert clerk.get(f"/units/{unit}/pack").data.startswith(b"PK")
    send(clerk, unit, here.prepared.files(1, unit))
    send(there.clerk(unit), unit, here.prepared.files(2, unit))
    explain_all(here, unit)
    handed_in = here.clerk(unit).post(f"/units/{unit}/submit")
    assert handed_in.status_code == 302, handed_in.get_data(as_text=True)
    bureau = there.signed_in("shenhe")
    forms = list(there.desk.campaign.forms)
    targets = {"kind": "accept", "target": [f"{unit}/{form}" for form in forms]}
    assert bureau.post("/bureau/decisions", data=targets).status_code == 302
    with here.desk.ledger.reading() as view:
        accepted = [each.form for each in view.events(unit) if each.kind == "accepted"]
        documents = view.documents(unit)
    assert sorted(accepted) == sorted(forms) and here.desk.ledger.broken() is None
    one = documents[-1]
    back = bureau.get(f"/units/{unit}/files/{len(documents) - 1}")
    assert back.data == here.desk.store.get(one.sha256)
    assert (
        not (here.folder / ".state" / "ledger.db").exists()
        and not (here.folder / ".state" / "store").exists()
    )


def test_the_same_file_sent_to_both_is_one(pair: tuple[Portal, Portal]) -> None:
    here, there = pair
    unit = here.units[0]
    data = here.file(unit, "02-").read_bytes()
    receipts = set()
    for portal in pair:
        said = portal.clerk(unit).post(
            f"/units/{unit}/uploads", headers=SCRIPT, data={"files": (io.BytesIO(data), "名册.xlsx")}
        )
        receipts.add(said.get_json()["files"][0]["receipt"])
    with there.desk.ledger.reading() as view:
        assert len(receipts) == 1 and len(view.documents(unit)) == 1
