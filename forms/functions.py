"""What a function of SQL gives, as far as its name tells: a number, a text, one of its arguments, an item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from forms.meaning import UNKNOWN, Meaning, either, first_words, gathered, item, type_class
from forms.sqlnodes import Node
from forms.sqltree import Executes

IN_LIST: Final = (
    *("list_contains", "array_contains", "list_has", "array_has"),
    *("list_position", "list_indexof", "array_position", "array_indexof"),
)
ANY_OF: Final = ("list_has_any", "array_has_any", "list_has_all", "list_intersect")
AGGREGATES: Final = frozenset(
    (
        *("any_value", "arg_max", "arg_min", "array_agg", "avg", "bool_and", "bool_or", "count"),
        *("count_star", "first", "last", "list", "max", "median", "min", "mode", "string_agg", "sum"),
        *("first_value", "last_value", "lag", "lead", "row_number", "rank", "dense_rank"),
    )
)
_PASSING: Final = frozenset(
    (
        *("any_value", "min", "max", "first", "last", "mode", "lag", "lead", "first_value", "last_value"),
        *("list_filter", "filter", "list_distinct", "list_sort", "list_intersect", "array_distinct"),
    )
)
_EITHER: Final = ("coalesce", "ifnull", "if", "greatest", "least")
_NUMBERS: Final = ("count", "count_star", "length", "len", "year", "row_number", "sum", "abs")
_TEXTS: Final = frozenset(
    ("||", "concat", "concat_ws", "strftime", "string_agg", "array_to_string", "right", "left", "substr")
)


_ARITHMETIC: Final = ("+", "-", "*", "/", "//", "%")
# What a text is asked or made into: known words are put through it (`worked_out`).
ASKING: Final = (
    "~~",
    "~~*",
    "~~~",
    "regexp_matches",
    "regexp_full_match",
    "contains",
    "strpos",
    "instr",
    "position",
)
DENYING: Final = ("!~~", "!~~*")
_MAKING: Final = frozenset(
    ("left", "right", "substr", "substring", "trim", "ltrim", "rtrim", "upper", "lower", "replace")
)
EMPTY_LIST: Final = Meaning("list", frozenset(), literal=True)
BEGINS: Final = ("starts_with", "prefix")
ENDS: Final = ("ends_with", "suffix")


def cut_like(name: str, column: Meaning, part: Meaning) -> Meaning | None:
    """For `starts_with(column, part)` and its like: pieces of the column's words that could be the part."""
    sought = next(iter(part.words), "") if part.literal and part.words else ""
    if column.words is None or column.kind != "text" or not sought:
        return None
    if name in BEGINS:
        return replace(column, words=frozenset(word[: len(sought)] for word in column.words), listed=())
    if name in ENDS:
        return replace(column, words=frozenset(word[-len(sought) :] for word in column.words), listed=())
    return column if name == "contains" and not any(sought in word for word in column.words) else None


def return_kinds(connection: Executes) -> Mapping[str, str]:
    """The kind of value that a function of DuckDB gives, where all its forms give the same."""
    sql = "select function_name, list(distinct return_type) from duckdb_functions() group by all"
    found = {
        name: {type_class(str(each)) for each in types} for name, types in connection.execute(sql).fetchall()
    }
    return {name: kind for name, kinds in found.items() if len(kinds) == 1 and (kind := next(iter(kinds)))}


def in_list(name: str, given: Sequence[Meaning]) -> bool:
    """Whether the second argument is sought in the first, a list; `x in list` calls `contains` too."""
    return len(given) == 2 and (name in IN_LIST or (name == "contains" and given[0].kind == "list"))


def worked_out(connection: Executes, name: str, given: Sequence[Meaning]) -> list[str] | None:
    """What DuckDB gives for each known word of a text, the other arguments being constants: distinct
    answers as texts; None where that cannot be told.
    """
    column, *others = given or [UNKNOWN]
    known = name in ASKING or name in DENYING or name in _MAKING
    if not known or column.kind != "text" or column.words is None or column.literal:
        return None
    if not all(each.literal and each.kind in ("text", "number") for each in others):
        return None
    constants = "".join(f", {_written(each)}" for each in others)
    words = ", ".join(_quoted(word) for word in sorted(column.words))
    sql = (
        f'select distinct "{name}"(word{constants})::varchar from unnest([{words}]::varchar[]) as each(word)'
    )
    return [row[0] for row in connection.execute(sql).fetchall()]


def _written(constant: Meaning) -> str:
    return _quoted(constant.name) if constant.kind == "text" else constant.name


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


def result(
    name: str, given: list[Meaning], parts: Sequence[Node], kinds: Mapping[str, str] | None = None
) -> Meaning:
    """`given`: what the arguments may hold; `parts`: the arguments as written; `kinds`: `return_kinds`."""
    if name in IN_LIST:
        return Meaning("number" if "pos" in name or "index" in name else "bool")
    if name in _ARITHMETIC and given:
        return Meaning(_reckoned(name, [each.kind for each in given]))
    if name == "array_extract" and given and given[0].kind == "list":
        return item(given[0])
    if name == "nullif" and given:
        return given[0]
    if name in _EITHER and given:
        return replace(either(given[1:] if name == "if" else given), name=given[0].name)
    if name in _PASSING:
        return replace(given[0], literal=False) if given else UNKNOWN
    if name == "unnest" and given:
        return item(given[0])
    if name == "list_value":
        return replace(gathered(either(given)), literal=True) if given else EMPTY_LIST
    if name == "array_slice" and len(given) == 3 and given[0].kind == "text" and given[0].words is not None:
        start, stop = (int(each.name) if each.name.isdecimal() else None for each in given[1:])
        cut = None if start is None else frozenset(word[start - 1 : stop] for word in given[0].words)
        return replace(given[0], words=cut, literal=False, listed=())
    if name in ("list", "array_agg") and given:
        return gathered(given[0])
    if name == "split_part" and len(given) == 3 and given[1].words and parts[2].get("class") == "CONSTANT":
        return first_words(given[0], next(iter(given[1].words)), int(given[2].name or 1))
    if name in _NUMBERS:
        return Meaning("number")
    return Meaning("text" if name in _TEXTS else (kinds or {}).get(name))


def _reckoned(sign: str, kinds: Sequence[str | None]) -> str | None:
    """Two dates less one another are days; a date and a number of days are a date."""
    if set(kinds) == {"number"}:
        return "number"
    if sign in ("+", "-") and len(kinds) == 2:
        if kinds == ["date", "date"]:
            return "number"
        if set(kinds) == {"date", "number"}:
            return "date"
    return None
