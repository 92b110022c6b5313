"""In the limited child: what a register file would be, without keeping anything."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from forms.campaign import load
from forms.registers import read_files


def look(payload: bytes, *, name: str, campaign: str) -> dict[str, Any]:
    """Shape, rows by register and refused rows of one list."""
    batch = read_files(load(Path(campaign)), [(name, payload)]).batches[0]
    return {"shape": batch.shape, "rows": dict(batch.rows), "refused": batch.refused}
