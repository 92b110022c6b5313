"""The city as one value: accepted documents, the figures counted over them, and the rows each number stands
on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from forms import Campaign, Document, Finding, Form, Table
from forms.typed import arrow, schemas

if TYPE_CHECKING:
    from forms.engine import Engine, Submission, Waiver
    from forms.registers import Registers

ACCEPTED = "accepted"
NOT_IN = "未报送"
NOTHING_COUNTED = "—"
IN_REVIEW = "审核中"  # handed in, not yet accepted whole
VIEWS = ("problem_register", "paper_cases")  # what papers list row by row: views of the campaign
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Source:
    """One accepted file: where every number of it came from."""

    unit: str
    form: str
    version: int
    file_name: str
    sha256: str
    received_at: str  # Beijing time, to the second
    document: Document = field(repr=False)

    @property
    def id(self) -> str:
        """The value of the column `document` in every merged table."""
        return f"{self.unit}/{self.form}@{self.version}"


@dataclass(frozen=True)
class Override:
    """A number the bureau set by hand; printed with ※ and its reason."""

    unit: str
    figure: str
    value: int
    reason: str
    by: str


@dataclass(frozen=True)
class Inputs:
    """All that a merge depends on; nothing else may influence a byte of it."""

    campaign: Campaign
    as_of: date
    cutoff: date
    registers: Registers
    sources: tuple[Source, ...]
    submissions: tuple[Submission, ...]
    attachments: tuple[tuple[str, str, str], ...] = ()  # unit, form, file name
    explanations: tuple[tuple[str, str, str, str, str], ...] = ()  # unit, rule, key, value, reason
    waivers: tuple[Waiver, ...] = ()
    overrides: tuple[Override, ...] = ()
    inspections: tuple[tuple[str, str, date], ...] = ()  # unit, number, day of every visit that is closed


@dataclass(frozen=True)
class City:
    """What the workbook and the papers print.  A unit outside `complete` prints 未报送, never 0."""

    inputs: Inputs
    snapshot: str
    complete: frozenset[str]
    tables: Mapping[str, pa.Table]
    figures: Mapping[tuple[str | None, str], int]
    evidence: Mapping[str, pa.Table]
    findings: tuple[Finding, ...]
    breakdowns: Mapping[tuple[str | None, str], tuple[tuple[str, int], ...]] = field(default_factory=dict)
    ratios: Mapping[str, tuple[str, str]] = field(default_factory=dict)  # the figures that are part and whole
    views: Mapping[str, pa.Table] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)  # figure id → what it counts
    titles: Mapping[str, str] = field(default_factory=dict)  # rule id → the problem in plain words
    distinct: Mapping[str, str] = field(default_factory=dict)  # figure id → the column counted once each

    @property
    def campaign(self) -> Campaign:
        return self.inputs.campaign

    @property
    def zone(self) -> ZoneInfo:
        """The clock of every date that is printed."""
        return _ZONE

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        """The files that are counted, in the official order of units, then of the forms."""
        return {source.id: source for source in counted_sources(self.inputs, self.complete)}

    @cached_property
    def states(self) -> Mapping[tuple[str, str], str]:
        return {(each.unit, each.form): each.state for each in self.inputs.submissions}

    @cached_property
    def first_received(self) -> Mapping[str, datetime]:
        """When each unit first handed in its set; a unit that never did is absent."""
        found: dict[str, datetime] = {}
        for each in self.inputs.submissions:
            if each.received_at is not None:
                found[each.unit] = min(each.received_at, found.get(each.unit, each.received_at))
        return found

    def said(self, columns: tuple[str, ...]) -> frozenset[str]:
        """Every text that accepted documents and the bureau's registers hold in a column of these names."""
        if columns not in self._said:  # asked for every paper, and the same for all
            tables = [*self.tables.values(), *self.inputs.registers.tables.values()]
            self._said[columns] = frozenset(
                value
                for table in tables
                for name in columns
                if name in table.column_names and pa.types.is_string(table.schema.field(name).type)
                for value in table.column(name).unique().to_pylist()
                if value
            )
        return self._said[columns]

    @cached_property
    def _said(self) -> dict[tuple[str, ...], frozenset[str]]:
        return {}

    def standing(self, unit: str) -> str:
        """What stands in place of the numbers of a unit that is not counted; empty for one that is."""
        if unit in self.complete:
            return ""
        return IN_REVIEW if unit in self.first_received else NOT_IN

    def override(self, unit: str, figure: str) -> Override | None:
        return next(
            (each for each in self.inputs.overrides if (each.unit, each.figure) == (unit, figure)), None
        )

    def number(self, unit: str, figure: str) -> int | None:
        """The number printed for a unit: overridden, counted, or None for a unit that is not in."""
        if unit not in self.complete:
            return None
        override = self.override(unit, figure)
        return override.value if override else self.figures.get((unit, figure), 0)

    def total(self, figure: str) -> int:
        return sum(self.number(unit.code, figure) or 0 for unit in self.campaign.units)

    def printed_total(self, figure: str) -> str:
        """The total as it is printed: 「—」 while no unit is counted, for a nought would be a claim."""
        return str(self.total(figure)) if self.complete else NOTHING_COUNTED

    def value(self, unit: str | None, figure: str) -> int:
        """A figure as papers print it: of a unit, or of the city; a column of an annex as its cell has it."""
        if figure not in self.evidence:
            return self.figures.get((unit, figure), 0)
        return self.total(figure) if unit is None else self.number(unit, figure) or 0


