"""`huizong serve`: gunicorn with as many workers as asked for; each holds its own connections, none
holds state."""

from __future__ import annotations

import os
import sys
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication

from collector.portal.demo import demo_accounts, suggestions
from collector.portal.desk import Desk
from huizong.steps.bureau import BEIJING


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
    # In a process of its own: the rule engine has threads, and a worker forked from a process that holds
    # them hangs when it is told to stop.
    with ProcessPoolExecutor(1, get_context("fork")) as once:
        as_of = once.submit(prepare, campaign, host, port, as_of).result()
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


def prepare(campaign: Path, host: str, port: int, as_of: date | None) -> date | None:
    """Faults show, the database is migrated, keys exist, the start is told; gives the day of the rules."""
    desk = Desk(campaign, as_of)
    if desk.demo and as_of is None:
        as_of = desk.as_of = demo_day(desk)
        _say(f"演示按 {as_of:%Y-%m-%d} 进行；要按别的日子，请用 --as-of。")
    _say(f"{desk.campaign.title}：http://{host}:{port}/")
    if not desk.accounts.users():
        if desk.demo:
            _say_all(demo_accounts(desk))
        else:
            _say(f"还没有账号。请先运行：huizong accounts {campaign} found")
    elif desk.demo:
        _say(f"演示账号见 {desk.state / 'demo-accounts.txt'}")
    if desk.demo:
        _say_all(suggestions(desk))
    if host not in ("127.0.0.1", "localhost", "::1") and not os.environ.get("HUIZONG_PROXIES"):
        _say("提示：未经加密的网址会泄露密码。请在前面放一个 HTTPS 代理，并设环境变量 HUIZONG_PROXIES=1。")
    desk.close()
    return as_of


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _say_all(lines: list[str]) -> None:
    for line in lines:
        _say(line)


def demo_day(desk: Desk) -> date:
    """The day a demonstration stands at: its deadline, or the last thing that happened."""
    with desk.ledger.reading() as view:
        days = [each.at.astimezone(BEIJING).date() for each in view.events()]
    today = datetime.now(BEIJING).date()
    return max([desk.campaign.dates["deadline"], *(each for each in days if each < today)])
