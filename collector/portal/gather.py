"""What a page about a unit stands on, read from the ledger in one view; judged findings are remembered
by content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from collector import sheaf
from collector.examine import attached_to
from collector.portal.checking import Stand
from collector.portal.desk import Desk
from collector.problems import is_evidence
from collector.receipts import Receipt
from collector.rows import Document, Event, Explanation
from collector.workflow import State, replay
from forms.document import Document as Content
from forms.findings import Finding
from forms.spec import Campaign, Unit
from huizong.steps.judge import Judged, judge


@dataclass(frozen=True)
class Case:
    """One unit's papers at one moment."""

    unit: Unit
    events: tuple[Event, ...]
    states: Mapping[tuple[str, str], State]
    documents: tuple[Document, ...]
    explanations: tuple[Explanation, ...]
    receipts: tuple[Receipt, ...]
    scans: Mapping[str, tuple[Document, ...]]  # form → its attachments, the newest of every name

    def state(self, form: str) -> State:
        return self.states.get((self.unit.code, form), State())

    def newest(self, form: str) -> Document | None:
        """The version that counts: the last that could be read."""
        return next(
            (each for each in reversed(self.documents) if each.form == form and each.status == "read"), None
        )

    def version(self, form: str, version: int) -> Document | None:
        return next((each for each in self.documents if each.form == form and each.version == version), None)

    def attachments(self, form: str) -> tuple[Document, ...]:
        return self.scans.get(form, ())


def read_document(desk: Desk, row: Document) -> Content | None:
    """What was read of a file, remembered; None for one that could not be read."""
    digest = row.tables_sha256
    if digest is None:
        return None
    found: Content = desk.contents.get_or_make(digest, lambda: sheaf.unpacked(desk.store.get(digest)))
    return found


WITH_FILE: Final = ("uploaded", "submitted", "accepted")


def of_form(found: Judged, form: str | None) -> tuple[Finding, ...]:
    return tuple(each for each in found.findings if each.form == form)


def case(desk: Desk, code: str) -> Case:
    """Raises KeyError for a unit nobody knows."""
    with desk.ledger.reading() as view:
        events, documents = tuple(view.events(code)), tuple(view.documents(code))
        return Case(
            desk.campaign.units_by_code[code],
            events,
            replay(events),
            documents,
            tuple(view.explanations(code)),
            tuple(view.receipts(code)),
            scans(desk.campaign, documents),
        )


def set_scan(each: Document) -> bool:
    """A scan of the set, not the evidence to a problem."""
    return each.status == "attachment" and not is_evidence(each.file_name)


def scans(campaign: Campaign, documents: Iterable[Document]) -> dict[str, tuple[Document, ...]]:
    """Pure: the attachments of each form, told by their names; those of no form under the empty name."""
    newest = {each.file_name: each for each in documents if set_scan(each)}
    found: dict[str, tuple[Document, ...]] = {}
    for name, each in newest.items():
        form = attached_to(campaign, name) or ""
        found[form] = (*found.get(form, ()), each)
    return found


PATIENT: Final = 60.0


def judged(desk: Desk, case: Case) -> Judged:
    """All findings of the unit as they stand now; once every form is in, as if the set were handed in."""
    return judged_soon(desk, case, PATIENT)[0]


def judged_soon(desk: Desk, case: Case, patience: float | None = None) -> tuple[Judged, bool]:
    """The same within a moment, else what was known before; and whether it is what stands now."""
    if not case.documents:
        return Judged((), ()), True
    complete = all(case.state(form).status in WITH_FILE for form in desk.campaign.forms)
    stand = Stand(mark(desk, case), complete)
    return desk.checking.get(case.unit.code, stand, desk.patience if patience is None else patience)


def judged_city(desk: Desk) -> Judged:
    """Findings of all units together with the rules across units."""
    at = ("city", *city_mark(desk))

    def make(_: object = None) -> dict[str, Judged]:
        return {"city": judge(desk.bureau_with_registers())}

    return desk.answers.get_or_make(at, lambda: desk.judged.get_or_make({"city": at}, make)["city"])


def city_mark(desk: Desk) -> tuple[object, ...]:
    """Changes whenever anything does that the bureau's lists over all units rest on."""
    with desk.ledger.reading() as view:
        return (
            *(each.seq for each in view.events()[-1:]),
            len(view.documents()),
            tuple(each.id for each in view.explanations()),
            tuple((each.id, each.version) for each in view.waivers()),
            tuple(each.id for each in view.overrides()),
            desk.registers_at(),
            desk.today(),
        )


def mark(desk: Desk, case: Case) -> tuple[object, ...]:
    """Changes whenever what is judged does: same mark, same findings."""
    with desk.ledger.reading() as view:
        waivers = tuple((each.id, each.version) for each in view.waivers(case.unit.code))
        overrides = tuple(each.id for each in view.overrides(case.unit.code))
    return (
        case.unit.code,
        case.events[-1].seq if case.events else 0,
        case.explanations[-1].id if case.explanations else 0,
        len(case.documents),
        waivers,
        overrides,
        desk.registers_at(),
        desk.today(),
    )
