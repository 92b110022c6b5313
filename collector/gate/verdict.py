"""What the gate says about bytes: a frozen value that travels as JSON out of the limited child."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter

from collector.refusal import Note, Refusal


@dataclass(frozen=True)
class SheetProbe:
    """What a value reader hides about one worksheet.  Addresses like `H12`; lists end at `Limits.listed`."""

    name: str
    state: str                          # visible | hidden | veryHidden
    part: str
    last_row: int                       # 1-based last row and column holding a value; 0 = none
    last_column: int
    cells: int                          # cells holding a value
    formulas: tuple[str, ...]
    formula_count: int
    uncached: tuple[str, ...]           # formula cells without a saved result
    uncached_count: int
    errors: tuple[tuple[str, str], ...]  # (address, #REF! …)
    hidden_rows: tuple[int, ...]
    hidden_columns: tuple[int, ...]
    protected: bool
    merges: tuple[str, ...]


@dataclass(frozen=True)
class Probe:
    """The workbook as its XML tells it; `sheets` in the workbook's order, chart sheets left out."""

    date1904: bool
    sheets: tuple[SheetProbe, ...]


@dataclass(frozen=True)
class Member:
    """One file of a pack, not unpacked yet (`gate.member_bytes` does that)."""

    path: str                           # decoded, `/` between folders, NFC
    size: int                           # as the directory declares; held to when unpacked
    packed: int
    crc: int
    method: int
    start: int                          # offset of the packed bytes in the pack


@dataclass(frozen=True)
class Pack:
    members: tuple[Member, ...]
    skipped: tuple[str, ...]            # junk that systems leave (~$…, __MACOSX, Thumbs.db)


@dataclass(frozen=True)
class Verdict:
    """`kind` is the real type: xlsx xls ods docx pdf png jpg zip, or what was refused (xlsm, doc, csv …)."""

    name: str
    kind: str
    size: int
    sha256: str
    refused: Refusal | None = None
    warnings: tuple[Note, ...] = ()
    probe: Probe | None = None
    pack: Pack | None = None


_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)


def as_json(verdict: Verdict) -> Any:
    """JSON-ready, for the way out of the child process."""
    return _VERDICT.dump_python(verdict, mode="json")


def from_json(value: Any) -> Verdict:
    """The verdict again; pydantic's ValidationError if `value` is not one."""
    return _VERDICT.validate_python(value)
