"""A clerk's own xlsx with the faulty cells marked, by patching: the rest stays byte for byte."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from forms.annotate.comments import Comments, Drawing
from forms.annotate.listing import MEMORY, in_order, list_sheet
from forms.annotate.marks import SHEET, TITLE, Mark, marks
from forms.annotate.ooxml import (
    CONTENT_TYPES,
    MAIN,
    RELATION,
    ContentTypes,
    NotPatchable,
    Relations,
    free_name,
    tag,
    written,
)
from forms.annotate.repack import Package
from forms.annotate.sheet import SheetPart
from forms.annotate.styles import Styles
from forms.findings import Finding
from forms.workbook.cells import cells
from forms.workbook.properties import parsed

_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def annotated_workbook(data: bytes, findings: Iterable[Finding]) -> bytes:
    """The workbook with fills, comments and the 问题清单 in front.

    Raises NotPatchable, and what the parsers raise.
    """
    patch = _Patch(data)
    patch.apply(in_order(findings))
    return patch.package.with_changes(patch.changed)


class _Patch:
    def __init__(self, data: bytes) -> None:
        self.data, self.package = data, Package(data)
        self.changed: dict[str, bytes] = {}
        part = Relations(self.package, "").of_type("officeDocument")
        if part is None or part not in self.package:
            raise NotPatchable("workbook")
        self.part, self.book = part, parsed(self.package.read(part))
        sheets = self.book.find(tag("sheets"))
        if sheets is None:  # ISO strict has other namespaces
            raise NotPatchable("namespace")
        self.sheets = sheets
        self.relations = Relations(self.package, part)
        self.types = ContentTypes(self.package)
        self.styles_part = self.relations.of_type("styles")
        if self.styles_part is None or self.styles_part not in self.package:
            raise NotPatchable("styles")
        self.styles = Styles(self.package.read(self.styles_part))

    def apply(self, findings: Sequence[Finding]) -> None:
        by_sheet = marks(findings)
        old, originals = self._old_list()
        before: dict[tuple[str, str], str] = {}
        names, selected, deselected = set(), False, True
        for element in list(self.sheets):
            name = element.get("name") or ""
            part = self.relations.target(element.get(f"{{{RELATION}}}id"))
            if (
                element is old
                or part is None
                or part not in self.package
                or "worksheet" not in part.rpartition("/")[0]
            ):
                continue
            names.add(name)
            marked = by_sheet.get(name, {})
            fills, touched, chosen = self._sheet(part, marked, originals.get(name, {}))
            before |= {(name, cell): fill for cell, fill in fills.items()}
            selected, deselected = selected or chosen, deselected and (touched or not chosen)
        list_part = self._list_part(old)
        self.changed[list_part] = list_sheet(
            findings,
            self.styles.list_formats(),
            frozenset(names),
            before,
            selected=old is None and deselected,
        )
        self._front(old is None, deselected)
        if self.styles_part:
            self.changed[self.styles_part] = self.styles.xml()
        self.changed[self.part] = written(self.book)
        self.changed[self.relations.name] = written(self.relations.root)
        self.changed[CONTENT_TYPES] = written(self.types.root)

    def _old_list(self) -> tuple[etree._Element | None, dict[str, dict[str, str]]]:
        """Our list of an earlier time, and the fills it remembers: sheet → cell → fill."""
        for element in self.sheets:
            if not (element.get("name") or "").startswith(SHEET):
                continue
            sheet = cells(self.data).sheet(element.get("name") or "")
            if sheet is None or not sheet.rows or not sheet.rows[0] or sheet.rows[0][0] != TITLE:
                continue
            found: dict[str, dict[str, str]] = {}
            for row in sheet.rows:
                if len(row) >= MEMORY and isinstance(row[MEMORY - 1], str):
                    name, _, cell = str(row[MEMORY - 1]).rpartition("!")
                    found.setdefault(name, {})[cell] = str(row[MEMORY] or "") if len(row) > MEMORY else ""
            return element, found
        return None, {}

    def _sheet(
        self, part: str, marked: Mapping[str, Mark], originals: Mapping[str, str]
    ) -> tuple[dict[str, str], bool, bool]:
        """(fills before, whether the part was changed, whether it was selected)."""
        relations = Relations(self.package, part)
        notes_part = relations.of_type("comments")
        notes_xml = self.package.read(notes_part) if notes_part and notes_part in self.package else None
        xml = self.package.read(part)
        if not marked and not self.styles.ours and notes_xml is None:
            return {}, False, b'tabSelected="1"' in xml or b'tabSelected="true"' in xml
        sheet, comments = SheetPart(xml), Comments(notes_xml)
        chosen = sheet.selected
        unfilled, gone = sheet.unmark(self.styles, originals), comments.unmark()
        if not marked and not unfilled and not gone:
            return {}, False, chosen
        fills = sheet.mark({cell: mark.level for cell, mark in marked.items()}, self.styles)
        new = comments.add(marked)
        if marked or gone:
            self._comments(part, relations, comments, gone, marked, new, sheet)
        sheet.deselect()
        self.changed[part] = sheet.xml()
        return fills, True, chosen

    def _comments(
        self,
        part: str,
        relations: Relations,
        comments: Comments,
        gone: set[str],
        marked: Mapping[str, Mark],
        new: set[str],
        sheet: SheetPart,
    ) -> None:
        notes_part = relations.of_type("comments")
        drawing_part = relations.of_type("vmlDrawing")
        drawing = Drawing(
            self.package.read(drawing_part) if drawing_part and drawing_part in self.package else None
        )
        drawing.remove(gone)
        drawing.add(marked, new)
        root = posixpath.dirname(self.part)
        notes_part = notes_part or free_name(
            self.package, self.changed, posixpath.join(root, "comments{}.xml")
        )
        self.changed[notes_part] = comments.xml()
        drawing_part = drawing_part or free_name(
            self.package, self.changed, posixpath.join(root, "drawings/vmlDrawing{}.vml")
        )
        self.changed[drawing_part] = drawing.vml()
        relations.add("comments", notes_part)
        sheet.hang_comments(relations.add("vmlDrawing", drawing_part))
        self.changed[relations.name] = written(relations.root)
        self.types.override(notes_part, f"{_SPREADSHEET}.comments+xml")
        self.types.default("vml", "application/vnd.openxmlformats-officedocument.vmlDrawing")

    def _list_part(self, old: etree._Element | None) -> str:
        if old is not None:
            part = self.relations.target(old.get(f"{{{RELATION}}}id"))
            if part:
                return part
        part = free_name(
            self.package,
            self.changed,
            posixpath.join(posixpath.dirname(self.part), "worksheets/problems{}.xml"),
        )
        self.types.override(part, f"{_SPREADSHEET}.worksheet+xml")
        taken = {each.get("name") for each in self.sheets}
        name = next(
            each
            for n in range(1, len(taken) + 2)
            if (each := SHEET if n == 1 else f"{SHEET}{n}") not in taken
        )
        number = 1 + max((int(each.get("sheetId", "0")) for each in self.sheets), default=0)
        made = etree.Element(
            f"{{{MAIN}}}sheet",
            {
                "name": name,
                "sheetId": str(number),
                f"{{{RELATION}}}id": self.relations.add("worksheet", part),
            },
        )
        self.sheets.insert(0, made)
        return part

    def _front(self, new: bool, deselected: bool) -> None:
        """A sheet in front moves the numbers by which names and views know the others."""
        if not new:
            return
        for each in self.book.iter(tag("definedName")):
            if each.get("localSheetId") is not None:
                each.set("localSheetId", str(int(each.get("localSheetId", "0")) + 1))
        for view in self.book.iter(tag("workbookView")):
            # Two selected sheets are a group: typing into one writes into both.
            view.set("activeTab", "0" if deselected else str(int(view.get("activeTab", "0")) + 1))
            view.attrib.pop("firstSheet", "")
