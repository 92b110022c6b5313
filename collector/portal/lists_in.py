"""A list of the police or of the bureau taken in: through the gate, looked at in the child, then kept."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from collector import gate
from collector.examine import CAGE
from collector.names import download_name
from collector.portal.desk import REGISTERS, Desk
from collector.rows import Actor
from collector.sandbox import shared
from forms.spec import Register

WORKBOOKS = ("xlsx", "xls")


@dataclass(frozen=True)
class ListSaid:
    """What became of one list, in a sentence."""

    sentence: str
    kept: bool


def taken_in(here: Desk, name: str, data: bytes, by: Actor) -> ListSaid:
    """A list that cannot be read or recognised changes nothing."""
    refused = at_the_gate(name, data)
    if refused:
        return ListSaid(refused, False)
    looked = shared(CAGE).run(
        "collector.portal.lists:look",
        data,
        name=name,
        args={"name": name, "campaign": str(here.folder.absolute())},
    )
    if looked.refused is not None:
        return ListSaid(looked.refused.message, False)
    said = recognised(name, looked.value, here.campaign.registers)
    if said.kept:
        keep(here, name, data, by)
    return said


def at_the_gate(name: str, data: bytes) -> str:
    """Why this is no workbook that may be opened; empty for one that may."""
    done = shared(CAGE).run("collector.gate:inspect_job", data, name=name, args={"name": name})
    if done.refused is not None:
        return done.refused.message
    verdict = gate.from_json(done.value)
    if verdict.refused is not None:
        return verdict.refused.message
    return "" if verdict.kind in WORKBOOKS else f"{name}：名单应是 .xlsx 或 .xls 文件。"


def recognised(name: str, looked: Mapping[str, Any], registers: Mapping[str, Register]) -> ListSaid:
    """Pure: whether the heads told what the list is, and what it holds."""
    if looked["shape"] == "unknown":
        return ListSaid(f"{name}：表头无法识别，没有导入。请核对列名。", False)
    rows = "、".join(f"{registers[key].title} {n} 行" for key, n in looked["rows"].items() if n)
    return ListSaid(f"{name}：已导入，{rows or '没有数据行'}。", True)


def keep(here: Desk, name: str, data: bytes, by: Actor) -> None:
    """Whole or not at all, never over another list; the same list again is the same file.  The original
    is stored too."""
    folder = here.folder / REGISTERS
    folder.mkdir(exist_ok=True)
    target = folder / download_name(name)
    number = 2
    while target.exists() and target.read_bytes() != data:
        target = folder / f"{Path(download_name(name)).stem}-{number}{Path(name).suffix}"
        number += 1
    here.store.put(data)
    temporary = folder / f".{secrets.token_hex(8)}"
    with temporary.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.rename(target)
    with here.accounts.ledger.writing(by) as tx:
        tx.audit("police_imported", target.name[:100])
