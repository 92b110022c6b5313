"""`huizong serve`: gunicorn with as many workers as asked for; each holds its own connections, none
holds state.

This module is all that the master loads.  DuckDB starts threads when it is imported, and a worker forked
from a process that has them hangs, or dies of a signal when it is told to stop: campaign, ledger and rule
engine are only ever opened in processes of their own.
"""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from collector.workflow import BEIJING


class _Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, folder: Path, as_of: date | None, settings: dict[str, Any]) -> None:
        self.folder, self.as_of, self.settings = folder, as_of, settings
        super().__init__()

    def load_config(self) -> None:
        for key, value in self.settings.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        from collector.examine import CAGE, warm
        from collector.portal.app import create_app

        for _ in range(CAGE.workers):  # the first to upload does not wait for a reader to start
            warm(self.folder)
        return create_app(self.folder, self.as_of)


def serve(campaign: Path, host: str, port: int, workers: int, as_of: date | None = None) -> None:
    """Serve until interrupted; raises CampaignError for a faulty folder before a port is opened."""
    if as_of == datetime.now(BEIJING).date():
        as_of = None  # today moves on while the portal runs
    with ProcessPoolExecutor(1, get_context("fork")) as once:
        as_of = once.submit(prepared, campaign, host, port, as_of).result()
    _Server(
        campaign,
        as_of,
        {
            "bind": f"{host}:{port}",
            "workers": workers,
            "worker_class": "gthread",
            "threads": 8,
            "timeout": 120,
            "graceful_timeout": 30,
            "keepalive": 5,
            "accesslog": None,
            "loglevel": "warning",
            "proc_name": "huizong",
            "limit_request_field_size": 8190,
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
        },
    ).run()


def prepared(campaign: Path, host: str, port: int, as_of: date | None) -> date | None:
    """In a process of its own: see above."""
    from collector.portal.start import prepare

    return prepare(campaign, host, port, as_of)
