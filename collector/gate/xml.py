"""XML under a parser that refuses DTDs and counts; the parts' own handlers hang on it.

A DTD is refused by the parser's callback, not by searching bytes, so no encoding disguises it.
Names arrive as `namespace|local`; handlers get the local name, because office files exist in a
transitional and a strict dialect that differ in namespaces only.
"""
from __future__ import annotations

from collections.abc import Callable, Iterable
from xml.parsers import expat

from collector.refusal import Refused

from .limits import Limits

Start = Callable[[str, dict[str, str]], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class Budget:
    """Elements left for the whole file (the limit is per file, not per part)."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.elements = limits, 0


def parse(pieces: Iterable[bytes], part: str, budget: Budget, start: Start | None = None,
          end: End | None = None, text: Text | None = None) -> None:
    """Parse one part; handlers get (`local name`, attributes).  Raises Refused."""
    parser = strict(part)
    limits = budget.limits
    deepest, most, allowed = limits.xml_depth, limits.xml_attributes, limits.xml_elements
    depth = 0
    local: dict[str, str] = {}

    def on_start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        budget.elements += 1
        if depth > deepest or budget.elements > allowed or len(attributes) > most:
            raise Refused("xml_limits", part)
        if start is not None:
            short = local.get(name)
            if short is None:
                short = local.setdefault(name, name.rpartition("|")[2])
            start(short, attributes)

    def on_end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(local.get(name) or name.rpartition("|")[2])

    parser.StartElementHandler = on_start
    parser.EndElementHandler = on_end
    if text is not None:
        parser.CharacterDataHandler = text
    first = True
    try:
        for piece in pieces:
            if first:
                refuse_wide(piece, part)
            first = False
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise Refused("xml_bad", part) from error
    except UnicodeError as error:
        raise Refused("xml_bad", part) from error


def refuse_wide(start: bytes, part: str) -> None:
    """Raises Refused for the start of a part in UTF-16: readers disagree about it, so it has two contents."""
    if start[:2] in (b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"):
        raise Refused("xml_encoding", part)


def strict(part: str) -> expat.XMLParserType:
    """A parser that raises Refused at a DTD and at an encoding readers disagree about."""
    parser = expat.ParserCreate(namespace_separator="|")
    parser.buffer_text = True

    def on_doctype(*_: object) -> None:
        raise Refused("xml_dtd", part)

    def on_declaration(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in ("utf-8", "utf8", "us-ascii", "ascii"):
            raise Refused("xml_encoding", part)

    parser.StartDoctypeDeclHandler = on_doctype
    parser.EntityDeclHandler = on_doctype
    parser.XmlDeclHandler = on_declaration
    return parser


def attribute(attributes: dict[str, str], local: str) -> str | None:
    """An attribute by its local name, whatever its namespace (`r:id`)."""
    if local in attributes:
        return attributes[local]
    ending = "|" + local
    return next((value for name, value in attributes.items() if name.endswith(ending)), None)