def consolidate(inputs: Inputs, engine: Engine, units: Iterable[str] | None = None) -> City:
    """Count, check and collect over the documents of all units whose set is accepted whole (or of `units`,
    for drafts).

    Pure: the same inputs give an equal City.  A unit with part of its set accepted is not counted.
    """
    campaign = inputs.campaign
    complete = complete_units(campaign, inputs.submissions) if units is None else frozenset(units)
    sources = counted_sources(inputs, complete)
    documents = {each.id: each.document for each in sources}
    with engine.data(
        inputs.registers,
        documents,
        as_of=inputs.as_of,
        cutoff=inputs.cutoff,
        submissions=inputs.submissions,
        attachments=inputs.attachments,
        waivers=inputs.waivers,
        explanations=inputs.explanations,
        inspections=inputs.inspections,
        overrides=[(each.unit, each.figure, each.value, each.reason, each.by) for each in inputs.overrides],
        units=sorted(complete),
    ) as data:
        figures = data.figures()
        evidence = {
            figure: _in_order(campaign, data.figure(figure).rows) for figure in annex_figures(campaign)
        }
        findings = data.check().findings
        owners = (None, *sorted(complete))
        specs = engine.figures.values()
        breakdowns = {
            (owner, each.id): data.figure(each.id, owner).by
            for each in specs
            if each.by is not None
            for owner in owners
        }
        ratios = {each.id: each.ratio for each in specs if each.ratio is not None}
        views = {name: _in_order(campaign, data.view(name)) for name in VIEWS}
    return City(
        inputs,
        snapshot_id(inputs),
        complete,
        merged_tables(campaign, sources),
        figures,
        evidence,
        findings,
        breakdowns,
        ratios,
        views,
        {each.id: each.label for each in specs},
        {each.id: each.title for each in engine.rules},
        {each.id: each.count for each in specs if each.count is not None},
    )


def counted_sources(inputs: Inputs, complete: Collection[str]) -> tuple[Source, ...]:
    units = {unit.code: unit.order for unit in inputs.campaign.units}
    forms = {form: at for at, form in enumerate(inputs.campaign.forms)}
    return tuple(
        sorted(
            (each for each in inputs.sources if each.unit in complete),
            key=lambda each: (units[each.unit], forms[each.form]),
        )
    )


def complete_units(campaign: Campaign, submissions: Iterable[Submission]) -> frozenset[str]:
    """Units of which every form is accepted."""
    accepted = {(each.unit, each.form) for each in submissions if each.state == ACCEPTED}
    return frozenset(
        unit.code for unit in campaign.units if all((unit.code, form) in accepted for form in campaign.forms)
    )


def annexes(campaign: Campaign) -> list[tuple[Form, Table]]:
    """The statistics tables, in order: forms with one row per unit and figures in their columns."""
    return [
        (form, table)
        for form in campaign.forms.values()
        if form.annex is not None
        for table in form.tables.values()
    ]


def short_label(form: Form) -> str:
    """How a form is called where there is no room for its title: 材料2, 附件3."""
    return f"材料{form.number}" if form.material is not None else form.number


def annex_figures(campaign: Campaign) -> list[str]:
    return [each.figure for _, table in annexes(campaign) for each in table.fields if each.figure]


def merged_tables(campaign: Campaign, sources: Sequence[Source]) -> dict[str, pa.Table]:
    """Every register's rows of all units, in the official order of units, then as the unit's file has
    them."""
    pieces: dict[str, list[pa.Table]] = {}
    for source in sources:
        form = campaign.forms[source.form]
        for name, rows in arrow(form, source.document, source.id).items():
            if name in form.tables and rows.num_rows:
                pieces.setdefault(name, []).append(rows)
    return {
        name: pa.concat_tables(pieces[name]) if name in pieces else schemas(form)[name].empty_table()
        for form in campaign.forms.values()
        if form.annex is None
        for name in form.tables
    }


def snapshot_id(inputs: Inputs) -> str:
    """Twelve hex digits over everything the merge depends on: change any input and the id changes."""
    digest = hashlib.sha256()

    def feed(value: Any) -> None:
        digest.update(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n")

    campaign = inputs.campaign
    feed([campaign.id, str(inputs.as_of), str(inputs.cutoff), dict(campaign.config), dict(campaign.levels)])
    feed([[form.form, form.version] for form in campaign.forms.values()])
    feed(
        sorted(
            [path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
            for folder in ("views", "rules", "figures")
            for path in (campaign.folder / folder).glob("*.sql")
        )
    )
    feed([[unit.code, unit.name] for unit in campaign.units])
    feed([[batch.file, batch.sha256] for batch in inputs.registers.batches])
    feed(sorted([each.id, each.sha256] for each in inputs.sources))
    feed(sorted([each.unit, each.form, each.state, str(each.received_at)] for each in inputs.submissions))
    feed(sorted(map(list, inputs.attachments)))
    feed(sorted(map(list, inputs.explanations)))
    feed(sorted([vars(each) for each in inputs.overrides], key=str))
    feed(sorted(map(str, inputs.waivers)))
    feed(sorted(map(list, inputs.inspections)))
    return digest.hexdigest()[:12]


def _in_order(campaign: Campaign, rows: pa.Table) -> pa.Table:
    """Rows by unit in official order, then as the units' files have them: a query promises no order of its
    own."""
    units = {unit.code: unit.order for unit in campaign.units}

    def key(row: dict[str, Any]) -> tuple[Any, ...]:
        return units.get(row["unit"], 0), str(row.get("document")), row.get("row") or 0, str(row)

    return pa.Table.from_pylist(sorted(rows.to_pylist(), key=key), schema=rows.schema)
