"""Everything about a campaign's texts that can be wrong before anything is printed."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date

from forms import Campaign, Fault
from forms.engine import Engine
from forms.faults import did_you_mean
from forms.registers import Registers
from huizong.steps.papers import paper_names, text_folders
from merger.city import City, Inputs, annexes, consolidate
from merger.inserts import CHARTS
from merger.names import WORDS, known_kinds, known_names
from templates import TEXT, ProseError, find, placeholder_lines
from templates.document import ANNEX, head
from templates.prose import take_apart
from templates.prose_faults import comparisons, shape

RECEIPT, PHASE_TWO = "receipt.md", ("inspection.md", "comparison.md")


@dataclass(frozen=True)
class Known:
    """The names a text may ask for, and what they hold."""

    names: Collection[str]
    kinds: dict[str, type]


def lint_prose(campaign: Campaign) -> Iterator[Fault]:
    """Placeholders nobody fills, conditions that never hold and heads that are wrong, in every text that
    the campaign's papers use."""
    day = campaign.dates["statistic_date"]
    city = consolidate(_nothing(campaign, day), Engine(campaign))
    known = Known(known_names(city), dict(known_kinds(city)))
    own = {f"{each.prose}.md" for each in campaign.forms.values() if each.prose}
    for name in sorted({*paper_names(campaign).values(), *own, RECEIPT}):
        yield from _text(campaign, city, name, known)
    for name in PHASE_TWO:
        yield from _text(campaign, city, name, Known(documented(name), {}))
    for name in sorted({f"{each.chat}.txt" for each in campaign.documents.values() if each.chat}):
        yield from _text(campaign, city, name, known)


def documented(name: str) -> frozenset[str]:
    """The names that PHASE_TWO.md lists for a text, and the lists their rows belong to."""
    part = (TEXT / "PHASE_TWO.md").read_text("utf-8").split(f"## {name}\n")[1].split("\n## ")[0]
    names = set(re.findall(r"`([a-z_]+(?:\[\])?(?:\.[a-z_]+(?:\[\])?)*)`", part))
    return frozenset(names | {each.rpartition("[]")[0] for each in names if "[]" in each})


def _text(campaign: Campaign, city: City, name: str, known: Known) -> Iterator[Fault]:
    try:
        text = find(name, text_folders(campaign)).read_text("utf-8-sig")
    except FileNotFoundError:
        yield Fault("campaign.yaml", 0, f"文书“{name}”没有文本，请放入 text/ 目录。")
        return
    shown = f"text/{name}"
    try:
        asked, names = placeholder_lines(text), set(known.names)
        if name.endswith(".md"):
            prose = take_apart(text, shown)
            own, tables = head(prose), [table.name for _, table in annexes(campaign)]
            names |= {f"{ANNEX}.{each.key}" for each in own.attachments if each.key}
            yield from (Fault(shown, *each) for each in shape(prose, own, tables, tuple(CHARTS)))
        yield from (Fault(shown, *each) for each in comparisons(text, known.kinds, WORDS))
    except ProseError as wrong:
        yield Fault(shown, wrong.line, wrong.message)
        return
    for placeholder, lines in asked.items():
        if placeholder not in names:
            for line in lines:
                hint = did_you_mean(placeholder, sorted(names))
                yield Fault(shown, line, f"不认识的占位符“{placeholder}”" + hint)


def _nothing(campaign: Campaign, day: date) -> Inputs:
    return Inputs(campaign, day, day, Registers({}), (), ())
