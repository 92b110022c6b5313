"""The zip directory, walked by ourselves: one archive, one meaning, and every byte counted.

The interpreter's `zipfile` believes what an archive says.  Here local headers, central directory and end
record must agree, members lie side by side without gap or overlap, and inflating stops at the limits.
Data descriptors are accepted (a tenth of real office files has them).  Format: PKWARE APPNOTE 6.3.10.
"""
from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from collector.names import zip_name
from collector.refusal import Refused

from .limits import Limits

_END, _END64, _LOCATOR, _CENTRAL, _LOCAL = (b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07", b"PK\x01\x02",
                                            b"PK\x03\x04")
_STEP = 1 << 18
_MAX32 = 0xFFFFFFFF


@dataclass(frozen=True)
class Entry:
    """One member of the directory; `start` is the offset of its packed bytes."""

    path: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    start: int

    @property
    def folder(self) -> bool:
        return self.path.endswith("/")


@dataclass
class Archive:
    """A zip whose directory passed; `pieces()` inflates one member within what is left of the budget."""

    data: bytes
    limits: Limits
    total: int
    entries: dict[str, Entry]
    spent: int = 0
    seen: set[str] = field(default_factory=set)

    def pieces(self, path: str) -> Iterator[bytes]:
        """The member's bytes in pieces; raises Refused at a limit, a wrong size or a wrong CRC."""
        entry = self.entries[path]
        self.seen.add(path)
        for piece in unpacked(self.data, entry, self.limits):
            self.spent += len(piece)
            if self.spent > self.total or (self.spent > self.limits.ratio_from
                                           and self.spent > self.limits.ratio * len(self.data)):
                raise Refused("bomb", path)
            yield piece

    def read(self, path: str) -> bytes:
        return b"".join(self.pieces(path))


def unpacked(data: bytes, entry: Entry, limits: Limits) -> Iterator[bytes]:
    """One member's bytes in pieces, never more than it declares and `limits.member` allows."""
    view = memoryview(data)[entry.start:entry.start + entry.packed]
    size = crc = 0
    for piece in _stored(view) if entry.method == 0 else _inflated(view, entry.path):
        size += len(piece)
        if size > limits.member:
            raise Refused("bomb", entry.path)
        if size > entry.size:
            raise Refused("zip_structure", f"{entry.path} 大小不符")
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != entry.size or crc != entry.crc:
        raise Refused("damaged", entry.path)


def _stored(view: memoryview) -> Iterator[bytes]:
    for at in range(0, len(view), _STEP):
        yield bytes(view[at:at + _STEP])


def _inflated(view: memoryview, path: str) -> Iterator[bytes]:
    stream = zlib.decompressobj(-15)
    at, rest = 0, b""
    try:
        while not stream.eof:
            if not rest:
                rest, at = bytes(view[at:at + _STEP]), at + _STEP
            piece = stream.decompress(rest, _STEP)
            if not rest and not piece:
                raise Refused("damaged", path)
            rest = stream.unconsumed_tail
            if piece:
                yield piece
    except zlib.error as error:
        raise Refused("damaged", path) from error
    if stream.unused_data or at < len(view):
        raise Refused("zip_structure", f"{path} 有多余数据")


def archive(data: bytes, limits: Limits, *, pack: bool = False) -> Archive:
    """The directory of `data`; raises Refused when the archive can be understood in two ways.

    `pack` is for clerks' zips: folders and backslashes are normal there (old Chinese tools write them).
    """
    count, start, end = _directory(data)
    if count > limits.members:
        raise Refused("bomb", f"{count} 个成员")
    entries: list[tuple[int, Entry]] = []
    at = start
    for _ in range(count):
        header = _unpack("<4s6H3I5H2I", data, at)
        signature, flags, method, crc = header[0], header[3], header[4], header[7]
        packed, size, name_len, extra_len, note_len = header[8:13]
        mode, offset = header[15], header[16]
        if signature != _CENTRAL:
            raise Refused("zip_structure", "目录损坏")
        raw = data[at + 46:at + 46 + name_len]
        extra = data[at + 46 + name_len:at + 46 + name_len + extra_len]
        at += 46 + name_len + extra_len + note_len
        size, packed, offset = _zip64(extra, size, packed, offset)
        path = _path(raw, bool(flags & 0x800), pack)
        if flags & 0x2041:
            raise Refused("zip_encrypted" if pack else "encrypted", path)
        if (mode >> 28) == 0xA:
            raise Refused("zip_path", f"{path} 是链接")
        if method not in (0, 8):
            raise Refused("zip_method", path)
        if method == 0 and packed != size:
            raise Refused("zip_structure", f"{path} 大小不符")
        first = _local(data, offset, raw, Entry(path, flags, method, crc, packed, size, 0))
        entries.append((offset, Entry(path, flags, method, crc, packed, size, first)))
    if at != end:
        raise Refused("zip_structure", "目录长度不符")
    _side_by_side(data, entries, start)
    named: dict[str, Entry] = {}
    folded: set[str] = set()
    for _, entry in entries:
        key = entry.path.casefold().rstrip("/")
        if key in folded:
            raise Refused("zip_duplicate", entry.path)
        folded.add(key)
        named[entry.path] = entry
    total = limits.pack_unpacked if pack else limits.unpacked
    declared = sum(e.size for e in named.values())
    if declared > total or (declared > limits.ratio_from and declared > limits.ratio * len(data)):
        raise Refused("bomb", f"声明解开后 {declared // 1024 // 1024} MB")
    return Archive(data, limits, total, named)


