"""Runs of plain cells, nearly all of a form's sheet, passed over in C: a handler in Python for each of their
elements was a third of what an upload costs.

A plain cell has a reference inside Excel's grid, a style, and nothing or a number, an inline text or a shared
one: all that is to be known of it (that it holds something, where it is, which shared text) a regular
expression tells. Of a run only the last is handed on. The untouched bytes go through a parser of their own,
so what is malformed stays so; from the first comment, CDATA section or processing instruction on, where text
could look like a cell, nothing is passed over.
"""
from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

from .xml import Budget, refuse_wide, strict

# To XFD, Excel's last column. What follows tells which holds, so nothing is ever tried twice (`?>`, `}+`).
_LETTERS: Final = rb"(?>[A-W][A-Z]{2}|X[A-E][A-Z]|XF[A-D]|[A-Z]{1,2})"
_ROW: Final = rb"[1-9][0-9]{0,5}+"
_STYLE: Final = rb'"(?: s="[0-9]{1,6}+")?+'
_SHARED: Final = rb"[0-9]{1,7}"
_CONTENT: Final = (rb'(?: t="s"><v>%s</v>'
                   rb'| t="inlineStr"><is><t(?: xml:space="preserve")?>[^<&]{0,4000}</t></is>'
                   rb'|(?: t="n")?><v>[-+.0-9Ee]{1,40}</v>)</c>')
_REF: Final = b'<c r="' + _LETTERS + _ROW
_EMPTY: Final = _REF + _STYLE + rb"(?: ?/>|></c>)"
_FILLED: Final = _REF + _STYLE + _CONTENT % _SHARED
_PLAIN: Final = b"(?>" + _FILLED + b"|" + _EMPTY + b")"
_RUN: Final = re.compile(b"(?:" + _PLAIN + b")+(" + _PLAIN + b")")
_FACTS: Final = re.compile(b'<c r="(' + _LETTERS + b")(" + _ROW + b")" + _STYLE
                           + _CONTENT % (b"(" + _SHARED + b")"))
_LONGEST: Final = 1 << 20     # bytes without a tag's end that are held back

# How many cells with something in them were passed over; columns and rows of these (and of some others).
Passed = Callable[[int, set[str], set[int]], None]


def thin(pieces: Iterable[bytes], part: str, budget: Budget, strings: int, passed: Passed) -> Iterator[bytes]:
    """The same worksheet with fewer cells. Those left out count as elements and are told to `passed`.

    `strings`: how many shared texts there are. Raises Refused (a DTD, UTF-16) and expat.ExpatError (not
    well-formed).
    """
    whole = strict(part)
    held, first, plain = b"", True, True
    for piece in pieces:
        if first:
            refuse_wide(piece, part)
        whole.Parse(piece, False)
        held += piece
        end = held.rfind(b">", len(held) - len(piece)) + 1
        if not end and len(held) < _LONGEST:
            continue
        ready, held = (held[:end], held[end:]) if end else (held, b"")
        declared = int(first and b"<?xml" in ready[:8])
        plain = plain and bool(end) and b"<!" not in ready and ready.count(b"<?") == declared
        first = False
        yield _thinner(ready, budget, strings, passed) if plain else ready
    whole.Parse(b"", True)
    yield held


def _thinner(piece: bytes, budget: Budget, strings: int, passed: Passed) -> bytes:
    facts = _FACTS.findall(piece)
    if any(int(each) >= strings for each in {shared for _, _, shared in facts if shared}):
        return piece        # the parser's handler says which cell it is
    kept = _RUN.sub(rb"\1", piece)
    budget.elements += _starts(piece) - _starts(kept)
    columns, rows = {letters for letters, _, _ in facts}, {row for _, row, _ in facts}
    passed(_filled(piece) - _filled(kept), {each.decode() for each in columns}, {int(each) for each in rows})
    return kept


def _starts(piece: bytes) -> int:
    return piece.count(b"<") - piece.count(b"</")


def _filled(piece: bytes) -> int:
    return piece.count(b"</c>") - piece.count(b'"></c>')
