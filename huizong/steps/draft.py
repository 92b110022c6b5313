"""Material 1 drafted for the units: what each reported so far, put into the words of its own report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from forms import Form
from huizong.steps.bureau import Bureau
from huizong.steps.gather import inputs
from huizong.steps.papers import text_folders
from merger.city import City, consolidate
from merger.papers import Head, context
from templates import SkinOptions, compose, render_docx


def drafts(
    bureau: Bureau, cutoff: date, options: SkinOptions, units: tuple[str, ...] = ()
) -> Iterator[tuple[str, bytes]]:
    """(file name, docx) for every unit that has handed in anything, accepted or not; a draft is the unit's
    own to edit.

    Nothing where the campaign has no report of the units.
    """
    campaign = bureau.campaign
    form = next((each for each in campaign.forms.values() if each.prose), None)
    if form is None:
        return
    given = inputs(bureau, accepted_only=False, cutoff=cutoff)
    with_data = {each.unit for each in given.sources if each.form != form.form}
    wanted = [unit for unit in campaign.units if unit.code in with_data and (not units or unit.code in units)]
    if wanted:
        city = consolidate(given, bureau.engine, [unit.code for unit in wanted])
        for unit in wanted:
            yield f"{unit.code}-{unit.short_name}.docx", _draft(bureau, city, form, unit.code, options)


def _draft(bureau: Bureau, city: City, form: Form, unit: str, options: SkinOptions) -> bytes:
    values = context(city, Head("", bureau.as_of), bureau.campaign.units_by_code[unit])
    return render_docx(compose(f"{form.prose}.md", values, folders=text_folders(bureau.campaign)), options)
