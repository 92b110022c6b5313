"""A zip package with some members changed: the others are copied as the compressed bytes they are."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_LOCAL: Final = struct.Struct("<4s5H3I2H")
_CENTRAL: Final = struct.Struct("<4s6H3I5H2I")
_END: Final = struct.Struct("<4s4H2IH")
_TIME, _DATE = 0, (1 << 5) | 1  # 1980-01-01 00:00, so that the same input gives the same bytes
_UTF8: Final = 0x800


@dataclass(frozen=True)
class _Entry:
    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    data: bytes


class Package:
    """Members of an Office file, read on demand. Raises zipfile.BadZipFile for what is no zip."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._zip = zipfile.ZipFile(io.BytesIO(data))
        self._infos = {info.filename: info for info in self._zip.infolist()}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._infos)

    def __contains__(self, name: object) -> bool:
        return name in self._infos

    def read(self, name: str) -> bytes:
        """The member's content. Raises KeyError when there is none."""
        return self._zip.read(self._infos[name])

    def with_changes(self, changed: Mapping[str, bytes]) -> bytes:
        """The package with these members replaced in place, or added at the end; order is kept."""
        entries = [
            _packed(name, changed[name]) if name in changed else self._raw(info)
            for name, info in self._infos.items()
        ]
        entries += [_packed(name, content) for name, content in changed.items() if name not in self._infos]
        return _zipped(entries)

    def _raw(self, info: zipfile.ZipInfo) -> _Entry:
        fields = _LOCAL.unpack_from(self._data, info.header_offset)
        start = info.header_offset + _LOCAL.size + fields[-2] + fields[-1]
        name = info.orig_filename.encode("utf-8" if info.flag_bits & _UTF8 else "cp437")
        return _Entry(
            name,
            info.flag_bits & _UTF8,
            info.compress_type,
            info.CRC,
            info.file_size,
            self._data[start : start + info.compress_size],
        )


def packed(members: Mapping[str, bytes]) -> bytes:
    """A new package of these members, in this order."""
    return _zipped([_packed(name, content) for name, content in members.items()])


def _packed(name: str, content: bytes) -> _Entry:
    deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
    data = deflate.compress(content) + deflate.flush()
    return _Entry(
        name.encode(),
        0 if name.isascii() else _UTF8,
        zipfile.ZIP_DEFLATED,
        zlib.crc32(content),
        len(content),
        data,
    )


def _zipped(entries: list[_Entry]) -> bytes:
    body, directory = [], []
    offset = 0
    for each in entries:
        head = _LOCAL.pack(
            b"PK\x03\x04",
            20,
            each.flags,
            each.method,
            _TIME,
            _DATE,
            each.crc,
            len(each.data),
            each.size,
            len(each.name),
            0,
        )
        directory.append(
            _CENTRAL.pack(
                b"PK\x01\x02",
                20,
                20,
                each.flags,
                each.method,
                _TIME,
                _DATE,
                each.crc,
                len(each.data),
                each.size,
                len(each.name),
                0,
                0,
                0,
                0,
                0,
                offset,
            )
            + each.name
        )
        body += [head, each.name, each.data]
        offset += len(head) + len(each.name) + len(each.data)
    central = b"".join(directory)
    end = _END.pack(b"PK\x05\x06", 0, 0, len(entries), len(entries), len(central), offset, 0)
    return b"".join([*body, central, end])
