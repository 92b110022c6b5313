"""OOXML packages: content types, relationships, then the workbook's or the document's own parts.

Every member is inflated exactly once; macros, controls, DDE and remote content are refused, links to other
workbooks are noted.  Source: ECMA-376 parts 1 and 2; transitional and strict dialects alike.
"""
from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from collector.refusal import Note, Refused, note

from . import ole
from .limits import Limits
from .package import Archive
from .sheets import Sheet, Strings
from .verdict import Probe
from .xml import Budget, attribute, parse

_MAIN: Final = {
    "spreadsheetml.sheet.main+xml": "xlsx", "spreadsheetml.template.main+xml": "xlsx",
    "wordprocessingml.document.main+xml": "docx", "wordprocessingml.template.main+xml": "docx",
}
_MAIN_REFUSED: Final = {
    "sheet.macroenabled.main": ("macro", "xlsm"), "template.macroenabled.main": ("macro", "xltm"),
    "document.macroenabled.main": ("macro", "docm"), "addin.macroenabled.main": ("macro", "xlam"),
    "sheet.binary": ("type_xlsb", "xlsb"), "presentationml": ("type_ppt", "pptx"),
    "slideshow": ("type_ppt", "pptx"),
}
_TYPES_REFUSED: Final = {
    "vbaproject": "macro", "vbadata": "macro", "macrosheet": "macro", "intlmacrosheet": "macro",
    "activex": "active", "oleobject": "active", "ms-package.obfuscated": "active",
}
_RELATIONS_REFUSED: Final = {
    "vbaProject": "macro", "wordVbaData": "macro", "xlMacrosheet": "macro", "xlIntlMacrosheet": "macro",
    "oleObject": "active", "activeXControlBinary": "active", "attachedToolbars": "macro",
    "aFChunk": "active", "subDocument": "remote", "frame": "remote",
}
_LINKS_HARMLESS: Final = {"hyperlink"}
_LINKS_NOTED: Final = {"externalLinkPath": "external_link", "externalLink": "external_link",
                       "attachedTemplate": "local_template"}
_FIELDS: Final = re.compile(r"(?<![A-Za-z])DDE(AUTO)?(?![A-Za-z])|INCLUDE(TEXT|PICTURE)\s+\"?(https?:|\\\\)",
                            re.IGNORECASE)
_REMOTE: Final = re.compile(r"^(https?|ftp|file://[^/]|smb|mhtml|ms-|javascript|ldap|\\\\|//|file:////)",
                            re.IGNORECASE)


@dataclass
class Relation:
    id: str
    type: str           # last step of the type URI: `worksheet`, `image` …
    target: str         # resolved part name, or the address when external
    external: bool


