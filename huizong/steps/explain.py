"""A warning explained, as a clerk does it: the words are kept with rule, key and value."""

from __future__ import annotations

from collections.abc import Collection

from collector.rows import Actor
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.judge import judge


def explain(bureau: Bureau, unit: str, finding: str | Collection[str], *, reason: str,
            actor: str | Actor = "clerk") -> int:
    """Explains every warning of the unit that `finding` names (RULE, RULE:KEY or RULE:KEY:VALUE, or several).

    Gives how many; a second explanation takes the place of the first.  Raises UseError for an empty reason,
    an error (errors are corrected, not explained), a notice, or no match.
    """
    bureau.known_unit(unit)
    if not reason.strip():
        raise UseError("请写明情况。")
    by = actor if isinstance(actor, Actor) else Actor(actor, "unit")
    wanted = (finding,) if isinstance(finding, str) else tuple(finding)
    found = named(bureau, unit, wanted)
    warnings = {(each.rule, each.key or "", each.value or "") for each in found if each.level == "warning"}
    if not warnings:
        raise UseError(_why(unit, "、".join(wanted), found))
    with bureau.ledger.writing(by) as tx:
        for rule, key, value in sorted(warnings):
            tx.explained(unit, rule, key, value, reason.strip())
    return len(warnings)


def named(bureau: Bureau, unit: str, wanted: Collection[str]) -> list[Finding]:
    """The findings meant: as things stand, or those that only the handing-in of the set brings up."""
    for submitting in (False, True):
        judged = judge(bureau, unit, submitting=submitting).findings
        found = [each for each in judged if any(means(one, each) for one in wanted)]
        if found:
            return found
    return []


def _why(unit: str, finding: str, found: list[Finding]) -> str:
    if not found:
        return f"{unit} 没有名为“{finding}”的问题，请用 huizong check 查看现有问题。"
    if any(each.level == "error" for each in found):
        return f"“{finding}”是错误，须更正后重新上传，不能只作说明。"
    return f"“{finding}”只是提示，不需要说明。"


def means(wanted: str, finding: Finding) -> bool:
    """Whether RULE, RULE:KEY or RULE:KEY:VALUE means this finding."""
    rule, _, rest = wanted.partition(":")
    if rule != finding.rule:
        return False
    key, value = finding.key or "", finding.value or ""
    return rest in ("", key, f"{key}:{value}")
