"""A plain workbook out of rows of text: the lists that other offices send,
which no template of ours has made.
"""

import zipfile
from collections.abc import Iterable, Sequence
from functools import cache
from io import BytesIO
from xml.sax.saxutils import escape

EPOCH = (2019, 8, 1, 9, 0,
         0)  # every member carries the same time, so that the same world gives the same bytes
Cell = str | int | None

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
TYPES = (f'{XML}<Types xmlns="{PACKAGE}/content-types">'
         '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
         '<Default Extension="xml" ContentType="application/xml"/>'
         f'<Override PartName="/xl/workbook.xml" ContentType="{MEDIA}.sheet.main+xml"/>'
         f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{MEDIA}.worksheet+xml"/></Types>')
RELATION = (f'{XML}<Relationships xmlns="{PACKAGE}/relationships">'
            f'<Relationship Id="rId1" Type="{OFFICE}/%s" Target="%s"/></Relationships>')
WORKBOOK = (f'{XML}<workbook xmlns="{SPREADSHEET}" xmlns:r="{OFFICE}">'
            '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>')


@cache
def letters(column: int) -> str:
    """`A` for 1, `AA` for 27."""
    rest, letter = divmod(column - 1, 26)
    return (letters(rest) if rest else "") + chr(65 + letter)


def workbook(rows: Iterable[Sequence[Cell]], merges: Sequence[str] = ()) -> bytes:
    """One sheet; text as text, whole numbers as numbers, None as an empty cell.
    `merges` are ranges like `A2:A5`.
    """
    body = "".join(_row(number, row) for number, row in enumerate(rows, 1))
    merged = "".join(f'<mergeCell ref="{each}"/>' for each in merges)
    if merged:
        merged = f'<mergeCells count="{len(merges)}">{merged}</mergeCells>'
    sheet = f'{XML}<worksheet xmlns="{SPREADSHEET}"><sheetData>{body}</sheetData>{merged}</worksheet>'
    members = (("[Content_Types].xml", TYPES),
               ("_rels/.rels", RELATION % ("officeDocument", "xl/workbook.xml")),
               ("xl/workbook.xml", WORKBOOK),
               ("xl/_rels/workbook.xml.rels", RELATION % ("worksheet", "worksheets/sheet1.xml")),
               ("xl/worksheets/sheet1.xml", sheet))
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as package:
        for name, text in members:
            member = zipfile.ZipInfo(name, EPOCH)
            member.compress_type = zipfile.ZIP_DEFLATED
            package.writestr(member, text)
    return target.getvalue()


def _row(number: int, row: Sequence[Cell]) -> str:
    cells = []
    for column, value in enumerate(row, 1):
        place = f'<c r="{letters(column)}{number}"'
        if isinstance(value, str):
            text = escape(value)
            cells.append(f'{place} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>')
        elif value is not None:
            cells.append(f"{place}><v>{value}</v></c>")
    return f'<row r="{number}">{"".join(cells)}</row>'
