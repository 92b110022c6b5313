"""Everything about a campaign folder that can be wrong before any data is seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forms import CampaignError, Fault, load
from forms.engine import figure_names
from forms.lint import lint as lint_queries
from huizong.steps.papers import paper_names, text_folders
from templates import lint as lint_prose


def lint(folder: Path) -> Sequence[Fault]:
    """Every fault of definitions, views, rules, figures and prose: `file:line: what, did you mean …`."""
    try:
        campaign = load(folder)
    except CampaignError as wrong:
        return wrong.faults
    faults = list(lint_queries(campaign))
    for name, prose in paper_names(campaign).items():
        faults += [Fault(each.file, each.line, each.message)
                   for each in lint_prose(prose, text_folders(campaign), figures=figure_names(campaign), paper=name)]
    return faults
