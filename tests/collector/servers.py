"""Private servers for the tests: a PostgreSQL cluster and an S3 server, each on a free loopback port."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


def absent(what: str) -> None:
    """Skips on a developer's machine; on the build server the absence of a server is a failure."""
    if os.environ.get("CI"):
        pytest.fail(f"{what} is not installed on the build server")
    pytest.skip(f"{what} is not installed")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The URL of a fresh cluster; run as user `postgres` when we are root (initdb refuses root)."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) or [Path(shutil.which("initdb") or "")]
    if not found[-1].name:
        absent("PostgreSQL")
    binaries = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    user: list[str] = []
    if os.geteuid() == 0:
        user = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres")
    port = free_port()
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c fsync=off"

    def run(*command: str) -> None:
        subprocess.run([*user, *command], check=True, stdout=subprocess.DEVNULL, cwd="/", timeout=120)

    run(
        str(binaries / "initdb"),
        "-D",
        f"{folder}/data",
        "-A",
        "trust",
        "-U",
        "huizong",
        "-E",
        "UTF8",
        "--no-sync",
    )
    run(str(binaries / "pg_ctl"), "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://huizong@127.0.0.1:{port}/postgres"
    finally:
        run(str(binaries / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def s3() -> Iterator[tuple[str, dict[str, Any]]]:
    """(bucket URL, fsspec options) of an S3 server over a folder."""
    beside = Path(sys.executable).parent / "rclone"
    rclone = str(beside) if beside.exists() else shutil.which("rclone")
    if not rclone:
        absent("rclone")
    assert rclone
    folder, port = Path(tempfile.mkdtemp(prefix="s3")), free_port()
    (folder / "bucket").mkdir()
    server = subprocess.Popen(
        [
            rclone,
            "serve",
            "s3",
            "--addr",
            f"127.0.0.1:{port}",
            "--auth-key",
            "key,secret",
            "--config",
            os.devnull,
            str(folder),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 30
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            assert server.poll() is None and time.monotonic() < deadline, "rclone did not start"
            time.sleep(0.1)
        yield (
            "s3://bucket/store",
            {
                "key": "key",
                "secret": "secret",
                "client_kwargs": {"endpoint_url": f"http://127.0.0.1:{port}", "region_name": "us-east-1"},
            },
        )
    finally:
        server.kill()
        server.wait()
        shutil.rmtree(folder, ignore_errors=True)
