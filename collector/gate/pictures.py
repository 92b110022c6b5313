"""Scans as PNG and JPEG: whole, and not too many pixels.  No decoder runs here, only the markers are read."""
from __future__ import annotations

import struct
import zlib

from collector.refusal import Refused

from .limits import Limits


def png(data: bytes, limits: Limits) -> None:
    """Raises Refused for a broken chunk, a missing end or too many pixels (PNG spec §5)."""
    at, ended, first = 8, False, True
    while at + 12 <= len(data) and not ended:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8:at + 8 + length]
        if (at + 12 + length > len(data)
                or zlib.crc32(kind + body) != struct.unpack_from(">I", data, at + 8 + length)[0]):
            raise Refused("damaged", kind.decode("latin-1"))
        if first:
            if kind != b"IHDR" or length != 13:
                raise Refused("damaged", "IHDR")
            width, height = struct.unpack_from(">2I", body)
            _pixels(width, height, limits)
        first, ended, at = False, kind == b"IEND", at + 12 + length
    if not ended:
        raise Refused("damaged", "图片不完整")


def jpg(data: bytes, limits: Limits) -> None:
    """Raises Refused when frame or end are missing, or for too many pixels (ITU T.81 Annex B)."""
    at, framed = 2, False
    while at + 4 <= len(data):
        if data[at] != 0xFF:
            raise Refused("damaged", "JPEG 标记")
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        if marker == 0xDA:
            break
        length = struct.unpack_from(">H", data, at + 2)[0]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            if at + 9 > len(data):
                break
            height, width = struct.unpack_from(">2H", data, at + 5)
            _pixels(width, height, limits)
            framed = True
        at += 2 + max(length, 2)
    if not framed or data.rfind(b"\xff\xd9", at) < 0:
        raise Refused("damaged", "图片不完整")


def _pixels(width: int, height: int, limits: Limits) -> None:
    if not width or not height:
        raise Refused("damaged", "图片尺寸为零")
    if width * height > limits.pixels:
        raise Refused("picture_size", f"{width}×{height}")
