"""A form's workbook compiled once: per unit only its rows are written, as text, and deflated."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from xml.sax.saxutils import escape

from forms import stamp
from forms.kinds.types import sql_type
from forms.spec import Campaign, Form
from forms.workbook import blank
from forms.workbook import content as filling
from forms.workbook.cells import letters
from forms.workbook.content import Cell, Content, Filled, Rows
from forms.workbook.layout import META, PREFILL, SheetLayout, layouts
from forms.workbook.skin import Skin, skin
from forms.workbook.write_rows import RowWriter, marked
from templates import rawzip

_UNIT: Final = "@unit@"
_DAY: Final = "@day@"
_CUSTOM: Final = "docProps/custom.xml"
_CORE: Final = "docProps/core.xml"
_BOOK: Final = "xl/workbook.xml"
_ADDRESS: Final = re.compile(r'(?<=[ "])(r|ref|sqref)="([A-Z]*)(\d+)(?::([A-Z]+)(\d+))?"')
_REFERENCE: Final = re.compile(r"(\$[A-Z]+\$)(\d+)")
_FILTER: Final = re.compile(
    r'(<definedName name="_xlnm\._FilterDatabase"[^>]*localSheetId="(\d+)"[^>]*>)([^<]*)'
)
_TIMES: Final = re.compile(r"(<dcterms:(created|modified)[^>]*>)[^<]*")
_QUIET: Final = '<ignoredErrors><ignoredError sqref="{}" numberStoredAsText="1"/></ignoredErrors></worksheet>'
_CHARACTER: Final = re.compile(r"&#(\d+);")


class Moving:
    """A text in which some row numbers move with the number of data rows."""

    def __init__(self, text: str, pattern: re.Pattern[str], from_row: int) -> None:
        self.parts: list[str | int] = []
        at = 0
        for match in pattern.finditer(text):
            for group in range(1, len(match.groups()) + 1):
                if (match.group(group) or "").isdigit() and int(match.group(group)) >= from_row:
                    self.parts += [text[at : match.start(group)], int(match.group(group))]
                    at = match.end(group)
        self.parts.append(text[at:])

    def moved(self, by: int) -> str:
        return "".join(each if isinstance(each, str) else str(each + by) for each in self.parts)


@dataclass(frozen=True)
class _Sheet:
    """One sheet split around its data rows; `sample` is how many rows the blank has."""

    layout: SheetLayout
    member: str
    before: Moving
    after: Moving
    sample: int
    writer: RowWriter


class CompiledWorkbook:
    """Renders one form for any unit. Compiling costs about 100 ms, rendering 60 rows about one."""

    def __init__(self, campaign: Campaign, form: Form, look: Skin | None = None) -> None:
        """Raises ValueError when the form's tables cannot be laid out (see `layouts`)."""
        self.form = form
        self.skin = look or skin()
        self.layouts = layouts(campaign, form, self.skin)
        members = self._blank(campaign)
        paths = _sheet_paths(members)
        self._sheets = tuple(
            self._split(layout, paths[layout.table.sheet], members) for layout in self.layouts
        )
        self._book = self._filters(members[_BOOK].decode())
        self._custom = _around(members[_CUSTOM].decode(), escape(_SAMPLE.text))
        self._core = _TIMES.sub(rf"\g<1>{_DAY}", members[_CORE].decode())
        self._prefill, self._meta = paths[PREFILL], paths[META]
        self._listing = _around_rows(_plain(members[self._meta].decode()))
        changing = {each.member for each in self._sheets}
        changing |= {self._prefill, self._meta, _BOOK, _CUSTOM, _CORE}
        self._fixed = rawzip.Prefix(
            [rawzip.deflated(name, data) for name, data in members.items() if name not in changing]
        )

    def content(
        self, unit: str, unit_name: str, rows: Rows | None, figures: Mapping[str, int] | None
    ) -> Content:
        """What this form holds for a unit, not yet stamped."""
        return Content(unit_name, filling.gather(self.form, unit, rows, figures))

    def remembered(self, content: Content) -> dict[str, list[str]]:
        """Table → what of it was pre-filled, as the hidden sheet keeps it."""
        return {
            name: filling.remembered(table, content.tables.get(name, Filled()))
            for name, table in self.form.tables.items()
        }

    def render(self, content: Content, remembered: Mapping[str, Sequence[str]]) -> bytes:
        """The workbook. `content.stamp` holds the fields of a signed stamp."""
        most = max((each.count for each in content.tables.values()), default=0)
        name = marked(filling.text(content.unit_name) or "")
        members: dict[str, bytes] = {}
        moves: dict[int, int] = {}
        for at, sheet in enumerate(self._sheets):
            filled = content.tables.get(sheet.layout.table.name, Filled())
            count = sheet.layout.rows(filled.count, most, self.skin)
            moves[at] = by = count - sheet.sample
            text = "".join(
                (
                    sheet.before.moved(by).replace(_UNIT, name),
                    sheet.writer.write(filled, count),
                    sheet.after.moved(by),
                )
            )
            members[sheet.member] = text.encode("utf-8", "replace")
        lines = [(name, line) for name, rows in remembered.items() for line in rows]
        members[self._prefill] = self._pairs(lines)
        members[self._meta] = self._pairs(list(content.stamp.items()))
        said = stamp.Stamp(**content.stamp)
        members[_CUSTOM] = escape(said.text).join(self._custom).encode()
        day = f"{said.issued_at or '2000-01-01'}T00:00:00Z"
        members[_CORE] = self._core.replace(_DAY, escape(day)).encode()
        members[_BOOK] = "".join(
            each if isinstance(each, str) else each[1].moved(moves[each[0]]) for each in self._book
        ).encode()
        return self._fixed.with_members([rawzip.deflated(name, data) for name, data in members.items()])

    def _blank(self, campaign: Campaign) -> dict[str, bytes]:
        """The blank's members; in every table a first row is pre-filled throughout, a second not at all."""
        tables = {}
        for table in self.form.tables.values():
            columns: dict[str, list[Cell]] = {}
            for each in table.fields:
                columns[each.name] = [1 if sql_type(each.kind) in ("INTEGER", "DATE") else "x", None]
            tables[table.name] = Filled(2, columns)
        content = Content(_UNIT, tables, _SAMPLE.fields())
        return rawzip.read(blank.save(blank.build(self.form, self.layouts, campaign, self.skin, content)))

    def _split(self, layout: SheetLayout, path: str, members: Mapping[str, bytes]) -> _Sheet:
        text = _plain(members[path].decode())
        first = layout.first_row
        sample = layout.rows(2, 2, self.skin)
        start, second = text.index(f'<row r="{first}"'), text.index(f'<row r="{first + 1}"')
        end = text.find(f'<row r="{first + sample}"', second)
        end = text.index("</sheetData>", second) if end < 0 else end
        following = text.find(f'<row r="{first + 2}"', second, end)
        # Identity numbers are text on purpose: no green corner in every cell (openpyxl lacks the element).
        data = f"A{first}:{letters(layout.columns)}{first + sample - 1}"
        text = text.replace("</worksheet>", _QUIET.format(data))
        writer = RowWriter(
            layout, self.skin, text[start:second], text[second : following if following > 0 else end]
        )
        return _Sheet(
            layout,
            path,
            Moving(text[:start], _ADDRESS, first + 1),
            Moving(text[end:], _ADDRESS, first + 1),
            sample,
            writer,
        )

    def _filters(self, text: str) -> list[str | tuple[int, Moving]]:
        """The workbook part, cut where the range of a sheet's filter ends."""
        text = _plain(text)
        parts: list[str | tuple[int, Moving]] = []
        at = 0
        for match in _FILTER.finditer(text):
            sheet = int(match.group(2))
            parts.append(text[at : match.start(3)])
            parts.append((sheet, Moving(match.group(3), _REFERENCE, self.layouts[sheet].first_row + 1)))
            at = match.end(3)
        return [*parts, text[at:]]

    def _pairs(self, pairs: Sequence[tuple[str, str]]) -> bytes:
        rows = (
            f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{marked(name)}</t></is></c>'
            + (
                f'<c r="B{n}" t="inlineStr"><is><t xml:space="preserve">{marked(value)}</t></is></c>'
                if value
                else ""
            )
            + "</row>"
            for n, (name, value) in enumerate(pairs, 1)
        )
        return "".join((self._listing[0], *rows, self._listing[1])).encode("utf-8", "replace")


_SAMPLE: Final = stamp.Stamp("@campaign@", "@unit@", "@form@", "@version@", issued_at="2000-01-01")


def _sheet_paths(members: Mapping[str, bytes]) -> dict[str, str]:
    """Sheet name → member. openpyxl numbers the members in the order of the sheets."""
    names = re.findall(r'<sheet [^>]*?name="([^"]*)"', _plain(members[_BOOK].decode()))
    return {name: f"xl/worksheets/sheet{at}.xml" for at, name in enumerate(names, 1)}


def _around(text: str, sentinel: str) -> tuple[str, str]:
    before, found, after = text.partition(sentinel)
    if not found:
        raise ValueError(f"the blank lost {sentinel!r}")
    return before, after


def _around_rows(text: str) -> tuple[str, str]:
    """A sheet of pairs without its rows and without the dimension, which would lie."""
    text = re.sub(r'<dimension ref="[^"]*"/>', "", text)
    return text[: text.index("<sheetData>") + 11], text[text.index("</sheetData>") :]


def _plain(xml: str) -> str:
    """Characters instead of the references openpyxl writes for everything that is not ASCII."""
    return _CHARACTER.sub(lambda found: chr(int(found[1])) if int(found[1]) > 127 else found[0], xml)
