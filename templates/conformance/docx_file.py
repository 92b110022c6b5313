"""One docx beside the document it is said to be: its parts as XML, its lengths in points and millimetres."""

from __future__ import annotations

from typing import Any

from lxml import etree

from templates.blocks import Document
from templates.measures import MM, SkinOptions, measures
from templates.ooxml import NAMESPACES, name
from templates.rawzip import read

_TWIPS_MM = 20 * MM
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)


class Docx:
    """One docx beside the document it is said to be."""

    def __init__(self, data: bytes, document: Document, options: SkinOptions) -> None:
        self.members = read(data)
        self.root = self.part("document")
        self.styles = {
            style.get(name("w:styleId")): style for style in self.part("styles").iter(name("w:style"))
        }
        self.document, self.options, self.m = document, options, measures()

    def part(self, key: str) -> Any:
        """The XML of a member of the folder word/."""
        return etree.fromstring(self.members[f"word/{key}.xml"], _PARSER)

    def all(self, path: str, where: Any = None) -> list[Any]:
        """What an XPath finds in the body, or below `where`."""
        found: Any = (self.root if where is None else where).xpath(path, namespaces=NAMESPACES)
        return list(found)

    def styled(self, key: str) -> list[Any]:
        """The paragraphs of a style."""
        return self.all(f".//w:p[w:pPr/w:pStyle/@w:val='{key}']")

    def text(self, paragraph: Any) -> str:
        """What a paragraph says."""
        return "".join(self.all(".//w:t/text()", paragraph))

    def value(self, path: str, where: Any) -> float | None:
        """A number found by an XPath."""
        found = self.all(path, where)
        return float(found[0]) if found else None

    def mm(self, path: str, where: Any) -> float:
        """Twips as millimetres; 0 where there are none."""
        return (self.value(path, where) or 0.0) / _TWIPS_MM

    def points(self, path: str, where: Any) -> float:
        """Twips as points; 0 where there are none."""
        return (self.value(path, where) or 0.0) / 20

    def faces(self, where: Any) -> list[str]:
        """The faces that runs below `where` name for Han characters, in order."""
        return [str(face) for face in self.all(".//w:rFonts/@w:eastAsia", where)]
