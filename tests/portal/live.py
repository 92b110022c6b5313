"""The portal as a real server with workers of its own, and visitors that speak plain HTTP to it."""

from __future__ import annotations

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psutil

ROOT = Path(__file__).parents[2]
SERVE = (
    "import sys; from datetime import date; from pathlib import Path; from collector.portal import serve;"
    "folder, port, workers, day = sys.argv[1:];"
    "serve(Path(folder), '127.0.0.1', int(port), int(workers), date.fromisoformat(day))"
)
SCRIPT = {"X-Requested-With": "XMLHttpRequest"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass
class Live:
    """`process` is the master; its children are the workers, theirs the limited readers."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def workers(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children()

    def cpu_seconds(self) -> float:
        """What master, workers and their readers have used, ended ones included."""
        used = 0.0
        for each in [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(True)]:
            with suppress(psutil.NoSuchProcess):
                used += sum(each.cpu_times()[:4])       # own and that of ended children
        return used

    def kill(self) -> None:
        """As a power cut: master and workers at once, without a word."""
        every = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(True)]
        for each in every:
            with suppress(psutil.NoSuchProcess):
                each.kill()
        self.process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def started(folder: Path, day: str, *, workers: int = 2, port: int = 0, log: Path | None = None,
            wrap: Sequence[str] = (), env: Mapping[str, str] | None = None) -> Live:
    """A server that answers; raises AssertionError, with its last words, when none comes up."""
    port = port or free_port()
    log = log or folder.parent / "server.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*wrap, sys.executable, "-c", SERVE, str(folder), str(port), str(workers), day],
            cwd=ROOT, stderr=out, env={**os.environ, "PYTHONPATH": str(ROOT), **(env or {})})
    live = Live(process, port, log)
    until = time.monotonic() + 60
    while True:
        with suppress(OSError, http.client.HTTPException):
            if Visitor(live).get("/health").status == 200:
                return live
        assert process.poll() is None and time.monotonic() < until, log.read_text("utf-8")[-2000:]
        time.sleep(0.1)


@contextmanager
def served(folder: Path, day: str, **options: Any) -> Iterator[Live]:
    """The same, stopped politely at the end."""
    live = started(folder, day, **options)
    try:
        yield live
    finally:
        if live.process.poll() is None:
            live.process.send_signal(signal.SIGTERM)
            try:
                live.process.wait(40)
            except subprocess.TimeoutExpired:
                live.kill()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Visitor:
    """One browser: its cookies, its form token, one connection kept open.  Raises OSError as sockets do."""

    live: Live
    cookies: dict[str, str] = field(default_factory=dict)
    token: str = ""
    timeout: float = 120
    connection: http.client.HTTPConnection | None = None
    used: float = 0.0

    def ask(self, method: str, path: str, body: bytes = b"",
            headers: Mapping[str, str] | None = None) -> Answer:
        if time.monotonic() - self.used > 3:        # the server closes idle connections after five seconds
            self.close()
        try:
            return self._ask(method, path, body, headers or {})
        except BaseException:
            self.close()
            raise

    def _ask(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.live.port, timeout=self.timeout)
        sent = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), **headers}
        self.connection.request(method, path, body or None, sent)
        response = self.connection.getresponse()
        answer = Answer(response.status, response.headers, response.read())
        self.used = time.monotonic()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, headers=headers)

    def post(self, path: str, fields: Mapping[str, str] | None = None, **headers: str) -> Answer:
        body = urlencode({"csrf_token": self.token, **(fields or {})}).encode()
        return self.ask("POST", path, body, {"Content-Type": "application/x-www-form-urlencoded", **headers})

    def read_token(self, path: str) -> Answer:
        """A page, and the form token it carries kept for what is posted next."""
        page = self.get(path)
        for _ in range(3):
            if page.status in (302, 303):
                page = self.get(page.headers["Location"])
        found = TOKEN.search(page.text)
        assert found, f"{path}: {page.status}, no form token"
        self.token = found[1]
        return page

    def sign_in(self, login: str, password: str) -> Visitor:
        self.read_token("/sign-in")
        answer = self.post("/sign-in", {"login": login, "password": password})
        assert answer.status == 302, answer.text
        self.read_token("/")
        return self

    def upload(self, unit: str, *files: tuple[str | bytes, bytes], form: str = "") -> Answer:
        return self.send(unit, multipart(self.token, *files), form)

    def send(self, unit: str, made: tuple[bytes, str], form: str = "") -> Answer:
        """A multipart body made before (several clients may send the same)."""
        body, kind = made
        path = f"/units/{unit}/uploads" + (f"?form={form}" if form else "")
        return self.ask("POST", path, body, {"Content-Type": kind, "X-CSRFToken": self.token, **SCRIPT})

    def close(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def __del__(self) -> None:
        self.close()


def multipart(token: str, *files: tuple[str | bytes, bytes]) -> tuple[bytes, str]:
    """(body, content type) as browsers make it: names in UTF-8, quotes escaped; names in bytes as given."""
    line = uuid.uuid4().hex
    parts = [f'--{line}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token}\r\n'.encode()]
    for name, data in files:
        if isinstance(name, str):
            escaped = name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
            name = escaped.encode("utf-8", "surrogatepass")
        head = f'--{line}\r\nContent-Disposition: form-data; name="files"; filename="'.encode() + name
        parts.append(head + b'"\r\nContent-Type: application/octet-stream\r\n\r\n' + data + b"\r\n")
    return b"".join((*parts, f"--{line}--\r\n".encode())), f"multipart/form-data; boundary={line}"
