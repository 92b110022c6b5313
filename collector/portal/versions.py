"""What was read of a file, and two versions side by side."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, render_template, request

from collector.portal.access import READS_UNIT, declare
from collector.portal.differences import differences, shown
from collector.portal.files import readable
from collector.portal.gather import Case, case, read_document
from collector.portal.guard import desk
from collector.portal.show import beijing, masked
from forms.document import Document
from forms.spec import Form

area = Blueprint("versions", __name__)
ROWS = 200


@area.get("/units/<unit>/forms/<form>/versions/<int:version>")
@declare(READS_UNIT)
def content(unit: str, form: str, version: int) -> Any:
    held, shape = opened(unit, form)
    document = reading(held, form, version)
    page = max(1, request.args.get("page", 1, type=int))
    tables = [sheet(shape, document, name, page) for name in shape.tables if name in document.tables]
    longest = max((len(each.rows) for each in document.tables.values()), default=0)
    return render_template(
        "unit/content.html",
        unit=held.unit,
        shape=shape,
        version=version,
        tables=tables,
        page=page,
        pages=max(1, -(-longest // ROWS)),
        facts=facts(shape, document),
    )


@area.get("/units/<unit>/forms/<form>/changes")
@declare(READS_UNIT)
def compare(unit: str, form: str) -> Any:
    """The newest two versions, or those asked for; after a return, what changed since."""
    held, shape = opened(unit, form)
    known = readable(held, form)
    if len(known) < 2:
        abort(404)
    numbers = [each.version for each in known]
    old = request.args.get("old", since_return(held, form) or numbers[-2], type=int)
    new = request.args.get("new", numbers[-1], type=int)
    if old not in numbers or new not in numbers:
        abort(404)
    changes = differences(shape, reading(held, form, old), reading(held, form, new))
    return render_template(
        "unit/changes.html",
        unit=held.unit,
        shape=shape,
        changes=changes[:ROWS],
        more=max(0, len(changes) - ROWS),
        total=len(changes),
        old=old,
        new=new,
        choices=[(each.version, f"第 {each.version} 版　{beijing(each.received_at)}") for each in known],
    )


def opened(unit: str, form: str) -> tuple[Case, Form]:
    here = desk()
    if form not in here.campaign.forms:
        abort(404)
    return case(here, unit), here.campaign.forms[form]


def reading(held: Case, form: str, version: int) -> Document:
    row = held.version(form, version)
    return (read_document(desk(), row) if row else None) or abort(404)


def since_return(held: Case, form: str) -> int | None:
    """Pure: the version that was returned last."""
    back = [
        each.version for each in held.events if each.form == form and each.kind in ("returned", "reopened")
    ]
    return back[-1] if back and back[-1] != readable(held, form)[-1].version else None


def sheet(shape: Form, document: Document, name: str, page: int) -> dict[str, Any]:
    """Pure: one table's page of rows, numbers masked."""
    table, data = shape.tables[name], document.tables[name]
    part = range((page - 1) * ROWS, min(page * ROWS, len(data.rows)))
    return {
        "title": table.title or table.sheet,
        "labels": [each.label for each in table.fields],
        "nil": data.nil,
        "count": len(data.rows),
        "rows": [
            (
                data.rows[n],
                [
                    wide(masked(shown(data.values.get(each.name, [None] * len(data.rows))[n])))
                    for each in table.fields
                ],
            )
            for n in part
        ],
    }


def wide(text: str) -> tuple[str, bool]:
    """A cell's text, and whether it is so long that it has to wrap."""
    return text, len(text) > 20


def facts(shape: Form, document: Document) -> list[tuple[str, str]]:
    return [(each.label, masked(shown(document.facts.get(name)))) for name, each in shape.facts.items()]
