"""One data set while it is open: its views, its figures and its checks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

import pyarrow as pa

from forms import clouds as cloudy
from forms import rules as rule_files
from forms.compiled import Compiled
from forms.document import Document
from forms.engine_tables import FIGURES
from forms.figures import Figure, FigureSpec, countings
from forms.findings import Finding, levelled, place, settled
from forms.rules import Held, Rule
from forms.slots import Slot, literal, quoted


@dataclass(frozen=True)
class Checked:
    """`findings` in order of place; `held`: rules not judged, and what they wait for."""

    findings: tuple[Finding, ...]
    held: tuple[Held, ...]


class Data:
    """One data set while it is open (see `Engine.data`)."""

    def __init__(
        self,
        engine: Compiled,
        slot: Slot,
        documents: Mapping[str, Document],
        tables: Mapping[str, pa.Table],
        as_of: date,
        units: tuple[str, ...] | None,
    ) -> None:
        self._engine, self._slot, self._documents, self._tables, self._as_of = (
            engine,
            slot,
            documents,
            tables,
            as_of,
        )
        inside = {each.unit for each in documents.values() if each.unit is not None}
        order = [each.code for each in engine.campaign.units]
        self.units = (
            units
            if units is not None
            else (*(code for code in order if code in inside), *sorted(inside - set(order)))
        )
        self._by_form = {(each.unit, each.form): each for each in documents.values()}

    # --- views and figures ------------------------------------------------------------------------

    def view(self, name: str, unit: str | None = None) -> pa.Table:
        """The rows of a view (or table), of one unit or all, in the view's order. Raises KeyError for
        an unknown name."""
        if name not in self._engine.catalogue.queries and name not in self._engine.catalogue.tables:
            raise KeyError(name)
        self._ready(frozenset([name]))
        if unit is None:
            return self._slot.arrow(f"select * from {quoted(name)}")
        return self._slot.arrow(f"select * from {quoted(name)} where unit = {literal(unit)}")

    def figures(self) -> Mapping[tuple[str | None, str], int]:
        """Every countable figure of every unit of the data set, 0 included; the city is unit None and
        sums its units."""
        return self._figures

    @cached_property
    def _figures(self) -> Mapping[tuple[str | None, str], int]:
        return self._counted([each for each in self._engine.figures.values() if each.ratio is None])

    def _counted(self, specs: Sequence[FigureSpec]) -> Mapping[tuple[str | None, str], int]:
        found: dict[tuple[str | None, str], int] = {}
        for each in specs:
            found[None, each.id] = 0
            found |= {(unit, each.id): 0 for unit in self.units}
        for sql, reads in countings(specs, self._engine.catalogue):
            for unit, figure, n in self._slot.counted(sql, reads):
                if unit is None:
                    found[None, figure] += n
                elif (unit, figure) in found:
                    found[unit, figure] = n
                    found[None, figure] += n
        return found

    def figure(self, figure: str, unit: str | None = None) -> Figure:
        """One figure with its evidence, of a unit or the city. Raises KeyError for a figure nobody
        defined."""
        spec = self._engine.spec(figure)
        if spec.ratio is not None:
            above, below = (self.figures().get((unit, each), 0) for each in spec.ratio)
            return Figure(spec.id, spec.label, above, pa.table({}), ratio=above / below if below else None)
        self._ready(spec.reads - {FIGURES})
        chosen = [unit] if unit is not None else list(self.units)
        # Written out: for a value bound, DuckDB looks for pandas twice, in every folder where there is none.
        listed = ", ".join(map(literal, chosen)) or "null"
        source = f"{quoted(spec.id)} where (unit in ({listed}){' or unit is null' if unit is None else ''})"
        rows = self._slot.arrow(f"select * from {source}")
        counts = self._slot.rows(f"select unit, {spec.counted} from {source} group by unit")[1]
        broken: tuple[tuple[str, int], ...] = ()
        if spec.by is not None:
            counted = f'count(distinct (unit, "{spec.count}"))' if spec.count else "count(*)"
            order = f'min("{spec.order}"), 1' if spec.order else "2 desc, 1"
            limit = f" limit {spec.first}" if spec.first is not None else ""
            grouped = f'and "{spec.by}" is not null group by 1 order by {order}{limit}'
            found = self._slot.rows(f'select "{spec.by}", {counted} from {source} {grouped}')[1]
            broken = tuple((rule_files.text(label), n) for label, n in found)
        return Figure(spec.id, spec.label, sum(n for _, n in counts), self._evidence(rows), broken)

    def _evidence(self, rows: pa.Table) -> pa.Table:
        """The rows with the column `form`, from the table (`origin`) each came from."""
        if "form" in rows.column_names or "origin" not in rows.column_names:
            return rows
        owner = {table: form.form for form in self._engine.campaign.forms.values() for table in form.tables}
        forms = [owner.get(each) for each in rows.column("origin").to_pylist()]
        return rows.append_column("form", pa.array(forms, pa.string()))

    def _ready(self, reads: frozenset[str]) -> None:
        closure = self._engine.catalogue.closure(reads)
        if FIGURES in closure:
            self._slot.derive(FIGURES, self.units, self._printed)
        self._slot.refresh(reads)

    def _printed(self) -> pa.Table:
        rows = [(unit, figure, n) for (unit, figure), n in self._counted(self._engine.printed).items()]
        return filled(self._engine.catalogue.tables[FIGURES], rows)

    # --- checks -----------------------------------------------------------------------------------

    def check(
        self,
        unit: str | Collection[str] | None = None,
        forms: Iterable[str] | None = None,
        rules: Iterable[str] | None = None,
    ) -> Checked:
        """Every rule, or those that touch `forms`, or `rules` by id; of one unit or several, or of all with
        the city's own rules."""
        engine, campaign = self._engine, self._engine.campaign
        touched = frozenset(forms) if forms is not None else None
        wanted = frozenset(rules) if rules is not None else None
        asked = None if unit is None else frozenset([unit] if isinstance(unit, str) else unit)
        chosen = self.units if asked is None else sorted(asked)
        found: list[Finding] = []
        held: list[Held] = []
        for rule in (*engine.conditional, *engine.rules):
            if wanted is not None and rule.id not in wanted:
                continue
            if campaign.levels.get(rule.id) == "off" or (rule.city and asked is not None):
                continue
            if touched is not None and not rule.touches(campaign, touched):
                continue
            blocked = (
                {each: missing for each in chosen if (missing := self._missing(rule, each))}
                if not rule.city
                else {}
            )
            held += [Held(rule.id, each, missing) for each, missing in blocked.items()]
            judged = {*chosen} - blocked.keys()
            if rule.city or judged:
                broken = self._broken(rule, asked, held)
                found += [each for each in broken if rule.city or each.unit in judged]
        found = [settled(each, self._reasons, self._waived) for each in levelled(found, campaign.levels)]
        return Checked(tuple(sorted(set(found), key=place)), tuple(dict.fromkeys(held)))

    def _broken(self, rule: Rule, asked: frozenset[str] | None, held: list[Held]) -> Iterator[Finding]:
        self._ready(rule.reads)
        names, rows = (
            self._slot.rows(rule.sql) if asked is None else self._slot.ask(rule.sql, asked, rule.reads)
        )
        for each in rows:
            row = dict(zip(names, each, strict=True))
            waits = self._clouded(rule, row)
            if not waits:
                yield rule_files.finding(rule, row, self._engine.campaign, self._document)
            elif row.get("figure"):
                held.append(Held(rule.id, row["unit"], waits))

    def _clouded(self, rule: Rule, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The forms whose unreadable cells may alone have made this row; none for most rows."""
        clouds = self._clouds.get(row.get("unit"))
        if not clouds or rule.labels is not None:
            return ()
        feeding = self._engine.feeding
        if row.get("figure"):
            reads = feeding.of_figure(str(row["figure"]))
            gaps = (each for each in clouds if each.gap and (each.table, each.field) in reads)
            return tuple(dict.fromkeys(each.form for each in gaps))
        owner = str(row.get("origin") or rule.at.table or "")
        form = self._engine.catalogue.form_of(owner)
        document = self._document(row.get("document"), row.get("unit"), form.form) if form else None
        table = document.tables.get(owner) if document is not None else None
        whose = row.get(cloudy.PERSON) or cloudy.person(table, row.get("row"))
        own = [each for each in clouds if each.person == whose]
        reads = feeding.of_rule(rule) if own else frozenset()
        return tuple(dict.fromkeys(each.form for each in own if (each.table, each.field) in reads))

    @cached_property
    def _clouds(self) -> Mapping[str | None, tuple[cloudy.Cloud, ...]]:
        return cloudy.clouds(self._documents.values())

    def _document(self, name: str | None, unit: str | None, form: str) -> Document | None:
        document = self._documents.get(name) if name is not None else None
        if document is not None and document.form == form:
            return document
        return self._by_form.get((unit, form))

    def _missing(self, rule: Rule, unit: str) -> tuple[str, ...]:
        """What the rule waits for: forms not in or with rows whose keys cannot be read, registers that
        are empty."""
        return tuple(need for need in rule.needs if not self._available(need, unit))

    def _available(self, need: str, unit: str) -> bool:
        if need in self._engine.campaign.registers:
            registers = self._slot.registers
            table = registers.tables.get(need) if registers is not None else None  # type: ignore[attr-defined]
            partial: frozenset[str] = getattr(registers, "partial", frozenset())
            return table is not None and bool(table.num_rows) and need not in partial
        document = self._by_form.get((unit, need))
        if document is None or document.rows_refused:
            return False
        tables = self._engine.campaign.forms[need].tables
        return not any(
            field in tables[name].key
            for name, data in document.tables.items()
            if name in tables
            for _, field in data.unreadable
        )

    @cached_property
    def _reasons(self) -> Mapping[tuple[str, str, str, str], str]:
        return {
            (each["unit"], each["rule"], each["key"] or "", each["value"] or ""): each["reason"]
            for each in self._tables["explanations"].to_pylist()
        }

    @cached_property
    def _waived(self) -> Mapping[tuple[str, str, str], str]:
        return {
            (each["unit"], each["rule"], each["key"] or ""): each["reason"]
            for each in self._tables["waivers"].to_pylist()
            if each["until"] is None or each["until"] >= self._as_of
        }


def filled(schema: pa.Schema, rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """A table of these rows, each a tuple in the order of the schema."""
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    return pa.table(
        [pa.array(list(column), each.type) for column, each in zip(columns, schema, strict=True)],
        schema=schema,
    )
