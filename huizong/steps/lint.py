"""Everything about a campaign folder that can be wrong before any data is seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from forms import CampaignError, Fault, load
from forms.lint import lint as lint_queries
from huizong.steps.lint_prose import lint_prose


def lint(folder: Path) -> Sequence[Fault]:
    """Every fault of definitions, views, rules, figures and prose: `file:line: what, did you mean …`."""
    try:
        campaign = load(folder)
    except CampaignError as wrong:
        return wrong.faults
    faults = list(lint_queries(campaign))
    return faults or list(lint_prose(campaign))
