"""Everything about a campaign folder that can be wrong before any data is seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from forms import Campaign, CampaignError, Fault, load
from forms.engine import Engine
from forms.faults import did_you_mean
from forms.lint import lint as lint_queries
from forms.registers import Registers
from huizong.steps.papers import paper_names, text_folders
from merger.city import Inputs, consolidate
from merger.papers import known_names
from templates import ProseError, find, placeholder_lines
from templates.document import head
from templates.prose import take_apart


def lint(folder: Path) -> Sequence[Fault]:
    """Every fault of definitions, views, rules, figures and prose: `file:line: what, did you mean …`."""
    try:
        campaign = load(folder)
    except CampaignError as wrong:
        return wrong.faults
    faults = list(lint_queries(campaign))
    return faults or list(lint_prose(campaign))


def lint_prose(campaign: Campaign) -> Iterator[Fault]:
    """Placeholders nobody fills and heads that are wrong, in every text the campaign's papers use."""
    day = campaign.dates["statistic_date"]
    known = known_names(consolidate(_nothing(campaign, day), Engine(campaign)))
    own = (f"{each.prose}.md" for each in campaign.forms.values() if each.prose)
    texts = {*paper_names(campaign).values(), *own}
    for name in sorted(texts):
        try:
            file = find(name, text_folders(campaign))
        except FileNotFoundError:
            yield Fault("campaign.yaml", 0, f"文书“{name}”没有文本，请放入 text/ 目录。")
            continue
        shown = f"text/{name}"
        try:
            text = file.read_text("utf-8-sig")
            head(take_apart(text, shown))
            asked = placeholder_lines(text)
        except ProseError as wrong:
            yield Fault(shown, wrong.line, wrong.message)
            continue
        for placeholder, lines in asked.items():
            if placeholder not in known:
                for line in lines:
                    hint = did_you_mean(placeholder, sorted(known))
                    yield Fault(shown, line, f"不认识的占位符“{placeholder}”" + hint)


def _nothing(campaign: Campaign, day: date) -> Inputs:
    return Inputs(campaign, day, day, Registers({}), (), ())
