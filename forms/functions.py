"""What a function of SQL gives, as far as its name tells: a number, a text, one of its arguments, an item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from forms.meaning import UNKNOWN, Meaning, either, first_words, item
from forms.sqlnodes import Node

IN_LIST: Final = ("list_contains", "array_contains", "list_has", "array_has")
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


def result(name: str, given: list[Meaning], parts: Sequence[Node]) -> Meaning:
    """`given`: what the arguments may hold; `parts`: the arguments as written."""
    if name in IN_LIST:
        return Meaning("bool")
    if name == "nullif" and given:
        return given[0]
    if name in _EITHER and given:
        return replace(either(given[1:] if name == "if" else given), name=given[0].name)
    if name in _PASSING:
        return replace(given[0], literal=False) if given else UNKNOWN
    if name == "unnest" and given:
        return item(given[0])
    if name == "list_value":
        return replace(either(given), kind="list", literal=True) if given else EMPTY_LIST
    if name == "array_slice" and len(given) == 3 and given[0].kind == "text" and given[0].words is not None:
        start, stop = (int(each.name) if each.name.isdecimal() else None for each in given[1:])
        cut = None if start is None else frozenset(word[start - 1 : stop] for word in given[0].words)
        return replace(given[0], words=cut, literal=False, listed=())
    if name in ("list", "array_agg") and given:
        return replace(given[0], kind="list")
    if name == "split_part" and len(given) == 3 and given[1].words and parts[2].get("class") == "CONSTANT":
        return first_words(given[0], next(iter(given[1].words)), int(given[2].name or 1))
    if name in _NUMBERS:
        return Meaning("number")
    return Meaning("text") if name in _TEXTS else UNKNOWN
