"""Reading cells column by column: tidying, what every kind has in common, and the memory of what was read."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any, Final

from forms.kinds.base import Raw, Reading, fault, noted, tidy
from forms.kinds.given import Given
from forms.spec import Campaign, Field

Reader = Callable[[Raw], Reading]
REMEMBER: Final = 50_000  # readings kept per column; beyond, cells are read anew
_DASHES: Final = re.compile(r"[-—–―－_~]+")
_SIGNS: Final = frozenset("=+-@＝＋－＠")


class Context:
    """One reading session: what is given, and a reader for each column."""

    def __init__(self, campaign: Campaign, today: date, *, epoch_1904: bool = False) -> None:
        self.given = Given(
            today,
            epoch_1904,
            campaign.codes,
            campaign.certificates,
            frozenset(campaign.settings.demo_divisions),
            campaign.dates.get("statistic_date", today),
        )
        self._readers: dict[int, tuple[Field, Reader]] = {}

    def reader(self, field: Field) -> Reader:
        """The reader of one column; it remembers what it has read (readings are values and may be shared)."""
        known = self._readers.get(id(field))
        if known is None:
            # The field is kept beside its reader, so that its id stays its own.
            known = self._readers[id(field)] = (field, _reader(field, self.given))
        return known[1]

    def read(self, raw: Raw, field: Field) -> Reading:
        """One cell. Who reads many rows takes `reader(field)` once instead."""
        return self.reader(field)(raw)


def _reader(field: Field, given: Given) -> Reader:
    from forms.kinds import KINDS  # the registry is of the package, which imports this module

    kind = KINDS[field.kind]
    parse = kind.parser(field, given)
    needed = field.required and not field.auto
    blank = Reading(None, (fault("F01", f"“{field.label}”为必填项，不能为空。"),) if needed else ())
    judged_by_kind = frozenset(kind.signs)
    kept: dict[Any, Reading] = {}

    def read_text(raw: str) -> Reading:
        text = tidy(raw, kind.compact)
        if not text:
            return blank
        if text in field.also:
            return Reading(None, (), field.also[text], became=text if text != raw else None)
        if _DASHES.fullmatch(text):
            return blank if needed else Reading(None, became="")
        if text[0] in _SIGNS and text[0] not in judged_by_kind:
            return _formula(text, raw)
        reading = parse(text)
        return replace(reading, became=text) if text != raw and reading.became is None else reading

    def read(raw: Raw) -> Reading:
        if type(raw) is str:
            found = kept.get(raw)
            if found is None:
                found = noted(read_text(raw), raw)
                if len(kept) < REMEMBER:
                    kept[raw] = found
            return found
        if raw is None:
            return blank
        key = (type(raw), raw)  # 1, 1.0 and True are one key to a dict
        found = kept.get(key)
        if found is None:
            found = noted(parse(raw), raw)
            if len(kept) < REMEMBER:
                kept[key] = found
        return found

    return read


def _formula(text: str, raw: str) -> Reading:
    if re.fullmatch(r"[-－]\d+(\.\d+)?", text):
        message = f"“{text}”是负数，此处应填文字。"
    elif re.fullmatch(r"[+＋]\d[\d-]+", text):
        message = f"“{text}”以“+”开头，会被当作公式，请去掉“+”。"
    else:
        message = f"单元格内含公式或特殊前缀（“{text[0]}”），系统不予接收，请改为文字。"
    return Reading(None, (fault("F22", message, raw),))
