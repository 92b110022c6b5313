"""ODF spreadsheets (.ods, as LibreOffice and WPS write them): counters, macros, encryption, DDE.

Source: OASIS OpenDocument 1.3 part 2 (packages) and part 3 (§9 tables, §14.6 DDE).
"""
from __future__ import annotations

import re

from collector.refusal import Note, Refused, note

from .limits import Limits
from .package import Archive
from .xml import Budget, attribute, parse

_REMOTE = re.compile(r"^(https?|ftp|smb|file):", re.IGNORECASE)


def inspect(archive: Archive, limits: Limits) -> tuple[str, tuple[Note, ...]]:
    """(`ods`, notes); raises Refused."""
    mimetype = archive.read("mimetype").decode("ascii", "replace")
    if "opendocument.text" in mimetype:
        raise Refused("type_odt", kind="odt")
    if not mimetype.startswith("application/vnd.oasis.opendocument.spreadsheet"):
        raise Refused("type_msg", mimetype[:60], kind="odf")
    if "content.xml" not in archive.entries:
        raise Refused("damaged", "content.xml")
    budget = Budget(limits)
    notes: list[Note] = []
    for path, entry in archive.entries.items():
        if path.startswith(("Basic/", "Scripts/")) and not entry.folder:
            raise Refused("macro", path)
        if entry.folder or path == "mimetype":
            continue
        if path.endswith((".xml", ".rdf")):
            grid = _Grid(path, limits, notes)
            parse(archive.pieces(path), path, budget, grid.start, grid.end)
        else:
            for _ in archive.pieces(path):
                pass
    return "ods", tuple(notes)


class _Grid:
    """Rows and columns of the tables, with the repetitions ODF writes instead of empty cells."""

    def __init__(self, path: str, limits: Limits, notes: list[Note]) -> None:
        self.path, self.limits, self.notes = path, limits, notes
        self.row = self.column = self.cells = self.repeat = self.sheets = 0
        self.name = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table" and (title := attribute(attributes, "name")) is not None:
            self.name, self.row, self.sheets = title, 0, self.sheets + 1
            if self.sheets > self.limits.sheets:
                raise Refused("too_many_sheets", limit=self.limits.sheets)
        elif name == "table-row":
            self.repeat = self._count(attributes, "number-rows-repeated")
            self.column = 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell(attributes)
        elif name == "encryption-data":
            raise Refused("encrypted")
        elif name in ("dde-source", "dde-link", "dde-connection-decl"):
            raise Refused("dde", self.path)
        elif name in ("event-listener", "script", "applet", "plugin", "object-ole", "floating-frame"):
            raise Refused("macro", self.path)
        elif name in ("table-source", "cell-range-source"):
            self.notes.append(note("external_link", where=(attribute(attributes, "href") or "")[:120]))
        elif name == "image" and _REMOTE.match(attribute(attributes, "href") or ""):
            raise Refused("remote", self.path)

    def end(self, name: str) -> None:
        if name == "table-row":
            self.row += self.repeat

    def _cell(self, attributes: dict[str, str]) -> None:
        repeat = self._count(attributes, "number-columns-repeated")
        self.column += repeat
        if attribute(attributes, "value-type") is None and attribute(attributes, "formula") is None:
            return
        self.cells += repeat * self.repeat
        if self.row + self.repeat > self.limits.rows:
            raise Refused("too_many_rows", self.name, limit=self.limits.rows)
        if self.column > self.limits.columns:
            raise Refused("too_many_columns", self.name, limit=self.limits.columns)
        if self.cells > self.limits.cells:
            raise Refused("too_many_cells", self.name, limit=self.limits.cells)

    @staticmethod
    def _count(attributes: dict[str, str], key: str) -> int:
        try:
            return max(1, int(attribute(attributes, key) or "1"))
        except ValueError as error:
            raise Refused("xml_bad", key) from error
