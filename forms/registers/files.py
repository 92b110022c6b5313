"""Files of lists as raw sheets: xlsx, xls, ods by calamine, csv in the encodings offices use."""

from __future__ import annotations

import csv
import io

from forms.workbook.cells import RawSheet, UnreadableWorkbook, cells

ENDINGS = (".xlsx", ".xls", ".ods", ".csv")


def sheets(data: bytes, name: str) -> tuple[RawSheet, ...]:
    """The visible sheets with ink. Raises UnreadableWorkbook, with a sentence."""
    if name.lower().endswith(".csv"):
        return (RawSheet("", "visible", _csv(data)),)
    return tuple(each for each in cells(data).sheets if each.state == "visible" and each.rows)


def _csv(data: bytes) -> tuple[tuple[str | None, ...], ...]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        head = text[:4096]
        separator = max(",\t;", key=head.count)
        # Programs write ="330…" so that Excel keeps a long number; the quotes are no part of it.
        rows = tuple(
            tuple(_plain(cell) for cell in row)
            for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        )
        if rows and not text.endswith(("\n", "\r")) and len(rows[-1]) < max(map(len, rows)):
            raise UnreadableWorkbook(f"最后一行（第{len(rows)}行）不完整，文件可能只传来一部分。")
        return rows
    raise UnreadableWorkbook("文件的文字编码无法识别（应为UTF-8或GB18030）。请用Excel打开后另存为xlsx。")


def _plain(cell: str) -> str | None:
    if cell.startswith('="') and cell.endswith('"'):
        cell = cell[2:-1]
    return cell.strip("\t ") or None
