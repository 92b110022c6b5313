"""Functions that run inside the limited child in the tests: honest ones and all the ways to die."""

from __future__ import annotations

import ctypes
import io
import os
import signal
import socket
import time
from typing import Any

import python_calamine


def size(data: bytes, *, times: int = 1) -> int:
    return len(data) * times


def reversed_bytes(data: bytes) -> bytes:
    return data[::-1]


def aborts(_: bytes) -> None:
    os.kill(os.getpid(), signal.SIGABRT)


def crashes(_: bytes) -> None:
    ctypes.string_at(0)


def leaves(_: bytes) -> None:
    os._exit(3)


def raises(_: bytes) -> None:
    raise ValueError("身份证号列不对")


def hangs(_: bytes) -> None:
    time.sleep(60)


def spins(_: bytes) -> None:
    while True:
        pass


def eats_memory(_: bytes) -> int:
    return len(bytearray(3 << 30))


def talks_too_much(_: bytes) -> bytes:
    return bytes(5 << 20)


def answers_no_json(_: bytes) -> Any:
    return {1, 2}


def writes_a_file(_: bytes, *, path: str) -> None:
    with open(path, "wb") as file:
        file.write(b"x" * 10)
        file.flush()


def opens_many(_: bytes) -> None:
    kept = [open(os.devnull, "rb") for _ in range(100)]  # noqa: SIM115
    del kept


def prints(_: bytes) -> str:
    print("noise on the standard output")
    return "quiet"


def environment(_: bytes) -> list[str]:
    return sorted(os.environ)


def connects(_: bytes, *, port: int) -> str:
    with socket.create_connection(("127.0.0.1", port), 2):
        return "connected"


def process_id(_: bytes) -> int:
    return os.getpid()


def read_with_calamine(data: bytes) -> list[Any]:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    return [book.get_sheet_by_name(n).to_python(skip_empty_area=False) for n in book.sheet_names]
