"""Files clerks and attackers send, made here byte by byte: builders, no fixtures on disk."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

CT = "http://schemas.openxmlformats.org/package/2006/content-types"
PR = "http://schemas.openxmlformats.org/package/2006/relationships"
OR = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SM = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
WM = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
SHEET_REL = f'<Relationship Id="r1" Type="{OR}/worksheet" Target="worksheets/sheet1.xml"/>'


def types(main: str, part: str, more: str = "") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{CT}"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{part}" ContentType="{main}"/>{more}</Types>'
    )


def rels(inner: str) -> str:
    return f'<Relationships xmlns="{PR}">{inner}</Relationships>'


def sheet(
    rows: str = '<row r="1"><c r="A1" t="inlineStr"><is><t>张三</t></is></c></row>',
    after: str = "",
    before: str = "",
) -> str:
    return f'<worksheet xmlns="{SM}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def workbook_parts(
    rows: str | None = None,
    *,
    after: str = "",
    before: str = "",
    type_: str = XLSX_TYPE,
    more_types: str = "",
    more_rels: str = "",
) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": types(type_, "xl/workbook.xml", more_types),
        "_rels/.rels": rels(f'<Relationship Id="a" Type="{OR}/officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook xmlns="{SM}" xmlns:r="{OR}">'
        '<sheets><sheet name="名册" sheetId="1" r:id="r1"/>'
        f"</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": rels(SHEET_REL + more_rels),
        "xl/worksheets/sheet1.xml": sheet(after=after, before=before)
        if rows is None
        else sheet(rows, after, before),
    }


def document_parts(
    body: str = "<w:p/>",
    *,
    more: Mapping[str, str] | None = None,
    type_: str = DOCX_TYPE,
    more_types: str = "",
) -> dict[str, str | bytes]:
    return {
        "[Content_Types].xml": types(type_, "word/document.xml", more_types),
        "_rels/.rels": rels(f'<Relationship Id="a" Type="{OR}/officeDocument" Target="word/document.xml"/>'),
        "word/document.xml": f'<w:document xmlns:w="{WM}" xmlns:r="{OR}">'
        f"<w:body>{body}</w:body></w:document>",
        **(more or {}),
    }


def zipped(
    parts: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED, comment: bytes = b""
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as z:
        for name, content in parts.items():
            z.writestr(zipfile.ZipInfo(name), content, method)
        z.comment = comment
    return out.getvalue()


class _NoSeek(io.RawIOBase):
    """A pipe-like file: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, b: bytes) -> int:  # type: ignore[override]
        self.data += b
        return len(b)


def with_descriptors(package: bytes) -> bytes:
    out = _NoSeek()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for info in source.infolist():
            z.writestr(info.filename, source.read(info))
    return bytes(out.data)


def raw_zip(
    members: list[tuple[bytes, bytes]],
    *,
    flags: int = 0,
    method: int = 8,
    local_name: bytes | None = None,
    lie: int | None = None,
    share_offset: bool = False,
    mode: int = 0,
) -> bytes:
    """A zip built field by field, so that it can lie."""
    body, central = b"", b""
    for name, content in members:
        engine = zlib.compressobj(6, zlib.DEFLATED, -15)
        packed = engine.compress(content) + engine.flush() if method == 8 else content
        size = len(content) if lie is None else lie
        offset = 0 if share_offset else len(body)
        crc = zlib.crc32(content)
        if not (share_offset and body):
            shown = local_name or name
            body += (
                struct.pack(
                    "<4s5H3I2H",
                    b"PK\x03\x04",
                    20,
                    flags,
                    method,
                    0,
                    33,
                    crc,
                    len(packed),
                    size,
                    len(shown),
                    0,
                )
                + shown
                + packed
            )
        central += (
            struct.pack(
                "<4s6H3I5H2I",
                b"PK\x01\x02",
                20,
                20,
                flags,
                method,
                0,
                33,
                crc,
                len(packed),
                size,
                len(name),
                0,
                0,
                0,
                0,
                mode,
                offset,
            )
            + name
        )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(members), len(members), len(central), len(body), 0)
    return body + central + end


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file (512-byte sectors) with each stream padded above the mini-stream cut-off."""
    names = list(streams)
    padded = {n: s.ljust(4096, b"\0") for n, s in streams.items()}
    starts, at = {}, 2
    directory_sectors = (len(names) + 1 + 3) // 4
    at = 1 + directory_sectors
    for n in names:
        starts[n] = at
        at += (len(padded[n]) + 511) // 512
    fat = [0xFFFFFFFF] * 128
    fat[0] = 0xFFFFFFFD
    for i in range(1, 1 + directory_sectors):
        fat[i] = i + 1 if i < directory_sectors else 0xFFFFFFFE
    for n in names:
        count = (len(padded[n]) + 511) // 512
        for k in range(count):
            fat[starts[n] + k] = starts[n] + k + 1 if k < count - 1 else 0xFFFFFFFE
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 62, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)

    def entry(name: str, kind: int, start: int, size: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        return (
            raw.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(raw), kind, 1, *[0xFFFFFFFF] * 3)
            + bytes(36)
            + struct.pack("<IQ", start, size)
        )

    directory = entry("Root Entry", 5, 0xFFFFFFFE, 0) + b"".join(
        entry(n, 2, starts[n], len(padded[n])) for n in names
    )
    directory = directory.ljust(directory_sectors * 512, b"\0")
    data = b"".join(padded[n].ljust((len(padded[n]) + 511) // 512 * 512, b"\0") for n in names)
    return header + struct.pack("<128I", *fat) + directory + data


def biff(*records: tuple[int, bytes]) -> bytes:
    return b"".join(
        struct.pack("<2H", code, len(body)) + body
        for code, body in ((0x0809, bytes(16)), *records, (0x000A, b""))
    )


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(b"\0" * 10))
        + chunk(b"IEND", b"")
    )
