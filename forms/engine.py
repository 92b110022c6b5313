"""The rule engine: documents, registers and a date in; prefill rows, findings and figures out. The
only home of DuckDB."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, Protocol
from weakref import ref
from zoneinfo import ZoneInfo

import pyarrow as pa

from forms import figures as figure_files
from forms import typed
from forms.catalogue import Catalogue
from forms.compiled import Compiled
from forms.dataset import Checked, Data, filled
from forms.document import Document
from forms.engine_tables import GIVEN, fixed
from forms.figures import Figure
from forms.rules import Held
from forms.slot_pool import Slots
from forms.slots import connect
from forms.spec import Campaign

STATISTIC_DATE: Final = "statistic_date"  # the date of `config` that a given cutoff replaces
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


class Engine(Compiled):
    """One per process and campaign. Raises CampaignError as `Compiled` does."""

    def __init__(self, campaign: Campaign) -> None:
        super().__init__(campaign)
        self._slots = Slots(self.catalogue, self._connection, fixed(campaign))
        self._typed: dict[int, tuple[ref[Document], str, dict[str, pa.Table]]] = {}

    @contextmanager
    def data(
        self,
        registers: Lists | None,
        documents: Iterable[Document] | Mapping[str, Document],
        *,
        as_of: date,
        cutoff: date | None = None,
        submissions: Iterable[Any] = (),
        waivers: Iterable[Any] = (),
        overrides: Iterable[Any] = (),
        attachments: Iterable[Any] = (),
        explanations: Iterable[Any] = (),
        inspections: Iterable[Any] = (),
        units: Sequence[str] | None = None,
    ) -> Iterator[Data]:
        """One data set, for one thread. `documents`: by the id their rows carry in the column
        `document`, or by file name.

        `cutoff` (default: the campaign's statistic date) replaces `statistic_date` too. `units`: whom
        figures are counted for (default: the units of the documents). The other rows are mappings,
        sequences or objects with the columns named in `forms.engine_tables.GIVEN`.
        """
        named = dict(documents) if isinstance(documents, Mapping) else _named(documents)
        config = {**self.campaign.facts, **self.campaign.config, "as_of": as_of}
        config["cutoff"] = cutoff or config.get(STATISTIC_DATE) or as_of
        if STATISTIC_DATE in config:
            config[STATISTIC_DATE] = config["cutoff"]
        given = {
            "submissions": submissions,
            "waivers": waivers,
            "overrides": overrides,
            "attachments": attachments,
            "explanations": explanations,
            "inspections": inspections,
        }
        tables = {**self._documents(named), **{name: _given(name, rows) for name, rows in given.items()}}
        inside = frozenset(each.unit for each in named.values() if each.unit is not None)
        slot = self._slots.take(registers, inside)
        try:
            slot.load(tables, registers, registers.tables if registers is not None else {}, config)
            yield Data(self, slot, named, tables, as_of, tuple(units) if units is not None else None)
        except BaseException:
            self._slots.discard(slot)
            raise
        self._slots.give_back(slot, inside)

    def _documents(self, documents: Mapping[str, Document]) -> dict[str, pa.Table]:
        pieces: dict[str, list[pa.Table]] = {}
        facts: list[tuple[Any, ...]] = []
        sheets: list[tuple[Any, ...]] = []
        unreadable: list[tuple[Any, ...]] = []
        for name, document in documents.items():
            form = self.campaign.forms[document.form]
            for table, rows in self._arrow(document, name).items():
                if rows.num_rows:
                    pieces.setdefault(table, []).append(rows)
            facts.append(
                (document.unit, form.form, name, document.rows_read, document.rows_refused, document.stamp)
            )
            for table, data in document.tables.items():
                sheets.append((document.unit, form.form, table, name, data.sheet, len(data.rows), data.nil))
                unreadable += [
                    (document.unit, form.form, table, field, row) for row, field in data.unreadable
                ]
        found = {
            name: each[0] if len(each) == 1 else pa.concat_tables(each) for name, each in pieces.items()
        }
        for name, rows in (("documents", facts), ("sheets", sheets), ("unreadable", unreadable)):
            found[name] = filled(self.catalogue.tables[name], rows)
        return found

    def _arrow(self, document: Document, name: str) -> dict[str, pa.Table]:
        """Made once for a document under a name, and kept as long as somebody has the document."""
        known = self._typed.get(id(document))
        if known is not None and known[0]() is document and known[1] == name:
            return known[2]
        found = typed.arrow(self.campaign.forms[document.form], document, name)
        key, gone = id(document), self._typed.pop
        self._typed[key] = (ref(document, lambda _: gone(key, None)), name, found)
        return found

    def forget(self) -> None:
        """Drops what was kept from one check to the next: rows, kept views, plans."""
        self._slots.forget()


def figure_names(campaign: Campaign) -> frozenset[str]:
    """Every figure id, its alias and its name in the texts (`fig.annex2_c5`), known without running
    anything."""
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
    return filled(
        schema, [tuple(_moment(_of(row, n, column)) for n, column in enumerate(schema.names)) for row in rows]
    )


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


__all__ = ["Checked", "Data", "Engine", "Figure", "Held", "Submission", "Waiver", "figure_names"]
