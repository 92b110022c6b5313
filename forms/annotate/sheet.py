"""One worksheet part: formats of single cells changed, and the place where its comments are hung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from forms.annotate.ooxml import RELATION, NotPatchable, tag, written
from forms.annotate.styles import Styles
from forms.findings import Level
from forms.workbook.cells import address, position
from forms.workbook.properties import parsed

# What follows <legacyDrawing> in a worksheet (ECMA-376 part 1, 18.3.1.99).
_AFTER_LEGACY: Final = frozenset(
    map(
        tag,
        (
            "legacyDrawingHF",
            "drawingHF",
            "picture",
            "oleObjects",
            "controls",
            "webPublishItems",
            "tableParts",
            "extLst",
        ),
    )
)


class SheetPart:
    def __init__(self, xml: bytes) -> None:
        self.root = parsed(xml)
        data = self.root.find(tag("sheetData"))
        if data is None:
            raise NotPatchable("sheetData")
        self._data = data
        self._rows: dict[int, etree._Element] = {}
        last = 0
        for row in data.iterchildren(tag("row")):
            last = int(row.get("r") or last + 1)
            self._rows[last] = row

    def unmark(self, styles: Styles, originals: Mapping[str, str]) -> bool:
        """Our fills taken away, the cells' own (by address) put back; whether there were any."""
        ours, found = styles.ours, False
        if not ours:
            return False
        for number, row in self._rows.items():
            for column, cell in self._cells(row):
                at = int(cell.get("s", "0"))
                if at in ours:
                    cell.set("s", str(styles.restored(at, originals.get(address(number, column), ""))))
                    found = True
        return found

    def mark(self, levels: Mapping[str, Level], styles: Styles) -> dict[str, str]:
        """The cells filled by level; address → the fill each had before."""
        before = {}
        for at, level in sorted(levels.items(), key=lambda each: position(each[0])):
            cell = self._cell(*position(at))
            own = int(cell.get("s", "0"))
            before[at] = styles.fill_of(own)
            cell.set("s", str(styles.filled(own, level)))
        return before

    def hang_comments(self, rid: str) -> None:
        """The reference to the drawing of the comments, in its place among the sheet's parts."""
        if self.root.find(tag("legacyDrawing")) is not None:
            return
        made = etree.Element(tag("legacyDrawing"), {f"{{{RELATION}}}id": rid})
        for each in self.root:
            if each.tag in _AFTER_LEGACY:
                each.addprevious(made)
                return
        self.root.append(made)

    @property
    def selected(self) -> bool:
        return any(each.get("tabSelected") in ("1", "true") for each in self.root.iter(tag("sheetView")))

    def deselect(self) -> None:
        for each in self.root.iter(tag("sheetView")):
            each.attrib.pop("tabSelected", "")

    def xml(self) -> bytes:
        return written(self.root)

    @staticmethod
    def _cells(row: etree._Element) -> list[tuple[int, etree._Element]]:
        found, last = [], 0
        for cell in row.iterchildren(tag("c")):
            reference = cell.get("r")
            last = position(reference)[1] if reference else last + 1
            found.append((last, cell))
        return found

    def _cell(self, number: int, column: int) -> etree._Element:
        """The cell, made in its place where the sheet has none."""
        row = self._rows.get(number)
        if row is None:
            row = etree.Element(tag("row"), {"r": str(number)})
            later = [each for each in self._rows if each > number]
            if later:
                self._rows[min(later)].addprevious(row)
            else:
                self._data.append(row)
            self._rows[number] = row
        cells = self._cells(row)
        for at, cell in cells:
            if at == column:
                return cell
        made = etree.Element(tag("c"), {"r": address(number, column)})
        after = next((cell for at, cell in cells if at > column), None)
        if after is not None:
            after.addprevious(made)
        else:
            row.append(made)
        return made
