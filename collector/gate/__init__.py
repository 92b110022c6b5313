"""THE GATE: what bytes really are, and whether any parser may see them.

`inspect` is pure: bytes in, a `Verdict` out, nothing touches the disk and nothing is raised for bad input.
Order: size → magic → own walk of the zip directory → inflate with counters and CRC → XML, DTDs refused →
content types and relationships → consistency.  It is meant for the limited child: `gate.limited`.
"""
from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Callable
from typing import Any, Final

from collector.names import display_name, is_junk
from collector.refusal import SAYS, Note, Refusal, Refused, in_megabytes, note, refusal

from . import odf, ole
from .limits import Limits
from .office import Office
from .package import Archive, Entry, archive, unpacked
from .pdf import pdf
from .pictures import jpg, png
from .verdict import Member, Pack, Probe, SheetProbe, Verdict, as_json, from_json

__all__ = ["Limits", "Member", "Note", "Pack", "Probe", "Refusal", "SheetProbe", "Verdict", "as_json",
           "from_json", "inspect", "inspect_job", "member_bytes"]

_BY_EXTENSION: Final = {"csv": "type_csv", "et": "type_et", "wps": "type_wps", "xlsb": "type_xlsb"}
_FAMILY: Final = {"xlsx": {"xlsx", "xltx"}, "docx": {"docx", "dotx"}, "jpg": {"jpg", "jpeg", "jpe"},
                  "xls": {"xls", "xlt"}}
_NESTED: Final = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")


def inspect(data: bytes, name: str, limits: Limits | None = None) -> Verdict:
    """The verdict on `data`, sent under the file name `name`.  Never raises for bad input."""
    shown, limits = display_name(name), limits or Limits()
    blank = Verdict(shown, "", len(data), hashlib.sha256(data).hexdigest())
    extension = shown.rpartition(".")[2].casefold() if "." in shown else ""
    kind = ""
    try:
        kind = _sniff(data, extension)
        _size(data, kind, limits)
        verdict = _INSPECTORS[kind](data, blank, limits)
    except Refused as stop:
        facts = {key: value for key, value in stop.facts.items() if key != "kind"}
        return dataclasses.replace(blank, kind=str(stop.facts.get("kind", kind)),
                                   refused=refusal(stop.code, shown, **facts))
    except MemoryError:
        return dataclasses.replace(blank, kind=kind, refused=refusal("unreadable_within_limits", shown))
    if extension and extension not in _FAMILY.get(verdict.kind, {verdict.kind}):
        odd = note("extension", where=f".{extension}"[:12], kind=verdict.kind)
        verdict = dataclasses.replace(verdict, warnings=(odd, *verdict.warnings))
    return verdict


def inspect_job(data: bytes, *, name: str, limits: dict[str, int] | None = None) -> Any:
    """`inspect` for the limited child: JSON in, JSON out."""
    return as_json(inspect(data, name, Limits(**limits) if limits else None))


def member_bytes(data: bytes, member: Member, limits: Limits | None = None) -> bytes | Refusal:
    """One file of a pack, unpacked within the limits, or why it cannot be."""
    entry = Entry(member.path, 0, member.method, member.crc, member.packed, member.size, member.start)
    try:
        return b"".join(unpacked(data, entry, limits or Limits()))
    except Refused as stop:
        return refusal(stop.code, display_name(member.path), **stop.facts)


