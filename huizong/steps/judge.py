"""What the rules say of a unit (or the city) as things stand now, with explanations and waivers applied."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from collector import rows
from collector.examine import attached_to
from collector.rows import Explanation
from collector.rows import Waiver as LedgerWaiver
from collector.workflow import State
from forms import Document, Finding
from forms.engine import Held, Submission, Waiver
from forms.findings import levelled, place, settled
from huizong.steps.bureau import Bureau
from merger.city import Override


@dataclass(frozen=True)
class Judged:
    """Findings of files and of rules in order of place; rules that wait for something."""

    findings: tuple[Finding, ...]
    held: tuple[Held, ...]

    @property
    def errors(self) -> list[Finding]:
        """Those that nobody waived."""
        return [each for each in self.findings if each.level == "error" and each.open]

    @property
    def unexplained(self) -> list[Finding]:
        return [each for each in self.findings if each.level == "warning" and each.open]


@dataclass(frozen=True)
class Words:
    """What people said about findings: explanations by unit, rule, key and value; waivers."""

    explanations: tuple[Explanation, ...] = ()
    waivers: tuple[LedgerWaiver, ...] = ()
    overrides: tuple[Override, ...] = ()

    def override_rows(self) -> tuple[tuple[str, str, int, str, str], ...]:
        return tuple((o.unit, o.figure, o.value, o.reason, o.by) for o in self.overrides)

    def explained_rows(self) -> tuple[tuple[str, str, str, str, str], ...]:
        return tuple((e.unit, e.rule, e.key, e.value, e.reason) for e in self.explanations)

    def waiver_rows(self) -> tuple[Waiver, ...]:
        return tuple(Waiver(w.unit, w.rule, w.key or None, w.reason, w.approver or w.by, w.until)
                     for w in self.waivers)


def together(said: Iterable[Words]) -> Words:
    """The words of several units as one."""
    every = list(said)
    return Words(tuple(e for each in every for e in each.explanations),
                 tuple(w for each in every for w in each.waivers),
                 tuple(o for each in every for o in each.overrides))


def words(bureau: Bureau, unit: str | None = None) -> Words:
    """From the ledger; nothing where there is none yet."""
    if not bureau.has_state:
        return Words()
    with bureau.ledger.reading() as view:
        return Words(tuple(view.explanations(unit)), tuple(view.waivers(unit)),
                     overrides(bureau, view.overrides(unit)))


def overrides(bureau: Bureau, found: Iterable[rows.Override]) -> tuple[Override, ...]:
    """Numbers the bureau set by hand, by figure; the ledger knows them by form and field."""
    by_field = {(form.form, field.name): field.figure for form in bureau.campaign.forms.values()
                for _, field in form.fields() if field.figure}
    return tuple(Override(each.unit, figure, int(each.value), each.reason, each.by) for each in found
                 if (figure := by_field.get((each.form, each.field))) is not None)


def judge(bureau: Bureau, unit: str | None = None, *, submitting: bool = False) -> Judged:
    """What the ledger holds of a unit, or of all with the city's own rules.

    `submitting`: judged as if the set were handed in now, so that what is missing counts.
    """
    if unit is not None:
        return judge_units(bureau, {unit: submitting})[unit]
    submissions = list(bureau.submissions(bureau.states()))
    return judge_documents(bureau, documents_of(bureau), submissions=submissions, said=words(bureau),
                           attachments=attached(bureau))


def judge_units(bureau: Bureau, submitting: Mapping[str, bool]) -> dict[str, Judged]:
    """Several units in one data set, which costs little more than one; each as `judge` would alone.

    `submitting`: the units, and whether each is judged as if its set were handed in now.
    """
    documents: dict[str, Document] = {}
    submissions: list[Submission] = []
    for unit, as_if in submitting.items():
        documents |= documents_of(bureau, unit)
        states = bureau.states(unit)
        submissions += as_submitted(bureau, unit, states) if as_if else bureau.submissions(states)
    found = judge_documents(bureau, documents, unit=list(submitting), submissions=submissions,
                            said=together(words(bureau, unit) for unit in submitting),
                            attachments=[row for unit in submitting for row in attached(bureau, unit)])
    return {unit: Judged(tuple(each for each in found.findings if each.unit == unit),
                         tuple(each for each in found.held if each.unit == unit)) for unit in submitting}


def documents_of(bureau: Bureau, unit: str | None = None) -> dict[str, Document]:
    """What was read of the versions that count, by id."""
    return {filed.id: filed.document for filed in bureau.filed(unit).values() if filed.document is not None}


def judge_filed(bureau: Bureau) -> Judged:
    """All that is filed, units together, as `check` sees files: who has submitted when plays no part."""
    return judge_documents(bureau, documents_of(bureau), attachments=attached(bureau), said=words(bureau))


def attached(bureau: Bureau, unit: str | None = None) -> list[tuple[str, str, str]]:
    """(unit, form, file name) of every scan."""
    return [(row.unit, attached_to(bureau.campaign, row.file_name) or "", row.file_name)
            for row in bureau.attachments(unit)]


def judge_documents(bureau: Bureau, documents: Mapping[str, Document], *,
                    unit: str | Collection[str] | None = None,
                    submissions: Sequence[Submission] = (), attachments: Iterable[tuple[str, str, str]] = (),
                    said: Words | None = None, units: Sequence[str] | None = None) -> Judged:
    """Rules over these documents: of one unit or several, or of all together with the rules across units."""
    said = said or Words()
    raw = (finding for document in documents.values() for finding in document.findings)
    own = levelled(raw, bureau.campaign.levels)
    with bureau.engine.data(bureau.registers, documents, as_of=bureau.as_of, submissions=submissions,
                            attachments=list(attachments), waivers=said.waiver_rows(),
                            explanations=said.explained_rows(), overrides=said.override_rows(),
                            units=units) as data:
        checked = data.check(unit=unit)
    findings = (*marked(own, said, bureau.as_of), *checked.findings)
    return Judged(tuple(sorted(findings, key=place)), checked.held)


def as_submitted(bureau: Bureau, unit: str, states: Mapping[tuple[str, str], State]) -> list[Submission]:
    """Every form of the unit as handed in at this moment, or when it was."""
    now = bureau.now()
    first = first_submission(bureau, unit) or now
    return [Submission(unit, form, state if (state := states.get((unit, form), State()).status) == "accepted"
                       else "submitted", first) for form in bureau.campaign.forms]


def first_submission(bureau: Bureau, unit: str) -> datetime | None:
    """When the unit first handed something in; lateness is judged by it, not by what came after a return."""
    if not bureau.has_state:
        return None
    with bureau.ledger.reading() as view:
        return next((event.at for event in view.events(unit) if event.kind == "submitted"), None)


def marked(findings: Iterable[Finding], said: Words, as_of: date) -> list[Finding]:
    """Findings of files with their explanation or waiver, as the engine marks those of rules."""
    reasons = {(e.unit, e.rule, e.key, e.value): e.reason for e in said.explanations}
    waived = {(w.unit, w.rule, w.key or ""): w.reason for w in said.waivers
              if w.until is None or w.until >= as_of}
    return [settled(each, reasons, waived) for each in findings]
