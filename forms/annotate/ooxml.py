"""Names and small tools of Office Open XML shared by the patches (ECMA-376 part 1, transitional)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from typing import Final

from lxml import etree

from forms.annotate.repack import Package
from forms.workbook.properties import parsed

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATION: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES: Final = "http://schemas.openxmlformats.org/package/2006/content-types"
CONTENT_TYPES: Final = "[Content_Types].xml"
_NEW_RELATIONS: Final = f'<Relationships xmlns="{PACKAGE_RELATION}"/>'.encode()


class NotPatchable(Exception):
    """The package is of a shape we do not patch (ISO strict, no styles); the list alone must do."""


def tag(name: str) -> str:
    return f"{{{MAIN}}}{name}"


def written(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def child(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    made = etree.SubElement(parent, tag(name), dict(attributes))
    made.text = text
    return made


class Relations:
    """The relationships of one part; `part` is a member name."""

    def __init__(self, package: Package, part: str) -> None:
        self.folder = posixpath.dirname(part)
        self.name = posixpath.join(self.folder, "_rels", posixpath.basename(part) + ".rels")
        self.root = parsed(package.read(self.name) if self.name in package else _NEW_RELATIONS)

    def target(self, rid: str | None) -> str | None:
        return next((self._member(each) for each in self.root if each.get("Id") == rid), None)

    def of_type(self, kind: str) -> str | None:
        """The member the first relation of this kind (the last word of its type) leads to."""
        return next(
            (self._member(each) for each in self.root if (each.get("Type") or "").rpartition("/")[2] == kind),
            None,
        )

    def add(self, kind: str, member: str) -> str:
        """The id of the relation, made if there is none."""
        for each in self.root:
            if self._member(each) == member and (each.get("Type") or "").endswith("/" + kind):
                return each.get("Id") or ""
        ids = {each.get("Id") for each in self.root}
        rid = next(name for n in range(1, len(ids) + 2) if (name := f"rIdHz{n}") not in ids)
        etree.SubElement(
            self.root,
            f"{{{PACKAGE_RELATION}}}Relationship",
            {"Id": rid, "Type": f"{RELATION}/{kind}", "Target": "/" + member},
        )
        return rid

    def _member(self, relation: etree._Element) -> str | None:
        target = relation.get("Target") or ""
        if relation.get("TargetMode") == "External":
            return None
        return (
            target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join(self.folder, target))
        )


class ContentTypes:
    def __init__(self, package: Package) -> None:
        self.root = parsed(package.read(CONTENT_TYPES))

    def override(self, member: str, content_type: str) -> None:
        if not any(each.get("PartName") == "/" + member for each in self.root):
            etree.SubElement(
                self.root, f"{{{TYPES}}}Override", {"PartName": "/" + member, "ContentType": content_type}
            )

    def default(self, extension: str, content_type: str) -> None:
        if not any((each.get("Extension") or "").lower() == extension for each in self.root):
            made = etree.Element(f"{{{TYPES}}}Default", {"Extension": extension, "ContentType": content_type})
            self.root.insert(0, made)


def free_name(package: Package, taken: Iterable[str], pattern: str) -> str:
    """The first member name of `pattern` (with `{}` for a number) not in use, whatever its case."""
    used = {name.lower() for name in (*package.names, *taken)}
    n = 1
    while pattern.format(n).lower() in used:
        n += 1
    return pattern.format(n)
