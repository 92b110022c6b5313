"""Receipts: what a unit gets in hand once its bytes are durably stored and the row is committed."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from collector.workflow import BEIJING


@dataclass(frozen=True)
class Receipt:
    """`kind` is `upload` (one file) or `submission` (the set); `received_at` is UTC by the server's clock."""

    number: str
    kind: str
    unit: str
    sha256: str
    size: int
    file_name: str
    received_at: datetime
    actor: str
    repeated: bool = False      # the same content had been received before: this is the first receipt again

    @property
    def short_code(self) -> str:
        """The first 12 hex digits of the SHA-256 in groups of four, to compare by eye or telephone."""
        code = self.sha256[:12].upper()
        return f"{code[:4]}-{code[4:8]}-{code[8:]}"

    @property
    def beijing_time(self) -> str:
        """`2019-09-30 17:05:09`, Beijing time."""
        return self.received_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def number(sequence: int) -> str:
    """The number of the `sequence`-th receipt, with check digits against misreading (ISO 7064 MOD 97-10)."""
    return f"R{sequence:06d}-{98 - sequence * 100 % 97:02d}"
