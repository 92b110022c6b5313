"""The files a unit sends back: the issued workbooks and letter with the clerk's rows in them, and the scans.

What was issued stays as it was (stamp, remembered values, code sheets); only the sheets a clerk
writes on are new.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Any

from lxml import etree

from forms import stamp
from forms.spec import Campaign, Form, Table
from forms.workbook.compiled import CompiledWorkbook
from forms.workbook.content import UNIT_SEPARATOR, Cell, Content, Filled
from forms.workbook.layout import NIL, PREFILL, UNIT_ROW, Place, SheetLayout
from huizong.demo.desk import Return, Row
from huizong.demo.sheets import letters
from templates import rawzip

EPOCH = date(1899, 12, 30)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
BOOK = "xl/workbook.xml"
HEADER_ROW = UNIT_ROW + 1


@dataclass(frozen=True)
class Sent:
    """One file: its path in the unit's folder, and its bytes."""

    path: str
    data: bytes


class Filler:
    """Fills issued packs. Compiles each form once; a unit's set then costs about what its issue did."""

    def __init__(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self._forms = {name: _Desk(campaign, form) for name,
                       form in campaign.forms.items() if form.file == "xlsx"}

    def files(self, issued: Mapping[str, bytes], handed: Return,
              others: Mapping[str, Mapping[str, bytes]]) -> Iterator[Sent]:
        """The unit's files out of its pack (`issued`: path → bytes); `others`: the packs of all units,
        for mix-ups.
        """
        for name, form in self.campaign.forms.items():
            path = f"{form.file_stem}.{form.file}"
            if form.file == "docx":
                yield Sent(path, letter(issued[path], handed.facts[name]))
                continue
            pack = next(others[code] for code in others
                        if code != handed.unit.code) if name in handed.stray else issued
            yield Sent(path, self._forms[name].fill(pack[path], handed))
        for name, of in handed.scans.items():
            folder = f"{self.campaign.forms[of].file_stem.partition('-')[0]}-扫描件/" if not name.startswith(
                self.campaign.forms[of].file_stem) else ""
            yield Sent(folder + name, scan(f"{handed.unit.code} {len(name)} {name.encode().hex()}"))


class _Desk:
    """One form as a clerk fills it: rows go into the issued sheets, labelled cells beside them."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        self.form = form
        self.book = CompiledWorkbook(campaign, form)
        self.sheets = [f"xl/worksheets/sheet{n}.xml" for n in range(1, len(self.book.layouts) + 1)]

    def fill(self, issued: bytes, handed: Return) -> bytes:
        """The issued workbook with the unit's rows; everything the clerk cannot touch is copied from it."""
        name = self.form.form
        known = remembered(issued)
        tables = {}
        for table in self.form.tables.values():
            rows = handed.tables[name][table.name]
            handed.places[table.name] = arranged(table, rows, known.get(table.name, []))
            tables[table.name] = filled(table, rows, handed.places[table.name],
                                        (name, table.name) in handed.blank)
        content = Content(handed.unit.name, tables, stamp.Stamp("", "", "", "").fields())
        written = rawzip.read(self.book.render(content, {}))
        members = rawzip.read(issued)
        members |= {each: written[each] for each in (*self.sheets, BOOK)}
        most = max(each.count for each in tables.values())
        for member, layout in zip(self.sheets, self.book.layouts, strict=True):
            text = members[member].decode()
            bottom = layout.first_row + layout.rows(tables[layout.table.name].count, most, self.book.skin)
            text = _facts(text, layout, handed.facts[name], bottom + bool(layout.footnote))
            for n, field in enumerate(layout.table.fields, 1):
                title = handed.renamed.get((name, layout.table.name, field.name))
                if title:
                    text = _replace(text, f"{letters(n)}{HEADER_ROW}", _text(title))
            members[member] = _lost(text, handed.tables[name][layout.table.name]).encode()
        return rawzip.Prefix([rawzip.deflated(path, data) for path, data in members.items()]).with_members([])


def remembered(issued: bytes) -> dict[str, list[dict[str, str]]]:
    """Table → what was pre-filled, row by row (field → text), from the hidden sheet of the issued file."""
    members = rawzip.read(issued)
    names = re.findall(r'<sheet [^>]*?name="([^"]*)"', members[BOOK].decode())
    sheet = etree.fromstring(members[f"xl/worksheets/sheet{names.index(PREFILL) + 1}.xml"])
    lines: dict[str, list[list[str]]] = {}
    for row in sheet.iter(f"{SHEET}row"):
        table, line = ("".join(str(text) for text in cell.itertext()) for cell in row)
        lines.setdefault(table, []).append(line.split(UNIT_SEPARATOR))
    return {table: [dict(zip(rows[0], row, strict=False)) for row in rows[1:]] for table,
            rows in lines.items()}


def arranged(table: Table, rows: list[Row], known: list[dict[str, str]]) -> list[int]:
    """Which data row each row takes: a pre-filled one keeps its place, others follow below;
    what does not apply is cleared.

    A pre-filled row is known again by its key, or by as much of its key as the clerk did not have to correct.
    """
    names = [name for name in table.key if known and name in known[0]]
    free: dict[tuple[str, ...], list[int]] = {}
    for n, line in enumerate(known):
        free.setdefault(tuple(line[name] for name in names), []).append(n)
    places: dict[int, int] = {}
    for wanted in (names, names[:2]):
        if wanted is not names:
            free = _shortened(free, len(wanted))
        for n, row in enumerate(rows):
            key = tuple(str(_cell(row.get(name)) or "") for name in wanted)
            if wanted and n not in places and free.get(key):
                places[n] = free[key].pop(0)
    after = iter(range(len(known), len(known) + len(rows)))
    return [places[n] if n in places else next(after) for n in range(len(rows))]


def _shortened(free: dict[tuple[str, ...], list[int]], length: int) -> dict[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for key, places in free.items():
        found.setdefault(key[:length], []).extend(places)
    return found


def filled(table: Table, rows: list[Row], places: list[int], blank: bool = False) -> Filled:
    """Rows as cells in their places; none at all is the nil return, unless the clerk left the sheet blank."""
    if not rows and table.nil and not blank:
        return Filled(1, {table.fields[0].name: [NIL]})
    count = max(places, default=-1) + 1
    columns: dict[str, list[Cell]] = {}
    for each in table.fields:
        cells: list[Cell] = [None] * count
        words = any(isinstance(row.get(each.name), str) for row in rows)
        for row, place in zip(rows, places, strict=True):
            value = row.get(each.name)
            # Where a word stands in a column of dates («not yet back»), all are written as text.
            cells[place] = str(value) if words and isinstance(value, date) else _cell(value)
        if any(value is not None for value in cells):
            columns[each.name] = cells
    return Filled(count, columns)


def _cell(value: Any) -> Cell:
    if isinstance(value, date):
        return (value - EPOCH).days
    if isinstance(value, list):
        return "、".join(value)
    if isinstance(value, float):
        return f"@{value!r}@"  # becomes a number once the row is written: the writer knows only whole ones
    return value if value is None or isinstance(value, int) else str(value)


def _lost(text: str, rows: list[Row]) -> str:
    """Cells that Excel took for numbers, as numbers."""
    if not any(isinstance(value, float) for row in rows for value in row.values()):
        return text
    return re.sub(r' t="inlineStr"><is><t[^>]*>@([^@<]*)@</t></is>', r"><v>\1</v>", text)


def _facts(text: str, layout: SheetLayout, facts: Mapping[str, Any], bottom: int) -> str:
    for places, row in ((layout.top, UNIT_ROW), (layout.bottom, bottom)):
        for place in places:
            text = _fact(text, place, row, facts.get(place.field.name))
    return text


def _fact(text: str, place: Place, row: int, value: Any) -> str:
    if value is None:
        return text
    cell = f"><v>{(value - EPOCH).days}</v></c>" if isinstance(value, date) else _text(str(value))
    return _replace(text, f"{letters(place.first)}{row}", cell)


def _text(value: str) -> str:
    return f' t="inlineStr"><is><t xml:space="preserve">{value}</t></is></c>'


def _replace(text: str, address: str, cell: str) -> str:
    """The cell at that address with other content in its own style.
    Raises LookupError when the sheet has none there.
    """
    found = re.search(rf'<c r="{address}"( s="\d+")?[^>]*?(?:/>|>.*?</c>)', text)
    if found is None:
        raise LookupError(f"no cell {address}")
    return f'{text[: found.start()]}<c r="{address}"{found[1] or ""}{cell}{text[found.end():]}'


def letter(issued: bytes, facts: Mapping[str, Any]) -> bytes:
    """The issued letter with its content controls filled."""
    members = rawzip.read(issued)
    root = etree.fromstring(members["word/document.xml"])
    for control in root.iter(f"{WORD}sdt"):
        alias = control.find(f"{WORD}sdtPr/{WORD}alias")
        value = facts.get(alias.get(f"{WORD}val") or "") if alias is not None else None
        if value is None:
            continue
        for properties in control.findall(f"{WORD}sdtPr"):
            for placeholder in properties.findall(f"{WORD}showingPlcHdr"):
                properties.remove(placeholder)
        texts = list(control.iter(f"{WORD}t"))
        for n, each in enumerate(texts):
            each.text = str(value) if n == 0 else ""
    members["word/document.xml"] = etree.tostring(root, xml_declaration=True, encoding="UTF-8",
                                                  standalone=True)
    return rawzip.Prefix([rawzip.deflated(path, data) for path, data in members.items()]).with_members([])


def scan(mark: str) -> bytes:
    """A PDF of one empty page; `mark` makes every scan a different file, as two sheets of paper are."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
             b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>", f"<</Title({mark[:120]})>>".encode()]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for n, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj" % n + part + b"endobj\n"
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size 5/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)


def unpacked(pack: bytes) -> dict[str, bytes]:
    """Path → bytes of a pack's top level: the files that come back (personal sheets are only printed)."""
    with zipfile.ZipFile(BytesIO(pack)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if "/" not in name}
