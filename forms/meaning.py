"""What an expression of a query may hold, as far as the definitions tell: its kind, and which words."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, NamedTuple

NAMES: Final = {"text": "文字", "number": "数", "date": "日期", "bool": "“是/否”", "list": "列表"}
_NUMBERS: Final = re.compile(r"(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL.*)")
Fields = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """`kind`: text, number, date, bool, list or None where it is unknown. `words`: every text or whole number
    it can hold (of a list: its items, when they are texts), None where they cannot be told. `name`: the
    column as written; `at`: byte offset in the query; `literal`: it was written there as a constant.
    `feeds`: the fields (table, column) its value comes from. `listed`: the constants of a column that was
    written out with `values`, each with its place.
    """

    kind: str | None = None
    words: frozenset[str] | None = None
    name: str = ""
    at: int = 0
    literal: bool = False
    feeds: Fields = frozenset()
    listed: tuple[Listed, ...] = ()


class Listed(NamedTuple):
    """A constant of a table written out in a query."""

    word: str
    file: str
    line: int


UNKNOWN: Final = Meaning()
CONDITION: Final = Meaning("bool", name="where")  # what stands beside a column that is taken for yes or no


def of_type(sql_type: str, words: Iterable[str] | None = None, name: str = "") -> Meaning:
    return Meaning(type_class(sql_type), None if words is None else frozenset(words), name)


def either(meanings: Iterable[Meaning]) -> Meaning:
    """What one of several may hold: arms of a case, branches of a union."""
    told = [each for each in meanings if each != UNKNOWN or not each.at]
    kinds = {each.kind for each in told if each.kind is not None}
    words: frozenset[str] | None = frozenset()
    for each in told:
        empty = each.literal and each.kind is None  # null adds nothing
        words = (
            None
            if words is None or (each.words is None and not empty)
            else words | (each.words or frozenset())
        )
    known = len(kinds) == 1 and all(each.kind is not None or each.literal for each in told)
    feeds: Fields = frozenset().union(*(each.feeds for each in told))
    written = all(each.listed or each.words == frozenset() for each in told)  # an empty list adds nothing
    listed = tuple(one for each in told for one in each.listed) if written else ()
    return Meaning(kinds.pop() if known else None, words if told else None, feeds=feeds, listed=listed)


def item(of: Meaning) -> Meaning:
    """One item of a list."""
    return replace(of, kind="text" if of.words is not None else None, literal=False)


def gathered(of: Meaning) -> Meaning:
    """A list of such values; of numbers only their kind was known."""
    return replace(of, kind="list", words=of.words if of.kind == "text" else None)


def first_words(of: Meaning, separator: str, n: int) -> Meaning:
    """`split_part` of what is known."""
    if of.words is None:
        return Meaning("text")
    pieces = [each.split(separator) for each in of.words]
    return replace(
        of, words=frozenset(each[n - 1] if n <= len(each) else "" for each in pieces), literal=False
    )


def type_class(sql_type: str) -> str | None:
    """text, number, date, bool or list; None for what no cell holds."""
    if sql_type.endswith("]"):
        return "list"
    if sql_type == "VARCHAR":
        return "text"
    if sql_type in ("DATE", "BOOLEAN"):
        return {"DATE": "date", "BOOLEAN": "bool"}[sql_type]
    if sql_type.startswith("TIMESTAMP"):
        return "date"
    return "number" if _NUMBERS.fullmatch(sql_type) else None


def unequal(left: Meaning, right: Meaning) -> bool:
    """Can the two never be equal, by the words that either may hold?"""
    return (
        left.words is not None
        and right.words is not None
        and not left.words & right.words
        and bool(left.words and right.words)
    )


def unfit(left: Meaning, right: Meaning) -> bool:
    """Are the two of kinds that do not compare? A text constant beside a date must be a date."""
    if left.kind is None or right.kind is None or left.kind == right.kind:
        return False
    for one, other in ((left, right), (right, left)):
        if one.literal and one.kind == "text" and other.kind == "date":
            return not all(_is_date(each) for each in one.words or ())
    return True


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True
