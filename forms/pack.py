"""A unit's pack: every form, pre-filled and stamped, the printed copies, the guide; files or one zip."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import lru_cache
from typing import Final

import pyarrow as pa

from forms import stamp
from forms.guide import guide
from forms.spec import Campaign, Form, Unit
from forms.wordform.compiled import PersonalSheets, PrintedAnnex, SelfReport
from forms.wordform.guide import guide_docx
from forms.wordform.words import FOLDER, MUST_READ, PersonalWords, must_read, words
from forms.wording import Spoken, checked, placeholders
from forms.workbook.compiled import CompiledWorkbook
from forms.workbook.content import fingerprint
from templates import rawzip

Rows = Callable[[str, str], pa.Table]
"""(view, unit code) → the rows of a `known_*` view for that unit."""

PRINTED: Final = "print"
PERSONAL: Final = "personal"
GUIDE: Final = "填报说明"
FIRST: Final = "00-填报必读.txt"
_PRINTED_NAME: Final = "（打印盖章）"
_PERSONAL_FOLDER: Final = "个人报告表"
_UNSAFE: Final = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')


def views(campaign: Campaign) -> frozenset[str]:
    """The views whose rows stand in a pack. Raises CampaignError when words of a printed form are missing."""
    forms = campaign.forms.values()
    columns = [field.prefill for form in forms for table in form.tables.values() for field in table.fields]
    people = {words(PersonalWords, campaign, each.form).people for each in forms if each.personal_sheet}
    return frozenset({each.view for each in columns if each is not None} | people)


class Packer:
    """Compiles every template of a campaign once (a second or two); then a document costs milliseconds.

    `issued_at` stands in every stamp; without it the same content gives the same bytes on any day.
    Raises CampaignError when words of a printed form are missing.
    """

    def __init__(self, campaign: Campaign, key: bytes, issued_at: date | None = None) -> None:
        self.campaign, self._key = campaign, key
        self._day = issued_at.isoformat() if issued_at else ""
        forms = campaign.forms.values()
        self._workbooks = {
            each.form: CompiledWorkbook(campaign, each) for each in forms if each.file == "xlsx"
        }
        self._reports = {each.form: SelfReport(campaign, each) for each in forms if each.file == "docx"}
        self._printed = {each.form: PrintedAnnex(campaign, each) for each in forms if each.print == "docx"}
        self._personal = {each.form: PersonalSheets(campaign, each) for each in forms if each.personal_sheet}
        self._first = must_read(campaign)
        self._known = {**placeholders(campaign), "documents": str(len(campaign.forms))}
        checked(f"{FOLDER}/{MUST_READ}", [self._first], {*self._known, "unit"})
        self._guide = guide_docx(
            GUIDE,
            self._first.format_map(Spoken(self._known, {"unit": "各单位"})),
            [guide(campaign, each) for each in forms],
        )

    def files(
        self, unit: Unit | str, rows: Rows | None = None, figures: Mapping[str, int] | None = None
    ) -> Iterator[tuple[str, bytes]]:
        """(path in the pack, content), in the order of the forms. `figures`: figure id → number, where known.

        Raises KeyError for a unit that is not in the campaign, or a view without a column that pre-fills.
        """
        to = self.campaign.units_by_code[unit] if isinstance(unit, str) else unit
        view = lru_cache(maxsize=None)(rows) if rows is not None else None
        yield FIRST, self._must_read(to)
        yield f"{GUIDE}.docx", self._guide
        for form in self.campaign.forms.values():
            yield from self._form(form, to, view, figures)

    def zip(
        self, unit: Unit | str, rows: Rows | None = None, figures: Mapping[str, int] | None = None
    ) -> bytes:
        """The pack as one zip; the same content gives the same bytes."""
        members = []
        for name, content in self.files(unit, rows, figures):
            if name.endswith((".xlsx", ".docx")):  # compressed already: a second time only costs
                members.append(rawzip.Member(name.encode(), 0, zlib.crc32(content), len(content), content))
            else:
                members.append(rawzip.deflated(name, content))
        return rawzip.Prefix([]).with_members(members)

    def document(
        self, form: str, unit: Unit | str, rows: Rows | None = None, figures: Mapping[str, int] | None = None
    ) -> tuple[str, bytes]:
        """(name, content) of the file of a form that comes back. Raises KeyError for an unknown form."""
        to = self.campaign.units_by_code[unit] if isinstance(unit, str) else unit
        return next(iter(self._form(self.campaign.forms[form], to, rows, figures)))

    def _form(
        self, form: Form, unit: Unit, rows: Rows | None, figures: Mapping[str, int] | None
    ) -> Iterator[tuple[str, bytes]]:
        if form.form in self._reports:
            yield (
                f"{form.file_stem}.docx",
                self._reports[form.form].render(unit, figures, self._signed(form, unit)),
            )
        else:
            yield f"{form.file_stem}.xlsx", self._workbook(form, unit, rows, figures)
        if form.form in self._printed:
            signed = self._signed(form, unit, PRINTED)
            content = self._printed[form.form].render(unit, rows, figures, signed)
            yield f"{form.file_stem}{_PRINTED_NAME}.docx", content
        if form.form in self._personal and rows is not None:
            sheets, signed = self._personal[form.form], self._signed(form, unit, PERSONAL)
            folder = f"{form.file_stem.partition('-')[0]}-{_PERSONAL_FOLDER}"
            for at, (name, head) in enumerate(sheets.people(unit, rows), 1):
                yield f"{folder}/{at:04d}-{safe(name)}.docx", sheets.render(unit, head, signed)

    def _workbook(
        self, form: Form, unit: Unit, rows: Rows | None, figures: Mapping[str, int] | None
    ) -> bytes:
        compiled = self._workbooks[form.form]
        content = compiled.content(unit.code, unit.name, rows, figures)
        remembered = compiled.remembered(content)
        signed = self._signed(form, unit, fingerprint=fingerprint(remembered))
        return compiled.render(replace(content, stamp=signed.fields()), remembered)

    def _signed(self, form: Form, unit: Unit, part: str = "", fingerprint: str = "") -> stamp.Stamp:
        return stamp.sign(
            self._key,
            self.campaign.id,
            unit.code,
            form.form,
            form.version,
            part=part,
            issued_at=self._day,
            fingerprint=fingerprint,
        )

    def _must_read(self, unit: Unit) -> bytes:
        """Plain text that Notepad of any age shows: UTF-8 with BOM, CRLF."""
        text = self._first.format_map(Spoken(self._known, {"unit": unit.name}))
        return text.replace("\n", "\r\n").encode("utf-8-sig", "replace")


def safe(name: str) -> str:
    """A person's name in a file name: nothing a file system forbids, not empty, at most 40 characters."""
    return _UNSAFE.sub("_", name).strip(" .")[:40].encode("utf-8", "replace").decode() or "_"
