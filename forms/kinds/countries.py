"""Countries and regions.

CLDR's Chinese names, common other names, and what is too vague to be a destination (F19).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from forms.kinds.base import Kind, Parse, Raw, Reading, fault, shown, wrong
from forms.kinds.choices import joined, nearest
from forms.yamlfile import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forms.kinds.given import Given
    from forms.spec import Campaign, Field

_FILE: Final = Path(__file__).with_name("countries.yaml")
_SEPARATORS: Final = re.compile(r"[、,，;；/／\s]+")
_JOINS: Final = re.compile(r"以及|[和及与]")
_OPEN_END: Final = re.compile(r"(.*?)(等国家|等国|等地区|等地|等)")
_PUNCTUATION: Final = str.maketrans("，；／（）", ",;/()")


class Names(NamedTuple):
    """Spelling → the name we store; and vague words → what to write instead (may be empty)."""

    known: Mapping[str, str]
    vague: Mapping[str, str]

    @property
    def stored(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self.known.values()))


class Countries(Kind):
    """A list of countries and regions, split at 、，；/ blanks and line breaks."""

    name = "countries"
    default_width = 16
    compact = False

    def parser(self, field: Field, given: Given) -> Parse:
        table = names()

        def parse(raw: Raw) -> Reading:
            text = shown(raw)
            pieces = _pieces(text, table)
            vague = next((piece for piece, name in pieces if name is None and _is_vague(piece, table)), None)
            if vague is not None:
                better = table.vague.get(_folded(vague))
                fix = f"请逐一列明，例如：{better}。" if better else None
                return wrong("F19", f"“{vague}”不是规范的国家（地区）名称，请逐一列明。", raw, fix=fix)
            every = list(dict.fromkeys(name or piece for piece, name in pieces))
            unknown = [piece for piece, name in pieces if name is None]
            if unknown or not every:
                near = nearest(_folded(unknown[0]), table.known) if unknown else None
                ask = f"，您是否要填“{table.known[near]}”？" if near else "，请逐一列明。"
                values = "”“".join(unknown) or text
                message = f"“{values}”不是规范的国家（地区）名称{ask}"
                return Reading(every or None, (fault("F19", message, raw, level=None if every else "error"),))
            plain = "、".join(every)
            return Reading(every, became=plain if plain != text else None)

        return parse

    def write(self, value: Any) -> str | None:
        return joined(value)

    def example(self, field: Field, campaign: Campaign) -> str:
        return "意大利、法国"

    def says(self, field: Field, campaign: Campaign) -> str:
        return "国家（地区）名称，逐一列明，用“、”分隔"


@lru_cache(maxsize=1)
def names() -> Names:
    """The table, built once.

    CLDR (Babel) first, then countries.yaml, whose first name of a code is the stored one.
    """
    from babel import Locale  # a large table, wanted only where destinations are read

    data = read(_FILE, _FILE.name).data
    territories = Locale.parse("zh").territories
    known: dict[str, str] = {}
    for code, name in territories.items():
        if len(code) == 2 and code.isalpha() and code not in data["not_destinations"]:
            own = data["names"].get(code, [])
            stored = own[0] if own else name
            for each in (name, *own):
                known[_folded(each)] = stored
    return Names(known, {_folded(str(word)): instead or "" for word, instead in data["vague"].items()})


def _folded(text: str) -> str:
    return text.translate(_PUNCTUATION).upper()


def _pieces(text: str, table: Names) -> list[tuple[str, str | None]]:
    """(as written, stored name or None) in the order written; `埃及和希腊` is two, `特立尼达和多巴哥` one."""
    found: list[tuple[str, str | None]] = []
    for piece in _SEPARATORS.split(text):
        if piece:
            names_in = _joined_names(_folded(piece), table.known)
            found += [(name, name) for name in names_in] or [(piece, None)]
    return found


def _joined_names(piece: str, known: Mapping[str, str]) -> list[str]:
    if piece in known:
        return [known[piece]]
    for word in _JOINS.finditer(piece):
        rest = _joined_names(piece[word.end() :], known) if piece[: word.start()] in known else []
        if rest:
            return [known[piece[: word.start()]], *rest]
    return []


def _is_vague(piece: str, table: Names) -> bool:
    return _folded(piece) in table.vague or _OPEN_END.fullmatch(piece) is not None
