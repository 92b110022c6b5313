"""Figures: an SQL select of the rows a number counts; the number is their count, so every number can
show its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pyarrow as pa

from forms.catalogue import Catalogue
from forms.engine_tables import FIGURES
from forms.faults import Fault, did_you_mean
from forms.slots import literal, quoted
from forms.spec import Campaign
from forms.sqlfile import Statement

_COUNT: Final = re.compile(r"rows|distinct\s+([a-z_][a-z0-9_]*)")
_RATIO: Final = re.compile(r"(\S+)\s*/\s*(\S+)")


@dataclass(frozen=True)
class FigureSpec:
    """`count` is the column whose distinct values per unit are counted, or None to count rows.

    A figure with `by` is broken down by that column, largest first or in the `order` of another, the
    `first` so many;
    one with `ratio` is (numerator, denominator) of two others.
    """

    id: str
    label: str
    sql: str
    reads: frozenset[str]
    count: str | None = None
    by: str | None = None
    order: str | None = None
    first: int | None = None
    ratio: tuple[str, str] | None = None
    holds: str = ""  # what is counted and what is not, in words

    @property
    def counted(self) -> str:
        """The SQL of its number within one unit."""
        return f'count(distinct "{self.count}")' if self.count else "count(*)"


@dataclass(frozen=True)
class Figure:
    """`n`: the count (of a ratio: the numerator). `rows`: the rows it counts, each with unit, form,
    origin, document, row.

    `by`: (value, count) pairs in the order to print. `ratio`: None where the denominator is 0.
    """

    id: str
    label: str
    n: int
    rows: pa.Table
    by: tuple[tuple[str, int], ...] = ()
    ratio: float | None = None


def read_figures(catalogue: Catalogue, faults: list[Fault]) -> tuple[tuple[Statement, FigureSpec], ...]:
    """The figures of `figures/*.sql`. Faults: an unknown `count`, a ratio of unknown figures."""
    found: list[tuple[Statement, FigureSpec]] = []
    ids = {each.id for each in catalogue.figures}
    for statement in catalogue.figures:
        header = statement.header
        label = str(header.get("label") or statement.id)
        if header.get("ratio"):
            parts = _RATIO.fullmatch(str(header["ratio"]))
            if parts is None:
                faults.append(
                    statement.fault("ratio 应写成“指标 / 指标”，例如 annex3.d5 / annex3.d4。", "ratio")
                )
                continue
            for each in parts.groups():
                if each not in ids:
                    faults.append(statement.fault(f"没有指标“{each}”" + did_you_mean(each, ids), "ratio"))
            found.append(
                (statement, FigureSpec(statement.id, label, "", frozenset(), ratio=(parts[1], parts[2])))
            )
            continue
        count = _COUNT.fullmatch(str(header.get("count", "rows")))
        if count is None:
            faults.append(statement.fault("count 应写成 rows 或“distinct 列名”。", "count"))
            continue
        query = catalogue.queries.get(statement.id)
        if query is None:
            continue
        first = header.get("first")
        found.append(
            (
                statement,
                FigureSpec(
                    statement.id,
                    label,
                    statement.sql,
                    frozenset([statement.id]),
                    count.group(1),
                    str(header["by"]) if header.get("by") else None,
                    str(header["order"]) if header.get("order") else None,
                    first if isinstance(first, int) else None,
                    holds=str(header.get("holds") or ""),
                ),
            )
        )
    return tuple(found)


def aliases(catalogue: Catalogue) -> Mapping[str, str]:
    """`annex2.unapproved_since_2016` → `annex2.c5`: the field that prints a figure names it too."""
    found = {}
    for form in catalogue.campaign.forms.values():
        for table, field in form.fields():
            if field.figure and table in form.tables:
                found[f"{table}.{field.name}"] = field.figure
    return found


def printed(campaign: Campaign) -> frozenset[str]:
    """The figures some form prints: what rules find in the table `figures`."""
    return frozenset(
        field.figure for form in campaign.forms.values() for _, field in form.fields() if field.figure
    )


def countings(specs: Iterable[FigureSpec], catalogue: Catalogue) -> tuple[tuple[str, frozenset[str]], ...]:
    """Queries of (unit, figure, n) that together count these figures, each with what it reads: one for those
    that stand on the same tables, as running sixty costs more than counting."""
    alike: dict[frozenset[str], list[FigureSpec]] = {}
    for each in specs:
        tables = catalogue.closure(each.reads).intersection(catalogue.tables)
        alike.setdefault(tables, []).append(each)
    return tuple(
        (
            " union all ".join(
                f"select unit, {literal(each.id)} as figure, {each.counted} as n "
                f"from {quoted(each.id)} group by unit"
                for each in together
            ),
            frozenset().union(*(each.reads for each in together)) - {FIGURES},
        )
        for together in alike.values()
    )


def prose_name(figure: str) -> str:
    """How the texts call a figure: `fig.annex2_c5`, `fig.travellers`; `by.` and `ratio.` keep their names."""
    family, _, name = figure.partition(".")
    if family in ("by", "ratio"):
        return figure
    return f"fig.{name}" if family == "report" else f"fig.{family}_{name}"
