"""Kinds: what a cell may hold, how it is read and written, and its type in the rules."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from forms.kinds.base import Excel, FieldFault, Kind, Raw, Reading
from forms.kinds.certificates import CertificateNumber
from forms.kinds.choices import Choice, Choices
from forms.kinds.context import Context, Reader
from forms.kinds.countries import Countries
from forms.kinds.dates import Date
from forms.kinds.identity import IdNumber, OrganisationCode
from forms.kinds.plain import Count, PersonName, Phone, Serial, Text
from forms.kinds.rows import RowFault, row_checker, row_faults
from forms.spec import Field

KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Serial(),
            Text(),
            PersonName(),
            IdNumber(),
            CertificateNumber(),
            OrganisationCode(),
            Phone(),
            Date(),
            Choice(),
            Choices(),
            Countries(),
            Count(),
        )
    }
)


def cell(field: Field, row: Mapping[str, Any]) -> str | int | date | None:
    """What stands in a field's cell for a row of values.

    The value, or the word of the `also` flag that is set.
    """
    value = row.get(field.name)
    if value is not None:
        return KINDS[field.kind].write(value)
    return next((word for word, flag in field.also.items() if row.get(flag)), None)


__all__ = [
    "KINDS",
    "Context",
    "Excel",
    "FieldFault",
    "Kind",
    "Raw",
    "Reader",
    "Reading",
    "RowFault",
    "cell",
    "row_checker",
    "row_faults",
]
