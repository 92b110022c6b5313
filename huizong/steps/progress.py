"""Progress of long work: a bar on a terminal, nothing in a pipe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Protocol, TypeVar

T = TypeVar("T")


class Progress(Protocol):
    """Wraps an iterable; `total` in items when known."""

    def __call__(self, items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]: ...


def silent(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
    """No output at all: pipes, tests, worker processes."""
    yield from items


def progress_for(stream: IO[str]) -> Progress:
    """A bar when `stream` is a terminal, else `silent`."""
    if not stream.isatty():
        return silent
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, track
    from rich.progress import Progress as Bar

    console = Console(file=stream)

    def bar(items: Iterable[T], label: str, total: int | None = None) -> Iterator[T]:
        if total is None and not hasattr(items, "__len__"):
            yield from track(items, description=label, console=console, transient=True)
            return
        columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
        with Bar(*columns, console=console, transient=True) as shown:
            yield from shown.track(items, total=total if total is not None else len(items),  # type: ignore[arg-type]
                                   description=label)

    return bar
