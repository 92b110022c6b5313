"""A zip written by hand: members that never change are copied as the compressed bytes they already are."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

try:
    from isal.isal_zlib import compressobj as _compressobj
except ImportError:  # pragma: no cover - a platform without isal
    from zlib import compressobj as _compressobj  # type: ignore[assignment]

_TIME, _DATE = 0, 0x0021  # 1980-01-01 00:00
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_UTF8 = 0x800


@dataclass(frozen=True)
class Member:
    """A member ready to be written: its name, method, checksum, sizes and compressed bytes."""

    name: bytes
    method: int
    crc: int
    size: int
    data: bytes

    def local(self) -> bytes:
        """Header and data as they stand in the archive."""
        head = _LOCAL.pack(
            b"PK\x03\x04",
            20,
            _UTF8,
            self.method,
            _TIME,
            _DATE,
            self.crc,
            len(self.data),
            self.size,
            len(self.name),
            0,
        )
        return head + self.name + self.data

    def central(self, offset: int) -> bytes:
        """The directory entry of a member that starts at `offset`."""
        head = _CENTRAL.pack(
            b"PK\x01\x02",
            20,
            20,
            _UTF8,
            self.method,
            _TIME,
            _DATE,
            self.crc,
            len(self.data),
            self.size,
            len(self.name),
            0,
            0,
            0,
            0,
            0,
            offset,
        )
        return head + self.name


def deflated(name: str, content: bytes) -> Member:
    """A member from its content, at the fastest level."""
    deflate = _compressobj(1, zlib.DEFLATED, -15)
    data = deflate.compress(content) + deflate.flush()
    return Member(name.encode(), zipfile.ZIP_DEFLATED, zlib.crc32(content), len(content), data)


class Prefix:
    """The members that never change, joined once; each archive adds its own to them."""

    def __init__(self, members: list[Member]) -> None:
        local, central, offset = [], [], 0
        for member in members:
            piece = member.local()
            local.append(piece)
            central.append(member.central(offset))
            offset += len(piece)
        self._local, self._central = b"".join(local), b"".join(central)
        self._count = len(members)

    def with_members(self, members: list[Member]) -> bytes:
        """A whole archive: the fixed members, then these."""
        out = [self._local]
        central = [self._central]
        offset = len(self._local)
        for member in members:
            piece = member.local()
            out.append(piece)
            central.append(member.central(offset))
            offset += len(piece)
        directory = b"".join(central)
        count = self._count + len(members)
        end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(directory), offset, 0)
        return b"".join([*out, directory, end])


def read(package: bytes) -> dict[str, bytes]:
    """Names and contents of a zip of ours, in its order."""
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}
