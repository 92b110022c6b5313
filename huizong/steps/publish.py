"""Publishing: report, circular, notices and reminders as docx and PDF of the same words, drafts for the
units, registers.

Every file is read back and held against the snapshot (D-01…D-11) and the standard; what leaks is not written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from collector.rows import Actor
from huizong.steps.bureau import Bureau
from huizong.steps.check_report import CHECKS, Checked, summary, told
from huizong.steps.draft import drafts
from huizong.steps.dress import Dressed, dressed
from huizong.steps.files import write
from huizong.steps.gather import cutoff_of, inputs
from huizong.steps.numbers import issued
from huizong.steps.papers import Paper, chats, written
from huizong.steps.pool import pool
from huizong.steps.problem_moves import enrol
from huizong.steps.problem_register import register_lives
from huizong.steps.progress import Progress, silent
from merger.binding import facts
from merger.binding import full_names as full_names
from merger.city import City, consolidate
from merger.masking import Leak
from merger.register import problem_register
from merger.vetting import Flaw, Written, vet
from templates import SkinOptions
from templates.readback import pdf_said

DRAFT = "征求意见稿"
DRAFTS, REGISTER = "自查报告底稿", "问题台账.xlsx"
pdf_text = pdf_said


@dataclass(frozen=True)
class Published:
    """`flaws`: what D-01…D-11 found; `leaks`: those of them that kept a paper from being written."""

    paths: tuple[Path, ...]
    leaks: tuple[Leak, ...]
    conformance: tuple[str, ...]
    city: City
    flaws: tuple[Flaw, ...] = ()


def publish(
    bureau: Bureau,
    out: Path,
    *,
    report: str = "first",
    signed: bool = False,
    actor: str | Actor = "bureau",
    progress: Progress = silent,
) -> Published:
    """Writes every paper of the campaign into OUT; `report` (first, final) chooses the cut-off date.

    A paper with a number or full name of a person in it is reported and not written.
    """
    campaign = bureau.campaign
    day = cutoff_of(campaign, report)
    city = consolidate(inputs(bureau, cutoff=day), bureau.engine)
    draft = "" if signed else DRAFT
    if signed:  # what a signed paper calls a problem stays its number
        enrol(bureau, by=actor)
    lives = register_lives(bureau)
    numbers = issued(bureau)
    papers = list(written(city, bureau.as_of, report, draft, lives, numbers))
    plain = SkinOptions(profile=str(campaign.config["margin_profile"]))  # type: ignore[arg-type]
    # The mark comes from here too: a new kind of paper cannot leave it out (D-10).
    options = plain.model_copy(update={"draft": draft or None})
    jobs = [pool(bureau.scheduler).submit(dressed, paper.document, options) for paper in papers]
    paths = [write(out / DRAFTS / name, data) for name, data in drafts(bureau, day, plain)]
    checked: list[Checked] = []
    for paper, job in progress(list(zip(papers, jobs, strict=True)), "成文"):
        done = job.result()
        flaws = vet(
            _read_back(paper, done), facts(city, paper.values, paper.unit.code if paper.unit else None, draft)
        )
        checked.append(Checked(paper.path, done, tuple(flaws)))
        if not any(each.leak for each in flaws):
            paths += [
                write(out / f"{paper.path}.docx", done.docx),
                write(out / f"{paper.path}.pdf", done.pdf),
            ]
    paths += [write(out / f"{name}.txt", text.encode()) for name, text in chats(city, bureau.as_of)]
    paths.append(write(out / REGISTER, problem_register(city, lives)))
    paths.append(write(out / CHECKS, "\n".join(told(city.snapshot, checked)).encode()))
    by = actor if isinstance(actor, Actor) else Actor(actor, "bureau")
    with bureau.ledger.writing(by) as tx:
        what = {"snapshot": city.snapshot, "report": report, "papers": len(papers)}
        tx.event("published", "", details={**what, "numbers": {} if draft else _numbers(papers)})
    found = tuple(flaw for each in checked for flaw in each.flaws)
    leaked = tuple(Leak(each.paper, each.rule, each.excerpt) for each in found if each.leak)
    return Published(tuple(paths), leaked, summary(checked), city, found)


def _numbers(papers: Sequence[Paper]) -> dict[str, list[str]]:
    """The number of every paper that has one: its kind and unit."""
    return {
        paper.document.number: [paper.kind, paper.unit.code if paper.unit else ""]
        for paper in papers
        if paper.document.number
    }


def _read_back(paper: Paper, done: Dressed) -> Written:
    about_city = paper.unit is None
    return Written(
        paper.path,
        paper.document,
        done.said,
        done.printed,
        paper.prose,
        paper.unit.name if paper.unit else None,
        about_city,
    )
