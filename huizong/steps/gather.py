"""Everything a merge depends on, gathered from the ledger, the store and the registers into one value."""

from __future__ import annotations

from datetime import date

from collector.examine import attached_to
from forms import Campaign
from forms.engine import Submission
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.inspection_sheet import inspections
from huizong.steps.judge import first_submission, words
from merger.city import Inputs, Source


def cutoff_of(campaign: Campaign, report: str) -> date:
    """The last day whose facts a report counts: first (初报) or final (终报)."""
    return campaign.dates["final_statistic_date" if report == "final" else "statistic_date"]


def inputs(bureau: Bureau, *, accepted_only: bool = True, cutoff: date | None = None) -> Inputs:
    """A frozen list: what is uploaded later waits for the next merge."""
    campaign = bureau.campaign
    cabinet = bureau.filed(accepted_only=accepted_only)
    sources = tuple(
        Source(
            filed.row.unit,
            filed.row.form,
            filed.row.version,
            filed.row.file_name,
            filed.row.sha256,
            filed.row.received_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
            filed.document,
        )
        for filed in cabinet.values()
        if filed.document is not None
    )
    states = bureau.states()
    first = {unit.code: first_submission(bureau, unit.code) for unit in campaign.units} if states else {}
    submissions = tuple(
        Submission(unit, form, state.status, first.get(unit) if state.submitted_at else None)
        for (unit, form), state in sorted(states.items())
    )
    attachments = tuple(
        sorted(
            (row.unit, attached_to(campaign, row.file_name) or "", row.file_name)
            for row in bureau.attachments()
        )
    )
    said = words(bureau)
    return Inputs(
        campaign,
        bureau.as_of,
        cutoff or campaign.dates["statistic_date"],
        bureau.registers,
        sources,
        submissions,
        attachments,
        said.explained_rows(),
        said.waiver_rows(),
        said.overrides,
        tuple((each.unit, each.number, each.on) for each in inspections(bureau) if each.closed_at),
    )
