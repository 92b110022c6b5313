"""The limited child: takes (function, bytes) from one pipe, gives JSON or bytes to another, owns nothing.

Started as a fresh interpreter with an empty environment, so no key, database handle or socket is inherited.
Limits are set after the preloads, as headroom beyond what the imports already map.
"""
from __future__ import annotations

import contextlib
import ctypes
import importlib
import json
import os
import resource
import signal
import struct
import sys
from typing import Any, Final

OUT_OF_MEMORY: Final = "memory"
RAISED: Final = "raised"
HEADER: Final = struct.Struct("<cQ")        # answer: tag (J json, B bytes, E failed) and length
REQUEST: Final = struct.Struct("<IQ")       # job: length of the JSON head, length of the payload


def main() -> None:
    """Serve jobs until the pipe closes.  argv[1]: JSON with `path`, `preload` and the limits."""
    setup = json.loads(sys.argv[1])
    sys.path[:] = setup["path"]
    _alone()
    for module in setup["preload"]:
        importlib.import_module(module)
    jobs, answers = os.dup(0), os.dup(1)
    quiet = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(quiet, fd)
    _limit(setup)
    _answer(answers, b"J", b"null")          # ready
    while (head := _read(jobs, REQUEST.size)) is not None:
        length, size = REQUEST.unpack(head)
        job = json.loads(_read(jobs, length) or b"{}")
        payload = _read(jobs, size)
        if payload is None:
            return
        # Our own clock, should the parent be gone; the CPU limit counts from this job on.
        signal.setitimer(signal.ITIMER_REAL, job["wall"] + 1)
        used = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(used.ru_utime + used.ru_stime + job["cpu"]) + 1
        resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))
        tag, body = _run(job, payload)
        del payload
        signal.setitimer(signal.ITIMER_REAL, 0)
        _answer(answers, tag, body)


def _run(job: dict[str, Any], payload: bytes) -> tuple[bytes, bytes]:
    try:
        module, _, name = job["function"].partition(":")
        value = getattr(importlib.import_module(module), name)(payload, **job["args"])
        if isinstance(value, bytes | bytearray | memoryview):
            return b"B", bytes(value)
        return b"J", json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    except MemoryError:
        return b"E", json.dumps({"what": OUT_OF_MEMORY, "detail": "MemoryError"}).encode()
    except BaseException as error:      # PanicException of Rust readers is no Exception
        at = error.__traceback__
        while at is not None and at.tb_next is not None:
            at = at.tb_next
        where = f"{os.path.basename(at.tb_frame.f_code.co_filename)}:{at.tb_lineno}" if at else ""
        detail = f"{type(error).__name__} at {where}: {error}"[:500]
        return b"E", json.dumps({"what": RAISED, "detail": detail}).encode()


def _limit(setup: dict[str, Any]) -> None:
    with open("/proc/self/statm", encoding="ascii") as statm:
        mapped = int(statm.read().split()[0]) * resource.getpagesize()
    _lower(resource.RLIMIT_AS, mapped + setup["memory"])
    _lower(resource.RLIMIT_FSIZE, 0)
    _lower(resource.RLIMIT_NOFILE, setup["files"])
    _lower(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.signal(signal.SIGXCPU, signal.SIG_DFL)


def _lower(what: int, value: int) -> None:
    hard = resource.getrlimit(what)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(what, (value, value))


def _alone() -> None:
    """No new privileges, and no network where the kernel lets us (containers often do not)."""
    with contextlib.suppress(OSError, AttributeError):
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(38, 1, 0, 0, 0)                          # PR_SET_NO_NEW_PRIVS
        if libc.unshare(0x40000000):                        # CLONE_NEWNET, with rights
            libc.unshare(0x40000000 | 0x10000000)           # … or in a user namespace of its own


def _read(fd: int, size: int) -> bytes | None:
    pieces, left = [], size
    while left:
        piece = os.read(fd, min(left, 1 << 20))
        if not piece:
            return None
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def _answer(fd: int, tag: bytes, body: bytes) -> None:
    view = memoryview(HEADER.pack(tag, len(body)) + body)
    while view:
        view = view[os.write(fd, view):]


if __name__ == "__main__":
    main()
