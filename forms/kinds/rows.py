"""Faults between the cells of one row that need no query: F08, F09, F15–F18.

What a row must hold under a condition (`required: {when: SQL}`) is left to the engine, because its
condition is SQL.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from forms.kinds.base import FieldFault, fault
from forms.kinds.certificates import judge, series
from forms.kinds.context import Context
from forms.kinds.identity import birth_date, is_male
from forms.spec import CertificatePattern, CodeList, Field

Row = Mapping[str, Any]
SERIES_TOLERANCE: Final = timedelta(days=90)
TERM_TOLERANCE: Final = timedelta(days=3)
MALE, FEMALE = "1", "2"  # GB/T 2261.1


@dataclass(frozen=True, slots=True)
class RowFault:
    """A fault of one cell in the light of another; `unreadable`: the cell's value must not feed any rule."""

    field: str
    fault: FieldFault

    @property
    def unreadable(self) -> bool:
        return self.fault.level == "error" and self.fault.rule in ("F15", "F16")


Check = Callable[[Row], FieldFault | None]


def row_faults(fields: tuple[Field, ...], row: Row, context: Context) -> tuple[RowFault, ...]:
    """The faults of one row of values (as read; None where empty or unreadable)."""
    return row_checker(fields, context)(row)


def row_checker(fields: tuple[Field, ...], context: Context) -> Callable[[Row], tuple[RowFault, ...]]:
    """`row_faults` for many rows of one table: what to compare is worked out once."""
    checks: list[tuple[str, Check]] = []
    for field in fields:
        if field.from_id is not None:
            check = _born(field) if field.kind == "date" else _sex(field, context.given.codes)
            checks.append((field.name, check))
        if field.kind == "certificate_number":
            if field.of is not None:
                checks.append((field.name, _fits_kind(field, context)))
            if field.issued is not None:
                checks.append((field.name, _fits_issue(field, context)))
            if field.issued is not None and field.expires is not None:
                checks.append((field.expires, _term(field, context)))

    def check_row(row: Row) -> tuple[RowFault, ...]:
        found = []
        refused: set[str] = set()
        for name, check in checks:
            one = check(row) if name not in refused else None
            if one is not None:
                found.append(RowFault(name, one))
                if found[-1].unreadable:
                    refused.add(name)
        return tuple(found)

    return check_row


def _born(field: Field) -> Check:
    name, source = field.name, str(field.from_id)

    def check(row: Row) -> FieldFault | None:
        stated, number = row.get(name), row.get(source)
        born = birth_date(number) if number else None
        if stated is None or born is None or stated == born:
            return None
        return fault("F08", f"{field.label}“{stated}”与身份证号不一致（身份证为{born}）。", stated)

    return check


def _sex(field: Field, codes: Mapping[str, CodeList]) -> Check:
    name, source = field.name, str(field.from_id)
    labels = codes[str(field.codes)].by_code

    def check(row: Row) -> FieldFault | None:
        stated, number = row.get(name), row.get(source)
        if stated is None or not number:
            return None
        sex = labels.get(MALE if is_male(number) else FEMALE)
        return (
            None
            if sex is None or sex == stated
            else fault("F09", f"{field.label}“{stated}”与身份证号不一致（身份证为{sex}）。", stated)
        )

    return check


def _kind_of(field: Field, row: Row) -> str | None:
    return field.of_kind or (row.get(field.of) if field.of else None)


def _fits_kind(field: Field, context: Context) -> Check:
    def check(row: Row) -> FieldFault | None:
        number, kind = row.get(field.name), _kind_of(field, row)
        if number is None or kind is None:
            return None
        return next(iter(judge(number, kind, context.given.certificates, number)), None)

    return check


def _fits_issue(field: Field, context: Context) -> Check:
    issued = str(field.issued)

    def check(row: Row) -> FieldFault | None:
        number, day = row.get(field.name), row.get(issued)
        if number is None or day is None:
            return None
        of = series(number, _kind_of(field, row), context.given.certificates)
        if of is None or not _outside(of, day):
            return None
        return fault("F17", f"证件号码“{number}”前缀与签发日期“{day}”不匹配（{of.says}），请核对。", number)

    return check


def _outside(of: CertificatePattern, day: date) -> bool:
    early = of.since is not None and day < of.since - SERIES_TOLERANCE
    return early or (of.until is not None and day > of.until + SERIES_TOLERANCE)


def _term(field: Field, context: Context) -> Check:
    issued, expires = str(field.issued), str(field.expires)

    def check(row: Row) -> FieldFault | None:
        start, end, number = row.get(issued), row.get(expires), row.get(field.name)
        if start is None or end is None:
            return None
        if end <= start:
            return fault("F18", f"有效期至“{end}”不晚于签发日期“{start}”。", end)
        of = series(number, _kind_of(field, row), context.given.certificates) if number else None
        terms = of.terms if of is not None else ()
        if not terms or any(abs(end - _years_on(start, term)) <= TERM_TOLERANCE for term in terms):
            return None
        years = round((end - start).days / 365.2425, 1)
        allowed = "或".join(f"{term}年" for term in terms)
        return fault("F18", f"有效期与签发日期不符（应为{allowed}，现为{years:g}年）。", end, level="warning")

    return check


def _years_on(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
