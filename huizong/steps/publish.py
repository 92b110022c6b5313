"""Publishing: report, circular, notices and reminders as docx and PDF of the same words, and the problem register."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path


from pypdf import PdfReader

from collector.rows import Actor
from forms import Unit
from huizong.steps.bureau import Bureau
from huizong.steps.files import write
from huizong.steps.gather import inputs
from huizong.steps.papers import paper_names, text_folders
from huizong.steps.progress import Progress, silent
from merger.city import City, consolidate
from merger.masking import Leak, leaks
from merger.papers import Head, annex_tables, context
from merger.register import problem_register
from templates import Document, Inserts, SkinOptions, compose, render_docx, render_pdf

DRAFT = "征求意见稿"


@dataclass(frozen=True)
class Paper:
    """One paper ready to be dressed."""

    kind: str
    path: str           # below the output folder, without ending
    document: Document


@dataclass(frozen=True)
class Published:
    paths: tuple[Path, ...]
    leaks: tuple[Leak, ...]
    conformance: tuple[str, ...]
    city: City


def publish(bureau: Bureau, out: Path, *, report: str = "first", signed: bool = False,
            actor: str | Actor = "bureau", progress: Progress = silent) -> Published:
    """Writes every paper of the campaign into OUT; `report` chooses the cut-off date.

    What leaves the bureau is scanned for numbers and full names; a leak is reported, and the paper is not written.
    """
    campaign = bureau.campaign
    cutoff = campaign.dates["final_statistic_date" if report == "final" else "statistic_date"]
    city = consolidate(inputs(bureau, cutoff=cutoff), bureau.engine)
    papers = list(written(city, text_folders(campaign), bureau.as_of, report, "" if signed else DRAFT))
    options = SkinOptions(profile=str(campaign.config["margin_profile"]))  # type: ignore[arg-type]
    names = full_names(city)
    paths: list[Path] = []
    found: list[Leak] = []
    with ProcessPoolExecutor(max_workers=2) as pool:
        jobs = [pool.submit(dressed, paper.document, options) for paper in papers]
        for paper, job in progress(list(zip(papers, jobs, strict=True)), "成文"):
            docx, pdf = job.result()
            leaked = leaks(paper.path, pdf_text(pdf), names)
            found += leaked
            if not leaked:
                paths += [write(out / f"{paper.path}.docx", docx), write(out / f"{paper.path}.pdf", pdf)]
    paths.append(write(out / "问题台账.xlsx", problem_register(city)))
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    with bureau.ledger.writing(by) as tx:
        tx.event("published", "", details={"snapshot": city.snapshot, "report": report, "papers": len(papers)})
    return Published(tuple(paths), tuple(found), (), city)


def written(city: City, folders: Sequence[Path], day: date, stage: str, draft: str) -> Iterator[Paper]:
    """Every paper of the campaign, composed: for the superior, for all units, for each unit that needs one."""
    campaign = city.campaign
    tables = annex_tables(city)
    owed = context(city, Head("", day))["units"]
    missing = [campaign.units_by_code[each["code"]] for each in owed if each["missing"]]
    troubled = {row["unit"] for row in city.views["problem_register"].to_pylist()}
    with_problems = [unit for unit in campaign.units if unit.code in troubled]
    sent = {"notices_sent": len(with_problems), "reminders_sent": len(missing)}
    for name, shape in campaign.documents.items():
        audience: list[Unit | None] = {"superior": [None], "units": [None], "unit": list[Unit | None](with_problems),
                                       "missing": [None] if missing else []}[shape.audience]
        for n, unit in enumerate(audience, 1):
            head = Head(shape.number.format(year=day.year, n=n), day, stage, draft, sent=sent,
                        to="、".join(each.name for each in missing))
            values = context(city, head, unit)
            document = compose(paper_names(campaign)[name], values, folders=folders, inserts=Inserts(tables=tables))
            folder = f"{shape.label}/" if unit else ""
            yield Paper(name, f"{folder}{f'{unit.code}-{unit.short_name}-' if unit else ''}{shape.label}", document)


def dressed(document: Document, options: SkinOptions) -> tuple[bytes, bytes]:
    """The same words in both skins; runs in a worker process."""
    return render_docx(document, options), render_pdf(document, options)


def pdf_text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def full_names(city: City) -> frozenset[str]:
    """Names of people in the registers: none of them may stand in a paper that leaves the bureau."""
    found: set[str] = set()
    for table in city.tables.values():
        if "name" in table.column_names:
            found |= {name for name in table.column("name").unique().to_pylist() if name}
    return frozenset(found)


