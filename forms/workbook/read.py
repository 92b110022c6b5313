"""A filled workbook becomes a Document: every row is read or refused, nothing is dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from forms.annotate.marks import SHEET as PROBLEMS
from forms.annotate.marks import TITLE as PROBLEMS_TITLE
from forms.document import Document, TableData
from forms.findings import Finding, place
from forms.identify import Identity
from forms.kinds import Context
from forms.spec import Campaign, Form, Table
from forms.workbook import changes, checks
from forms.workbook.cells import RawSheet, RawWorkbook
from forms.workbook.facts import read_facts
from forms.workbook.layout import CODES, META, PREFILL
from forms.workbook.locate import Located, assign, plain
from forms.workbook.probe import Probe, counts_from_1904, hidden
from forms.workbook.rows import filled_down, inked, sort_rows
from forms.workbook.table import Where, columns_of, read_rows

_OURS: Final = frozenset((META, CODES, PREFILL))


def read_workbook(
    campaign: Campaign,
    identity: Identity,
    raw: RawWorkbook,
    probe: Probe | Mapping[str, Any] | None = None,
    today: date | None = None,
    name: str = "",
) -> Document:
    """The document in this workbook; what is wrong with it is in its findings. Raises KeyError for an
    unknown form.

    `probe` is the gate's account of what a value reader hides (or its JSON); `today` the filing date
    (default: today).
    """
    form = campaign.forms[identity.form]
    context = Context(campaign, today or date.today(), epoch_1904=counts_from_1904(probe))
    sheets = [each for each in raw.sheets if each.name not in _OURS and not is_problem_list(each)]
    found = assign(form, sheets)
    issued = Context(campaign, context.given.today) if context.given.epoch_1904 else context
    reading = _Reading(form, identity, context, changes.prefilled(raw.sheet(PREFILL)), issued, probe)
    for table in form.tables.values():
        if table.name in found:
            reading.table(table, *found[table.name])
    spare = [each for each in sheets if each.name not in {sheet.name for sheet, _ in found.values()}]
    reading.lost([table for table in form.tables.values() if table.name not in found], spare)
    facts = read_facts(tuple(form.facts.values()), reading.labelled, context, identity.unit, form.form)
    findings = sorted((*identity.findings, *reading.findings, *facts.findings), key=place)
    return Document(
        campaign.id,
        identity.unit,
        form.form,
        identity.version,
        reading.tables,
        facts.values,
        facts.cells,
        tuple(findings),
        reading.read,
        reading.refused,
        identity.stamp,
        name,
    )


def is_problem_list(sheet: RawSheet) -> bool:
    """Whether this is the list that we put into an annotated file."""
    return (
        sheet.name.startswith(PROBLEMS)
        and bool(sheet.rows)
        and bool(sheet.rows[0])
        and sheet.rows[0][0] == PROBLEMS_TITLE
    )


class _Reading:
    """The tables of one form while they are read."""

    def __init__(
        self,
        form: Form,
        identity: Identity,
        context: Context,
        prefilled: changes.Remembered,
        issued: Context,
        probe: Probe | Mapping[str, Any] | None,
    ) -> None:
        self.form, self.identity, self.context = form, identity, context
        self.prefilled, self.issued, self.probe = prefilled, issued, probe
        self.tables: dict[str, TableData] = {}
        self.findings: list[Finding] = []
        self.labelled: list[tuple[RawSheet, Sequence[int]]] = []
        self.read = self.refused = 0
        self.labels = [each.label for each in form.facts.values()]

    def table(self, table: Table, sheet: RawSheet, located: Located) -> None:
        where = Where(self.identity.unit, self.form.form, sheet.name)
        concealed = hidden(self.probe, sheet.name)
        sheet, taken_over = filled_down(sheet, located)
        order = sort_rows(sheet, table, located, concealed, self.labels)
        rows = read_rows(table, sheet, located, order, concealed, where, self.context)
        nil, emptiness = checks.emptiness(table, order, located, where)
        self.findings += [
            *checks.headers(table, sheet, located, order, where),
            *checks.strays(order, sheet, where),
            *emptiness,
            *rows.findings,
            *checks.duplicates(rows),
            *checks.serials(rows),
            *checks.totals(rows, order),
            *checks.concealed(sheet, rows, concealed, where),
            *checks.merged(rows, taken_over),
            *changes.changed(rows, self.prefilled.get(table.name, ()), self.issued),
        ]
        self.tables[table.name] = columns_of(rows, nil)
        self.labelled.append((sheet, order.labelled))
        self.read += len(rows.numbers) - len(rows.refused) + (len(order.nil) if nil else 0)
        self.refused += (
            len(rows.refused) + len(order.strays) + len(order.below) + (0 if nil else len(order.nil))
        )

    def lost(self, tables: Sequence[Table], spare: Sequence[RawSheet]) -> None:
        """Tables without a sheet, and sheets that are no table's: both are said, with the rows left
        unread.
        """
        for table in tables:
            sheet = next((each for each in spare if plain(each.name) == plain(table.sheet)), None)
            where = Where(self.identity.unit, self.form.form, sheet.name if sheet else table.sheet)
            message = (
                f"工作表“{sheet.name}”的表头无法识别，没有读取。"
                if sheet
                else f"缺少工作表“{table.sheet}”（或其表头已无法识别）。"
            )
            self.findings.append(
                where.finding(
                    "S03",
                    "error",
                    message,
                    "请用下发的模板重新填写这张表。",
                    row=1 if sheet else None,
                    column=1 if sheet else None,
                )
            )
            self.tables[table.name] = TableData(table.name, where.sheet)
        for sheet in spare:
            self.labelled.append((sheet, range(1, len(sheet.rows) + 1)))
            full = sum(any(map(inked, row)) for row in sheet.rows)
            if not full:
                continue
            where = Where(self.identity.unit, self.form.form, sheet.name)
            if tables:  # the rows may well be those of a lost table: refused, not ignored
                self.refused += full
            if not tables or all(plain(sheet.name) != plain(table.sheet) for table in tables):
                self.findings.append(
                    where.finding(
                        "S03",
                        "warning" if tables else "notice",
                        f"工作表“{sheet.name}”不是下发的表格，没有读取（{full}行有内容）。",
                        "其中内容如需报送，请移入相应表格。",
                        row=1,
                        column=1,
                    )
                )
