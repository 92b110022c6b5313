"""The city as one value: accepted documents, the figures counted over them, and the rows each number stands on."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
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
VIEWS = ("problem_register", "paper_cases")     # what papers list row by row: views of the campaign
_ZONE = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True)
class Source:
    """One accepted file: where every number of it came from."""

    unit: str
    form: str
    version: int
    file_name: str
    sha256: str
    received_at: str        # Beijing time, to the second
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
    attachments: tuple[tuple[str, str, str], ...] = ()       # unit, form, file name
    explanations: tuple[tuple[str, str, str, str, str], ...] = ()    # unit, rule, key, value, reason
    waivers: tuple[Waiver, ...] = ()
    overrides: tuple[Override, ...] = ()


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
    ratios: Mapping[tuple[str | None, str], float | None] = field(default_factory=dict)
    views: Mapping[str, pa.Table] = field(default_factory=dict)

    @property
    def campaign(self) -> Campaign:
        return self.inputs.campaign

    @property
    def zone(self) -> ZoneInfo:
        """The clock of every date that is printed."""
        return _ZONE

    @cached_property
    def sources(self) -> Mapping[str, Source]:
        return {source.id: source for source in self.inputs.sources}

    @cached_property
    def states(self) -> Mapping[tuple[str, str], str]:
        return {(each.unit, each.form): each.state for each in self.inputs.submissions}

    def override(self, unit: str, figure: str) -> Override | None:
        return next((each for each in self.inputs.overrides if (each.unit, each.figure) == (unit, figure)), None)

    def number(self, unit: str, figure: str) -> int | None:
        """The number printed for a unit: overridden, counted, or None for a unit that is not in."""
        if unit not in self.complete:
            return None
        override = self.override(unit, figure)
        return override.value if override else self.figures.get((unit, figure), 0)

    def total(self, figure: str) -> int:
        return sum(self.number(unit.code, figure) or 0 for unit in self.campaign.units)


def consolidate(inputs: Inputs, engine: Engine) -> City:
    """Count, check and collect over the documents of all units whose set is accepted whole.

    Pure: the same inputs give an equal City.  A unit with part of its set accepted is not counted.
    """
    campaign = inputs.campaign
    complete = complete_units(campaign, inputs.submissions)
    sources = tuple(sorted((each for each in inputs.sources if each.unit in complete),
                           key=lambda each: (_order(campaign)[each.unit], each.form)))
    documents = {each.id: each.document for each in sources}
    with engine.data(inputs.registers, documents, as_of=inputs.as_of, cutoff=inputs.cutoff,
                     submissions=inputs.submissions, attachments=inputs.attachments, waivers=inputs.waivers,
                     explanations=inputs.explanations, units=sorted(complete)) as data:
        figures = data.figures()
        evidence = {figure: data.figure(figure).rows for figure in annex_figures(campaign)}
        findings = data.check().findings
        owners = (None, *sorted(complete))
        specs = engine.figures.values()
        breakdowns = {(owner, each.id): data.figure(each.id, owner).by
                      for each in specs if each.by is not None for owner in owners}
        ratios = {(owner, each.id): data.figure(each.id, owner).ratio
                  for each in specs if each.ratio is not None for owner in owners}
        views = {name: data.view(name) for name in VIEWS}
    return City(inputs, snapshot_id(inputs), complete, merged_tables(campaign, sources), figures, evidence, findings,
                breakdowns, ratios, views)


def complete_units(campaign: Campaign, submissions: Iterable[Submission]) -> frozenset[str]:
    """Units of which every form is accepted."""
    accepted = {(each.unit, each.form) for each in submissions if each.state == ACCEPTED}
    return frozenset(unit.code for unit in campaign.units
                     if all((unit.code, form) in accepted for form in campaign.forms))


def annexes(campaign: Campaign) -> list[tuple[Form, Table]]:
    """The statistics tables, in order: forms with one row per unit and figures in their columns."""
    return [(form, table) for form in campaign.forms.values() if form.annex is not None
            for table in form.tables.values()]


def annex_figures(campaign: Campaign) -> list[str]:
    return [each.figure for _, table in annexes(campaign) for each in table.fields if each.figure]


def merged_tables(campaign: Campaign, sources: Sequence[Source]) -> dict[str, pa.Table]:
    """Every register's rows of all units, in the official order of units, then as the unit's file has them."""
    pieces: dict[str, list[pa.Table]] = {}
    for source in sources:
        form = campaign.forms[source.form]
        for name, rows in arrow(form, source.document, source.id).items():
            if name in form.tables and rows.num_rows:
                pieces.setdefault(name, []).append(rows)
    return {name: pa.concat_tables(pieces[name]) if name in pieces else schemas(form)[name].empty_table()
            for form in campaign.forms.values() if form.annex is None for name in form.tables}


def snapshot_id(inputs: Inputs) -> str:
    """Twelve hex digits over everything the merge depends on: change any input and the id changes."""
    digest = hashlib.sha256()

    def feed(value: Any) -> None:
        digest.update(json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode() + b"\n")

    campaign = inputs.campaign
    feed([campaign.id, str(inputs.as_of), str(inputs.cutoff), dict(campaign.config), dict(campaign.levels)])
    feed([[form.form, form.version] for form in campaign.forms.values()])
    feed(sorted([path.name, hashlib.sha256(path.read_bytes()).hexdigest()]
                for folder in ("views", "rules", "figures") for path in (campaign.folder / folder).glob("*.sql")))
    feed([[unit.code, unit.name] for unit in campaign.units])
    feed([[batch.file, batch.sha256] for batch in inputs.registers.batches])
    feed(sorted([each.id, each.sha256] for each in inputs.sources))
    feed(sorted([each.unit, each.form, each.state, str(each.received_at)] for each in inputs.submissions))
    feed(sorted(map(list, inputs.attachments)))
    feed(sorted(map(list, inputs.explanations)))
    feed(sorted([vars(each) for each in inputs.overrides], key=str))
    feed(sorted(map(str, inputs.waivers)))
    return digest.hexdigest()[:12]


def _order(campaign: Campaign) -> dict[str, int]:
    return {unit.code: unit.order for unit in campaign.units}
