"""The seam between the demo and the use cases: what `play` needs of `huizong.steps`,
called as the command line does.
"""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from forms import Finding
from huizong.steps.bureau import Bureau, open_bureau
from huizong.steps.errors import UseError
from huizong.steps.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of handing a set in: `blocked` by errors or gaps; `unexplained`: rules of open warnings."""

    submitted: bool
    blocked: bool = False
    unexplained: frozenset[str] = frozenset()


class RealSteps:
    """The real use cases. `explain` passes over rules that did not fire:
    the clerk has nothing to say there.
    """

    def __init__(self, scheduler: str | None = None, progress: Progress | None = None) -> None:
        self._scheduler, self._progress = scheduler, progress or silent

    def open(self, campaign: Path, as_of: date) -> AbstractContextManager[Any]:
        return open_bureau(campaign, as_of=as_of, scheduler=self._scheduler)

    def issue(self, bureau: Bureau, out: Path) -> None:
        from huizong.steps.issue import issue

        issue(bureau, out, progress=self._progress)

    def take(self, bureau: Bureau, paths: Sequence[Path]) -> list[Finding]:
        """What was said of files that were kept but not recorded as a form."""
        from huizong.steps.take import take

        taken = take(bureau, paths, progress=self._progress)
        return [finding for one in taken if one.refused for finding in one.findings]

    def findings(self, bureau: Bureau, handing_in: Sequence[str] = ()) -> list[Finding]:
        """What reading and rules say of all that is filed, units together; or of these as each hands in."""
        from huizong.steps.judge import judge_filed, judge_units

        if handing_in:
            judged = judge_units(bureau, dict.fromkeys(handing_in, True))
            return [each for code in handing_in for each in judged[code].findings]
        return list(judge_filed(bureau).findings)

    def explain(self, bureau: Bureau, unit: str, rules: Collection[str], reason: str) -> None:
        from huizong.steps.explain import explain

        try:
            explain(bureau, unit, rules, reason=reason)
        except UseError:
            return

    def submit(self, bureau: Bureau, unit: str) -> Attempt:
        from huizong.steps.submit import submit

        outcome = submit(bureau, unit)
        return Attempt(bool(outcome.submitted), bool(outcome.errors or outcome.missing),
                       frozenset(each.rule for each in outcome.unexplained))

    def accept(self, bureau: Bureau, units: Sequence[str]) -> None:
        from huizong.steps.review import review

        if units:
            review(bureau, accept=units)

    def give_back(self, bureau: Bureau, units: Sequence[str], reason: str) -> None:
        from huizong.steps.review import review

        if units:
            review(bureau, give_back=units, reason=reason)

    def merge(self, bureau: Bureau, out: Path) -> None:
        from huizong.steps.merge import merge

        merge(bureau, out, progress=self._progress)

    def publish(self, bureau: Bureau, out: Path) -> None:
        from huizong.steps.publish import publish

        publish(bureau, out, progress=self._progress)
