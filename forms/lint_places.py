"""Where a rule's findings point by its own result: tables, columns and levels that it writes out as words."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms.catalogue import Catalogue
from forms.faults import Fault, did_you_mean
from forms.findings import LEVELS
from forms.rules import PLACEHOLDER, Rule
from forms.sqlfile import Statement
from forms.sqlnodes import Relation

_WHAT = {"origin": "表", "level": "级别", "field": "列"}


def misplaced(catalogue: Catalogue, statement: Statement, rule: Rule, told: Relation) -> Iterator[Fault]:
    """Words of the columns origin, level and field that name nothing: a finding without its cell."""
    forms = catalogue.campaign.forms.values()
    fields = {name: tuple(table.by_name) for form in forms for name, table in form.tables.items()}
    fields |= {form.facts_table: tuple(form.facts) for form in forms}
    origins = told["origin"].words if "origin" in told else None
    tables = {rule.at.table, *(origins or ())} & fields.keys()
    known = {
        "origin": tuple(fields),
        "level": LEVELS,
        "field": tuple(name for table in sorted(map(str, tables)) for name in fields[table]),
    }
    for column, names in known.items():
        words = told[column].words if column in told and names else None
        for word in sorted((words or frozenset()) - set(names)):
            place = _written(catalogue, statement, rule, word)
            if place is not None:
                what = f"没有{_WHAT[column]}“{word}”" + did_you_mean(word, names)
                yield Fault(place.file, _line(place, word), f"“{statement.id}”：{what}")


def braces(statement: Statement) -> Iterator[Fault]:
    """What stands between braces and is never filled in: no name, not where names are, or only half of it."""
    for key in ("says", "fix"):
        rest = PLACEHOLDER.sub("", str(statement.header.get(key) or ""))
        for found in re.findall(r"\{[^{}]*\}?|\}", rest):
            yield statement.fault(f"{key} 中的“{found}”填不上内容：花括号里只能写查询结果的列名。", key)
    for key in ("title", "why"):
        for found in re.findall(r"\{[^{}]*\}?", str(statement.header.get(key) or "")):
            yield statement.fault(f"{key} 中的“{found}”填不上内容：{key} 里不能写列名。", key)
    for text in re.finditer(r"'(?:[^']|'')*'", statement.sql):
        for found in PLACEHOLDER.finditer(text.group()):
            line = statement.sql_line + statement.sql.count("\n", 0, text.start() + found.start())
            told = f"“{statement.id}”：文字中的“{found.group()}”填不上内容，请用 || 接上这一列。"
            yield Fault(statement.file, line, told)


def _written(catalogue: Catalogue, statement: Statement, rule: Rule, word: str) -> Statement | None:
    """The query that holds the word as it stands; None for one that comes out of a table."""
    below = catalogue.closure(rule.reads) & catalogue.queries.keys()
    queries = [statement, *(catalogue.queries[name].statement for name in sorted(below))]
    return next((each for each in queries if f"'{word}'" in each.sql), None)


def _line(statement: Statement, word: str) -> int:
    return statement.sql_line + statement.sql.partition(f"'{word}'")[0].count("\n")