def _unpack(pattern: str, data: bytes, at: int) -> tuple[Any, ...]:
    try:
        return struct.unpack_from(pattern, data, at)
    except struct.error as error:
        raise Refused("damaged", "压缩目录不完整") from error


def _directory(data: bytes) -> tuple[int, int, int]:
    """(members, offset of the directory, its end); the end record must close the file exactly."""
    end = data.rfind(_END, max(0, len(data) - 22 - 0xFFFF))
    if end < 0:
        raise Refused("damaged", "压缩目录缺失，可能没有传完")
    _, disk, _, here, count, size, start, note = _unpack("<4s4H2IH", data, end)
    if end + 22 + note != len(data):
        raise Refused("zip_structure", "结尾有多余数据")
    finish = end
    if data[end - 20:end - 16] == _LOCATOR and end >= 76:
        _, _, at64, _ = _unpack("<4sIQI", data, end - 20)
        sig, length, _, _, _, _, here, count, size, start = _unpack("<4sQ2H2I4Q", data, at64)
        if sig != _END64 or at64 + 12 + length != end - 20:
            raise Refused("zip_structure", "ZIP64 目录不符")
        finish = at64
    if disk or here != count:
        raise Refused("zip_structure", "分卷压缩")
    if start + size != finish:
        raise Refused("zip_structure", "开头或目录前有多余数据")
    return count, start, finish


def _zip64(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1:
            body = extra[at + 4:at + 4 + length]
            fields = iter(struct.unpack(f"<{len(body) // 8}Q", body[:len(body) // 8 * 8]))
            try:
                size = next(fields) if size == _MAX32 else size
                packed = next(fields) if packed == _MAX32 else packed
                offset = next(fields) if offset == _MAX32 else offset
            except StopIteration as error:
                raise Refused("zip_structure", "ZIP64 字段不符") from error
        at += 4 + length
    return size, packed, offset


def _path(raw: bytes, utf8: bool, pack: bool) -> str:
    try:
        path = zip_name(raw, utf8)
    except UnicodeDecodeError as error:
        raise Refused("zip_path", "名称编码无法识别") from error
    if pack:
        path = path.replace("\\", "/")
    parts = path.rstrip("/").split("/")
    if (not path or "\0" in path or "\\" in path or ":" in parts[0] or path.startswith("/")
            or ".." in parts or any(ord(c) < 32 for c in path) or len(path) > 1024
            or (not pack and ("" in parts or "." in parts))):
        raise Refused("zip_path", path[:80].replace("\0", "␀"))
    return path


def _local(data: bytes, offset: int, raw: bytes, entry: Entry) -> int:
    """Offset of the packed bytes, once the local header agrees with the directory."""
    header = _unpack("<4s5H3I2H", data, offset)
    signature, flags, method, crc, packed, size = header[0], header[2], header[3], *header[6:9]
    name_len, extra_len = header[9], header[10]
    first = offset + 30 + name_len + extra_len
    if signature != _LOCAL or data[offset + 30:offset + 30 + name_len] != raw or method != entry.method:
        raise Refused("zip_structure", f"{entry.path} 两处记载不一致")
    if (flags ^ entry.flags) & 0x09:
        raise Refused("zip_structure", f"{entry.path} 两处标志不一致")
    if not flags & 8:
        size, packed, _ = _zip64(data[first - extra_len:first], size, packed, 0)
        if (crc, packed, size) != (entry.crc, entry.packed, entry.size):
            raise Refused("zip_structure", f"{entry.path} 两处大小不一致")
    return int(first)


def _side_by_side(data: bytes, entries: list[tuple[int, Entry]], directory: int) -> None:
    """Members must fill the file from its first byte to the directory, each byte belonging to one."""
    ordered = sorted(entries, key=lambda pair: pair[0])
    starts = [offset for offset, _ in ordered] + [directory]
    if starts[0] != 0:
        raise Refused("zip_structure", "开头有多余数据")
    for (_, entry), following in zip(ordered, starts[1:], strict=True):
        end = entry.start + entry.packed
        gap = following - end
        if gap == 0 and not entry.flags & 8:
            continue
        if entry.flags & 8 and _descriptor(data[end:following], entry):
            continue
        raise Refused("bomb" if gap < 0 else "zip_structure", f"{entry.path} 前后重叠或有空隙")


def _descriptor(raw: bytes, entry: Entry) -> bool:
    body = raw[4:] if len(raw) in (16, 24) and raw[:4] == b"PK\x07\x08" else raw
    if len(body) not in (12, 20):
        return False
    found = struct.unpack("<3I" if len(body) == 12 else "<I2Q", body)
    return found == (entry.crc, entry.packed, entry.size)
