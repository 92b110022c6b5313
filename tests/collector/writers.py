"""Processes that write into one ledger at the same time; started by the concurrency tests."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from collector.keys import Keys
from collector.ledger import Ledger
from collector.rows import Actor, NewDocument
from collector.store import Store


def submit_the_same(ledger: Ledger) -> None:
    with ledger.writing(Actor("clerk")) as tx:
        receipt = tx.received("U1", "a" * 64, "名册.xlsx", 10)
        document = tx.recorded(
            NewDocument("U1", "staff", "a" * 64, "名册.xlsx", 10, "read", datetime.now(UTC))
        )
    print(receipt.number, document.version)


def count_up(ledger: Ledger) -> None:
    """Read, decide, write: each explanation's value is the number it found plus one."""
    for _ in range(10):
        with ledger.writing() as tx:
            before = max((int(e.value) for e in tx.explanations("U1")), default=0)
            tx.explained("U1", "X01", "counter", str(before + 1), "r")


def receive(ledger: Ledger) -> None:
    """Blob first, then one commit, then the receipt: until killed."""
    store = Store(ledger.keys.folder.parent / "store", ledger.keys)
    while True:
        content = os.urandom(50_000)
        sha256 = store.put(content)
        with ledger.writing() as tx:
            receipt = tx.received("U1", sha256, "a.xlsx", len(content))
        print(receipt.sha256, flush=True)


if __name__ == "__main__":
    what, count, url, keys = sys.argv[1:]
    if count == "0":                    # this very process, to be killed
        globals()[what](Ledger(url, "c", Keys(Path(keys)), busy_seconds=60))
    children = []
    for _ in range(int(count)):  # fork first, open afterwards: the imports are paid for once
        child = os.fork()
        if child == 0:
            globals()[what](Ledger(url, "c", Keys(Path(keys)), busy_seconds=60))
            sys.stdout.flush()
            os._exit(0)
        children.append(child)
    sys.exit(sum(os.waitpid(child, 0)[1] != 0 for child in children))
