"""OLE compound files (.xls, .doc, encrypted office files): told apart by their own directory.

Only the directory and the first records of the workbook stream are read.  Format: [MS-CFB], [MS-XLS].
"""
from __future__ import annotations

import struct

from collector.refusal import Refused

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE = 0xFFFFFFFA
_BOF, _FILEPASS, _BOUNDSHEET = {0x0809, 0x0009, 0x0209, 0x0409}, 0x002F, 0x0085


def kind(data: bytes) -> str:
    """`xls`, or raises Refused naming what it is instead (encrypted, macros, doc, ppt, damaged)."""
    try:
        names = _Compound(data)
        streams = names.streams
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("damaged", "OLE 目录") from error
    if "EncryptedPackage" in streams or "EncryptionInfo" in streams:
        raise Refused("encrypted")
    if "WordDocument" in streams:
        raise Refused("type_doc", kind="doc")
    if "PowerPoint Document" in streams:
        raise Refused("type_ppt", kind="ppt")
    book = next((n for n in ("Workbook", "Book") if n in streams), None)
    if book is None:
        raise Refused("type_msg", kind="ole")
    if {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA", "Macros"} & streams.keys():
        raise Refused("macro", "VBA")
    if "\x01Ole10Native" in streams or any(name.startswith("MBD") for name in streams):
        raise Refused("active", "嵌入对象")
    try:
        _records(names.head(book, 1 << 20))
    except (struct.error, IndexError, ValueError) as error:
        raise Refused("damaged", "工作簿流") from error
    return "xls"


class _Compound:
    def __init__(self, data: bytes) -> None:
        self.data = data
        shift, mini = struct.unpack_from("<2H", data, 30)
        if shift not in (9, 12) or mini != 6:
            raise ValueError("sector size")
        self.sector = 1 << shift
        self.directory, = struct.unpack_from("<I", data, 48)
        self.cutoff, self.mini_start, _, self.difat, _ = struct.unpack_from("<5I", data, 56)
        self.fat = self._fat()
        raw = self._chain(self.directory)
        self.streams: dict[str, tuple[int, int, int]] = {}
        for at in range(0, len(raw) - 127, 128):
            length, type_ = struct.unpack_from("<HB", raw, at + 64)
            if type_ in (1, 2, 5) and 2 <= length <= 64:
                start, size = struct.unpack_from("<IQ", raw, at + 116)
                self.streams[raw[at:at + length - 2].decode("utf-16-le", "replace")] = (
                    start, size & 0xFFFFFFFF, type_)

    def _at(self, number: int) -> bytes:
        piece = self.data[(number + 1) * self.sector:(number + 2) * self.sector]
        if not piece:
            raise ValueError("sector outside the file")
        return piece.ljust(self.sector, b"\xff")

    def _fat(self) -> list[int]:
        numbers = [n for n in struct.unpack_from("<109I", self.data, 76) if n < _FREE]
        per, at, seen = self.sector // 4, self.difat, set[int]()
        while at < _FREE:
            if at in seen:
                raise ValueError("loop")
            seen.add(at)
            more = struct.unpack(f"<{per}I", self._at(at))
            numbers += [n for n in more[:-1] if n < _FREE]
            at = more[-1]
        fat: list[int] = []
        for number in numbers:
            fat += struct.unpack(f"<{per}I", self._at(number))
        return fat

    def _chain(self, at: int, most: int = 1 << 24) -> bytes:
        pieces, total, steps = [], 0, 0
        while at < _FREE and total < most:
            pieces.append(self._at(at))
            total += self.sector
            at = self.fat[at]
            steps += 1
            if steps > len(self.fat):
                raise ValueError("loop")
        return b"".join(pieces)

    def head(self, name: str, most: int) -> bytes:
        start, size, _ = self.streams[name]
        if size >= self.cutoff:
            return self._chain(start, most)[:size]
        root = next(value for value in self.streams.values() if value[2] == 5)
        minis, mini_fat = self._chain(root[0]), self._chain(self.mini_start)
        table = struct.unpack(f"<{len(mini_fat) // 4}I", mini_fat)
        pieces, steps = [], 0
        while start < _FREE and steps <= len(table):
            pieces.append(minis[start * 64:start * 64 + 64])
            start, steps = table[start], steps + 1
        return b"".join(pieces)[:size]


def _records(stream: bytes) -> None:
    """Walks the globals substream: a password or a macro sheet is refused."""
    at, first = 0, True
    while at + 4 <= len(stream):
        code, length = struct.unpack_from("<2H", stream, at)
        if first and code not in _BOF:
            raise ValueError("no BOF")
        if code == _FILEPASS:
            raise Refused("encrypted")
        if code == _BOUNDSHEET and stream[at + 9] & 0x0F == 1:
            raise Refused("macro", "宏表")
        if code == 0x000A:
            return
        at, first = at + 4 + length, False
    if first:
        raise ValueError("empty stream")
