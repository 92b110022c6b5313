"""A warning explained, as a clerk does it: the words are kept with rule, key and value."""

from __future__ import annotations

from collector.rows import Actor
from forms import Finding
from huizong.steps.bureau import Bureau
from huizong.steps.errors import UseError
from huizong.steps.judge import judge


def explain(bureau: Bureau, unit: str, finding: str, *, reason: str, actor: str | Actor = "clerk") -> int:
    """Explains every open warning of the unit that `finding` names (RULE, RULE:KEY or RULE:KEY:VALUE).

    Gives how many.  Raises UseError for an empty reason, an error (errors are corrected, not explained) or no match.
    """
    bureau.known_unit(unit)
    if not reason.strip():
        raise UseError("请写明说明的理由。")
    by = actor if isinstance(actor, Actor) else Actor(actor, "unit")
    found = [each for each in judge(bureau, unit).findings if names(finding, each)]
    if not found:
        raise UseError(f"{unit} 没有名为“{finding}”的问题，请用 huizong check 查看现有问题。")
    warnings = {(each.rule, each.key or "", each.value or "") for each in found if each.level == "warning"}
    if not warnings:
        raise UseError(f"“{finding}”是错误，须更正后重新上传，不能只作说明。")
    with bureau.ledger.writing(by) as tx:
        for rule, key, value in sorted(warnings):
            tx.explained(unit, rule, key, value, reason.strip())
    return len(warnings)


def names(wanted: str, finding: Finding) -> bool:
    """Whether RULE, RULE:KEY or RULE:KEY:VALUE means this finding."""
    rule, _, rest = wanted.partition(":")
    if rule != finding.rule:
        return False
    key, value = finding.key or "", finding.value or ""
    return rest in ("", key, f"{key}:{value}")
