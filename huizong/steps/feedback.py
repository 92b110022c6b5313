"""The papers of an inspection: its record, and the notice (反馈意见) that is issued from it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from collector.rows import Actor
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.errors import UseError
from huizong.steps.files import write
from huizong.steps.gather import inputs
from huizong.steps.inspection import fed_back
from huizong.steps.inspection_sheet import Line, Sheet, inspection, sheet
from huizong.steps.numbers import LETTER, Use, issued
from huizong.steps.papers import text_folders
from huizong.steps.problem_moves import move_all
from huizong.steps.problem_register import register_lives
from huizong.steps.problems import problems
from huizong.steps.second_phase import checklist
from merger.binding import full_names
from merger.city import consolidate
from merger.items import full_width
from merger.masking import leaks, masked_name, masked_text
from merger.papers import Head, context, since
from templates import Document, SkinOptions, compose, render_docx, render_pdf
from templates.readback import pdf_said

SURNAMES: Final = "compound_surname"
DRAFT: Final = "征求意见稿"


@dataclass(frozen=True)
class Written:
    """Both skins of one paper, and the notice's number where it has one."""

    docx: Path
    pdf: Path
    number: str = ""


def record(bureau: Bureau, number: str, out: Path) -> Written:
    """OUT/<number>-检查记录.docx and .pdf.  Raises UseError.

    While the visit is open: all items, to be filled in on the spot; afterwards those that say something.
    """
    shape = checklist(bureau).shape.papers["record"]
    document = compose(
        f"{shape.prose}.md",
        record_values(bureau, sheet(bureau, number)),
        folders=text_folders(bureau.campaign),
    )
    return written(bureau, document, out / f"{number}-{shape.label}")


def record_values(bureau: Bureau, given: Sheet) -> dict[str, Any]:
    """What `inspection.md` asks for; names masked, no number of a person or certificate."""
    visit, campaign, known = given.inspection, bureau.campaign, checklist(bureau)
    closed = visit.state != "open"
    people = [each.person for each in visit.findings if each.person]
    day = visit.closed_at.astimezone(BEIJING).date() if visit.closed_at else bureau.as_of
    unseen = known.shape.unseen if closed else ""
    checks: list[dict[str, Any]] = []
    shown_lines: list[Line] = []
    for name, check in known.checks.items():
        shown = [line for line in given.lines[name] if not (closed and line.item.rule and line.silent)]
        shown_lines += shown
        checks.append(
            {
                "title": check.title,
                "asks": check.asks,
                "rows": [_row(bureau, line, unseen, people) for line in shown],
                "silent": len(given.lines[name]) - len(shown),
                "compared": sum(bool(line.item.rule) for line in shown),
            }
        )
    found = []
    for each in visit.standing:
        kind = known.categories[each.category]
        found.append(
            {
                "number": visit.numbers.get(each.number),
                "category": full_width(kind.label),
                "requirement": kind.requirement,
                "person": masked(bureau, each.person) if each.person else None,
                "remedy": kind.remedy,
                "due": each.due_on,
                "fact": clean(bureau, each.fact, each.person),
            }
        )
    return {
        "campaign": {"plan": campaign.settings.plan, "issuer": campaign.settings.bureau.name},
        "document": {"date": day, "data_date": day},
        "unit": {"name": bureau.unit_name(visit.unit)},
        "codes": {
            "rules": _letters(line.item.id for line in shown_lines if line.item.rule),
            "looks": _letters(each.id for each in known.items.values() if not each.rule),
        },
        "checks": checks,
        "amiss": _amiss(bureau, given, people),
        "unseen": len(given.untaken(known.shape.unseen)),
        "unseen_compared": sum(
            bool(line.item.rule) and line.result in ("", known.shape.unseen) for line in shown_lines
        ),
        "found": found,
        "inspection": {
            "number": visit.number,
            "on": visit.on,
            "team": list(visit.team),
            "hosts": list(visit.hosts),
            "closed": closed,
            "opinion": _clean_of(bureau, visit.opinion, people),
        },
    }


