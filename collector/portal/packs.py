"""Files made for a person at a click: packs, single forms, marked copies, nil returns, annexes,
receipts, letters."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from collector.examine import CAGE
from collector.portal.desk import Desk
from collector.rows import Document
from collector.sandbox import shared
from forms import stamp
from forms.annotate import suffix
from forms.engine import Data
from forms.findings import Finding
from forms.pack import Packer
from forms.spec import Form
from forms.workbook.compiled import CompiledWorkbook
from forms.workbook.content import Content, Filled
from huizong.steps.errors import UseError
from huizong.steps.issue import by_unit, unit_figures

NIL = "无"


@contextmanager
def numbers(desk: Desk, unit: str) -> Iterator[Data]:
    """The rule engine's data set of one unit as it stands now."""
    bureau = desk.bureau_with_registers()
    documents = {
        filed.id: filed.document for filed in bureau.filed(unit).values() if filed.document is not None
    }
    states = bureau.states(unit)
    with bureau.engine.data(
        bureau.registers,
        documents,
        as_of=bureau.as_of,
        units=[unit],
        submissions=list(bureau.submissions(states)),
    ) as data:
        yield data


def packer(desk: Desk) -> Packer:
    """Compiled once per process and day: the day of issue stands in the stamps."""
    today = desk.today()
    return desk.answers.get_or_make(
        ("packer", today), lambda: Packer(desk.campaign, desk.keys.current("stamp")[1], today)
    )


def pack(desk: Desk, unit: str) -> bytes:
    """The unit's zip, pre-filled from the registers as they are today."""
    issued(desk, unit)
    with numbers(desk, unit) as data:
        return packer(desk).zip(unit, by_unit(data), unit_figures(data, unit))


def one(desk: Desk, unit: str, form: str) -> tuple[str, bytes] | None:
    """(name, bytes) of one form."""
    if form not in desk.campaign.forms:
        return None
    issued(desk, unit)
    with numbers(desk, unit) as data:
        return packer(desk).document(form, unit, by_unit(data), unit_figures(data, unit))


def printed(desk: Desk, unit: str, form: str) -> tuple[str, bytes] | None:
    """The printable copy of a form that is signed and sealed, with the numbers computed now."""
    stem = desk.campaign.forms[form].file_stem
    with numbers(desk, unit) as data:
        figures = unit_figures(data, unit)
        some = packer(desk).files(unit, by_unit(data), figures)
        return next(((name, content) for name, content in some if name.startswith(f"{stem}（")), None)


def issued(desk: Desk, unit: str) -> None:
    """Raises UseError before the bureau has issued anything to the unit."""
    with desk.ledger.reading() as view:
        if not view.events(unit):
            raise UseError("局里还没有下发材料包，请稍后再来。")


def marked(desk: Desk, document: Document, findings: tuple[Finding, ...]) -> tuple[bytes, str]:
    """(the file with its faulty cells marked, its ending); patched in the limited child."""
    done = shared(CAGE).run(
        "forms.annotate:annotate_in_child",
        desk.store.get(document.sha256),
        name=document.file_name,
        args={"findings": [each.as_dict() for each in findings]},
    )
    if done.refused is not None:
        raise UseError("这个文件标注不了，请对照网页上的单元格地址修改。")
    return done.value, suffix(done.value) or "xlsx"


def nil_return(desk: Desk, unit: str, form: str, facts: Mapping[str, str]) -> tuple[str, bytes]:
    """The issued workbook with 「无」 in the first cell of every table and the signing names filled in."""
    shape = desk.campaign.forms[form]
    compiled = desk.answers.get_or_make(("blank", form), lambda: CompiledWorkbook(desk.campaign, shape))
    tables = {
        name: Filled(1, {next(f.name for f in table.fields if f.kind != "serial" and not f.auto): [NIL]})
        for name, table in shape.tables.items()
    }
    signed = stamp.sign(
        desk.keys.current("stamp")[1],
        desk.campaign.id,
        unit,
        form,
        shape.version,
        issued_at=desk.today().isoformat(),
    )
    data = compiled.render(Content(desk.campaign.units_by_code[unit].name, tables, signed.fields()), {})
    return f"{shape.file_stem}.xlsx", signed_names(shape, data, facts, desk.today())


def adopted(desk: Desk, unit: str, form: str, facts: Mapping[str, str]) -> tuple[str, bytes]:
    """The statistics form with the numbers computed from the registers, for a unit that adopts them."""
    with numbers(desk, unit) as data:
        name, content = packer(desk).document(form, unit, by_unit(data), unit_figures(data, unit))
    return name, signed_names(desk.campaign.forms[form], content, facts, desk.today())


def signed_names(form: Form, data: bytes, facts: Mapping[str, str], today: date) -> bytes:
    """Pure: the labelled cells (填表人：) get their words; dates the day.  The reader takes both from
    one cell."""
    words = {
        each.label: facts.get(each.name)
        or (f"{today.year}年{today.month}月{today.day}日" if each.kind == "date" else "")
        for each in form.facts.values()
    }
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            content = old.read(info)
            if re.fullmatch(r"xl/(worksheets/sheet\d+|sharedStrings)\.xml", info.filename):
                text = content.decode()
                for label, word in words.items():
                    if word:
                        parts = re.split(rf"(<t[^>]*>\s*{re.escape(label)}[：:])\s*(?=</t>)", text)
                        text = "".join(part + escape(word) * (n % 2) for n, part in enumerate(parts))
                content = text.encode()
            new.writestr(info, content)
    return out.getvalue()


def receipt_pdf(desk: Desk, context: Mapping[str, Any]) -> bytes:
    """The receipt in the plain skin of the bureau's papers."""
    from templates import compose, render_pdf

    return render_pdf(compose("receipt.md", dict(context), folders=[desk.folder / "text"]))
