"""The reminder letter as it would be written now, for a click in the portal; `publish` writes the same
one."""

from __future__ import annotations

from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.gather import inputs
from huizong.steps.papers import written
from merger.city import consolidate
from templates import SkinOptions, render_docx


def letter(bureau: Bureau) -> tuple[str, bytes]:
    """(name, docx) of the letter to all units that owe something.  Raises UseError when nobody does."""
    campaign = bureau.campaign
    wanted = {name for name, shape in campaign.documents.items() if shape.audience == "missing"}
    city = consolidate(inputs(bureau), bureau.engine)
    for paper in written(city, bureau.as_of, "first", ""):
        if paper.kind in wanted:
            options = SkinOptions(profile=str(campaign.config["margin_profile"]))  # type: ignore[arg-type]
            return f"{paper.path}.docx", render_docx(paper.document, options)
    raise UseError("各单位都已报齐，不用催报。")
