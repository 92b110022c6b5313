"""The scans a form waits for: those its rows name, or the one of the whole form; which came, which are
missing.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collector.rows import Document
from forms import document as read
from forms.spec import Form


@dataclass(frozen=True)
class Scans:
    """`missing`: names written in the form's rows whose file has not come; `due`: the form's own scan has
    not come."""

    came: tuple[Document, ...] = ()
    missing: tuple[str, ...] = ()
    due: bool = False

    @property
    def wanted(self) -> bool:
        return self.due or bool(self.missing)


def needs_attachment(form: Form) -> bool:
    return form.seal or form.bundle or bool(form.attachments)


def named_by_rows(form: Form) -> bool:
    """Whether the rows say which file belongs to each of them."""
    return any(field.attachment for _, field in form.fields())


def names(form: Form, document: read.Document | None) -> tuple[str, ...]:
    """The file names written in the rows, in their order, each once."""
    found: dict[str, None] = {}
    for table in form.tables.values() if document else ():
        data = document.tables.get(table.name) if document else None
        for field in table.fields:
            if field.attachment and data is not None:
                found |= {str(name).strip(): None for name in data.values.get(field.name, ()) if name}
    return tuple(found)


def scans_of(
    form: Form, document: read.Document | None, scans: Mapping[str, Iterable[Document]]
) -> Scans:
    """`scans`: form → its attachments as told by their names; those of no form under the empty name."""
    own = tuple(scans.get(form.form, ()))
    if not named_by_rows(form):
        return Scans(own, (), needs_attachment(form) and not own)
    others = {each.file_name.casefold(): each for some in scans.values() for each in some}
    wanted = names(form, document)
    came = [others[name.casefold()] for name in wanted if name.casefold() in others]
    rest = [each for each in own if each not in came]
    return Scans((*came, *rest), tuple(name for name in wanted if name.casefold() not in others))
