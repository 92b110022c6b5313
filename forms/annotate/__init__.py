"""A clerk's own file with what is wrong marked in it, or a 问题清单 where it cannot be marked."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from lxml import etree

from forms.annotate.listing import list_workbook
from forms.annotate.marks import SHEET, TITLE
from forms.annotate.ooxml import CONTENT_TYPES, NotPatchable
from forms.annotate.repack import Package
from forms.annotate.word import annotated_letter
from forms.annotate.workbook import annotated_workbook
from forms.findings import Finding
from forms.workbook.cells import UnreadableWorkbook

__all__ = ["SHEET", "TITLE", "annotate", "annotate_in_child", "suffix"]


_UNPATCHABLE: Final = (
    NotPatchable,
    UnreadableWorkbook,
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    etree.XMLSyntaxError,
    LookupError,
    ValueError,
)


def annotate(data: bytes, findings: Iterable[Finding]) -> bytes:
    """xlsx: faulty cells filled and commented, 问题清单 in front; docx: Word comments; else a workbook of
    the list.

    Earlier marks of ours are replaced. `suffix` of the answer tells what it is.
    """
    some = list(findings)
    try:
        kind = suffix(data)
        if kind == "docx":
            return annotated_letter(data, some)
        if kind == "xlsx":
            return annotated_workbook(data, some)
    except _UNPATCHABLE:
        pass  # a package we cannot patch: the clerk still gets every sentence
    return list_workbook(some)


def annotate_in_child(payload: bytes, findings: Iterable[Mapping[str, Any]]) -> bytes:
    """`annotate` for the limited child: findings as their `as_dict`."""
    return annotate(payload, [Finding(**each) for each in findings])


def suffix(data: bytes) -> str:
    """xlsx, docx, or "" for what is no Office package."""
    if data[:2] != b"PK":
        return ""
    try:
        types = Package(data).read(CONTENT_TYPES)
    except (zipfile.BadZipFile, KeyError):
        return ""
    for mark, kind in ((b"wordprocessingml.document.main", "docx"), (b"spreadsheetml.sheet.main", "xlsx")):
        if mark in types:
            return kind
    return ""
