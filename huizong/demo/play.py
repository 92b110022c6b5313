"""The whole run: a world, its campaign folder, the packs, two rounds of returns, the merge, the report."""

import csv
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from forms import Finding
from forms.campaign import load, shipped
from forms.spec import Campaign
from huizong.demo import folder, registers, truth
from huizong.demo.clock import Clock, Timed
from huizong.demo.draft import FILLED, START, STATISTIC
from huizong.demo.lexicon import Lexicon
from huizong.demo.oracle import score
from huizong.demo.planted import Round, placed, rounds
from huizong.demo.returns import Filler, unpacked
from huizong.demo.steps import Attempt, RealSteps
from huizong.demo.words import words
from huizong.demo.world import synthesise

LATE = date(2019, 8, 13)  # the day on which the late unit's set arrives, and the bureau closes the books
PLANTED = ("round", "unit", "form", "sheet", "cell", "key", "rule", "case")


class Steps(Protocol):
    """The use cases the demo plays through, as the command line has them; a bureau is open for one day."""

    def open(self, campaign: Path, as_of: date) -> AbstractContextManager[Any]: ...
    def issue(self, bureau: Any, out: Path) -> None: ...
    def take(self, bureau: Any, paths: Sequence[Path]) -> list[Finding]: ...
    def findings(self, bureau: Any, handing_in: Sequence[str] = ()) -> list[Finding]: ...
    def explain(self, bureau: Any, unit: str, rules: Collection[str], reason: str) -> None: ...
    def submit(self, bureau: Any, unit: str) -> Attempt: ...
    def accept(self, bureau: Any, units: Sequence[str]) -> None: ...
    def give_back(self, bureau: Any, units: Sequence[str], reason: str) -> None: ...
    def merge(self, bureau: Any, out: Path) -> None: ...
    def publish(self, bureau: Any, out: Path) -> None: ...


@dataclass
class Stage:
    """Where the run writes, and what it has so far."""

    out: Path
    steps: Steps
    say: Callable[[str], None]
    progress: Any
    campaign: Campaign
    rounds: tuple[Round, Round]
    late: frozenset[str]
    found: dict[int, list[Finding]] = field(default_factory=lambda: {1: [], 2: []})

    def open(self, as_of: date) -> AbstractContextManager[Any]:
        return self.steps.open(self.out / "campaign", as_of)

    def folder(self, number: int, unit: str) -> Path:
        return self.out / "returns" / f"round{number}" / unit


def play(out: Path, units: int | None = None, staff: int | None = None, seed: int = 2019, *,
         scheduler: str | None = None,
         progress: Any = None, say: Callable[[str], None] = lambda text: None,
         steps: Steps | None = None) -> int:
    """Leaves under OUT what `huizong demo` promises (DESIGN §8).
    Raises FileExistsError when OUT holds a campaign.

    `units` (default: all of the shipped list), `staff`: permanent staff in all (default: as in that list).
    Exit code 0, or 1 when a unit could not be brought to a clean end.
    """
    clock = Clock()
    steps = Timed(steps or RealSteps(scheduler, progress), clock)
    every = load(shipped()).units
    some = folder.chosen(every, units or len(every))
    say(f"合成 {len(some)} 个单位……")
    world, plan = synthesise(folder.sites(some), staff or sum(unit.staff for unit in some), seed)
    campaign = folder.write(out / "campaign", some, world)
    lexicon = Lexicon.of(campaign)
    registers.write(out / "campaign" / "registers", lexicon, world)
    played = rounds(lexicon, world)
    (out / "expected.json").write_text(json.dumps(truth.expected(world), ensure_ascii=False, indent=1) + "\n",
                                       "utf-8")
    stage = Stage(out, steps, say, progress or _silent, campaign, played, plan.late)
    say("下发材料包……")
    with stage.open(START) as bureau:
        steps.issue(bureau, out / "packs")
    say("填报……")
    with clock.stage("填报"):
        _returns(stage)
    _planted(out / "planted.csv", campaign, played)
    _first_round(stage)
    left = _second_round(stage)
    with stage.open(LATE) as bureau:
        say("汇总……")
        steps.merge(bureau, out / "merged")
        say("成文……")
        steps.publish(bureau, out / "published")
    for unit in left:
        say(f"单位 {unit} 的材料没有通过。")
    clock.tell(say)
    scores = [score(each.number, placed(campaign, each), stage.found[each.number]) for each in played]
    for each in scores:
        say(str(each))
        for mark, places in (("遗漏", each.missed), ("意外", each.unexpected)):
            for place in places:
                say(f"  {mark}：{'　'.join(place)}")
    return 1 if left or not all(each.perfect for each in scores) else 0


