"""The styles part: a cell's format with our fill in place of its own, and back again."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import Final

from lxml import etree

from forms.annotate.marks import FILLS
from forms.annotate.ooxml import MAIN, NotPatchable, child, tag, written
from forms.findings import Level
from forms.workbook.properties import parsed

_OURS: Final = frozenset(FILLS.values())


class Styles:
    """Formats are indexes into `cellXfs`. Raises NotPatchable for a part without the usual tables."""

    def __init__(self, xml: bytes) -> None:
        self.root = parsed(xml)
        tables = [self.root.find(tag(name)) for name in ("fonts", "fills", "cellXfs")]
        if any(each is None for each in tables):
            raise NotPatchable("styles")
        self._fonts, self._fills, self._formats = (each for each in tables if each is not None)
        self._clones: dict[tuple[int, str], int] = {}

    @property
    def ours(self) -> frozenset[int]:
        """The formats that carry one of our fills."""
        fills = {n for n, fill in enumerate(self._fills) if _colour(fill) in _OURS}
        return frozenset(n for n, each in enumerate(self._formats) if int(each.get("fillId", "0")) in fills)

    def filled(self, at: int, level: Level) -> int:
        """The format like `at`, filled for `level`."""
        return self._with_fill(
            at,
            f'<fill xmlns="{MAIN}"><patternFill patternType="solid">'
            f'<fgColor rgb="{FILLS[level]}"/><bgColor indexed="64"/></patternFill></fill>',
        )

    def restored(self, at: int, fill: str) -> int:
        """The format like `at` with the fill that `fill_of` gave ('' for none)."""
        inner = fill if _FILL.fullmatch(fill) else '<patternFill patternType="none"/>'
        try:
            return self._with_fill(at, f'<fill xmlns="{MAIN}">{inner}</fill>')
        except etree.XMLSyntaxError:
            return self._with_fill(at, f'<fill xmlns="{MAIN}"><patternFill patternType="none"/></fill>')

    def fill_of(self, at: int) -> str:
        """The fill of a format as XML text without namespaces; '' for none."""
        number = int(self._formats[at].get("fillId", "0")) if at < len(self._formats) else 0
        if not 0 < number < len(self._fills) or not len(self._fills[number]):
            return ""
        return re.sub(
            r'\sxmlns(:\w+)?="[^"]*"', "", etree.tostring(self._fills[number][0], encoding="unicode")
        ).strip()

    def list_formats(self) -> dict[str, int]:
        """The formats of our list: title, head, text, link and one per level."""
        fonts = {name: self._add(self._fonts, _font(**look)) for name, look in _FONTS.items()}
        found = {name: self._format(fonts[name], wrap=name != "title") for name in _FONTS}
        for level in FILLS:
            found[level] = self.filled(found["text"], level)
        return found

    def xml(self) -> bytes:
        for table in (self._fonts, self._fills, self._formats):
            table.set("count", str(len(table)))
        return written(self.root)

    def _format(self, font: int, wrap: bool) -> int:
        made = etree.Element(
            tag("xf"),
            {
                "numFmtId": "0",
                "fontId": str(font),
                "fillId": "0",
                "borderId": "0",
                "xfId": "0",
                "applyFont": "1",
                "applyAlignment": "1",
            },
        )
        child(made, "alignment", vertical="top", **({"wrapText": "1"} if wrap else {}))
        return self._add(self._formats, made)

    def _with_fill(self, at: int, fill: str) -> int:
        if (at, fill) not in self._clones:
            number = self._add(self._fills, parsed(fill.encode()))
            made = (
                deepcopy(self._formats[at])
                if at < len(self._formats)
                else etree.Element(tag("xf"), {"numFmtId": "0", "fontId": "0", "borderId": "0"})
            )
            made.set("fillId", str(number))
            made.set("applyFill", "1")
            self._clones[at, fill] = self._add(self._formats, made)
        return self._clones[at, fill]

    @staticmethod
    def _add(table: etree._Element, made: etree._Element) -> int:
        """The index of an equal child, else of `made` at the end."""
        text = _canonical(made)
        for n, each in enumerate(table):
            if each.tag == made.tag and _canonical(each) == text:
                return n
        table.append(made)
        return len(table) - 1


_FILL: Final = re.compile(r"<(patternFill|gradientFill)\b[^&]*>", re.DOTALL)
_FONTS: Final[dict[str, dict[str, str]]] = {
    "text": {},
    "link": {"u": "", "color": "FF0563C1"},
    "title": {"b": ""},
    "head": {"b": ""},
}


def _font(**look: str) -> etree._Element:
    made = etree.Element(tag("font"))
    for name in ("b", "u"):
        if name in look:
            child(made, name)
    child(made, "sz", val="11")
    if look.get("color"):
        child(made, "color", rgb=look["color"])
    child(made, "name", val="宋体")
    child(made, "charset", val="134")
    return made


def _colour(fill: etree._Element) -> str | None:
    colour = fill.find(f"{tag('patternFill')}/{tag('fgColor')}")
    return None if colour is None else (colour.get("rgb") or "").upper()


def _canonical(element: etree._Element) -> str:
    inner = "".join(map(_canonical, element))
    attributes = " ".join(f"{name!s}={value!s}" for name, value in sorted(element.attrib.items(), key=str))
    return f"<{element.tag} {attributes}>{inner}</>"
