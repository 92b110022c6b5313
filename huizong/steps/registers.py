"""The bureau's registers of a campaign folder."""

from __future__ import annotations

from forms.registers import Registers, read
from huizong.steps.bureau import Bureau

FOLDER = "registers"


def read_registers(bureau: Bureau) -> Registers:
    """The registers of CAMPAIGN/registers; empty tables where there is no such folder."""
    return read(bureau.campaign, bureau.folder / FOLDER)
