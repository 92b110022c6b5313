"""The custom document properties of an Office package: where the stamp has its second home."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

_PART = "docProps/custom.xml"
_LIMIT = 1 << 20


def custom_properties(data: bytes) -> dict[str, str]:
    """Name → text; empty for a file without them, or that is no package."""
    if data[:2] != b"PK":
        return {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            member = package.getinfo(_PART)
            if member.file_size > _LIMIT:
                return {}
            root = parsed(package.read(member))
    except (KeyError, zipfile.BadZipFile, zlib.error, NotImplementedError, etree.XMLSyntaxError, OSError):
        return {}
    return {name: text_in(each) for each in root if (name := each.get("name"))}


def text_in(element: etree._Element) -> str:
    """All text below an element."""
    return "".join(map(str, element.itertext()))


def parsed(xml: bytes) -> etree._Element:
    """A foreign part as a tree: no entities, no network, no recovery. Raises etree.XMLSyntaxError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    return etree.fromstring(xml, parser)