def feedback(
    bureau: Bureau,
    number: str,
    out: Path,
    *,
    signed: bool = False,
    notice: str = "",
    by: str | Actor = "bureau",
) -> Written:
    """The notice to the inspected unit: figures and problems as accepted, findings by hand numbered.

    `notice`: its 发文字号 (default: the next of the campaign's series that no paper has).  A draft is only
    printed; a signed one is recorded, kept in the store, and asks the unit about what is 疑似.
    Raises UseError before the record is closed, where another paper has the number, and where a full name
    or number would get out.
    """
    visit = inspection(bureau, number)
    if visit.state == "open":
        raise UseError(f"检查 {number}：请先把检查记录定稿，再出反馈意见。")
    campaign, shape = bureau.campaign, checklist(bureau).shape.papers["notice"]
    unit = campaign.units_by_code[visit.unit]
    given = inputs(bureau)
    city = consolidate(given, bureau.engine)
    series = campaign.documents.get(shape.document or "")
    pattern = series.number if series else ""
    numbers, use = issued(bureau), Use(LETTER, number, bureau.as_of)
    chosen = notice or visit.notice
    notice = numbers.claim(chosen, use) if chosen else numbers.of(pattern, use)
    head = Head(notice, bureau.as_of, draft="" if signed else DRAFT)
    values = context(city, head, unit, register_lives(bureau))
    values["unit"]["inspected_on"] = visit.on
    values["unit"]["visited_since"] = since(values["unit"]["told"], visit.on)
    values |= _seen(bureau, sheet(bureau, number))
    document = compose(f"{shape.prose}.md", values, folders=text_folders(campaign))
    paper = written(bureau, document, out / f"{number}-{shape.label}", full_names(city), notice)
    if signed:
        fed_back(bureau, number, notice, bureau.store.put(zipped(paper)), by=by)
        asked(bureau, visit.unit, notice, by)
    return paper


def asked(bureau: Bureau, unit: str, notice: str, by: str | Actor) -> None:
    """What the notice asks the unit to look into is from now on 待单位核实."""
    suspected = {
        each.number: None for each in problems(bureau, unit) if each.number and each.state == "suspected"
    }
    if suspected:
        move_all(bureau, suspected, "asked", by=by, reason=f"见{notice}")


def zipped(paper: Written) -> bytes:
    """Both skins as one zip; the same bytes for the same paper."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in (paper.docx, paper.pdf):
            bundle.writestr(zipfile.ZipInfo(path.name, (1980, 1, 1, 0, 0, 0)), path.read_bytes())
    return out.getvalue()


def masked(bureau: Bureau, name: str) -> str:
    """The name as papers print it (decision D20); words that are no name stay."""
    campaign = bureau.campaign
    if name == checklist(bureau).shape.nobody:
        return name
    return masked_name(name, str(campaign.config["circular_name_style"]), campaign.codes[SURNAMES].labels)


def clean(bureau: Bureau, text: str, person: str) -> str:
    """Words of people with numbers hidden and the person's name as papers print it."""
    return masked_text(text.replace(person, masked(bureau, person)) if person else text)


def _seen(bureau: Bureau, given: Sheet) -> dict[str, Any]:
    """How many items people looked at, and those they found amiss, with their words."""
    shape = checklist(bureau).shape
    people = [each.person for each in given.inspection.findings if each.person]
    looked = [
        line for lines in given.lines.values() for line in lines if line.result not in ("", shape.unseen)
    ]
    return {"visit": {"looked": len(looked)}, "amiss": _amiss(bureau, given, people)}


def _amiss(bureau: Bureau, given: Sheet, people: Sequence[str]) -> list[dict[str, Any]]:
    """The items that people answered as not in order."""
    shape = checklist(bureau).shape
    return [_row(bureau, line, shape.unseen, people) for line in given.amiss(shape.needs_note)]


def _clean_of(bureau: Bureau, text: str, people: Sequence[str]) -> str:
    """Words of people in which any of the persons found on the spot may be named."""
    for person in people:
        text = clean(bureau, text, person)
    return masked_text(text)


def _letters(ids: Iterable[str]) -> list[str]:
    """What comes before the digits of the codes, each once."""
    return sorted({each.rstrip("0123456789") for each in ids})


def _row(bureau: Bureau, line: Line, unseen: str, people: Sequence[str]) -> dict[str, Any]:
    said = "—" if line.system is None else "未发现" if not line.system else f"{line.system}处"
    said += f"（已说明{line.explained}处）" if line.explained else ""
    return {
        "id": line.item.id,
        "says": line.item.says,
        "asks": line.item.asks,
        "compared": bool(line.item.rule),
        "system": said,
        "result": line.result or unseen,
        "note": _clean_of(bureau, line.note, people),
    }


def written(
    bureau: Bureau, document: Document, path: Path, names: frozenset[str] = frozenset(), number: str = ""
) -> Written:
    """Both skins at `path` (without ending), or UseError where a full name or number would get out."""
    options = SkinOptions(profile=str(bureau.campaign.config["margin_profile"]))  # type: ignore[arg-type]
    pdf = render_pdf(document, options)
    found = leaks(path.name, pdf_said(pdf), names)
    if found:
        raise UseError(
            f"{path.name} 中出现了不应出现的姓名或号码（{found[0].excerpt}），没有写出；"
            "请修改事实、说明或单位意见后重试。"
        )
    return Written(
        write(path.with_name(path.name + ".docx"), render_docx(document, options)),
        write(path.with_name(path.name + ".pdf"), pdf),
        number,
    )
