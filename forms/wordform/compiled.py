"""Word forms compiled once, rendered for every unit and person: values in, a stamped docx out."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from forms import stamp
from forms.kinds import KINDS
from forms.spec import Campaign, Field, Form, Unit
from forms.stamp import Stamp
from forms.wordform import blank
from forms.wordform.docx import CUSTOM, custom
from forms.wordform.words import FOLDER, PersonalWords, ReportWords, words
from forms.wording import BLANK, Spoken, checked, placeholders
from forms.workbook.content import Rows
from templates import rawzip
from templates.compiled import CompiledDocx

Figures = Mapping[str, int]


class SelfReport:
    """The report with its data table, figures filled in where they are known."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        """Raises CampaignError when its words are missing or name what nobody knows."""
        self.campaign, self.form = campaign, form
        self.words = words(ReportWords, campaign, form.form)
        self._docx = CompiledDocx(blank.self_report(campaign, form, self.words))
        self._known = placeholders(campaign)
        texts = (self.words.title, self.words.to, self.words.annotation, *self.words.prose)
        checked(f"{FOLDER}/{form.form}.yaml", texts, {*self._known, *form.facts, "unit"})

    def render(self, unit: Unit, figures: Figures | None, signed: Stamp) -> bytes:
        facts = {
            name: figures.get(each.figure) if figures and each.figure else None
            for name, each in self.form.facts.items()
        }
        # A name that is the bureau's in general (the contact) is the unit's own where the form asks for it.
        general = {name: value for name, value in self._known.items() if name not in facts}
        spoken = Spoken(general, {"unit": unit.name}, facts)
        context = {
            "title": self.words.title.format_map(spoken),
            "to": self.words.to.format_map(spoken),
            "prose": [text.format_map(spoken) for text in self.words.prose],
            "facts": {name: BLANK if value is None else str(value) for name, value in facts.items()},
            "unit": unit.name,
            "dated": f"{self._known['deadline_year']}年　月　日",
            "annotation": self.words.annotation.format_map(spoken),
        }
        return _stamped(self._docx, context, signed)


class PersonalSheets:
    """One sheet to sign per person; only who it is for is filled in."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        """Raises CampaignError without words for it, KeyError for a head field nobody knows."""
        assert form.personal_sheet is not None
        self.form, self.sheet = form, form.personal_sheet
        self.words = words(PersonalWords, campaign, form.form)
        self._docx = CompiledDocx(blank.personal_sheet(campaign, form, self.sheet, self.words))
        table = form.tables[self.sheet.rows]
        self.key = next(each for each in table.fields if each.name == table.key[0])
        self.name = next((each for each in table.fields if each.kind == "person_name"), self.key)

    def people(self, unit: Unit, rows: Rows) -> Iterator[tuple[str, dict[str, str]]]:
        """(name, head) of everyone who has a row to sign for, in its order."""
        view = self.key.prefill
        if view is None:
            return
        due = rows(view.view, unit.code)
        keys = due.column(view.column).to_pylist()
        known = _by_key(rows(self.words.people, unit.code), self.key.name)
        for at, key in enumerate(keys):
            found = known.get(key, {})
            head = {each: _shown(found.get(each)) for each in self.sheet.head}
            head |= {"unit_name": unit.name} if "unit_name" in head else {}
            named = found.get(self.name.name)
            if named is None and self.name.prefill is not None:
                named = due.column(self.name.prefill.column)[at].as_py()
            head |= {self.key.name: _shown(key), self.name.name: _shown(named)}
            yield _shown(named), head

    def render(self, unit: Unit, head: Mapping[str, str], signed: Stamp) -> bytes:
        return _stamped(self._docx, {"head": head, "unit": unit.name}, signed)


class PrintedAnnex:
    """The annex to print, sign, seal and scan; its first row holds the unit's figures."""

    def __init__(self, campaign: Campaign, form: Form) -> None:
        self.form = form
        self.table = next(iter(form.tables.values()))
        self._known = placeholders(campaign)
        footnote = (form.footnote or "").format_map(self._known)
        self._docx = CompiledDocx(blank.printed_table(campaign, form, self.table, footnote))

    def render(self, unit: Unit, rows: Rows | None, figures: Figures | None, signed: Stamp) -> bytes:
        values = {each.name: self._value(each, unit, rows, figures) for each in self.table.fields}
        context = {"values": values, "unit": unit.name, "year": self._known["deadline_year"]}
        return _stamped(self._docx, context, signed)

    def _value(self, each: Field, unit: Unit, rows: Rows | None, figures: Figures | None) -> str:
        if each.kind == "serial":
            return "1"
        if each.prefill and rows is not None:
            column = rows(each.prefill.view, unit.code).column(each.prefill.column)
            return _shown(KINDS[each.kind].write(column[0].as_py())) if len(column) else ""
        known = figures.get(each.figure) if figures and each.figure else None
        return "" if known is None else str(known)


def _by_key(table: pa.Table, key: str) -> dict[Any, dict[str, Any]]:
    return {each[key]: each for each in table.to_pylist()}


def _shown(value: object) -> str:
    return "" if value is None else str(value)


def _stamped(template: CompiledDocx, context: dict[str, Any], signed: Stamp) -> bytes:
    """The rendered form with its stamp in the hidden content control and the custom property."""
    package = template.render(context | {"stamp": signed.text})
    return replaced(package, CUSTOM, custom({stamp.PROPERTY: signed.text}))


def replaced(package: bytes, name: str, content: bytes) -> bytes:
    """A package of ours with one member's content exchanged; the others are copied as compressed bytes."""
    members = []
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        for info in archive.infolist():
            if info.filename == name:
                continue
            raw = info.filename.encode()
            start = info.header_offset + 30 + len(raw)
            data = package[start : start + info.compress_size]
            members.append(rawzip.Member(raw, info.compress_type, info.CRC, info.file_size, data))
    return rawzip.Prefix(members).with_members([rawzip.deflated(name, content)])
