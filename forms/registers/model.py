"""What reading the bureau's lists gives: typed tables, an account of every file, and what was wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pyarrow as pa

from forms.findings import Finding

INCOMPLETE = "P18"


@dataclass(frozen=True)
class Unmatched:
    """A person of the police's lists whom the roster does not know."""

    register: str
    row: int
    name: str | None
    id_number: str | None


@dataclass(frozen=True)
class Batch:
    """One file as it was taken in. `id` begins its SHA-256; `rows`: register → rows kept of it.

    `shape`: flat, block, or unknown. `asked`, `answered`: persons queried and persons with an answer (block
    files).
    `stated`: the totals the file itself states. `duplicates` were skipped, `refused` could not be read.
    """

    id: str
    file: str
    sha256: str
    shape: str = "unknown"
    rows: Mapping[str, int] = field(default_factory=dict)
    asked: int | None = None
    answered: int | None = None
    stated: tuple[int, ...] = ()
    duplicates: int = 0
    refused: int = 0
    unmatched: tuple[Unmatched, ...] = ()


@dataclass(frozen=True)
class Registers:
    """`tables`: every register of the campaign, empty where no file holds it; `police`: the police's."""

    tables: Mapping[str, pa.Table]
    batches: tuple[Batch, ...] = ()
    findings: tuple[Finding, ...] = ()
    police: frozenset[str] = frozenset()

    @cached_property
    def partial(self) -> frozenset[str]:
        """Lists of the police that are not whole: what they lack proves nothing, so nothing rests on them.

        A file that could not be recognised may be any of them. A campaign that makes P18 milder goes on.
        """
        files = {each.file: frozenset(each.rows) for each in self.batches}
        found: set[str] = set()
        for each in self.findings:
            if each.rule == INCOMPLETE and each.level == "error":
                named = {each.form} if each.form is not None else set()
                found |= named | files.get((each.sheet or "").partition("/")[0], frozenset()) or self.police
        return frozenset(found)


@dataclass
class Rows:
    """Rows of one register while they are gathered: (sheet row, unit code, values)."""

    register: str
    rows: list[tuple[int, str | None, dict[str, Any]]] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    refused: int = 0
