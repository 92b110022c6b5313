"""Legacy cell comments and their drawing: ours added to the clerk's own, and taken away again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lxml import etree

from forms.annotate.marks import AUTHOR, BEGIN, Mark
from forms.annotate.ooxml import MAIN, child, tag, written
from forms.workbook.cells import position
from forms.workbook.properties import parsed, text_in

_NEW: Final = f'<comments xmlns="{MAIN}"><authors/><commentList/></comments>'.encode()
_SHAPE: Final = re.compile(rb"<v:shape\b(?:(?!</v:shape>).)*</v:shape>", re.DOTALL)
_PLACE: Final = re.compile(rb"<x:Row>\s*(\d+)\s*</x:Row>\s*<x:Column>\s*(\d+)\s*</x:Column>")
_NUMBER: Final = re.compile(rb"_x0000_s(\d+)")
_NEW_DRAWING: Final = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"><o:shapelayout v:ext="edit">'
    b'<o:idmap v:ext="edit" data="1"/>'
    b"</o:shapelayout></xml>"
)
_SHAPE_TYPE: Final = (
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


class Comments:
    """A comments part, or a new one."""

    def __init__(self, xml: bytes | None) -> None:
        self.root = parsed(xml or _NEW)
        self._authors = self._part("authors", 0)
        self._list = self._part("commentList", 1)

    def _part(self, name: str, at: int) -> etree._Element:
        found = self.root.find(tag(name))
        if found is None:
            found = etree.Element(tag(name))
            self.root.insert(at, found)
        return found

    def unmark(self) -> set[str]:
        """Our words taken away; the cells whose comment is gone with them."""
        gone = set()
        for comment in list(self._list):
            text = comment.find(tag("text"))
            if text is None or BEGIN not in text_in(text):
                continue
            if _cut(text):
                continue
            gone.add(comment.get("ref") or "")
            self._list.remove(comment)
        return gone

    def add(self, marks: Mapping[str, Mark]) -> set[str]:
        """The marks said at their cells, after what the clerk wrote there; the cells that had no comment."""
        present = {comment.get("ref"): comment for comment in self._list}
        new = {cell for cell in marks if cell not in present}
        author = str(self._author()) if new else ""
        for cell, mark in marks.items():
            text = None
            if cell in present:
                text = present[cell].find(tag("text"))
                if text is None:
                    text = child(present[cell], "text")
                plain = text.find(tag("t"))
                if plain is not None:  # a comment without runs cannot take one beside its text
                    words = plain.text
                    text.remove(plain)
                    _run(text, words or "")
                _run(text, "\n" + mark.text)
            else:
                comment = child(self._list, "comment", ref=cell, authorId=author)
                _run(child(comment, "text"), mark.text)
        self._list[:] = sorted(self._list, key=lambda each: position(each.get("ref") or "A1"))
        return new

    def _author(self) -> int:
        for n, each in enumerate(self._authors):
            if each.text == AUTHOR:
                return n
        child(self._authors, "author", AUTHOR)
        return len(self._authors) - 1

    def __len__(self) -> int:
        return len(self._list)

    def xml(self) -> bytes:
        return written(self.root)


class Drawing:
    """The VML part behind the comments. It is often no well-formed XML, so it is edited as bytes."""

    def __init__(self, vml: bytes | None) -> None:
        self._vml = vml or _NEW_DRAWING

    def remove(self, cells: set[str]) -> None:
        places = {(row - 1, column - 1) for row, column in map(position, cells)}

        def kept(shape: re.Match[bytes]) -> bytes:
            at = _PLACE.search(shape[0])
            return b"" if at and (int(at[1]), int(at[2])) in places else shape[0]

        if places:
            self._vml = _SHAPE.sub(kept, self._vml)

    def add(self, marks: Mapping[str, Mark], cells: set[str]) -> None:
        number = max([1024, *map(int, _NUMBER.findall(self._vml))])
        shapes = [] if b'"_x0000_t202"' in self._vml.replace(b"#_x0000_t202", b"") else [_SHAPE_TYPE]
        for cell in sorted(cells, key=position):
            number += 1
            shapes.append(_shape(number, cell, marks[cell].text))
        head, end, tail = self._vml.rpartition(b"</xml>")
        self._vml = head + b"".join(shapes) + end + tail

    def vml(self) -> bytes:
        return self._vml


def _shape(number: int, cell: str, text: str) -> bytes:
    row, column = position(cell)
    lines = sum(1 + len(line) // 18 for line in text.split("\n"))
    anchor = (
        f"{column}, 12, {max(row - 2, 0)}, 8, {column + 4}, 12, {max(row - 2, 0) + min(lines + 1, 20)}, 8"
    )
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;margin-left:60pt;'
        f"margin-top:1.5pt;width:216pt;height:{min(lines + 1, 20) * 14}pt;"
        f'z-index:{number};visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
        '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
        '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
        '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill>"
        f"<x:Row>{row - 1}</x:Row><x:Column>{column - 1}</x:Column></x:ClientData></v:shape>"
    ).encode()


def _run(text: etree._Element, words: str) -> None:
    made = child(child(text, "r"), "t", words)
    made.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _cut(text: etree._Element) -> bool:
    """Everything from our first words on removed, however another program split the runs.

    Whether anything is left.
    """
    reached, left = "", False
    for piece in list(text.iter(tag("t"))):
        words = piece.text or ""
        at = (reached + words).find(BEGIN)
        if at >= 0:
            piece.text = words[: max(0, at - len(reached))]
        reached += words
        left = left or bool((piece.text or "").strip())
    if left:
        last = [piece for piece in text.iter(tag("t")) if piece.text][-1]
        last.text = (last.text or "").rstrip("\n")
        for run in text.findall(tag("r")):
            if not text_in(run):
                text.remove(run)
    return left
