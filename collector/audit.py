"""The audit chain: each row carries HMAC(previous, row); changing or removing one breaks all that follow.

The chain alone cannot notice that its *end* was cut off: keep `Link` of the last row outside the database
(backups and the auditor's printout do) and give it to `broken`.
"""
from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass

START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """One audit row.  `at` is UTC ISO-8601 text, as stored, so that the mac never depends on a driver."""

    seq: int
    at: str
    campaign: str
    user: str
    role: str
    address: str
    kind: str
    object: str
    result: str
    details: str


@dataclass(frozen=True)
class Link:
    seq: int
    mac: str


def mac(key: bytes, previous: str, entry: Entry) -> str:
    """HMAC-SHA256 over the previous mac and all fields, as JSON so that no two rows read the same."""
    row = json.dumps([previous, entry.seq, entry.at, entry.campaign, entry.user, entry.role, entry.address,
                      entry.kind, entry.object, entry.result, entry.details], ensure_ascii=True)
    return hmac.new(key, row.encode(), hashlib.sha256).hexdigest()


def broken(key: bytes, rows: Iterable[tuple[Entry, str]], head: Link | None = None) -> str | None:
    """What is wrong with the chain (a sentence naming the row), or None.  `rows`: all, in order of seq."""
    previous, last, heads = START, 0, head is None
    for entry, found in rows:
        if entry.seq != last + 1:
            return f"审计记录第 {last + 1} 条缺失。"
        if not hmac.compare_digest(mac(key, previous, entry), found):
            return f"审计记录第 {entry.seq} 条被改动，或其前一条被改动。"
        if head is not None and entry.seq == head.seq:
            if found != head.mac:
                return f"审计记录第 {entry.seq} 条与留存的校验值不符。"
            heads = True
        previous, last = found, entry.seq
    return None if heads else f"审计记录在第 {last} 条之后被截断（留存至第 {head.seq if head else 0} 条）。"


def printable(text: str) -> str:
    """Control characters made visible: a user name must not be able to write a log line."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