def _sniff(data: bytes, extension: str) -> str:
    """`zip` covers the office packages as well; raises Refused for what is never taken."""
    if not data:
        raise Refused("empty")
    if extension in ("et", "wps"):
        raise Refused(_BY_EXTENSION[extension], kind=extension)
    for magic, kind in ((b"PK\x03\x04", "zip"), (b"PK\x05\x06", "zip"), (ole.MAGIC, "xls"),
                        (b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg")):
        if data.startswith(magic):
            return kind
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith((b"Rar!", b"7z\xbc\xaf\x27\x1c")):
        raise Refused("type_rar", kind="rar")
    if data.startswith((b"\x09\x08", b"\x09\x04", b"\x09\x02", b"\x09\x00")) and len(data) > 16:
        raise Refused("type_xml2003", kind="biff")
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n").replace(b"\0", b"").lower()
    if (b"urn:schemas-microsoft-com:office" in head and b"<?xml" in head[:64]) or b"<w:worddocument" in head:
        raise Refused("type_xml2003", kind="xml")
    if head.startswith((b"<!doctype html", b"<html", b"<table", b"<meta", b"<head", b"mime-version")):
        raise Refused("type_html", kind="html")
    if extension in _BY_EXTENSION:
        raise Refused(_BY_EXTENSION[extension], kind=extension)
    if _is_text_table(data[:4096]):
        raise Refused("type_csv", kind="csv")
    if extension in ("xlsx", "docx", "xls", "pdf", "ods", "zip", "png", "jpg", "jpeg"):
        raise Refused("damaged", f"内容不是 .{extension}", kind="unknown")
    raise Refused("type_unknown", kind="unknown")


def _is_text_table(head: bytes) -> bool:
    for encoding in ("utf-8", "gb18030"):
        try:
            text = head[:len(head) - len(head) % 2 - 4 if len(head) == 4096 else None].decode(encoding)
        except UnicodeDecodeError:
            continue
        lines = [line for line in text.splitlines() if line.strip()][:5]
        return bool(lines) and "\0" not in text and all("," in line or "\t" in line for line in lines)
    return False


def _size(data: bytes, kind: str, limits: Limits) -> None:
    most = {"pdf": limits.pdf_size, "png": limits.picture_size, "jpg": limits.picture_size,
            "zip": limits.pack_size}.get(kind, limits.office_size)
    if len(data) > most:
        raise Refused("too_big", size=in_megabytes(len(data)), limit=in_megabytes(most))


def _zip(data: bytes, blank: Verdict, limits: Limits) -> Verdict:
    outer = archive(data, limits, pack=True)
    names = outer.entries.keys() & {"[Content_Types].xml", "mimetype"}
    if not names:
        return dataclasses.replace(blank, kind="zip", pack=_pack(outer))
    if len(data) > limits.office_size:
        raise Refused("too_big", size=in_megabytes(len(data)), limit=in_megabytes(limits.office_size))
    package = archive(data, limits)      # once more, by the stricter rules for packages
    if "mimetype" in names:
        kind, notes = odf.inspect(package, limits)
        return dataclasses.replace(blank, kind=kind, warnings=notes)
    kind, notes, probe = Office(package, limits).inspect()
    return dataclasses.replace(blank, kind=kind, warnings=notes, probe=probe)


def _pack(found: Archive) -> Pack:
    members, skipped = [], []
    for entry in found.entries.values():
        if entry.folder:
            continue
        if is_junk(entry.path):
            skipped.append(entry.path)
            continue
        if entry.path.casefold().endswith(_NESTED):
            raise Refused("nested_pack", entry.path)
        members.append(Member(entry.path, entry.size, entry.packed, entry.crc, entry.method, entry.start))
    if not members:
        raise Refused("pack_empty")
    return Pack(tuple(members), tuple(skipped))


def _xls(data: bytes, blank: Verdict, _limits: Limits) -> Verdict:
    return dataclasses.replace(blank, kind=ole.kind(data))


def _simple(kind: str, check: Callable[[bytes, Limits], None]) -> Callable[[bytes, Verdict, Limits], Verdict]:
    def run(data: bytes, blank: Verdict, limits: Limits) -> Verdict:
        check(data, limits)
        return dataclasses.replace(blank, kind=kind)
    return run


_INSPECTORS: Final[dict[str, Callable[[bytes, Verdict, Limits], Verdict]]] = {
    "zip": _zip, "xls": _xls, "pdf": _simple("pdf", pdf), "png": _simple("png", png),
    "jpg": _simple("jpg", jpg)}
assert set(_BY_EXTENSION.values()) <= SAYS.keys()
