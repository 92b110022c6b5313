"""What a kind may know besides the cell: the day, the campaign's lists, the workbook's epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms.spec import CertificatePattern, CodeList


@dataclass(frozen=True)
class Given:
    """`today` is the filing date (F12); `epoch_1904` says the workbook counts days from 1904; `divisions` are
    the codes of places that only made-up people come from."""

    today: date
    epoch_1904: bool
    codes: Mapping[str, CodeList]
    certificates: tuple[CertificatePattern, ...]
    divisions: frozenset[str]
    statistic_date: date