@dataclass
class Office:
    """An OOXML package under inspection; `inspect()` gives kind, notes and the workbook's probe."""

    archive: Archive
    limits: Limits
    budget: Budget = field(init=False)
    types: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, str] = field(default_factory=dict)
    relations: dict[str, list[Relation]] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.budget = Budget(self.limits)

    def inspect(self) -> tuple[str, tuple[Note, ...], Probe | None]:
        parse(self.archive.pieces("[Content_Types].xml"), "[Content_Types].xml", self.budget, self._type)
        for path in self.archive.entries:
            self._refuse_by_type(path)
        for path in self.archive.entries:
            if path.endswith(".rels"):
                self._relations(path)
        main = next((r.target for r in self.relations.get("", []) if r.type == "officeDocument"), None)
        if main is None or main not in self.archive.entries:
            raise Refused("damaged", "缺少主文档")
        kind = self._kind(main)
        probe = self._workbook(main) if kind == "xlsx" else None
        for path, entry in self.archive.entries.items():
            if not entry.folder and path not in self.archive.seen:
                self._other(path)
        return kind, tuple(self.notes), probe

    def _type(self, name: str, attributes: dict[str, str]) -> None:
        if name == "Default":
            self.defaults[attributes.get("Extension", "").casefold()] = attributes.get("ContentType", "")
        elif name == "Override":
            self.types[attributes.get("PartName", "").lstrip("/")] = attributes.get("ContentType", "")

    def _type_of(self, path: str) -> str:
        return self.types.get(path) or self.defaults.get(path.rpartition(".")[2].casefold(), "")

    def _refuse_by_type(self, path: str) -> None:
        type_ = self._type_of(path).casefold()
        for ending, (why, kind) in _MAIN_REFUSED.items():
            if ending in type_:
                raise Refused(why, path, kind=kind)
        code: str | None = next((c for word, c in _TYPES_REFUSED.items() if word in type_), None)
        last = path.casefold().rpartition("/")[2]
        if code is None and (last.startswith("vbaproject") or last == "vbadata.xml"):
            code = "macro"
        if code is None and "/activex/" in f"/{path.casefold()}":
            code = "active"
        if code:
            raise Refused(code, path)

    def _relations(self, path: str) -> None:
        folder, _, name = path.rpartition("/")
        base = posixpath.dirname(folder)
        source = posixpath.join(base, name.removesuffix(".rels")) if name != ".rels" else ""
        found = self.relations.setdefault(source, [])

        def start(element: str, attributes: dict[str, str]) -> None:
            if element != "Relationship":
                return
            kind = attributes.get("Type", "").rpartition("/")[2]
            target = attributes.get("Target", "")
            external = attributes.get("TargetMode", "") == "External"
            if kind in _RELATIONS_REFUSED:
                raise Refused(_RELATIONS_REFUSED[kind], f"{path} {kind}")
            if external:
                self._external(kind, target, path)
            else:
                target = self._internal(base, target, path)
            found.append(Relation(attributes.get("Id", ""), kind, target, external))

        parse(self.archive.pieces(path), path, self.budget, start)

    def _external(self, kind: str, target: str, path: str) -> None:
        if kind in _LINKS_HARMLESS:
            return
        noted = _LINKS_NOTED.get(kind)
        if noted == "external_link":
            self.notes.append(note(noted, where=target[:120]))
        elif _REMOTE.match(target.strip()):
            raise Refused("remote", f"{kind} {target[:60]}")
        else:
            self.notes.append(note(noted or "external_link", where=target[:120]))

    def _internal(self, base: str, target: str, path: str) -> str:
        plain = unquote(target.partition("#")[0])
        if not plain:
            return ""
        joined = plain.lstrip("/") if plain.startswith("/") else posixpath.join(base, plain)
        resolved = posixpath.normpath(joined)
        if resolved.startswith("..") or ":" in plain.partition("/")[0] or "\\" in plain:
            raise Refused("links", path)
        return resolved

    def _kind(self, main: str) -> str:
        type_ = self._type_of(main)
        for ending, kind in _MAIN.items():
            if type_.endswith(ending):
                return kind
        raise Refused("type_msg", type_[:60])

    def _workbook(self, main: str) -> Probe:
        listed: list[tuple[str, str, str]] = []
        date1904 = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal date1904
            if name == "sheet":
                listed.append((attributes.get("name", ""), attributes.get("state", "visible"),
                               attribute(attributes, "id") or ""))
                if len(listed) > self.limits.sheets:
                    raise Refused("too_many_sheets", limit=self.limits.sheets)
            elif name == "workbookPr":
                date1904 = attributes.get("date1904", "0") in ("1", "true")

        parse(self.archive.pieces(main), main, self.budget, start)
        relations = {r.id: r for r in self.relations.get(main, [])}
        strings = 0
        for relation in relations.values():
            if relation.type == "sharedStrings" and relation.target in self.archive.entries:
                strings += Strings(self.archive.pieces(relation.target), relation.target, self.budget).count
        sheets, cells = [], 0
        parts: set[str] = set()
        for name, state, key in listed:
            found = relations.get(key)
            if found is None or found.target not in self.archive.entries or found.target in parts:
                raise Refused("sheet_missing", name)
            parts.add(found.target)
            if found.type != "worksheet":
                continue            # chart and dialogue sheets hold no rows; they are parsed as other parts
            sheet = Sheet(name, state, found.target, strings, self.budget)
            sheet.read(self.archive.pieces(found.target))
            cells += sheet.cells
            if cells > self.limits.cells:
                raise Refused("too_many_cells", name, limit=self.limits.cells)
            self.notes += sheet.notes
            if sheet.uncached_count:
                self.notes.append(note("uncached", where=name))
            sheets.append(sheet.probe())
        if not sheets:
            raise Refused("sheet_missing", "没有工作表")
        return Probe(date1904, tuple(sheets))

    def _other(self, path: str) -> None:
        type_ = self._type_of(path)
        extension = path.rpartition(".")[2].casefold()
        if extension in ("xml", "rels") or type_.endswith(("+xml", "/xml")):
            self._xml(path)
            return
        head = b""
        for piece in self.archive.pieces(path):
            head = head or piece[:16]
        if head.startswith(ole.MAGIC):
            raise Refused("active", path)
        if extension in ("zip", "7z", "rar", "exe", "dll", "scr"):
            raise Refused("active", path)

    def _xml(self, path: str) -> None:
        instructions: list[str] = []
        wanted = False
        paragraphs = 0

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal wanted, paragraphs
            wanted = name in ("instrText", "delInstrText")
            if name == "p":
                paragraphs += 1
                if paragraphs > self.limits.paragraphs:
                    raise Refused("too_many_paragraphs", limit=self.limits.paragraphs)
            elif name == "fldSimple":
                instructions.append(attribute(attributes, "instr") or "")
            elif name in ("ddeLink", "oleLink"):
                raise Refused("dde", path)
            elif name == "altChunk":
                raise Refused("active", path)

        def text(value: str) -> None:
            if wanted:
                instructions.append(value)

        parse(self.archive.pieces(path), path, self.budget, start, None, text)
        if _FIELDS.search("".join(instructions)):
            raise Refused("dde", path)
