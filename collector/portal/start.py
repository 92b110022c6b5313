"""Before the portal serves: faults show, the database is migrated, keys exist, and the start is told."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path

from collector.portal.demo import demo_accounts, suggestions
from collector.portal.desk import Desk
from collector.workflow import BEIJING


def prepare(campaign: Path, host: str, port: int, as_of: date | None) -> date | None:
    """Gives the day of the rules.  Raises CampaignError for a faulty folder."""
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
