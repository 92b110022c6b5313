"""Long lists by pages: which rows of a list the page asked for shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """`number` counts from 1; `total` rows stand on all `pages`."""

    rows: Sequence[T]
    number: int
    pages: int
    total: int


def cut(rows: Sequence[T], size: int, number: int) -> Page[T]:
    """Pure: the page of that number, else the nearest there is."""
    pages = max(1, -(-len(rows) // size))
    number = min(max(1, number), pages)
    return Page(rows[(number - 1) * size : number * size], number, pages, len(rows))


def page_of(rows: Sequence[T], size: int) -> Page[T]:
    """The page that this request's address asks for."""
    return cut(rows, size, request.args.get("page", 1, type=int))
