"""PDF scans: pages, pictures and active content, read with pypdf (only ever inside the limited child).

The object graph is walked once; content is not rendered.  A scan without any text is welcome.
"""
from __future__ import annotations

import io
import logging
import zlib
from typing import Any

from collector.refusal import Refused

from .limits import Limits

_ACTIVE_KEYS = {"/JS": "脚本", "/XFA": "XFA 表单", "/EmbeddedFiles": "附件", "/RichMedia": "多媒体",
                "/EF": "附件"}
_ACTIVE_ACTIONS = {"/JavaScript": "脚本", "/Launch": "启动程序", "/ImportData": "导入数据",
                   "/SubmitForm": "提交表单"}


def pdf(data: bytes, limits: Limits) -> None:
    """Raises Refused: encrypted, damaged, active content, too many pages, pixels or unpacked bytes."""
    from pypdf import PdfReader  # heavy; only needed for PDFs
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    if b"%%EOF" not in data[-4096:]:
        raise Refused("damaged", "PDF 结尾缺失")
    try:
        reader = PdfReader(io.BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Refused("encrypted")
        _walk(reader.trailer, limits)
        _pages(reader.trailer["/Root"].get_object(), limits)
    except Refused:
        raise
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, AssertionError,
            RecursionError, OSError, zlib.error) as error:
        raise Refused("damaged", "PDF 结构") from error


def _pages(root: Any, limits: Limits) -> None:
    """Counts leaves of the page tree by ourselves: `/Count` lies and `/Kids` may loop."""
    todo, seen, pages = [root["/Pages"]], set[tuple[int, int]](), 0
    while todo:
        raw = todo.pop()
        key = (getattr(raw, "idnum", 0), getattr(raw, "generation", 0))
        if key[0]:
            if key in seen:
                raise Refused("damaged", "PDF 页面循环")
            seen.add(key)
        node = raw.get_object()
        if "/Kids" in node:
            todo += list(node.raw_get("/Kids").get_object())
            continue
        pages += 1
        if pages > limits.pdf_pages:
            raise Refused("pdf_pages", limit=limits.pdf_pages)
        for box in ("/MediaBox", "/CropBox"):
            if box in node:
                left, bottom, right, top = (float(v.get_object()) for v in node[box].get_object())
                if max(abs(right - left), abs(top - bottom)) > limits.pdf_box:
                    raise Refused("picture_size", f"第 {pages} 页")
    if not pages:
        raise Refused("damaged", "PDF 没有页面")


def _walk(trailer: Any, limits: Limits) -> None:
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

    todo: list[Any] = [trailer]
    seen: set[tuple[int, int]] = set()
    count = inflated = 0
    while todo:
        item = todo.pop()
        if isinstance(item, IndirectObject):
            key = (item.idnum, item.generation)
            if key in seen:
                continue
            seen.add(key)
            item = item.get_object()
        count += 1
        if count > limits.pdf_objects:
            raise Refused("xml_limits", "PDF 对象")
        if isinstance(item, DictionaryObject):
            _dictionary(item, limits)
            if isinstance(item, StreamObject):
                inflated = _inflate(item, inflated, limits)
            todo += [item.raw_get(k) for k in item]
        elif isinstance(item, ArrayObject):
            todo += list(item)


def _dictionary(item: Any, limits: Limits) -> None:
    for key, what in _ACTIVE_KEYS.items():
        if key in item and item.get(key) is not None:
            raise Refused("pdf_active", what)
    action = item.get("/S")
    if isinstance(action, str) and action in _ACTIVE_ACTIONS:
        raise Refused("pdf_active", _ACTIVE_ACTIONS[action])
    width, height = item.get("/Width"), item.get("/Height")
    if isinstance(width, int) and isinstance(height, int) and width * height > limits.pixels:
        raise Refused("picture_size", f"{width}×{height}")


def _inflate(stream: Any, spent: int, limits: Limits) -> int:
    filters = stream.get("/Filter")
    names = [filters] if isinstance(filters, str) else list(filters or [])
    if not names or names[0] not in ("/FlateDecode", "/Fl"):
        return spent
    engine, rest = zlib.decompressobj(), bytes(stream._data)
    while rest and not engine.eof:
        try:
            piece = engine.decompress(rest, 1 << 20)
        except zlib.error:
            return spent        # readers repair such streams; nothing was unpacked
        spent += len(piece)
        if spent > limits.unpacked + limits.pixels:
            raise Refused("bomb", "PDF 内容流")
        if not piece and not engine.unconsumed_tail:
            break
        rest = engine.unconsumed_tail
    return spent
