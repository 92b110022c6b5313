"""Everything a merge depends on, gathered from the ledger, the store and the registers into one value."""

from __future__ import annotations

from datetime import date

from collector.examine import attached_to
from huizong.steps.bureau import BEIJING, Bureau
from huizong.steps.judge import first_submission, words
from forms.engine import Submission
from merger.city import Inputs, Override, Source


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
        overrides(bureau),
    )


def overrides(bureau: Bureau) -> tuple[Override, ...]:
    """Numbers the bureau set by hand, by figure."""
    if not bureau.has_state:
        return ()
    with bureau.ledger.reading() as view:
        found = view.overrides()
    by_field = {
        (form.form, field.name): field.figure
        for form in bureau.campaign.forms.values()
        for _, field in form.fields()
        if field.figure
    }
    return tuple(
        Override(each.unit, figure, int(each.value), each.reason, each.by)
        for each in found
        if (figure := by_field.get((each.form, each.field))) is not None
    )
