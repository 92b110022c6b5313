"""What a campaign is: forms, tables, fields, code lists, units and registers, as frozen values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from forms.headers import HeaderCell, header_rows

if TYPE_CHECKING:
    from forms.declared import DocumentShape, PersonalSheet, SettingsShape

_UNSAFE: Final = re.compile(r'[\\/:*?"<>|]')
Value = bool | int | float | date | str | None


class Prefill(NamedTuple):
    """Where a cell's first content comes from: a column of a `known_*` view."""

    view: str
    column: str

    def __str__(self) -> str:
        return f"{self.view}.{self.column}"


@dataclass(frozen=True)
class Field:
    """One column of a table, or one labelled cell (a fact).

    `path`: labels from the outermost group to its own.
    """

    name: str
    label: str
    kind: str
    path: tuple[str, ...] = ()
    codes: str | None = None
    of: str | None = None
    of_kind: str | None = None
    issued: str | None = None
    expires: str | None = None
    required: bool = False
    required_when: str | None = None
    auto: bool = False
    prefill: Prefill | None = None
    figure: str | None = None
    column: str | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    past: bool = False
    earliest: date | None = None
    max_length: int | None = None
    from_id: str | None = None
    attachment: bool = False
    note: str | None = None
    width: float | None = None
    place: Literal["top", "bottom"] | None = None
    proposed: bool = False
    one_per_cell: bool = False

    @property
    def kept(self) -> bool:
        """Whether a pre-filled value is a fact: no number to confirm, no proposal the unit decides on."""
        return not (self.proposed or self.auto or self.figure or self.kind == "serial")

    @property
    def flags(self) -> tuple[str, ...]:
        """The boolean columns this field adds (`also`)."""
        return tuple(self.also.values())


@dataclass(frozen=True)
class Table:
    """One sheet's table.

    `fields` are the leaves, left to right; `rows` is fixed where a form has so many and no more.
    """

    name: str
    sheet: str
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    title: str | None = None
    one_row_per: str | None = None
    nil: bool = True
    rows: int | None = None
    blank_rows: int | None = None
    total: str | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}

    @property
    def depth(self) -> int:
        """How many header rows the groups need."""
        return max(len(each.path) for each in self.fields)

    def headers(self, depth: int | None = None) -> tuple[tuple[HeaderCell, ...], ...]:
        """The header grid over `depth` rows (default.

        As many as needed); cells stand in the row they begin in.
        """
        return header_rows([each.path for each in self.fields], depth or self.depth)


@dataclass(frozen=True)
class Form:
    """One material or annex.

    `version` hashes the definition, its code lists included, not the file's layout.
    """

    form: str
    title: str
    file: Literal["xlsx", "docx"]
    tables: Mapping[str, Table]
    facts: Mapping[str, Field]
    material: int | None = None
    annex: int | None = None
    version: str = ""
    print: Literal["docx"] | None = None
    personal_sheet: PersonalSheet | None = None
    attachments: tuple[str, ...] = ()
    bundle: bool = False
    seal: bool = False
    signer: str | None = None
    prose: str | None = None
    head_line: str | None = None
    footnote: str | None = None

    @property
    def number(self) -> str:
        return str(self.material) if self.material is not None else f"附件{self.annex}"

    @property
    def file_stem(self) -> str:
        """The file name without its ending: `02-本单位工作人员名册`, `附件2-…`."""
        number = f"{self.material:02d}" if self.material is not None else self.number
        return f"{number}-{_UNSAFE.sub('_', self.title)}"

    @property
    def facts_table(self) -> str:
        """The name of the one-row table of the labelled cells."""
        return f"{self.form}_facts"

    def fields(self) -> Iterator[tuple[str, Field]]:
        """(table, field) for every field; facts under `facts_table`."""
        for table in self.tables.values():
            for each in table.fields:
                yield table.name, each
        for fact in self.facts.values():
            yield self.facts_table, fact


@dataclass(frozen=True)
class Register:
    """A list the bureau already holds.

    `unit` is the header of the column naming the unit; the police's have none.
    """

    name: str
    title: str
    files: tuple[str, ...]
    fields: tuple[Field, ...]
    key: tuple[str, ...]
    unit: str | None = None
    police: bool = False
    block: str | None = None

    @cached_property
    def by_name(self) -> Mapping[str, Field]:
        return {each.name: each for each in self.fields}


@dataclass(frozen=True)
class Code:
    """One entry of a code list; `column`, `class_` and `months` say how a sanction counts."""

    code: str
    label: str
    aliases: tuple[str, ...] = ()
    column: str | None = None
    class_: str | None = None
    months: int | None = None


@dataclass(frozen=True)
class CodeList:
    name: str
    label: str
    codes: tuple[Code, ...]
    source: str | None = None

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(each.label for each in self.codes)

    @cached_property
    def by_code(self) -> Mapping[str, str]:
        return {each.code: each.label for each in self.codes}

    @cached_property
    def by_alias(self) -> Mapping[str, str]:
        return {alias: each.label for each in self.codes for alias in each.aliases}


@dataclass(frozen=True)
class Decision:
    """A reading of the policy the bureau may change (D1–D21); `key` is a column of `config`."""

    id: str
    key: str
    value: Value
    choices: Mapping[str, str]
    question: str
    reason: str


@dataclass(frozen=True)
class Unit:
    """`staff` and `all_staff` are heads; `order` counts from 1 in the official order of units.csv."""

    code: str
    name: str
    short_name: str
    type: str
    group: str
    order: int
    staff: int
    all_staff: int


@dataclass(frozen=True)
class CertificatePattern:
    """A series of certificate numbers.

    `since`/`until` bound its issue dates; `terms` are its lengths of validity in years.

    `section`: private, official (因公) or foreign (not issued to mainland citizens for private travel).
    """

    kind: str | None
    pattern: str
    example: str | None = None
    since: date | None = None
    until: date | None = None
    terms: tuple[int, ...] = ()
    says: str | None = None
    section: str = "private"
    doubtful: bool = False

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self.pattern)


@dataclass(frozen=True)
class Campaign:
    """One campaign folder, read and found without fault. `config` is the one-row table the rules see."""

    id: str
    title: str
    folder: Path
    settings: SettingsShape
    dates: Mapping[str, date]
    config: Mapping[str, Value]
    decisions: Mapping[str, Decision]
    units: tuple[Unit, ...]
    codes: Mapping[str, CodeList]
    forms: Mapping[str, Form]
    registers: Mapping[str, Register]
    facts: Mapping[str, Value]
    levels: Mapping[str, str]
    documents: Mapping[str, DocumentShape]
    certificates: tuple[CertificatePattern, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of the columns of `config`
    places: Mapping[tuple[str, ...], str] = field(default_factory=dict, repr=False)

    @cached_property
    def units_by_code(self) -> Mapping[str, Unit]:
        return {unit.code: unit for unit in self.units}

    def where(
        self, form: str, name: str | None = None, key: str | None = None, table: str | None = None
    ) -> str:
        """`file:line` of a form or register, one of its fields (facts too), or a key of that field.

        `table` tells apart fields of one name in a form with several tables. Raises KeyError for an
        unknown form.
        """
        found = self.places[(form,)]
        owners = (
            (table,)
            if table
            else tuple(
                dict.fromkeys(place[1] for place in self.places if len(place) > 2 and place[0] == form)
            )
        )
        for owner in owners:
            for path in ((form, owner, name or "", key or ""), (form, owner, name or "")):
                if path in self.places:
                    return self.places[path]
        return found
