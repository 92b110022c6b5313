"""`inspection.yaml` of a campaign: what an inspection group looks at, and what it may find by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import Field

from forms.catalogue import RULE_KEYS
from forms.declared import Declared
from forms.faults import CampaignError, Fault, did_you_mean
from forms.shapes import shaped
from forms.spec import Campaign
from forms.sqlfile import read_folder
from forms.yamlfile import read

FILE: Final = "inspection.yaml"
VIOLATIONS, VERDICTS, FOUND_BY = "violation", "conclusion", "found_by"  # code lists


class LookShape(Declared):
    says: str
    asks: str = ""


class CheckShape(Declared):
    title: str
    asks: str
    rules: str
    also: list[str] = Field(default_factory=list)
    look: dict[str, LookShape]


class CategoryShape(Declared):
    check: str
    person: Literal["required", "optional", "none"]
    requirement: str
    remedy: str


class PaperShape(Declared):
    prose: str
    label: str
    document: str | None = None  # of campaign.yaml, where its number comes from


class RectificationShape(Declared):
    """The words of 整改状态 for every state of putting right that `collector.problems` knows."""

    waiting: str
    working: str
    overdue: str
    done: str
    closed: str
    dismissed: str


class InspectionShape(Declared):
    results: list[str] = Field(min_length=1)
    needs_note: list[str] = Field(default_factory=list)
    unseen: str
    verdicts: dict[Literal["found", "dismissed"], list[str]]
    pending: str
    rectification: RectificationShape
    found_by: str
    evidence: str
    nobody: str
    checks: dict[str, CheckShape]
    categories: dict[str, CategoryShape]
    columns: dict[str, str]
    ban_columns: dict[str, str]
    ban_title: str
    papers: dict[Literal["record", "notice", "comparison"], PaperShape]


@dataclass(frozen=True)
class Item:
    """One line of the checklist: a rule (what the system compares) or a look (what people see)."""

    id: str
    check: str
    says: str
    asks: str = ""
    rule: bool = False


@dataclass(frozen=True)
class Category:
    """What a finding by hand is about; `label` is that of the code list, without the code."""

    code: str
    label: str
    check: str
    person: str
    requirement: str
    remedy: str


@dataclass(frozen=True)
class Checklist:
    """The checks in order, their items (looks first, then rules), and the words around them."""

    shape: InspectionShape
    items: Mapping[str, Item]
    categories: Mapping[str, Category]

    @property
    def checks(self) -> Mapping[str, CheckShape]:
        return self.shape.checks

    def of(self, check: str) -> list[Item]:
        return [each for each in self.items.values() if each.check == check]

    def verdicts(self, move: str) -> tuple[str, ...]:
        """The verdicts a move may carry; empty for a move that carries none."""
        return tuple(dict(self.shape.verdicts).get(move, ()))  # type: ignore[call-overload]


def load_checklist(campaign: Campaign) -> Checklist:
    """Raises CampaignError with every fault of the file: unknown rules, codes, checks, verdicts."""
    faults: list[Fault] = []
    source = read(campaign.folder / FILE, FILE)
    shape = shaped(InspectionShape, source, faults)
    if shape is None:
        raise CampaignError(faults)

    def wrong(message: str, *path: object) -> None:
        faults.append(Fault(FILE, source.line(*path), message))

    statements = read_folder(campaign.folder, "rules", RULE_KEYS, [])
    rules = {
        each.id: (each.file.rpartition("/")[2].removesuffix(".sql"), str(each.header.get("title", "")))
        for each in statements
    }
    files = {file for file, _ in rules.values()}
    items: dict[str, Item] = {}
    for name, check in shape.checks.items():
        if check.rules not in files:
            wrong(
                f"rules 中没有 {check.rules}.sql" + did_you_mean(check.rules, files), "checks", name, "rules"
            )
        for n, rule in enumerate(check.also):
            if rule not in rules:
                wrong(f"没有规则“{rule}”" + did_you_mean(rule, rules), "checks", name, "also", n)
        own = [Item(key, name, look.says, look.asks) for key, look in check.look.items()]
        own += [
            Item(rule, name, title, rule=True)
            for rule, (file, title) in rules.items()
            if file == check.rules or rule in check.also
        ]
        for item in own:
            if item.id in items:
                wrong(f"“{item.id}”在检查表中出现两次。", "checks", name)
            items[item.id] = item
    labels = {
        each.code: each.label.removeprefix(each.code).strip() for each in campaign.codes[VIOLATIONS].codes
    }
    categories = {}
    for code, given in shape.categories.items():
        if code not in labels:
            wrong(f"代码表 {VIOLATIONS} 中没有“{code}”" + did_you_mean(code, labels), "categories", code)
            continue
        if given.check not in shape.checks:
            wrong(
                f"没有检查“{given.check}”" + did_you_mean(given.check, shape.checks),
                "categories",
                code,
                "check",
            )
        categories[code] = Category(
            code, labels[code], given.check, given.person, given.requirement, given.remedy
        )
    for lists, words, path in (
        (VERDICTS, [each for one in shape.verdicts.values() for each in one], "verdicts"),
        (VERDICTS, [shape.pending], "pending"),
        (FOUND_BY, [shape.found_by], "found_by"),
    ):
        known = {each.label for each in campaign.codes[lists].codes}
        for word in words:
            if word not in known:
                wrong(f"代码表 {lists} 中没有“{word}”" + did_you_mean(word, known), path)
    for word, path in (*((each, "needs_note") for each in shape.needs_note), (shape.unseen, "unseen")):
        if word not in shape.results:
            wrong(f"results 中没有“{word}”" + did_you_mean(word, shape.results), path)
    if faults:
        raise CampaignError(faults)
    return Checklist(shape, items, categories)