def _silent(items: Iterable[Any], label: str, total: int | None = None) -> Iterator[Any]:
    yield from items


def _planted(file: Path, campaign: Campaign, played: tuple[Round, Round]) -> None:
    with file.open("w", encoding="utf-8", newline="") as target:
        lines = csv.writer(target, lineterminator="\n")
        lines.writerow(PLANTED)
        for each in played:
            lines.writerows(placed(campaign, each))


def _returns(stage: Stage) -> None:
    """The files of both rounds, one folder per unit, as the clerks send them."""
    filler = Filler(stage.campaign)
    packs = _Packs(stage.out / "packs")
    for each in stage.rounds:
        for code, handed in stage.progress(list(each.returns.items()), f"第{each.number}轮填报"):
            for sent in filler.files(packs[code], handed, packs):
                file = stage.folder(each.number, code) / sent.path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(sent.data)


class _Packs(Mapping[str, Mapping[str, bytes]]):
    """Packs opened when asked for; only the last ones stay open, for a city's packs are large."""

    def __init__(self, folder: Path) -> None:
        self._files = {file.stem: file for file in sorted(folder.glob("*.zip"))}
        self._open: dict[str, dict[str, bytes]] = {}

    def __getitem__(self, code: str) -> Mapping[str, bytes]:
        if code not in self._open:
            if len(self._open) > 1:
                self._open.clear()
            self._open[code] = unpacked(self._files[code].read_bytes())
        return self._open[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)


def _first_round(stage: Stage) -> None:
    """Clean sets are accepted. Sets with warnings alone are explained away,
    and the bureau gives them back.
    """
    first = stage.rounds[0]
    marked = {mark.unit for mark in first.marks}
    in_time = [code for code in first.returns if code not in stage.late]
    stage.say("第一轮收件……")
    with stage.open(FILLED) as bureau:
        stage.found[1] += stage.steps.take(bureau, [stage.folder(1, code) for code in in_time])
        stage.found[1] += stage.steps.findings(bureau)
        handed = [code for code in stage.progress(in_time, "报送") if _hand_in(stage, bureau, first, code)]
        stage.steps.accept(bureau, [code for code in handed if code not in marked])
        explained = [code for code in handed if code in marked]
        stage.steps.give_back(bureau, explained, words().raw["return_reason"])


def _hand_in(stage: Stage, bureau: Any, each: Round, code: str) -> bool:
    """The unit's set, its planted warnings explained; others stay open, and so does the set."""
    attempt = stage.steps.submit(bureau, code)
    if attempt.submitted or attempt.blocked:
        return attempt.submitted
    expected = {mark.rule for mark in each.marks if mark.unit == code}
    stage.steps.explain(bureau, code, sorted(attempt.unexplained & expected), words().text["explanation"])
    return stage.steps.submit(bureau, code).submitted


def _second_round(stage: Stage) -> list[str]:
    """Corrected sets; what cannot be mended is explained. Gives the units that did not come through."""
    second = stage.rounds[1]
    left: list[str] = []
    stage.say("第二轮收件……")
    for day, codes in ((STATISTIC, [code for code in second.returns if code not in stage.late]),
                       (LATE, sorted(stage.late))):
        if not codes:
            continue
        with stage.open(day) as bureau:
            late = codes if day == LATE else ()
            if late:
                stage.found[1] += stage.steps.take(bureau, [stage.folder(1, code) for code in codes])
                stage.found[1] += stage.steps.findings(bureau, late)
            stage.found[2] += stage.steps.take(bureau, [stage.folder(2, code) for code in codes])
            stage.found[2] += stage.steps.findings(bureau, late)
            through: list[str] = []
            for code in stage.progress(codes, "报送"):
                (through if _hand_in(stage, bureau, second, code) else left).append(code)
            stage.steps.accept(bureau, through)
    return left
