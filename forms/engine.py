"""The rule engine: documents, registers and a date in; prefill rows, findings and figures out. The only home of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

import pyarrow as pa

from forms import figures as figure_files
from forms import rules as rule_files
from forms import typed
from forms.catalogue import FIGURES, GIVEN, Catalogue, fixed
from forms.document import Document
from forms.faults import CampaignError, Fault
from forms.figures import Figure, FigureSpec
from forms.findings import LEVELS, Finding, place
from forms.rules import Held, Rule
from forms.slots import Slot, Slots, connect, literal, quoted
from forms.spec import Campaign

STATISTIC_DATE: Final = "statistic_date"     # the date of `config` that a given cutoff replaces
_CLOCK: Final = ZoneInfo("Asia/Shanghai")


class Lists(Protocol):
    """What the engine needs of `forms.registers.Registers`."""

    @property
    def tables(self) -> Mapping[str, pa.Table]: ...


@dataclass(frozen=True)
class Submission:
    """What was handed in of one form, and its state; `received_at` null while nothing has come."""

    unit: str
    form: str
    state: str
    received_at: datetime | None = None


@dataclass(frozen=True)
class Waiver:
    """One rule not asked of one row (`key` None: of the whole unit) until a day, with a reason."""

    unit: str
    rule: str
    key: str | None
    reason: str
    by: str = ""
    until: date | None = None


@dataclass(frozen=True)
class Checked:
    """`findings` in order of place; `held`: rules not judged, and what they wait for."""

    findings: tuple[Finding, ...]
    held: tuple[Held, ...]


class Engine:
    """One per process and campaign. Raises CampaignError where views, rules or figures of the folder do not even parse;
    whether they bind and mean what they say is `forms.lint.lint`.
    """

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._connection = connect()
        self.catalogue = Catalogue(campaign, self._connection)
        faults: list[Fault] = list(self.catalogue.faults)
        self.rules = tuple(rule for _, rule in rule_files.read_rules(self.catalogue, self._connection, faults))
        self.figures: Mapping[str, FigureSpec] = {
            each.id: each for _, each in figure_files.read_figures(self.catalogue, faults)}
        if faults:
            raise CampaignError(faults)
        self.conditional = tuple(rule_files.conditional(campaign))
        self.aliases = figure_files.aliases(self.catalogue)
        self.printed = tuple(each for each in self.figures.values() if each.id in figure_files.printed(campaign))
        self._slots = Slots(self.catalogue, self._connection, fixed(campaign))

    @contextmanager
    def data(self, registers: Lists | None, documents: Iterable[Document] | Mapping[str, Document], *, as_of: date,
             cutoff: date | None = None, submissions: Iterable[Any] = (), waivers: Iterable[Any] = (),
             overrides: Iterable[Any] = (), attachments: Iterable[Any] = (), explanations: Iterable[Any] = (),
             units: Sequence[str] | None = None) -> Iterator[Data]:
        """One data set, for one thread. `documents`: by the id their rows carry in the column `document`, or by file name.

        `cutoff` (default: the campaign's statistic date) replaces `statistic_date` too. `units`: whom figures are counted
        for (default: the units of the documents). The other rows are mappings, sequences or objects with the columns
        named in `forms.catalogue.GIVEN`.
        """
        named = dict(documents) if isinstance(documents, Mapping) else _named(documents)
        config = {**self.campaign.facts, **self.campaign.config, "as_of": as_of}
        config["cutoff"] = cutoff or config.get(STATISTIC_DATE) or as_of
        if STATISTIC_DATE in config:
            config[STATISTIC_DATE] = config["cutoff"]
        given = {"submissions": submissions, "waivers": waivers, "overrides": overrides, "attachments": attachments,
                 "explanations": explanations}
        tables = {**self._documents(named), **{name: _given(name, rows) for name, rows in given.items()}}
        slot = self._slots.take(registers)
        try:
            slot.load(tables, registers, registers.tables if registers is not None else {}, config)
            yield Data(self, slot, named, tables, as_of, tuple(units) if units is not None else None)
        finally:
            self._slots.give_back(slot)

    def _documents(self, documents: Mapping[str, Document]) -> dict[str, pa.Table]:
        pieces: dict[str, list[pa.Table]] = {}
        facts: list[tuple[Any, ...]] = []
        sheets: list[tuple[Any, ...]] = []
        unreadable: list[tuple[Any, ...]] = []
        for name, document in documents.items():
            form = self.campaign.forms[document.form]
            for table, rows in typed.arrow(form, document, name).items():
                if rows.num_rows:
                    pieces.setdefault(table, []).append(rows)
            facts.append((document.unit, form.form, name, document.rows_read, document.rows_refused, document.stamp))
            for table, data in document.tables.items():
                sheets.append((document.unit, form.form, table, name, data.sheet, len(data.rows), data.nil))
                unreadable += [(document.unit, form.form, table, field, row) for row, field in data.unreadable]
        found = {name: pa.concat_tables(each) for name, each in pieces.items()}
        for name, rows in (("documents", facts), ("sheets", sheets), ("unreadable", unreadable)):
            found[name] = _table(self.catalogue.tables[name], rows)
        return found

    def spec(self, figure: str) -> FigureSpec:
        """By id or alias. Raises KeyError for a figure nobody defined."""
        return self.figures[self.aliases.get(figure, figure)]


class Data:
    """One data set while it is open (see `Engine.data`)."""

    def __init__(self, engine: Engine, slot: Slot, documents: Mapping[str, Document], tables: Mapping[str, pa.Table],
                 as_of: date, units: tuple[str, ...] | None) -> None:
        self._engine, self._slot, self._documents, self._tables, self._as_of = engine, slot, documents, tables, as_of
        inside = {each.unit for each in documents.values() if each.unit is not None}
        order = [each.code for each in engine.campaign.units]
        self.units = units if units is not None else (*(code for code in order if code in inside),
                                                      *sorted(inside - set(order)))
        self._by_form = {(each.unit, each.form): each for each in documents.values()}

    # --- views and figures ---------------------------------------------------------------------------------------------

    def view(self, name: str, unit: str | None = None) -> pa.Table:
        """The rows of a view (or table), of one unit or all, in the view's order. Raises KeyError for an unknown name."""
        if name not in self._engine.catalogue.queries and name not in self._engine.catalogue.tables:
            raise KeyError(name)
        self._ready(frozenset([name]))
        if unit is None:
            return self._slot.arrow(f"select * from {quoted(name)}")
        return self._slot.arrow(f"select * from {quoted(name)} where unit = ?", [unit])

    def figures(self) -> Mapping[tuple[str | None, str], int]:
        """Every countable figure of every unit of the data set, 0 included; the city is unit None and sums its units."""
        return self._figures

    @cached_property
    def _figures(self) -> Mapping[tuple[str | None, str], int]:
        return self._counted([each for each in self._engine.figures.values() if each.ratio is None])

    def _counted(self, specs: Sequence[FigureSpec]) -> Mapping[tuple[str | None, str], int]:
        """All of them in one query: planning sixty costs more than counting."""
        self._ready(frozenset().union(*(each.reads for each in specs)) - {FIGURES})
        found: dict[tuple[str | None, str], int] = {}
        for each in specs:
            found[None, each.id] = 0
            found |= {(unit, each.id): 0 for unit in self.units}
        counts = " union all ".join(f"select unit, {literal(each.id)} as figure, {each.counted} as n "
                                    f"from {quoted(each.id)} group by unit" for each in specs)
        for unit, figure, n in self._slot.rows(counts)[1]:
            if unit is None:
                found[None, figure] += n
            elif (unit, figure) in found:
                found[unit, figure] = n
                found[None, figure] += n
        return found

    def figure(self, figure: str, unit: str | None = None) -> Figure:
        """One figure with its evidence, of a unit or the city. Raises KeyError for a figure nobody defined."""
        spec = self._engine.spec(figure)
        if spec.ratio is not None:
            above, below = (self.figures().get((unit, each), 0) for each in spec.ratio)
            return Figure(spec.id, spec.label, above, pa.table({}), ratio=above / below if below else None)
        self._ready(spec.reads - {FIGURES})
        chosen = [unit] if unit is not None else list(self.units)
        marks = ", ".join("?" * len(chosen)) or "null"
        source = quoted(spec.id)
        rows = self._slot.arrow(f"select * from {source} where unit in ({marks}) or (unit is null and ?)",
                                [*chosen, unit is None])
        n = sum(each for _, each in self._slot.rows(
            f"select unit, {spec.counted} from {source} where unit in ({marks}) or (unit is null and ?) group by unit",
            [*chosen, unit is None])[1])
        broken: tuple[tuple[str, int], ...] = ()
        if spec.by is not None:
            counted = (f'count(distinct (unit, "{spec.count}"))' if spec.count else "count(*)")
            order = f'min("{spec.order}"), 1' if spec.order else "2 desc, 1"
            limit = f" limit {spec.first}" if spec.first is not None else ""
            broken = tuple((rule_files.text(label), count) for label, count in self._slot.rows(
                f'select "{spec.by}", {counted} from {source} where (unit in ({marks}) or (unit is null and ?)) '
                f'and "{spec.by}" is not null group by 1 order by {order}{limit}', [*chosen, unit is None])[1])
        return Figure(spec.id, spec.label, n, self._evidence(rows), broken)

    def _evidence(self, rows: pa.Table) -> pa.Table:
        """The rows with the column `form`, from the table (`origin`) each came from."""
        if "form" in rows.column_names or "origin" not in rows.column_names:
            return rows
        owner = {table: form.form for form in self._engine.campaign.forms.values() for table in form.tables}
        forms = [owner.get(each) for each in rows.column("origin").to_pylist()]
        return rows.append_column("form", pa.array(forms, pa.string()))

    def _ready(self, reads: frozenset[str]) -> None:
        closure = self._engine.catalogue.closure(reads)
        if FIGURES in closure and FIGURES not in self._slot.filled:
            rows = [(unit, figure, n) for (unit, figure), n in self._counted(self._engine.printed).items()]
            self._slot.put(FIGURES, _table(self._engine.catalogue.tables[FIGURES], rows))
        self._slot.refresh(reads)

    # --- checks --------------------------------------------------------------------------------------------------------

    def check(self, unit: str | None = None, forms: Iterable[str] | None = None, rules: Iterable[str] | None = None
              ) -> Checked:
        """Every rule, or those that touch `forms`, or `rules` by id; of one unit, or of all with the city's own rules."""
        engine, campaign = self._engine, self._engine.campaign
        touched = frozenset(forms) if forms is not None else None
        wanted = frozenset(rules) if rules is not None else None
        chosen = (unit,) if unit is not None else self.units
        found: list[Finding] = []
        held: list[Held] = []
        for rule in (*engine.conditional, *engine.rules):
            if wanted is not None and rule.id not in wanted:
                continue
            if campaign.levels.get(rule.id) == "off" or (rule.city and unit is not None):
                continue
            if touched is not None and not rule.touches(campaign, touched):
                continue
            blocked = {each: missing for each in chosen if (missing := self._missing(rule, each))} if not rule.city else {}
            held += [Held(rule.id, each, missing) for each, missing in blocked.items()]
            if rule.city or len(blocked) < len(chosen) or not chosen:
                found += [each for each in self._broken(rule, unit) if each.unit not in blocked]
        found = [self._explained(self._levelled(each)) for each in found]
        return Checked(tuple(sorted(set(found), key=place)), tuple(dict.fromkeys(held)))

    def _broken(self, rule: Rule, unit: str | None) -> Iterator[Finding]:
        self._ready(rule.reads)
        sql = f"select * from ({rule.sql}\n)" + (" where unit = ?" if unit is not None else "")
        names, rows = self._slot.rows(sql, [unit] if unit is not None else [])
        for row in rows:
            yield rule_files.finding(rule, dict(zip(names, row, strict=True)), self._engine.campaign, self._document)

    def _document(self, name: str | None, unit: str | None, form: str) -> Document | None:
        document = self._documents.get(name) if name is not None else None
        if document is not None and document.form == form:
            return document
        return self._by_form.get((unit, form))

    def _missing(self, rule: Rule, unit: str) -> tuple[str, ...]:
        """What the rule waits for: forms not in or with rows whose keys cannot be read, registers that are empty."""
        return tuple(need for need in rule.needs if not self._available(need, unit))

    def _available(self, need: str, unit: str) -> bool:
        if need in self._engine.campaign.registers:
            registers = self._slot.registers
            table = registers.tables.get(need) if registers is not None else None  # type: ignore[attr-defined]
            return table is not None and bool(table.num_rows)
        document = self._by_form.get((unit, need))
        if document is None or document.rows_refused:
            return False
        tables = self._engine.campaign.forms[need].tables
        return not any(field in tables[name].key for name, data in document.tables.items() if name in tables
                       for _, field in data.unreadable)

    def _levelled(self, finding: Finding) -> Finding:
        level = self._engine.campaign.levels.get(finding.rule, finding.level)
        return replace(finding, level=level) if level in LEVELS and level != finding.level else finding  # type: ignore[arg-type]

    def _explained(self, finding: Finding) -> Finding:
        reason = self._reasons.get((finding.unit, finding.rule, finding.key or "", finding.value or ""))
        if reason is None:
            for key in (finding.key or "", None):
                waived = self._waived.get((finding.unit, finding.rule, key))
                if waived is not None:
                    reason = f"豁免：{waived}"
                    break
        return replace(finding, explained=reason) if reason is not None else finding

    @cached_property
    def _reasons(self) -> Mapping[tuple[str | None, str, str, str], str]:
        return {(each["unit"], each["rule"], each["key"] or "", each["value"] or ""): each["reason"]
                for each in self._tables["explanations"].to_pylist()}

    @cached_property
    def _waived(self) -> Mapping[tuple[str | None, str, str | None], str]:
        return {(each["unit"], each["rule"], each["key"] or None): each["reason"]
                for each in self._tables["waivers"].to_pylist() if each["until"] is None or each["until"] >= self._as_of}


def figure_names(campaign: Campaign) -> frozenset[str]:
    """Every figure id, its alias and its name in the texts (`fig.annex2_c5`), known without running anything."""
    catalogue = Catalogue(campaign, connection := connect())
    ids = {each.id for _, each in figure_files.read_figures(catalogue, [])}
    connection.close()
    known = {alias for alias, figure in figure_files.aliases(catalogue).items() if figure in ids}
    return frozenset(ids | known | {figure_files.prose_name(each) for each in ids})


def _named(documents: Iterable[Document]) -> dict[str, Document]:
    """Each under its file name; two files of one name are told apart by unit and form."""
    found: dict[str, Document] = {}
    for each in documents:
        name = each.name if each.name and each.name not in found else f"{each.unit}/{each.form}/{each.name}"
        found[name] = each
    return found


def _given(name: str, rows: Iterable[Any]) -> pa.Table:
    schema = GIVEN[name]
    return _table(schema, [tuple(_moment(_of(row, n, column)) for n, column in enumerate(schema.names)) for row in rows])


def _of(row: Any, n: int, column: str) -> Any:
    if isinstance(row, Mapping):
        return row.get(column)
    if isinstance(row, Sequence) and not isinstance(row, str):
        return row[n] if n < len(row) else None
    return getattr(row, column, None)


def _moment(value: Any) -> Any:
    """Moments become Beijing wall time, the only clock of the rules; an ISO text is read."""
    if isinstance(value, datetime):
        return value.astimezone(_CLOCK).replace(tzinfo=None) if value.tzinfo is not None else value
    return value


def _table(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table([pa.array(list(column), each.type) for column, each in zip(columns, schema, strict=True)], schema=schema)


__all__ = ["Checked", "Data", "Engine", "Figure", "Held", "Submission", "Waiver", "figure_names"]
