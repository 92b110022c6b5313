"""What is wrong with a campaign's queries before any data is seen: `file:line: what, did you mean …`.

Every view, figure and rule is bound against the empty typed tables with the optimizer off; literals
are held against the code
lists, comparisons against types, placeholders against result columns. `int = text` would bind and fail
on the first row, and a
misspelt label would silently be false.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

import duckdb

from forms.because import CHECKS
from forms.catalogue import RULE_KEYS, Catalogue, Query
from forms.engine_tables import fixed
from forms.faults import Fault, did_you_mean
from forms.figures import FigureSpec, read_figures
from forms.lint_fields import FieldLint
from forms.lint_places import braces, misplaced
from forms.literals import Comparisons
from forms.meaning import NAMES, type_class
from forms.rules import PLACE, PLACEHOLDER, Rule, read_rules
from forms.slots import Slot, connect, quoted
from forms.spec import Campaign
from forms.sqlfile import Statement, read_folder
from forms.typed import schemas

_LINE: Final = re.compile(r"^LINE (\d+):", re.MULTILINE)
_COLUMN: Final = re.compile(r'(?:Referenced column|column named) "?([^"\s]+)"?')
_UNCALLED: Final = re.compile(r"given name and argument types '(\S+?)\((.*?)\)'")
_MIXED: Final = re.compile(r"Cannot (?:compare|mix) values of type (\w+) and (?:type )?(\w+)")
_TYPE: Final = re.compile(r"[A-Z]+(?:_LITERAL)?(?:\(\d+,\d+\))?(?:\[\])?")
_TABLE: Final = re.compile(r"(Table|Function) with name \"?([^\s\"]+)\"? does not exist")
_CANDIDATES: Final = re.compile(r"Candidate bindings: (.*)")


def lint(campaign: Campaign) -> list[Fault]:
    """Every fault of views, figures and rules, and of what the YAML says about them; empty for a sound
    campaign."""
    connection = connect()
    try:
        return sorted(set(_Lint(campaign, connection).faults))
    finally:
        connection.close()


class _Lint:
    def __init__(self, campaign: Campaign, connection: duckdb.DuckDBPyConnection) -> None:
        self.campaign = campaign
        self.catalogue = Catalogue(campaign, connection)
        self.faults: list[Fault] = []
        rules = read_rules(self.catalogue, connection, self.faults)
        figures = read_figures(self.catalogue, self.faults)
        self.faults += self.catalogue.faults
        self.broken: set[str] = set()
        self.slot = _BindingSlot(connection, self.catalogue, self._create)
        self.columns: dict[str, Mapping[str, str]] = {
            name: self._describe(f"select * from {quoted(name)}") for name in self.catalogue.tables
        }
        self.columns |= {
            query.id: self._describe(f"select * from {quoted(query.id)}")
            for query in self.catalogue.order
            if not query.is_macro and query.id not in self.broken
        }
        self.comparisons = Comparisons(self.catalogue, self.columns, connection)
        self.faults += self.comparisons.of_macros
        for query in self.catalogue.order:
            if query.id not in self.broken:
                self._view(query)
        for statement, spec in figures:
            self._figure(statement, spec)
        for statement, rule in rules:
            self._rule(statement, rule)
        self._levels()
        fields = FieldLint(self.catalogue, self.columns, self.broken, self.comparisons, self._unbound)
        for form in campaign.forms.values():
            for table in schemas(form):
                self.faults += fields.faults(form.form, table)

    # --- binding ----------------------------------------------------------------------------------

    def _create(self, slot: Slot, query: Query) -> None:
        if query.reads & self.broken:
            self.broken.add(query.id)  # its source is faulty and has been named
            return
        try:
            Slot.create(slot, query)
        except duckdb.Error as error:
            self.broken.add(query.id)
            self.faults.append(self.plain(query.statement, error))

    def plain(self, statement: Statement, error: duckdb.Error) -> Fault:
        """DuckDB's complaint with the line of the file it is about, and what was probably meant."""
        said = str(error)
        line = _LINE.search(said)
        return Fault(
            statement.file,
            statement.sql_line + (int(line.group(1)) - 1 if line else 0),
            f"“{statement.id}”：{self.meaning(said)}",
        )

    def meaning(self, said: str) -> str:
        column = _COLUMN.search(said)
        if column:
            candidates = _CANDIDATES.search(said)
            names = re.findall(r'"([^"]+)"', candidates.group(1)) if candidates else []
            name = column.group(1)
            others = [short for each in names if (short := each.rsplit(".", 1)[-1]) != name]
            near = did_you_mean(name, others)
            if near == "。":
                every = {each for columns in self._known().values() for each in columns}
                near = did_you_mean(name, every - {name})
            return f"没有列“{name}”" + near
        table = _TABLE.search(said)
        if table:
            is_table = table.group(1) == "Table"
            return f"没有{'表或视图' if is_table else '函数'}“{table.group(2)}”" + did_you_mean(
                table.group(2), [*self.catalogue.tables, *self.catalogue.queries]
            )
        if "Cannot combine types" in said:
            return "同一列里文字、数、日期混用。"
        mixed = _MIXED.search(said)
        if mixed:
            return f"{kind_of(mixed.group(1))}与{kind_of(mixed.group(2))}不能比较，也不能混在一列。"
        uncalled = _UNCALLED.search(said)
        if uncalled:
            given = "、".join(kind_of(each) for each in _TYPE.findall(uncalled.group(2)))
            return f"“{uncalled.group(1)}”不能用于{given or '空'}。"
        return said.split("\n\nLINE")[0].replace("\n", " ").strip()

    def _known(self) -> Mapping[str, Mapping[str, str]]:
        return getattr(self, "columns", {}) or {
            name: dict.fromkeys(schema.names, "") for name, schema in self.catalogue.tables.items()
        }

    def _describe(self, sql: str) -> Mapping[str, str]:
        """Column → DuckDB type. Raises duckdb.Error where it does not bind."""
        return {row[0]: str(row[1]) for row in self.slot.rows(f"describe {sql}")[1]}

    def _unbound(self, sql: str) -> str | None:
        """Why a query does not bind; None where it does."""
        try:
            self._describe(sql)
        except duckdb.Error as error:
            return self.meaning(str(error))
        return None

    def _bound(self, statement: Statement, sql: str) -> Mapping[str, str] | None:
        try:
            return self._describe(sql)
        except duckdb.Error as error:
            self.faults.append(self.plain(statement, error))
            return None

    # --- views, figures, rules --------------------------------------------------------------------

    def _view(self, query: Query) -> None:
        statement = query.statement
        self.faults += self.comparisons.of_view.get(query.id, ())
        known = [*self.campaign.forms, *self.campaign.registers]
        for need in statement.header.get("needs") or ():
            if need not in known:
                self.faults.append(
                    statement.fault(
                        f"needs 中的“{need}”不是材料或台账" + did_you_mean(str(need), known), "needs"
                    )
                )
        promised = statement.header.get("columns")
        if promised is None or query.is_macro:
            return
        named = [each.strip().rstrip(")").partition("(") for each in str(promised).split(",") if each.strip()]
        wanted = [name for name, _, _ in named]
        real = list(self.columns[query.id])
        for name, _, listed in named:
            if listed and name in real:
                self._labels(statement, name, listed)
        if wanted != real:
            missing = [each for each in wanted if each not in real]
            more = [each for each in real if each not in wanted]
            words = [
                f"少了{'、'.join(missing)}" if missing else "",
                f"多了{'、'.join(more)}" if more else "",
                "次序不同" if not missing and not more else "",
            ]
            self.faults.append(
                statement.fault(
                    f"“{query.id}”的列与 columns 所写不符：{'，'.join(filter(None, words))}。", "columns"
                )
            )

    def _labels(self, statement: Statement, column: str, listed: str) -> None:
        """`match(approval_match)`: the column only holds labels of that code list."""
        if listed not in self.campaign.codes:
            near = did_you_mean(listed, self.campaign.codes)
            self.faults.append(statement.fault(f"没有代码表“{listed}”{near}", "columns"))
            return
        labels = self.campaign.codes[listed].labels
        for word in sorted(self.comparisons.misfits(statement.id, column, labels)):
            at = max(statement.sql.find(f"'{word}'"), 0)
            told = f"“{statement.id}”：“{word}”不是代码表“{listed}”中的" + did_you_mean(word, labels)
            self.faults.append(
                Fault(statement.file, statement.sql_line + statement.sql.count("\n", 0, at), told)
            )

    def _levels(self) -> None:
        """Of rules that there are not; a rule that is itself faulty is one."""
        written = read_folder(self.campaign.folder, "rules", RULE_KEYS, [])
        known = {each.id for each in written} | CHECKS.keys()
        for rule in self.campaign.levels:
            if rule not in known:
                file, _, line = self.campaign.places["", "levels", rule].rpartition(":")
                told = f"没有规则“{rule}”" + did_you_mean(rule, sorted(known))
                self.faults.append(Fault(file, int(line), told))

    def _figure(self, statement: Statement, spec: FigureSpec) -> None:
        if spec.ratio is not None or spec.id in self.broken:
            return
        columns = self.columns[spec.id]
        if "unit" not in columns:
            self.faults.append(statement.fault(f"指标“{spec.id}”须有列 unit。"))
        for key, name in (("count", spec.count), ("by", spec.by), ("order", spec.order)):
            if name is not None and name not in columns:
                self.faults.append(
                    statement.fault(f"{key} 的列“{name}”不在查询结果中" + did_you_mean(name, columns), key)
                )

    def _rule(self, statement: Statement, rule: Rule) -> None:
        if rule.reads & self.broken:
            return
        columns = self._bound(statement, rule.sql)
        if columns is None:
            return
        self.faults += self.comparisons.faults(statement)
        self.faults += misplaced(self.catalogue, statement, rule, self.comparisons.told)
        for key, text in (("says", rule.says), ("fix", rule.fix or "")):
            for name in PLACEHOLDER.findall(text):
                if name not in columns:
                    self.faults.append(
                        statement.fault(
                            f"{key} 中的“{{{name}}}”不在查询结果中" + did_you_mean(name, columns), key
                        )
                    )
        self.faults += braces(statement)
        form = self.campaign.forms.get(rule.at.form or "")
        in_table = form is not None and rule.at.table in form.tables
        wanted = ([] if rule.city else ["unit"]) + (["row"] if in_table else [])
        for name in wanted:
            if name not in columns:
                self.faults.append(statement.fault(f"规则“{rule.id}”的查询结果须有列“{name}”。"))
        for name in PLACE:
            if name in columns and name == "row" and "INT" not in columns[name]:
                self.faults.append(statement.fault(f"规则“{rule.id}”的列“row”应是行号。"))


def kind_of(sql_type: str) -> str:
    """A DuckDB type as a clerk knows it; a type that no cell has by its own name."""
    kind = type_class(sql_type.removesuffix("_LITERAL").replace("STRING", "VARCHAR"))
    return NAMES[kind] if kind else sql_type


class _BindingSlot(Slot):
    """A slot made with the optimizer off whose queries may fail one by one."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, catalogue: Catalogue, create: object) -> None:
        self._create_one = create
        super().__init__(connection, catalogue, fixed(catalogue.campaign))

    def create(self, query: Query) -> None:
        if query.id == self.catalogue.order[0].id:
            self.cursor.execute("pragma disable_optimizer")
        self._create_one(self, query)  # type: ignore[operator]
