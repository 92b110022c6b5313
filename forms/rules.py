"""Rules: an SQL select of the rows that break it, and how each such row becomes a finding with its cell."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from forms.catalogue import RULE_KEYS, Catalogue
from forms.document import Document, TableData
from forms.engine_tables import FIGURES
from forms.faults import Fault, did_you_mean
from forms.findings import LEVELS, Finding, Level
from forms.kinds.base import RULES as FIELD_RULES
from forms.spec import Campaign, Form
from forms.sqlfile import Statement, read_folder
from forms.sqltree import Executes, NotASelect, tree

# Columns of a result that say where a finding stands; all others are values for its message.
PLACE: Final = ("unit", "document", "row", "level", "field", "origin", "form", "key", "value")
PLACEHOLDER: Final = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")
CONDITIONAL: Final = "F01"


@dataclass(frozen=True)
class At:
    """Where findings point: a field of a table or of a form's facts, a whole form, or (all None) the unit."""

    form: str | None = None
    table: str | None = None
    field: str | None = None


@dataclass(frozen=True)
class Rule:
    """`needs`: forms that must be in, registers that must not be empty; `city`: only over all units
    together; `claim`: two units with the same value claim one thing, and the bureau says whose it is.
    `why`: what the rule rests on, told beside each finding."""

    id: str
    level: Level
    at: At
    says: str
    fix: str | None
    sql: str
    reads: frozenset[str]
    needs: tuple[str, ...] = ()
    city: bool = False
    title: str = ""
    claim: bool = False
    why: str = ""
    labels: Mapping[str, str] | None = None  # field → label, for the generated checks of conditional fields

    def touches(self, campaign: Campaign, forms: frozenset[str]) -> bool:
        """Has it to run again when these forms were uploaded?"""
        return self.at.form in forms or any(need in forms for need in self.needs)

    @property
    def reads_figures(self) -> bool:
        return FIGURES in self.reads


@dataclass(frozen=True, slots=True)
class Held:
    """A rule that could not be judged for a unit, and what it waits for."""

    rule: str
    unit: str | None
    needs: tuple[str, ...]


def read_rules(
    catalogue: Catalogue, connection: Executes, faults: list[Fault]
) -> tuple[tuple[Statement, Rule], ...]:
    """The rules of `rules/*.sql`. Faults: unknown levels, places, needs; text that is no select."""
    found = []
    for statement in read_folder(catalogue.campaign.folder, "rules", RULE_KEYS, faults):
        rule = _rule(statement, catalogue, connection, faults)
        if rule is not None:
            found.append((statement, rule))
    return tuple(found)


def _rule(
    statement: Statement, catalogue: Catalogue, connection: Executes, faults: list[Fault]
) -> Rule | None:
    header = statement.header
    level = str(header.get("level", ""))
    if level not in LEVELS:
        faults.append(statement.fault(f"级别“{level}”不存在" + did_you_mean(level, LEVELS), "level"))
        return None
    at = place(str(header.get("at", "")), catalogue)
    if isinstance(at, str):
        faults.append(statement.fault(at, "at"))
        return None
    if not header.get("says"):
        faults.append(statement.fault("缺少“says”（给填报人看的话）。", "says"))
    try:
        parsed = tree(connection, statement.sql)
    except NotASelect as error:
        faults.append(Fault(statement.file, statement.sql_line, f"“{statement.id}”不是一条查询：{error}"))
        return None
    reads = parsed.tables | parsed.functions
    needs = header.get("needs")
    if needs is None:
        wanted = catalogue.needs(reads)
    else:
        wanted = tuple(str(each) for each in (needs if isinstance(needs, list) else [needs]))
        known = [*catalogue.campaign.forms, *catalogue.campaign.registers]
        for need in wanted:
            if need not in known:
                faults.append(
                    statement.fault(f"needs 中的“{need}”不是材料或台账" + did_you_mean(need, known), "needs")
                )
    return Rule(
        statement.id,
        level,
        at,
        str(header.get("says", "")),
        str(header["fix"]) if header.get("fix") else None,
        statement.sql,
        reads,
        wanted,
        bool(header.get("city")),
        str(header.get("title", "")),
        bool(header.get("claim")),
        str(header.get("why", "")),
    )


def place(text: str, catalogue: Catalogue) -> At | str:
    """The place an `at:` names, or what is wrong with it."""
    campaign = catalogue.campaign
    if text == "unit":
        return At()
    owner, _, name = text.partition(".")
    form = catalogue.form_of(owner)
    if form is None:
        known = [
            *campaign.forms,
            *(table for each in campaign.forms.values() for table in each.tables),
            "unit",
        ]
        return f"at“{text}”没有这张表或材料" + did_you_mean(owner, known)
    if not name:
        return At(form.form)
    if owner in form.tables and name in form.tables[owner].by_name:
        return At(form.form, owner, name)
    if name in form.facts and (owner in (form.form, form.facts_table)):
        return At(form.form, form.facts_table, name)
    table = form.tables.get(owner)
    return f"at“{text}”没有这一列" + did_you_mean(name, list(table.by_name) if table else list(form.facts))


