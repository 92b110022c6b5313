"""Choices from a code list.

By label, alias or code; several in one cell; a near miss gets a proposal (F14).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from rapidfuzz import fuzz, process

from forms.kinds.base import FieldFault, Kind, Parse, Raw, Reading, fault, shown, wrong

if TYPE_CHECKING:
    from forms.kinds.given import Given
    from forms.spec import Campaign, CodeList, Field

NEAR: Final = 80
ONE: Final = "从下拉框选择"
_SEPARATORS: Final = re.compile(r"[、,，;；/／\n]")
_BRACKETS: Final = str.maketrans("（）／，；：", "()/,;:")
_BLANK: Final = re.compile(r"\s+")
_SHOWN: Final = 12


class Coded(Kind):
    """What choice and choices share. Not compact: labels may hold blanks."""

    compact = False

    def choices(self, field: Field, campaign: Campaign) -> tuple[str, ...] | None:
        return campaign.codes[str(field.codes)].labels

    def example(self, field: Field, campaign: Campaign) -> str:
        return campaign.codes[str(field.codes)].labels[0]


class Choice(Coded):
    """One label of a code list; a code (`1`) or an alias becomes the label, with a notice."""

    name = "choice"
    default_width = 12

    def parser(self, field: Field, given: Given) -> Parse:
        codes = given.codes[str(field.codes)]
        lookup = _lookup(codes)

        def parse(raw: Raw) -> Reading:
            text = shown(raw)
            label = lookup.get(_folded(text))
            if label is None:
                several, unknown = split_known(text, lambda piece: lookup.get(_folded(piece)))
                if len(several) > 1 and not unknown:
                    return wrong("F14", f"“{joined(several)}”有{len(several)}项，这一格只能填一项。", raw)
                return wrong("F14", _unknown([text], codes.labels), raw)
            return Reading(label, became=label if label != text else None)

        return parse

    def says(self, field: Field, campaign: Campaign) -> str:
        return ONE


class Choices(Coded):
    """Several labels, split at 、，；/ or a line break.

    Labels that hold such a sign themselves are recognised whole. Where a row should hold one
    (`one_per_cell`), there is a drop-down; several are read all the same, and R22 asks for rows.
    """

    name = "choices"
    default_width = 18

    def parser(self, field: Field, given: Given) -> Parse:
        codes = given.codes[str(field.codes)]
        lookup = _lookup(codes)

        def find(piece: str) -> str | None:
            return lookup.get(_folded(piece))

        def parse(raw: Raw) -> Reading:
            text = shown(raw)
            found, unknown = split_known(text, find)
            if unknown:
                return wrong("F14", _unknown(unknown, codes.labels), raw)
            labels = list(dict.fromkeys(found))
            if not labels:
                return wrong("F14", _unknown([text], codes.labels), raw)
            plain = "、".join(labels)
            asked: tuple[FieldFault, ...] = ()
            if field.one_per_cell and len(labels) > 1:
                told = f"“{plain}”有{len(labels)}项，一行只填一种{field.label}，请拆成多行。"
                asked = (fault("R22", told, raw),)
            return Reading(labels, asked, became=plain if plain != text else None)

        return parse

    def write(self, value: Any) -> str | None:
        return joined(value)

    def choices(self, field: Field, campaign: Campaign) -> tuple[str, ...] | None:
        # A drop-down would allow one only.
        return super().choices(field, campaign) if field.one_per_cell else None

    def example(self, field: Field, campaign: Campaign) -> str:
        if field.one_per_cell:
            return super().example(field, campaign)
        return "、".join(campaign.codes[str(field.codes)].labels[-2:])

    def says(self, field: Field, campaign: Campaign) -> str:
        return ONE if field.one_per_cell else "一项或几项，用“、”分隔"


def joined(values: list[str] | None) -> str | None:
    """A list as it stands in a cell."""
    return None if values is None else "、".join(values)


def split_known(
    text: str, find: Callable[[str], str | None], separators: re.Pattern[str] = _SEPARATORS
) -> tuple[list[str], list[str]]:
    """The known names in a text, and the pieces nobody knows. The longest known run of pieces wins."""
    edges = [0]
    for cut in separators.finditer(text):
        edges += [cut.start(), cut.end()]
    edges.append(len(text))
    spans = list(zip(edges[::2], edges[1::2], strict=True))
    found: list[str] = []
    unknown: list[str] = []
    at = 0
    while at < len(spans):
        for last in range(len(spans) - 1, at - 1, -1):
            piece = text[spans[at][0] : spans[last][1]].strip()
            known = find(piece) if piece else None
            if known is not None:
                found.append(known)
                break
        else:
            last = at
            if piece:
                unknown.append(piece)
        at = last + 1
    return found, unknown


def nearest(text: str, labels: Iterable[str]) -> str | None:
    """The label at least 0.8 alike (weighted ratio, so that a shortened label finds its long form)."""
    hit = process.extractOne(text, tuple(labels), scorer=fuzz.WRatio, score_cutoff=NEAR)
    return hit[0] if hit else None


def _folded(text: str) -> str:
    """One spelling for brackets, separators, blanks and case, so that they never decide."""
    return _BLANK.sub("", text).translate(_BRACKETS).upper()


def _lookup(codes: CodeList) -> dict[str, str]:
    found: dict[str, str] = {}
    for code, label in codes.by_code.items():
        found[_folded(code)] = label
        if code.isdigit():
            found.setdefault(str(int(code)), label)
    found |= {_folded(alias): label for alias, label in codes.by_alias.items()}
    found |= {_folded(label): label for label in codes.labels}
    return found


def _unknown(pieces: list[str], labels: tuple[str, ...]) -> str:
    values = "”“".join(pieces)
    near = nearest(pieces[0], labels)
    if near is not None:
        return f"“{values}”不在可选值内，您是否要填“{near}”？"
    if len(labels) <= _SHOWN:
        return f"“{values}”不在可选值内，可填：{'、'.join(labels)}。"
    return f"“{values}”不在可选值内。"
