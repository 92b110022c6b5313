"""Faults of a campaign folder: what is wrong with a definition, where, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing wrong in a campaign folder.

    `file` is relative to the folder; `line` is 1-based, 0 for the whole file.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}"


class CampaignError(ValueError):
    """A campaign that cannot be used; carries every fault found, in the order of files and lines."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(set(faults)))
        super().__init__("\n".join(map(str, self.faults)))

    def __reduce__(self) -> tuple[type[CampaignError], tuple[tuple[Fault, ...]]]:
        return CampaignError, (self.faults,)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """「，是否想写“…”？」 for the nearest known word.

    Else the known words when they are few; else nothing.
    """
    words = [str(each) for each in known]
    near = get_close_matches(str(word), words, n=1, cutoff=0.6)
    if near:
        return f"，是否想写“{near[0]}”？"
    if 0 < len(words) <= 12:
        return f"，可写：{'、'.join(words)}。"
    return "。"
