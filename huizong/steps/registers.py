"""The bureau's registers of a campaign folder, read once and kept (encrypted) until something changes."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

import forms
from forms import Campaign
from forms.findings import Finding
from forms.registers.model import Batch, Registers, Unmatched
from forms.typed import from_parquet, to_parquet

if TYPE_CHECKING:
    from collector.keys import Keys
    from collector.store import Store

FOLDER: Final = "registers"
CACHE: Final = "cache"
_META: Final = "registers.json"
_DEFINITIONS: Final = ("*.yaml", "*.csv")
_READERS: Final = ("typed.py", "kinds/*.py", "registers/*.py", "workbook/cells.py")


class Opened(Protocol):
    """What this needs of an opened campaign (`huizong.steps.bureau.Bureau`)."""

    @property
    def folder(self) -> Path: ...
    @property
    def state(self) -> Path: ...
    @property
    def campaign(self) -> Campaign: ...
    @property
    def keys(self) -> Keys: ...


def read_registers(bureau: Opened) -> Registers:
    """The registers of CAMPAIGN/registers; empty tables where there is no such folder.  Raises OSError."""
    folder = bureau.folder / FOLDER
    if not folder.is_dir() or not (bureau.state / "keys").is_dir():
        return _read(bureau, folder)
    mark = fingerprint(bureau.folder)
    kept = _kept(bureau, mark)
    if kept is None:
        kept = _read(bureau, folder)
        _keep(bureau, mark, kept)
    return kept


def _read(bureau: Opened, folder: Path) -> Registers:
    from forms.registers import read

    return read(bureau.campaign, folder)


def fingerprint(campaign: Path) -> str:
    """Changes whenever the tables may: with any register file, definition, or the code that reads them."""
    digest = hashlib.sha256()
    for file in _what_counts(campaign):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        digest.update(f"{file.parent.name}/{file.name} {content}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _what_counts(campaign: Path) -> Iterator[Path]:
    for pattern in _DEFINITIONS:
        yield from sorted(campaign.glob(pattern))
    yield from sorted(each for each in (campaign / FOLDER).rglob("*") if each.is_file())
    code = Path(forms.__file__).parent
    for pattern in _READERS:
        yield from sorted(code.glob(pattern))


def _store(bureau: Opened) -> Store:
    from collector.store import Store, StoreSettings

    return Store(bureau.state / CACHE, bureau.keys, StoreSettings(purpose=f"{bureau.campaign.id}/{FOLDER}"))


def _kept(bureau: Opened, mark: str) -> Registers | None:
    name = bureau.state / CACHE / mark
    try:
        return unpacked(_store(bureau).get(name.read_text("ascii"))) if name.exists() else None
    except Exception:       # damaged, sealed by another key, of another version: read the files again
        return None


def _keep(bureau: Opened, mark: str, registers: Registers) -> None:
    """Only the newest stays: lists that were taken out of the folder must not live on here."""
    from collector.store import StoreFull

    try:
        shutil.rmtree(bureau.state / CACHE, ignore_errors=True)
        blob = _store(bureau).put(packed(registers))
        (bureau.state / CACHE / mark).write_text(blob, "ascii")
    except (OSError, StoreFull):
        return              # a folder that cannot be written costs time, nothing else


def packed(registers: Registers) -> bytes:
    """Tables as Parquet, the rest as JSON, in one blob."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        plain = {"batches": [dataclasses.asdict(each) for each in registers.batches],
                 "findings": [each.as_dict() for each in registers.findings],
                 "tables": list(registers.tables), "police": sorted(registers.police)}
        bundle.writestr(_META, json.dumps(plain, ensure_ascii=False))
        for name, table in registers.tables.items():
            bundle.writestr(f"{name}.parquet", to_parquet(table))
    return out.getvalue()


def unpacked(blob: bytes) -> Registers:
    """The registers again.  Raises ValueError, KeyError or TypeError when `blob` is none of ours."""
    with zipfile.ZipFile(io.BytesIO(blob)) as bundle:
        plain = json.loads(bundle.read(_META))
        tables = {name: from_parquet(bundle.read(f"{name}.parquet")) for name in plain["tables"]}
    findings = tuple(Finding(**each) for each in plain["findings"])
    return Registers(tables, tuple(_batch(each) for each in plain["batches"]), findings,
                     frozenset(plain["police"]))


def _batch(plain: dict[str, Any]) -> Batch:
    unmatched = tuple(Unmatched(**each) for each in plain["unmatched"])
    return Batch(**{**plain, "stated": tuple(plain["stated"]), "unmatched": unmatched})
