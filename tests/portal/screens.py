"""A browser on a portal in this process: what it loads, what it complains about, what axe finds wrong."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import axe_playwright_python
from flask import Flask
from playwright.sync_api import Browser, Page
from werkzeug.serving import WSGIRequestHandler, make_server

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
SHOTS: Final = os.environ.get("HUIZONG_SHOTS", "")  # a folder to keep screenshots in; none are kept without
AXE: Final = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any) -> None:
        pass


@contextmanager
def in_thread(app: Flask) -> Iterator[str]:
    """The application behind a plain server of this process; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


@dataclass
class Screen:
    """One person's browser window.  `complaints`: console errors, broken policies, foreign requests, axe."""

    page: Page
    address: str
    name: str
    complaints: list[str] = field(default_factory=list)

    def at(self, path: str, shot: str = "") -> Page:
        answer = self.page.goto(self.address + path)
        assert answer is not None and answer.status < 500, (path, answer and answer.status)
        self.shot(shot)
        return self.page

    def shot(self, name: str) -> None:
        if SHOTS and name:
            self.page.screenshot(path=f"{SHOTS}/{self.name}-{name}.png", full_page=True)

    def examined(self, path: str, shot: str) -> None:
        """Opens a page at both sizes; notes what axe finds and whether a phone must scroll sideways."""
        page = self.at(path, shot)
        for rule in faults(page):
            self.complaints.append(f"{path}: {rule}")
        page.set_viewport_size(PHONE)
        self.shot(f"{shot}-phone")
        wide = page.evaluate("() => document.documentElement.scrollWidth")
        if wide > PHONE["width"]:
            self.complaints.append(f"{path}: {wide} px wide on a phone")
        page.set_viewport_size(DESK)


def faults(page: Page) -> list[str]:
    """What axe-core finds, one line per rule: impact, id, help, the first element.

    The script goes in by the debugger's protocol: the page's own policy stays as strict as it is.
    """
    session = page.context.new_cdp_session(page)
    session.send("Runtime.evaluate", {"expression": AXE})
    asked = "axe.run({resultTypes: ['violations']}).then(found => JSON.stringify(found.violations))"
    answer = session.send(
        "Runtime.evaluate", {"expression": asked, "awaitPromise": True, "returnByValue": True}
    )
    session.detach()
    return [
        f"{each['impact']} {each['id']}: {each['help']} {each['nodes'][0]['html'][:160]}"
        for each in json.loads(answer["result"]["value"])
    ]


def window(
    browser: Browser,
    address: str,
    name: str,
    token: str = "",
    *,
    size: dict[str, int] = DESK,
    js: bool = True,
) -> Screen:
    """A new window, signed in by a session's token."""
    context = browser.new_context(viewport=size, java_script_enabled=js, locale="zh-CN")  # type: ignore[arg-type]
    if token:
        context.add_cookies([{"name": "huizong", "value": token, "url": address}])
    screen = Screen(context.new_page(), address, name)

    def said(message: Any) -> None:
        if message.type == "error":
            screen.complaints.append(f"{screen.page.url}: {message.text}")

    def asked(request: Any) -> None:
        if not request.url.startswith((address, "data:", "blob:")):
            screen.complaints.append(f"{screen.page.url}: asks {request.url}")

    screen.page.on("console", said)
    screen.page.on("pageerror", lambda wrong: screen.complaints.append(f"{screen.page.url}: {wrong}"))
    screen.page.on("request", asked)
    screen.page.on("dialog", lambda dialog: dialog.accept())
    return screen