def conditional(campaign: Campaign) -> Iterator[Rule]:
    """One check per table for the fields that are required when others say so (F01)."""
    level, fix = FIELD_RULES[CONDITIONAL]
    for form in campaign.forms.values():
        for table in form.tables.values():
            asked = [each for each in table.fields if each.required_when]
            if not asked:
                continue
            cases = []
            for each in asked:
                flags = "".join(f' and not coalesce(t."{flag}", false)' for flag in each.flags)
                empty = f't."{each.name}" is null{flags}'
                cases.append(f"case when ({each.required_when}) and {empty} then '{each.name}' end")
            keys = "".join(f', t."{name}"' for name in table.key)
            sql = (
                f"select * from (select t.unit, t.document, t.row{keys}, "
                f"unnest(list_filter([{', '.join(cases)}], lambda missing: missing is not null)) as field "
                f'from "{table.name}" t) found '
                "where not exists (select 1 from unreadable u where u.unit = found.unit "
                f"and u.form = '{form.form}' and u.\"table\" = '{table.name}' and u.row = found.row "
                "and u.field = found.field)"
            )
            yield Rule(
                CONDITIONAL,
                level,
                At(form.form, table.name, asked[0].name),
                "“{label}”为必填项，不能为空。",
                fix,
                sql,
                frozenset((table.name, "unreadable")),
                (),
                labels={each.name: each.label for each in asked},
            )


def finding(
    rule: Rule,
    row: Mapping[str, Any],
    campaign: Campaign,
    document_of: Callable[[str | None, str | None, str], Document | None],
) -> Finding:
    """A result row as a finding. `document_of(document id, unit, form)` gives the file it points into."""
    unit = row.get("unit")
    at = rule.at
    named = row.get("form") or at.form  # a rule of the whole unit may name the form that is missing
    form: Form | None = campaign.forms.get(str(named)) if named else None
    if row.get("origin"):
        owner = next((each for each in campaign.forms.values() if row["origin"] in each.tables), None)
        if owner is not None:
            form, at = owner, At(owner.form, str(row["origin"]), at.field)
    name = str(row["field"]) if row.get("field") else at.field
    sheet = cell = None
    stands: Mapping[str, Any] = row
    number = row.get("row")
    if form is not None and at.table is not None and name is not None:
        document = document_of(row.get("document"), unit, form.form)
        if document is not None and at.table == form.facts_table:
            sheet, cell = document.fact_cells.get(name, (None, None))
        elif document is not None:
            table = document.tables.get(at.table)
            sheet, cell = _cell(table, name, number)
            stands = {**_row(table, number), **row}
    values = {key: text(value) for key, value in row.items()}
    if rule.labels is not None and name is not None:
        values["label"] = rule.labels.get(name, name)
    level = row.get("level") if row.get("level") in LEVELS else rule.level
    shown = values["value"] if "value" in row else text(stands.get(name or ""))
    return Finding(
        rule=rule.id,
        level=level if level else rule.level,
        unit=unit,
        form=form.form if form else None,
        sheet=sheet,
        cell=cell,
        row=number,
        field=name,
        key=_key(stands, at, form),
        value=shown or None,
        message=said(rule.says, values),
        fix=said(rule.fix, values) if rule.fix else None,
    )


def _cell(table: TableData | None, name: str, row: int | None) -> tuple[str | None, str | None]:
    if table is None:
        return None, None
    letters = table.letters.get(name)
    return table.sheet, f"{letters}{row}" if letters and row is not None else None


def _row(table: TableData | None, number: Any) -> dict[str, Any]:
    """The whole row a finding points to, so that its key need not be selected by every rule."""
    if table is None or number not in table.rows:
        return {}
    return dict(table.row(table.rows.index(number)))


def _key(row: Mapping[str, Any], at: At, form: Form | None) -> str | None:
    """What the finding is about, the same over versions of a file: the table's own key, else the person."""
    if row.get("key") is not None:
        return text(row["key"])
    table = form.tables.get(at.table or "") if form else None
    if table is not None and all(name in row for name in table.key):
        return " ".join(text(row[name]) for name in table.key)
    for name in ("id_number", "number", "approval_number"):
        if row.get(name) is not None:
            return text(row[name])
    return None


def said(message: str, values: Mapping[str, str]) -> str:
    """The message with its placeholders filled; one without a value stays visible rather than vanish."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1), found.group(0)), message)


def text(value: Any) -> str:
    """A value as a clerk would write it."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(text(each) for each in value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
